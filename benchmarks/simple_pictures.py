"""Windows so simple that a tiny image-text model can learn to read their pictures in minutes.

Four shapes: a line that rises, a line that falls, a spike in the left half, a spike in the right
half; all with noise. The trusted answer gives its reason in a few words, as people would.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.tiny_vlm import Tiny
from core.answers import AnswerContent, Span
from core.errors import AnswerError
from core.questions.base import Option, Question
from core.render_presets import PRESETS
from core.render_settings import RenderSettings
from core.series import WindowView
from core.shown import Form
from training.examples import Split, TrainingExample

if TYPE_CHECKING:
    from core.students.vlm import VlmStudent

AT_ONCE = 40
"""Windows that are answered at once."""
N_SAMPLES = 64
WIDTH = 32
SHAPES = {
    "up": "The line goes up.",
    "down": "The line goes down.",
    "left": "A spike stands out on the left.",
    "right": "A spike stands out on the right.",
}
QUESTION = Question(
    id="simple-1",
    family_id="simple",
    kind="pattern",
    name="simple pictures",
    text="What does the picture show?",
    options=tuple(Option(key=key, wordings=(key,)) for key in SHAPES),
)

PICTURES = RenderSettings(
    name="simple",
    width_in=2.24,
    height_in=2.24,
    dpi=50,
    line_width=1.5,
    ticks=2,
    grid=False,
)
SIDE = 112
"""Pixels of a picture's side: 2.24 inches at 50 dots each."""


def name_pictures() -> str:
    """Make the way that these windows are drawn known to the recipes; returns its name."""
    PRESETS[PICTURES.name] = PICTURES
    return PICTURES.name


def simple_examples(n: int, seed: int, noise: float, split: Split) -> list[TrainingExample]:
    """Return n windows of the four shapes in turn, with their answers.

    Args:
        noise: standard deviation, where a line climbs by 2 and a spike is 2 high.
    """
    rng = np.random.default_rng([seed, 0 if split == "train" else 1])
    keys = list(SHAPES)
    return [_example(keys[k % len(keys)], rng, noise, split, f"{split}-{k}") for k in range(n)]


def answered(
    student: VlmStudent, test: Sequence[TrainingExample], form: Form, max_tokens: int
) -> tuple[int, int]:
    """Return how many windows get their right answer, and how many a text that is no answer.

    Args:
        form: how the student is asked.
        max_tokens: tokens that a text may take.
    """
    from core.students.vlm import VlmStudent
    from core.students.vlm_writing import generate

    asking = VlmStudent(student.config.model_copy(update={"form": form}), student.vlm)
    right = unread = 0
    for first in range(0, len(test), AT_ONCE):
        some = test[first : first + AT_ONCE]
        shown = [asking.asked(QUESTION, one.view) for one in some]
        for one, text in zip(some, generate(asking.vlm, shown, max_tokens), strict=True):
            try:
                right += asking.read(QUESTION, one.view, text).label == one.content.label
            except AnswerError:
                unread += 1
    return right, unread


def tiny(seed: int) -> Tiny:
    """Return a LLaVA that can learn to look: 16 patches, and weights that let a signal through."""
    return Tiny(
        width=WIDTH,
        texts=texts() * 20,
        vocabulary=700,
        picture=(SIDE, SIDE),
        seed=seed,
        patch=28,
        spread=WIDTH**-0.5,
        blank="zero",
    )


def texts() -> tuple[str, ...]:
    """Return the words of all answers, for a tokenizer that knows them."""
    return tuple(f"<think>{said}</think><class>{key}</class>" for key, said in SHAPES.items())


def _example(
    key: str, rng: np.random.Generator, noise: float, split: Split, item_id: str
) -> TrainingExample:
    time = np.linspace(-1, 1, N_SAMPLES)
    values = noise * rng.normal(size=N_SAMPLES)
    if key in ("up", "down"):
        values += time if key == "up" else -time
    else:
        middle = rng.uniform(0.1, 0.4) + (0.5 if key == "right" else 0.0)
        values += 2 * np.exp(-(((np.linspace(0, 1, N_SAMPLES) - middle) / 0.03) ** 2))
    content = AnswerContent(kind="pattern", label=key, rationale=(Span(text=SHAPES[key]),))
    return TrainingExample(
        QUESTION.id,
        WindowView(values[:, None]),
        content,
        source="correction",
        split=split,
        group=item_id,
        item_id=item_id,
    )
