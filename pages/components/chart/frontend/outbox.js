// Changes on their way to Python: shown at once, sent one by one in order, kept until Python has
// confirmed each. What a reload or a broken connection leaves behind is sent again.

import { done, named } from "./changes.js"

const SETTLE_MS = 400
const OLDEST_MS = 24 * 3600 * 1000

export class Outbox {
  // `send(type, fields)` gives the event's nonce, or "" when nothing can be sent now.
  constructor(send, renamed) {
    this.send = send
    this.renamed = renamed
    this.queue = []
    this.view = null
    this.then = null
  }

  get empty() {
    return this.queue.length === 0
  }

  get late() {
    return Boolean(this.queue[0]?.late)
  }

  changes() {
    return this.queue.map((entry) => entry.change)
  }

  // A change; one that `settles` (a nudge) waits for the next one of its kind before it is sent.
  put(change, settles = false) {
    const tail = this.queue.at(-1)
    if (tail && !tail.nonce && replaces(tail.change, change)) tail.change = merge(tail.change, change)
    else this.queue.push({ change, nonce: "", ready: false, at: Date.now() })
    this.keep()
    clearTimeout(this.timer)
    if (settles) this.timer = setTimeout(() => this.flush(), SETTLE_MS)
    else this.flush()
  }

  // Send what waits, now; `then` runs once everything has been confirmed, until it gives a nonce.
  flush(then = null) {
    clearTimeout(this.timer)
    this.then = then ?? this.then
    for (const entry of this.queue) entry.ready = true
    this.pump()
  }

  pump() {
    const head = this.queue[0]
    if (!head) {
      // It cannot go before the picture stands: the next pump, after the paint, tries again.
      if (this.then?.()) this.then = null
    } else if (head.ready && !head.nonce) head.nonce = this.send(head.change.type, wire(head.change))
  }

  // The chart gave up waiting for an answer: the event is sent again.
  unanswered() {
    const head = this.queue[0]
    if (head) Object.assign(head, { nonce: "", late: true })
  }

  // New facts from Python; gives the change that it confirms. `before` are the refs of its last ones.
  update(view, marks, handled, before) {
    if (view !== this.view) this.open(view, marks)
    const head = this.queue[0]
    if (!head?.nonce || head.nonce !== handled) return null
    this.queue.shift()
    const names = named(head.change, before, marks)
    for (const made of head.change.makes ?? []) this.rename(made.ref, names.get(made.ref) ?? "")
    this.keep()
    return head.change
  }

  // A local name became a ref; with none, Python has refused the mark and what was done to it goes.
  rename(local, ref) {
    for (const entry of this.queue) {
      const change = entry.change
      if (change.ref === local) entry.change = { ...change, ref }
      if (change.other === local) entry.change = { ...entry.change, other: ref }
    }
    this.queue = this.queue.filter(({ change }) => change.ref !== "" || !("ref" in change) || change.type === "selected")
    this.renamed(local, ref)
  }

  open(view, marks) {
    clearTimeout(this.timer)
    this.view = view
    this.then = null
    this.queue = stored(view)
      .filter((entry) => Date.now() - entry.at < OLDEST_MS && !done(marks, entry.change))
      .map((entry) => ({ ...entry, nonce: "", ready: true }))
    this.keep()
  }

  keep() {
    const kept = this.queue.filter(({ change }) => change.type !== "selected")
    try {
      if (kept.length) sessionStorage.setItem(slot(this.view), JSON.stringify(kept))
      else sessionStorage.removeItem(slot(this.view))
    } catch {
      // A browser without storage loses no more than what was not sent at a reload.
    }
  }

  destroy() {
    clearTimeout(this.timer)
  }
}

function slot(view) {
  return `understudy-edits:${view}`
}

function stored(view) {
  try {
    return JSON.parse(sessionStorage.getItem(slot(view)) ?? "[]")
  } catch {
    return []
  }
}

function replaces(old, change) {
  if (old.type === "selected" && change.type === "selected") return true
  if (change.type !== "moved") return false
  return (old.type === "moved" && old.ref === change.ref) || (old.type === "drawn" && old.makes[0].ref === change.ref)
}

function merge(old, change) {
  if (old.type !== "drawn") return change
  const makes = [{ ...old.makes[0], start: change.start, last: change.last }]
  return { ...old, start: change.start, last: change.last, makes }
}

// What Python is told: the local names mean nothing to it.
function wire({ type: _, makes: __, ...fields }) {
  return fields
}
