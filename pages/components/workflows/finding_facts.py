"""What the data say of a finding's claims, where it opens, and its rows on a page and in a file.

No Streamlit.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.answers import Answer
from core.findings import Finding, FindingRow, Said
from core.rationale import CheckStatus, check_answer, phrases
from core.series import SeriesData, display_zone, view_window
from pages.components.workflows.browsing import moment
from pages.components.workflows.finding import Listing
from pages.components.workflows.finding_sources import channels_of, speaker
from pages.components.workflows.linking import ViewLink
from storage import Store
from storage.rows import Project, StoredSeries

DataOf = Callable[[StoredSeries], SeriesData]
CONTEXT = 2
"""Samples around a finding that is opened in Explore, in lengths of it to each side."""
LEAST_CONTEXT = 50
_AT_ONCE = 64
"""Answers that are read at once."""


@dataclass(frozen=True)
class Fact:
    """One author's words about an event, and what the data say of their claims.

    Attributes:
        checks: a status and what was measured, per claim.
    """

    speaker: str
    text: str
    checks: tuple[tuple[CheckStatus, str], ...]


Known = dict[tuple[str, int], Fact]
"""Facts that were looked up before, by answer and number: neither answers nor samples change."""


def facts_of(
    store: Store,
    project_id: str,
    listing: Listing,
    findings: Sequence[Finding],
    data_of: DataOf,
    known: Known,
    within_s: float | None = None,
) -> list[list[Fact] | None]:
    """Return what is said about each finding in words, checked against the data.

    None where that is not known yet when `within_s` seconds have gone into looking.
    """
    until = None if within_s is None else time.monotonic() + within_s
    wanted = [
        said
        for finding in findings
        for said in finding.said
        if said.answer_id and (said.answer_id, said.number) not in known
    ]
    first = list({said.answer_id: said for said in reversed(wanted)}.values())[::-1]
    for place in range(0, len(first), _AT_ONCE):
        some = first[place : place + _AT_ONCE]
        if until is not None and time.monotonic() > until:
            break
        found = store.answers.for_items(project_id, list({said.item_id for said in some}))
        answers = {answer.id: answer for each in found.values() for answer in each}
        for said in some:
            if until is not None and time.monotonic() > until:
                break
            data = data_of(listing.series[said.series_id])
            window = listing.windows[said.answer_id]
            known.update(_checked(answers[said.answer_id], said, window, data))
    return [_of(finding, known) for finding in findings]


def _of(finding: Finding, known: Known) -> list[Fact] | None:
    keys = [(said.answer_id, said.number) for said in finding.said if said.answer_id]
    if not all(key in known for key in keys):
        return None
    return [known[key] for key in keys if known[key].text]


def _checked(answer: Answer, said: Said, window: tuple[int, int], data: SeriesData) -> Known:
    content = answer.content
    words = phrases(content)
    checks = check_answer(content, view_window(data, *window), answer.render)
    found: Known = {}
    for interval in content.intervals:
        said_of_it = [
            check
            for span, check in zip(content.rationale, checks, strict=True)
            if span.interval == interval.number and check is not None
        ]
        found[answer.id, interval.number] = Fact(
            speaker(said),
            words.get(interval.number, "").strip(" ;."),
            tuple((check.status, check.measured) for check in said_of_it),
        )
    return found


CLAIM_SIGNS: dict[CheckStatus, str] = {
    "confirmed": "✓",
    "contradicted": "✗",
    "not_checkable": "?",
}
_WORST: tuple[CheckStatus, ...] = ("contradicted", "not_checkable", "confirmed")


def claims_of(listing: Listing, known: Known) -> NDArray[np.str_]:
    """Return (n,) the worst that the data say of each finding's claims.

    A `CheckStatus`; "" without claims, and "unknown" while some of them were not looked up.
    """
    found: list[str] = []
    for finding in listing.findings:
        keys = [(said.answer_id, said.number) for said in finding.said if said.answer_id]
        if not all(key in known for key in keys):
            found.append("unknown")
            continue
        there = {status for key in keys for status, _ in known[key].checks}
        found.append(next((status for status in _WORST if status in there), ""))
    return np.array(found, np.str_)


def tally(facts: Sequence[Fact]) -> dict[CheckStatus, int]:
    """Count the claims by what the data say of them."""
    statuses = [status for fact in facts for status, _ in fact.checks]
    kinds: tuple[CheckStatus, ...] = ("confirmed", "contradicted", "not_checkable")
    return {kind: statuses.count(kind) for kind in kinds}


def when(row: StoredSeries, sample: int, first_us: int, zone: str) -> str:
    """Say where a sample is: its time in the zone of its series, or its number."""
    if not row.has_time:
        return f"sample {sample:,}"
    return moment(first_us, "us", display_zone(zone, row.info)[0])


def status_words(listing: Listing, place: int, muted: int) -> str:
    """Say what people decided on a finding, or which mute hides it."""
    if muted >= 0:
        return f"muted: {listing.mutes[muted].reason}"
    finding = listing.findings[place]
    if finding.status == "confirmed":
        return "confirmed"
    if finding.status == "unsure":
        return "not sure"
    if finding.status == "new" and finding.level < 1:
        return "hint"
    return finding.status


def export_rows(
    listing: Listing,
    rows: Sequence[int],
    muted: Sequence[int],
    facts: Sequence[Sequence[Fact] | None],
) -> list[FindingRow]:
    """Return findings as they are exported; `muted` and `facts` are those of each row."""
    found: list[FindingRow] = []
    for place, mute, said in zip(rows, muted, facts, strict=True):
        finding, places = listing.findings[place], listing.places
        row = listing.series[finding.place.series_id]
        checks = dict[CheckStatus, int]() if said is None else tally(said)
        found.append(
            FindingRow(
                series=row.info.name,
                start=finding.place.start,
                stop=finding.place.stop,
                said_by=tuple(dict.fromkeys(speaker(one) for one in finding.said)),
                first_us=int(places.first_us[place]) if row.has_time else None,
                last_us=int(places.last_us[place]) if row.has_time else None,
                channels=tuple(row.info.channel_names[c] for c in channels_of(finding.place, row)),
                type=finding.type,
                score=finding.score,
                reported=any(one.reported for one in finding.said),
                status="muted" if mute >= 0 else finding.status,
                **checks,
                said="; ".join(f"{fact.speaker}: {fact.text}" for fact in said or ()),
                muted=listing.mutes[mute].reason if mute >= 0 else "",
                series_id=row.id,
                item_id=next((one.item_id for one in finding.said if one.item_id), ""),
            )
        )
    return found


def destination(store: Store, project: Project, listing: Listing, place: int) -> dict[str, str]:
    """Return where a finding opens: `item` for Review when an item holds it, else a `ViewLink`.

    Of several items that hold it as a whole, one it was said on comes first, then the shortest.
    """
    finding = listing.findings[place]
    one = finding.place
    on = {said.item_id for said in finding.said}
    questions = {q.id for q in store.questions.list(project.id) if q.eventful}
    holding = [
        item
        for item in store.items.list(project.id, series_id=one.series_id)
        if item.question_id in questions and item.start <= one.start and one.stop <= item.stop
    ]
    if holding:
        best = min(holding, key=lambda item: (item.id not in on, item.stop - item.start, item.id))
        return {"item": best.id}
    around = max(LEAST_CONTEXT, CONTEXT * (one.stop - one.start))
    n = listing.series[one.series_id].n_samples
    visible = (max(0, one.start - around), min(n, one.stop + around))
    return ViewLink(one.series_id, visible).params()
