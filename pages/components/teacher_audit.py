"""How far a batch's answers can be trusted: the audit card below it."""

import streamlit as st

from core.answers import Author
from core.audit import AuditReport, Bin, QuestionAudit
from core.audit_words import headline
from core.metrics import Estimate
from pages.components import figures
from pages.components.guard import guarded
from pages.components.marks import author_colour
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import count, plain
from pages.components.workflows.auditing import AuditCounts, audit_counts, draw_audit, report_for
from storage.audits import AuditDraw
from storage.rows import Job

USUAL = 30
"""Items of an audit to begin with: enough to tell 80 % from 60 %."""


def show_audit(page: Page, job: Job) -> None:
    """Offer an audit, show how far it is, and what it found."""
    draw = page.store.audits.for_job(page.project.id, job.id)
    if draw is None:
        _offer(page, job, "Not audited yet: nobody knows how far to trust these answers.", USUAL)
        return
    counts = audit_counts(page.store, page.project.id, draw)
    _progress(page, counts)
    if counts.blind:
        for author, report in report_for(page.store, page.project.id, draw).items():
            _report(author, report, draw)
    if counts.blind == counts.n:
        _offer(page, job, "", counts.n + USUAL)


def _offer(page: Page, job: Job, why: str, wanted: int) -> None:
    if why:
        st.caption(why)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        n = st.number_input(
            "Windows to review", 1, 1000, wanted, key=f"audit_n_{job.id}_{wanted}", width=160
        )
        words = "Audit: review a random sample, blind" if why else "Go on with a larger sample"
        if st.button(words, key=f"audit_{job.id}", icon=":material/fact_check:"):
            with errors_shown():
                guarded(page, "audit", lambda by: _draw(by, job, int(n)), job.title)


def _draw(page: Page, job: Job, n: int) -> None:
    drawn = draw_audit(page.store, page.project.id, job.id, n, page.person)
    st.toast(f"{count(len(drawn.item_ids), 'window')} wait in Review, first in line.")


def _progress(page: Page, counts: AuditCounts) -> None:
    said = f"Audit: {counts.blind:,} of {counts.n:,} decided blind"
    if counts.unsure:
        said += f", {counts.unsure:,} of them not sure"
    if counts.changed:
        said += f", {counts.changed:,} changed after a second look (the first word counts)"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(said)
        if counts.blind < counts.n:
            st.page_link("pages/review.py", label="Review", icon=":material/rate_review:")


def _report(author: Author, report: AuditReport, draw: AuditDraw) -> None:
    st.markdown(f"**{plain(author.name)}**: {plain(headline(report))}")
    for question in report.questions:
        st.caption(plain(question.advice.sentence))
        with st.expander(f"Figures: {plain(question.name)}, n = {question.n:,}"):
            _figures(author, question, f"{draw.id}_{author.name}_{author.version}")


def _figures(author: Author, audit: QuestionAudit, key: str) -> None:
    st.caption(
        f"{audit.n:,} reviewed of {audit.drawn:,} drawn at random from {audit.population:,}; "
        f"{count(audit.failed, 'item')} without an answer count as wrong. Brackets hold 95 %."
    )
    rows = [("right", audit.right, audit.n)]
    if audit.failed:
        rows.append(("right, of those answered", audit.answered, audit.n - audit.failed))
    rows += [(one.name, one.share, one.total) for one in audit.by_class]
    left, right = st.columns(2)
    with left:
        st.plotly_chart(
            figures.bars(
                [
                    figures.Bar(name, author_colour(author), *_triple(share), n)
                    for name, share, n in rows
                    if share.value is not None
                ],
                "Right, by class of the truth",
            ),
            config=figures.CONFIG,
            key=f"audit_bars_{key}",
        )
    with right:
        labels, counts = _used(audit)
        st.plotly_chart(
            figures.confusion(counts, labels, author_colour(author), "Reviewed against answered"),
            config=figures.CONFIG,
            key=f"audit_confusion_{key}",
        )
    for name, figure in audit.figures.items():
        if figure.value is not None:
            st.caption(f"{_FIGURES.get(name, name)}: {_number(figure)}")
    st.caption(plain(audit.calibration.sentence))
    if audit.calibration.bins:
        st.dataframe(
            [_bin(one) for one in audit.calibration.bins if one.n],
            hide_index=True,
            height="content",
        )


def _used(audit: QuestionAudit) -> tuple[list[str], list[list[int]]]:
    """Return the confusion matrix without the classes that neither side named."""
    names = {one.key: one.name for one in audit.by_class}
    counts = audit.confusion.counts
    used = [
        place
        for place in range(len(counts))
        if any(counts[place]) or any(row[place] for row in counts)
    ]
    labels = [audit.confusion.labels[place] for place in used]
    return (
        [names.get(label, label) for label in labels],
        [[counts[row][column] for column in used] for row in used],
    )


_FIGURES = {
    "score": "Score, types and edges counted",
    "event_recall": "Share of events found",
    "false_alarms": "Invented events per answer",
}


def _triple(share: Estimate) -> tuple[float, float, float]:
    assert share.value is not None and share.low is not None and share.high is not None
    return share.value, share.low, share.high


def _number(figure: Estimate) -> str:
    if figure.low is None or figure.high is None:
        return f"{figure.value:.2f}"
    return f"{figure.value:.2f} ({figure.low:.2f} to {figure.high:.2f})"


def _bin(one: Bin) -> dict[str, str]:
    return {
        "said": f"{one.low:.1f} to {one.high:.1f}",
        "answers": f"{one.n:,}",
        "was right": _number(one.right) if one.right.value is not None else "",
    }
