// Entry of the chart component: one Desk per place on the page holds plot, answers and keys.
// It talks to Python by one trigger ("event") and two states ("visible", "failed").
//
// What the parts may use of each other:
//   desk.data                  the payload in sight; data.axis = { first, last, x0, step | null, kind }
//   desk.visible()             { low, high } in plotted numbers (milliseconds, samples or seconds)
//   desk.setRange(low, high)   show that; clamped to the series, the detail follows by itself
//   desk.emit(type, fields)    an event for Python; its nonce, or "" while one is under way
//   desk.select(ref)           select a mark ("" for none) here and in Python; desk.selected tells
//   desk.light(refs)           light marks and phrases without Python
//   desk.phrases               the chosen phrase, its menu, the zoom to its interval and the way back
//   plot.onplace(fn)           fn() after every pan, zoom, resize and redraw; returns its removal
//   plot.knots()               [sample, x] of every drawn point that is no gap
//   plot.pixel(x), plot.at(px) plotted number to pixel from the graph's left edge and back
// What guards what between browser and Python:
//   view      what is looked at: an event of another view is dropped by Python, a new one resets
//   goto_id   a jump: the range is set once when it changes, and never again by a rerun
//   painted   the facts on the screen: no action starts before its own picture stands
//   nonce     one event: it waits until Python hands it back in `handled`, or is sent again
//   answer    one question for finer lines: an answer to an older question draws nothing
// A key goes to the chosen phrase, to the page's actions, then to edit.run(command), then to nav.run(command); the first
// that returns true has it.

import { Plot } from "./plot.js"
import { renderPanels, renderActions } from "./panels.js"
import { Cheat } from "./cheat.js"
import { History } from "./history.js"
import { Saved } from "./saved.js"
import { Editor } from "./edit.js"
import { commandOf, keyOf } from "./keys.js"
import { held, unpacked } from "./lines.js"
import { Nav } from "./nav.js"
import { Phrases } from "./phrases.js"
import { Status } from "./status.js"
import { element } from "./dom.js"

const desks = new WeakMap()
const WAIT_FOR_PYTHON_MS = 6000
const SETTLE_MS = 40 // plotly itself tells of a turned wheel 50 ms after its last tick
const ASK_AGAIN_MS = 2000
const MOST_AGAIN = 5
const LINES = { lines: null, fine: null, gaps: null, log: null, strips: null, answer: 0 }
const GAPS_PX = 34
const SAVES = ["action", "drawn", "moved", "deleted", "split", "merged"]

export function render({ buffer, ...component }) {
  component.data = unpacked(component.data, buffer)
  let desk = desks.get(component.parentElement)
  if (!desk) desks.set(component.parentElement, (desk = new Desk(component)))
  return desk.update(component)
}

export function unmount(parentElement) {
  desks.get(parentElement)?.destroy()
  desks.delete(parentElement)
}

class Desk {
  constructor(component) {
    addStyle(component.data.assets.style)
    addStyle(component.data.assets.style.replace("chart.css", "edit.css"))
    this.root = element("div", "us-chart")
    this.heading = element("p", "us-heading")
    this.plotHost = element("div", "us-plot")
    this.panels = element("div", "us-panels")
    this.actions = element("div", "us-actions")
    this.head = element("div", "us-head")
    this.side = element("div", "us-side")
    this.cheat = new Cheat(this.root, (binding, key) => this.ask("rebound", { binding, key }))
    this.history = new History(this.root)
    this.saved = new Saved()
    this.line = element("div", "us-line")
    this.words = element("span", "us-line-words")
    this.lineSide = element("span", "us-side")
    this.line.append(this.words, this.lineSide)
    this.note = element("div", "us-happened")
    this.note.setAttribute("role", "status")
    this.keys = element("button", "us-action us-keys", "Keys")
    this.keys.type = "button"
    this.keys.prepend(element("kbd", "", "H"))
    this.keys.onclick = () => this.cheat.toggle(this.data)
    this.head.append(this.heading, this.note, this.saved.node, this.side, this.keys)
    this.status = new Status(() => this.cheat.toggle(this.data))
    this.root.append(this.head, this.plotHost, this.status.node, this.panels, this.line, this.actions)
    component.parentElement.append(this.root)
    this.plot = new Plot(this.plotHost, {
      near: (mark) => this.near(mark),
      clicked: (ref) => this.phrases.barClicked(ref) || this.ask("clicked", { ref }),
      light: (refs) => this.light(refs),
      resting: () => this.resting(),
      room: () => this.room(),
      visible: () => this.reportVisible(),
      asked: () => this.asked,
    })
    this.editor = this.plot.overlay.editor = new Editor(this, () => this.edited())
    this.nav = new Nav(this)
    this.phrases = new Phrases(this)
    this.asked = 0
    this.painted = null
    this.pending = null
    this.onKey = (event) => this.key(event)
    document.addEventListener("keydown", this.onKey)
  }

  async update(component) {
    this.component = component
    // An answer that a later question has overtaken, with nothing else in it, is not worth a redraw.
    const about = JSON.stringify({ ...component.data, ...LINES })
    if (about === this.about && component.data.answer < this.asked) return
    this.about = about
    const data = (this.data = component.data)
    const token = JSON.stringify(data.painted)
    if (token !== this.token) this.unpaint(token)
    if (this.pending && data.handled === this.pending) this.release()
    this.tell(data)
    this.heading.textContent = this.heading.title = data.heading
    this.head.hidden = !data.heading
    this.editor.update(data)
    this.root.classList.toggle("us-compact", data.compact)
    renderPanels(this.panels, data.panels, this)
    this.phrases.update(data)
    // While marks are edited, the status line below the plot has such a button.
    this.keys.hidden = data.editable || !data.actions.length
    renderActions({ below: this.actions, side: this.side, line: this.lineSide }, data.actions, this)
    this.keepHeight(data)
    try {
      // Python thought that the browser still had the coarse lines.
      if (!(await this.plot.draw(data))) return this.tellVisible()
      if (this.data !== data) return
    } catch (error) {
      console.error("the chart could not be drawn", error)
      component.setStateValue("failed", String(error))
      return
    }
    this.light(this.resting())
    this.edited()
    this.editor.outbox.pump() // the next change, once the last one is confirmed
    // Two frames: the first is scheduled, the second proves that the picture is on the screen.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        this.paint(token)
        this.drawn(data)
      }),
    )
  }

  // What Python tells beside the answers: it is known at once, before the picture stands.
  tell({ told, actions, panels, compact }) {
    this.saved.confirm(told.saved, this.pending !== null || !this.editor.outbox.empty)
    this.note.textContent = told.note
    this.note.hidden = !told.note
    this.heading.hidden = Boolean(told.note) // the question is the same as before
    this.words.textContent = this.words.title = told.line
    // Its place is kept where there is nothing to compare: panels and buttons must not jump.
    this.line.hidden = compact || !actions.length || !panels.length
    this.cheat.update(this.data)
  }

  // Rows of buttons come and go with the kind of question: their place only grows, so that nothing
  // jumps between items. In an edit it is as small as it can be.
  keepHeight({ compact }) {
    this.actions.style.minHeight = ""
    if (compact) return
    if (this.wide !== window.innerWidth) this.tallest = 0
    this.wide = window.innerWidth
    this.tallest = Math.max(this.tallest, this.actions.offsetHeight)
    this.actions.style.minHeight = `${this.tallest}px`
  }

  // Pixels left for the plot when everything else of the page is to be seen without scrolling.
  room() {
    const scrolled = this.root.closest(".stMain")?.scrollTop ?? 0
    const top = this.plotHost.getBoundingClientRect().top + scrolled
    const below = this.status.node.offsetHeight + this.panels.offsetHeight + this.line.offsetHeight + this.actions.offsetHeight + GAPS_PX
    return window.innerHeight - top - below - this.data.reserve
  }

  // What is on the screen, told to whoever measures or tests.
  drawn({ answer }) {
    if (answer === this.asked) clearTimeout(this.again)
    this.root.dataset.answer = String(answer)
    this.root.dataset.drawn = String(performance.now())
  }

  unpaint(token) {
    this.token = token
    this.painted = null
    delete this.root.dataset.painted
  }

  paint(token) {
    if (token !== this.token || this.painted) return
    this.painted = this.data.painted
    this.paintedAt = performance.now()
    this.root.dataset.painted = this.painted.item_id
    this.editor.outbox.pump()
  }

  get selected() {
    return this.editor.selected
  }

  select(ref) {
    this.editor.select(ref)
  }

  visible() {
    return this.plot.visible()
  }

  setRange(low, high) {
    this.plot.setRange(low, high)
  }

  // Marks, cursor or selection changed here, before Python knows.
  edited() {
    this.plot.overlay.refresh()
    this.status.show(this.editor, (place, channel) => this.plot.value(place, channel))
  }

  // Zoom to a mark with some room on both sides.
  near(mark) {
    const pad = (mark.high - mark.low) * 0.25 || (this.visible().high - this.visible().low) * 0.02
    this.setRange(mark.low - pad, mark.high + pad)
  }

  // What was edited goes first, so that Python never acts on marks that are older than the screen.
  ask(type, fields) {
    if (this.editor.outbox.empty) return this.emit(type, fields)
    this.editor.outbox.flush(() => this.emit(type, fields))
    return ""
  }

  emit(type, fields) {
    if (!this.painted || this.pending) return ""
    this.pending = `${Date.now()}-${Math.random().toString(36).slice(2, 8)}`
    this.root.classList.add("us-waiting")
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.unanswered(), WAIT_FOR_PYTHON_MS)
    const seconds = (performance.now() - this.paintedAt) / 1000
    const { view } = this.plot.data // of the picture that the person sees
    const about = { view, sight: this.sight(), cursor: this.editor.cursor, painted: this.painted }
    const event = { type, ...fields, ...about, seconds, nonce: this.pending }
    this.component.setTriggerValue("event", event)
    if (SAVES.includes(type)) this.saved.begin()
    return this.pending
  }

  unanswered() {
    this.release()
    this.saved.fail()
    this.editor.outbox.unanswered()
    this.editor.outbox.pump()
    this.edited()
  }

  release() {
    clearTimeout(this.timer)
    this.pending = null
    this.root.classList.remove("us-waiting")
  }

  act(action) {
    if (action.disabled) return
    if (action.local) this.history.toggle(this.data, action.key)
    else if (!this.ready()) this.blink()
    else this.ask("action", { action: action.id, ref: this.editor.selected })
  }

  // Whether what is on the screen is what Python knows. Changes of an edit on their way are no bar:
  // an action waits for them.
  ready() {
    return this.painted !== null && (this.pending === null || !this.editor.outbox.empty)
  }

  // A key or a click that came before the picture stood, or before the last one was answered, does
  // nothing, and shows that.
  blink() {
    this.root.dataset.ignored = String(Number(this.root.dataset.ignored ?? 0) + 1)
    this.root.classList.remove("us-blink")
    void this.root.offsetWidth // starts the animation anew
    this.root.classList.add("us-blink")
  }

  // By a key: a button that was clicked before would take the next Enter for itself.
  pressed(action) {
    if (document.activeElement?.matches("button")) document.activeElement.blur()
    this.act(action)
  }

  key(event) {
    if (!this.root.isConnected || !this.data) return
    const key = keyOf(event) // "" while somebody types
    const action = this.data.actions.find((candidate) => candidate.key !== "" && candidate.key.toLowerCase() === key)
    // What is begun is dropped before Escape leaves; a held key of an action is never the chart's.
    if (key === "escape" && this.editor.begun) this.run("escape")
    else if (this.nav.meant(event) && this.phrases.key(key)) event.preventDefault()
    else if (action && !event.repeat) this.pressed(action)
    else if (action) return
    else if (!this.nav.meant(event) || !this.run(commandOf(event, this.data.editable))) return
    event.preventDefault()
  }

  run(command) {
    if (command === "help") this.cheat.toggle(this.data)
    else if (command === "escape" && !this.data.editable) this.plot.home()
    else return command !== "" && (this.editor.run(command) || this.nav.run(command))
    return true
  }

  // Phrases, findings, lane bars and bands that share a ref light together, without Python.
  light(refs) {
    const lit = new Set(refs)
    for (const node of this.root.querySelectorAll("[data-ref]"))
      node.classList.toggle("us-lit", lit.has(node.dataset.ref))
    this.root.classList.toggle("us-some-lit", lit.size > 0)
  }

  // What stays lit while the mouse is nowhere.
  resting() {
    return [this.phrases.ref, this.data?.highlight].filter(Boolean)
  }

  reportVisible() {
    if (!this.data.resample) return
    clearTimeout(this.settle)
    this.settle = setTimeout(() => this.tellVisible(), SETTLE_MS)
  }

  // What is in sight of the newest facts: while their picture is not drawn, what it will show first.
  sight() {
    const { data, plot } = this
    const there = plot.graph._fullLayout && plot.data
    const drawn = there && there.view === data.view && there.goto_id === data.goto_id ? there : null
    const [low, high] = data.goto ?? data.extent
    const range = drawn ? plot.visible() : { low, high }
    return { ...range, view: data.view, goto_id: data.goto_id, offset: (drawn ?? data).axis.offset }
  }

  // Ask Python for finer lines of what is in sight. `id` tells its answer from older ones.
  tellVisible() {
    this.asked += 1
    this.root.dataset.asked = String(this.asked)
    this.askFine(0)
  }

  // A question that got lost between runs is asked again, under the same id: a late answer to the
  // first time counts too. The coarse picture stays until then.
  askFine(times) {
    this.component.setStateValue("visible", { ...this.sight(), id: this.asked, times, have: held() })
    clearTimeout(this.again)
    if (times < MOST_AGAIN) this.again = setTimeout(() => this.askFine(times + 1), ASK_AGAIN_MS * 2 ** times)
  }

  destroy() {
    document.removeEventListener("keydown", this.onKey)
    clearTimeout(this.timer)
    clearTimeout(this.settle)
    clearTimeout(this.again)
    this.editor.destroy()
    this.nav.destroy()
    this.phrases.destroy()
    this.cheat.close()
    this.history.close()
    this.plot.destroy()
    this.root.remove()
  }
}

function addStyle(href) {
  if (document.querySelector(`link[data-understudy="${href}"]`)) return
  const link = element("link")
  link.rel = "stylesheet"
  link.href = href
  link.dataset.understudy = href
  document.head.append(link)
}
