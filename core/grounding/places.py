"""Where a phrase speaks of: samples, times, parts of the window, channels.

`take_places` replaces each place in a sentence by a mark (`<p0>`), so that its numbers are not
taken for magnitudes, and `take_channels` does the same for channels. A place is kept as written:
numbers of samples, seconds since the window's start, clock times, or shares of the window; which
samples of the series these are is decided with the window at hand (`core.grounding.axis`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from core.grounding.lexicon import NUMBER, SAMPLES, SECONDS, TIME

Axis = Literal["sample", "second", "clock", "share"]
Form = Literal["range", "point", "from", "until"]


@dataclass(frozen=True)
class Place:
    """A place as written.

    Attributes:
        axis: what `start` and `stop` count.
        form: a range, a point (`stop` equals `start`), everything from or until a point.
        start, stop: the first and the last position named, both meant.
        clock: the two clock times as written, for the axis `clock`.
    """

    axis: Axis
    form: Form
    start: float = 0.0
    stop: float = 0.0
    clock: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Channels:
    """Channels as written, 0-based.

    Attributes:
        every: what is said is said of each of them.
        pair: two of them, written as one: "ch1–ch2".
    """

    numbers: tuple[int, ...]
    every: bool = False
    pair: bool = False


_N = rf"({NUMBER})"
_I = r"(\d+)(?!\d|\.\d)"
_TO = r"\s*(?:-|to|and|until|till|through|up to|\.\.\.?)\s*"
_NO_SIZE = r"(?!\s*(?:%|units?\b|times\b|x\b|-?fold\b|higher|lower|above|below|samples?\b|°))"
_TIME = rf"({TIME})\b"
_CLOCK = r"((?:\d{4}-\d\d-\d\d[t ])?\d{1,2}:\d\d(?::\d\d)?|\d{4}-\d\d-\d\d)"
_AT = r"(?:at|around|near|about|close to|by|on|in|past|of|to)"
_FROM = r"(?:after|from|past|beyond|since|starting (?:at|from|in)|beginning (?:at|from))"
_UNTIL = r"(?:until|till|before|up to|by)"
_OF_IT = r"(?: (?:of|through|in) the (?:window|series|plot|recording|signal|curve|data))?"
_IN = r"(?:in|over|during|for|within|throughout|across|of)?\s*\bthe (?:very )?"
_VALUE_VERB = re.compile(
    r"\b(?:ris\w+|rose|climb\w*|increas\w+|grow\w*|jump\w*|fall\w*|fell|drop\w*|declin\w+|up|down|"
    r"decreas\w+|goes|go|steadily|gradually|slowly|linearly|changes?|moves?|plung\w+|shift\w*|"
    r"oscillat\w+|var(?:y|ies)|fluctuat\w+|ranges?|swings?)\s*$"
)
_SITS = re.compile(
    r"\b(?:flat|constant|stable|steady|remains?|stays?|holds?|settles?|sits?|plateau|level|hovers?|"
    r"is|are|values?|off|stuck|was|were|readings?|there)\s*$"
)
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_NAMED: tuple[tuple[str, float, float], ...] = (
    (r"(?:near|at|towards?|close to|by) the (?:very )?(?:right edge|end)", 0.85, 1.0),
    (r"(?:near|at|towards?|close to|in) the (?:very )?(?:left edge|start|beginning)", 0.0, 0.15),
    (r"(?:just|shortly) past the middle", 0.45, 0.7),
    (r"(?:in|near|around|at|towards?) the (?:very )?(?:middle|cent(?:er|re))", 0.35, 0.65),
    (r"half-?way(?: through)?", 0.42, 0.58),
    (r"from (?:the )?(?:start|beginning) to (?:the )?end", 0.0, 1.0),
    (r"throughout|overall|(?:in|over|across|during) the (?:whole|entire|full)", 0.0, 1.0),
)


def take_places(sentence: str, places: list[Place]) -> str:
    """Return the sentence with each place replaced by its mark; the places are added to a list."""
    for pattern, make in _PATTERNS:

        def marked(
            found: re.Match[str], make: Callable[[re.Match[str]], Place | None] = make
        ) -> str:
            place = make(found)
            if place is None:
                return found[0]
            places.append(place)
            return f" <p{len(places) - 1}> "

        sentence = pattern.sub(marked, sentence)
    return sentence


def take_channels(sentence: str, found: list[Channels], n_channels: int) -> str:
    """Return the sentence with each naming of channels replaced by its mark (`<c0>`)."""
    order = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": n_channels}

    def mark(channels: Channels) -> str:
        found.append(channels)
        return f"<c{len(found) - 1}>"

    def several(match: re.Match[str]) -> str:
        numbers = tuple(int(number) - 1 for number in re.findall(r"\d+", match[0]))
        return mark(Channels(numbers, every=True))

    def pair(match: re.Match[str]) -> str:
        return mark(Channels((int(match[1]) - 1, int(match[2]) - 1), every=True, pair=True))

    def one(match: re.Match[str]) -> str:
        return mark(Channels((order[match[2]] - 1 if match[2] else int(match[1]) - 1,)))

    def each(_: re.Match[str]) -> str:
        return mark(Channels(tuple(range(n_channels)), every=True))

    number = r"(?:ch|channel|channels|chan|panel)[ .#]*"
    joint = r"(?:,? and |, ?| ?& ?)"
    sentence = re.sub(rf"\b{number}(\d+) ?- ?{number}(\d+)\b", pair, sentence)
    sentence = re.sub(rf"\b{number}\d+(?:{joint}(?:{number})?\d+)+\b", several, sentence)
    sentence = re.sub(
        rf"\b(?:{number}(\d+)\b|({'|'.join(order)}) (?:channel|panel)\b)", one, sentence
    )
    return re.sub(
        r"\b(?:all|both|every|each)(?: of)?(?: the)?(?: \d+)? (?:channels?|panels?)\b",
        each,
        sentence,
    )


def _before(found: re.Match[str]) -> str:
    return found.string[: found.start()]


def _samples(form: Form) -> Callable[[re.Match[str]], Place | None]:
    def make(found: re.Match[str]) -> Place | None:
        numbers = [float(number) for number in found.groups() if number is not None]
        return Place("sample", form, numbers[0], numbers[-1])

    return make


def _bare_range(found: re.Match[str]) -> Place | None:
    """Read `between 300 and 340` and `from 300 to 340`, unless these are values that are gone."""
    if _VALUE_VERB.search(_before(found)):
        return None
    return Place("sample", "range", float(found[1]), float(found[2]))


def _bare_point(found: re.Match[str]) -> Place | None:
    """Read `at 340`, unless something stays at 340 or is near it."""
    before = _before(found)
    if not found[0].startswith("at"):
        before = before.rstrip(" ,")  # "the lowest values, around 20"
    if _SITS.search(before):
        return None
    return Place("sample", "point", float(found[1]), float(found[1]))


def _seconds(form: Form) -> Callable[[re.Match[str]], Place | None]:
    def make(found: re.Match[str]) -> Place | None:
        groups = [group for group in found.groups() if group is not None]
        units = [SECONDS[group[0]] for group in groups if not group[0].isdigit()]
        numbers = [float(group) for group in groups if group[0].isdigit()]
        return Place("second", form, numbers[0] * units[0], numbers[-1] * units[-1])

    return make


def _clock(form: Form) -> Callable[[re.Match[str]], Place | None]:
    return lambda found: Place("clock", form, clock=(found[1], found.groups()[-1]))


def _named(start: float, stop: float) -> Callable[[re.Match[str]], Place | None]:
    return lambda _: Place("share", "range", start, stop)


def _part(found: re.Match[str]) -> Place | None:
    which, many, part = found[1], found[2], found[3]
    size = float(many or 1) / _PARTS[part.removesuffix("s").replace("halve", "half")]
    starts = {"first": 0.0, "initial": 0.0, "second": size, "middle": (1 - size) / 2}
    start = starts.get(which, 1 - size)
    return Place("share", "range", start, min(1.0, start + size))


def _half(found: re.Match[str]) -> Place | None:
    """Read `in the second.` as a half, where a half was named before it."""
    if " half" not in found.string and "<p" not in _before(found):
        return None
    start = 0.0 if found[1] == "first" else 0.5
    return Place("share", "range", start, start + 0.5)


def _ends(found: re.Match[str]) -> Place | None:
    """Read `the first 50 samples` and `the last 10 %`."""
    count, share = float(found[2]), found[3] == "%"
    if share:
        size = count / 100
        return Place("share", "range", *((0.0, size) if found[1] == "first" else (1 - size, 1.0)))
    if found[1] == "first":
        return Place("share", "until", 0.0, count)
    return Place("share", "from", count, 0.0)


def _from_start(found: re.Match[str]) -> Place | None:
    return Place("sample", "until", float(found[1]), float(found[1]))


_S = SAMPLES
_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Place | None]], ...] = tuple(
    (re.compile(pattern), make)
    for pattern, make in (
        (rf"\b(?:between|from)? ?{_CLOCK}{_TO}{_CLOCK}", _clock("range")),
        (rf"\b{_FROM} {_CLOCK}", _clock("from")),
        (rf"\b{_UNTIL} {_CLOCK}", _clock("until")),
        (rf"\b{_AT} {_CLOCK}", _clock("point")),
        (rf"\b(?:from|between) the (?:start|beginning) (?:until|to|up to|and|till) "
         rf"(?:{_S} ?)?{_I}", _from_start),
        (rf"\b{_FROM} (?:{_S} ?)?{_I}(?: on(?:wards?)?)? (?:until|to|through|till|up to) "
         rf"(?:{_S} ?)?{_I}(?! ?(?:{TIME}\b|%))", _bare_range),
        (rf"(?:\b(?:between|from|in|over|during|across|spanning|at|covering|covers) )?"
         rf"(?:the )?\b{_S} ?{_I}{_TO}(?:{_S} ?)?{_I}", _samples("range")),
        (rf"\bbetween {_I} and (?:{_S} ?)?{_I}{_NO_SIZE}(?! ?{TIME}\b)", _bare_range),
        (rf"(?<![\w.])[\[(]{_I}, ?{_I}[\])]", _samples("range")),
        (rf"\b(?:between |from |in |over |during )?{TIME} {_N}{_TO}{_N}".replace(TIME, f"({TIME})"),
         _seconds("range")),
        (rf"\b(?:between|from) {_N}(?: ?{_TIME})?{_TO}{_N} ?{_TIME}(?: (?:in|into|after) the "
         r"(?:recording|window|start|series))?", _seconds("range")),
        (rf"\b{_FROM} {_N} ?{_TIME} on(?:wards?)?\b", _seconds("from")),
        (rf"\b(?:after|at|around|near|past) (?:the )?{_N}[ -]?{_TIME}(?: mark)?",
         _seconds("point")),
        (rf"\b{_N} ?{_TIME} (?:in|into|after|from|since)\b(?: the (?:start|beginning|window|"
         r"recording|series))?", _seconds("point")),
        (rf"\b(?:{_AT} )?({TIME}) {_N}(?!\S)", _seconds("point")),
        (rf"\b{_FROM} (?:the )?(?:{_S} ?){_I}(?: on(?:wards?)?)?", _samples("from")),
        (rf"\b{_FROM} {_I} on(?:wards?)?\b", _samples("from")),
        (rf"\b(?:after|since|beyond|past) {_I}{_NO_SIZE}", _samples("from")),
        (rf"\b{_UNTIL} (?:the )?(?:{_S} ?){_I}", _samples("until")),
        (rf"\b(?:until|till|before) {_I}{_NO_SIZE}", _samples("until")),
        (rf"(?:\b{_AT} )?(?:the )?\b{_S} ?{_I}", _samples("point")),
        (rf"\b(?:at|around|near|close to|@) {_I}{_NO_SIZE}", _bare_point),
        (rf"\b{_IN}(first|second|last|third|final|middle|initial) (?:(\d) )?"
         rf"(half|halves|thirds?|quarters?|fifths?|tenths?)\b{_OF_IT}", _part),
        # "in the first half ... and in the second": the word is left out the second time.
        (r"\bin the (first|second|last)(?= *(?:$|[.,;]))", _half),
        (rf"\b{_IN}(first|last) (\d+) ?(%|{_S}){_OF_IT}", _ends),
        *((rf"{words}{_OF_IT}", _named(start, stop)) for words, start, stop in _NAMED),
    )
)  # fmt: skip
