// The editor of intervals: a cursor on a sample, a handle that keys move by a step, one selection.
// What it changes is seen at once and goes to Python through the outbox. It draws nothing itself.

import { applied, placed } from "./changes.js"
import { Outbox } from "./outbox.js"
import { Samples } from "./samples.js"

const STEPS = { "step-1": 1, "step-10": 10, "step-100": 100 }
const MOVES = { back: -1, forth: 1, "far-back": -10, "far-forth": 10 }
const HANDLES = ["cursor", "start", "end"]
const SAID_MS = 5000

export class Editor {
  // `desk` sends events, `shown()` redraws marks, cursor and status line.
  constructor(desk, shown) {
    this.desk = desk
    this.shown = shown
    this.outbox = new Outbox(
      (type, fields) => this.desk.emit(type, fields),
      (local, ref) => this.renamed(local, ref),
    )
    this.reset()
    this.count = 0
    this.leaving = () => this.outbox.flush()
    this.outside = (event) => event.composedPath().includes(desk.root) || this.outbox.flush()
    for (const name of ["blur", "pagehide", "beforeunload"]) window.addEventListener(name, this.leaving)
    document.addEventListener("visibilitychange", this.leaving)
    for (const name of ["pointerdown", "focusin"]) document.addEventListener(name, this.outside, true)
  }

  reset() {
    this.cursor = null // a place, see samples.js
    this.step = 1
    this.handle = "cursor"
    this.selected = ""
    this.begun = null
    this.track = null // the channel of new intervals; null for all
    this.said = ""
    this.told = undefined // the selection Python last asked for
    this.before = new Set()
  }

  // ---- facts from Python

  update(data) {
    if (this.data && data.view !== this.data.view) this.reset()
    this.data = data
    this.cached = null
    const heard = this.outbox.update(data.view, data.marks, data.handled, this.before)
    this.before = new Set(data.marks.map((mark) => mark.ref))
    // Python's own wish counts, but neither the echo of ours nor one that later changes overtook.
    const echo = heard?.type === "selected" && heard.ref === data.selected
    if (data.selected !== this.told && this.outbox.empty && !echo) this.selected = data.selected
    this.told = data.selected
    if (this.selected && !this.find(this.selected)) this.selected = ""
    if (!this.selected) this.handle = "cursor"
  }

  // The drawn points changed: places found among too few of them may be exact now.
  settle(knots) {
    const edges = this.data.marks.flatMap((mark) => [[mark.start, mark.low], [mark.stop - 1, mark.high]])
    const inside = edges.filter(([sample]) => sample >= this.data.axis.first && sample <= this.data.axis.last)
    this.samples = new Samples(this.data.axis, this.data.axis.step === null ? [...knots, ...inside] : [])
    if (this.cursor) this.cursor = this.samples.settled(this.cursor)
    this.cached = null
  }

  // Marks as they will be once Python has taken everything that is under way.
  marks() {
    this.cached ??= this.outbox
      .changes()
      .reduce((marks, change) => applied(marks, change, this.look()), placed(this.data.marks))
      .map((mark) => (mark.ref === this.held?.ref ? { ...mark, ...this.held.edges } : mark))
      .map((mark) => (mark.low === undefined ? this.plotted(mark) : mark))
    return this.cached
  }

  plotted(mark) {
    if (!this.samples) return { ...mark, low: 0, high: 0 }
    return { ...mark, low: this.samples.x(mark.start), high: this.samples.x(mark.stop - 1) }
  }

  // How a mark of one's own looks before Python has given it a lane.
  look() {
    const own = this.data.marks.find((mark) => mark.movable)
    const instant = this.data.instants ? "open" : ""
    return { lane: own?.lane ?? "", colour: own?.colour ?? "#009E73", instant }
  }

  find(ref) {
    return this.marks().find((mark) => mark.ref === ref)
  }

  // ---- commands of keys; true when taken

  run(command) {
    if (!this.data?.editable || !this.samples) return false
    this.said = ""
    const taken = this.turn(command)
    if (taken) this.shown()
    return taken
  }

  turn(command) {
    if (command in STEPS) this.step = STEPS[command]
    else if (command in MOVES) this.nudge(MOVES[command] * this.step)
    else if (command === "handle") this.cycle()
    else if (command === "bring") this.cursor = this.middle()
    else if (command === "start") this.begin()
    else if (command === "end") this.finish()
    else if (command === "split") this.split()
    else if (command === "merge") this.merge()
    else if (command === "delete") this.remove()
    else if (command === "track") this.nextTrack()
    else if (command === "escape") this.drop()
    else return false
    return true
  }

  nudge(by) {
    const mark = this.handle !== "cursor" && this.find(this.selected)
    if (mark && this.data.instants) {
      const at = this.samples.moved(mark.from, by)
      this.edge(mark, at, at, true)
      return this.reveal(at)
    }
    if (!mark) {
      this.cursor = this.cursor ? this.samples.moved(this.cursor, by) : this.middle()
      this.reveal(this.cursor)
    } else if (this.handle === "start") {
      const from = this.samples.moved(mark.from, Math.min(by, mark.last.sample - mark.from.sample))
      this.edge(mark, from, mark.last, true)
      this.reveal(from)
    } else {
      const last = this.samples.moved(mark.last, Math.max(by, mark.from.sample - mark.last.sample))
      this.edge(mark, mark.from, last, true)
      this.reveal(last)
    }
  }

  cycle() {
    const mark = this.find(this.selected)
    if (!mark) this.say("select an interval first: its edges can be moved then")
    else if (!mark.movable) this.say("this interval is read-only")
    else if (this.data.instants) this.handle = this.handle === "cursor" ? "start" : "cursor"
    else this.handle = HANDLES[(HANDLES.indexOf(this.handle) + 1) % HANDLES.length]
  }

  begin() {
    const at = (this.cursor ??= this.middle())
    if (this.data.instants) return this.draw(at, at, this.track === null ? [] : [this.track])
    const mark = this.target()
    // After its end, or with the selected one out of sight, another interval begins.
    if (mark && at.sample <= mark.last.sample) return this.edge(mark, at, mark.last)
    this.pick("")
    this.begun = at
  }

  finish() {
    const at = (this.cursor ??= this.middle())
    if (this.begun) {
      const [start, last] = this.begun.sample <= at.sample ? [this.begun, at] : [at, this.begun]
      this.begun = null
      return this.draw(start, last, this.track === null ? [] : [this.track])
    }
    const mark = this.target()
    if (this.data.instants) return mark ? this.edge(mark, at, at) : this.say("I first: it places a change point")
    if (!mark) this.say("I first: an interval begins at its start")
    else if (at.sample < mark.from.sample) this.say("the end would lie before the start: Esc, then I begins another")
    else this.edge(mark, mark.from, at)
  }

  // The selected interval where I and O change it: one's own and in sight.
  target() {
    const mark = this.find(this.selected)
    const { low, high } = this.desk.visible()
    return mark?.movable && mark.low <= high && mark.high >= low ? mark : null
  }

  split() {
    if (this.data.instants) return this.say("a change point is one sample and cannot be split")
    const mark = this.own()
    if (!mark) return
    const at = this.cursor
    if (!at || at.sample <= mark.from.sample || at.sample > mark.last.sample)
      return this.say("put the cursor inside the selected interval to split it")
    const makes = [
      { ref: this.local(), start: mark.from, last: this.samples.moved(at, -1) },
      { ref: this.local(), start: at, last: mark.last },
    ]
    this.put({ type: "split", ref: mark.ref, at, makes })
    this.selected = makes[1].ref
  }

  merge() {
    if (this.data.instants) return this.say("two change points cannot be merged: delete one")
    const mark = this.own()
    if (!mark) return
    const order = (one, other) => one.start - other.start || one.stop - other.stop
    const lane = this.marks().filter((one) => one.movable && one.lane === mark.lane).sort(order)
    const other = lane[lane.findIndex((one) => one.ref === mark.ref) + 1]
    if (!other) return this.say("no interval of yours comes after this one")
    const last = mark.last.sample >= other.last.sample ? mark.last : other.last
    const makes = [{ ref: this.local(), start: mark.from, last }]
    this.put({ type: "merged", ref: mark.ref, other: other.ref, makes })
    this.selected = makes[0].ref
  }

  remove() {
    const mark = this.own()
    if (!mark) return
    this.put({ type: "deleted", ref: mark.ref })
    this.selected = ""
    this.handle = "cursor"
  }

  own() {
    const mark = this.find(this.selected)
    if (mark?.movable) return mark
    this.say(mark ? "this interval is read-only" : "select an interval first (N, P or a click)")
    return null
  }

  nextTrack() {
    const channels = [null, ...this.data.rows.map((row) => row.channel)]
    this.track = channels[(channels.indexOf(this.track) + 1) % channels.length]
  }

  // The row that the mouse is on: its value is told at the cursor.
  point(pane) {
    const channel = pane && !pane.linked && pane.channels.length === 1 ? pane.channels[0] : null
    if (channel === this.pointed) return
    this.pointed = channel
    if (this.data?.editable && this.cursor) this.shown()
  }

  // The channel whose value is told: under the mouse, of new intervals, of the selected one; else the first.
  meant() {
    const chosen = [this.pointed, this.track, ...(this.find(this.selected)?.channels ?? [])]
    return chosen.find((channel) => channel != null && this.data.rows.some((row) => row.channel === channel)) ?? null
  }

  drop() {
    if (this.begun) this.begun = null
    else if (this.selected) this.select("")
    else this.cursor = null
    this.handle = "cursor"
  }

  // ---- changes, also for the mouse

  draw(start, last, channels) {
    if (this.data.instants) last = start
    const ref = this.local()
    this.put({ type: "drawn", start, last, channels, makes: [{ ref, start, last }] })
    if (this.data.editable) this.selected = ref
    this.shown()
  }

  // `settles`: more of the kind may follow at once, so that it is sent a moment later.
  edge(mark, start, last, settles = false) {
    if (!mark.movable || (start.sample === mark.from.sample && last.sample === mark.last.sample)) return
    this.put({ type: "moved", ref: mark.ref, start, last }, settles)
    this.shown()
  }

  // Edges as the mouse holds them now; nothing is told before it lets go.
  preview(ref, edges) {
    const places = edges && { start: edges.from.sample, stop: edges.last.sample + 1, low: undefined, high: undefined }
    this.held = edges && { ref, edges: { ...edges, ...places } }
    this.cached = null
    this.shown()
  }

  // Select what was just changed: the change itself tells Python of it.
  choose(ref) {
    this.pick(ref)
    this.shown()
  }

  select(ref) {
    if (ref === this.selected) return
    this.pick(ref)
    // Going through many with a key asks Python once.
    this.put({ type: "selected", ref }, true)
    this.shown()
  }

  pick(ref) {
    this.selected = ref
    this.handle = "cursor"
    this.begun = null
  }

  put(change, settles = false) {
    this.cached = null
    this.outbox.put(change, settles)
  }

  local() {
    return `local:${Date.now()}-${this.count++}`
  }

  renamed(local, ref) {
    if (this.selected === local) this.selected = ref
    this.cached = null
    if (!ref) this.say("the change was not taken")
  }

  // ---- the cursor

  aim(place) {
    this.cursor = place
    this.said = ""
    this.shown()
  }

  cursorX() {
    return this.cursor && this.samples ? this.samples.x(this.cursor.sample) : null
  }

  middle() {
    const { low, high } = this.desk.visible()
    return this.samples.nearest((low + high) / 2)
  }

  // Bring a place into sight with the zoom kept; a step of a visible one moves nothing.
  reveal(place) {
    const { low, high } = this.desk.visible()
    const x = this.samples.x(place.sample)
    if (x >= low && x <= high) return
    const half = (high - low) / 2
    this.desk.setRange(x - half, x + half)
  }

  say(words) {
    this.said = words
    clearTimeout(this.saying)
    this.saying = setTimeout(() => {
      this.said = ""
      this.shown()
    }, SAID_MS)
  }

  destroy() {
    this.outbox.flush()
    this.outbox.destroy()
    clearTimeout(this.saying)
    for (const name of ["blur", "pagehide", "beforeunload"]) window.removeEventListener(name, this.leaving)
    document.removeEventListener("visibilitychange", this.leaving)
    for (const name of ["pointerdown", "focusin"]) document.removeEventListener(name, this.outside, true)
  }
}
