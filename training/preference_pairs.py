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
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from core.model import Frozen
from core.teachers.text_judge import GOOD_FROM
from training.examples import TrainingExample
from training.preferences import StoredPreference
from training.sampled_texts import SampledText, by_item, share_right

Origin = Literal["outcome", "judge", "people", "selection"]
ORIGINS: tuple[Origin, ...] = get_args(Origin)
MEDIUM = (0.25, 0.85)
MOST_PAIRS = 3


class Pair(Frozen):
    """A better and a worse text to one item."""

    item_id: str
    chosen: str
    rejected: str
    origin: Origin


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
