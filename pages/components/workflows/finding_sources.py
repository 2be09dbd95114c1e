"""What people, models and detectors say of events in a project, each on one scale. No Streamlit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from core.answers import Author, AuthorKind, QuestionKind
from core.detectors import DETECTORS
from core.findings import Said, SaidBy
from core.new_windows import covered_samples
from core.one_list import joined
from core.sensitivity import event_quantiles
from pages.components.marks import AUTHOR_WORDS, author_words
from storage import Store
from storage.findings import SaidWindow
from storage.rows import StoredSeries

MODELS: tuple[AuthorKind, ...] = ("teacher", "rules", "student")
_KINDS: dict[AuthorKind, SaidBy] = {"teacher": "teacher", "rules": "rules", "student": "student"}
_EVERY_MARK = 1_000_000
Stretches = dict[str, list[tuple[int, int]]]


def said_by_people(
    store: Store,
    project_id: str,
    series: Mapping[str, StoredSeries],
    names: Mapping[str, str],
    about: QuestionKind = "anomaly",
) -> tuple[list[Said], Stretches, Stretches]:
    """Return what people say, and the samples that they decided on, or could not.

    Args:
        names: of the sorts of events (`FoundInterval.sort`).
        about: the kind of question. Marks of Explore are about anomalies.
    """
    said: list[Said] = []
    decided: Stretches = defaultdict(list)
    unsure: Stretches = defaultdict(list)
    asked = {q.id for q in store.questions.list(project_id) if q.kind == about}
    labels = store.corrections.current(project_id)
    for item in store.items.list(project_id) if labels else ():
        label = labels.get(item.id)
        if label is None or item.question_id not in asked or item.series_id not in series:
            continue
        where = unsure if label.event.decision == "not_sure" else decided
        where[item.series_id].append((item.start, item.stop))
        said += [
            Said(
                series_id=item.series_id,
                start=found.start,
                stop=found.stop,
                channels=found.concerned,
                kind="person",
                name=label.event.person,
                at=label.event.created_at,
                type=names.get(found.sort or "", ""),
                item_id=item.id,
            )
            for found in (label.content.intervals if label.content else ())
        ]
    said += [
        Said(
            series_id=series_id,
            start=mark.start,
            stop=mark.stop,
            channels=mark.channels,
            kind="person",
            name=mark.person,
            at=mark.created_at,
            type=names.get(mark.type_id or "", ""),
        )
        for series_id, mark in store.annotations.recent(project_id, _EVERY_MARK)
        if about == "anomaly"
    ]
    return said, decided, unsure


def said_by_models(
    store: Store,
    project_id: str,
    names: Mapping[str, str],
    serving: str,
    about: QuestionKind = "anomaly",
) -> tuple[list[Said], dict[str, tuple[int, int]]]:
    """Return what teachers, rules and the student say, each on the scale of its own series.

    And the window of each answer, by its id.
    """
    heard = _heard(store.findings.said(project_id, MODELS, about), serving)
    found: list[Said] = []
    for (series_id, kind, name), windows in heard.items():
        own = joined(
            Said(
                series_id=series_id,
                start=event.start,
                stop=event.stop,
                channels=event.channels,
                kind=kind,
                name=name,
                at=window.created_at,
                type=names.get(event.cause or event.type_id or "", ""),
                confidence=event.confidence,
                item_id=window.item_id,
                answer_id=window.answer_id,
                number=event.number,
            )
            for window in windows
            for event in window.events
        )
        covered = covered_samples((window.start, window.stop) for window in windows)
        quantiles = event_quantiles(
            [one.confidence for one in own], [one.stop - one.start for one in own], covered
        )
        found += [replace(one, quantile=q) for one, q in zip(own, quantiles, strict=True)]
    windows = (window for windows in heard.values() for window in windows)
    return found, {window.answer_id: (window.start, window.stop) for window in windows}


def _heard(
    windows: Sequence[SaidWindow], serving: str
) -> dict[tuple[str, SaidBy, str], list[SaidWindow]]:
    """Return the answer that counts per item and name: the serving student's, else the newest."""
    chosen: dict[tuple[str, str, str], SaidWindow] = {}
    for window in windows:  # the newest last
        key = (window.item_id, window.author.kind, window.author.name)
        before = chosen.get(key)
        if before is None or not serving or before.author.version != serving:
            chosen[key] = window
    heard: dict[tuple[str, SaidBy, str], list[SaidWindow]] = defaultdict(list)
    for window in chosen.values():
        heard[window.series_id, _KINDS[window.author.kind], window.author.name].append(window)
    return heard


def seen_by_detectors(store: Store, project_id: str) -> list[Said]:
    """Return what detectors saw, reported or not."""
    return [
        Said(
            series_id=screened.series_id,
            start=one.start,
            stop=one.stop,
            channels=one.channels,
            kind="detector",
            name=screened.method,
            at=screened.created_at,
            confidence=one.peak,
            quantile=one.quantile,
            reported=one.reported,
        )
        for screened in store.detections.newest(project_id)
        for one in screened.detections
    ]


def speaker(one: Said) -> str:
    """Return how pages call who says it."""
    return speaker_name(one.kind, one.name)


@cache
def speaker_name(kind: SaidBy, name: str) -> str:
    if kind == "person":
        return name
    if kind == "detector":
        return detector_name(name)
    if kind == "student":
        return AUTHOR_WORDS["student"]
    return author_words(Author(kind=kind, name=name))


@cache
def detector_name(key: str) -> str:
    """Return how people call a detector; its key when this version has it no more."""
    return DETECTORS[key]().name if key in DETECTORS else key


def channels_of(one: Said, row: StoredSeries) -> tuple[int, ...]:
    """Return the channels a stretch is on, all of them named."""
    return one.channels or tuple(range(row.n_channels))
