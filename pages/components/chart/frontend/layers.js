// What lies around the lines: long gaps, the event-log track, and who is who when lines share a place.

import { element } from "./dom.js"
import { axisName, colourOf } from "./figure.js"

const NEAR_PX = 14

export class Layers {
  constructor(plot) {
    this.plot = plot
    this.layer = element("div", "us-layers")
    this.legend = element("div", "us-legend")
    this.track = element("div", "us-log")
    this.track.hidden = true
    this.label = element("span", "us-log-name", "log")
    this.ticks = element("div", "us-log-ticks")
    this.card = element("div", "us-log-card")
    this.card.hidden = true
    this.track.append(this.label, this.ticks, this.card)
    plot.host.prepend(this.layer)
    plot.host.append(this.legend)
  }

  build(data) {
    this.data = data
    this.layer.replaceChildren()
    this.gaps = data.gaps.map(([row, low, high]) => {
      const node = element("div", "us-gap")
      this.layer.append(node)
      return { node, row, low, high }
    })
    this.track.hidden = data.log.length === 0
    this.card.hidden = true
    this.drawn = ""
    this.name(data)
  }

  name(data) {
    const chips = []
    if (data.layout === "overlay") data.rows.forEach((row, index) => chips.push(chip(data.normalise ? row.bare : row.title, colourOf(index))))
    for (const ghost of data.ghosts) chips.push(chip(ghost.label, "", "us-ghost"))
    this.legend.replaceChildren(...chips)
    this.legend.hidden = chips.length === 0
  }

  place() {
    const full = this.plot.graph._fullLayout
    if (!full || !this.data) return
    const { _offset: left, _length: width } = full.xaxis
    for (const { node, row, low, high } of this.gaps) {
      const from = Math.max(full.xaxis.l2p(low), 0)
      const to = Math.min(full.xaxis.l2p(high), width)
      node.hidden = to <= from
      const last = this.data.rows.length - 1
      const one = this.data.layout === "overlay" && row <= last // rows of other series stay apart
      const top = full[axisName(row < 0 || one ? 0 : row)]
      const bottom = full[axisName(row < 0 && !one ? last : row < 0 || one ? 0 : row)]
      if (!top || !bottom) continue
      put(node, { left: left + from, width: to - from, top: top._offset, height: bottom._offset + bottom._length - top._offset })
    }
    put(this.legend, { right: full._size.r + 4, top: full._size.t + 4 })
    this.placeLog(full.xaxis)
  }

  // Ticks nearer than a few pixels stand together, with their number.
  placeLog(axis) {
    if (this.track.hidden) return
    const groups = []
    for (const tick of this.data.log) {
      const from = axis.l2p(tick.low)
      const to = axis.l2p(tick.high)
      if (to < 0 || from > axis._length) continue
      const last = groups.at(-1)
      const long = to - from > NEAR_PX
      if (last && !long && !last.long && from - last.from < NEAR_PX) {
        last.ticks.push(tick)
        last.to = Math.max(last.to, to)
      } else groups.push({ from: Math.max(from, 0), to: Math.min(to, axis._length), long, ticks: [tick] })
    }
    this.ticks.replaceChildren(...groups.map((group) => this.tick(group, axis)))
  }

  tick({ from, to, long, ticks }, axis) {
    const count = ticks.reduce((sum, one) => sum + one.n, 0)
    const node = element("button", long ? "us-log-tick us-log-long" : "us-log-tick", count > 1 ? String(count) : "")
    node.type = "button"
    const texts = ticks.flatMap((one) => one.texts)
    const shown = texts.slice(0, 5)
    const words = [...shown, ...(count > shown.length ? [`and ${(count - shown.length).toLocaleString("en")} more`] : [])]
    node.setAttribute("aria-label", words.join("; "))
    put(node, { left: axis._offset + (from + to) / 2 })
    if (long) put(node, { left: axis._offset + from, width: to - from })
    node.onpointerenter = node.onfocus = () => this.show(node, words)
    node.onpointerleave = node.onblur = () => (this.card.hidden = true)
    node.onclick = () => this.near(ticks)
    return node
  }

  show(node, words) {
    this.card.replaceChildren(...words.map((one) => element("div", "", one)))
    this.card.hidden = false
    const middle = node.offsetLeft + (node.classList.contains("us-log-long") ? node.offsetWidth / 2 : 0)
    const half = this.card.offsetWidth / 2
    put(this.card, { left: Math.min(Math.max(middle, half + 4), this.track.clientWidth - half - 4) })
  }

  // A click on entries that stand together zooms until they come apart.
  near(ticks) {
    const low = Math.min(...ticks.map((one) => one.low))
    const high = Math.max(...ticks.map((one) => one.high))
    const { low: from, high: to } = this.plot.visible()
    const half = Math.max((high - low) * 0.6, (to - from) * (ticks.length > 1 ? 0.05 : 0.25))
    this.plot.setRange((low + high) / 2 - half, (low + high) / 2 + half)
  }
}

function chip(text, colour, extra = "") {
  const node = element("span", `us-chip ${extra}`)
  const swatch = element("i")
  if (colour) swatch.style.borderColor = colour
  node.append(swatch, element("span", "", text))
  node.title = text
  return node
}

function put(node, places) {
  for (const [name, value] of Object.entries(places)) node.style[name] = `${value}px`
}
