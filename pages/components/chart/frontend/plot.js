// The plotly picture: rows over one shared axis, the range in sight, and who must follow it. Intervals
// are not plotly's: they lie in an overlay, so that lighting one never redraws a line.

import { element } from "./dom.js"
import { axisName, axisOf, heightOf, layout, leftOf, named, padded, traces } from "./figure.js"
import { coarse, counted, fine, merged, passing, spread, strips } from "./lines.js"
import { Layers } from "./layers.js"
import { Overlay } from "./overlay.js"
import { Scores } from "./scores.js"
import { Strip } from "./strip.js"

const WHEEL_REST_MS = 60
const WHEEL_PER_PX = 1 / 540 // a tick of 100 or 120 pixels zooms by 20 or 25 %, a trackpad's few by little
const WHEEL_MOST_PX = 120
const WHEEL_LINE_PX = 33
const PLOTLY_MOST_PX = 20 // what plotly takes of one event, and
const PLOTLY_PER_PX = 1 / 200 // how much it zooms by it
const LONGEST_PRESS_MS = 5000
const LOG_MARGIN_PX = 2
const Y_PAD = 0.06
const LEAST_SAMPLES = 3
let library

export class Plot {
  constructor(host, handlers) {
    this.handlers = handlers
    this.host = host
    this.graph = element("div", "us-graph")
    this.graph.tabIndex = 0
    this.graph.setAttribute("role", "figure")
    this.foot = element("div", "us-foot")
    this.count = element("span", "us-count")
    this.caption = element("span", "us-caption")
    this.foot.append(this.count, this.caption)
    host.append(this.graph)
    this.placers = new Set()
    this.overlay = new Overlay(host, this.graph, {
      ...handlers,
      wheel: (event, at) => this.zoom(wheelFactor(event), at),
      knots: () => this.knots(),
    })
    this.layers = new Layers(this)
    this.strip = new Strip(this)
    this.scores = new Scores(this)
    host.append(this.scores.node, this.layers.track, this.strip.node, this.foot)
    this.manual = new Map() // y ranges that a person chose, by axis
    this.turns = 0
    this.resizer = new ResizeObserver(() => this.resize())
    this.resizer.observe(host)
    this.onWindow = () => this.resize()
    window.addEventListener("resize", this.onWindow)
    host.addEventListener("wheel", (event) => this.wheel(event), { capture: true, passive: false })
    host.addEventListener("pointerdown", (event) => {
      if (!(event.target instanceof Element && event.target.closest("button"))) this.graph.focus({ preventScroll: true })
    })
    this.graph.addEventListener("pointerdown", () => (this.pressed = performance.now()), true)
    this.released = () => (this.pressed = -Infinity)
    for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, this.released, true)
    this.graph.addEventListener("pointermove", (event) => (this.pointer = event.clientX))
    this.graph.addEventListener("pointerleave", () => (this.pointer = null))
  }

  // Draw what Python sent; false when its coarse lines are nowhere and must be asked for.
  async draw(data, fresh = true) {
    const turn = ++this.turns
    this.coming = fresh ? data : null
    const plotly = await loadPlotly(data.assets.plotly)
    await this.rest()
    if (turn !== this.turns) return true // a later picture is on its way
    const base = coarse(data)
    const scored = strips(data)
    if (!base || !scored) return false
    this.plotly = plotly
    const range = this.rangeFor(data)
    if (fresh) this.adopt(data, base)
    this.base = base
    this.data = data
    this.caption.textContent = data.xtitle
    this.graph.setAttribute("aria-label", data.alt || described(data))
    this.host.classList.toggle("us-named", named(data))
    this.host.style.setProperty("--us-left", `${leftOf(data)}px`)
    this.strip.build(data, base[0])
    this.layers.build(data)
    this.scores.build(data, scored)
    this.groups = base.map((group, number) => group.map((line, row) => merged(line, this.fine?.lines[number]?.[row])))
    const style = getComputedStyle(this.graph)
    this.overlay.clear() // its rows may not be plotly's rows until this picture stands
    const height = heightOf(data, this.handlers.room() - this.extras())
    const numbers = this.numbers(range)
    await plotly.react(this.graph, traces(data, this.groups, style.color), layout(data, style, height, range, this.ranges(numbers)), {
      displayModeBar: false,
      scrollZoom: true,
      doubleClick: false,
      responsive: false,
    })
    if (!this.wired) this.wire()
    this.overlay.build(data)
    this.coming = null
    this.placed()
    this.tell()
    this.resize() // what happened while this picture was made
    return true
  }

  // Keep the fine lines that are in sight until their successors come; never an answer to an older question.
  adopt(data, base) {
    const same = this.data?.view === data.view && this.data.base === data.base
    if (!same) this.fine = null
    // What a person chose for a row is of no use to another one in its place.
    if (this.data && rowsName(this.data) !== rowsName(data)) this.manual.clear()
    const stale = same && data.resample && data.answer < (this.handlers.asked?.() ?? 0)
    if (!stale) this.fine = fine(data)
    if (this.fine && this.fine.lines.length !== base.length) this.fine = null
  }

  // The range as plotly holds it, so that no redraw moves it by a digit; another view has its own.
  rangeFor(data) {
    const jump = data.goto && data.goto_id !== this.goto_id
    const same = this.data?.view === data.view && this.graph._fullLayout
    this.goto_id = data.goto_id
    if (jump) return this.clamped(data.goto, data)
    if (!same) return data.goto ? this.clamped(data.goto, data) : padded(data.extent)
    const moved = data.axis.offset - this.data.axis.offset
    if (!moved && data.kind === this.data.kind) return [...this.graph._fullLayout.xaxis.range]
    const { low, high } = this.visible()
    return data.kind === this.data.kind ? [low + moved, high + moved] : padded(data.extent)
  }

  numbers([low, high]) {
    if (typeof low === "number") return { low, high }
    return this.visible()
  }

  wire() {
    this.wired = true
    this.graph.on("plotly_relayouting", () => this.placed())
    this.graph.on("plotly_afterplot", () => this.placed())
    this.graph.on("plotly_doubleclick", () => this.home())
    this.graph.on("plotly_relayout", () => {
      this.placed()
      this.tell()
      this.handlers.visible(this.visible())
    })
  }

  onplace(placer) {
    this.placers.add(placer)
    return () => this.placers.delete(placer)
  }

  placed() {
    if (!this.graph._fullLayout) return
    this.overlay.place()
    this.layers.place()
    this.scores.place()
    this.strip.place()
    for (const placer of this.placers) placer()
  }

  // ---- the range in sight

  visible() {
    const axis = this.graph._fullLayout.xaxis
    return { low: axis.p2l(0), high: axis.p2l(axis._length) }
  }

  pixel(x) {
    const axis = this.graph._fullLayout.xaxis
    return axis._offset + axis.l2p(x)
  }

  at(pixel) {
    const axis = this.graph._fullLayout.xaxis
    return axis.p2l(pixel - axis._offset)
  }

  // The position under the mouse, null when it is elsewhere.
  pointed() {
    if (this.pointer == null) return null
    const x = this.at(this.pointer - this.graph.getBoundingClientRect().left)
    const { low, high } = this.visible()
    return x >= low && x <= high ? x : null
  }

  clamped([low, high], data = this.data) {
    const [least, most] = padded(data.extent)
    const shortest = (data.axis.step ?? (most - least) / Math.max(data.axis.last - data.axis.first, 1) / 50) * LEAST_SAMPLES
    const middle = (low + high) / 2
    const width = Math.min(Math.max(high - low, shortest), most - least)
    const start = Math.min(Math.max(width === high - low ? low : middle - width / 2, least), most - width)
    return [start, start + width]
  }

  setRange(low, high) {
    if (!this.plotly || !this.graph._fullLayout) return
    this.goal = this.clamped([low, high])
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null
      this.plotly.relayout(this.graph, { "xaxis.range": this.goal })
    })
  }

  // The range in sight once what was asked for is shown: held keys add up.
  aimed() {
    return this.frame ? { low: this.goal[0], high: this.goal[1] } : this.visible()
  }

  // The axis as it stands, and exactly that again: a way back to the same picture.
  range() {
    return [...this.graph._fullLayout.xaxis.range]
  }

  restore(range) {
    this.plotly.relayout(this.graph, { "xaxis.range": [...range] })
  }

  home() {
    if (this.plotly && this.data) this.setRange(...padded(this.data.extent))
  }

  zoom(factor, at) {
    const { low, high } = this.aimed()
    this.setRange(at - (at - low) * factor, at + (high - at) * factor)
  }

  pan(share) {
    const { low, high } = this.aimed()
    this.setRange(low + share * (high - low), high + share * (high - low))
  }

  // Plotly zooms by the wheel; sideways, by trackpad or with Shift, is ours.
  wheel(event) {
    if (this.passing) return
    if (!this.data || this.strip.node.contains(event.target)) return
    this.wheeled = performance.now()
    const sideways = event.shiftKey && !event.deltaX ? event.deltaY : event.deltaX
    if (!sideways || (!event.shiftKey && Math.abs(event.deltaX) <= Math.abs(event.deltaY))) return this.between(event)
    event.preventDefault()
    event.stopPropagation()
    this.pan(sideways / this.graph._fullLayout.xaxis._length)
  }

  // Between two rows nothing of plotly's takes the wheel: the page would scroll away.
  between(event) {
    const { target } = event
    this.pointer = event.clientX
    if (!this.graph.contains(target) || !event.deltaY) return
    if (target.closest(".drag")) return this.pass(event)
    if (this.pointed() === null) return
    event.preventDefault()
    this.zoom(wheelFactor(event), this.pointed())
  }

  // Plotly takes a tick for 10 %: it gets as many small ones as make up what was turned.
  pass(event) {
    event.preventDefault()
    event.stopPropagation()
    let left = Math.log(wheelFactor(event)) / PLOTLY_PER_PX
    this.passing = true
    while (Math.abs(left) > 1e-6) {
      const deltaY = Math.min(Math.max(left, -PLOTLY_MOST_PX), PLOTLY_MOST_PX)
      const { clientX, clientY } = event
      event.target.dispatchEvent(new WheelEvent("wheel", { deltaY, clientX, clientY, bubbles: true, cancelable: true }))
      left -= deltaY
    }
    this.passing = false
  }

  // Until wheel and mouse rest: a redraw in between would tear plotly's own zoom.
  async rest() {
    const left = () => {
      const wheel = (this.wheeled ?? -Infinity) + WHEEL_REST_MS - performance.now()
      const held = this.pressed > performance.now() - LONGEST_PRESS_MS ? WHEEL_REST_MS : 0
      return Math.max(wheel, held)
    }
    while (left() > 0) await new Promise((resolve) => setTimeout(resolve, left()))
  }

  // ---- values

  // The y range of every row: what a person chose, else what is drawn in sight.
  ranges({ low, high }) {
    const { data } = this
    const found = data.rows.map((row, index) => {
      if (data.normalise) return row.range
      return data.resample ? spread(this.groups[0][index], low, high) : spread(this.groups[0][index], -Infinity, Infinity)
    })
    if (data.layout === "overlay" && !data.normalise) {
      const all = found.filter(Boolean).flat()
      found.fill(all.length ? [Math.min(...all), Math.max(...all)] : null)
    }
    const own = found.map((range, index) => this.manual.get(axisOf(data, index)) ?? roomy(range))
    return [...own, ...this.linkedRanges({ low, high })]
  }

  linkedRanges({ low, high }) {
    const { data } = this
    return data.linked.map((row, index) => {
      const line = this.groups.at(-1)[index]
      const range = data.normalise ? row.range : (spread(line, low, high) ?? passing(line, low, high))
      return this.manual.get(data.rows.length + index) ?? roomy(range)
    })
  }

  // Stretch or squeeze the values of all rows about their middle.
  zoomY(factor) {
    for (const axis of this.rowsMeant()) {
      const [low, high] = this.graph._fullLayout[axisName(axis)].range
      const middle = (low + high) / 2
      this.manual.set(axis, [middle - ((high - low) / 2) * factor, middle + ((high - low) / 2) * factor])
    }
    this.applyY()
  }

  // Fit the values to what is in sight.
  fitY() {
    this.manual.clear()
    if (!this.data.resample) {
      const { low, high } = this.visible()
      this.groups[0].forEach((line, index) => this.manual.set(axisOf(this.data, index), roomy(spread(line, low, high))))
    }
    this.applyY()
  }

  rowsMeant() {
    const linked = this.data.linked.map((_, index) => this.data.rows.length + index)
    if (this.data.layout === "overlay" && !this.data.normalise) return [0, ...linked]
    return [...this.data.rows.map((_, index) => index), ...linked]
  }

  applyY() {
    const ranges = this.ranges(this.visible())
    const axis = (index) => (index < this.data.rows.length ? axisOf(this.data, index) : index)
    const each = ranges.map((range, index) => [`${axisName(axis(index))}.range`, range])
    this.plotly.relayout(this.graph, Object.fromEntries(each))
  }

  // ---- what others ask

  // [sample, x] of every drawn point that is no gap; on even axes nobody needs them.
  knots() {
    if (this.data.axis.step) return []
    // Where all samples in sight are drawn, every channel has them: the one with the most is enough.
    const lines = [...(this.groups?.[0] ?? [])].sort((one, other) => other.i.length - one.i.length)
    return lines.slice(0, 1).flatMap((line) => Array.from(line.i, (i, k) => [i, line.x[k]]).filter(([i]) => i >= 0))
  }

  // The value of a channel (the first when null) at a place, in words; "" where it is not drawn.
  // With several rows it is said whose value it is.
  value(place, channel) {
    const row = Math.max(this.data.rows.findIndex((one) => one.channel === channel), 0)
    const line = this.groups?.[0]?.[row]
    const at = place.x === null && line ? line.i.indexOf(place.sample) : -1
    if (at < 0 || !Number.isFinite(line.y[at])) return ""
    const name = this.data.rows.length > 1 ? this.data.rows[row].name : ""
    return [name, Number(line.y[at].toPrecision(6)).toLocaleString("en", { maximumSignificantDigits: 6 }), this.data.rows[row].unit].filter(Boolean).join(" ")
  }

  // Say how much of what is in sight is drawn.
  tell() {
    if (!this.groups || !this.data.resample) return void (this.count.textContent = "")
    const { low, high } = this.visible()
    const drawn = Math.max(0, ...this.groups[0].map((line) => counted(line, low, high)))
    const there = this.samplesIn(low, high)
    const each = (there === 1 ? " sample" : " samples") + (this.data.rows.length > 1 ? " per channel" : "")
    this.count.textContent =
      there === null || there <= drawn ? `all ${number(drawn)}${each} in sight` : `showing ${number(drawn)} of ${number(there)}${each}`
  }

  // How many samples lie between two positions; on uneven axes among the drawn ones, to the nearest.
  samplesIn(low, high) {
    const { axis } = this.data
    if (axis.step) {
      const first = Math.max(Math.ceil((low - axis.x0) / axis.step), 0)
      const last = Math.min(Math.floor((high - axis.x0) / axis.step), axis.last - axis.first)
      return Math.max(last - first + 1, 0)
    }
    let least = Infinity
    let most = -Infinity
    for (const line of this.groups[0])
      for (let k = 0; k < line.i.length; k++) {
        if (line.i[k] < 0 || line.x[k] < low || line.x[k] > high) continue
        if (line.i[k] < least) least = line.i[k]
        if (line.i[k] > most) most = line.i[k]
      }
    return most < least ? null : most - least + 1
  }

  extras() {
    const track = this.layers.track.offsetHeight
    return (track && track + LOG_MARGIN_PX) + this.scores.node.offsetHeight + this.strip.node.offsetHeight + this.foot.offsetHeight
  }

  resize() {
    if (!this.graph._fullLayout || !this.data || this.coming) return
    const height = heightOf(this.data, this.handlers.room() - this.extras())
    if (height !== this.graph._fullLayout.height) this.draw(this.data, false)
    else if (this.graph.clientWidth !== this.graph._fullLayout.width) this.plotly.Plots.resize(this.graph)
  }

  destroy() {
    this.turns += 1
    cancelAnimationFrame(this.frame)
    this.resizer.disconnect()
    window.removeEventListener("resize", this.onWindow)
    for (const name of ["pointerup", "pointercancel"]) document.removeEventListener(name, this.released, true)
    this.overlay.destroy()
    this.strip.destroy()
    if (this.graph._fullLayout) this.plotly.purge(this.graph)
  }
}

function loadPlotly(url) {
  library ??= new Promise((resolve, reject) => {
    const script = element("script")
    script.src = url
    script.onload = () => (window.Plotly ? resolve(window.Plotly) : reject(new Error("no plotly")))
    script.onerror = () => reject(new Error(`${url} could not be loaded`))
    document.head.append(script)
  })
  return library
}

// What a turn of the wheel makes of the range in sight.
export function wheelFactor({ deltaY, deltaMode }) {
  const px = deltaY * (deltaMode ? WHEEL_LINE_PX : 1)
  return Math.exp(Math.min(Math.max(px, -WHEEL_MOST_PX), WHEEL_MOST_PX) * WHEEL_PER_PX)
}

function roomy(range) {
  if (!range) return [-1, 1]
  const [low, high] = range
  const pad = (high - low) * Y_PAD || Math.abs(high) * 0.05 || 1
  return [low - pad, high + pad]
}

// Which rows there are and how: as long as it stays, what was chosen for a row holds.
function rowsName({ view, rows, linked, layout, normalise }) {
  return JSON.stringify([view, rows.map((row) => row.channel), linked.map((row) => row.name), layout, normalise])
}

function described(data) {
  const names = data.rows.slice(0, 4).map((row) => row.name)
  const more = data.rows.length > 4 ? ` and ${data.rows.length - 4} more` : ""
  const linked = data.linked.length ? `, below ${data.linked.map((row) => row.name).join(", ")}` : ""
  return `Plot of ${names.join(", ")}${more}${linked}, samples ${number(data.axis.first)} to ${number(data.axis.last)}, ${data.marks.length} intervals`
}

function number(value) {
  return value.toLocaleString("en")
}
