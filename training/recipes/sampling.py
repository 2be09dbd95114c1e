"""Has a student write several texts on each item, and keeps them: half of what RL recipes do.

Each item is drawn with a seed of its own, so that a run that was killed goes on at the next item
and comes to the same texts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.axis import axis_of
from core.questions.base import Question
from core.render_settings import STANDARD, RenderSettings
from core.series import WindowView
from training.examples import Progress, TrainingExample, TrainingStopped
from training.rewards import Written
from training.sampled_texts import SampledText, append, item_key, read, scored_text


class Writer(Protocol):
    """Who writes: an image-text student, or a stand-in."""

    def sample(
        self, question: Question, view: WindowView, n: int, temperature: float, seed: int
    ) -> list[str]:
        """Draw n texts on a window; the same seed draws the same ones."""
        ...


@dataclass(frozen=True)
class Draw:
    """How texts are drawn: how many per item, at which temperature, with which seed."""

    n: int
    temperature: float
    seed: int


def sample_items(
    writer: Writer,
    examples: Sequence[TrainingExample],
    questions: Sequence[Question],
    draw: Draw,
    path: Path,
    *,
    tell: Callable[[int, int, float], None],
    should_stop: Callable[[], bool],
    render: RenderSettings = STANDARD,
) -> list[SampledText]:
    """Return n scored texts per example, in the order of the examples; those on disk are kept.

    Args:
        writer: who writes.
        examples: windows with a trusted answer.
        questions: what is asked of them.
        draw: how texts are drawn.
        path: the file they are kept in.
        tell: told after each item how many are done, of how many, and the share of right texts.
        should_stop: asked before each item.
        render: how windows are drawn for the writer; its axis is what positions mean.

    Raises:
        TrainingStopped: `should_stop` said so; what was written is kept.
    """
    asked = {question.id: question for question in questions}
    known = read(path, draw.n)
    found: list[SampledText] = []
    for done, example in enumerate(examples):
        key = item_key(example)
        if key not in known:
            if should_stop():
                raise TrainingStopped(done, len(examples))
            known[key] = _written(writer, example, asked[example.question_id], draw, render)
            append(path, known[key])
        found += known[key]
        tell(done + 1, len(examples), sum(one.right for one in found) / len(found))
    return found


def sample_first(
    writer: Writer,
    examples: Sequence[TrainingExample],
    questions: Sequence[Question],
    draw: Draw,
    path: Path,
    *,
    steps: int,
    report: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    render: RenderSettings,
) -> list[SampledText]:
    """Sample as the first part of a training of `steps` steps, an item counting as one of them.

    Raises:
        TrainingStopped: `should_stop` said so; what was written is kept.
    """
    whole = len(examples) + steps

    def tell(done: int, total: int, right: float) -> None:
        said = f"sampling answers on {total} items, {right:.0%} right so far"
        report(Progress(done, whole, None, stage=said))

    try:
        return sample_items(
            writer,
            examples,
            questions,
            draw,
            path,
            tell=tell,
            should_stop=should_stop,
            render=render,
        )
    except TrainingStopped as stopped:
        raise TrainingStopped(stopped.step, whole) from stopped


def sampled_already(
    examples: Sequence[TrainingExample], path: Path, n: int
) -> list[SampledText] | None:
    """Return n scored texts per example, in their order; None while one of them is missing."""
    known = read(path, n)
    keys = [item_key(one) for one in examples]
    return [text for key in keys for text in known[key]] if set(keys) <= set(known) else None


def item_seed(seed: int, item_id: str) -> int:
    """Return the seed of one item: the same on every machine, whatever the other items are."""
    return int.from_bytes(hashlib.sha256(f"{seed} {item_id}".encode()).digest()[:4])


def _written(
    writer: Writer,
    example: TrainingExample,
    question: Question,
    draw: Draw,
    render: RenderSettings,
) -> list[SampledText]:
    key = item_key(example)
    texts = writer.sample(
        question, example.view, draw.n, draw.temperature, item_seed(draw.seed, key)
    )
    axis = axis_of(render, example.view)
    return [
        scored_text(key, k, Written(question, example.view, text, example.content, axis))
        for k, text in enumerate(texts)
    ]
