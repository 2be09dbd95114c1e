// What lies over the picture: the shaded context, names, lanes, marks, the selected one's edges, what
// is being drawn, and the cursor. Nothing here redraws a line.

import { coloured, element } from "./dom.js"
import { axisName, panesOf } from "./figure.js"
import { LANE_PX, MIN_PX, Marks, put } from "./marks.js"
import { Pointer } from "./pointer.js"

const LEAST_APART_PX = 8

export class Overlay {
  constructor(host, graph, handlers) {
    this.graph = graph
    this.handlers = handlers
    this.editor = null // set by the desk
    this.layer = element("div", "us-overlay")
    this.pen = element("div", "us-pen")
    this.draft = element("div", "us-draft")
    this.frame = element("div", "us-selected-frame")
    this.hair = element("div", "us-cursor")
    for (const part of ["start", "end", "grip"]) this.frame.append(element("div", `us-handle us-handle-${part}`))
    this.frame.lastChild.textContent = "⠿"
    this.layer.append(this.draft, this.frame, this.hair)
    host.append(this.layer, this.pen)
    this.pen.onwheel = (event) => {
      event.preventDefault()
      this.handlers.wheel(event, this.position(event).x)
    }
    this.marks = new Marks(this)
    this.statics = []
    this.pointer = new Pointer(this)
    graph.addEventListener("pointermove", (event) => this.pointer.aim(event))
    graph.addEventListener("pointerleave", () => this.light(this.resting()))
  }

  clear() {
    this.data = null
  }

  build(data) {
    this.data = data
    for (const { node } of this.statics) node.remove()
    this.statics = []
    this.pen.hidden = data.mode !== "draw"
    if (data.window) this.shade(data.window)
    this.panes().forEach((pane, index) => this.name(pane, index))
    data.lanes.forEach((lane, index) => this.lane(lane, index))
    this.settled()
  }

  // Other points are drawn: places between them may be known better.
  settled() {
    if (!this.data) return
    this.editor.settle(this.handlers.knots())
    this.refresh()
  }

  // Marks, cursor or selection changed; the picture below did not.
  refresh() {
    if (!this.data) return
    this.marks.update(this.editor.marks())
    this.place()
  }

  // Rows as the picture has them.
  panes() {
    return panesOf(this.data)
  }

  shade([low, high]) {
    for (const side of ["before", "after"]) {
      const node = element("div", `us-context us-${side}`)
      const [from, to] = side === "before" ? [-Infinity, low] : [high, Infinity]
      this.layer.prepend(node)
      this.statics.push({ node, low: from, high: to })
    }
  }

  name({ title, linked }, index) {
    if (linked) this.ground(index)
    if (!title) return
    const node = element("div", linked ? "us-channel us-linked" : "us-channel", title)
    node.title = linked ? `${title}: another series, joined by time, read-only` : title
    this.layer.insertBefore(node, this.draft)
    this.statics.push({ node, row: index })
  }

  // What is of another series stands on a ground of its own.
  ground(row) {
    const node = element("div", "us-linked-ground")
    this.layer.prepend(node)
    this.statics.push({ node, row, wide: true })
  }

  lane(lane, index) {
    const node = coloured(element("div", "us-lane"), lane.colour)
    node.style.top = `${index * LANE_PX + 2}px`
    const label = element("span", "us-lane-name", lane.label)
    label.title = lane.label
    node.append(label)
    this.layer.prepend(node)
    this.statics.push({ node, lane: true })
  }

  resting() {
    return this.handlers.resting()
  }

  light(refs) {
    this.lit = new Set(refs)
    this.handlers.light(refs)
  }

  // Where the axes are now; cheap enough to follow every wheel tick.
  place() {
    const full = this.graph._fullLayout
    if (!full || !this.data) return
    const { _offset: left, _length: width } = full.xaxis
    const all = this.row("all")
    for (const one of this.statics) this.placeStatic(one, full.xaxis, all)
    this.marks.place(full.xaxis)
    this.placeFrame(full.xaxis, all)
    const at = this.data.editable ? this.editor.cursorX() : null
    const pixel = at === null ? -1 : full.xaxis.l2p(at)
    this.hair.hidden = pixel < 0 || pixel > width
    put(this.hair, { left: left + pixel, top: all.top, height: all.height })
    this.placeDraft(full.xaxis)
    put(this.pen, { left, width, top: all.top, height: all.height })
  }

  placeStatic({ node, low, high, row, lane, wide }, axis, all) {
    if (lane) return
    if (wide) return put(node, { left: axis._offset, width: axis._length, ...this.row(row) })
    if (row !== undefined) {
      put(node, { left: axis._offset + 4, top: this.row(row).top })
      node.style.maxWidth = `${axis._length - 8}px`
      return
    }
    const [from, to] = [low, high].map((at) => Math.min(Math.max(Number.isFinite(at) ? axis.l2p(at) : at, 0), axis._length))
    node.hidden = to <= from
    put(node, { left: axis._offset + from, width: Math.max(to - from, 0), top: all.top, height: all.height })
  }

  // Edges, the moving one marked, and the grip in the middle of the selected mark.
  placeFrame(axis, all) {
    const mark = this.data.editable ? this.editor.find(this.editor.selected) : null
    const [from, to] = mark ? [axis.l2p(mark.low), axis.l2p(mark.high)] : [0, 0]
    this.frame.hidden = !mark || to < 0 || from > axis._length
    if (this.frame.hidden) return
    // Edges stand outside of what is short, so that a spike of one sample is seen between them.
    const apart = mark.instant ? 0 : Math.max(0, (LEAST_APART_PX - (to - from)) / 2)
    this.frame.classList.toggle("us-narrow", apart > 0)
    const [low, high] = [Math.max(from - apart, -2), Math.min(to + apart, axis._length + 2)]
    put(this.frame, { left: axis._offset + low, width: high - low, top: all.top, height: all.height })
    const [start, end, grip] = this.frame.children
    start.hidden = from < 0
    end.hidden = to > axis._length || Boolean(mark.instant) // a change point has one place
    grip.hidden = !mark.movable || high - low < 40
    const own = this.row("own")
    this.frame.style.setProperty("--us-grip", `${own.top + own.height / 2 - all.top}px`) // where it can be held
    this.frame.classList.toggle("us-locked", !mark.movable)
    start.classList.toggle("us-active", this.editor.handle === "start")
    end.classList.toggle("us-active", this.editor.handle === "end")
    coloured(this.frame, mark.colour)
  }

  // What is being drawn: by the mouse, or by keys from where it was begun to the cursor.
  placeDraft(axis) {
    const { editor } = this
    const begun = editor.begun && editor.samples && editor.cursor ? [editor.samples.x(editor.begun.sample), editor.cursorX()] : null
    const range = this.drawing ?? (begun && { low: Math.min(...begun), high: Math.max(...begun), row: "all" })
    this.draft.hidden = !range
    if (!range) return
    const low = Math.max(axis.l2p(range.low), 0)
    const high = Math.min(axis.l2p(range.high), axis._length)
    put(this.draft, { left: axis._offset + low, width: Math.max(high - low, 0), ...this.row(range.row) })
  }

  row(which) {
    const axes = this.panes().map(({ axis }) => this.graph._fullLayout[axisName(axis)])
    if (which !== "all" && which !== "own") return { top: axes[which]._offset, height: axes[which]._length }
    const last = which === "own" ? axes[axes.length - 1 - this.data.linked.length] : axes[axes.length - 1]
    return { top: axes[0]._offset, height: last._offset + last._length - axes[0]._offset }
  }

  position(event) {
    const full = this.graph._fullLayout
    const box = this.graph.getBoundingClientRect()
    const raw = event.clientX - box.left - full.xaxis._offset
    const pixel = Math.min(Math.max(raw, 0), full.xaxis._length)
    const y = event.clientY - box.top
    const rows = this.panes().map((_, index) => this.row(index))
    const distance = rows.map((row) => Math.max(row.top - y, y - row.top - row.height, 0))
    const nearest = Math.min(...distance)
    const perPx = full.xaxis.p2l(1) - full.xaxis.p2l(0)
    return { pixel, x: full.xaxis.p2l(pixel), y, row: distance.indexOf(nearest), perPx, inside: nearest === 0 && raw === pixel }
  }

  // Marks on a place of the picture, the shortest first.
  under(at) {
    if (this.panes()[at.row]?.linked) return []
    return this.marks.under(at.x, at.perPx * MIN_PX, this.panes()[at.row]?.channels ?? [])
  }

  destroy() {
    this.pointer.destroy()
    this.layer.remove()
    this.pen.remove()
  }
}
