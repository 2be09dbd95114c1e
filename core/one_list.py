"""One list of events from what all authors say: the same event is one row that names them all.

Matching rule, within one series. Authors are taken in the order of `core.findings.ORDER` (people
first; by name within a kind), each author's own overlapping stretches joined to one first. The
stretches of the first are rows; those of every further author are matched with the rows so far by
the one rule of `core.matching` (a shared sample after widening, a shared channel, each at most
once, most pairs, then most overlap; types are not compared). What finds no row becomes one. A row
has place and type of the first author who says it, and names them all.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from core.answers import FoundInterval
from core.findings import ORDER, Finding, Said, Status
from core.matching import MIN_LENGTH, match_events, overlap_share

Ranges = Sequence[tuple[int, int]]
_BACK = 8
"""So many earlier stretches of an author are looked at: windows overlap few others."""


def joined(said: Iterable[Said]) -> list[Said]:
    """Join what one author says twice of the same samples and channels of a series (two windows).

    The joined stretch covers both; the rest is of the one with the higher level, then confidence.
    """
    done: list[Said] = []
    reach = 0
    for one in sorted(said, key=lambda s: (s.start, s.stop)):
        twin = None
        if one.start < reach:
            near = range(len(done) - 1, max(-1, len(done) - 1 - _BACK), -1)
            twin = next((k for k in near if _same(done[k], one)), None)
        reach = max(reach, one.stop)
        if twin is None:
            done.append(one)
            continue
        first = done[twin]
        best = one if _strength(one) > _strength(first) else first
        both = bool(first.channels) and bool(one.channels)
        done[twin] = replace(
            best,
            start=min(first.start, one.start),
            stop=max(first.stop, one.stop),
            channels=tuple(sorted({*first.channels, *one.channels})) if both else (),
            at=min(first.at, one.at),
        )
    return done


def one_list(
    said: Iterable[Said], decided: Mapping[str, Ranges], unsure: Mapping[str, Ranges]
) -> list[Finding]:
    """Return one finding per event by the module's rule, by series and start.

    Args:
        decided: samples of each series that people decided on: what they do not say there is
            rejected when it lies in them as a whole.
        unsure: samples of which a person could not tell.
    """
    by_series: dict[str, dict[tuple[int, str], list[Said]]] = defaultdict(lambda: defaultdict(list))
    for one in said:
        by_series[one.series_id][ORDER.index(one.kind), one.name].append(one)
    found: list[Finding] = []
    for series_id in sorted(by_series):
        rows: list[list[Said]] = []
        for _, own in sorted(by_series[series_id].items()):
            _match_in(rows, joined(own))
        inside = _Inside(decided.get(series_id, ())), _Inside(unsure.get(series_id, ()))
        rows.sort(key=lambda row: (row[0].start, row[0].stop))
        found += [_finding(row, *inside) for row in rows]
    return found


class _Inside:
    """Tells whether a stretch lies inside ranges, which may overlap."""

    def __init__(self, ranges: Ranges) -> None:
        self._merged: list[list[int]] = []
        for start, stop in sorted(ranges):
            if self._merged and start <= self._merged[-1][1]:
                self._merged[-1][1] = max(self._merged[-1][1], stop)
            else:
                self._merged.append([start, stop])

    def holds(self, start: int, stop: int) -> bool:
        return any(first <= start and stop <= last for first, last in self._merged)


def _finding(row: list[Said], decided: _Inside, unsure: _Inside) -> Finding:
    status: Status = "new"
    if row[0].kind == "person":
        status = "confirmed"
    elif decided.holds(row[0].start, row[0].stop):
        status = "rejected"
    elif unsure.holds(row[0].start, row[0].stop):
        status = "unsure"
    return Finding(
        said=tuple(row),
        status=status,
        level=max((one.level for one in row if one.kind != "person"), default=2.0),
        at=min(one.at for one in row),
    )


def _strength(one: Said) -> tuple[float, float]:
    return one.level, float("inf") if one.confidence is None else one.confidence


def _same(a: Said, b: Said) -> bool:
    apart = bool(a.channels) and bool(b.channels) and not set(a.channels) & set(b.channels)
    return a.start < b.stop and b.start < a.stop and not apart


def _match_in(rows: list[list[Said]], own: list[Said]) -> None:
    """Add one more author's stretches to the rows they match, or as rows of their own."""
    new: list[list[Said]] = []
    for given, places in _groups(own, rows):
        taken: set[int] = set()
        if given and places:
            found = [_interval(one) for one in given]
            truth = [_interval(rows[place][0]) for place in places]
            for one, place in _pairs(found, truth):
                rows[places[place]].append(given[one])
                taken.add(one)
        new += [[one] for k, one in enumerate(given) if k not in taken]
    rows += new


def _groups(own: list[Said], rows: list[list[Said]]) -> Iterator[tuple[list[Said], list[int]]]:
    """Yield stretches and places of rows near each other: no pair spans two groups."""
    # a row is known by its place, a stretch by the negative number before its own
    ends = [(one.start, one.stop, -1 - k) for k, one in enumerate(own)]
    ends += [(row[0].start, row[0].stop, place) for place, row in enumerate(rows)]
    given: list[Said] = []
    places: list[int] = []
    reach = 0
    for start, stop, place in sorted(ends):
        if start >= reach and (given or places):
            yield given, places
            given, places = [], []
        reach = max(reach, stop + 2 * MIN_LENGTH)
        if place < 0:
            given.append(own[-1 - place])
        else:
            places.append(place)
    if given or places:
        yield given, places


def _pairs(given: list[FoundInterval], truth: list[FoundInterval]) -> Iterator[tuple[int, int]]:
    if len(given) == len(truth) == 1:  # nearly always; spares the assignment problem
        if overlap_share(given[0], truth[0]) > 0:
            yield 0, 0
        return
    for pair in match_events(given, truth):
        yield pair.given, pair.truth


def _interval(one: Said) -> FoundInterval:
    return FoundInterval(number=1, start=one.start, stop=one.stop, channels=one.channels)
