// Intervals in their authors' lanes and on their channels, the shaded context, and drawing.

import { coloured, element } from "./dom.js"

const LANE_PX = 18
const MIN_PX = 4
const CLICK_PX = 4
const GRIP_PX = 6

export class Overlay {
  constructor(host, graph, handlers) {
    this.graph = graph
    this.handlers = handlers
    this.layer = element("div", "us-overlay")
    this.pen = element("div", "us-pen")
    host.append(this.layer, this.pen)
    this.pen.onpointerdown = (event) => this.start(event)
    this.pen.onpointermove = (event) => this.aim(event)
    this.pen.onwheel = (event) => {
      event.preventDefault()
      this.handlers.zoom(Math.exp(event.deltaY / 600), this.position(event).x)
    }
    graph.addEventListener("pointermove", (event) => this.hover(event))
    graph.addEventListener("pointerleave", () => this.handlers.light(this.resting()))
  }

  clear() {
    this.data = null
  }

  build(data) {
    this.data = data
    this.layer.replaceChildren()
    this.pen.hidden = data.mode !== "draw"
    this.spans = []
    if (data.window) this.shade(data.window)
    data.rows.forEach((row, index) => this.name(row, index))
    data.lanes.forEach((lane, index) => this.lane(lane, index))
    for (const mark of data.marks) this.mark(mark)
    this.place()
  }

  shade([low, high]) {
    for (const side of ["before", "after"]) {
      const node = element("div", `us-context us-${side}`)
      this.layer.append(node)
      this.spans.push({ node, low: side === "before" ? -Infinity : high, high: side === "before" ? low : Infinity, row: "all" })
    }
  }

  name(row, index) {
    const text = row.unit ? `${row.name} (${row.unit})` : row.name
    const node = element("div", "us-channel", text)
    node.title = text
    this.layer.append(node)
    this.spans.push({ node, row: index, label: true })
  }

  lane(lane, index) {
    const line = coloured(element("div", "us-lane"), lane.colour)
    line.style.top = `${index * LANE_PX + 2}px`
    const label = element("span", "us-lane-name", lane.label)
    label.title = lane.label
    line.append(label)
    this.layer.append(line)
  }

  mark(mark) {
    const lane = this.data.lanes.findIndex((candidate) => candidate.label === mark.lane)
    const words = [mark.text, `samples ${mark.start} to ${mark.stop - 1}`].filter(Boolean).join(", ")
    const bar = coloured(element("button", "us-bar"), mark.colour)
    bar.type = "button"
    bar.dataset.ref = mark.ref
    bar.title = `${mark.lane}: ${words}`
    bar.setAttribute("aria-label", bar.title)
    bar.style.top = `${lane * LANE_PX + 4}px`
    bar.append(element("span", "us-number", String(mark.number)))
    bar.onpointerenter = () => this.handlers.light([mark.ref])
    bar.onpointerleave = () => this.handlers.light(this.resting())
    bar.onclick = () => this.handlers.clicked(mark.ref)
    this.layer.append(bar)
    this.spans.push({ node: bar, low: mark.low, high: mark.high, lane: true })
    this.data.rows.forEach((row, index) => {
      if (mark.channels.length && !mark.channels.includes(row.channel)) return
      const band = coloured(element("div", "us-band"), mark.colour)
      band.dataset.ref = mark.ref
      this.layer.append(band)
      this.spans.push({ node: band, low: mark.low, high: mark.high, row: index })
    })
  }

  resting() {
    return this.data?.highlight ? [this.data.highlight] : []
  }

  // Where the axes are now; cheap enough to follow every wheel tick.
  place() {
    const full = this.graph._fullLayout
    if (!full || !this.data) return
    const { _offset: left, _length: width } = full.xaxis
    for (const span of this.spans) {
      const style = span.node.style
      if (span.row !== undefined) {
        const axis = this.row(span.row)
        style.top = `${axis.top}px`
        if (!span.label) style.height = `${axis.height}px`
      }
      if (span.label) {
        style.left = `${left + 4}px`
        style.maxWidth = `${width - 8}px`
        continue
      }
      const low = pixel(full.xaxis, span.low, width)
      const high = pixel(full.xaxis, span.high, width)
      const shaded = span.row === "all"
      const size = Math.max(high - low, shaded ? 0 : MIN_PX)
      style.left = `${left + low - (size - (high - low)) / 2}px`
      style.width = `${size}px`
      const gone = outside(full.xaxis, span, width)
      span.node.hidden = shaded ? size <= 0 : gone
    }
    Object.assign(this.pen.style, { left: `${left}px`, width: `${width}px`, top: `${this.row("all").top}px`, height: `${this.row("all").height}px` })
  }

  row(which) {
    const axes = this.data.rows.map((_, index) => this.graph._fullLayout[index ? `yaxis${index + 1}` : "yaxis"])
    if (which !== "all") return { top: axes[which]._offset, height: axes[which]._length }
    const last = axes[axes.length - 1]
    return { top: axes[0]._offset, height: last._offset + last._length - axes[0]._offset }
  }

  hover(event) {
    if (!this.data?.marks.length) return
    const at = this.position(event)
    const pad = at.perPx * MIN_PX
    const channel = this.data.rows[at.row]?.channel
    const refs = this.data.marks
      .filter((mark) => mark.low - pad <= at.x && at.x <= mark.high + pad)
      .filter((mark) => !mark.channels.length || mark.channels.includes(channel))
      .map((mark) => mark.ref)
    this.handlers.light(refs.length ? refs : this.resting())
  }

  position(event) {
    const full = this.graph._fullLayout
    const box = this.graph.getBoundingClientRect()
    const pixel = Math.min(Math.max(event.clientX - box.left - full.xaxis._offset, 0), full.xaxis._length)
    const y = event.clientY - box.top
    const rows = this.data.rows.map((_, index) => this.row(index))
    const distance = rows.map((row) => Math.max(row.top - y, y - row.top - row.height, 0))
    const perPx = full.xaxis.p2l(1) - full.xaxis.p2l(0)
    return { pixel, x: full.xaxis.p2l(pixel), row: distance.indexOf(Math.min(...distance)), perPx }
  }

  // The edge of a movable mark under the pointer, if any.
  grip(event) {
    const at = this.position(event)
    const channel = this.data.rows[at.row].channel
    const axis = this.graph._fullLayout.xaxis
    let best = null
    for (const mark of this.data.marks) {
      if (!mark.movable || (mark.channels.length && !mark.channels.includes(channel))) continue
      for (const side of ["low", "high"]) {
        const distance = Math.abs(axis.l2p(mark[side]) - at.pixel)
        if (distance <= GRIP_PX && (!best || distance < best.distance)) best = { mark, side, distance }
      }
    }
    return best
  }

  aim(event) {
    if (!this.data) return
    this.pen.classList.toggle("us-gripping", Boolean(this.grip(event)))
    this.hover(event)
  }

  start(event) {
    if (event.button !== 0 || !this.data) return
    event.preventDefault()
    const grip = this.grip(event)
    if (grip) this.move(event, grip)
    else this.draw(event)
  }

  // While the pointer is down: `step` follows it, `end(dropped)` comes once, Escape drops.
  follow(event, step, end) {
    const finish = (dropped) => {
      this.pen.onpointermove = (next) => this.aim(next)
      this.pen.onpointerup = this.pen.onpointercancel = null
      document.removeEventListener("keydown", cancel, true)
      end(dropped)
    }
    const cancel = (key) => {
      if (key.key !== "Escape") return
      key.stopPropagation()
      finish(true)
    }
    this.pen.setPointerCapture(event.pointerId)
    this.pen.onpointermove = step
    this.pen.onpointerup = () => finish(false)
    this.pen.onpointercancel = () => finish(true)
    document.addEventListener("keydown", cancel, true)
  }

  move(event, { mark, side }) {
    const spans = this.spans.filter((span) => span.node.dataset.ref === mark.ref)
    let at = mark[side]
    const put = (value) => {
      for (const span of spans) {
        const other = side === "low" ? mark.high : mark.low
        span.low = Math.min(value, other)
        span.high = Math.max(value, other)
      }
      this.place()
    }
    this.handlers.light([mark.ref])
    this.follow(
      event,
      (next) => put((at = this.position(next).x)),
      (dropped) => {
        const told = !dropped && at !== mark[side] && this.handlers.moved({ ref: mark.ref, side, at })
        if (!told) put(mark[side])
      },
    )
  }

  draw(event) {
    const from = this.position(event)
    const row = this.row(from.row)
    const draft = element("div", "us-draft")
    this.layer.append(draft)
    Object.assign(draft.style, { top: `${row.top}px`, height: `${row.height}px` })
    const left = this.graph._fullLayout.xaxis._offset
    let to = from
    const step = (next) => {
      to = this.position(next)
      draft.style.left = `${left + Math.min(from.pixel, to.pixel)}px`
      draft.style.width = `${Math.abs(to.pixel - from.pixel)}px`
    }
    this.follow(event, step, (dropped) => {
      const small = Math.abs(to.pixel - from.pixel) < CLICK_PX
      const range = { low: Math.min(from.x, to.x), high: Math.max(from.x, to.x) }
      const channel = this.data?.rows[from.row]?.channel
      const told = !dropped && !small && this.handlers.drawn({ ...range, channel })
      if (!told) draft.remove()
    })
  }

  destroy() {
    this.layer.remove()
    this.pen.remove()
  }
}

function pixel(axis, at, width) {
  if (!Number.isFinite(at)) return at < 0 ? 0 : width
  return Math.min(Math.max(axis.l2p(at), 0), width)
}

function outside(axis, span, width) {
  return axis.l2p(span.high) < 0 || axis.l2p(span.low) > width
}
