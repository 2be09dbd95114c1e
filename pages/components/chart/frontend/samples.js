// Samples to plotted positions and back, in the browser. Exact where the axis is regular or where the
// samples around are drawn; elsewhere a place carries the plotted x too, and Python decides by it.
//
// A place is { sample, x, way, by }: `sample` is what is shown; with `x` null it is exact, else Python
// takes the sample at `x` (the nearest, the first from it on, or the last up to it) and adds `by`.

export class Samples {
  // `axis`: first and last sample, and for a regular axis the position of the first and the step.
  // `knots`: [sample, x] pairs that are known exactly, in any order.
  constructor(axis, knots) {
    this.axis = axis
    this.regular = axis.step !== null && axis.step > 0
    this.knots = this.regular ? [] : sorted(knots)
  }

  clamp(sample) {
    return Math.min(Math.max(sample, this.axis.first), this.axis.last)
  }

  x(sample) {
    const at = this.clamp(sample)
    if (this.regular) return this.axis.x0 + (at - this.axis.first) * this.axis.step
    const [low, high] = around(this.knots, 0, at)
    if (low[0] === at || high[0] === low[0]) return low[1]
    return low[1] + ((high[1] - low[1]) * (at - low[0])) / (high[0] - low[0])
  }

  nearest(x) {
    return this.find(x, "nearest", (share, gap) => (gap <= 1 ? (share > 0.5 ? gap : 0) : Math.round(share * gap)))
  }

  from(x) {
    return this.find(x, "from", (share, gap) => Math.ceil(share * gap))
  }

  to(x) {
    return this.find(x, "to", (share, gap) => Math.floor(share * gap))
  }

  // First and last sample of a stretch; one between two samples gives the nearest to its middle.
  within(low, high) {
    const [first, last] = [this.from(low), this.to(high)]
    if (first.sample <= last.sample) return [first, last]
    const middle = this.nearest((low + high) / 2)
    return [middle, middle]
  }

  find(x, way, pick) {
    if (this.regular) {
      const float = (x - this.axis.x0) / this.axis.step
      const whole = Math.round(float)
      // A position that is a sample up to rounding is that sample, also for "from" and "to".
      const near = Math.abs(float - whole) < 1e-6 ? whole : null
      const base = Math.floor(float)
      return exact(this.clamp(this.axis.first + (near ?? base + pick(float - base, 1))))
    }
    const [low, high] = around(this.knots, 1, x)
    const gap = high[0] - low[0]
    const share = high[1] > low[1] ? Math.min(Math.max((x - low[1]) / (high[1] - low[1]), 0), 1) : 0
    const sample = this.clamp(low[0] + pick(share, gap))
    return gap <= 1 ? exact(sample) : { sample, x, way, by: 0 }
  }

  // The same place `n` samples on; at the ends of the series it stays.
  moved(place, n) {
    const sample = this.clamp(place.sample + n)
    return { ...place, sample, by: place.x === null ? 0 : place.by + sample - place.sample }
  }

  // A place found among too few drawn points, made exact once all around it are drawn.
  settled(place) {
    if (place.x === null) return place
    const again = this[place.way](place.x)
    return again.x === null ? exact(this.clamp(again.sample + place.by)) : place
  }
}

export function exact(sample) {
  return { sample, x: null, way: "nearest", by: 0 }
}

function sorted(knots) {
  const known = new Map()
  for (const [sample, x] of knots) if (Number.isFinite(x)) known.set(sample, x)
  return [...known].sort((one, other) => one[0] - other[0])
}

// The two knots around a value of column 0 (sample) or 1 (x); both never decrease.
function around(knots, column, value) {
  let low = 0
  let high = knots.length - 1
  if (high < 0) return [[0, 0], [0, 0]]
  if (value <= knots[0][column]) return [knots[0], knots[0]]
  if (value >= knots[high][column]) {
    while (high > 0 && knots[high - 1][column] === knots[high][column] && value === knots[high][column]) high--
    return [knots[high], knots[high]]
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (knots[middle][column] < value) low = middle
    else high = middle
  }
  return knots[high][column] === value ? [knots[high], knots[high]] : [knots[low], knots[high]]
}
