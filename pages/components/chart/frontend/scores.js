// Score strips: what a method says of every sample, in a low track below the plot, over the same range.
//
// Up to the threshold, at half height, a strip is linear; above it the rest is squeezed into the other
// half, so that a score of a thousand thresholds does not hide one of two. The exact score is told
// beside the mouse.

import { coloured, element } from "./dom.js"
import { leftOf } from "./figure.js"
import { wheelFactor } from "./plot.js"

const HEIGHT_PX = 30
const LEAST_PX = 1.5
const NEAR_PX = 3
const CARD_GAP_PX = 10
const DIGITS = { maximumSignificantDigits: 4 }

export class Scores {
  constructor(plot) {
    this.plot = plot
    this.node = element("div", "us-scores")
    this.node.hidden = true
    this.card = element("div", "us-score-card")
    this.card.hidden = true
    this.tracks = []
  }

  build(data, strips) {
    this.data = data
    const names = JSON.stringify(data.strip_names)
    if (names !== this.names) this.tracks = strips.map((strip) => this.track(strip))
    if (names !== this.names) this.node.replaceChildren(...this.tracks.map((track) => track.node), this.card)
    this.names = names
    this.node.hidden = strips.length === 0
    this.tracks.forEach((track, index) => {
      track.strip = strips[index]
      track.coarse = cells(strips[index].coarse)
      track.fine = strips[index].fine && cells(strips[index].fine)
    })
    if (!strips.length) this.card.hidden = true
  }

  track(strip) {
    const node = coloured(element("div", "us-score"), strip.colour)
    const name = element("span", "us-score-name", strip.label)
    name.title = `${strip.label}: ${strip.meaning}`
    const canvas = element("canvas", "us-score-cells")
    canvas.setAttribute("role", "img")
    canvas.setAttribute("aria-label", `Scores of ${strip.label}: ${strip.meaning}`)
    node.append(name, canvas)
    const track = { node, canvas }
    canvas.onpointermove = (event) => this.tell(track, event)
    canvas.onpointerleave = () => this.leave(track)
    canvas.onwheel = (event) => {
      event.preventDefault()
      this.plot.zoom(wheelFactor(event), this.plot.at(event.clientX - node.getBoundingClientRect().left))
    }
    return track
  }

  // Where the plot's range is, and nothing else, decides where a cell lies.
  place() {
    const axis = this.plot.graph._fullLayout?.xaxis
    if (!axis || !this.data || this.node.hidden) return
    this.scale = window.devicePixelRatio || 1
    for (const track of this.tracks) {
      const { canvas } = track
      canvas.style.left = `${leftOf(this.data)}px`
      canvas.style.width = `${axis._length}px`
      this.paint(track, axis)
    }
  }

  paint(track, axis) {
    const { canvas, strip } = track
    const width = axis._length
    canvas.width = Math.round(width * this.scale)
    canvas.height = HEIGHT_PX * this.scale
    const pen = canvas.getContext("2d")
    pen.scale(this.scale, this.scale)
    const { low, high } = this.plot.visible()
    const seen = (track.seen = inSight(track, low, high))
    // One column per pixel, the highest of all cells in it: no peak is painted over.
    const columns = new Float64Array(Math.ceil(width * this.scale))
    for (const cell of seen) {
      const from = axis.l2p(cell.low)
      const to = Math.max(axis.l2p(cell.high), from + LEAST_PX)
      const first = Math.max(Math.floor(from * this.scale), 0)
      const last = Math.min(Math.ceil(to * this.scale), columns.length)
      for (let k = first; k < last; k++) if (cell.y > columns[k]) columns[k] = cell.y
    }
    const hue = getComputedStyle(track.node).getPropertyValue("--us-hue")
    for (const above of [false, true]) {
      pen.fillStyle = hue
      pen.globalAlpha = above ? 1 : 0.45
      pen.beginPath()
      for (let k = 0; k < columns.length; k++) {
        const stands = strip.threshold !== null && columns[k] > strip.threshold
        if (!columns[k] || stands !== above) continue
        const tall = heightOf(columns[k], strip) * (HEIGHT_PX - 1)
        pen.rect(k / this.scale, HEIGHT_PX - tall, 1 / this.scale, tall)
      }
      pen.fill()
    }
    pen.globalAlpha = 1
    if (strip.threshold === null) return
    const at = HEIGHT_PX - heightOf(strip.threshold, strip) * (HEIGHT_PX - 1)
    pen.strokeStyle = getComputedStyle(track.node).color
    pen.globalAlpha = 0.55
    pen.setLineDash([3, 3])
    pen.beginPath()
    pen.moveTo(0, at)
    pen.lineTo(width, at)
    pen.stroke()
  }

  // The highest score within a few pixels of the mouse, with what it means among all of the series.
  tell(track, event) {
    const axis = this.plot.graph._fullLayout.xaxis
    const pixel = event.clientX - track.canvas.getBoundingClientRect().left
    const near = track.seen.filter((cell) => axis.l2p(cell.low) <= pixel + NEAR_PX && axis.l2p(cell.high) >= pixel - NEAR_PX)
    if (!near.length) return void this.leave(track)
    const best = near.reduce((one, other) => (other.y > one.y ? other : one))
    const stands = track.strip.threshold !== null && best.y > track.strip.threshold
    const limit = track.strip.threshold === null ? "" : `, threshold ${track.strip.threshold.toLocaleString("en", DIGITS)}`
    this.card.replaceChildren(
      element("div", "us-score-value", `score ${best.y.toLocaleString("en", DIGITS)}${limit}${stands ? ": stands out" : ""}`),
      element("div", "", `sample ${best.i.toLocaleString("en")}: higher than ${share(best.q)} of this series`),
      element("div", "us-score-why", `${track.strip.label}: ${track.strip.meaning}`),
    )
    this.card.hidden = false
    this.card.style.bottom = `${this.node.clientHeight - track.node.offsetTop + 2}px`
    const half = this.card.offsetWidth / 2
    const middle = track.canvas.offsetLeft + pixel
    this.card.style.left = `${Math.min(Math.max(middle, half + 4), this.node.clientWidth - half - CARD_GAP_PX)}px`
  }

  leave() {
    this.card.hidden = true
  }
}

// As they were sent: places as shares of their range, then sample, score and quantile of each peak.
function cells({ low, high, i, y, q }) {
  const at = (where, k) => where.low + where.unit * where.values[k]
  return Array.from(i, (sample, k) => ({ low: at(low, k), high: at(high, k), i: sample, y: y[k], q: q[k] }))
}

// Fine cells where there are any, coarse ones elsewhere.
function inSight({ coarse, fine }, low, high) {
  const inside = (cell) => cell.high >= low && cell.low <= high
  if (!fine?.length) return coarse.filter(inside)
  const from = fine[0].low
  const to = fine.at(-1).high
  const outside = low < from || high > to ? coarse.filter((cell) => inside(cell) && (cell.low < from || cell.high > to)) : []
  return [...outside, ...fine.filter(inside)]
}

function heightOf(score, { threshold, highest }) {
  if (!threshold) return highest ? score / highest : 0
  return score <= threshold ? (0.5 * score) / threshold : 1 - (0.5 * threshold) / score
}

// Never "100 %": a sample is not higher than itself.
function share(quantile) {
  const percent = 100 * quantile
  for (const digits of [0, 1, 2, 3, 4]) {
    const words = percent.toFixed(digits)
    if (Number(words) < 100 && (percent < 99 || digits)) return `${words} %`
  }
  return "99.9999 %"
}
