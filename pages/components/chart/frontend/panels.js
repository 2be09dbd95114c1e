// The answers side by side, their phrases numbered like the intervals, and the row of actions.

import { causeIcon } from "./causes.js"
import { coloured, element } from "./dom.js"
import { capOf } from "./keys.js"

const CHECKS = {
  confirmed: { mark: "✓", words: "confirmed by the data" },
  contradicted: { mark: "✗", words: "the data says otherwise" },
  not_checkable: { mark: "?", words: "cannot be checked" },
}
const SURE = "How sure its author says it is, 0 to 1. Nobody has checked that: Models says how often it is right."

const VERDICTS = { right: "us-right", wrong: "us-wrong", changed: "us-changed" }

export function renderPanels(host, panels, desk) {
  host.hidden = panels.length === 0
  host.replaceChildren(...panels.map((panel) => panelNode(panel, desk)))
}

function panelNode(panel, desk) {
  const node = coloured(element("section", "us-panel"), panel.colour)
  const head = element("header", "us-panel-head")
  head.append(element("span", "us-who", panel.title))
  if (panel.badge) head.append(element("span", "us-badge", panel.badge))
  head.append(element("span", "us-note", panel.note))
  head.title = `${panel.title} ${panel.note}`
  node.append(head)
  if (panel.empty) node.append(element("p", "us-empty", panel.empty))
  if (panel.headline) node.append(element("p", "us-headline", panel.headline))
  if (panel.beside) node.append(element("p", "us-beside", panel.beside))
  for (const finding of panel.findings) node.append(findingNode(finding, desk))
  if (panel.phrases.length) {
    const why = element("p", "us-why")
    why.append(...panel.phrases.map((phrase) => phraseNode(phrase, desk)))
    node.append(why)
  }
  return node
}

function findingNode(finding, desk) {
  const node = element("div", "us-finding")
  const sure = element("span", "us-sure", finding.confidence)
  if (finding.confidence) sure.title = SURE
  node.append(
    element("span", "us-number", String(finding.number)),
    ...(finding.instant ? [causeIcon(finding.instant)] : []),
    element("span", "us-type", finding.text),
    element("span", "us-where", finding.where),
    sure,
  )
  node.onclick = () => desk.phrases.zoom(finding.ref)
  return linked(node, finding.ref, desk)
}

function phraseNode(phrase, desk) {
  const node = element("span", "us-phrase", phrase.said ? "" : phrase.text)
  // What it was given with stays to be read beside the new words.
  if (phrase.said) node.append(element("s", "us-said-first", phrase.said), element("span", "us-reworded", ` ${phrase.text.trim()} `))
  const check = CHECKS[phrase.check]
  if (phrase.number !== null) node.prepend(element("span", "us-number", String(phrase.number)))
  if (check) {
    const icon = element("span", `us-check us-${phrase.check}`, check.mark)
    icon.title = check.words
    icon.setAttribute("aria-label", check.words)
    node.append(icon)
  }
  if (phrase.check === "contradicted" && phrase.measured)
    node.append(element("span", "us-measured", phrase.measured))
  else if (phrase.measured) node.title = phrase.measured
  if (phrase.told) node.append(element("span", `us-told ${VERDICTS[phrase.verdict] ?? ""}`, phrase.told))
  node.classList.toggle("us-struck", phrase.verdict === "wrong")
  if (phrase.id) {
    node.dataset.phrase = phrase.id
    node.onclick = () => desk.phrases.clicked(phrase)
  }
  return phrase.ref ? linked(node, phrase.ref, desk) : node
}

function linked(node, ref, desk) {
  node.dataset.ref = ref
  node.onpointerenter = () => desk.light([ref])
  node.onpointerleave = () => desk.light(desk.resting())
  return node
}

// Group 0 stands below the panels, group 1 beside the heading, group -1 beside the line that compares
// the answers, later groups on lines of their own.
export function renderActions({ below, side, line }, actions, desk) {
  const of = (group) => actions.filter((action) => action.group === group).map((action) => actionNode(action, desk))
  below.hidden = actions.length === 0
  side.replaceChildren(...of(1))
  line.replaceChildren(...of(-1))
  const nodes = of(0)
  for (const group of [...new Set(actions.map((action) => action.group))].filter((one) => one > 1))
    nodes.push(element("div", "us-break"), ...of(group))
  below.replaceChildren(...nodes)
}

function actionNode(action, desk) {
  const node = element("button", action.primary ? "us-action us-primary" : "us-action")
  if (action.colour) coloured(node, action.colour).classList.add("us-hued")
  node.type = "button"
  node.disabled = action.disabled
  node.title = action.help
  node.dataset.action = action.id
  if (action.key) node.append(element("kbd", "", capOf(action.key)))
  node.append(element("span", "", action.label))
  node.onclick = () => {
    node.blur() // a focused button would take the next Space or Enter
    desk.act(action)
  }
  return node
}
