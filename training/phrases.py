"""Phrases that people judged, for recipes that learn to reason: which ones, and as lines of a file.

Pure. What lies on gold, or too near to it, never comes through here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.desk_events import DeskEvent
from core.intervals import Interval
from core.phrases import PhrasePair, phrase_pairs
from core.review import Item
from training.examples import Split
from training.material import GoldBook
from training.windows import StoredWindow, read_stored

PHRASES = "phrases.jsonl"


@dataclass(frozen=True)
class JudgedPhrase:
    """A pair to learn from, with the item that it was said of."""

    item: Item
    pair: PhrasePair


class StoredPhrase(StoredWindow):
    """A pair as a snapshot keeps it: nobody's name is in it.

    Attributes:
        interval: absolute samples; None for words about the window.
        verdict: whether the words say what the interval is.
        source_id, span: which phrase it was: pairs that share them are a better and a worse one.
    """

    source_id: str
    span: int
    text: str
    interval: Interval | None
    verdict: Literal["right", "wrong"]
    split: Split
    group: str


def choose_phrases(
    items: Iterable[Item], events: Iterable[DeskEvent], gold: GoldBook
) -> list[JudgedPhrase]:
    """Choose the pairs that may be learned from, among what people said of these items."""
    free = {item.id: item for item in items if gold.may_learn(item)}
    return [JudgedPhrase(free[pair.item_id], pair) for pair in phrase_pairs(events, free)]


def load_phrases(folder: Path) -> list[StoredPhrase]:
    """Read the phrases of a snapshot; one from before there were any has none.

    Raises:
        DataError: if the file is damaged.
    """
    return read_stored(StoredPhrase, folder, PHRASES)


def stored_phrase(
    window: StoredWindow, judged: JudgedPhrase, split: Split, group: str
) -> StoredPhrase:
    """Return a pair as it is kept, on its window."""
    pair = judged.pair
    return StoredPhrase(
        **window.model_dump(),
        source_id=pair.source_id,
        span=pair.span,
        text=pair.text,
        interval=pair.interval,
        verdict=pair.verdict,
        split=split,
        group=group,
    )


def in_order(phrases: Iterable[JudgedPhrase]) -> Sequence[JudgedPhrase]:
    """Sort phrases, so that the same ones give the same file."""
    return sorted(
        phrases,
        key=lambda one: (
            one.item.id,
            one.pair.source_id,
            one.pair.span,
            one.pair.model_dump_json(),
        ),
    )
