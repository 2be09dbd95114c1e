"""The built-in rules on a `pattern` question: nine curve fits compared by BIC on block means.

Scores are the softmax of -BIC/2 over the options, tempered by how many independent values the best
curve's residual is worth: neighbouring residuals of a curve that misses agree with each other, and
counting each as evidence would make every answer certain.
"""

import numpy as np

from core.answers import AnswerContent, Claim, Direction, Feature, Span
from core.curves import FAMILIES, CurveFit, block_means, effective_blocks, fit_curves
from core.errors import TeacherError
from core.measure import WindowFacts
from core.questions.base import Option, Question
from core.series import WindowView
from core.teachers.rules_words import number, sample, stated, where

_PLACES: dict[Feature, str] = {
    "maximum": "the highest point lies",
    "minimum": "the lowest point lies",
    "midpoint": "half of the way is done",
    "change": "the change lies",
}


def name_pattern(question: Question, view: WindowView) -> AnswerContent:
    """Say which option's curve fits the window best; even scores when there is nothing to fit.

    Raises:
        TeacherError: if an option is no known curve.
    """
    families = {option.key: _family(option, question) for option in question.options}
    fitted: list[tuple[int, list[CurveFit]]] = []
    logs = dict.fromkeys(families, 0.0)
    for channel, column in enumerate(view.values.T):
        blocks = block_means(column, view.seconds)
        fits = [fit for fit in fit_curves(blocks) if fit.key in families.values()]
        if not fits:
            continue
        fitted.append((channel, fits))
        evidence = _evidence(fits, blocks.means)
        for key, family in families.items():
            # A family with too many parameters for so few blocks was not fitted: it is unlikely.
            logs[key] += evidence.get(family, min(evidence.values()) - 50.0)
    if not fitted:
        return _undecided(list(families), view)
    scores = _softmax(logs, len(fitted))
    label = max(scores, key=lambda key: scores[key])
    best_channel = max(
        fitted, key=lambda pair: _lead(pair[1], families[label])
    )  # where the winner wins most clearly
    rationale = _rationale(families[label], best_channel[0], best_channel[1], view)
    return AnswerContent(
        kind="pattern",
        label=label,
        scores=scores,
        confidence=scores[label],
        rationale=rationale,
    )


def _family(option: Option, question: Question) -> str:
    for name in (option.key, option.name.strip().lower().replace(" ", "_").replace("-", "_")):
        if name in FAMILIES:
            return name
    raise TeacherError(
        f"the option {option.name!r} (key {option.key!r}) of {question.name!r} is no curve that "
        f"the built-in rules know; use {', '.join(FAMILIES)}, or ask another teacher"
    )


def _evidence(
    fits: list[CurveFit], means: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> dict[str, float]:
    """Return -BIC/2 relative to the best fit, tempered by the worth of its residual."""
    worth = effective_blocks(means - fits[0].fitted) / len(means)
    return {fit.key: -0.5 * worth * (fit.bic - fits[0].bic) for fit in fits}


def _softmax(logs: dict[str, float], n_channels: int) -> dict[str, float]:
    values = np.array(list(logs.values())) / n_channels
    weights = np.exp(values - values.max())
    return dict(zip(logs, (float(w) for w in weights / weights.sum()), strict=True))


def _lead(fits: list[CurveFit], family: str) -> float:
    own = next((fit.bic for fit in fits if fit.key == family), np.inf)
    others = min((fit.bic for fit in fits if fit.key != family), default=np.inf)
    return -np.inf if np.isinf(own) else float(others - own)


def _undecided(keys: list[str], view: WindowView) -> AnswerContent:
    present = int(np.isfinite(view.values).sum(axis=0).max())
    reason = (
        f"There are {present} values, too few to compare curves; "
        if present < 4
        else "The values do not change, so every curve fits alike; "
    )
    even = 1 / len(keys)
    return AnswerContent(
        kind="pattern",
        label=keys[0],
        scores=dict.fromkeys(keys, even),
        confidence=even,
        rationale=(Span(text=reason + "the label is a guess."),),
    )


def _rationale(
    family: str, channel: int, fits: list[CurveFit], view: WindowView
) -> tuple[Span, ...]:
    best = next(fit for fit in fits if fit.key == family)
    facts = WindowFacts(view)
    on = where(channel, view.values.shape[1])
    spans = [Span(text=f"The curve that fits best{on} is {family.replace('_', ' ')}")]
    others = [fit for fit in fits if fit.key != family]
    if others:
        margin = others[0].bic - best.bic
        spans.append(Span(text=f" (BIC {number(margin)} below {others[0].key.replace('_', ' ')})"))
    said = [span for span in _facts_of(best, channel, view, facts) if span is not None]
    for place, span in enumerate(said):
        spans.append(span.model_copy(update={"text": (": " if place == 0 else ", ") + span.text}))
    return (*spans, Span(text="."))


def _facts_of(
    fit: CurveFit, channel: int, view: WindowView, facts: WindowFacts
) -> list[Span | None]:
    """Return what the curve implies of the data, each fact only when the data confirm it."""
    n = len(view.values)

    def going(first: float, last: float, direction: Direction) -> Span | None:
        start, stop = _range(view, first, last)
        words = {"up": "rises", "down": "falls", "flat": "is flat"}[direction]
        text = f"it {words} between {sample(start)} and {sample(stop - 1)}"
        claim = Claim(
            kind="direction", start=start, stop=stop, channel=channel, direction=direction
        )
        return stated(text, claim, facts)

    def at(place: float, feature: Feature) -> Span | None:
        middle = _place(view, place)
        half = max(1, round(0.02 * n))
        start, stop = max(view.start, middle - half), min(view.stop, middle + half + 1)
        claim = Claim(kind="position", start=start, stop=stop, channel=channel, feature=feature)
        return stated(f"{_PLACES[feature]} near {sample(middle)}", claim, facts)

    p = fit.parameters
    match fit.key:
        case "linear_increase":
            return [going(0, 0.5, "up"), going(0.5, 1, "up")]
        case "linear_decrease":
            return [going(0, 0.5, "down"), going(0.5, 1, "down")]
        case "concave":
            return [at(p[0], "maximum"), going(0, p[0], "up"), going(p[0], 1, "down")]
        case "convex":
            return [at(p[0], "minimum"), going(0, p[0], "down"), going(p[0], 1, "up")]
        case "exponential_growth":
            half = 1 + np.log((1 + np.exp(-p[0])) / 2) / p[0]
            return [going(0, half / 2, "flat"), going(half, 1, "up"), at(half, "midpoint")]
        case "exponential_decay":
            half = -np.log((1 + np.exp(-p[0])) / 2) / p[0]
            return [going(0, half, "down"), going((1 + half) / 2, 1, "flat"), at(half, "midpoint")]
        case "sigmoid":
            reach = min(0.25, 3 / p[1])
            return [
                going(0, p[0] - reach, "flat"),
                going(p[0] - reach, p[0] + reach, "up"),
                going(p[0] + reach, 1, "flat"),
                at(p[0], "midpoint"),
            ]
        case "cubic":
            first, second = min(p), max(p)
            return [going(0, first, "up"), going(first, second, "down"), going(second, 1, "up")]
        case _:
            reach = min(0.3, 1.5 * p[1])
            return [
                at(p[0], "maximum"),
                going(p[0] - reach, p[0], "up"),
                going(p[0], p[0] + reach, "down"),
            ]


def _place(view: WindowView, t: float) -> int:
    """Return the absolute sample at the share `t` of the window's time."""
    n = len(view.values)
    if view.seconds is None:
        place = round(t * (n - 1))
    else:
        place = int(np.searchsorted(view.seconds, t * float(view.seconds[-1])))
    return view.start + min(n - 1, max(0, place))


def _range(view: WindowView, first: float, last: float) -> tuple[int, int]:
    start = min(_place(view, max(0.0, first)), view.stop - 1)
    return start, max(start, _place(view, min(1.0, last))) + 1
