"""What a clause says of levels, steps, slopes and spikes, with or without a size.

Sizes without a sign take that of the direction in words; without either, both signs are read.
"""

from core.answers import ClaimKind, Direction
from core.checks_stretch import widened
from core.grounding import lexicon as words
from core.grounding.lexicon import has
from core.grounding.readings import Reading
from core.grounding.spoken import Readings, Spoken, bounded, clipped
from core.measure_stretch import STEP_SIDE


def moves(said: Spoken) -> tuple[Readings, ...]:
    """Read what is said of levels, steps, slopes and spikes."""
    parts: list[Readings] = []
    sizes = said.sizes
    moving = has(r"\bsteady (?:ris|clim|fal|decl|incr|decr|growth)", said.text)
    flat = has(words.FLAT, said.text) and not moving
    if flat and not (said.where is None and has(words.EXCEPT, said.text)):
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
        return bounded(1 / size if smaller else size, sizes)
    if sizes.signed:
        return (size,)
    if said.direction is None:
        return (size, -size)
    rows = bounded(size, sizes)
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
        if "level" in _kinds(said):
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
        way = said.direction
        return (
            Reading(said.claim("trend", direction=way)),
            Reading(said.claim("direction", direction=way), "going"),
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
        if kind == "trend":
            found.append(Reading(said.claim("direction", **more), "going"))
    return tuple(found)


def _kinds(said: Spoken) -> tuple[ClaimKind, ...]:
    """Return the kinds of claims that the words of a clause allow at its place."""
    if has(words.SPIKE, said.text):
        return ("spike",) if said.short else ("spike", "level")
    if has(words.GRADUAL, said.text) and not has(words.SUDDEN, said.text):
        return ("change",) if said.short else ("trend",)
    if said.short and has(words.COMPARED, said.text):
        return ("change", "level")
    if said.short:
        lasting = has(r"\bsteps?\b|\bshift\b|\bmean\b", said.text)
        return ("change",) if lasting else ("change", "spike")
    form = "" if said.where is None else said.where.form
    if form in ("from", "until") and has(words.COMPARED, said.text):
        return ("level", "change")
    if has(r"\bhigher\b|\blower\b|\babove\b|\bbelow\b|\bsits?\b|\braised\b", said.text):
        return ("level",)
    if has(words.SUDDEN, said.text):
        return ("level", "change", "trend")
    return ("trend", "level", "change")


def _at(said: Spoken, kind: ClaimKind, **more: object) -> list[Reading]:
    """Return the readings of one kind of claim at the place of a clause."""
    assert said.where is not None  # the caller looked
    start, stop = said.range
    ranges = [(start, stop)]
    if kind == "change":
        # What jumps "from 200 to 260" does so at the beginning or inside; at the end it returns.
        first, last = said.where.edge
        margin = widened(0, 0, len(said.view.values))[1]
        ranges = [(first, first + 1), (first, max(first + 1, last - 2 * margin - STEP_SIDE))]
    if kind == "spike":
        # The place as written first: beside it there may be a larger excursion.
        ranges.append(clipped(widened(start, stop, len(said.view.values)), said))
    return [Reading(said.claim(kind, start=a, stop=b, **more)) for a, b in ranges]
