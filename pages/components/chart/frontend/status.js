// The status line below the plot: cursor, step, handle and the selected interval, in exact numbers.

import { element } from "./dom.js"

export class Status {
  constructor(help) {
    this.node = element("div", "us-status")
    this.text = element("div", "us-status-text")
    this.text.setAttribute("role", "status")
    this.text.setAttribute("aria-live", "polite")
    const keys = element("button", "us-keys-button", "keys ?")
    keys.type = "button"
    keys.title = "Show what keys and mouse do here"
    keys.onclick = () => {
      keys.blur()
      help()
    }
    this.node.append(this.text, keys)
  }

  show(editor, value) {
    const { data, samples } = editor
    this.node.hidden = !data.editable
    if (!data.editable || !samples) return
    const parts = [cursorPart(editor, value), ["moves", `${editor.handle} by ${editor.step.toLocaleString("en")}`]]
    const mark = editor.find(editor.selected)
    if (mark) parts.push([named(mark), markWords(mark, data, samples)])
    else if (editor.begun) parts.push(["begun at", `${number(editor.begun)}: O ends it at the cursor`])
    if (editor.track !== null)
      parts.push(["new ones on", data.rows.find((row) => row.channel === editor.track)?.name ?? "another channel"])
    if (editor.said) parts.push(["", editor.said])
    else if (editor.outbox.late) parts.push(["", "not stored yet, trying again"])
    this.text.replaceChildren(...parts.map(([label, words], index) => part(label, words, editor.said && index === parts.length - 1)))
    this.text.title = this.text.textContent
  }
}

function part(label, words, loud) {
  const node = element("span", loud ? "us-status-part us-said" : "us-status-part")
  if (label) node.append(element("span", "us-status-label", `${label} `))
  node.append(element("span", "us-status-words", words))
  return node
}

function cursorPart(editor, value) {
  const { cursor, samples, data, desk } = editor
  if (!cursor) return ["cursor", "none yet: , or . or a click puts it"]
  const x = samples.x(cursor.sample)
  const { low, high } = desk.visible()
  const words = [number(cursor), moment(x, data, samples), value(cursor, editor.meant())].filter(Boolean)
  if (x < low || x > high) words.push("out of sight, B brings it here")
  return ["cursor", words.join(" · ")]
}

function named(mark) {
  return [`${mark.lane || "new"} ${mark.number}`.trim(), mark.text].filter(Boolean).join(", ")
}

function markWords(mark, data, samples) {
  const first = number(mark.from)
  const last = number(mark.last)
  if (mark.instant) return `at ${first}${mark.movable ? "" : " · read-only"}`
  const count = mark.stop - mark.start
  const span = length(samples.x(mark.stop - 1) - samples.x(mark.start), data.kind)
  const size = `${count.toLocaleString("en")} sample${count === 1 ? "" : "s"}`
  const locked = mark.movable ? "" : " · read-only"
  return `${first} to ${last} (${[size, span].filter(Boolean).join(", ")})${locked}`
}

// A sample as people read it; one found among too few drawn points is marked as near.
function number(place) {
  return `${place.x === null ? "" : "≈ "}${place.sample.toLocaleString("en")}`
}

function moment(x, data, samples) {
  if (data.kind === "time") {
    const date = new Date(x)
    if (Number.isNaN(date.getTime())) return ""
    const fine = samples.regular && samples.axis.step < 1 ? fraction(x) : date.getUTCMilliseconds() ? `.${String(date.getUTCMilliseconds()).padStart(3, "0")}` : ""
    return `${date.toISOString().slice(0, 19).replace("T", " ")}${fine}`
  }
  return data.kind === "seconds" ? `${Number(x.toPrecision(9))} s` : ""
}

// Fractions of a second below a millisecond, as far as a plotted position knows them.
function fraction(x) {
  const part = ((x % 1000) + 1000) % 1000
  return `.${String(Math.round(part * 1000)).padStart(6, "0")}`
}

// A span of time with as many digits as it needs, down to what a plotted position knows.
export function length(span, kind) {
  if (kind === "samples") return ""
  const seconds = kind === "time" ? span / 1000 : span
  if (seconds < 60) return `${Number(seconds.toPrecision(6))} s`
  let left = Math.round(seconds * 1000) / 1000
  const words = []
  for (const [name, size] of [["d", 86400], ["h", 3600], ["min", 60]]) {
    const count = Math.floor(left / size)
    left = Math.round((left - count * size) * 1000) / 1000
    if (count) words.push(`${count} ${name}`)
  }
  if (left) words.push(`${left} s`)
  return words.join(" ")
}
