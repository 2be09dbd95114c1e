"""The settings of one uploaded file: what was detected, why, and how to change it."""

from collections.abc import Sequence
from zoneinfo import available_timezones

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.ingest import ProblemsError, Proposal, Reading, Settings, TimeAxis
from core.ingest.clock import format_name
from core.ingest.guess_time import guess_time
from core.ingest.sniff import SEPARATOR_NAMES, Finding
from core.ingest.source import ENCODINGS
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
_GROUPS = {"": "nothing", ",": "comma", ".": "point", " ": "blanks", "'": "apostrophe"}
WIDE = {"together": "One series", "each": "One for each channel"}
LONG = {"together": "One series", "each": "One for each id"}


def edit_settings(desk: Desk, upload: Upload) -> None:
    """Draw the settings of a file and keep what a person chose."""
    columns_box = st.container()
    reading = _edit_reading(upload, desk.chosen(upload), desk.propose(upload))
    proposal = desk.propose(upload, reading)
    chosen = desk.settings.get(upload.key)
    base = chosen if chosen and chosen.reading == reading else proposal.settings
    # Other columns come with another reading, so its widgets are new ones too.
    key = f"upload_{upload.key}_{hash(reading.model_dump_json())}"
    with columns_box:
        time = _edit_time(proposal, base, key)
        shape = _edit_shape(proposal, base, time, key)
    desk.settings[upload.key] = base.model_copy(update={"reading": reading, "time": time, **shape})


def allow_problems(desk: Desk, upload: Upload, error: ProblemsError) -> None:
    """List what does not parse and ask for the consent that reading on needs."""
    st.dataframe(
        [
            {"Line": p.line, "Column": p.column, "Cell": p.value, "Why": p.reason}
            for p in error.problems
        ],
        hide_index=True,
        height=min(250, 40 + 35 * len(error.problems)),
        alt="Places that cannot be read",
    )
    settings = desk.chosen(upload)
    rows = settings.on_bad_row == "refuse" and any(
        not p.column or p.column in settings.time.columns or "+" in p.column for p in error.problems
    )
    label = "Leave these rows out" if rows else "Count these cells as missing"
    update = {"on_bad_row": "leave_out"} if rows else {"on_bad_cell": "missing"}
    if st.button(label, key=f"upload_{upload.key}_allow", icon=":material/rule:"):
        desk.settings[upload.key] = settings.model_copy(update=update)
        st.rerun()


def _edit_reading(upload: Upload, settings: Settings, first: Proposal) -> Reading:
    """How the text is cut into cells; folded, because it is nearly always right."""
    reading = settings.reading
    if reading.format == "parquet":
        st.caption("Parquet states its columns itself.")
        return reading
    guess = _unsure(first.findings, ("Encoding", "Decimal mark"))
    with st.expander("How the text is read", icon=":material/segment:", expanded=guess):
        key = f"upload_{upload.key}"
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
                "First row holds names", reading.header, key=f"{key}_header",
                help=_why(first, "Header"),
            )  # fmt: skip
            units = st.checkbox(
                "Second row holds units", reading.units_row, key=f"{key}_units",
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
            help="Patterns may be typed, like %d.%m.%Y %H:%M",
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


def _edit_shape(proposal: Proposal, base: Settings, time: TimeAxis, key: str) -> dict[str, object]:
    """Which columns are channels, which give answers away, and how many series they make."""
    free = [c.name for c in proposal.columns if c.name not in time.columns]
    # Widgets whose choices depend on a choice above are new ones when that changes.
    key = f"{key}_{time.columns}"
    ids = ["(none: columns are channels)", *free]
    id_column = st.selectbox(
        "Column that names the series of a row",
        ids,
        index=ids.index(base.id_column) if base.id_column in ids else 0,
        key=f"{key}_id",
        help="For long tables: one row per series and time. Wide tables have none.",
    )
    long = id_column != ids[0]
    free = [name for name in free if not long or name != id_column]
    answers = st.multiselect(
        "Answers, left out",
        free,
        default=[name for name in base.answer_columns if name in free],
        key=f"{key}_answers_{id_column}",
        help="Labels and classes give the truth away, so they never become channels.",
        placeholder="none found",
    )
    if answers:
        st.caption("Models must not see them.")
    free = [name for name in free if name not in answers]
    values = st.multiselect(
        "Channels",
        free,
        default=[name for name in base.value_columns if name in free],
        key=f"{key}_values_{id_column}_{answers}",
    )
    names = LONG if long else WIDE
    split = base.split
    if long or len(values) > 1:
        split = st.segmented_control(
            "Makes",
            list(names),
            default=base.split,
            format_func=lambda choice: names[choice],
            key=f"{key}_split_{long}",
            required=True,
        )
    return {
        "layout": "long" if long else "wide",
        "id_column": id_column if long else None,
        "answer_columns": tuple(answers),
        "value_columns": tuple(values),
        "split": split,
    }


def _evidence(finding: Finding) -> None:
    because = finding.because[:1].upper() + finding.because[1:]
    st.caption(because if finding.sure else f":material/help: Please check. {because}")


def _unsure(findings: Sequence[Finding], names: Sequence[str]) -> bool:
    return any(not finding.sure for finding in findings if finding.setting in names)


def _why(proposal: Proposal, setting: str) -> str | None:
    return next((f.because for f in proposal.findings if f.setting == setting), None)


def _with(options: Sequence[str], value: str) -> list[str]:
    return list(options) if value in options else [value, *options]
