// The phrases of the panels: one is chosen by a click or by keys, its interval flashes and is zoomed
// to, Escape brings the identical picture back. A small menu beside it says what can be done to it.

import { element } from "./dom.js"

// `key` is what `keyOf` gives; `needs` an interval; `here` is done without Python.
const MENU = [
  { verb: "right", key: "y", cap: "Y", words: "right" },
  { verb: "wrong", key: "w", cap: "W", words: "wrong" },
  { verb: "reword", key: "e", cap: "E", words: "re-word", here: true },
  { verb: "move", key: "m", cap: "M", words: "move", needs: true },
  { verb: "link", key: "l", cap: "L", words: "link to …" },
  { verb: "unlinked", key: "shift+l", cap: "⇧L", words: "unlink", needs: true },
  { verb: "zoom", key: "enter", cap: "↵", words: "zoom", needs: true, here: true },
]
const APART_PX = 4

// For the sheet of keys: what they do to phrases, and which ones the plot has to leave.
export const SHEET = [
  { caps: ["P", "⇧ P"], words: "next and previous phrase" },
  ...MENU.map((row) => ({ caps: [row.cap], words: `${row.words}, of the chosen phrase` })),
  { caps: ["Esc"], words: "back to the picture before the zoom" },
]

export function taken(data) {
  return !data.editable && judged(data).length ? ["p"] : []
}

export class Phrases {
  constructor(desk) {
    this.desk = desk
    this.list = []
    this.chosen = ""
    this.before = null // the range that Escape brings back
    this.menu = element("div", "us-phrase-menu")
    this.menu.setAttribute("role", "toolbar")
    this.menu.setAttribute("aria-label", "What can be done to this phrase")
    this.menu.hidden = true
    desk.root.append(this.menu)
    this.onScroll = () => this.place()
    desk.panels.addEventListener("scroll", this.onScroll, true)
    window.addEventListener("resize", this.onScroll)
  }

  update(data) {
    if (data.view !== this.view) {
      this.view = data.view
      this.before = null
      this.leave()
    }
    this.list = judged(data)
    if (!this.phrase || data.editable) this.leave()
    this.show()
  }

  get phrase() {
    return this.list.find((one) => one.id === this.chosen)
  }

  get ref() {
    return this.phrase?.ref ?? ""
  }

  // ---- keys; true when taken

  key(key) {
    if (key === "escape" && this.back()) return true
    if (this.desk.data.editable || !this.list.length) return false
    if (key === "p" || key === "shift+p") return this.step(key === "p" ? 1 : -1)
    const { phrase } = this
    if (!phrase) return false
    if (key === "escape") return this.leave()
    const row = MENU.find((one) => one.key === key && fits(one, phrase))
    if (row) this.act(row, phrase)
    return Boolean(row)
  }

  step(way) {
    const now = this.list.findIndex((one) => one.id === this.chosen)
    const next = now < 0 ? (way > 0 ? 0 : this.list.length - 1) : (now + way + this.list.length) % this.list.length
    this.choose(this.list[next].id)
    this.node()?.scrollIntoView({ block: "nearest" })
    this.place()
    return true
  }

  choose(id) {
    this.chosen = id
    this.form = null
    this.show()
    this.desk.light(this.desk.resting())
  }

  leave() {
    if (!this.chosen) return false
    this.choose("")
    return true
  }

  clicked(phrase) {
    if (!this.desk.data.editable) this.choose(phrase.id)
    if (phrase.ref) this.zoom(phrase.ref)
  }

  // A bar of the plot: its interval, and what was said of it. False where nothing was.
  barClicked(ref) {
    const found = this.list.find((one) => one.ref === ref)
    if (!found) return false
    this.clicked(found)
    this.node()?.scrollIntoView({ block: "nearest" })
    this.place()
    return true
  }

  // ---- zoom and back

  zoom(ref) {
    const mark = this.desk.nav.marks().find((one) => one.ref === ref)
    if (!mark || !this.desk.plot.graph._fullLayout) return
    this.before ??= this.desk.plot.range()
    this.desk.near(mark)
  }

  back() {
    if (!this.before) return false
    this.desk.plot.restore(this.before)
    this.before = null
    return true
  }

  // ---- the menu

  act(row, phrase) {
    if (row.verb === "zoom") this.zoom(phrase.ref)
    else if (row.verb === "reword") this.reword(phrase)
    else this.desk.ask("phrase", { phrase: phrase.id, verb: row.verb })
  }

  reword(phrase) {
    const form = element("form", "us-phrase-form")
    const field = element("input")
    field.type = "text"
    field.value = phrase.text.trim()
    field.setAttribute("aria-label", "The phrase in other words")
    const save = element("button", "us-action us-primary", "Save")
    form.append(field, save)
    form.onsubmit = (event) => {
      event.preventDefault()
      const told = field.value.trim() === phrase.text.trim()
      if (told || this.desk.ask("phrase", { phrase: phrase.id, verb: "reworded", text: field.value })) this.close()
    }
    // Typed words are the field's alone; Escape drops them.
    field.onkeydown = (event) => {
      event.stopPropagation()
      if (event.key === "Escape") this.close()
    }
    this.form = form
    this.show()
    field.focus()
    field.select()
  }

  close() {
    this.form = null
    this.show()
  }

  show() {
    const { phrase } = this
    this.menu.hidden = !phrase
    for (const node of this.desk.panels.querySelectorAll(".us-phrase"))
      node.classList.toggle("us-chosen", Boolean(phrase) && node.dataset.phrase === phrase.id)
    if (!phrase) return this.menu.replaceChildren()
    if (!this.form) this.menu.replaceChildren(...MENU.filter((row) => fits(row, phrase)).map((row) => this.button(row, phrase)))
    else if (!this.form.isConnected) this.menu.replaceChildren(this.form)
    this.place()
  }

  button(row, phrase) {
    const node = element("button", "us-phrase-act")
    node.type = "button"
    node.dataset.verb = row.verb
    node.append(element("kbd", "", row.cap), element("span", "", row.words))
    node.onclick = () => {
      node.blur()
      this.act(row, phrase)
    }
    return node
  }

  node() {
    return [...this.desk.panels.querySelectorAll(".us-phrase")].find((one) => one.dataset.phrase === this.chosen)
  }

  // Above the phrase's panel, whose words it must not hide; always there, so that the hand learns it.
  place() {
    const panel = this.node()?.closest(".us-panel")
    if (!panel || this.menu.hidden) return
    const root = this.desk.root.getBoundingClientRect()
    const box = panel.getBoundingClientRect()
    const left = Math.min(box.left - root.left, root.width - this.menu.offsetWidth)
    this.menu.style.left = `${Math.max(left, 0)}px`
    this.menu.style.top = `${box.top - root.top - this.menu.offsetHeight - APART_PX}px`
  }

  destroy() {
    window.removeEventListener("resize", this.onScroll)
    this.menu.remove()
  }
}

function judged(data) {
  return data.panels.flatMap((panel) => panel.phrases).filter((phrase) => phrase.id)
}

function fits(row, phrase) {
  return !row.needs || Boolean(phrase.ref)
}
