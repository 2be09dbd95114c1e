// Lines as Python sent them: arrays out of the binary part, the coarse whole kept, the fine part put in.

const TYPES = { f4: Float32Array, f8: Float64Array, i4: Int32Array, u4: Uint32Array }
const MOST_KEPT = 12
const kept = new Map() // name of coarse lines -> lines; lives as long as the browser's page

// The payload with every reference to the binary part replaced by its array.
export function unpacked(value, buffer) {
  if (Array.isArray(value)) return value.map((one) => unpacked(one, buffer))
  if (value === null || typeof value !== "object") return value
  if (value.$) {
    const [type, offset, length] = value.$
    return new TYPES[type](buffer, offset, length)
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unpacked(one, buffer)]))
}

// Names of the coarse lines that need not be sent again.
export function held() {
  return [...kept.keys()]
}

// The coarse lines of a payload, from it or as kept; null when they are nowhere.
export function coarse(data) {
  const lines = data.lines ? decoded(data.lines, data) : kept.get(data.base)
  if (!lines) return null
  keep(data.base, lines)
  return lines
}

function keep(name, lines) {
  kept.delete(name)
  kept.set(name, lines)
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value)
}

// The whole of every score strip, from the payload or as kept; null when one is nowhere.
export function strips(data) {
  const found = data.strips.map((strip) => ({ ...strip, coarse: strip.coarse ?? kept.get(strip.name) }))
  for (const { name, coarse } of found) if (coarse) keep(name, coarse)
  return found.every((strip) => strip.coarse) ? found : null
}

export function fine(data) {
  return data.fine && { ...data.fine, lines: decoded(data.fine.lines, data) }
}

// One list of lines per group: the series' own rows, the rows of every ghost, then those of other
// series, which bring their own positions.
function decoded(groups, data) {
  return groups.map((group, number) => {
    const shift = data.ghosts[number - 1]?.shift ?? 0
    return group.map((line) => decodedLine(line, data.axis, shift))
  })
}

function decodedLine({ i, x, y }, axis, shift) {
  const n = i.length
  const at = new Float64Array(n)
  const values = new Float64Array(n)
  for (let k = 0; k < n; k++) {
    at[k] = x ? x.low + x.unit * x.values[k] : axis.x0 + (Math.max(i[k], 0) - axis.first) * axis.step + shift
    values[k] = y.base + y.values[k]
  }
  return { i, x: at, y: values }
}

// The coarse line with its part in `fine` replaced; where nothing is fine, the coarse one.
export function merged(base, detail) {
  if (!detail) return base
  const n = detail.i.length
  const low = n ? detail.x[0] : Infinity
  const high = n ? detail.x[n - 1] : -Infinity
  if (!n) return base
  let first = 0
  while (first < base.i.length && (base.i[first] < 0 || base.x[first] < low)) first++
  let last = first
  while (last < base.i.length && (base.i[last] < 0 || base.x[last] <= high)) last++
  const join = (name, Type) => {
    const whole = new Type(first + n + base.i.length - last)
    whole.set(base[name].subarray(0, first))
    whole.set(detail[name], first)
    whole.set(base[name].subarray(last), first + n)
    return whole
  }
  return { i: join("i", Int32Array), x: join("x", Float64Array), y: join("y", Float64Array) }
}

// Least and greatest value between two positions; null when nothing is drawn there.
export function spread(line, low, high) {
  let least = Infinity
  let greatest = -Infinity
  for (let k = 0; k < line.i.length; k++) {
    if (line.i[k] < 0 || line.x[k] < low || line.x[k] > high) continue
    const value = line.y[k]
    if (value < least) least = value
    if (value > greatest) greatest = value
  }
  return least <= greatest ? [least, greatest] : null
}

// The values of a line that only passes through, without a point between two positions.
export function passing(line, low, high) {
  const after = line.x.findIndex((x, k) => line.i[k] >= 0 && x > high)
  const before = after < 0 ? line.i.length - 1 : after - 1
  const values = [before, after].filter((k) => k >= 0 && line.i[k] >= 0).map((k) => line.y[k])
  return values.length ? [Math.min(...values), Math.max(...values)] : null
}

// How many points are drawn between two positions.
export function counted(line, low, high) {
  let count = 0
  for (let k = 0; k < line.i.length; k++) if (line.i[k] >= 0 && line.x[k] >= low && line.x[k] <= high) count++
  return count
}
