"""How well changes are found, and told apart, in simulated springs whose graph is known.

    python -m benchmarks.springs [--noise] [--cpu-minutes 10] [--seed S] [--validation] [--short]

Trains the `correlation` student without labels on 1,500 series (500 a change) and measures it on
300 others, once. Settings were chosen with `--validation`, which measures 100 a change of a third
set instead and never makes the test series. Rows per kind of change:

correlation, independent, ensemble   the student's scores
MSE                                  the thesis' independent score: errors of the next 5 samples
no network                           the independent score where nothing is predicted but that all
                                     stays: same weights, no graph, no training
finite differences                   two differences of the values, no training: without noise they
                                     find every change, and nothing is won by a model

AUC pooled over samples 24 to 75 without a change's direct neighbours, TRI of the highest sample
there (width 15); edges: share of pairs told right, samples 5 to 94; type: AUC of correlation minus
0.75 times the independent score, at the true change and at the one found. `--short` trains ten
seeds for half a minute each and says how many end with a constant graph. The last line is JSON.
"""

import argparse
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.finite_differences import (
    learned_norms,
    position_misses,
    speed_misses,
    weighted_differences,
)
from core.answers import AnswerContent
from core.generate_springs import N_BALLS, NOISY, SPRING_CHANGES, Springs, springs
from core.metrics.change_points import change_point_auc, strongest, triangle_utility
from core.questions.base import Question
from core.questions.defaults import default_change_point_question
from core.series import WindowView
from core.students.correlation import CorrelationStudent
from core.students.correlation_answer import PULL
from core.students.correlation_scores import Strips
from training.examples import Progress, TrainingExample
from training.recipes.correlation import CorrelationRecipeConfig, fit

INSIDE = (24, 76)
EDGES_INSIDE = slice(5, 95)
TRAIN_SEED, VALIDATION_SEED, TEST_SEED = 1_000, 2_000, 3_000
N_TRAIN, N_VALIDATION, N_TEST = 500, 100, 300
CLEAN_CONFIG = CorrelationRecipeConfig(
    features=4,
    axes=2,
    differences=False,
    lags=0,
    free=0.6,
    smoothness=0.002,
    ramp=100.0,
    together=False,
    reach=5,
    span=1,
    apart=15,
)
"""Chosen on the validation series; the graph is drawn from raw positions and speeds."""
NOISY_CONFIG = replace(CLEAN_CONFIG, free=0.5, reach=10, span=2)
SHORT_MINUTES, SHORT_SEEDS = 0.5, 10

Scores = dict[str, NDArray[np.float64]]


def main() -> None:
    """Read the arguments and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    run(parser.parse_args())


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that `run` reads."""
    parser.add_argument("--noise", action="store_true", help="sd 0.05 and 0.0125 are added")
    parser.add_argument("--cpu-minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--validation", action="store_true", help="measure validation series")
    parser.add_argument("--save", type=Path, help="folder that the trained student is put into")
    parser.add_argument("--short", action="store_true", help="ten short trainings: who collapses?")


def run(given: argparse.Namespace) -> None:
    """Measure one training, or ten short ones; prints a JSON line last."""
    if given.short:
        print(json.dumps(short_trainings(given.noise)))
        return
    usual = NOISY_CONFIG if given.noise else CLEAN_CONFIG
    config = replace(usual, cpu_minutes=given.cpu_minutes, seed=given.seed)
    began = time.process_time()
    student = trained(config, given.noise)
    took = time.process_time() - began
    if given.save:
        student.save(given.save)
    seed, n = (TEST_SEED + given.seed, N_TEST)
    if given.validation:
        seed, n = VALIDATION_SEED, N_VALIDATION
    sets = [springs(n, kind, seed, spread(given.noise)) for kind in SPRING_CHANGES]
    training = np.concatenate(
        [
            springs(100, kind, TRAIN_SEED + given.seed, spread(given.noise)).values
            for kind in SPRING_CHANGES
        ]
    )
    found: dict[str, object] = {
        "noise": given.noise,
        "seed": given.seed,
        "measured": "validation" if given.validation else "test",
        "cpu_minutes": round(took / 60, 2),
        "restarts": student.config.restarts,
        "collapsed": student.config.collapsed,
        "rows": rows_of(sets, student, training),
    }
    print(json.dumps(found))


def spread(noise: bool) -> tuple[float, float]:
    """Return the standard deviations that are added to positions and speeds."""
    return NOISY if noise else (0.0, 0.0)


def trained(config: CorrelationRecipeConfig, noise: bool) -> CorrelationStudent:
    """Train on springs of all three kinds of change, whose labels nothing reads."""
    question = default_change_point_question()
    sets = [
        springs(N_TRAIN, kind, TRAIN_SEED + config.seed, spread(noise)) for kind in SPRING_CHANGES
    ]
    examples = [example(question, view) for one in sets for view in views_of(one)]
    with tempfile.TemporaryDirectory() as folder:
        return fit(
            examples,
            [question],
            config,
            report=Reporter(),
            should_stop=lambda: False,
            checkpoint_dir=Path(folder),
        )


class Reporter:
    """Prints each epoch once."""

    def __init__(self) -> None:
        self._said = ""

    def __call__(self, progress: Progress) -> None:
        if progress.stage != self._said:
            self._said = progress.stage
            print(f"step {progress.step} of {progress.total}: {progress.stage}", flush=True)


def example(question: Question, view: WindowView) -> TrainingExample:
    """Return a window to learn from without an answer."""
    return TrainingExample(question.id, view, AnswerContent(kind="change_point"))


def views_of(one: Springs) -> list[WindowView]:
    """Return each series as a window of 20 channels: x, y, vx, vy of each ball."""
    flat = one.values.reshape(*one.values.shape[:2], -1).astype(np.float64)
    return [WindowView(values=values) for values in flat]


def rows_of(
    sets: list[Springs], student: CorrelationStudent, training: NDArray[np.float32]
) -> list[dict[str, Any]]:
    """Print and return the figures of all scores on all kinds of change."""
    scores: dict[str, Scores] = {}
    edges: dict[str, float] = {}
    norms = learned_norms(training, student.config.horizon)
    for one in sets:
        strips = student.strips(views_of(one))
        scores[one.kind] = {
            **_of_student(student, one, strips),
            "no network": weighted_differences(one.values, norms, student.config.horizon),
            **_of_differences(one),
        }
        edges[one.kind] = edge_accuracy(one, strips)
    rows: list[dict[str, Any]] = [
        {"score": name, **{one.kind: figures(scores[one.kind][name], one) for one in sets}}
        for name in scores[sets[0].kind]
        if not name.startswith("_")
    ]
    print(f"\n{'AUC / TRI':22}" + "".join(f"{one.kind:>16}" for one in sets))
    for row in rows:
        cells = [row[one.kind] for one in sets]
        print(f"{row['score']:22}" + "".join(f"{c['auc']:>9.3f} {c['tri']:.3f} " for c in cells))
    print(f"{'edges right':22}" + "".join(f"{edges[one.kind]:>16.3f}" for one in sets))
    more: list[dict[str, Any]] = [{"score": "edges right", **edges}]
    for name, parts in TYPES.items():
        types = type_auc(sets, scores, *parts)
        print(f"{'type, ' + name:22} at the change {types[0]:.3f}, at the one found {types[1]:.3f}")
        more.append({"score": f"type, {name}", "with label": types[0], "without": types[1]})
    return [*rows, *more]


TYPES = {
    "student": ("correlation", "independent", "ensemble"),
    "finite differences": ("_zero", "_positions", "finite differences"),
}
"""What tells the types apart: toward correlation, against it, and where the change is found."""


def _of_student(student: CorrelationStudent, one: Springs, strips: list[Strips]) -> Scores:
    correlation = np.stack([strip.correlation for strip in strips])
    independent = np.stack([strip.independent for strip in strips])
    return {
        "ensemble": np.stack([strip.ensemble for strip in strips]),
        "correlation": correlation,
        "independent": independent,
        "MSE": squared_errors(student, one),
    }


def squared_errors(student: CorrelationStudent, one: Springs) -> NDArray[np.float64]:
    """Return (n, T) the mean squared error of what is predicted from the sample before on."""
    seen = student.see(views_of(one))
    ahead = slice(0, student.config.horizon)  # the predictions that begin one sample before
    return np.stack([np.nan_to_num((s.misses[:, ahead] ** 2).mean(axis=(1, 2, 3))) for s in seen])


def _of_differences(one: Springs) -> Scores:
    positions, speeds = position_misses(one.values), speed_misses(one.values)
    return {
        "finite differences": norm(positions) + norm(speeds),
        "_positions": norm(positions),
        "_zero": np.zeros_like(positions),
    }


def figures(score: NDArray[np.float64], one: Springs) -> dict[str, float]:
    """Return AUC and TRI of one score on one kind of change."""
    changes = [[int(at)] for at in one.change]
    auc = change_point_auc(list(score), changes, INSIDE)
    found = [strongest(row, INSIDE) for row in score]
    tri = [triangle_utility(at, int(true)) for at, true in zip(found, one.change, strict=True)]
    return {"auc": round(auc or 0.0, 4), "tri": round(float(np.mean(tri)), 4)}


def edge_accuracy(one: Springs, strips: list[Strips]) -> float:
    """Return the share of pairs and samples that are told right."""
    i, j = np.triu_indices(N_BALLS, 1)
    said = np.stack([strip.graph for strip in strips])[:, :, i, j] >= 0.5
    return round(float((said == one.edges()[:, :, i, j])[:, EDGES_INSIDE].mean()), 4)


def norm(score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return scores with mean 0 and standard deviation 1 in each series."""
    spread_of = np.maximum(score.std(axis=1, keepdims=True), 1e-12)
    return (score - score.mean(axis=1, keepdims=True)) / spread_of


def type_auc(
    sets: list[Springs], scores: dict[str, Scores], toward: str, against: str, where: str
) -> tuple[float, float]:
    """Return how well changes of connections are told from others, at the true place and found."""
    from sklearn.metrics import roc_auc_score

    at_true: list[float] = []
    at_found: list[float] = []
    labels: list[bool] = []
    for one in sets:
        own = scores[one.kind]
        led = own[toward] - PULL * own[against]
        for row, place, true in zip(led, own[where], one.change, strict=True):
            at_true.append(float(row[true]))
            at_found.append(float(row[strongest(place, INSIDE)]))
            labels.append(one.kind == "connection")
    return (
        round(float(roc_auc_score(labels, at_true)), 4),
        round(float(roc_auc_score(labels, at_found)), 4),
    )


def short_trainings(noise: bool) -> dict[str, object]:
    """Train ten seeds for half a minute each; say who restarted and who ended collapsed."""
    rows: list[dict[str, object]] = []
    for seed in range(1, SHORT_SEEDS + 1):
        config = replace(
            NOISY_CONFIG if noise else CLEAN_CONFIG, cpu_minutes=SHORT_MINUTES, seed=seed
        )
        began = time.process_time()
        made = trained(config, noise).config
        rows.append(
            {
                "seed": seed,
                "restarts": made.restarts,
                "collapsed": made.collapsed,
                "cpu_s": round(time.process_time() - began, 1),
            }
        )
        print(json.dumps(rows[-1]), flush=True)
    collapsed = sum(bool(row["collapsed"]) for row in rows)
    print(f"{collapsed} of {len(rows)} short trainings ended with a constant graph")
    return {"noise": noise, "short": rows, "collapsed": collapsed}


if __name__ == "__main__":
    main()
