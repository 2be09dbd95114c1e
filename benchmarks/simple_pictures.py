"""Windows so simple that a tiny image-text model can learn to read their pictures in minutes.

Four shapes: a line that rises, a line that falls, a spike in the left half, a spike in the right
half; all with noise. The trusted answer gives its reason in a few words, as people would.
"""

from __future__ import annotations

import numpy as np

from core.answers import AnswerContent, Span
from core.questions.base import Option, Question
from core.series import WindowView
from training.examples import Split, TrainingExample

N_SAMPLES = 64
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


def simple_examples(n: int, seed: int, noise: float, split: Split) -> list[TrainingExample]:
    """Return n windows of the four shapes in turn, with their answers.

    Args:
        noise: standard deviation, where a line climbs by 2 and a spike is 2 high.
    """
    rng = np.random.default_rng([seed, 0 if split == "train" else 1])
    keys = list(SHAPES)
    return [_example(keys[k % len(keys)], rng, noise, split, f"{split}-{k}") for k in range(n)]


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
