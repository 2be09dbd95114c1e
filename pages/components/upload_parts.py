"""What the Upload page shows of a file: the empty state, the preview, and what was stored."""

from collections.abc import Sequence

import streamlit as st

from core.errors import AppError
from core.ingest import ProblemsError
from core.series import SeriesData, SeriesInfo
from pages.components.cached import series_report
from pages.components.chart import Channel, ChartData, chart
from pages.components.upload_form import edit_settings
from pages.components.upload_join import show_offers
from pages.components.upload_labels import show_columns
from pages.components.upload_problems import show_consent, show_refusal
from pages.components.words import count, plain, shorten
from pages.components.workflows.storing_upload import StoredUpload
from pages.components.workflows.upload_table import Part, Verdict, table
from pages.components.workflows.uploading import Desk, summary

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
        "are kept apart from the channels."
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
            "File": st.column_config.TextColumn(width=270, pinned=True),
            "Note": st.column_config.TextColumn(width="large"),
        },
        on_select="rerun",
        selection_mode="single-row",
        key=f"upload_list_{len(verdicts)}",
        alt="Files at hand",
    )
    if rows := picked["selection"]["rows"]:
        return verdicts[rows[0]]
    # What needs a person comes first; what no choice helps is looked at when it is chosen.
    return next((one for one in verdicts if one.state != "broken"), verdicts[0])


def show_file(desk: Desk, verdict: Verdict) -> None:
    """One file: its series on the left, its settings on the right, its rows below."""
    upload = verdict.upload
    if verdict.state == "labels":
        st.caption(f":material/label: {plain(upload.name)}: {plain(verdict.note)}.")
        return
    if verdict.state == "broken":
        _show_broken(desk, verdict)
        return
    left, right = st.columns([3, 2], gap="large")
    left.subheader(plain(shorten(upload.name)), divider="gray")
    with right:
        st.subheader("Detected", divider="gray")
        try:
            before = desk.chosen(upload)
            edit_settings(desk, upload)
        except AppError as error:
            st.caption("Nothing, because the file cannot be read.")
            left.error(plain(str(error)), icon=":material/error:")
            return
    if desk.chosen(upload) != before:
        st.rerun()  # what is said above of the file is of the settings before
    with left:
        if verdict.is_aside:
            st.info(f"Nothing to store: {plain(verdict.note)}.", icon=":material/description:")
        if verdict.state in ("here", "twin"):
            st.info(f"Nothing to store: {plain(verdict.note)}.", icon=":material/content_copy:")
        part = None
        try:
            built = desk.build(upload)
            part = _show_series(desk, verdict)
            show_consent(desk, upload, built.problems)
        except ProblemsError as error:
            show_refusal(desk, upload, error)
        except AppError as error:
            st.error(plain(str(error)), icon=":material/error:")
        _show_details(desk, verdict, part)


def _show_broken(desk: Desk, verdict: Verdict) -> None:
    """The whole reason why a file is no table, and the way to be rid of it."""
    upload = verdict.upload
    st.subheader(plain(shorten(upload.name)), divider="gray")
    st.error(f"This file cannot be read: {plain(verdict.note)}", icon=":material/error:")
    if st.button("Put this file away", key=f"upload_{upload.key}_away", type="tertiary"):
        desk.put_away([upload.key])
        st.rerun()


def show_stored(stored: StoredUpload) -> None:
    """What the last press of the button stored, with a way on."""
    new, known = len(stored.created), len(stored.existing)
    if new:
        st.success(f"Stored {_count(new)}.", icon=":material/check:")
    for row, note in stored.joined[:LISTED]:
        st.success(f"{plain(row.info.name)} goes on. {plain(note)}.", icon=":material/check:")
    if known:
        was = "was" if known == 1 else "were"
        st.info(f"{_count(known)} {was} here already, so nothing was added for it.")
    if stored.aside:
        more = f" and {len(stored.aside) - 3:,} more" if len(stored.aside) > 3 else ""
        names = plain(", ".join(stored.aside[:3]))
        st.caption(f"Put away, because there are no numbers in them: {names}{more}.")
    for reason in stored.unread[:LISTED]:
        st.warning(f"The series are stored; labels were not read: {plain(reason)}")
    rows = [*(row for row, _ in stored.joined), *stored.created, *stored.existing]
    with st.container(horizontal=True, vertical_alignment="center"):
        for row in rows[:LISTED]:
            st.page_link(
                "pages/explore.py",
                label=plain(shorten(row.info.name)),
                icon=":material/monitoring:",
                query_params={"series": row.id},
                help=f"{row.n_samples:,} samples, {count(row.n_channels, 'channel')}",
            )
        if len(rows) > LISTED:
            st.caption(f"and {len(rows) - LISTED:,} more in Explore", width="content")
    st.page_link("pages/teachers.py", label="Ask a teacher about them", icon=":material/school:")


def _show_series(desk: Desk, verdict: Verdict) -> Part:
    """The plot of one series that the file becomes, and what was done to its rows; returns it."""
    upload = verdict.upload
    names = [part.info.name for part in verdict.parts]
    place = 0
    if len(names) > 1:
        place = st.selectbox(
            f"{len(names):,} series; shown is",
            range(len(names)),
            format_func=lambda k: names[k],
            key=f"upload_{upload.key}_shown_{len(names)}",
        )
    part = verdict.parts[place]
    show_offers(desk, part, f"upload_{upload.key}")
    st.caption(summary(part.data, part.info))
    _show_plot(part.data, part.info, f"upload_{upload.key}_plot")
    show_columns(verdict)
    if part.info.treatments:
        st.markdown("\n".join(f"- {plain(sentence)}" for sentence in part.info.treatments))
    return part


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
            zone_known=info.zone_known,
            rows=tuple(range(shown)),
            height=max(200, 70 * shown),
        ),
        key=key,
    )
    if shown < data.n_channels:
        st.caption(f"The first {shown} of {data.n_channels} channels.")


def _show_details(desk: Desk, verdict: Verdict, part: Part | None) -> None:
    """What the series is like, the first rows as they stand, and what every column is for."""
    proposal = desk.propose(verdict.upload, desk.chosen(verdict.upload).reading)
    rows, columns, facts = st.tabs(
        ["First rows", "Columns", "Report"],
        key=f"upload_{verdict.upload.key}_tabs",
        on_change="rerun",
    )
    rows.dataframe(proposal.preview, hide_index=True, height=250, alt="First rows of the file")
    columns.dataframe(
        [{"Column": c.name, "Used as": c.role, "Because": c.because} for c in proposal.columns],
        hide_index=True,
        height=250,
        alt="Columns and what they were taken for",
    )
    # Looking at millions of samples takes a while, so only when somebody asks.
    if facts.open and part is None:
        facts.caption("The report comes when the file can be read.")
    elif facts.open and part is not None:
        found = series_report(part.data, part.info)
        facts.dataframe(
            [{"What": what, "How much": much} for what, much in found.rows()],
            hide_index=True,
            height="content",
            alt="Report of the series",
        )


def _count(n: int) -> str:
    return "1 series" if n == 1 else f"{n:,} series"
