"""How one file is read, and its times: what was detected, why, and how to change it."""

from collections.abc import Sequence
from zoneinfo import available_timezones

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.ingest import Proposal, Reading, Settings, TimeAxis
from core.ingest.text.sniff import SEPARATOR_NAMES, Finding
from core.ingest.text.source import ENCODINGS
from core.ingest.times.clock import format_name
from core.ingest.times.guess_time import guess_time
from pages.components.upload_columns import edit_columns
from pages.components.words import plain
from pages.components.workflows.uploading import Desk, Upload

ROW_NUMBER = "row number (no time)"
ASSUMED = "UTC, assumed"
COMMON_ZONES = (
    "UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles",
    "Asia/Tokyo", "Asia/Kolkata", "Australia/Sydney",
)  # fmt: skip
FORMATS = (
    "iso", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%Y%m%d", "%Y", "epoch_s", "epoch_ms", "epoch_us",
    "epoch_ns", "excel_days", "elapsed_s", "elapsed_ms", "elapsed_min", "elapsed_h",
)  # fmt: skip
FORMAT_NAMES = {"parquet": "Parquet", "json": "JSON", "numpy": "NumPy"}
_GROUPS = {"": "nothing", ",": "comma", ".": "point", " ": "blanks", "'": "apostrophe"}


def edit_settings(desk: Desk, upload: Upload) -> None:
    """Draw the settings of a file and keep what a person chose."""
    _show_remembered(desk, upload)
    columns_box = st.container()
    key = form_key(desk, upload)
    reading = _edit_reading(desk.chosen(upload), desk.propose(upload), key)
    proposal = desk.propose(upload, reading)
    chosen = desk.settings.get(upload.key)
    base = chosen if chosen and chosen.reading == reading else proposal.settings
    # Other columns come with another reading, so its widgets are new ones too.
    key = f"{form_key(desk, upload)}_{hash(reading.model_dump_json())}"
    with columns_box:
        time = _edit_time(proposal, base, key)
        shape = edit_columns(desk, proposal, base, time, key)
    desk.settings[upload.key] = base.model_copy(update={"reading": reading, "time": time, **shape})


def form_key(desk: Desk, upload: Upload) -> str:
    """Return what tells the widgets of this file apart; other defaults make new widgets."""
    return f"upload_{upload.key}_{'own' if desk.remembered(upload) is None else 'before'}"


def _show_remembered(desk: Desk, upload: Upload) -> None:
    """Say that settings of another file are repeated, with the way back to this one's own."""
    remembered = desk.remembered(upload)
    if remembered is None:
        return
    st.caption(f":material/history: {plain(remembered.words)}")
    if st.button("Use what was detected", key=f"upload_{upload.key}_detected", type="tertiary"):
        desk.as_detected(upload)
        st.rerun()


def _edit_reading(settings: Settings, first: Proposal, key: str) -> Reading:
    """How the text is cut into cells; folded, because it is nearly always right."""
    reading = settings.reading
    if reading.format != "text":
        st.caption(f"{FORMAT_NAMES[reading.format]} states its columns itself.")
        return reading
    guess = _unsure(first.findings, ("Encoding", "Decimal mark"))
    with st.expander("How the text is read", icon=":material/segment:", expanded=guess):
        left, right = st.columns(2)
        encoding = left.selectbox(
            "Encoding",
            _with(ENCODINGS, reading.encoding),
            index=_with(ENCODINGS, reading.encoding).index(reading.encoding),
            key=f"{key}_encoding",
            help=_why(first, "Encoding"),
        )
        separator = right.selectbox(
            "Separator",
            list(SEPARATOR_NAMES),
            index=list(SEPARATOR_NAMES).index(reading.separator),
            format_func=lambda mark: SEPARATOR_NAMES[mark],
            key=f"{key}_separator",
            help=_why(first, "Separator"),
        )
        decimals = [".", ","]
        decimal = left.selectbox(
            "Decimal mark",
            decimals,
            index=decimals.index(reading.decimal),
            format_func=lambda mark: "point (1.5)" if mark == "." else "comma (1,5)",
            key=f"{key}_decimal",
            help=_why(first, "Decimal mark"),
        )
        groups = list(_GROUPS)
        thousands = right.selectbox(
            "Digits grouped by",
            groups,
            index=groups.index(reading.thousands),
            format_func=lambda mark: _GROUPS[mark],
            key=f"{key}_thousands",
        )
        skip = left.number_input(
            "Lines above the table", 0, 1000, reading.skip_lines, key=f"{key}_skip"
        )
        with right:
            header = st.checkbox(
                "Row of names", reading.header, key=f"{key}_header",
                help=_why(first, "Header"),
            )  # fmt: skip
            units = st.checkbox(
                "Row of units", reading.units_row, key=f"{key}_units",
                help=_why(first, "Units"), disabled=not header,
            )  # fmt: skip
        for finding in first.findings:
            if finding.setting in ("Encoding", "Decimal mark") and not finding.sure:
                _evidence(finding)
    return reading.model_copy(
        update={
            "encoding": encoding,
            "separator": separator,
            "decimal": decimal,
            "thousands": thousands if thousands != decimal else "",
            "skip_lines": int(skip),
            "header": header,
            "units_row": units and header,
        }
    )


def _edit_time(proposal: Proposal, base: Settings, key: str) -> TimeAxis:
    """Which column is time, how it is written, and in which zone."""
    names = [column.name for column in proposal.columns]
    pair = " + ".join(base.time.columns)
    options = [ROW_NUMBER, *names] + ([pair] if pair and pair not in names else [])
    column = st.selectbox(
        "Time", options, index=options.index(pair) if pair else 0, key=f"{key}_time"
    )
    found = [f for f in proposal.findings if f.setting == "Time"]
    if column == (" + ".join(proposal.settings.time.columns) or ROW_NUMBER) and found:
        _evidence(found[0])
    if column == ROW_NUMBER:
        return TimeAxis()
    axis = base.time
    if column != pair:
        guess = guess_time(column, list(proposal.preview[column]))
        axis = guess.axis if guess else TimeAxis(columns=(column,))
    formats = _with(FORMATS, axis.format)
    left, right = st.columns(2)
    written = axis.format
    if axis.format != "native":
        written = left.selectbox(
            "Written as",
            formats,
            index=formats.index(axis.format),
            format_func=lambda form: format_name(form).split(" (")[0],
            accept_new_options=True,
            key=f"{key}_format_{column}",
            help=(
                "Another form may be typed, with %d for the day, %m month, %Y year, %H hour, "
                "%M minute and %S second, like %d.%m.%Y %H:%M"
            ),
        )
    zone, known = _edit_zone(right, axis, f"{key}_zone_{column}")
    return axis.model_copy(
        update={"format": written or axis.format, "zone": zone, "zone_known": known}
    )


def _edit_zone(place: DeltaGenerator, axis: TimeAxis, key: str) -> tuple[str, bool]:
    """The zone of times that state none; taking one from the list means that it is known."""
    now = axis.zone if axis.zone_known else ASSUMED
    others = sorted(available_timezones() - set(COMMON_ZONES))
    zones = _with([ASSUMED, *COMMON_ZONES, *others], now)
    zone = place.selectbox(
        "Zone",
        zones,
        index=zones.index(now),
        key=key,
        help="Where times state no offset. They are stored in UTC and shown in this zone.",
    )
    return ("UTC", False) if zone == ASSUMED else (zone, True)


def _evidence(finding: Finding) -> None:
    because = finding.because[:1].upper() + finding.because[1:]
    st.caption(because if finding.sure else f":material/help: Please check. {because}")


def _unsure(findings: Sequence[Finding], names: Sequence[str]) -> bool:
    return any(not finding.sure for finding in findings if finding.setting in names)


def _why(proposal: Proposal, setting: str) -> str | None:
    return next((f.because for f in proposal.findings if f.setting == setting), None)


def _with(options: Sequence[str], value: str) -> list[str]:
    return list(options) if value in options else [value, *options]
