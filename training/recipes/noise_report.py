"""Puts together noise.json: the studies beside what the trained student thinks."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.noise.clusters import error_clusters
from core.noise.report import (
    FILE,
    ErrorCluster,
    ExampleNoise,
    NoiseReport,
    Outcome,
    QuestionNoise,
)
from core.students.series import SeriesModel
from training.recipes.noise_net import Seen
from training.recipes.noise_study import Study, lead
from training.recipes.pseudo_label_patterns import PatternTask

_DIGITS = 4


def write_report(
    folder: Path, studies: Sequence[tuple[PatternTask, Study]], model: SeriesModel
) -> None:
    """Write noise.json into `folder`; nothing where no pattern question was learned."""
    if not studies:
        return
    report = NoiseReport(questions=tuple(_question(task, study, model) for task, study in studies))
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{FILE}.new"
    fresh.write_text(report.model_dump_json())
    os.replace(fresh, folder / FILE)


def _question(task: PatternTask, study: Study, model: SeriesModel) -> QuestionNoise:
    keys = tuple(option.key for option in task.question.options)
    seen = task.look(model)
    examples = _examples(task, study, seen, keys)
    return QuestionNoise(
        question_id=task.question.id,
        options=keys,
        n_corrections=int(study.corrected.sum()),
        n_suspected=sum(one.suspected for one in examples),
        n_relabelled=sum(o.learned != o.label for o in examples if o.split == "train"),
        wrong_share=None if study.suspicion is None else _round(study.suspicion.wrong_share),
        confusion=None if study.confusion is None else _rows(study.confusion),
        reviews_random=study.random,
        stopped_by=task.stopped_by,
        clusters=_clusters(task, study, seen, keys),
        examples=examples,
    )


def _examples(
    task: PatternTask, study: Study, seen: Seen, keys: Sequence[str]
) -> tuple[ExampleNoise, ...]:
    thinks = seen.probabilities.argmax(axis=1)
    learned = study.shares.argmax(axis=1)
    suspected = suspected_rows(study)
    margins = None if study.view is None else lead(study.view)
    made: list[ExampleNoise] = []
    for row, item_id in enumerate(task.item_ids):
        said = int(study.said[row])
        made.append(
            ExampleNoise(
                item_id=item_id,
                split="train" if row < len(task.train) else "validation",
                said=keys[said] if said >= 0 else None,
                label=keys[int(study.labels[row])],
                learned=keys[int(learned[row])],
                thinks=keys[int(thinks[row])],
                confidence=_round(seen.probabilities[row].max()),
                given_probability=(
                    _round(study.view[row, said]) if study.view is not None and said >= 0 else None
                ),
                margin=None if margins is None else _round(margins[row]),
                suspected=bool(suspected[row]),
                correction=(
                    outcome(bool(thinks[row] == study.labels[row]), task.was_right(row))
                    if study.corrected[row]
                    else None
                ),
            )
        )
    return tuple(made)


def suspected_rows(study: Study) -> NDArray[np.bool_]:
    """Return which rows' labels are suspected; a correction's never is."""
    rows = np.zeros(len(study.labels), bool)
    if study.suspicion is not None:
        rows[study.said >= 0] = study.suspicion.suspected
    return rows & ~study.corrected


def outcome(right: bool, ever_right: bool) -> Outcome:
    """Say what became of a correction."""
    if right:
        return "learned"
    return "forgotten" if ever_right else "not learned"


def _clusters(
    task: PatternTask, study: Study, seen: Seen, keys: Sequence[str]
) -> tuple[ErrorCluster, ...]:
    """Return the systematic errors among the windows that the teacher labelled."""
    taught = np.flatnonzero(study.said >= 0)
    thinks = seen.probabilities.argmax(axis=1)
    found = error_clusters(
        seen.embedding[taught], study.said[taught], study.labels[taught], study.corrected[taught]
    )
    return tuple(
        ErrorCluster(
            said=keys[one.said],
            true=keys[one.true],
            corrected=tuple(task.item_ids[taught[place]] for place in one.corrected),
            confirmed=one.confirmed,
            suspected=tuple(task.item_ids[taught[place]] for place in one.suspected),
            inherited=sum(int(thinks[taught[place]] == one.said) for place in one.suspected),
        )
        for one in found
    )


def _round(value: float) -> float:
    return round(float(value), _DIGITS)


def _rows(matrix: NDArray[np.float64]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(_round(value) for value in row) for row in matrix)
