// The one table of keys: what the chart does on which key, and the words of the cheat sheet.

const EDITABLE = "input, textarea, select, [contenteditable=true], [role=combobox], [role=dialog]"

// `on` lists what matches: an event's `key` (letters in lower case), or "code:" and its `code`.
// `caps` is what the sheet shows (none: a second row for the same command). `shift` is what Shift
// must be (left out: either); `held` lets a held key repeat; `edit` needs a
// chart that can be edited. Keys of the page's own actions come before these.
export const KEYS = [
  { group: "Look", command: "pan-left", on: ["arrowleft"], shift: false, held: true, caps: ["←"], words: "pan left by 10 %" },
  { group: "Look", command: "pan-right", on: ["arrowright"], shift: false, held: true, caps: ["→"], words: "pan right by 10 %" },
  { group: "Look", command: "pan-far-left", on: ["arrowleft"], shift: true, held: true, caps: ["⇧ ←"], words: "pan left by half" },
  { group: "Look", command: "pan-far-right", on: ["arrowright"], shift: true, held: true, caps: ["⇧ →"], words: "pan right by half" },
  { group: "Look", command: "zoom-in", on: ["arrowup", "+", "="], shift: false, held: true, caps: ["↑", "+"], words: "zoom in around the cursor" },
  { group: "Look", command: "zoom-in", on: ["+"], shift: true, held: true, caps: [], words: "" },
  { group: "Look", command: "zoom-out", on: ["arrowdown", "-"], shift: false, held: true, caps: ["↓", "−"], words: "zoom out" },
  { group: "Look", command: "y-in", on: ["arrowup"], shift: true, held: true, caps: ["⇧ ↑"], words: "stretch the values" },
  { group: "Look", command: "y-out", on: ["arrowdown"], shift: true, held: true, caps: ["⇧ ↓"], words: "squeeze the values" },
  { group: "Look", command: "y-auto", on: ["y"], shift: false, caps: ["Y"], words: "fit the values" },
  { group: "Look", command: "fit", on: ["0", "home"], shift: false, caps: ["0", "Home"], words: "show everything" },
  { group: "Intervals", command: "next", on: ["n", "pagedown"], shift: false, held: true, caps: ["N", "PgDn"], words: "next interval" },
  { group: "Intervals", command: "previous", on: ["p", "pageup"], shift: false, held: true, caps: ["P", "PgUp"], words: "previous interval" },
  { group: "Intervals", command: "zoom-selected", on: ["z"], shift: false, caps: ["Z"], words: "zoom to the selected interval" },
  { group: "Cursor", command: "back", on: ["code:Comma"], shift: false, held: true, edit: true, caps: [","], words: "move the cursor or edge back by a step" },
  { group: "Cursor", command: "forth", on: ["code:Period"], shift: false, held: true, edit: true, caps: ["."], words: "move it forth by a step" },
  { group: "Cursor", command: "far-back", on: ["code:Comma"], shift: true, held: true, edit: true, caps: ["⇧ ,"], words: "back by ten steps" },
  { group: "Cursor", command: "far-forth", on: ["code:Period"], shift: true, held: true, edit: true, caps: ["⇧ ."], words: "forth by ten steps" },
  { group: "Cursor", command: "step-1", on: ["1"], shift: false, edit: true, caps: ["1"], words: "a step is 1 sample" },
  { group: "Cursor", command: "step-10", on: ["2"], shift: false, edit: true, caps: ["2"], words: "a step is 10 samples" },
  { group: "Cursor", command: "step-100", on: ["3"], shift: false, edit: true, caps: ["3"], words: "a step is 100 samples" },
  { group: "Cursor", command: "handle", on: ["g"], shift: false, edit: true, caps: ["G"], words: "what moves: cursor, start or end", instants: "what moves: cursor or change point" },
  { group: "Cursor", command: "bring", on: ["b"], shift: false, edit: true, caps: ["B"], words: "bring the cursor to the middle" },
  { group: "Edit", command: "start", on: ["i"], shift: false, edit: true, caps: ["I"], words: "start at the cursor", instants: "place a change point at the cursor" },
  { group: "Edit", command: "end", on: ["o"], shift: false, edit: true, caps: ["O"], words: "end at the cursor", instants: "move the selected one to the cursor" },
  { group: "Edit", command: "split", on: ["v"], shift: false, edit: true, caps: ["V"], words: "split at the cursor", instants: "" },
  { group: "Edit", command: "merge", on: ["m"], shift: false, edit: true, caps: ["M"], words: "merge with the next interval", instants: "" },
  { group: "Edit", command: "delete", on: ["delete", "backspace"], shift: false, edit: true, caps: ["Del"], words: "delete the selected interval", instants: "delete the selected change point" },
  { group: "Edit", command: "track", on: ["t"], shift: false, edit: true, caps: ["T"], words: "channel of new intervals: all, or one" },
  { group: "Edit", command: "escape", on: ["escape"], caps: ["Esc"], words: "drop what is begun, then the selection" },
  { group: "Help", command: "help", on: ["?", "h"], caps: ["?", "H"], words: "show or hide these keys" },
]

// What the mouse does, for the same sheet.
export const MOUSE = [
  { caps: ["wheel"], words: "zoom" },
  { caps: ["click"], words: "put the cursor, select", edit: true },
  { caps: ["Alt click"], words: "put the cursor alone", edit: true },
  { caps: ["⇧ drag"], words: "draw an interval", instants: "place a change point", edit: true },
  { caps: ["drag an edge"], words: "move it, sample by sample", instants: "", edit: true },
  { caps: ["drag ⠿ or the bar"], words: "move the interval", instants: "", edit: true },
  { caps: ["double click"], words: "zoom to the interval", instants: "place a change point", edit: true },
]

// The command of a key press, "" for none. Never while typing or in a dialog.
export function commandOf(event, editable) {
  if (!free(event)) return ""
  const key = event.key.toLowerCase()
  const row = KEYS.find(
    (one) =>
      (one.on.includes(key) || one.on.includes(`code:${event.code}`)) &&
      (one.shift === undefined || one.shift === event.shiftKey) &&
      (editable || !one.edit) &&
      (one.held || !event.repeat),
  )
  return row?.command ?? ""
}

// Which key was meant for a page's action: a plain letter, Enter or Escape; held keys too.
export function keyOf(event) {
  if (!free(event)) return ""
  const key = event.key.toLowerCase()
  // Enter and Space on a focused button already press that button.
  const target = event.composedPath()[0]
  if ((key === "enter" || key === " ") && target instanceof Element && target.closest("button, a")) return ""
  return event.shiftKey ? `shift+${key}` : key
}

// Not taken by somebody else, no modifier of the browser, nobody typing, no dialog open.
function free(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false
  const path = event.composedPath()
  if (path.some((node) => node instanceof Element && node.matches(EDITABLE))) return false
  return !document.querySelector("[role=dialog]")
}

// A key as it is printed: on buttons and on the sheet.
export function capOf(key) {
  if (key.startsWith("shift+")) return `⇧${key.slice(6).toUpperCase()}`
  return { enter: "↵", escape: "Esc" }[key] ?? key.toUpperCase()
}
