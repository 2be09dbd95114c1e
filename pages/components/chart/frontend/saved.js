// What is stored, in the words of the page, and what is on its way. It never says "saved" by itself.

import { element } from "./dom.js"

export class Saved {
  constructor() {
    this.node = element("span", "us-saved")
    this.node.setAttribute("role", "status")
  }

  // Something was sent that Python has to store.
  begin() {
    this.put("saving …", "us-saving")
  }

  // Python's words; while more is on its way they are not the last ones.
  confirm(words, more) {
    if (more && this.node.classList.contains("us-saving")) return
    this.put(words, words.startsWith("not saved") ? "us-unsaved" : "")
  }

  // No answer came in time.
  fail() {
    this.put("not saved yet: no answer", "us-unsaved")
  }

  put(words, state) {
    this.node.textContent = this.node.title = words
    this.node.className = `us-saved ${state}`
  }
}
