// Elements made from text alone: nothing here, or anywhere in the chart, reads text as HTML.

export function element(tag, className = "", text = "") {
  const node = document.createElement(tag)
  if (className) node.className = className
  if (text) node.textContent = text
  return node
}

export function coloured(node, colour) {
  node.style.setProperty("--us-hue", colour)
  return node
}
