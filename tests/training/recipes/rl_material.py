"""Material for trainings by reward and preference: simple items, and what is remembered."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core.answers import AnswerContent, Span
from core.questions.base import Option, Question
from core.series import WindowView
from training.examples import Progress, TrainingExample

QUESTION = Question(
    id="q1",
    family_id="q",
    kind="pattern",
    name="direction",
    text="Which way does the line go?",
    options=(
        Option(key="up", wordings=("up",), meaning="rises"),
        Option(key="down", wordings=("down",), meaning="falls"),
    ),
)


def examples(n: int = 6, n_held: int = 2) -> list[TrainingExample]:
    """Return lines that rise and fall in turn; the last ones are validation items."""
    found: list[TrainingExample] = []
    for k in range(n + n_held):
        way = 1 if k % 2 else -1
        line = way * np.linspace(0, 1 + k, 60)[:, None]
        label = "up" if way > 0 else "down"
        content = AnswerContent(
            kind="pattern", label=label, rationale=(Span(text=f"It goes {label}."),)
        )
        other = content.model_copy(update={"label": "down" if way > 0 else "up"})
        found.append(
            TrainingExample(
                QUESTION.id,
                WindowView(line),
                content,
                source="correction" if k % 3 == 0 else "pseudo",
                split="train" if k < n else "validation",
                group=f"s{k}",
                pseudo=other,
                item_id=f"i{k}",
            )
        )
    return found


@dataclass
class Diary:
    """Remembers reports, and asks to stop after the step that follows this one."""

    stop_after: int | None = None
    reports: list[Progress] = field(default_factory=list[Progress])

    def report(self, progress: Progress) -> None:
        self.reports.append(progress)

    def should_stop(self) -> bool:
        return any(one.step == self.stop_after for one in self.reports)


def weights(model: Any) -> dict[str, torch.Tensor]:
    """Return a copy of all parameters, by name."""
    return {name: value.detach().clone() for name, value in model.named_parameters()}


def same(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> bool:
    """Tell whether two sets of parameters are the same to the bit."""
    return first.keys() == second.keys() and all(
        torch.equal(value, second[name]) for name, value in first.items()
    )


def saved_adapters(folder: Path) -> list[str]:
    """Return the names of the files of a saved student."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
