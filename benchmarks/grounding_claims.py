"""True claims about generated signals, and the same ones altered, as claims and as phrases.

Every signal has one thing of known place and size on a base of `core.generate_shapes`; what is said
of it is rounded as people round, and altered by a wrong place, direction, size, channel or ordinal.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.answers import AnswerContent, Claim, Direction, Span
from core.generate_shapes import PATTERNS, cycle, log_uniform, trend
from core.series import WindowView
from core.verdicts import plain, signed

Array = NDArray[np.float64]
FLAT_BASES = ("exponential_decay", "sigmoid", "gaussian", "concave", "convex")


@dataclass(frozen=True)
class Case:
    """One claim or phrase about a window, whose truth is known."""

    kind: str
    form: str
    altered: str
    content: AnswerContent
    view: WindowView

    @property
    def true(self) -> bool:
        """Whether it is as it was put in."""
        return not self.altered


@dataclass(frozen=True)
class Fact:
    """What is said: a claim, phrases with the claim's fields, and what may be altered."""

    claim: Claim
    phrases: tuple[str, ...]
    alterations: tuple[str, ...]
    views: WindowView
    elsewhere: tuple[int, int] = (0, 1)


def cases(n: int, seed: int) -> list[Case]:
    """Return `n` true and `n` altered cases over all kinds and both forms; deterministic."""
    makers = [(name, form) for name in MAKERS for form in ("claim", "phrase")]
    makers += [("ordinal", "phrase")]
    found: list[Case] = []
    for row in range(n):
        kind, form = makers[row % len(makers)]
        rng = np.random.default_rng([seed, row])
        if kind == "ordinal":
            found += _ordinals(rng)
            continue
        fact = MAKERS[kind](rng)
        which = fact.alterations[row // len(makers) % len(fact.alterations)]
        phrase = fact.phrases[row // len(makers) % len(fact.phrases)]
        found.append(_case(kind, form, "", fact, fact.claim, phrase))
        found.append(_case(kind, form, which, fact, _altered(fact, which, rng), phrase))
    return found


def _case(kind: str, form: str, altered: str, fact: Fact, claim: Claim, phrase: str) -> Case:
    text = "it is so"
    if form == "phrase":
        text = _said(phrase, claim, fact.views.values.shape[1])
    span = Span(text=text, claim=claim if form == "claim" else None)
    content = AnswerContent(kind="anomaly", rationale=(span,))
    return Case(kind, form, altered, content, fact.views)


def _said(phrase: str, claim: Claim, n_channels: int) -> str:
    value = claim.value or 0.0
    up = claim.direction == "up" if claim.direction else value > 0
    return phrase.format(
        on=f" on ch{claim.channel + 1}" if n_channels > 1 else "",
        start=f"{claim.start:,}",
        last=f"{claim.stop - 1:,}",
        place=f"{(claim.start + claim.stop) // 2:,}",
        signed=signed(value),
        size=plain(abs(value)),
        rises="rises" if up else "falls",
        jumps="jumps" if up else "drops",
        higher="higher" if up else "lower",
        upward="upward" if up else "downward",
        rise="rise" if up else "decline",
        noisier="noisier" if up else "calmer",
        feature=claim.feature or "",
        highest="highest" if claim.feature == "maximum" else "lowest",
    )


def _altered(fact: Fact, which: str, rng: Generator) -> Claim:
    claim, value = fact.claim, fact.claim.value
    opposite: dict[Direction, Direction] = {"up": "down", "down": "up", "flat": "up"}
    match which:
        case "place":
            start, stop = fact.elsewhere
            return claim.model_copy(update={"start": start, "stop": stop})
        case "direction":
            turned = None if claim.direction is None else opposite[claim.direction]
            return claim.model_copy(
                update={"value": None if value is None else -value, "direction": turned}
            )
        case "magnitude":
            factor = float(rng.choice([0.4, 0.5, 1.7, 2.5]))
            return claim.model_copy(update={"value": (value or 0.0) * factor})
        case "channel":
            return claim.model_copy(update={"channel": (claim.channel + 1) % 3})
        case _:
            features = {"maximum": "minimum", "minimum": "maximum"}
            return claim.model_copy(update={"feature": features[claim.feature or "maximum"]})


def _base(rng: Generator, *, cyclic: bool = False) -> tuple[Array, int, float, float]:
    """Return (n, channels) values, the channel that is spoken of, scale and noise."""
    n, n_channels = int(rng.integers(500, 1201)), 3 if rng.random() < 0.4 else 1
    scale, sigma = log_uniform(rng, 1e-1, 1e3), float(rng.uniform(0.015, 0.05))
    t = np.linspace(0, 1, n)
    columns: list[Array] = []
    for _ in range(n_channels):
        if cyclic:
            column = cycle("sine", np.arange(n) / rng.uniform(30, 90), 3)
        else:
            column = trend(str(rng.choice(PATTERNS)), t, rng, gentle=True)
        columns.append(column + rng.normal(0, sigma, n) + rng.uniform(-3, 3))
    return scale * np.stack(columns, axis=1), int(rng.integers(n_channels)), scale, scale * sigma


def _view(values: Array) -> WindowView:
    return WindowView(values)


def _range(rng: Generator, n: int, low: float = 0.1, high: float = 0.2) -> tuple[int, int]:
    length = int(rng.uniform(low, high) * n)
    start = int(rng.integers(n // 10, n - n // 10 - length))
    return start, start + length


def _away(start: int, stop: int, n: int) -> tuple[int, int]:
    """Return a range of the same length far from this one."""
    length, moved = stop - start, n // 3 + (stop - start)
    first = start - moved if start - moved >= 10 else start + moved
    first = min(max(first, 10), n - length - 10)
    return first, first + length


def _with_channel(values: Array, alterations: tuple[str, ...]) -> tuple[str, ...]:
    return (*alterations, "channel") if values.shape[1] > 1 else alterations


def _sign(rng: Generator) -> float:
    return 1.0 if rng.random() < 0.5 else -1.0


def _spike(rng: Generator) -> Fact:
    values, channel, _, noise = _base(rng, cyclic=rng.random() < 0.3)
    start, _ = _range(rng, len(values))
    size = _sign(rng) * noise * log_uniform(rng, 12, 30)
    stop = start + int(rng.integers(1, 4))
    values[start:stop, channel] += size
    claim = Claim(kind="spike", start=start, stop=stop, channel=channel, value=_round(size))
    phrases = (
        "A spike of {signed} stands out at sample {place}{on}.",
        "Near sample {place}{on} there is a short {upward} excursion of about {size}.",
        "At index {place}{on} the value {jumps} by roughly {size} and is back right after.",
    )
    alterations = _with_channel(values, ("place", "direction", "magnitude"))
    return Fact(claim, phrases, alterations, _view(values), _away(start, stop, len(values)))


def _level(rng: Generator) -> Fact:
    values, channel, scale, _ = _base(rng)
    start, stop = _range(rng, len(values))
    size = _sign(rng) * scale * rng.uniform(0.8, 2)
    values[start:stop, channel] += size
    claim = Claim(kind="level", start=start, stop=stop, channel=channel, value=_round(size))
    phrases = (
        "Between samples {start} and {last}{on} the level is {size} {higher} than around it.",
        "From {start} to {last}{on} there is a level shift of {signed}.",
        "The signal{on} {jumps} by about {size} and stays there from sample {start} to {last}.",
    )
    alterations = _with_channel(values, ("place", "direction", "magnitude"))
    return Fact(claim, phrases, alterations, _view(values), _away(start, stop, len(values)))


def _change(rng: Generator) -> Fact:
    values, channel, scale, _ = _base(rng)
    start, _ = _range(rng, len(values))
    size = _sign(rng) * scale * rng.uniform(0.5, 2)
    values[start:, channel] += size
    claim = Claim(kind="change", start=start, stop=start + 1, channel=channel, value=_round(size))
    phrases = (
        "At sample {place}{on} the level suddenly {jumps} by {size}.",
        "A step of {signed} can be seen around sample {place}{on}.",
        "The mean{on} is {size} {higher} after sample {place} than before.",
    )
    alterations = _with_channel(values, ("place", "direction", "magnitude"))
    elsewhere = _away(start, start + 1, len(values))
    return Fact(claim, phrases, alterations, _view(values), elsewhere)


def _trend(rng: Generator) -> Fact:
    values, channel, scale, noise = _base(rng)
    n = len(values)
    start, stop = _range(rng, n, 0.3, 0.4)
    size = _sign(rng) * scale * rng.uniform(0.5, 2)
    ramp = size * np.clip((np.arange(n) - start) / (stop - 1 - start), 0, 1)
    values[:, channel] = ramp + rng.normal(0, noise, n) + scale * rng.uniform(-3, 3)
    value, direction = (_round(size), None) if rng.random() < 0.6 else (None, _way(size))
    claim = Claim(
        kind="trend", start=start, stop=stop, channel=channel, value=value, direction=direction
    )
    phrases = (
        "Between samples {start} and {last}{on} the values {rises} steadily by {size}.",
        "A gradual {rise} of about {size} runs from sample {start} to {last}{on}.",
        "Over samples {start}-{last}{on} it {rises} by {size}.",
    )
    if value is None:
        phrases = (
            "From sample {start} to sample {last}{on} the series {rises}.",
            "There is a steady {rise} between {start} and {last}{on}.",
        )
    alterations = ("direction",) if value is None else ("direction", "magnitude")
    return Fact(claim, phrases, alterations, _view(values))


def _period(rng: Generator) -> Fact:
    values, channel, scale, noise = _base(rng)
    n, turn = len(values), int(rng.integers(16, 80))
    shape = cycle("sine" if rng.random() < 0.6 else "sawtooth", np.arange(n) / turn, 3)
    values[:, channel] = scale * shape + rng.normal(0, noise, n)
    claim = Claim(kind="period", start=0, stop=n, channel=channel, value=float(turn))
    phrases = (
        "The pattern{on} repeats every {size} samples.",
        "The signal{on} oscillates with a period of about {size}.",
        "A {size}-sample cycle runs through the whole window{on}.",
    )
    return Fact(claim, phrases, ("magnitude",), _view(values))


def _variance(rng: Generator) -> Fact:
    values, channel, _, noise = _base(rng)
    n = len(values)
    start, stop = _range(rng, n)
    factor = float(rng.uniform(3, 6) if rng.random() < 0.7 else rng.uniform(0.15, 0.3))
    base = trend(str(rng.choice(FLAT_BASES)), np.linspace(0, 1, n), rng, gentle=True)
    sizes = np.where((np.arange(n) >= start) & (np.arange(n) < stop), factor, 1.0)
    values[:, channel] = noise * (10 * base + sizes * rng.normal(0, 1, n))
    named = factor > 1 and rng.random() < 0.5
    claim = Claim(
        kind="variance",
        start=start,
        stop=stop,
        channel=channel,
        value=_round(factor) if named else None,
        direction=None if named else _way(factor - 1),
    )
    phrases = (
        "Between samples {start} and {last}{on} the series is clearly {noisier}.",
        "Samples {start} to {last}{on} look {noisier} than the rest.",
    )
    if named:
        phrases = (
            "From sample {start} to {last}{on} the fluctuation is {size} times the usual.",
            "The noise{on} is about {size} times larger between {start} and {last}.",
        )
    alterations = _with_channel(values, ("magnitude", "place") if named else ("direction", "place"))
    return Fact(claim, phrases, alterations, _view(values), _away(start, stop, n))


def _missing(rng: Generator) -> Fact:
    values, channel, _, _ = _base(rng)
    start, stop = _range(rng, len(values), 0.05, 0.1)
    values[start:stop, channel] = np.nan
    claim = Claim(kind="missing", start=start, stop=stop, channel=channel)
    phrases = (
        "No data between samples {start} and {last}{on}.",
        "Values are missing from sample {start} to {last}{on}.",
        "There is a gap over samples {start}-{last}{on}.",
    )
    alterations = _with_channel(values, ("place",))
    return Fact(claim, phrases, alterations, _view(values), _away(start, stop, len(values)))


def _in_gap(rng: Generator) -> Fact:
    """A spike that is there, and one that is said to be where nothing was recorded."""
    fact = _spike(rng)
    n, claim = len(fact.views.values), fact.claim
    start, _ = _away(claim.start, claim.stop, n)
    start = min(max(start - 20, 0), n - 50)
    fact.views.values[start : start + 50] = np.nan
    return Fact(claim, fact.phrases, ("place",), fact.views, (start + 25, start + 26))


def _position(rng: Generator) -> Fact:
    values, channel, scale, noise = _base(rng)
    n = len(values)
    place = int(rng.integers(n // 5, 4 * n // 5))
    top = -(((np.arange(n) - place) / (n / 4)) ** 2)
    sign = _sign(rng)
    values[:, channel] = scale * sign * top + rng.normal(0, noise, n)
    start, stop = max(0, place - n // 50), min(n, place + n // 50)
    claim = Claim(
        kind="position",
        start=start,
        stop=stop,
        channel=channel,
        feature="maximum" if sign > 0 else "minimum",
    )
    phrases = (
        "The {feature}{on} lies near sample {place}.",
        "The {highest} value{on} is found around sample {place}.",
        "It{on} reaches its {feature} between samples {start} and {last}.",
    )
    return Fact(claim, phrases, ("place", "feature"), _view(values), _away(start, stop, n))


def _ordinals(rng: Generator) -> list[Case]:
    """Three spikes; which of them is the first, last or largest, said rightly and wrongly."""
    values, channel, _, noise = _base(rng)
    n = len(values)
    places = [int(n * share + rng.integers(-20, 21)) for share in (0.2, 0.5, 0.8)]
    heights = rng.permutation([14.0, 20.0, 30.0])
    for place, height in zip(places, heights, strict=True):
        values[place, channel] += noise * height
    right = {"first": places[0], "last": places[2], "largest": places[int(heights.argmax())]}
    which = str(rng.choice(list(right)))
    wrong = [place for place in places if place != right[which]]
    on = f" on ch{channel + 1}" if values.shape[1] > 1 else ""
    found: list[Case] = []
    for altered, place in (("", right[which]), ("ordinal", wrong[int(rng.integers(2))])):
        text = f"The {which} spike{on} is at sample {place:,}."
        if altered and rng.random() < 0.3:
            text = f"The only spike{on} is at sample {place:,}."
        content = AnswerContent(kind="anomaly", rationale=(Span(text=text),))
        found.append(Case("ordinal", "phrase", altered, content, _view(values)))
    return found


def _way(value: float) -> Direction:
    return "up" if value > 0 else "down"


def _round(value: float) -> float:
    return float(f"{value:.2g}")


MAKERS: dict[str, Callable[[Generator], Fact]] = {
    "spike": _spike,
    "level": _level,
    "change": _change,
    "trend": _trend,
    "period": _period,
    "variance": _variance,
    "missing": _missing,
    "gap": _in_gap,
    "position": _position,
}
