// All decisions on what is shown, the newest first: when, who, what, how.

import { element } from "./dom.js"
import { Sheet } from "./sheet.js"

const NONE = "Nothing was decided yet, or it is hidden until you have decided."

export class History extends Sheet {
  constructor(root) {
    super(root, "Decisions on this item", [])
  }

  toggle(data, key) {
    this.closing = [key]
    if (this.open) this.close()
    else this.show([listOf(data.told.history)], false)
  }
}

function listOf(rows) {
  if (!rows.length) return element("p", "us-empty", NONE)
  const table = element("table", "us-history")
  for (const row of [...rows].reverse()) {
    const line = element("tr")
    line.append(...row.map((words) => element("td", "", words)))
    table.append(line)
  }
  return table
}
