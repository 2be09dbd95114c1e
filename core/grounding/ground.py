"""Every span of an answer against the data: its claim, or what its words say."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.answers import AnswerContent, Claim, FoundInterval, Span
from core.checks import check_with
from core.checks_stretch import widened
from core.grounding.axis import Axis, Stretch, Times, axis_of
from core.grounding.clauses import Clause, clauses_of, places_of
from core.grounding.lexicon import AFTERWARDS, has
from core.grounding.own import own_rank
from core.grounding.pairs import of_relations, relation_claims
from core.grounding.parts import parts_of
from core.grounding.places import Place
from core.grounding.readings import Part, check_part
from core.grounding.sizes import Sizes, direction_of, sizes_of
from core.grounding.spoken import SHORT
from core.measure import WindowFacts
from core.series import WindowView
from core.verdicts import DECISIVE, Check, CheckStatus, decided, not_checkable

_FROM_TO = re.compile(r"\bfrom [^<]*<p\d+> [^<]*\bto [^<]*<p\d+>")
Found = tuple[Check, tuple[Claim, ...]]


@dataclass(frozen=True)
class Grounded:
    """What the data say of one span.

    Attributes:
        status: of everything it says together: contradicted when one part is, else confirmed when
            one part is; None when it says nothing of the data.
        measured: what was measured, in words for people.
        claims: what was checked, in absolute samples, as far as there is a claim for it.
    """

    status: CheckStatus | None = None
    measured: str = ""
    claims: tuple[Claim, ...] = ()

    @property
    def check(self) -> Check | None:
        """The state and the words; None when the span says nothing of the data."""
        return None if self.status is None else Check(self.status, self.measured)


def ground(
    content: AnswerContent,
    view: WindowView,
    *,
    first: int | None = None,
    times: Times | None = None,
) -> tuple[Grounded, ...]:
    """Check every span of a rationale, one result per span and in their order.

    A span with a claim is checked by its claim. The words of any other are read for places,
    directions and sizes; what they say is checked where they say, or else in the interval they
    point to. Words that point to an interval and say nothing measurable are not checkable, unless
    another span says something of that interval.

    Args:
        content: the answer, in absolute samples.
        view: the window it speaks of.
        first: the number that the axis shown gave the window's first sample; None to find out.
        times: (n,) clock times as the axis showed them, for phrases that name some.
    """
    facts = WindowFacts(view)
    read = [
        () if span.claim is not None else clauses_of(span.text, view.values.shape[1])
        for span in content.rationale
    ]
    places = [place for clauses in read for place in places_of(clauses)]
    axis = axis_of(view, places, content.intervals, first, times)
    found = [
        _claimed(span, facts)
        if span.claim is not None
        else _spoken(span, clauses, content, axis, facts)
        for span, clauses in zip(content.rationale, read, strict=True)
    ]
    said = {
        span.interval
        for span, one in zip(content.rationale, found, strict=True)
        if one.status is not None
    }
    return tuple(
        Grounded("not_checkable", "says nothing that can be measured")
        if one.status is None and span.interval is not None and span.interval not in said
        and any(letter.isalpha() for letter in span.text)
        else one
        for span, one in zip(content.rationale, found, strict=True)
    )  # fmt: skip


def grounding_share(
    content: AnswerContent,
    view: WindowView,
    *,
    first: int | None = None,
    times: Times | None = None,
) -> float | None:
    """Return confirmed / (confirmed + contradicted) over the spans; None when nothing was checked.

    Arguments as for `ground`.
    """
    statuses = [one.status for one in ground(content, view, first=first, times=times)]
    confirmed, contradicted = statuses.count("confirmed"), statuses.count("contradicted")
    checked = confirmed + contradicted
    return confirmed / checked if checked else None


def _claimed(span: Span, facts: WindowFacts) -> Grounded:
    assert span.claim is not None  # the caller looked
    check = check_with(span.claim, facts)
    return Grounded(check.status, check.measured, (span.claim,))


def _spoken(
    span: Span,
    clauses: Sequence[Clause],
    content: AnswerContent,
    axis: Axis,
    facts: WindowFacts,
) -> Grounded:
    interval = next((one for one in content.intervals if one.number == span.interval), None)
    found: list[Found] = []
    for clause in clauses:
        if not _torn(clause, clauses):
            found += _of_clause(clause, interval, content, axis, facts)
    if not found:
        return Grounded()
    there = {check.status for check, _ in found}
    status: CheckStatus = next(one for one in DECISIVE if one in there)
    deciding = [one for one in found if one[0].status == status]
    words = dict.fromkeys(check.measured for check, _ in deciding)
    claims = tuple(claim for _, several in deciding for claim in several)
    return Grounded(status, "; ".join(words), claims)


def _torn(clause: Clause, clauses: Sequence[Clause]) -> bool:
    """Say whether a clause only goes one way at a place where another goes the other way.

    "Rises and then falls from 100 to 200" names one place for two directions: neither holds there.
    """
    ways = {
        direction_of(other.text)
        for other in clauses
        if (other.places, other.channels) == (clause.places, clause.channels)
        and sizes_of(other.text) == Sizes()
    }
    return {"up", "down"} <= ways and sizes_of(clause.text) == Sizes()


def _of_clause(
    clause: Clause,
    interval: FoundInterval | None,
    content: AnswerContent,
    axis: Axis,
    facts: WindowFacts,
) -> list[Found]:
    where = _where(clause, axis, interval)
    related = relation_claims(clause, where, content.intervals, axis.view)
    if related or of_relations(clause):
        return [(check_with(claim, facts), (claim,)) for claim in related]
    nowhere = bool(clause.places) and where is None
    parts = parts_of(clause.text, _whole(axis.view) if nowhere else where, axis.view)
    if parts and nowhere:
        return [(not_checkable("the window has no such times"), ())]
    if not parts:
        own = own_rank(clause.text, interval, content.intervals)
        if own is None and clause.named and where is not None and _outside(where, axis.view):
            own = decided(False, "outside the samples shown")
        return [] if own is None else [(own, ())]
    channels, every = _channels(clause, interval, axis.view)
    return [check_part(Part(readings, channels, every), facts) for readings in parts]


def _where(clause: Clause, axis: Axis, interval: FoundInterval | None) -> Stretch | None:
    """Return the samples a clause speaks of; None where it names and points to none."""
    found = [(place, axis.stretch(place)) for place in clause.places]
    stretches = [(place, stretch) for place, stretch in found if stretch is not None]
    if not stretches:
        return None if interval is None else Stretch(interval.start, interval.stop)
    where = _one_of(clause, stretches)
    if not clause.named and has(AFTERWARDS, clause.text):
        where = Stretch(min(where.stop, axis.view.stop - 1), axis.view.stop)
    return _at_the_edge(_with_interval(where, interval), axis.view)


def _one_of(clause: Clause, found: Sequence[tuple[Place, Stretch]]) -> Stretch:
    """Return one place of several: numbers before shares, ranges before points.

    Two ends, or a beginning and an end, are a range.
    """
    stretches = [stretch for _, stretch in found]
    if _FROM_TO.search(clause.text):
        return Stretch(min(one.start for one in stretches), max(one.stop for one in stretches))
    exact = [stretch for place, stretch in found if place.axis != "share"] or stretches
    ranges = [one for one in exact if one.form == "range"]
    if ranges or len(exact) == 1:
        return (ranges or exact)[0]
    starts = [one for one in exact if one.form == "from"]
    ends = [one for one in exact if one.form == "until"]
    if starts and ends and starts[0].start < ends[0].stop:
        return Stretch(starts[0].start, ends[0].stop)
    return exact[0]


def _whole(view: WindowView) -> Stretch:
    return Stretch(view.start, view.stop)


def _with_interval(where: Stretch, interval: FoundInterval | None) -> Stretch:
    """Return a point that lies in the short interval it points to as that interval."""
    if interval is None or where.form != "point" or interval.stop - interval.start > SHORT:
        return where
    if not interval.start <= where.start < interval.stop:
        return where
    return replace(where, start=interval.start, stop=interval.stop)


def _at_the_edge(where: Stretch, view: WindowView) -> Stretch:
    """Return a range that ends a little beyond the window as one that ends with it.

    People read "0 to 600" off an axis whose last sample is 599.
    """
    _, beyond = widened(view.start, view.stop, len(view.values))
    if view.start <= where.start < view.stop < where.stop <= beyond:
        return replace(where, stop=view.stop)
    return where


def _outside(where: Stretch, view: WindowView) -> bool:
    return where.start < view.start or where.stop > view.stop


def _channels(
    clause: Clause, interval: FoundInterval | None, view: WindowView
) -> tuple[tuple[int, ...], bool]:
    if clause.channels is not None:
        return clause.channels.numbers, clause.channels.every
    if interval is not None and interval.channels:
        return interval.channels, False
    return tuple(range(view.values.shape[1])), False
