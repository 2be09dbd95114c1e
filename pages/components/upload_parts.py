"""What the Upload page shows of a file: the empty state, the preview, and what was stored."""

from collections.abc import Sequence

import streamlit as st

from core.errors import AppError
from core.ingest import ProblemsError
from core.series import SeriesData, SeriesInfo
from pages.components.chart import Channel, ChartData, chart
from pages.components.upload_form import edit_settings
from pages.components.upload_problems import show_consent, show_refusal
from pages.components.words import count, plain, shorten
from pages.components.workflows.upload_table import Verdict, table
from pages.components.workflows.uploading import Desk, StoredUpload, Upload, summary

PREVIEW_CHANNELS = 4
LISTED = 8

_EXAMPLES = {
    "Wide, with times": "time,flow,pressure\n2024-01-01 00:00,1.5,3.2\n2024-01-01 00:05,1.6,3.1",
    "Long, one row per channel": "time,sensor,value\n2024-01-01,flow,1.5\n2024-01-01,head,3.2",
    "Values alone": "value\n1.5\n1.6",
}


def show_empty() -> None:
    """Say what can be read, before there is a file."""
    st.caption(
        "Nothing is stored before you have seen how a file is read. Separator, encoding, times and "
        "columns are detected and can be changed. Columns that give answers away, such as labels, "
        "are left out."
    )
    for column, (title, text) in zip(st.columns(3), _EXAMPLES.items(), strict=True):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{title}**")
            st.code(text, language=None)


def choose_file(verdicts: Sequence[Verdict]) -> Verdict:
    """List the files when there are several; return the one to look at."""
    if len(verdicts) == 1:
        return verdicts[0]
    picked = st.dataframe(
        table(verdicts),
        hide_index=True,
        height=min(212, 38 + 35 * len(verdicts)),
        column_config={
            "File": st.column_config.TextColumn(width="medium", pinned=True),
            "Note": st.column_config.TextColumn(width="large"),
        },
        on_select="rerun",
        selection_mode="single-row",
        key=f"upload_list_{len(verdicts)}",
        alt="Files at hand",
    )
    if rows := picked["selection"]["rows"]:
        return verdicts[rows[0]]
    # What needs a person comes first.
    return next((verdict for verdict in verdicts if verdict.state == "look"), verdicts[0])


def show_file(desk: Desk, verdict: Verdict) -> None:
    """One file: its series on the left, its settings on the right, its rows below."""
    upload = verdict.upload
    left, right = st.columns([3, 2], gap="large")
    left.subheader(plain(shorten(upload.name)), divider="gray")
    with right:
        st.subheader("Detected", divider="gray")
        try:
            edit_settings(desk, upload)
        except AppError as error:
            st.caption("Nothing, because the file cannot be read.")
            left.error(plain(str(error)), icon=":material/error:")
            return
    with left:
        if verdict.state in ("here", "twin"):
            st.info(f"Nothing to store: {plain(verdict.note)}.", icon=":material/content_copy:")
        try:
            _show_built(desk, upload)
        except ProblemsError as error:
            show_refusal(desk, upload, error)
        except AppError as error:
            st.error(plain(str(error)), icon=":material/error:")
        _show_rows(desk, upload)


def show_stored(stored: StoredUpload) -> None:
    """What the last press of the button stored, with a way on."""
    new, known = len(stored.created), len(stored.existing)
    if new:
        st.success(f"Stored {_count(new)}.", icon=":material/check:")
    if known:
        was = "was" if known == 1 else "were"
        st.info(f"{_count(known)} {was} here already, so nothing was added for it.")
    for row in [*stored.created, *stored.existing][:LISTED]:
        line = st.container(horizontal=True, vertical_alignment="center")
        line.page_link(
            "pages/explore.py",
            label=plain(shorten(row.info.name)),
            icon=":material/monitoring:",
            query_params={"series": row.id},
        )
        line.caption(f"{row.n_samples:,} samples · {count(row.n_channels, 'channel')}")
    if new + known > LISTED:
        st.caption(f"and {new + known - LISTED:,} more in Explore")
    st.page_link("pages/teachers.py", label="Ask a teacher about them", icon=":material/school:")


def _show_built(desk: Desk, upload: Upload) -> None:
    """The plot of one series that the file becomes, and what was done to its rows."""
    built = desk.build(upload)
    names = [info.name for _, info in built.series]
    place = 0
    if len(names) > 1:
        place = st.selectbox(
            f"{len(names):,} series; shown is",
            range(len(names)),
            format_func=lambda k: names[k],
            key=f"upload_{upload.key}_shown_{len(names)}",
        )
    data, info = built.series[place]
    st.caption(summary(data, info))
    _show_plot(data, info, f"upload_{upload.key}_plot")
    show_consent(desk, upload, built.problems)
    if info.treatments:
        st.markdown("\n".join(f"- {plain(sentence)}" for sentence in info.treatments))


def _show_plot(data: SeriesData, info: SeriesInfo, key: str) -> None:
    shown = min(data.n_channels, PREVIEW_CHANNELS)
    units = info.channel_units or ("",) * data.n_channels
    channels = tuple(Channel(n, u) for n, u in zip(info.channel_names, units, strict=True))
    view = f"{data.content_hash[:16]}_{info.zone}"
    chart(
        ChartData(
            series=data,
            channels=channels,
            view=view,
            zone=info.zone,
            rows=tuple(range(shown)),
            height=max(200, 70 * shown),
        ),
        key=key,
    )
    if shown < data.n_channels:
        st.caption(f"The first {shown} of {data.n_channels} channels.")


def _show_rows(desk: Desk, upload: Upload) -> None:
    """The first rows as they stand, and what every column is for."""
    proposal = desk.propose(upload, desk.chosen(upload).reading)
    rows, columns = st.tabs(["First rows", "Columns"])
    rows.dataframe(proposal.preview, hide_index=True, height=250, alt="First rows of the file")
    columns.dataframe(
        [{"Column": c.name, "Used as": c.role, "Because": c.because} for c in proposal.columns],
        hide_index=True,
        height=250,
        alt="Columns and what they were taken for",
    )


def _count(n: int) -> str:
    return "1 series" if n == 1 else f"{n:,} series"
