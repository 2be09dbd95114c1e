"""What an author who sees one window at a time finds in a file: rows of the findings' table.

Nothing is written here; `training.answer_folder` does that.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from core.answers import AnswerContent
from core.findings import Finding, FindingRow, Said, SaidBy
from core.ids import utc_now
from core.questions.base import Question
from core.rationale import CheckStatus
from core.series import TICKS_PER_SECOND, SeriesData, SeriesInfo, WindowView

Ask = Callable[[WindowView], AnswerContent]


SPEAKERS: dict[SaidBy, str] = {"rules": "built-in rules", "student": "student"}
"""How the Findings page calls who looks."""


class _Facts(NamedTuple):
    """The words about an event, and how the claims in them fared."""

    text: str
    statuses: list[CheckStatus]


def series_of(path: Path, name: str) -> Iterator[tuple[str, SeriesData, SeriesInfo]]:
    from core.exports import is_export
    from core.ingest import build, expand, propose
    from core.labels import is_label_file

    if is_export(path):  # labels that were reviewed, also where they are tables of numbers
        return
    for member in expand(path.name, path):
        if is_label_file(member.name, member.raw):
            continue
        built = build(member.raw, propose(member.name, member.raw).settings)
        for data, info in built.series:
            alone = len(built.series) == 1 and member.name == path.name
            yield name if alone else f"{name} · {info.name}", data, info


def findings_of(
    name: str,
    data: SeriesData,
    info: SeriesInfo,
    asks: Sequence[tuple[Question, Ask]],
    by: SaidBy,
) -> list[FindingRow]:
    """Return what is found in a series window by window, listed as the Findings page lists it.

    `core.one_list` joins what two windows say of one event.
    """
    from core.one_list import joined, one_list
    from core.sensitivity import event_quantiles
    from core.whole_series import windows_of

    views = windows_of(data.values, data.seconds())
    said: list[Said] = []
    facts: dict[tuple[str, int], _Facts] = {}
    now = utc_now()
    for question, ask in asks:
        types = {one.id: one.name for one in question.types}
        for place, view in enumerate(views):
            content = ask(view)
            key = f"{question.id} {place}"
            facts.update({(key, number): one for number, one in _facts(view, content)})
            said += [
                Said(
                    series_id=name,
                    start=one.start,
                    stop=one.stop,
                    channels=one.channels,
                    kind=by,
                    name=by,
                    at=now,
                    type=types.get(one.type_id or "", ""),
                    confidence=one.confidence,
                    answer_id=key,
                    number=one.number,
                )
                for one in content.intervals
            ]
    own = joined(said)
    quantiles = event_quantiles(
        [one.confidence for one in own], [one.stop - one.start for one in own], data.n_samples
    )
    ranked = (replace(one, quantile=q) for one, q in zip(own, quantiles, strict=True))
    return [
        _row(one, data, info, facts[one.place.answer_id, one.place.number])
        for one in one_list(ranked, {}, {})
    ]


def _row(finding: Finding, data: SeriesData, info: SeriesInfo, facts: _Facts) -> FindingRow:
    one = finding.place
    said_by = SPEAKERS[one.kind]
    return FindingRow(
        series=one.series_id,
        start=one.start,
        stop=one.stop,
        said_by=(said_by,),
        first_us=_microseconds(data, one.start),
        last_us=_microseconds(data, one.stop - 1),
        channels=tuple(info.channel_names[c] for c in one.channels or range(data.n_channels)),
        type=one.type,
        score=finding.score,
        confirmed=facts.statuses.count("confirmed"),
        contradicted=facts.statuses.count("contradicted"),
        not_checkable=facts.statuses.count("not_checkable"),
        said=f"{said_by}: {facts.text}" if facts.text else "",
    )


def _facts(view: WindowView, content: AnswerContent) -> Iterator[tuple[int, _Facts]]:
    """Yield the number of each interval of an answer, its words, and how its claims fared."""
    from core.rationale import check_answer, phrases

    checks = check_answer(content, view)
    words = phrases(content)
    for one in content.intervals:
        statuses: list[CheckStatus] = [
            check.status
            for span, check in zip(content.rationale, checks, strict=True)
            if span.interval == one.number and check is not None
        ]
        yield one.number, _Facts(words.get(one.number, "").strip(" ;."), statuses)


def _microseconds(data: SeriesData, sample: int) -> int | None:
    if data.time is None:
        return None
    return int(data.time[sample]) * 1_000_000 // TICKS_PER_SECOND[data.unit]
