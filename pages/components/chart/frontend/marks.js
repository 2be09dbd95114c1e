// The bars and bands of marks. Only marks in sight have nodes, of many short ones on the same pixels
// one stands for all, and a node stays as long as its mark looks the same: the mouse may hold it.

import { flag } from "./causes.js"
import { coloured, element } from "./dom.js"

export const LANE_PX = 18
export const MIN_PX = 4
const NUMBER_PX = 10
const DIGIT_PX = 6.5
const FLAG_PX = 20
const TEXT_PX = 120

export class Marks {
  constructor(overlay) {
    this.overlay = overlay
    this.nodes = new Map()
    this.list = []
  }

  // Marks in order of start; nodes of those that are gone or look different go.
  update(marks) {
    if (marks === this.given && this.overlay.data === this.data) return
    this.given = marks
    this.data = this.overlay.data
    this.list = [...marks].sort((one, other) => one.start - other.start)
    const marksOf = new Map(this.list.map((mark) => [mark.ref, mark]))
    for (const [ref, { look }] of [...this.nodes]) {
      const mark = marksOf.get(ref)
      if (!mark || this.look(mark) !== look) this.drop(ref)
    }
  }

  look({ lane, colour, channels, number, movable, instant, text }) {
    const { lanes, rows, layout, editable } = this.overlay.data
    return JSON.stringify([lanes.map((one) => one.label), rows.map((row) => row.channel), layout, editable, lane, colour, channels, number, movable, instant, instant && text])
  }

  place(axis) {
    const busy = new Map()
    this.flags = new Map()
    const rows = this.overlay.panes().map((_, index) => this.overlay.row(index))
    for (const mark of this.list) this.placeOne(mark, axis, busy, rows)
    for (const last of busy.values()) entitle(last)
  }

  placeOne(mark, axis, busy, rows) {
    const from = axis.l2p(mark.low)
    const to = axis.l2p(mark.high)
    if (to < 0 || from > axis._length) return this.drop(mark.ref)
    const tiny = to - from < MIN_PX
    const chosen = mark.ref === this.overlay.editor?.selected
    const key = `${mark.lane} ${mark.channels}`
    const before = busy.get(key)
    const low = tiny ? (from + to - MIN_PX) / 2 : Math.max(from, 0)
    // Too short to see and on pixels that another short one has: that one stands for both.
    if (tiny && !chosen && before?.tiny && low < before.end) {
      before.more += 1
      return this.drop(mark.ref)
    }
    const size = tiny ? MIN_PX : Math.min(to, axis._length) - low
    const nodes = this.made(mark)
    const { bar, bands } = nodes
    // What stands already is not written again: styles cost more than sums.
    const place = [axis._offset + low, size, tiny, chosen, ...bands.flatMap(({ row }) => [rows[row].top, rows[row].height])].join()
    if (place !== nodes.place) {
      nodes.place = place
      for (const node of [bar, ...bands.map((band) => band.node)]) {
        if (!node) continue
        put(node, { left: axis._offset + low, width: size })
        node.classList.toggle("us-tiny", tiny)
        node.classList.toggle("us-selected", chosen)
      }
      for (const { node, row } of bands) put(node, rows[row])
    }
    const middle = low + size / 2
    const wide = (mark.instant ? FLAG_PX : 0) + NUMBER_PX + DIGIT_PX * String(mark.number).length
    const crowded = before !== undefined && size < wide && middle - before.middle < wide
    if (nodes.crowded !== (crowded && !chosen)) bar?.classList.toggle("us-crowded", (nodes.crowded = crowded && !chosen))
    if (mark.instant && bar) this.word(mark, bar, middle, axis._length)
    const taken = { mark, bar, tiny, end: low + size, middle: crowded ? before.middle : middle, more: 0 }
    if (before) entitle(before)
    busy.set(key, taken)
  }

  // The words of a change point stand beside its flag, where those after it in its lane leave room.
  word(mark, bar, middle, length) {
    const before = this.flags.get(mark.lane)
    if (before) before.bar.classList.toggle("us-wordless", middle - before.middle < TEXT_PX + FLAG_PX)
    bar.classList.toggle("us-wordless", length - middle < TEXT_PX)
    this.flags.set(mark.lane, { bar, middle })
  }

  made(mark) {
    const there = this.nodes.get(mark.ref)
    if (there) return Object.assign(there, { mark })
    const { overlay } = this
    const lane = overlay.data.lanes.findIndex((candidate) => candidate.label === mark.lane)
    const bands = overlay.panes().flatMap((pane, row) => {
      if (pane.linked) return []
      if (mark.channels.length && !pane.channels.some((channel) => mark.channels.includes(channel))) return []
      return [{ node: this.tagged(element("div", mark.instant ? "us-band us-instant" : "us-band"), mark), row }]
    })
    const nodes = { mark, bands, bar: lane < 0 ? null : this.bar(mark, lane), look: this.look(mark) }
    this.nodes.set(mark.ref, nodes)
    return nodes
  }

  bar(mark, lane) {
    const { overlay } = this
    const bar = this.tagged(element("button", mark.instant ? "us-bar us-flagged" : "us-bar"), mark)
    const now = () => this.nodes.get(mark.ref).mark
    bar.type = "button"
    bar.style.top = `${lane * LANE_PX + 4}px`
    bar.classList.toggle("us-own", Boolean(overlay.data.editable && mark.movable))
    if (mark.instant) bar.append(flag(mark))
    else if (mark.number !== "") bar.append(element("span", "us-number", String(mark.number)))
    bar.onpointerenter = () => overlay.light([mark.ref])
    bar.onpointerleave = () => overlay.light(overlay.resting())
    bar.onpointerdown = (event) => overlay.pointer.bar(event, now())
    bar.onclick = () => overlay.pointer.chosen(bar, now())
    bar.ondblclick = () => overlay.pointer.close(now())
    return bar
  }

  tagged(node, mark) {
    node.dataset.ref = mark.ref
    node.classList.toggle("us-lit", this.overlay.lit?.has(mark.ref) ?? false)
    this.overlay.layer.insertBefore(coloured(node, mark.colour), this.overlay.draft)
    return node
  }

  drop(ref) {
    const nodes = this.nodes.get(ref)
    if (!nodes) return
    nodes.bar?.remove()
    for (const { node } of nodes.bands) node.remove()
    this.nodes.delete(ref)
  }

  // Marks on a plotted position within `pad`, on these channels, the shortest first.
  under(x, pad, channels) {
    return this.list
      .filter((mark) => mark.low - pad <= x && x <= mark.high + pad && touches(mark, channels))
      .sort((one, other) => one.high - one.low - (other.high - other.low))
  }
}

export function touches(mark, channels) {
  return !mark.channels.length || mark.channels.some((channel) => channels.includes(channel))
}

export function put(node, places) {
  for (const [name, value] of Object.entries(places)) node.style[name] = `${value}px`
}

function entitle({ mark, bar, more }) {
  if (!bar) return
  const place = mark.instant ? `sample ${mark.start}` : `samples ${mark.start} to ${mark.stop - 1}`
  const words = [mark.text, place].filter(Boolean).join(", ")
  const title = `${mark.lane}: ${words}${more ? ` and ${more} more here: zoom in` : ""}`
  if (bar.title === title) return
  bar.title = title
  bar.setAttribute("aria-label", title)
}
