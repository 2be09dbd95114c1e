// The mouse on the plot: draw, drag an edge, move, select, put the cursor. Everything lands on samples
// while it is dragged. In draw mode a pen lies over the plot; else plotly keeps what is not an edit.

import { touches } from "./marks.js"

const CLICK_PX = 4
const GRIP_PX = 6
const MIDDLE_PX = 11

export class Pointer {
  constructor(overlay) {
    this.overlay = overlay
    const { pen, graph } = overlay
    pen.onpointerdown = (event) => this.start(event, pen)
    pen.onpointermove = (event) => this.aim(event)
    pen.ondblclick = (event) => this.doubled(this.overlay.position(event))
    this.onDown = (event) => this.down(event)
    this.onMouse = (event) => this.second(event)
    this.onUp = (event) => this.up(event)
    graph.addEventListener("pointerdown", this.onDown, true)
    graph.addEventListener("mousedown", this.onMouse, true)
    document.addEventListener("pointerup", this.onUp, true)
  }

  get editor() {
    const { editor, data } = this.overlay
    return editor?.samples && data ? editor : null
  }

  get editable() {
    return Boolean(this.overlay.data?.editable && this.editor)
  }

  // ---- on the plot itself: only Shift, an edge or the grip is ours, all else is plotly's

  down(event) {
    this.pressed = null
    if (event.button !== 0 || !this.editable) return
    const at = this.overlay.position(event)
    if (!at.inside) return
    if (event.shiftKey || this.grip(at)) {
      event.stopPropagation()
      this.start(event, this.overlay.graph)
    } else this.pressed = { x: event.clientX, y: event.clientY }
  }

  // The second press of a double click on an interval is not plotly's, who would show everything.
  second(event) {
    if (event.detail !== 2 || !this.editable) return
    const at = this.overlay.position(event)
    const [mark] = at.inside ? this.overlay.under(at) : []
    if (!mark) return
    event.stopPropagation()
    event.preventDefault()
    this.pressed = null
    this.close(mark)
  }

  up(event) {
    const from = this.pressed
    this.pressed = null
    if (!from || Math.hypot(event.clientX - from.x, event.clientY - from.y) > CLICK_PX) return
    this.click(this.overlay.position(event), event)
  }

  click(at, event) {
    const { editor } = this
    const found = this.overlay.under(at)
    editor.aim(editor.samples.nearest(at.x))
    if (event.altKey) return
    // Clicking on goes down through marks that lie over each other.
    const next = found[found.findIndex((mark) => mark.ref === editor.selected) + 1] ?? found[0]
    editor.select(next?.ref ?? "")
  }

  // Bars in the lanes: a click selects, a drag moves one's own.
  bar(event, mark) {
    if (event.button !== 0 || !this.editable || !mark.movable) return
    event.preventDefault()
    this.drag(event, this.overlay.graph, { mark, part: "middle" })
  }

  chosen(bar, mark) {
    bar.blur()
    if (this.editable) this.editor.select(mark.ref)
    else this.overlay.handlers.clicked(mark.ref)
  }

  // On an interval it zooms there; on an empty place it puts a change point, where those are marked.
  doubled(at) {
    const [mark] = this.overlay.under(at)
    const { channels, linked } = this.overlay.panes()[at.row]
    if (mark || !this.editable || !this.overlay.data.instants || linked) return this.close(mark)
    const sample = this.editor.samples.nearest(at.x)
    this.editor.draw(sample, sample, channels)
  }

  close(mark) {
    if (mark && this.editable) this.overlay.handlers.near(mark)
  }

  // ---- where the pointer would take hold

  grip(at) {
    const axis = this.overlay.graph._fullLayout.xaxis
    const { channels, linked } = this.overlay.panes()[at.row]
    if (linked) return null
    const own = this.overlay.marks.list.filter((mark) => mark.movable && touches(mark, channels))
    let best = null
    for (const mark of own) {
      for (const part of ["low", "high"]) {
        const distance = Math.abs(axis.l2p(mark[part]) - at.pixel) - (mark.ref === this.editor?.selected ? 1 : 0)
        if (distance <= GRIP_PX && (!best || distance < best.distance)) best = { mark, part, distance }
      }
    }
    return best ?? this.middle(at, axis, own)
  }

  middle(at, axis, own) {
    const mark = this.overlay.data.editable && own.find((one) => one.ref === this.editor?.selected)
    if (!mark) return null
    const low = Math.max(axis.l2p(mark.low), 0)
    const high = Math.min(axis.l2p(mark.high), axis._length)
    const rows = this.overlay.row("own")
    const near = Math.abs((low + high) / 2 - at.pixel) <= MIDDLE_PX && Math.abs(rows.top + rows.height / 2 - at.y) <= MIDDLE_PX
    return high - low >= 40 && near ? { mark, part: "middle" } : null
  }

  aim(event) {
    const { overlay } = this
    if (!overlay.data || !overlay.graph._fullLayout) return
    const at = overlay.position(event)
    this.editor?.point(overlay.panes()[at.row])
    const grip = at.inside && (overlay.data.mode === "draw" || this.editable) ? this.grip(at) : null
    overlay.pen.classList.toggle("us-gripping", Boolean(grip))
    overlay.graph.classList.toggle("us-gripping", Boolean(grip) && grip.part !== "middle")
    overlay.graph.classList.toggle("us-grabbing", grip?.part === "middle")
    overlay.graph.classList.toggle("us-drawing", this.editable && event.shiftKey && !grip)
    if (!overlay.marks.list.length) return
    const refs = at.inside ? overlay.under(at).map((mark) => mark.ref) : []
    overlay.light(refs.length ? refs : overlay.resting())
  }

  // ---- dragging

  start(event, holder) {
    if (event.button !== 0 || !this.editor) return
    event.preventDefault()
    const at = this.overlay.position(event)
    if (this.overlay.panes()[at.row].linked) return this.refuse()
    this.editor.said = ""
    const grip = this.grip(at)
    if (grip) this.drag(event, holder, this.overlay.data.instants ? { ...grip, part: "middle" } : grip)
    else this.draw(event, holder, at)
  }

  refuse() {
    this.editor.say("this row is another series: draw on the rows above")
    this.editor.shown()
  }

  // While the pointer is down: `step` follows it, `end(dropped)` comes once, Escape drops.
  follow(event, holder, step, end) {
    const { view } = this.editor.data
    const finish = (dropped) => {
      for (const [name, fn] of Object.entries(told)) holder.removeEventListener(name, fn)
      document.removeEventListener("keydown", cancel, true)
      // What was begun in the picture of another series is no place in this one.
      end(dropped || this.overlay.editor.data.view !== view)
    }
    const cancel = (key) => {
      if (key.key !== "Escape") return
      key.stopPropagation()
      key.preventDefault()
      finish(true)
    }
    const told = { pointermove: step, pointerup: () => finish(false), pointercancel: () => finish(true) }
    holder.setPointerCapture(event.pointerId)
    for (const [name, fn] of Object.entries(told)) holder.addEventListener(name, fn)
    document.addEventListener("keydown", cancel, true)
  }

  drag(event, holder, { mark, part }) {
    const { editor, overlay } = this
    const { samples } = editor
    const from = overlay.position(event)
    const held = samples.nearest(from.x)
    let moved = false
    let edges = { from: mark.from, last: mark.last }
    overlay.light([mark.ref])
    const step = (next) => {
      const at = samples.nearest(overlay.position(next).x)
      if (Math.abs(next.clientX - event.clientX) > CLICK_PX) moved = true
      if (!moved && part === "middle") return
      edges = pulled(mark, part, at, held, samples)
      editor.preview(mark.ref, edges)
    }
    this.follow(event, holder, step, (dropped) => {
      editor.preview("", null)
      if (dropped) return
      const same = edges.from.sample === mark.from.sample && edges.last.sample === mark.last.sample
      if (!same) editor.edge(mark, edges.from, edges.last)
      if (!same && this.editable) editor.choose(mark.ref)
      else if (this.editable) editor.select(mark.ref)
    })
  }

  draw(event, holder, from) {
    const { editor, overlay } = this
    let to = from
    const sides = () => (from.x <= to.x ? [from, to] : [to, from])
    const show = () => {
      const [low, high] = sides()
      overlay.drawing = { low: low.x, high: high.x, row: from.row }
      overlay.place()
    }
    const step = (next) => {
      to = overlay.position(next)
      show()
    }
    this.follow(event, holder, step, (dropped) => {
      overlay.drawing = null
      const small = Math.abs(to.pixel - from.pixel) < CLICK_PX
      const [low, high] = sides()
      // A change point lies where the mouse lets go.
      if (!dropped && !small) editor.draw(...(editor.data.instants ? [editor.samples.nearest(to.x), null] : editor.samples.within(low.x, high.x)), overlay.panes()[from.row].channels)
      else if (!dropped && this.editable) this.click(to, event)
      overlay.place()
    })
  }

  destroy() {
    document.removeEventListener("pointerup", this.onUp, true)
  }
}

// A mark with an edge, or all of it, pulled to a sample; at least one sample stays inside.
function pulled(mark, part, at, held, samples) {
  if (part === "low") return { from: at.sample > mark.last.sample ? mark.last : at, last: mark.last }
  if (part === "high") return { from: mark.from, last: at.sample < mark.from.sample ? mark.from : at }
  const room = [samples.axis.first - mark.from.sample, samples.axis.last - mark.last.sample]
  const by = Math.min(Math.max(at.sample - held.sample, room[0]), room[1])
  return { from: samples.moved(mark.from, by), last: samples.moved(mark.last, by) }
}
