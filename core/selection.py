"""One of several candidates: the answer with the highest composite reward, and why.

Several teachers answer an item, each perhaps several times. Every candidate gets the terms of
`core.selection_terms` and a total: the mean of its known terms, weighted by `Weights`; a term that
cannot be computed is left out and the others weigh more. The highest total is chosen; of equals
(to 1e-9) the one with the higher accuracy, then the lower sample, then the smaller id. The idea and
its four terms are those of the VisAnomBench paper, whose weights are not published: ours are.

Losers are kept: `selection_records.preference_pairs` says who was clearly better than whom.
"""

from collections.abc import Callable, Mapping, Sequence

from core.answers import Answer, AnswerContent
from core.errors import DataError
from core.grounding import grounding_share
from core.questions import kind_of
from core.questions.base import Question
from core.selection_records import SAME_TOTAL, Scored, Selection, Terms, Weights
from core.selection_terms import (
    Axes,
    accuracy_term,
    axes_of,
    axes_term,
    clarity_term,
    mean_of_voices,
)
from core.series import WindowView

Grounding = Callable[[AnswerContent, WindowView], float | None]
"""Share of an answer's claims that the data confirm, in [0, 1]; None when none can be checked."""


def select(
    question: Question,
    view: WindowView,
    candidates: Sequence[Answer],
    *,
    truth: AnswerContent | None = None,
    weights: Weights | None = None,
    axes: Axes | None = None,
    judged: Mapping[str, float] | None = None,
    grounding: Grounding = grounding_share,
) -> Selection:
    """Choose one of the answers to one item.

    Args:
        question: what was asked.
        view: the item's window.
        candidates: the answers, in any order.
        truth: a label that may be trusted.
        axes: what the picture showed; the standard picture's when not given.
        judged: a judge's scores in [0, 1] by answer id, of those that were judged.

    Raises:
        DataError: unless there are candidates, all of one item and each given once.
    """
    item_id = _one_item(candidates)
    weights, kind = weights or Weights(), kind_of(question)
    axes, judged = axes or axes_of(view), judged or {}
    agreed = {one.id: accuracy_term(kind, one, _without(candidates, one)) for one in candidates}

    def scored(one: Answer) -> Scored:
        content = one.content
        terms = Terms(
            accuracy=agreed[one.id] if truth is None else kind.score(content, truth),
            grounding=grounding(content, view),
            axes=axes_term(content, view, axes),
            clarity=clarity_term(content),
            judge=judged.get(one.id),
        )
        return Scored(
            answer_id=one.id,
            author=one.author.name,
            sample=one.sample,
            terms=terms,
            total=total_of(terms, weights),
        )

    ranked = sorted((scored(one) for one in candidates), key=_rank)
    return Selection(
        item_id=item_id,
        chosen=ranked[0].answer_id,
        scored=tuple(ranked),
        weights=weights,
        trusted=truth is not None,
        agreement=mean_of_voices(
            [(one, term) for one in candidates if (term := agreed[one.id]) is not None]
        ),
        sentence=_sentence(ranked, weights, trusted=truth is not None),
    )


def total_of(terms: Terms, weights: Weights) -> float:
    """Return sum(weight * term) / sum(weight) over the known terms; 0 when none counts."""
    known = [
        (weight, float(getattr(terms, name)))
        for name, weight in weights.by_term().items()
        if getattr(terms, name) is not None
    ]
    total = sum(weight for weight, _ in known)
    return sum(weight * term for weight, term in known) / total if total else 0.0


def _one_item(candidates: Sequence[Answer]) -> str:
    items = {one.item_id for one in candidates}
    ids = {one.id for one in candidates}
    if len(items) != 1 or len(ids) != len(candidates):
        raise DataError(
            f"{len(candidates)} answers ({len(ids)} different ones) to {len(items)} items are no "
            "candidates to choose from; give each answer to one item once"
        )
    return items.pop()


def _without(candidates: Sequence[Answer], one: Answer) -> list[Answer]:
    return [other for other in candidates if other is not one]


def _rank(one: Scored) -> tuple[float, float, int, str]:
    accuracy = one.terms.accuracy or 0.0
    return -round(one.total / SAME_TOTAL), -accuracy, one.sample, one.answer_id


def _sentence(ranked: Sequence[Scored], weights: Weights, *, trusted: bool) -> str:
    best = ranked[0]
    by = "the trusted label" if trusted else "agreement between the candidates"
    n_authors = len({one.author for one in ranked})
    if len(ranked) == 1:
        return f"{best.author} (sample {best.sample}) is the only candidate: {best.total:.2f}."
    text = (
        f"{best.author} (sample {best.sample}) of {len(ranked)} candidates by {n_authors} "
        f"{'author' if n_authors == 1 else 'authors'}: {best.total:.2f} against "
        f"{ranked[1].total:.2f} for the next, accuracy by {by}"
    )
    lead = _largest_lead(best.terms, ranked[1].terms, weights)
    text += f"; ahead most by {lead}" if lead else ""
    if trusted and not any(one.terms.accuracy for one in ranked):
        text += "; none of them agrees with the label"
    return text + "."


def _largest_lead(best: Terms, other: Terms, weights: Weights) -> str:
    """Name the term that, weighted, puts the best ahead most; empty when none does."""
    leads: dict[str, float] = {}
    for name, weight in weights.by_term().items():
        mine, theirs = getattr(best, name), getattr(other, name)
        if mine is not None and theirs is not None:
            leads[name] = weight * (mine - theirs)
    name = max(leads, key=lambda key: leads[key], default="")
    return name if name and leads[name] > SAME_TOTAL else ""
