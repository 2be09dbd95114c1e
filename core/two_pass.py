"""Two passes for events: a first look proposes them, a second one shows each zoomed.

Zooms. A proposal takes about a third of its zoom, which has 32 samples at least and moves inward at
the window's ends. One pixel of the zoom is then at most 0.5 % of the proposal, or the zoom has at
most 96 samples, so that each is seen; where the picture is too narrow for a third, the proposal
takes more of it.
Proposals share a zoom when both still have their margins and their resolution in it. A zoom that
would show the whole window again is not asked, nor are more than `MOST_ZOOMS` of a window: the
surest proposals come first, the others stay as they are.

Merging.

1. Start, stop and confidence of a proposal are those of the zoom's interval that overlaps it best
   (IoU, on a shared channel); type and channels stay, and are taken from there where it had none.
2. A zoom that finds nothing there withdraws the proposal, and a sentence of the rationale says so.
3. A proposal whose zoom failed, or that had none, stays as it is.
4. What only a zoom saw is kept when it overlaps no other result.
5. Results of different looks that are one event by the rule of `core.whole_series` are united.
6. Phrases follow their interval to its new number. Those of a withdrawn one keep their words and
   lose its number and their claim. What was said at each zoom follows, with its own claims.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.answers import AnswerContent, FoundInterval, Span
from core.render_layout import panel_in
from core.render_settings import RenderSettings
from core.series import WindowView, cut_view
from core.whole_series import joined_parts

RESOLUTION = 0.005
"""Of a proposal, what one pixel of its zoom is at most."""
PARTS = 3
FEWEST_SAMPLES = 32
MOST_ZOOMS = 8
WITHDRAWN = "A closer look found nothing out of the ordinary where an event was proposed."


@dataclass(frozen=True)
class Zoom:
    """A part of a window to look at again.

    Attributes:
        start, stop: absolute samples `[start, stop)`.
        numbers: the proposals it shows, by their number in the first answer.
    """

    start: int
    stop: int
    numbers: tuple[int, ...]

    @property
    def length(self) -> int:
        """Number of samples."""
        return self.stop - self.start


@dataclass(frozen=True)
class RequestPlan:
    """How many requests a batch of windows takes: first looks, and zooms at most."""

    first: int
    zooms: int

    @property
    def total(self) -> int:
        """All of them; repairs of unreadable answers come on top."""
        return self.first + self.zooms


def proposals(
    content: AnswerContent, view: WindowView, settings: RenderSettings
) -> tuple[Zoom, ...]:
    """Return the zooms that a first answer about a window asks for, by start."""
    pixels = panel_in(settings) * settings.dpi
    surest = sorted(content.intervals, key=lambda one: -(one.confidence or 0.0))
    zooms: list[Zoom] = []
    for zoom in sorted((_zoom_of(one, view, pixels) for one in surest), key=lambda one: one.start):
        shared = _shared(zooms[-1], zoom, content, pixels) if zooms else None
        zooms[-1:] = [shared] if shared else [*zooms[-1:], zoom]
    asked = [zoom for zoom in zooms if zoom.length < len(view.values)]
    ranks = {one.number: rank for rank, one in enumerate(surest)}
    first = sorted(asked, key=lambda zoom: min(ranks[number] for number in zoom.numbers))
    return tuple(sorted(first[:MOST_ZOOMS], key=lambda zoom: zoom.start))


def zoomed(view: WindowView, zoom: Zoom) -> WindowView:
    """Return the view of a zoom, a window of its own."""
    return cut_view(view, zoom.start, zoom.stop)


def windows_plan(n_windows: int, proposals_per_window: float) -> RequestPlan:
    """Return what a batch with two passes takes at most: every proposal has a zoom of its own."""
    zooms = min(proposals_per_window, MOST_ZOOMS)
    return RequestPlan(n_windows, math.ceil(n_windows * zooms))


def _zoom_of(found: FoundInterval, view: WindowView, pixels: float) -> Zoom:
    length = min(len(view.values), _length(found, pixels))
    middle = (found.start + found.stop) // 2
    start = min(max(view.start, middle - length // 2), view.stop - length)
    return Zoom(start, start + length, (found.number,))


def _length(found: FoundInterval, pixels: float) -> int:
    long = found.stop - found.start
    # Never tighter than a tenth of the proposal on either side: an edge needs something beside it.
    return max(FEWEST_SAMPLES, min(PARTS * long, max(math.ceil(1.2 * long), _most(long, pixels))))


def _most(long: int, pixels: float) -> int:
    """Return the samples of the longest zoom whose pixels resolve a proposal of `long` samples."""
    return max(PARTS * FEWEST_SAMPLES, int(RESOLUTION * long * pixels))


def _shared(one: Zoom, other: Zoom, content: AnswerContent, pixels: float) -> Zoom | None:
    """Return a zoom for the proposals of both, None where it would be too coarse for one."""
    both = Zoom(one.start, max(one.stop, other.stop), (*one.numbers, *other.numbers))
    lengths = [
        found.stop - found.start for found in content.intervals if found.number in both.numbers
    ]
    return both if both.length <= min(_most(long, pixels) for long in lengths) else None


def merge(
    content: AnswerContent, zooms: Sequence[Zoom], refined: Sequence[AnswerContent | None]
) -> AnswerContent:
    """Merge a first answer with what was said at its zooms, by the rule of this module.

    Args:
        content: the first answer.
        zooms: as `proposals` gave them.
        refined: one answer per zoom, positions absolute; None where it failed.
    """
    by_number = {found.number: found for found in content.intervals}
    looks = [
        _looked([by_number[number] for number in zoom.numbers], answer)
        for zoom, answer in zip(zooms, refined, strict=True)
        if answer is not None
    ]
    withdrawn = {number for look in looks for number in look.withdrawn}
    first = {number: found for look in looks for number, found in look.proposed.items()}
    kept = [found for number, found in by_number.items() if number not in withdrawn | first.keys()]
    first |= {found.number: found for found in kept}
    for look in looks:
        look.keep_new(first.values(), looks)
    united = joined_parts([kept, *(look.results for look in looks)])
    places = {id(part): one.number for one, parts in united for part in parts}
    spans = [_renumbered(content.rationale, first, places, withdrawn)]
    spans += [look.spans(places) for look in looks]
    return AnswerContent(
        kind=content.kind,
        label=content.label,
        intervals=tuple(one for one, _ in united),
        scores=content.scores,
        confidence=content.confidence,
        rationale=tuple(_in_lines(spans)),
    )


@dataclass
class _Look:
    """What a zoom said.

    Attributes:
        proposed: what became of each proposal that it found, by the proposal's number.
        seen: what became of each interval of its own, by its own number.
        new: its intervals that no proposal was matched with.
    """

    answer: AnswerContent
    proposed: dict[int, FoundInterval]
    seen: dict[int, FoundInterval]
    withdrawn: list[int]
    new: list[FoundInterval]

    @property
    def results(self) -> list[FoundInterval]:
        """All that it found, each once."""
        found = {id(one): one for one in (*self.proposed.values(), *self.seen.values())}
        return list(found.values())

    def keep_new(self, proposed: Iterable[FoundInterval], looks: "Sequence[_Look]") -> None:
        """Keep of the new intervals those that overlap nothing that is there already."""
        for one in self.new:
            others = [*proposed, *(there for look in looks for there in look.results)]
            if not any(_share(one, other) for other in others):
                self.seen[one.number] = one

    def spans(self, places: dict[int, int]) -> list[Span]:
        """Return its words, with the numbers that its intervals have now."""
        said = _renumbered(self.answer.rationale, self.seen, places, set())
        return _in_lines([said, [Span(text=WITHDRAWN)]] if self.withdrawn else [said])


def _looked(proposed: Sequence[FoundInterval], answer: AnswerContent) -> _Look:
    """Match the proposals of a zoom with what was found in it."""
    look = _Look(answer, {}, {}, [], [])
    for proposal in proposed:
        best = max(
            (found for found in answer.intervals if _share(proposal, found)),
            key=lambda found: proposal.interval.iou(found.interval),
            default=None,
        )
        if best is None:
            look.withdrawn.append(proposal.number)
            continue
        result = _edged(proposal, best)
        # Two proposals of one event: the second time it is the same result, not a second one.
        result = next((one for one in look.proposed.values() if _same(one, result)), result)
        look.proposed[proposal.number] = result
        look.seen.setdefault(best.number, result)
    look.new = [found for found in answer.intervals if found.number not in look.seen]
    return look


def _edged(proposal: FoundInterval, best: FoundInterval) -> FoundInterval:
    return proposal.model_copy(
        update={
            "start": best.start,
            "stop": best.stop,
            "channels": proposal.channels or best.channels,
            "type_id": proposal.type_id or best.type_id,
            "confidence": proposal.confidence if best.confidence is None else best.confidence,
        }
    )


def _same(one: FoundInterval, other: FoundInterval) -> bool:
    return one.interval == other.interval and one.type_id == other.type_id


def _share(one: FoundInterval, other: FoundInterval) -> bool:
    """Say whether two intervals share a sample of a channel."""
    channels = not one.channels or not other.channels or set(one.channels) & set(other.channels)
    return bool(channels) and one.interval.overlap(other.interval) > 0


def _renumbered(
    spans: Sequence[Span],
    found: dict[int, FoundInterval],
    places: dict[int, int],
    withdrawn: set[int],
) -> list[Span]:
    """Point spans to the numbers that intervals have now."""
    moved: list[Span] = []
    for span in spans:
        if span.interval is None:
            moved.append(span)
        elif span.interval in withdrawn:
            moved.append(Span(text=span.text))
        else:
            number = places.get(id(found.get(span.interval)))
            moved.append(span.model_copy(update={"interval": number}))
    return moved


def _in_lines(parts: Sequence[Sequence[Span]]) -> list[Span]:
    """Join parts of a rationale, each on a line of its own."""
    joined: list[Span] = []
    for part in parts:
        if joined and part and not joined[-1].text.endswith("\n"):
            joined[-1] = joined[-1].model_copy(update={"text": joined[-1].text + "\n"})
        joined += part
    return joined
