"""What a clause says, as parts with their readings: the English of `core.grounding.lexicon`.

Sizes without a sign take that of the direction in words; without either, both signs are read.
"""

import re
from dataclasses import dataclass, replace

from core.answers import Claim, ClaimKind, Direction, Feature
from core.checks_stretch import widened
from core.grounding import lexicon as words
from core.grounding.axis import Stretch
from core.grounding.lexicon import has
from core.grounding.readings import Rank, Reading
from core.grounding.sizes import Sizes, direction_of, sizes_of
from core.series import WindowView

_BEYOND = (1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0, 11.0, 16.0)
"""How a least factor is read: as any of a row of factors, each with its tolerance."""
SHORT = 8
POINT_SHARE = 0.02
Readings = tuple[Reading, ...]


@dataclass(frozen=True)
class Spoken:
    """A clause with everything that was read from it.

    Attributes:
        text: with marks for places and channels.
        where: the samples it speaks of; None where it names none and points nowhere.
        view: the window.
        sizes, direction: as read from the text.
    """

    text: str
    where: Stretch | None
    view: WindowView
    sizes: Sizes
    direction: Direction | None

    def claim(self, kind: ClaimKind, **more: object) -> Claim:
        """Return a claim about the place, or about the whole window without one."""
        start, stop = self.range
        return Claim.model_validate({"kind": kind, "start": start, "stop": stop, **more})

    @property
    def range(self) -> tuple[int, int]:
        """The place in samples; the whole window without one."""
        if self.where is None:
            return self.view.start, self.view.stop
        return self.where.start, self.where.stop

    @property
    def short(self) -> bool:
        """Whether the place is a point or nearly so."""
        return self.where is not None and self.where.stop - self.where.start <= SHORT


def parts_of(text: str, where: Stretch | None, view: WindowView) -> tuple[Readings, ...]:
    """Return what a clause says; nothing where none of it can be measured.

    Args:
        text: plain, with marks for places and channels.
        where: the samples it speaks of, None where it says nothing of it.
        view: the window.
    """
    if has(words.NO_CLAIM, text):
        return ()
    said = Spoken(text, where, view, sizes_of(text), direction_of(text))
    if has(words.MISSING, text):
        return _missing(said)
    if has(words.RETURNS, text) and said.sizes == Sizes():
        return ()
    if has(words.NEGATED, text) and not has(words.FLAT, text):
        return _denied(said)
    if has(words.STUCK, text):
        return _stuck(said)
    if has(words.MIDPOINT, text):
        return (_position(said, "midpoint"),) if where is not None else ()
    ranked = _rank(said)
    if has(words.PERIOD, text) and not ranked:
        found = _period(said)
        if found:
            return (found,)
    if has(words.VARIANCE, text) and not ranked:
        return _variance(said)
    extreme = () if ranked else _extreme(said)
    if extreme:
        return extreme
    return (*ranked, *_moves(said))


def _missing(said: Spoken) -> tuple[Readings, ...]:
    count = re.search(r"(\d+) (?:samples|values|points|readings|measurements)", said.text)
    if said.where is None:
        return ()
    if count is None:
        return ((Reading(said.claim("missing")),),)
    value = float(count[1])
    start, stop = said.range
    if said.where.form in ("from", "point"):
        stop = min(max(start + round(value), stop if said.short else 0), said.view.stop)
    claim = said.claim("missing", value=value, stop=stop)
    return ((Reading(claim),),)


def _stuck(said: Spoken) -> tuple[Readings, ...]:
    if said.where is None:
        return ()
    start, stop = said.range
    times = re.search(r"repeats (\d+) times", said.text)
    if times is not None:
        stop = min(stop, start + int(times[1])) if not said.short else start + int(times[1])
    claim = said.claim("direction", stop=stop, direction="flat")
    return ((Reading(claim, "stuck"),),)


def _denied(said: Spoken) -> tuple[Readings, ...]:
    if said.where is None:
        return ()
    if has(words.SPIKE, said.text):
        return ((Reading(said.claim("spike"), negated=True),),)
    if has(rf"\b{words.STEPS}\b", said.text):
        return ((Reading(said.claim("change"), negated=True),),)
    return ()


def _period(said: Spoken) -> Readings:
    found = re.search(
        rf"(?:\bperiod\w*\b|\bcycles?(?: length)?\b|\bwavelength\b|\bevery\b|\brepeat\w*\b)"
        rf"[^\d<]{{0,30}}?({words.NUMBER}) ?-?({words.TIME}\b)?",
        said.text,
    ) or re.search(
        rf"({words.NUMBER})[ -](?:({words.TIME})[ -])?(?:samples?|points?|steps?)?[ -]?"
        r"(?:cycles?|period|oscillation)\b",
        said.text,
    )
    if found is None:
        repeats = r"\brepeat(?:s|ing)\b|\boscillat\w+|\bperiodic\w*|\bcyclic\w*"
        return (Reading(said.claim("period")),) if has(repeats, said.text) else ()
    unit = {"s": "s", "m": "min", "h": "h", "d": "d"}[found[2][0]] if found[2] else ""
    return (Reading(said.claim("period", value=float(found[1]), unit=unit)),)


def _variance(said: Spoken) -> tuple[Readings, ...]:
    if said.where is None:
        return ()
    sizes, text = said.sizes, said.text
    quotient = sizes.unit == "x"
    up, down = has(words.MORE_FLUCTUATION, text), has(words.LESS_FLUCTUATION, text)
    if sizes.difference is not None and sizes.unit in ("x", "%"):
        value = sizes.difference
        if quotient and value > 1 and down and not has(r"\btimes the\b", text) and not up:
            value = 1 / value
        if sizes.unit == "%" and down and not sizes.signed:
            value = -value
        values = _bounded(value, sizes) if quotient else (value,)
        return (tuple(Reading(said.claim("variance", value=v, unit=sizes.unit)) for v in values),)
    if up == down:
        calm = re.search(words.LESS_FLUCTUATION, text), re.search(words.MORE_FLUCTUATION, text)
        if calm[0] is None or calm[1] is None:
            return ()
        up = calm[1].start() < calm[0].start()
    return ((Reading(said.claim("variance", direction="up" if up else "down")),),)


def _bounded(value: float, sizes: Sizes) -> tuple[float, ...]:
    if sizes.bound == "least":
        return tuple(value * factor for factor in _BEYOND)
    if sizes.bound == "most":
        return (*(value / factor for factor in _BEYOND), 0.0)
    return (value,)


def _extreme(said: Spoken) -> tuple[Readings, ...]:
    highest, lowest = has(words.HIGHEST, said.text), has(words.LOWEST, said.text)
    if highest == lowest or has(words.SPIKE, said.text):
        return ()
    feature: Feature = "maximum" if highest else "minimum"
    parts: list[Readings] = []
    if said.where is not None:
        parts.append(_position(said, feature))
    if said.sizes.reached is not None:
        way: Direction = "up" if highest else "down"
        claim = said.claim("level", value=said.sizes.reached, direction=way)
        parts.append((Reading(claim, "inside"),))
    return tuple(parts)


def _position(said: Spoken, feature: Feature) -> Readings:
    """Read where a feature lies; a point that was read off a curve may be off by 2 % more."""
    start, stop = said.range
    if said.short:
        extra = round(POINT_SHARE * len(said.view.values))
        start, stop = _clipped((start - extra, stop + extra), said)
    return (Reading(said.claim("position", start=start, stop=stop, feature=feature)),)


def _rank(said: Spoken) -> tuple[Readings, ...]:
    if said.where is None:
        return ()
    nouns = rf"(?:{words.SPIKES}|{words.STEPS})"
    adjectives = r"(?:[a-z]+ ){0,2}?"
    spikes = has(rf"\b{words.SPIKES}\b|\bexcursion", said.text)
    steps = has(rf"\b{words.STEPS}\b", said.text) and not has(r"\bspikes?\b|\boutliers?", said.text)
    if has(r"\blevel\b", said.text):
        spikes = False
    either = spikes == steps
    claim = said.claim("change", direction=_way(said.text))
    parts: list[Readings] = []

    def ranked(which: Rank) -> None:
        rank = replace(which, spikes=spikes or either, steps=steps or either)
        parts.append((Reading(claim, "rank", rank),))

    largest = re.search(
        rf"\b({words.RANKS})(?: {adjectives}{nouns}\b|$|(?= *[,.)<])|(?= of ))", said.text
    )
    if largest is not None:
        first = largest[1].split()[0]
        ranked(Rank("largest", words.ORDINALS.get(first, 1)))
    if re.search(rf"\bsmallest {adjectives}{nouns}\b", said.text):
        ranked(Rank("smallest"))
    if re.search(rf"\b(?:only|sole|single) {adjectives}{nouns}\b", said.text) and has(
        r"\b(?:the|sole) (?:only |single |sole )?", said.text
    ):
        ranked(Rank("only"))
    ordinal = re.search(
        rf"\b(?:the )({'|'.join(words.ORDINALS)}) (?:{adjectives}{nouns}\b|one\b)", said.text
    )
    if ordinal is not None and largest is None:
        ranked(Rank("nth", words.ORDINALS[ordinal[1]]))
    return tuple(parts)


def _way(text: str) -> Direction | None:
    """Return the direction that a noun or an adjective beside it gives to an event."""
    if has(r"\bdown\w*|\bdrops?\b|\bdips?\b|\bfalls?\b|\bnegative\b|\bdecreases?\b", text):
        return "down"
    return "up" if has(r"\bup\w*\b|\bpositive\b|\brises?\b|\bincreases?\b", text) else None


def _moves(said: Spoken) -> tuple[Readings, ...]:
    """Read what is said of levels, steps, slopes and spikes."""
    parts: list[Readings] = []
    sizes = said.sizes
    flat = has(words.FLAT, said.text) and not has(r"\bstead(?:y|ily) \w*(?:ris|clim|fal|decl|incr)",
                                                  said.text)  # fmt: skip
    if flat:
        parts.append(_flat(said))
    if sizes.reached is not None and (said.where is not None or sizes.left is not None):
        bound = {"": 0, "least": 1, "most": -1}[sizes.bound]
        claim = said.claim("level", value=sizes.reached, direction=said.direction)
        parts.append((Reading(claim, "inside", bound=bound),))
    if sizes.left is not None and sizes.reached is not None:
        way: Direction = "up" if sizes.reached >= sizes.left else "down"
        claim = said.claim("level", value=sizes.left, direction=way)
        parts.append((Reading(claim, "left"),))
    if sizes.difference is not None:
        parts.append(_different(said))
    elif said.direction is not None and not flat and not has(words.HOLDS, said.text):
        parts.append(_directed(said))
    elif not parts and has(words.SPIKE, said.text) and said.where is not None:
        parts.append(tuple(_at(said, "spike")))
    elif (
        not parts and said.where is not None and has(r"\b(?:change|shift|step|break)\b", said.text)
    ):
        parts.append(tuple(_at(said, "change")))
    return tuple(part for part in parts if part)


def _flat(said: Spoken) -> Readings:
    return (
        Reading(said.claim("direction", direction="flat")),
        Reading(said.claim("trend", direction="flat")),
    )


def _signs(said: Spoken) -> tuple[float, ...]:
    """Return the signed values that a difference may stand for."""
    sizes = said.sizes
    assert sizes.difference is not None  # the caller looked
    size = sizes.difference
    if sizes.unit == "x":
        smaller = said.direction == "down" and size > 1
        return _bounded(1 / size if smaller else size, sizes)
    if sizes.signed:
        return (size,)
    if said.direction is None:
        return (size, -size)
    rows = _bounded(size, sizes)
    return rows if said.direction == "up" else tuple(-value for value in rows)


def _different(said: Spoken) -> Readings:
    """Read "by 31", with the kinds of claims that the other words allow."""
    found: list[Reading] = []
    for value in _signs(said):
        more = {"value": value, "unit": said.sizes.unit}
        if said.where is None and has(words.COMPARED, said.text):
            continue
        if said.where is None:
            found.append(Reading(said.claim("change", **more), "within"))
            continue
        for kind in _kinds(said):
            found += _at(said, kind, **more)
        if "level" in _kinds(said) and not said.short:
            found.append(Reading(said.claim("level", **more), "beside"))
    return tuple(found)


def _directed(said: Spoken) -> Readings:
    """Read "rises" without a size."""
    if said.where is None:
        moving = has(
            r"\b(?:ris|climb|increas|grow|fall|declin|decreas|descen|ascen|trend)", said.text
        )
        sudden = has(words.SUDDEN.replace(r"|\bfalls?\b|\bfell\b", ""), said.text)
        if not moving or sudden or has(words.SPIKE, said.text):
            return ()
        return tuple(
            Reading(said.claim(kind, direction=said.direction)) for kind in ("trend", "direction")
        )
    more = {"direction": said.direction}
    found: list[Reading] = []
    for kind in _kinds(said):
        if kind in ("level", "change") and not (
            said.short or has(f"{words.SUDDEN}|{words.COMPARED}", said.text)
        ):
            continue
        found += _at(said, kind, **more)
        if kind == "level" and not said.short:
            found.append(Reading(said.claim("level", **more), "beside"))
    return tuple(found)


def _kinds(said: Spoken) -> tuple[ClaimKind, ...]:
    """Return the kinds of claims that the words of a clause allow at its place."""
    if has(words.SPIKE, said.text):
        return ("spike",) if said.short else ("spike", "level")
    if has(words.GRADUAL, said.text) and not has(words.SUDDEN, said.text):
        return ("change",) if said.short else ("trend", "direction")
    if said.short and has(words.COMPARED, said.text):
        return ("change", "level")
    if said.short:
        return (
            ("change",) if has(r"\bsteps?\b|\bshift\b|\bmean\b", said.text) else ("change", "spike")
        )
    if (
        said.where is not None
        and said.where.form in ("from", "until")
        and has(words.COMPARED, said.text)
    ):
        return ("level", "change")
    if has(r"\bhigher\b|\blower\b|\babove\b|\bbelow\b|\bsits?\b|\braised\b", said.text):
        return ("level",)
    if has(words.SUDDEN, said.text):
        return ("level", "change", "trend", "direction")
    return ("trend", "direction", "level", "change")


def _at(said: Spoken, kind: ClaimKind, **more: object) -> list[Reading]:
    """Return the readings of one kind of claim at the place of a clause."""
    assert said.where is not None  # the caller looked
    start, stop = said.range
    if kind == "direction" and "value" in more:
        return []
    if kind == "change":
        start, stop = said.where.edge
        if said.where.form == "range" and not said.short:
            stop = start + 1  # what jumps over a range does so at its beginning
    ranges = [(start, stop)]
    if kind == "spike":
        # The place as written first: beside it there may be a larger excursion.
        ranges.append(_clipped(widened(start, stop, len(said.view.values)), said))
    return [Reading(said.claim(kind, start=a, stop=b, **more)) for a, b in ranges]


def _clipped(found: tuple[int, int], said: Spoken) -> tuple[int, int]:
    """Return a widened range without what the widening put outside of the window."""
    start, stop = said.range
    if start < said.view.start or stop > said.view.stop:
        return start, stop
    return max(found[0], said.view.start), min(found[1], said.view.stop)
