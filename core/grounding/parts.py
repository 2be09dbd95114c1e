"""What a clause says, as parts with their readings: the English of `core.grounding.lexicon`."""

import re
from dataclasses import replace

from core.answers import Direction, Feature
from core.grounding import lexicon as words
from core.grounding.axis import Stretch
from core.grounding.lexicon import has
from core.grounding.moves import moves
from core.grounding.ranks import Rank
from core.grounding.readings import Reading
from core.grounding.sizes import Sizes, direction_of, sizes_of
from core.grounding.spoken import Readings, Spoken, bounded, clipped
from core.series import WindowView

POINT_SHARE = 0.02


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
    return (*ranked, *moves(said))


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
    no = r"\b(?:no|without(?: any| a)?|not (?:a|any|1)) (?:[a-z]+ ){0,2}?"
    if has(rf"{no}{words.SPIKES}\b", said.text):
        return ((Reading(said.claim("spike"), negated=True),),)
    if has(rf"{no}{words.STEPS}\b", said.text):
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
        values = bounded(value, sizes) if quotient else (value,)
        return (tuple(Reading(said.claim("variance", value=v, unit=sizes.unit)) for v in values),)
    if has(words.FLAT, text):
        return ((Reading(said.claim("variance", direction="flat")),),)
    if up == down:
        calm = re.search(words.LESS_FLUCTUATION, text), re.search(words.MORE_FLUCTUATION, text)
        if calm[0] is None or calm[1] is None:
            return ()
        up = calm[1].start() < calm[0].start()
    return ((Reading(said.claim("variance", direction="up" if up else "down")),),)


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
        start, stop = clipped((start - extra, stop + extra), said)
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
    if re.search(rf"\bthe (?:only|sole|single) {adjectives}{nouns}\b", said.text):
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
