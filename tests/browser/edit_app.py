"""The app that the browser tests of editing drive: three million samples, marks kept in a file.

A reload starts a new session, so only what was written to the file is seen after it. `?axis=` picks
regular, irregular (with equal times) or many marks.
"""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from core.series import SeriesData
from pages.components import session
from pages.components.chart import Action, Channel, ChartData, ChartEvent, Mark, chart
from pages.components.marks import PEOPLE, RULES

N = 3_000_000
N_IRREGULAR = 6_000
START_NS = 1_700_000_000_000_000_000
STEP_NS = 100_000_000
HOME = Path(os.environ["UNDERSTUDY_HOME"])


@st.cache_resource
def series(axis: str) -> SeriesData:
    """A slow wave with noise and one spike; irregular steps hold pairs of equal times."""
    random = np.random.default_rng(3)
    n = N_IRREGULAR if axis == "irregular" else N
    values = np.sin(np.arange(n) / n * 40)[:, None] + random.normal(scale=0.05, size=(n, 1))
    values[n // 2] = 8.0
    steps = np.full(n, STEP_NS)
    if axis == "irregular":
        steps = random.integers(0, 4, n) ** 3 * 1_000_000_000
    return SeriesData(values=values, time=START_NS + np.cumsum(steps))


def file() -> Path:
    """Where the marks of the shown series are kept."""
    return HOME / f"marks-{which()}.json"


def which() -> str:
    """The kind of series asked for."""
    return str(st.query_params.get("axis", "regular"))


def kept() -> list[dict[str, Any]]:
    """The marks on disk."""
    return json.loads(file().read_text()) if file().exists() else []


def keep(marks: list[dict[str, Any]], log: str) -> None:
    """Write the marks and one line of what happened."""
    HOME.mkdir(parents=True, exist_ok=True)
    file().write_text(json.dumps(marks))
    with file().with_suffix(".log").open("a") as lines:
        lines.write(log + "\n")


def put(marks: list[dict[str, Any]], start: int, stop: int, channels: tuple[int, ...]) -> None:
    """Add a mark under a name never used before."""
    number = 1 + max([int(mark["ref"][2:]) for mark in marks], default=0)
    marks.append({"ref": f"m:{number}", "start": start, "stop": stop, "channels": channels})


def happened(event: ChartEvent) -> None:
    """Do what the person did, on disk."""
    session.put("handled", event.nonce)
    marks = kept()
    by_ref = {mark["ref"]: mark for mark in marks}
    if event.drawn is not None:
        put(marks, event.drawn.start, event.drawn.stop, event.drawn.channels)
        keep(marks, f"drawn {event.drawn.start} {event.drawn.stop}")
    if event.moved is not None:
        ref, start, stop = event.moved
        by_ref[ref] |= {"start": start, "stop": stop}
        keep(marks, f"moved {ref} {start} {stop}")
    if event.deleted:
        keep([m for m in marks if m["ref"] != event.deleted], f"deleted {event.deleted}")
    if event.split is not None:
        ref, at = event.split
        old = by_ref[ref]
        put(marks, old["start"], at, old["channels"])
        put(marks, at, old["stop"], old["channels"])
        keep([mark for mark in marks if mark is not old], f"split {ref} {at}")
    if event.merged is not None:
        one, other = (by_ref[ref] for ref in event.merged)
        stop = max(one["stop"], other["stop"])
        put(marks, min(one["start"], other["start"]), stop, one["channels"])
        left = [mark for mark in marks if mark is not one and mark is not other]
        keep(left, f"merged {event.merged[0]} {event.merged[1]}")
    if event.selected is not None:
        session.put("selected", event.selected)
    if event.action:
        session.put("action", f"{event.action} after {len(kept())} marks, cursor {event.cursor}")


def drawn_marks(axis: str, n: int) -> tuple[Mark, ...]:
    """The read-only ones of the rules (800 in the crowded case) and one's own."""
    count = 800 if axis == "many" else 1
    rules = tuple(
        Mark(f"r:{k}", k + 1, at, at + 40, "built-in rules", RULES, (), "level shift")
        for k, at in enumerate(np.linspace(n // 50, n - n // 10, count).astype(int).tolist())
    )
    own = tuple(
        Mark(m["ref"], k, m["start"], m["stop"], "Ana", PEOPLE, tuple(m["channels"]), movable=True)
        for k, m in enumerate(kept(), start=1)
    )
    return rules + own


st.set_page_config(layout="wide")
shown = series(which())
st.text_input("a field")
event = chart(
    ChartData(
        series=shown,
        channels=(Channel("pressure", "bar"),),
        view=f"series-{which()}",
        zone="Europe/Berlin",
        marks=drawn_marks(which(), shown.n_samples),
        lanes=(("built-in rules", RULES), ("Ana", PEOPLE)),
        height=420,
        handled=str(session.get("handled", "")),
        resample=True,
        editable=True,
        selected=str(session.get("selected", "")),
        actions=(Action("check", "Check", "k", group=1),),
        alt="pressure of a pump",
    ),
    "chart",
    on_event=happened,
)
st.text(f"last action: {session.get('action', 'none')}")
runs = int(session.get("runs", 0)) + 1
session.put("runs", runs)
st.text(f"runs: {runs}")
st.text(" | ".join(f"{m['ref']} {m['start']} {m['stop']}" for m in kept()) or "no marks")
