// The sheet of keys: made from the table of keys and the page's own actions.

import { element } from "./dom.js"
import { KEYS, MOUSE } from "./keys.js"
import { SHEET, taken as takenBy } from "./phrases.js"

export class Cheat {
  constructor(root) {
    this.root = root
  }

  get open() {
    return Boolean(this.node)
  }

  toggle(data) {
    if (this.node) this.close()
    else this.show(data)
  }

  show(data) {
    const rows = KEYS.filter((row) => row.caps.length && (data.editable || !row.edit))
    const groups = [...new Set(rows.map((row) => row.group))].map((group) => [group, rows.filter((row) => row.group === group)])
    const own = data.actions.filter((action) => action.key).map((action) => ({ caps: [action.key.replace("shift+", "⇧ ").toUpperCase()], words: action.label }))
    const taken = new Set([...data.actions.map((action) => action.key.toLowerCase()), ...takenBy(data)])
    const node = element("div", "us-cheat")
    const sheet = element("div", "us-cheat-sheet")
    sheet.setAttribute("role", "dialog")
    sheet.setAttribute("aria-modal", "true")
    sheet.setAttribute("aria-label", "Keys of the chart")
    const close = element("button", "us-cheat-close", "close")
    close.type = "button"
    close.onclick = () => this.close()
    const head = element("header", "us-cheat-head")
    head.append(element("strong", "", "Keys"), close)
    const body = element("div", "us-cheat-groups")
    for (const [group, list] of groups) body.append(section(group, left(list, taken)))
    body.append(section("Mouse", MOUSE.filter((row) => data.editable || !row.edit)))
    if (takenBy(data).length) body.append(section("Phrases", SHEET))
    if (own.length) body.append(section("This page", own))
    sheet.append(head, body)
    node.append(sheet)
    node.onpointerdown = (event) => event.target === node && this.close()
    this.node = node
    this.back = document.activeElement
    this.onKey = (event) => this.key(event)
    document.addEventListener("keydown", this.onKey, true)
    this.root.append(node)
    close.focus()
  }

  // Open, the sheet takes all keys: those that close it, and none for the plot behind it.
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const closes = ["escape", "?", "h"].includes(event.key.toLowerCase())
    if (closes || event.key === "Tab") event.preventDefault()
    if (event.key !== "Enter" && event.key !== " ") event.stopPropagation()
    if (closes) this.close()
  }

  close() {
    document.removeEventListener("keydown", this.onKey, true)
    this.node?.remove()
    this.node = null
    this.back?.focus?.({ preventScroll: true })
  }
}

// The rows that the page's own keys leave, each with the caps that are still free.
function left(rows, taken) {
  return rows
    .map((row) => ({ ...row, caps: row.caps.length === row.on.length ? row.caps.filter((_, index) => !taken.has(row.on[index])) : row.caps }))
    .filter((row) => row.caps.length && !row.on.every((key) => taken.has(key)))
}

function section(title, rows) {
  const node = element("section", "us-cheat-group")
  node.append(element("h4", "", title))
  for (const row of rows) {
    const line = element("div", "us-cheat-row")
    const caps = element("span", "us-cheat-caps")
    caps.append(...row.caps.map((cap) => element("kbd", "", cap)))
    line.append(caps, element("span", "", row.words))
    node.append(line)
  }
  return node
}
