"""The address follows the view, and a button copies it. No reload and no step for Back.

`st.query_params` adds a step to the browser's history with every change, so that Back would lead
through every zoom; this replaces the address in place, as bound widgets do.
"""

from streamlit.components.v2 import component

from pages.components.explore_state import looking, note_link
from pages.components.workflows.linking import MARK, RANGE, SERIES, ViewLink
from storage.rows import StoredSeries

_JS = """
const SAID_MS = 2500

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button")
  const words = button.querySelector("span")
  const field = parentElement.querySelector("input")
  const here = new URL(window.location.href)
  for (const name of data.names) {
    if (name in data.params) here.searchParams.set(name, data.params[name])
    else here.searchParams.delete(name)
  }
  // Late news of a page that was left must not change the address of the next one.
  if (here.pathname.endsWith("/explore") && here.href !== window.location.href)
    window.history.replaceState(window.history.state, "", here)
  button.onclick = async () => {
    const copied = await copy(here.href)
    field.hidden = copied
    if (!copied) {
      field.value = here.href
      field.focus()
      field.select()
    }
    words.textContent = copied ? "Link copied" : "Copy it from here:"
    setTimeout(() => (words.textContent = "Copy link"), SAID_MS)
  }
}

// The clipboard is for pages on https and localhost alone; elsewhere the older way may do.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement("textarea")
    area.value = text
    document.body.append(area)
    area.select()
    const done = document.execCommand("copy")
    area.remove()
    return done
  }
}
"""
_HTML = """
<button type="button" title="This series, range and mark, for another browser">
  <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3.9 12a3.1 3.1 0 0 1 3.1-3.1h4V7H7a5
  5 0 0 0 0 10h4v-1.9H7A3.1 3.1 0 0 1 3.9 12zM8 13h8v-2H8v2zm9-6h-4v1.9h4a3.1 3.1 0 0 1 0 6.2h-4
  V17h4a5 5 0 0 0 0-10z"/></svg><span aria-live="polite">Copy link</span>
</button>
<input aria-label="Link to this view" readonly hidden>
"""
_CSS = """
button { display: inline-flex; align-items: center; gap: .4rem; min-height: 2.5rem;
  padding: .25rem .75rem; white-space: nowrap; cursor: pointer; font: 400 .875rem var(--st-font);
  color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 4px); }
button:hover, button:focus-visible { border-color: var(--st-primary-color);
  color: var(--st-primary-color); outline: none; }
svg { width: 1.1rem; height: 1.1rem; fill: currentColor; }
input { width: 12rem; font: inherit; color: inherit; background: var(--st-background-color); }
"""
_MOUNT = component("understudy_view_link", html=_HTML, css=_CSS, js=_JS)


def show_link(row: StoredSeries, key: str) -> None:
    """Put the view into the address, and show the button that copies it."""
    now = looking()
    link = ViewLink(
        row.id, now.visible if now.visible != (0, row.n_samples) else None, now.selected
    )
    note_link(link)
    _MOUNT(key=key, data={"names": [SERIES, RANGE, MARK], "params": link.params()}, width="content")
