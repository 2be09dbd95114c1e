"""Guidelines of types: words, and plots from the project's own decided items. No Streamlit.

A guideline is for people alone. Nothing that shares samples with gold is offered or shown: whoever
reads it would be taught by what measures the models.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.answers import FoundInterval
from core.errors import ConfigError
from core.intervals import Interval
from core.matching import match_events
from core.policy import Example, Guideline, LabelPolicy
from core.review import CurrentLabel, Item
from core.series import SeriesData, WindowView
from pages.components.marks import author_words
from storage import Store
from training.material import GoldBook

AROUND = 1.5
LEAST = 40
"""Samples shown on each side of an example, in lengths of it, and at least."""
MOST_OFFERS = 9


@dataclass(frozen=True)
class Offer:
    """A stretch that could be an example, and what is known of it."""

    example: Example
    what: str

    @property
    def key(self) -> str:
        """Tell it from others on a page."""
        return key_of(self.example)


def key_of(example: Example) -> str:
    """Return what makes a stretch the same as another, whatever its note says."""
    place = example.interval
    channels = "-".join(map(str, place.channels))
    return f"{example.series_id}_{place.start}_{place.stop}_{channels}"


def shown_range(interval: Interval, n_samples: int) -> tuple[int, int]:
    """Return the samples that the picture of an example shows."""
    around = max(LEAST, round(AROUND * interval.length))
    return max(0, interval.start - around), min(n_samples, interval.stop + around)


def example_view(data: SeriesData, example: Example) -> WindowView:
    """Return what the picture of an example shows: its channels, around it."""
    start, stop = shown_range(example.interval, data.n_samples)
    values = data.values[start:stop]
    channels = list(example.interval.channels)
    return WindowView(values=values[:, channels] if channels else values, start=start)


class Examples:
    """The decided items of a project, as far as examples may come from them."""

    def __init__(self, store: Store, project_id: str) -> None:
        self._store, self._project_id = store, project_id
        self.series = {one.id: one for one in store.series.list(project_id)}
        self._gold = GoldBook(store.gold.ranges(project_id))
        labels = store.corrections.current(project_id)
        self._decided = [
            (item, labels[item.id])
            for item in store.items.list(project_id)
            if item.id in labels and self._anomaly(labels[item.id])
        ]

    @staticmethod
    def _anomaly(label: CurrentLabel) -> bool:
        return label.content is not None and label.content.kind == "anomaly"

    def usable(self, example: Example) -> bool:
        """Tell whether a stretch may be shown: its series is there, and no gold is in sight."""
        stored = self.series.get(example.series_id)
        if stored is None or example.interval.stop > stored.n_samples:
            return False
        shown = shown_range(example.interval, stored.n_samples)
        return not self._gold.touches(example.series_id, *shown)

    def good(self, type_id: str) -> list[Offer]:
        """Offer events that people labelled with the type, from as many series as possible."""
        found = [
            self._offer(item, event, f"labelled by {label.event.person}")
            for item, label in reversed(self._decided)
            for event in self._events(label)
            if event.type_id == type_id
        ]
        return self._best(found)

    def near_misses(self, type_id: str, name_of: Callable[[str | None], str]) -> list[Offer]:
        """Offer what nearly is one: what models took for the type and people did not, then others.

        Args:
            name_of: what people call a type.
        """
        wrong = [
            self._offer(item, event, f"{who} took it for one; {label.event.person} did not")
            for item, label in reversed(self._decided)
            for who, event in self._refused(item, label, type_id)
        ]
        others = [
            self._offer(item, event, f"a {name_of(event.type_id)} for {label.event.person}")
            for item, label in reversed(self._decided)
            for event in self._events(label)
            if event.type_id not in (type_id, None)
        ]
        half = MOST_OFFERS - min(MOST_OFFERS // 3, len(others))
        return self._best([*self._best(wrong)[:half], *others], spread=False)

    def _refused(
        self, item: Item, label: CurrentLabel, type_id: str
    ) -> list[tuple[str, FoundInterval]]:
        """Return the events of the type that a model found where the label has none of it."""
        true = [one for one in self._events(label) if one.type_id == type_id]
        found: list[tuple[str, FoundInterval]] = []
        for answer in self._store.answers.for_item(self._project_id, item.id):
            if answer.author.kind in ("rules", "teacher", "student") and answer.sample == 0:
                said = [one for one in answer.content.intervals if one.type_id == type_id]
                matched = {pair.given for pair in match_events(said, true)}
                who = author_words(answer.author)
                found += [(who, one) for n, one in enumerate(said) if n not in matched]
        return found

    @staticmethod
    def _events(label: CurrentLabel) -> Sequence[FoundInterval]:
        return () if label.content is None else label.content.intervals

    @staticmethod
    def _offer(item: Item, event: FoundInterval, what: str) -> Offer:
        return Offer(Example(series_id=item.series_id, interval=event.interval), what)

    def _best(self, offers: Sequence[Offer], spread: bool = True) -> list[Offer]:
        """Return the first few that may be shown, each stretch once, spread over the series."""
        usable = {one.key: one for one in reversed(offers) if self.usable(one.example)}
        left = list(usable.values())[::-1]
        if spread:
            seen: Counter[str] = Counter()
            turns: list[tuple[int, Offer]] = []
            for one in left:
                turns.append((seen[one.example.series_id], one))
                seen[one.example.series_id] += 1
            left = [one for _, one in sorted(turns, key=lambda turn: turn[0])]
        return left[:MOST_OFFERS]


def readable(examples: Examples, guideline: Guideline) -> tuple[Guideline, int]:
    """Return a guideline without what may not be shown any more, and how much that is."""
    good = tuple(filter(examples.usable, guideline.good))
    near = tuple(filter(examples.usable, guideline.near_misses))
    hidden = len(guideline.good) + len(guideline.near_misses) - len(good) - len(near)
    return guideline.model_copy(update={"good": good, "near_misses": near}), hidden


def with_guideline(
    store: Store, project_id: str, policy: LabelPolicy, guideline: Guideline
) -> LabelPolicy:
    """Return the policy with another guideline of one type.

    Raises:
        ConfigError: when an example lies in gold, or its series is not there.
    """
    examples = Examples(store, project_id)
    for example in (*guideline.good, *guideline.near_misses):
        if not examples.usable(example):
            raise ConfigError(
                f"the example at samples {example.interval.start:,} to "
                f"{example.interval.stop - 1:,} shares samples with gold, or its series is gone; "
                "gold measures and must teach nobody: choose another example"
            )
    new = guideline.model_copy(update={"words": guideline.words.strip()})
    others = [one for one in policy.guidelines if one.type_id != new.type_id]
    kept = [new] if new.words or new.good or new.near_misses else []
    return policy.model_copy(update={"guidelines": (*others, *kept)})
