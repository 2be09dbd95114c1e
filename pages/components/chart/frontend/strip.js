// The overview: the whole series in a strip, the part in sight as a brush that moves and resizes.

import { element } from "./dom.js"
import { RIGHT_PX, leftOf, padded, withAlpha } from "./figure.js"

const HEIGHT_PX = 40
const GRIP_PX = 7
const LEAST_PX = 6
const MARK_PX = 4

export class Strip {
  constructor(plot) {
    this.plot = plot
    this.node = element("div", "us-strip")
    this.node.hidden = true
    this.node.setAttribute("aria-hidden", "true") // keys do the same on the plot
    this.canvas = element("canvas", "us-strip-lines")
    this.brush = element("div", "us-brush")
    this.brush.append(element("i", "us-brush-low"), element("i", "us-brush-high"))
    this.node.append(this.canvas, this.brush)
    this.node.onpointerdown = (event) => this.start(event)
    this.node.onpointermove = (event) => this.aim(event)
    this.sizer = new ResizeObserver(() => this.paint())
    this.sizer.observe(this.node)
  }

  build(data, lines) {
    this.node.hidden = !data.overview
    this.data = data
    this.lines = lines
    this.paint()
  }

  get width() {
    return this.node.clientWidth - leftOf(this.data) - RIGHT_PX
  }

  pixel(x) {
    const [low, high] = padded(this.data.extent)
    return ((x - low) / (high - low)) * this.width
  }

  position(event) {
    const [low, high] = padded(this.data.extent)
    const pixel = event.clientX - this.node.getBoundingClientRect().left - leftOf(this.data)
    return { pixel, x: low + (pixel / this.width) * (high - low) }
  }

  paint() {
    if (!this.data || this.node.hidden || this.width <= 0) return
    const scale = window.devicePixelRatio || 1
    const { width } = this
    this.canvas.width = width * scale
    this.canvas.height = HEIGHT_PX * scale
    const style = getComputedStyle(this.node)
    const pen = this.canvas.getContext("2d")
    pen.scale(scale, scale)
    pen.clearRect(0, 0, width, HEIGHT_PX)
    pen.strokeStyle = withAlpha(style.color, Math.max(0.75 / Math.sqrt(this.lines.length), 0.12))
    pen.lineWidth = 1
    this.lines.forEach((line, row) => this.trace(pen, line, this.data.rows[row].range))
    for (const mark of this.data.marks) {
      pen.fillStyle = mark.colour
      const low = this.pixel(mark.low)
      pen.fillRect(low - 0.5, HEIGHT_PX - MARK_PX, Math.max(this.pixel(mark.high) - low, 2), MARK_PX)
    }
    this.place()
  }

  trace(pen, { i, x, y }, range) {
    if (!range) return
    const [low, high] = range
    const inner = HEIGHT_PX - MARK_PX - 5
    pen.beginPath()
    let drawing = false
    for (let k = 0; k < i.length; k++) {
      if (i[k] < 0) {
        drawing = false
        continue
      }
      const down = 2 + inner * (high > low ? 1 - (y[k] - low) / (high - low) : 0.5)
      const right = this.pixel(x[k])
      if (drawing) pen.lineTo(right, down)
      else pen.moveTo(right - 0.5, down)
      if (!drawing) pen.lineTo(right, down)
      drawing = true
    }
    pen.stroke()
  }

  place() {
    if (!this.data || this.node.hidden || !this.plot.graph._fullLayout) return
    const { low, high } = this.plot.visible()
    const from = Math.min(Math.max(this.pixel(low), 0), this.width - LEAST_PX)
    const to = Math.min(this.pixel(high), this.width)
    this.brush.style.left = `${leftOf(this.data) + from}px`
    this.brush.style.width = `${Math.max(to - from, LEAST_PX)}px`
  }

  // What the pointer holds: an edge of the brush, the brush, or a place to jump to.
  part(event) {
    const box = this.brush.getBoundingClientRect()
    const near = (edge) => Math.abs(event.clientX - edge) <= GRIP_PX
    // A brush too narrow for three parts is grasped outside its edges.
    if (near(box.right) && (event.clientX > box.right - 2 || box.width > 3 * GRIP_PX)) return "high"
    if (near(box.left) && (event.clientX < box.left + 2 || box.width > 3 * GRIP_PX)) return "low"
    return event.clientX > box.left && event.clientX < box.right ? "all" : "jump"
  }

  aim(event) {
    if (this.held) return
    this.node.dataset.part = this.part(event)
  }

  start(event) {
    if (event.button !== 0 || !this.data) return
    event.preventDefault()
    const part = (this.held = this.part(event))
    let { low, high } = this.plot.visible()
    const from = this.position(event).x
    if (part === "jump") {
      const half = (high - low) / 2
      low = from - half
      high = from + half
      this.plot.setRange(low, high)
    }
    this.node.setPointerCapture(event.pointerId)
    let moved = false
    this.node.onpointermove = (next) => {
      moved ||= Math.abs(next.clientX - event.clientX) > 2
      if (!moved) return
      const by = this.position(next).x - from
      if (part === "low") this.plot.setRange(Math.min(low + by, high), Math.max(low + by, high))
      else if (part === "high") this.plot.setRange(Math.min(low, high + by), Math.max(low, high + by))
      else this.plot.setRange(low + by, high + by)
    }
    this.node.onpointerup = this.node.onpointercancel = (last) => {
      this.held = null
      // A click inside the brush brings that place to the middle, as one outside does.
      if (part === "all" && !moved && last.type === "pointerup") this.plot.setRange(from - (high - low) / 2, from + (high - low) / 2)
      this.node.onpointermove = (next) => this.aim(next)
      this.node.onpointerup = this.node.onpointercancel = null
    }
  }

  destroy() {
    this.sizer.disconnect()
  }
}
