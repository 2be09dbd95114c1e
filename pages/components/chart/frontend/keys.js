// Which key was meant for the desk: a plain letter, Enter or Escape, not while typing somewhere.

const EDITABLE = "input, textarea, select, [contenteditable=true], [role=combobox], [role=dialog]"

export function keyOf(event) {
  if (event.defaultPrevented || event.repeat) return ""
  if (event.ctrlKey || event.metaKey || event.altKey) return ""
  const path = event.composedPath()
  if (path.some((node) => node instanceof Element && node.matches(EDITABLE))) return ""
  if (document.querySelector("[role=dialog]")) return ""
  const key = event.key.toLowerCase()
  // Enter and Space on a focused button already press that button.
  if ((key === "enter" || key === " ") && path[0] instanceof Element && path[0].closest("button, a"))
    return ""
  return event.shiftKey ? `shift+${key}` : key
}
