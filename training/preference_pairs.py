"""Pairs of a better and a worse text to one item, to learn preferences from, and their origins.

outcome    n texts were sampled on an item whose answer is trusted, some right and some wrong. Only
           items of medium difficulty count, of which a share in [0.25, 0.85] was right, and each
           gives 3 pairs at most (LLaVA-Reasoner): what is always right or never teaches nothing.
judge      a judge scored the sampled texts from 1 to 5 beside a description of the plot: 3 and more
           against less; items whose texts are all on one side give none (LLaVA-Hound).
people     what a person made of a wrong answer against that answer, and preferences at the desk.
selection  answers that clearly won a selection against those that lost it.

Pure; whoever calls samples, judges and writes answers as texts.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from core.answers import AnswerContent
from core.axis import Axis
from core.errors import AnswerError
from core.model import Frozen
from core.questions.base import Question
from core.questions.tag_form import render_tags
from core.shown import Form
from core.teachers.text_judge import GOOD_FROM
from training.examples import TrainingExample
from training.preferences import StoredPreference
from training.sampled_texts import SampledText, by_item, item_key, share_right

Origin = Literal["outcome", "judge", "people", "selection"]
ORIGINS: tuple[Origin, ...] = get_args(Origin)
MEDIUM = (0.25, 0.85)
MOST_PAIRS = 3


class Pair(Frozen):
    """A better and a worse text to one item, both in the form that is asked for."""

    item_id: str
    chosen: str
    rejected: str
    origin: Origin
    form: Form = "reasons"


@dataclass(frozen=True)
class Mix:
    """How many pairs of each origin there are, or may become, before a training begins.

    Attributes:
        known: pairs that are there already.
        at_most: pairs that sampling may add: how many depends on what the model gets right.
    """

    known: dict[Origin, int]
    at_most: dict[Origin, int]


def outcome_pairs(
    samples: Sequence[SampledText],
    medium: tuple[float, float] = MEDIUM,
    most: int = MOST_PAIRS,
    seed: int = 1,
) -> list[Pair]:
    """Pair right texts with wrong ones, on the items of medium difficulty.

    A wrong text that is an answer comes before one that is none: which is right is to be learned
    more than the form. Which texts are paired is drawn, the same for the same seed.
    """
    found: list[Pair] = []
    for item_id, own in by_item(samples).items():
        if not medium[0] <= share_right(own) <= medium[1]:
            continue
        right = [one for one in own if one.right]
        wrong = [one for one in own if not one.right]
        found += _paired(item_id, right, wrong, "outcome", most, seed)
    return found


def judge_pairs(
    samples: Sequence[SampledText], most: int = MOST_PAIRS, seed: int = 1
) -> list[Pair]:
    """Pair texts that a judge found good with ones it found bad; unjudged ones are left out."""
    found: list[Pair] = []
    for item_id, own in by_item(samples).items():
        judged = [(one, one.judged) for one in own if one.judged is not None]
        good = [one for one, score in judged if score >= GOOD_FROM]
        bad = [one for one, score in judged if score < GOOD_FROM]
        found += _paired(item_id, good, bad, "judge", most, seed)
    return found


def is_corrected(example: TrainingExample) -> bool:
    """Say whether a person made something else of the model's answer: a pair as it is."""
    return (
        example.source == "correction"
        and example.pseudo is not None
        and (example.pseudo.label, example.pseudo.intervals)
        != (example.content.label, example.content.intervals)
    )


def told_pair(
    question: Question,
    example: TrainingExample,
    better: AnswerContent,
    worse: AnswerContent,
    origin: Origin,
    axis: Axis | None = None,
    form: Form = "reasons",
) -> Pair | None:
    """Return a pair of two answers as texts: with reasons where both give some, else without.

    None where the two are the same text: they differ in what tags have no place for.
    """
    forms: tuple[Form, Form] = (form, "direct")
    for told in forms:
        try:
            chosen, rejected = (
                render_tags(question, example.view, content, told, axis)
                for content in (better, worse)
            )
        except AnswerError:
            continue
        if chosen == rejected:
            return None
        return Pair(
            item_id=item_key(example), chosen=chosen, rejected=rejected, origin=origin, form=told
        )
    return None


def people_pairs(
    questions: Sequence[Question],
    examples: Sequence[TrainingExample],
    axis_of: Callable[[TrainingExample], Axis | None] = lambda example: None,
    form: Form = "reasons",
) -> list[Pair]:
    """Return the pairs that corrections are: what a person made of an answer, and that answer."""
    asked = {question.id: question for question in questions}
    found = [
        told_pair(
            asked[one.question_id], one, one.content, one.pseudo, "people", axis_of(one), form
        )
        for one in examples
        if is_corrected(one) and one.pseudo is not None
    ]
    return [pair for pair in found if pair is not None]


def preferred_pairs(
    questions: Sequence[Question],
    examples: Sequence[TrainingExample],
    preferences: Sequence[StoredPreference],
    axis_of: Callable[[TrainingExample], Axis | None] = lambda example: None,
    form: Form = "reasons",
) -> list[Pair]:
    """Return the pairs that preferences on these examples' items are."""
    asked = {question.id: question for question in questions}
    by_id = {one.item_id: one for one in examples if one.item_id}
    found: list[Pair | None] = []
    for one in preferences:
        example = by_id.get(one.item_id)
        if one.split == "train" and example is not None:
            question = asked[example.question_id]
            found.append(
                told_pair(
                    question, example, one.better, one.worse, one.origin, axis_of(example), form
                )
            )
    return [pair for pair in found if pair is not None]


def mix_of(pairs: Sequence[Pair]) -> dict[Origin, int]:
    """Count pairs by origin, all origins in their order."""
    counted = Counter(one.origin for one in pairs)
    return {origin: counted[origin] for origin in ORIGINS}


def expected_mix(
    examples: Sequence[TrainingExample],
    preferences: Sequence[StoredPreference] = (),
    n_samples: int = 0,
    judged: bool = False,
    most: int = MOST_PAIRS,
) -> Mix:
    """Say before a training what its pairs will be made of.

    Args:
        examples: what may be learned from; validation examples make no pairs.
        preferences: of the snapshot.
        n_samples: texts that will be sampled per item; 0 for none.
        judged: whether a judge scores them.
        most: pairs per item and origin.
    """
    learned = [one for one in examples if one.split == "train"]
    told = Counter(one.origin for one in preferences if one.split == "train")
    corrected = sum(map(is_corrected, learned))
    sampled = len(learned) * min(most, n_samples // 2)
    described = sum(bool(one.content.rationale_text.strip()) for one in learned)
    by_judge = described * min(most, n_samples // 2) if judged else 0
    return Mix(
        known={"people": corrected + told["people"], "selection": told["selection"]},
        at_most={"outcome": sampled, "judge": by_judge},
    )


def _paired(
    item_id: str,
    better: Sequence[SampledText],
    worse: Sequence[SampledText],
    origin: Origin,
    most: int,
    seed: int,
) -> list[Pair]:
    # Seeded by text, `Random` hashes it with SHA-512: the draw is the same on every machine.
    draw = random.Random(f"{seed} {origin} {item_id}")
    chosen = list(dict.fromkeys(one.text for one in draw.sample(list(better), len(better))))
    shuffled = draw.sample(list(worse), len(worse))
    rejected = list(
        dict.fromkeys(one.text for one in sorted(shuffled, key=lambda one: not one.read))
    )
    count = min(most, max(len(chosen), len(rejected))) if chosen and rejected else 0
    return [
        Pair(
            item_id=item_id,
            chosen=chosen[k % len(chosen)],
            rejected=rejected[k % len(rejected)],
            origin=origin,
        )
        for k in range(count)
    ]
