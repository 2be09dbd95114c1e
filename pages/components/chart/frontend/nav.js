// Moving about by keys: pan, zoom, fit, and from interval to interval. Changes nothing but the view.

const ZOOM = 0.7
const Y_ZOOM = 0.75
const PANS = { "pan-left": -0.1, "pan-right": 0.1, "pan-far-left": -0.5, "pan-far-right": 0.5 }
// With focus on one of these, arrows and letters are its own.
const OWN_KEYS = "[role=tab], [role=slider], [role=radio], [role=option], [role=menuitem], [role=grid], canvas, summary, iframe"
const SCROLLS = ["arrowup", "arrowdown", "home", "pageup", "pagedown", " "]

export class Nav {
  constructor(desk) {
    this.desk = desk
    this.onDown = (event) => (this.pressed = event.composedPath().includes(desk.root))
    this.onMove = (event) => (this.over = event.composedPath().includes(desk.plotHost))
    document.addEventListener("pointerdown", this.onDown, true)
    document.addEventListener("pointermove", this.onMove, { capture: true, passive: true })
  }

  // Whether a key is for this chart: the focus, the mouse or the last click is in it, or it is the
  // only one and the key would move nothing else on the page. A workbench in sight has the keys that
  // scroll, too, while nothing has the focus.
  meant(event) {
    const focus = document.activeElement
    const free = !focus || focus === document.body
    if (!free && this.desk.root.contains(focus)) return true
    if (!free && focus.matches(OWN_KEYS)) return false
    if (this.over || (free && this.pressed)) return true
    if (document.querySelectorAll(".us-chart").length !== 1) return false
    return !SCROLLS.includes(event.key.toLowerCase()) || (free && this.desk.data.editable && this.inSight())
  }

  // Whether most of the plot is on the screen.
  inSight() {
    const { top, bottom } = this.desk.plotHost.getBoundingClientRect()
    return Math.min(bottom, window.innerHeight) - Math.max(top, 0) > (bottom - top) / 2
  }

  run(command) {
    const { plot } = this.desk
    if (!plot.data || !plot.graph._fullLayout) return false
    if (command in PANS) plot.pan(PANS[command])
    else if (command === "zoom-in") plot.zoom(ZOOM, this.around())
    else if (command === "zoom-out") plot.zoom(1 / ZOOM, this.around())
    else if (command === "y-in") plot.zoomY(Y_ZOOM)
    else if (command === "y-out") plot.zoomY(1 / Y_ZOOM)
    else if (command === "y-auto") plot.fitY()
    else if (command === "fit") plot.home()
    else if (command === "next") return this.step(1)
    else if (command === "previous") return this.step(-1)
    else if (command === "zoom-selected") return this.zoomSelected()
    else return false
    return true
  }

  // The cursor when it is in sight, else the mouse, else the middle.
  around() {
    const { low, high } = this.desk.plot.aimed()
    const cursor = this.desk.editor?.cursorX?.()
    if (cursor != null && cursor >= low && cursor <= high) return cursor
    return this.desk.plot.pointed() ?? (low + high) / 2
  }

  marks() {
    const marks = this.desk.editor?.data ? this.desk.editor.marks() : this.desk.data.marks
    return [...marks].sort((one, other) => one.low - other.low || one.high - other.high)
  }

  // Marks to step through: of several on the same samples one's own, or the selected one; else the first.
  steps() {
    const marks = this.marks()
    if (!this.desk.data.editable) return marks
    const first = new Map()
    const worth = (mark) => (mark.movable ? 2 : 0) + (mark.ref === this.selected ? 1 : 0)
    for (const mark of marks) {
      const place = `${mark.low} ${mark.high}`
      if (!first.has(place) || worth(mark) > worth(first.get(place))) first.set(place, mark)
    }
    return marks.filter((mark) => mark.movable || first.get(`${mark.low} ${mark.high}`) === mark)
  }

  // The place of the selected mark among these; of one that is left out, that of its samples.
  placeOf(marks) {
    const now = this.marks().find((mark) => mark.ref === this.selected)
    const at = marks.findIndex((mark) => mark.ref === this.selected)
    return at >= 0 || !now ? at : marks.findIndex((mark) => mark.low === now.low && mark.high === now.high)
  }

  get selected() {
    return (this.desk.data.editable ? this.desk.selected : this.at) || ""
  }

  step(way) {
    const marks = this.steps()
    if (!marks.length) return false
    const now = this.placeOf(marks)
    const { low, high } = this.desk.plot.visible()
    let next = now + way
    if (now < 0 && way > 0) next = marks.findIndex((mark) => mark.high >= low)
    if (now < 0 && way < 0) next = marks.findLastIndex((mark) => mark.low <= high)
    const mark = marks[next < 0 ? (way < 0 ? marks.length - 1 : 0) : next % marks.length]
    this.choose(mark)
    this.bring(mark)
    return true
  }

  choose(mark) {
    if (this.desk.data.editable) this.desk.select(mark.ref)
    this.at = mark.ref
    this.desk.light([mark.ref])
  }

  // Into sight with the zoom kept, unless it is longer than what is in sight.
  bring(mark) {
    const { low, high } = this.desk.plot.visible()
    const width = high - low
    if (mark.low >= low && mark.high <= high) return
    if (mark.high - mark.low > 0.9 * width) return this.desk.near(mark)
    const middle = (mark.low + mark.high) / 2
    this.desk.plot.setRange(middle - width / 2, middle + width / 2)
  }

  zoomSelected() {
    const mark = this.marks().find((one) => one.ref === this.selected)
    if (mark) this.desk.near(mark)
    return Boolean(mark)
  }

  destroy() {
    document.removeEventListener("pointerdown", this.onDown, true)
    document.removeEventListener("pointermove", this.onMove, true)
  }
}
