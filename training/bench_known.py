"""What is known to be true of series of a project, for a bench: pure, over values somebody read.

Truth is never taken from a model: it is imported labels that a person declared to be true for one
bench, what people decided in review, or what a generator put in.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.annotations import ImportedLabels
from core.answers import AnswerContent, Author, FoundInterval
from core.intervals import Interval, merge
from core.metrics import cut_to_window
from core.review import Item
from core.whole_series import joined as joined_windows
from training.bench_records import BenchSeries, Range, Said


@dataclass(frozen=True)
class Place:
    """A series of the project, as far as a bench needs to know it."""

    series_id: str
    name: str
    content_hash: str
    n_samples: int
    blob: Path
    channels: tuple[str, ...]
    units: tuple[str, ...]
    zone: str
    zone_known: bool
    gold: bool


@dataclass(frozen=True)
class Known:
    """What is true of a series: its events, and the samples that somebody looked at."""

    truth: tuple[Interval, ...]
    looked: tuple[Range, ...] | None
    cautions: Mapping[str, str] = field(default_factory=dict[str, str])


def project_series(
    path: Path, places: Sequence[Place], known: Mapping[str, Known]
) -> list[BenchSeries]:
    """Return the series of which something is known; names that occur twice are told apart."""
    seen: Counter[str] = Counter()
    listed: list[BenchSeries] = []
    for place in places:
        if place.series_id not in known:
            continue
        about = known[place.series_id]
        seen[place.name] += 1
        n = seen[place.name]
        whole = about.looked in (None, ((0, place.n_samples),))
        listed.append(
            BenchSeries(
                name=place.name if n == 1 else f"{place.name} ({n})",
                path=os.path.relpath(place.blob, path),
                content_hash=place.content_hash,
                n_samples=place.n_samples,
                truth=about.truth,
                looked=None if whole else about.looked,
                gold=place.gold,
                cautions=dict(about.cautions),
                series_id=place.series_id,
                channels=place.channels,
                units=place.units,
                zone=place.zone,
                zone_known=place.zone_known,
            )
        )
    return listed


def known_from_windows(
    items: Iterable[Item],
    contents: Mapping[str, AnswerContent],
    shown: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Known]:
    """Return what is known of each series from decided windows; only these windows count.

    Where windows overlap, an event that one of them holds is an event.

    Args:
        contents: the true answer by item id.
        shown: keys of the methods whose answers a person saw when deciding, by item id.
    """
    truth: dict[str, list[Interval]] = defaultdict(list)
    looked: dict[str, list[Range]] = defaultdict(list)
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for item in items:
        content = contents.get(item.id)
        if content is None:
            continue
        looked[item.series_id].append((item.start, item.stop))
        inside = cut_to_window(content.intervals, (item.start, item.stop))
        truth[item.series_id] += [one.interval for one in inside]
        seen[item.series_id].update((shown or {}).get(item.id, ()))
    return {
        series_id: Known(
            truth=tuple(merge(truth[series_id], gap=-1)),
            looked=joined(ranges),
            cautions={key: _shown_words(n) for key, n in seen[series_id].items()},
        )
        for series_id, ranges in looked.items()
    }


def _shown_words(n: int) -> str:
    return f"people saw its answer when they decided on {n:,} window{'s' * (n != 1)} here"


def known_from_imports(
    sets: Iterable[ImportedLabels], annotator: str, lengths: Mapping[tuple[str, int], int]
) -> dict[str, Known]:
    """Return what an annotator's label sets say of whole series; the newest set of each counts.

    A set that does not speak for its whole series is left out: nobody can say what a false alarm
    is where no label may mean that nobody looked.

    Args:
        lengths: samples by series id and revision; a set says nothing of what came later.
    """
    return {
        one.series_id: Known(
            truth=tuple(merge(one.intervals, gap=-1)),
            looked=((0, lengths[one.series_id, one.revision]),),
        )
        for one in sorted(sets, key=lambda one: (one.created_at, one.id))
        if one.kind == "anomaly" and one.complete and one.annotator == annotator
    }


def said_of_windows(
    method: str,
    items: Iterable[Item],
    contents: Mapping[str, tuple[AnswerContent, float]],
    names: Mapping[str, str],
) -> list[Said]:
    """Return what an author answered per series: its events joined where windows overlap.

    Args:
        contents: answer and seconds by item id.
        names: key of each series that is measured, by id.
    """
    found: dict[str, list[Sequence[FoundInterval]]] = defaultdict(list)
    covered: dict[str, list[Range]] = defaultdict(list)
    seconds: dict[str, float] = defaultdict(float)
    for item in items:
        if item.id not in contents or item.series_id not in names:
            continue
        content, took = contents[item.id]
        found[item.series_id].append(cut_to_window(content.intervals, (item.start, item.stop)))
        covered[item.series_id].append((item.start, item.stop))
        seconds[item.series_id] += took
    return [
        Said(
            method=method,
            series=names[series_id],
            intervals=tuple(one.interval for one in joined_windows(found[series_id])),
            covered=joined(ranges),
            seconds=seconds[series_id],
        )
        for series_id, ranges in covered.items()
    ]


def method_keys(author: Author, versions: Mapping[str, str]) -> list[str]:
    """Return the keys of the methods that an author's answers stand for; none for a baseline.

    Args:
        versions: id of a model version by the version of its author.
    """
    if author.kind == "student":
        return [f"student:{versions[author.version]}"] if author.version in versions else []
    own = [f"answers:{':'.join(filter(None, (author.kind, author.name, author.version)))}"]
    return {"rules": ["rules", *own], "teacher": own}.get(author.kind, [])


def both(a: Sequence[Range] | None, b: Sequence[Range] | None) -> tuple[Range, ...] | None:
    """Return the samples that lie in ranges of both, ascending and apart; None stands for all."""
    if a is None or b is None:
        known = a if b is None else b
        return None if known is None else joined(known)
    shared = [(max(s, u), min(e, v)) for s, e in joined(a) for u, v in joined(b)]
    return tuple((start, stop) for start, stop in sorted(shared) if start < stop)


def joined(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Return the ranges ascending; those that overlap or touch are one."""
    found: list[Range] = []
    for start, stop in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        else:
            found.append((start, stop))
    return tuple(found)
