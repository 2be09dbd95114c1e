// A dialog over the page, opened and closed by keys: of keys, of the history. It takes all keys.

import { element } from "./dom.js"

export class Sheet {
  constructor(root, title, closing) {
    this.root = root
    this.title = title
    this.closing = closing // keys that close it, beside Escape
  }

  get open() {
    return Boolean(this.node)
  }

  // `groups` are the nodes shown, made anew each time.
  show(groups, wide = true) {
    const node = element("div", "us-cheat")
    const sheet = element("div", wide ? "us-cheat-sheet" : "us-cheat-sheet us-cheat-narrow")
    sheet.setAttribute("role", "dialog")
    sheet.setAttribute("aria-modal", "true")
    sheet.setAttribute("aria-label", this.title)
    const close = element("button", "us-cheat-close", "close")
    close.type = "button"
    close.onclick = () => this.close()
    const head = element("header", "us-cheat-head")
    head.append(element("strong", "", this.title), close)
    this.body = element("div", wide ? "us-cheat-groups" : "us-cheat-list")
    this.body.append(...groups)
    sheet.append(head, this.body)
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
    const key = event.key.toLowerCase()
    if (key === "tab") return this.turn(event)
    const closes = key === "escape" || this.closing.includes(key)
    if (closes) event.preventDefault()
    if (event.key !== "Enter" && event.key !== " ") event.stopPropagation()
    if (closes) this.close()
  }

  // Tab goes round inside the sheet.
  turn(event) {
    event.preventDefault()
    event.stopPropagation()
    const stops = [...this.node.querySelectorAll("button")]
    const at = stops.indexOf(document.activeElement)
    stops.at((at + (event.shiftKey ? -1 : 1)) % stops.length)?.focus()
  }

  close() {
    document.removeEventListener("keydown", this.onKey, true)
    this.node?.remove()
    this.node = null
    this.back?.focus?.({ preventScroll: true })
  }
}
