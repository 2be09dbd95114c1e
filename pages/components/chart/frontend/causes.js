// The icons of change points: their cause is told by icon and text, as hue is the author's.

import { element } from "./dom.js"

const SVG = "http://www.w3.org/2000/svg"
// In a box of 12: a level that steps up alone; two channels and the cut between them; a question.
const PATHS = {
  independent: ["M1 9 H6 V3 H11"],
  correlation: ["M4.6 6 A1.9 1.9 0 1 1 0.8 6 A1.9 1.9 0 1 1 4.6 6", "M11.2 6 A1.9 1.9 0 1 1 7.4 6 A1.9 1.9 0 1 1 11.2 6", "M7 1.5 L5 10.5"],
  open: ["M4 4.5 A2 2 0 1 1 6 6.5 V7.5", "M6 9.6 V10"],
}
const WORDS = { independent: "independent change", correlation: "correlation change", open: "no cause said yet" }

export function causeIcon(instant) {
  const node = document.createElementNS(SVG, "svg")
  node.setAttribute("viewBox", "0 0 12 12")
  node.setAttribute("class", `us-cause us-cause-${instant}`)
  node.setAttribute("role", "img")
  node.setAttribute("aria-label", WORDS[instant] ?? "")
  for (const path of PATHS[instant] ?? []) {
    const line = document.createElementNS(SVG, "path")
    line.setAttribute("d", path)
    node.append(line)
  }
  return node
}

// What a change point has in its lane: icon and number, and its words where there is room.
export function flag(mark) {
  const node = element("span", "us-flag")
  node.append(causeIcon(mark.instant))
  if (mark.number !== "") node.append(element("span", "us-flag-number", String(mark.number)))
  node.append(element("span", "us-flag-text", mark.text || WORDS[mark.instant]))
  return node
}
