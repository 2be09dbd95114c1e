"""What is seen of a reasoning student while it learns: a score on held-out examples, and texts.

    probes/probes.jsonl   a line per look and probe item: step, item_id, form, text, target

Looking draws nothing and changes nothing: a training with looks ends where one without does.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.students.vlm_writing import generate, score
from training import files
from training.recipes.reasoner_data import Row

if TYPE_CHECKING:
    from core.students.vlm import VlmStudent

PROBES = "probes/probes.jsonl"


class Looks:
    """Looks at a student that learns; called with the step, returns the score in [0, 1].

    The score is the mean over rows of how likely their target is, per token: the geometric mean of
    the probabilities of its tokens. Rows are validation rows where there are any, else learned
    ones; then it says what is known by heart.
    """

    def __init__(
        self, student: VlmStudent, rows: Sequence[Row], n_scored: int, n_probes: int, folder: Path
    ) -> None:
        self._student, self._path = student, folder / PROBES
        self._scored = list(rows[:n_scored])
        self._probed = _one_per_item(rows)[:n_probes]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch()

    def __call__(self, step: int) -> float | None:
        """Write what the probe items' texts are now, and return the score."""
        self._write_probes(step)
        if not self._scored:
            return None
        return float(np.mean([self._likely(row) for row in self._scored]))

    def _likely(self, row: Row) -> float:
        scores = score(self._student.vlm, row.asked, row.target, with_end=True)
        return float(np.exp(scores.log_probabilities.mean()))

    def _write_probes(self, step: int) -> None:
        if not self._probed:
            return
        config = self._student.config
        asked = [row.asked for row in self._probed]
        texts = generate(self._student.vlm, asked, config.max_new_tokens)
        files.append_records(
            self._path,
            [_line(step, row, text) for row, text in zip(self._probed, texts, strict=True)],
        )


def _line(step: int, row: Row, text: str) -> dict[str, Any]:
    return {
        "step": step,
        "item_id": row.example.item_id,
        "form": row.form,
        "text": text,
        "target": row.target,
    }


def _one_per_item(rows: Sequence[Row]) -> list[Row]:
    """Return a row of each item, the one that gives reasons where there is one."""
    found: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: row.form == "direct"):
        found.setdefault(row.example.item_id, row)
    return list(found.values())
