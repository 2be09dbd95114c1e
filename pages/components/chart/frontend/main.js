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
//   plot.onplace(fn)           fn() after every pan, zoom, resize and redraw; returns its removal
//   plot.knots()               [sample, x] of every drawn point that is no gap
//   plot.pixel(x), plot.at(px) plotted number to pixel from the graph's left edge and back
// A key goes to the page's actions, then to edit.run(command), then to nav.run(command); the first
// that returns true has it.

import { Plot } from "./plot.js"
import { renderPanels, renderActions } from "./panels.js"
import { keyOf } from "./keys.js"
import { element } from "./dom.js"

const desks = new WeakMap()
const WAIT_FOR_PYTHON_MS = 6000
const SETTLE_MS = 250
const GAPS_PX = 34

export function render(component) {
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
    this.root = element("div", "us-chart")
    this.heading = element("p", "us-heading")
    this.plotHost = element("div", "us-plot")
    this.panels = element("div", "us-panels")
    this.actions = element("div", "us-actions")
    this.head = element("div", "us-head")
    this.side = element("div", "us-side")
    this.head.append(this.heading, this.side)
    this.root.append(this.head, this.plotHost, this.panels, this.actions)
    component.parentElement.append(this.root)
    this.plot = new Plot(this.plotHost, {
      drawn: (range) => this.emit("drawn", range),
      moved: (edge) => this.emit("moved", edge),
      clicked: (ref) => this.emit("clicked", { ref }),
      light: (refs) => this.light(refs),
      room: () => this.room(),
      visible: (range) => this.reportVisible(range),
    })
    this.painted = null
    this.pending = null
    this.onKey = (event) => this.key(event)
    document.addEventListener("keydown", this.onKey)
  }

  async update(component) {
    this.component = component
    const data = (this.data = component.data)
    const token = JSON.stringify(data.painted)
    if (token !== this.token) this.unpaint(token)
    if (this.pending && data.handled === this.pending) this.release()
    this.heading.textContent = this.heading.title = data.heading
    this.head.hidden = !data.heading
    this.root.classList.toggle("us-compact", data.compact)
    renderPanels(this.panels, data.panels, this)
    renderActions(this.actions, this.side, data.actions, this)
    try {
      await this.plot.draw(data)
    } catch (error) {
      console.error("the chart could not be drawn", error)
      component.setStateValue("failed", String(error))
      return
    }
    this.light(data.highlight ? [data.highlight] : [])
    // Two frames: the first is scheduled, the second proves that the picture is on the screen.
    requestAnimationFrame(() => requestAnimationFrame(() => this.paint(token)))
  }

  // Pixels left for the plot when everything else of the page is to be seen without scrolling.
  room() {
    const scrolled = this.root.closest(".stMain")?.scrollTop ?? 0
    const top = this.plotHost.getBoundingClientRect().top + scrolled
    const below = this.panels.offsetHeight + this.actions.offsetHeight + GAPS_PX
    return window.innerHeight - top - below - this.data.reserve
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
  }

  emit(type, fields) {
    if (!this.painted || this.pending) return false
    this.pending = `${Date.now()}-${Math.random().toString(36).slice(2, 8)}`
    this.root.classList.add("us-waiting")
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.release(), WAIT_FOR_PYTHON_MS)
    const seconds = (performance.now() - this.paintedAt) / 1000
    const event = { type, ...fields, painted: this.painted, seconds, nonce: this.pending }
    this.component.setTriggerValue("event", event)
    return true
  }

  release() {
    clearTimeout(this.timer)
    this.pending = null
    this.root.classList.remove("us-waiting")
  }

  act(action) {
    if (!action.disabled) this.emit("action", { action: action.id })
  }

  key(event) {
    const key = keyOf(event)
    if (!key || !this.root.isConnected) return
    if (key === "escape" && !this.data.actions.some((action) => action.key === key)) {
      this.plot.home()
      return
    }
    const action = this.data.actions.find((candidate) => candidate.key.toLowerCase() === key)
    if (!action) return
    event.preventDefault()
    this.act(action)
  }

  // Phrases, findings, lane bars and bands that share a ref light together, without Python.
  light(refs) {
    const lit = new Set(refs)
    for (const node of this.root.querySelectorAll("[data-ref]"))
      node.classList.toggle("us-lit", lit.has(node.dataset.ref))
    this.root.classList.toggle("us-some-lit", lit.size > 0)
  }

  reportVisible(range) {
    if (!this.data.resample) return
    clearTimeout(this.settle)
    this.settle = setTimeout(() => {
      this.component.setStateValue("visible", { ...range, view: this.data.view })
    }, SETTLE_MS)
  }

  destroy() {
    document.removeEventListener("keydown", this.onKey)
    clearTimeout(this.timer)
    clearTimeout(this.settle)
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
