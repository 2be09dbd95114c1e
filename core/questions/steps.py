"""Running text cut into what can be shown and checked alone: steps, sentences, pointing pieces.

Nothing is lost: the pieces of a text, joined, are the text.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_STEP = re.compile(r"(?<![*#])(?:[*#]+\s*)?\bstep\s+(\d{1,2})\**\s*[:.)]", re.IGNORECASE)
# A small letter or a digit goes on with the sentence: "approx. 7", "e.g. a spike".
_STOP = re.compile(r"(?<![.!?])[.!?]+[\"')*]*\s++(?![a-z0-9])|\n\s*")
_NAMED = r"(?:sample|index|position|point)s?\s+"
# Looks ahead, so that in "10, 300 to 340" the second pair is seen too.
_RANGE = re.compile(
    rf"(?<![\w.])(?=(\d{{1,18}})\s*(?:to|and|until|through|-|–|,)\s*(?:{_NAMED})?"
    r"(\d{1,18})(?!\w|\.\d))",
    re.IGNORECASE,
)
_SAMPLE = re.compile(rf"\b(?:at\s+|{_NAMED})(?:{_NAMED})?(\d{{1,18}})(?!\w|\.\d)", re.IGNORECASE)

Pair = tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """A piece of text and the number of the interval it speaks of, None when of none."""

    text: str
    number: int | None = None


def steps_of(text: str) -> list[str]:
    """Cut a text before `Step 1:`, `Step 2:`, ...; other numbers in between cut nothing."""
    cuts = [0]
    for found in _STEP.finditer(text):
        if int(found[1]) == len(cuts):
            cuts.append(found.start())
    return [text[a:b] for a, b in pairwise([*cuts, len(text)]) if a < b]


def sentences(text: str) -> list[str]:
    """Cut a text after each sentence and line; what holds no word joins the sentence after it."""
    cuts = [0, *(found.end() for found in _STOP.finditer(text)), len(text)]
    found: list[str] = []
    waiting = ""
    for a, b in pairwise(cuts):
        waiting += text[a:b]
        if re.search(r"[^\W\d_]", text[a:b]):
            found.append(waiting)
            waiting = ""
    if waiting:
        found[-1:] = ["".join(found[-1:]) + waiting]
    return found


def pointed(texts: Sequence[str], pairs: Sequence[Pair]) -> list[Piece]:
    """Cut texts into pieces that each speak of one interval, or of none.

    A sentence speaks of interval k when it names its ends, `from a to b`, `a-b`, `(a, b)`, or its
    only sample, `at a`, exactly. One that names several is cut behind each. What is named twice in
    `pairs` says nothing about which one is meant.

    Args:
        texts: each begins a new piece.
        pairs: first and last position of the intervals 1, 2, ..., both inclusive.
    """
    counts = Counter(pairs)
    numbers = {pair: k for k, pair in enumerate(pairs, start=1) if counts[pair] == 1}
    pieces: list[Piece] = []
    for text in texts:
        own: list[Piece] = []
        for piece in (one for sentence in sentences(text) for one in _named(sentence, numbers)):
            if own and own[-1].number == piece.number:
                own[-1] = Piece(own[-1].text + piece.text, piece.number)
            else:
                own.append(piece)
        pieces += own
    return pieces


def _named(sentence: str, numbers: dict[Pair, int]) -> list[Piece]:
    """Cut a sentence behind each interval it names but the last."""
    ranges = [((int(f[1]), int(f[2])), f.end(2)) for f in _RANGE.finditer(sentence)]
    samples = [((int(f[1]), int(f[1])), f.end(1)) for f in _SAMPLE.finditer(sentence)]
    ends = {end: numbers[pair] for pair, end in (*ranges, *samples) if pair in numbers}
    places = sorted(ends)
    if not places:
        return [Piece(sentence)]
    cuts = [0, *places[:-1], len(sentence)]
    return [
        Piece(sentence[a:b], ends[place])
        for (a, b), place in zip(pairwise(cuts), places, strict=True)
    ]
