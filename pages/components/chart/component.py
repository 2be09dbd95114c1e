"""The chart as a Streamlit component: one call draws it and returns what a person did in it."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from pages.components import session
from pages.components.chart.assets import publish
from pages.components.chart.data import ChartData, ChartEvent
from pages.components.chart.fallback import fallback_chart
from pages.components.chart.payload import chart_payload, read_event, wire_payload
from pages.components.chart.wire import packed

# Only this loader travels inside the page; everything else is a cached static file.
_LOADER = """
let chart
let broken = ""
export default function (component) {
  const { parentElement, setStateValue } = component
  const bytes = component.data.slice()
  const size = new DataView(bytes.buffer).getUint32(0, true)
  const data = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size)))
  const buffer = bytes.buffer.slice(4 + size)
  chart ??= import(new URL(data.assets.main, window.location.origin).href)
  chart
    .then((module) => module.render({ ...component, data, buffer }))
    .catch((error) => {
      if (!broken) setStateValue("failed", (broken = String(error)))
    })
  return () => chart.then((module) => module.unmount(parentElement)).catch(() => {})
}
"""
_MOUNT = component("understudy_chart", js=_LOADER, isolate_styles=False)


def chart(
    data: ChartData, key: str, on_event: Callable[[ChartEvent], None] | None = None
) -> ChartEvent:
    """Draw the chart. `on_event` is called before the page runs when something happened in it.

    With `resample` every zoom runs what stands around this call to bring finer detail: put it into
    a fragment.

    When the browser cannot load it, a plain chart without events stands in its place; the returned
    event says why in `failed`, so that the page can offer typed fields.
    """
    try:
        assets = publish()
    except OSError as error:
        fallback_chart(data, key, on_event)
        return ChartEvent(failed=f"the chart's files could not be written: {error}")
    # Kept apart from the component's own state, which goes when the component is not drawn.
    failed_key = f"{key}_failed"
    if reason := session.get(failed_key):
        fallback_chart(data, key, on_event)
        st.caption(
            f"The interactive chart could not be loaded ({reason}), so this is a plain one and "
            "intervals are typed. Reload the page to try again."
        )
        return ChartEvent(failed=str(reason))

    def changed() -> None:
        if on_event is not None and (raw := session.get(key)):
            on_event(read_event(data, raw))

    def failed() -> None:
        session.put(failed_key, (session.get(key) or {}).get("failed"))

    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    root = f"/{base}/app/static/" if base else "/app/static/"
    held: dict[str, Any] = session.get(key) or {}
    payload = wire_payload(chart_payload(data, held.get("visible")))
    payload["assets"] = {
        "plotly": root + assets.plotly,
        "main": root + assets.main,
        "style": root + assets.style,
    }
    result = _MOUNT(
        key=key,
        data=packed(payload),
        on_event_change=changed,
        on_visible_change=lambda: None,
        on_failed_change=failed,
    )
    return read_event(data, result)
