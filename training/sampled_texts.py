"""Texts that a model wrote on items with a trusted answer: scored, kept on disk, chosen from.

They lie in a file of the run, one line each, so that a run that was killed goes on at the next item
and comes to the same texts.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from core.grounding import grounding_share
from core.model import Frozen
from training import files
from training.examples import TrainingExample
from training.rewards import TERMS, Written

RIGHT_FROM = 0.5
"""The least score of a right answer; a pattern scores 0 or 1, intervals anything between."""
MOST_KEPT = 3
LEAST_GROUNDING = 0.5


class SampledText(Frozen):
    """One text that a model wrote on an item.

    Attributes:
        sample: which of the item's texts it is, from 0.
        score: how right it is by the question kind's score; 0 for what is no answer.
        read: whether it is an answer at all.
        formed: whether it has the whole structure that was asked for.
        grounding: share of what it says that the data confirm; None where nothing was to check.
        judged: a judge's score from 1 to 5; None where nobody said.
    """

    item_id: str
    sample: int
    text: str
    score: float
    read: bool = True
    formed: bool = True
    grounding: float | None = None
    judged: int | None = None

    @property
    def right(self) -> bool:
        """Whether it counts as a right answer."""
        return self.read and self.score >= RIGHT_FROM


def scored_text(item_id: str, sample: int, written: Written) -> SampledText:
    """Return a text with what can be said of it beside the trusted answer and the data."""
    answer = written.answer
    return SampledText(
        item_id=item_id,
        sample=sample,
        text=written.text,
        score=written.accuracy,
        read=answer is not None,
        formed=TERMS["format"](written) == 1,
        grounding=None if answer is None else grounding_share(answer, written.view),
    )


def item_key(example: TrainingExample) -> str:
    """Return what names an example's item: its id, or its place in the data where it has none."""
    if example.item_id:
        return example.item_id
    view = example.view
    digest = hashlib.sha256(view.values.tobytes()).hexdigest()[:16]
    return f"{example.question_id}:{example.group}:{view.start}:{digest}"


def append(path: Path, samples: Sequence[SampledText]) -> None:
    """Add all texts of an item to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    files.append_lines(path, [one.model_dump_json() for one in samples])


def read(path: Path, per_item: int) -> dict[str, list[SampledText]]:
    """Return the texts of the items that have all of theirs; a file that is not there has none."""
    if not path.exists():
        return {}
    lines, _ = files.read_lines(path)
    texts = [SampledText.model_validate_json(line) for line in lines]
    # A run that died while it wrote an item wrote it again: the later line of a sample counts.
    found: dict[str, dict[int, SampledText]] = {}
    for one in texts:
        found.setdefault(one.item_id, {})[one.sample] = one
    return {
        item_id: [own[k] for k in range(per_item)]
        for item_id, own in found.items()
        if set(own) >= set(range(per_item))
    }


def share_right(samples: Sequence[SampledText]) -> float:
    """Return the share of an item's texts that are right, in [0, 1]."""
    return sum(one.right for one in samples) / len(samples)


def by_item(samples: Sequence[SampledText]) -> dict[str, list[SampledText]]:
    """Return the texts of each item, in the order given."""
    found: dict[str, list[SampledText]] = {}
    for one in samples:
        found.setdefault(one.item_id, []).append(one)
    return found


def kept(
    samples: Sequence[SampledText],
    most: int = MOST_KEPT,
    least_grounding: float = LEAST_GROUNDING,
) -> list[SampledText]:
    """Return the texts of one item worth learning from: right, whole, not contradicted, each once.

    The best grounded come first, of equals the earlier one. A text that says nothing that can be
    checked stands behind all that do.

    Args:
        samples: of one item.
        most: texts kept.
        least_grounding: share of what a text says that the data must confirm, in [0, 1].
    """
    good = [
        one
        for one in samples
        if one.right and one.formed and (one.grounding is None or one.grounding >= least_grounding)
    ]
    good.sort(key=lambda one: -1.0 if one.grounding is None else one.grounding, reverse=True)
    distinct = {" ".join(one.text.split()): one for one in reversed(good)}
    return [one for one in good if distinct[" ".join(one.text.split())] is one][:most]
