// The sheet of keys: made from the table of keys and the page's own actions. Those that people may
// choose are rows to press: the next key is the new one, if Python agrees.

import { element } from "./dom.js"
import { KEYS, MOUSE, capOf } from "./keys.js"
import { SHEET, taken as takenBy } from "./phrases.js"
import { Sheet } from "./sheet.js"

export class Cheat extends Sheet {
  // `rebind(binding, key)` asks Python; its answer comes with the next data.
  constructor(root, rebind) {
    super(root, "Keys", ["?", "h"])
    this.rebind = rebind
    this.waiting = ""
  }

  toggle(data) {
    if (this.open) this.close()
    else this.show(this.groups(data))
  }

  update(data) {
    if (!this.open) return
    const asked = this.waiting || document.activeElement?.dataset?.binding
    this.waiting = ""
    this.body.replaceChildren(...this.groups(data))
    this.body.querySelector(`[data-binding="${asked}"]`)?.focus()
  }

  groups(data) {
    const { bindings, refused } = data.told
    const rows = worded(KEYS, data).filter((row) => row.caps.length)
    const names = [...new Set(rows.map((row) => row.group))]
    const keyed = data.actions.filter((action) => action.key)
    const taken = new Set([...keyed.map((action) => action.key.toLowerCase()), ...takenBy(data)])
    const chosen = new Set(bindings.map((one) => one.key))
    const fixed = keyed.filter((action) => !chosen.has(action.key))
    const groups = names.map((name) => section(name, left(rows.filter((row) => row.group === name), taken)))
    groups.push(section("Mouse", worded(MOUSE, data)))
    if (takenBy(data).length) groups.push(section("Phrases", SHEET))
    if (fixed.length) groups.push(section("This page", fixed.map((action) => ({ caps: [capOf(action.key)], words: action.label }))))
    if (bindings.length) groups.unshift(this.own(bindings, refused))
    return groups
  }

  own(bindings, refused) {
    const node = element("section", "us-cheat-group")
    node.append(element("h4", "", "Decide: press a row, then its new key"))
    if (refused) node.append(element("p", "us-cheat-refused", refused))
    for (const one of bindings) node.append(this.bindingNode(one))
    const reset = element("button", "us-cheat-close", "first keys again")
    reset.type = "button"
    reset.onclick = () => this.rebind("", "")
    node.append(reset)
    return node
  }

  bindingNode(one) {
    const line = element("button", "us-cheat-row us-cheat-binding")
    line.type = "button"
    line.dataset.binding = one.id
    const caps = element("span", "us-cheat-caps")
    caps.append(element("kbd", "", capOf(one.key)))
    line.append(caps, element("span", "", one.words))
    line.onclick = () => {
      this.waiting = one.id
      for (const other of this.body.querySelectorAll(".us-cheat-asked")) other.classList.remove("us-cheat-asked")
      line.classList.add("us-cheat-asked")
      caps.replaceChildren(element("kbd", "", "press a key"))
    }
    return line
  }

  key(event) {
    if (!this.waiting) return super.key(event)
    if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return
    event.preventDefault()
    event.stopPropagation()
    const key = event.key.toLowerCase()
    this.rebind(this.waiting, event.shiftKey && key.length === 1 ? `shift+${key}` : key)
  }

  close() {
    this.waiting = ""
    super.close()
  }
}

// The rows that count, in the words of what is marked: what change points do not have is left out.
function worded(rows, data) {
  const there = rows.filter((row) => data.editable || !row.edit)
  if (!data.instants) return there
  return there.map((row) => ({ ...row, words: row.instants ?? row.words })).filter((row) => row.words)
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
