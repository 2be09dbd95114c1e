// What a person changes, as plain data, and what a list of marks looks like with changes applied.
// Knows nothing of the page, of time, or of Python: the same change twice gives the same marks.

import { exact } from "./samples.js"

// Marks with places for their edges; `last` is the last sample inside.
export function placed(marks) {
  return marks.map((mark) => ({ ...mark, from: exact(mark.start), last: exact(mark.stop - 1) }))
}

export function applied(marks, change, look) {
  switch (change.type) {
    case "drawn":
      return [...marks, made(look, change.makes[0], change.start, change.last, change.channels)]
    case "moved":
      return marks.map((mark) => (mark.ref === change.ref ? edged(mark, change.start, change.last) : mark))
    case "deleted":
      return marks.filter((mark) => mark.ref !== change.ref)
    case "split":
      return marks.flatMap((mark) => (mark.ref === change.ref ? halves(mark, change) : [mark]))
    case "merged":
      return joined(marks, change)
    default:
      return marks
  }
}

// Whether marks from Python already show a change whose receipt got lost.
export function done(marks, change) {
  const there = (ref) => marks.some((mark) => mark.ref === ref && mark.movable)
  const spans = (start, last) =>
    start.x === null && last.x === null &&
    marks.some((mark) => mark.movable && mark.start === start.sample && mark.stop - 1 === last.sample)
  if (change.type === "drawn") return spans(change.start, change.last)
  if (change.type === "merged") return !there(change.ref) || !there(change.other)
  return !there(change.ref)
}

// The marks that Python made of a change: local name -> its ref, by their edges.
export function named(change, before, marks) {
  const names = new Map()
  for (const wanted of change.makes ?? []) {
    const free = marks.filter((mark) => mark.movable && ![...names.values()].includes(mark.ref))
    const fresh = free.filter((mark) => !before.has(mark.ref))
    const same = (mark) => mark.start === wanted.start.sample && mark.stop - 1 === wanted.last.sample
    const away = (mark) => Math.abs(mark.start - wanted.start.sample) + Math.abs(mark.stop - 1 - wanted.last.sample)
    const found = fresh.find(same) ?? free.find(same) ?? fresh.sort((a, b) => away(a) - away(b))[0]
    if (found) names.set(wanted.ref, found.ref)
  }
  return names
}

function edged(mark, from, last) {
  return { ...mark, from, last, start: from.sample, stop: last.sample + 1, low: undefined, high: undefined }
}

function made(look, { ref }, from, last, channels) {
  return edged({ number: "", text: "", instant: "", movable: true, ...look, ref, channels, local: true }, from, last)
}

function halves(mark, { makes }) {
  return makes.map((half) => ({ ...edged(mark, half.start, half.last), ref: half.ref, local: true }))
}

function joined(marks, { ref, other, makes: [whole] }) {
  return marks
    .filter((mark) => mark.ref !== other)
    .map((mark) => (mark.ref === ref ? { ...edged(mark, whole.start, whole.last), ref: whole.ref, local: true } : mark))
}
