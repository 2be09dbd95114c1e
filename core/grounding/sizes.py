"""How much a phrase says: differences, levels that are reached, factors and shares."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from core.answers import Direction
from core.grounding.lexicon import DOWN, NUMBER, UP

Bound = Literal["", "least", "most"]

_N = rf"({NUMBER})(?!\d|\.\d|e[-+]?\d)"
_MARK = r"(?:<p\d+> *)?"
_COMPARED = r"(?:higher|lower|above|below|more|less|up|down|high|tall|deep|larger|smaller)"
_VERBS = (
    r"(?:gains?|los(?:es|t)|adds|sheds|rises?|falls?|drops?|climbs?|increases?|decreases?|declines?|"
    r"jumps?|grows?|dropped|fallen|risen|rose|fell)"
)
_BE = (
    r"(?:is|are|was|were|stays?|remains?|flat|constant|settles?|holds?|hovers?|sits?|stuck|steady|"
    r"stable|plateau|off|reads?|values?|level|lies|near|around)"
)
_REACHED = (
    rf"\b(?:reach\w*|hits?|touch\w*|attains?|value of|values? (?:near|around|at)|"
    rf"(?:maximum|minimum|max|min|peak|trough|low|high)(?: value)? of) {_N}",
    rf"\bpeaks {_MARK}(?:at|with) (?:a value of )?{_N}",
    rf"(?:\b{_BE}|<p\d+>) +(?:at|near|around|of|close to) {_N}",
    rf"\b(?:is|are|was|were|value|values|level) {_N}",
    rf"\b(?:value|point|level|maximum|minimum)(?: of the window)? ?, {_N} ?,",
)
_FACTORS = {
    r"\bdoubl(?:e|es|ed|ing)\b|\btwice\b|\b2-?fold\b": 2.0,
    r"\btripl(?:e|es|ed|ing)\b|\bthrice\b": 3.0,
    r"\bquadrupl\w+": 4.0,
    r"\bhalv(?:e|es|ed|ing)\b|\bhalf (?:of |as |the )|\bby half\b": 0.5,
}
_NO_LEVEL = rf"(?! ?(?:%|times|x\b|-fold|{_COMPARED}\b|units {_COMPARED}\b|samples?\b))"
_BOUNDS = (
    (re.compile(rf"\b(?:more than|at least|over|well over) (?={NUMBER}|doubl|twice|tripl)"), "≥ "),
    (re.compile(rf"\b(?:less than|at most|under|no more than) (?={NUMBER}|half)"), "≤ "),
)


@dataclass(frozen=True)
class Sizes:
    """What a clause says about sizes; None where it says nothing of it.

    Attributes:
        difference: a signed difference, or an unsigned one when `signed` is false.
        unit: "", "%" or "x" (a factor), of the difference.
        reached: a level that is there, or that something goes to.
        left: the level that something comes from.
        bound: the difference, or the level reached, is the least or the most it may be.
    """

    difference: float | None = None
    unit: str = ""
    signed: bool = False
    reached: float | None = None
    left: float | None = None
    bound: Bound = ""


def with_bounds(text: str) -> str:
    """Return a clause with `more than 3` and the like as signs, before comparisons are cut."""
    for pattern, sign in _BOUNDS:
        text = pattern.sub(sign, text)
    return text


def sizes_of(text: str) -> Sizes:
    """Read the sizes of a clause whose places and channels are marks."""
    bound: Bound = "least" if "≥" in text else "most" if "≤" in text else ""
    text = re.sub("[≥≤] ", "", text)
    found = _levels(text)
    if found.reached is None or found.left is None:
        found = _difference(text, found)
    return replace(found, bound=found.bound or bound)


def _levels(text: str) -> Sizes:
    both = re.search(rf"\bfrom {_N} {_MARK}(?:up |down )?to {_N}{_NO_LEVEL}", text)
    if both is not None:
        return Sizes(left=float(both[1]), reached=float(both[2]))
    to = re.search(rf"\bto (?:a |the )?(?:value |level |low |high )?(?:of )?{_N}{_NO_LEVEL}", text)
    if to is not None:
        return Sizes(reached=float(to[1]))
    beyond = re.search(rf"\b(above|below) {_N}(?![\d.%])", text)
    if beyond is not None and not re.search(rf"\bby\b|{_N} (?:units? )?{_COMPARED}\b", text):
        return Sizes(reached=float(beyond[2]), bound="least" if beyond[1] == "above" else "most")
    for pattern in _REACHED:
        at = re.search(pattern + _NO_LEVEL, text)
        if at is not None:
            return Sizes(reached=float(at[1]))
    return Sizes()


def _difference(text: str, found: Sizes) -> Sizes:
    share = re.search(rf"{_N} ?%(?! of\b)", text)
    if share is not None:
        return replace(found, difference=float(share[1]), unit="%", signed=share[1][0] in "+-")
    times = re.search(rf"{_N} ?(?:times\b|x\b|-? ?fold\b)|\bfactor (?:of )?{_N}", text)
    if times is not None:
        return replace(found, difference=float(times[1] or times[2]), unit="x")
    for pattern, factor in _FACTORS.items():
        if re.search(pattern, text):
            return replace(found, difference=factor, unit="x")
    for pattern in (
        rf"\bby {_N}",
        rf"{_N} (?:units? )?{_COMPARED}\b",
        rf"\b(?:of|only) {_N}",
        rf"(?<![\w.])([+-]{NUMBER.removeprefix('[-+]?')})",
        rf"\b{_VERBS} {_N}",
        rf"{_N} units?\b",
    ):
        size = re.search(pattern, text)
        if size is not None and not (found.reached is not None and float(size[1]) == found.reached):
            return replace(found, difference=float(size[1]), signed=size[1][0] in "+-")
    return found


_EXPLICIT_DOWN = r"\bdown\w*|\blower\w*|\bbelow\b|\bnegative\b|\bdips?\b"
_EXPLICIT_UP = r"\bup(?! to)\b|\bupwards?\b|\bhigher\b|\babove\b|\bpositive\b|\braised\b|\bmaxim\w+"


def direction_of(text: str) -> Direction | None:
    """Return the way a clause says that something goes; of two, the one named first."""
    for up, down in ((_EXPLICIT_UP, _EXPLICIT_DOWN), (UP, DOWN)):
        first_up, first_down = re.search(up, text), re.search(down, text)
        if first_up is None and first_down is None:
            continue
        if first_down is None:
            return "up"
        return "up" if first_up is not None and first_up.start() < first_down.start() else "down"
    return None
