"""In which order to review answers about anomalies: what a retrain gains from as many corrections.

    python -m benchmarks.review_order --seeds 1 2 3 [--validate 11 12] [--orders answer errors]

Generated series of one channel are answered by a cautious teacher: the built-in rules, without
the `--unsure` share of their events of which they are least sure. A student learns that. Then
`--reviews` of the series are corrected by their truth in two rounds, chosen anew after a retrain in
between, by:

    random          the order a project has before there is a student
    disagreement    most events that only one of teacher and student reports
    answer          least sure: smallest |2 c - 1| over the answer's intervals, or its "none"
    nearest         the same over all candidates, also those too weak to be reported
    errors          most expected errors: the sum of min(c, 1 - c) over candidates
    certainty       least sure that all candidates are decided rightly: what Review goes by
    entropy         largest summed entropy of event or none per sample

A candidate is a stretch where an event's probability reaches `FAINT`. The order is chosen on the
seeds of `--validate`, by F1; figures are of `--seeds`, on fresh series: event F1 at the student's
own thresholds, recall where it raises at most `ALARMS` false alarms a series, and the share of
reviewed answers of the teacher that were right. The last line is JSON.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.answers import AnswerContent, FoundInterval
from core.generate import Generated, generate
from core.matching import match_events
from core.questions.base import EventType, Question
from core.series import WindowView, view_window
from core.students.series import SeriesStudent
from core.students.series_events import FAINT, certainty
from core.teachers.rules import rules_on
from training.examples import Source, TrainingExample
from training.recipes.pseudo_label import PseudoLabelConfig, fit

QUESTION = Question(
    id="anomaly",
    family_id="anomaly",
    kind="anomaly",
    name="Anomalies",
    text="Which samples are unusual?",
    types=tuple(
        EventType(id=key, key=key, name=key.replace("_", " "))
        for key in ("spike", "level_shift", "variance", "stuck")
    ),
)
ALARMS = 0.1
VALIDATION = 5
"""Every fifth series of the pool is for early stopping, never trained on."""


@dataclass(frozen=True, eq=False)
class Window:
    """A generated series: what is seen, what is true, what the teacher says."""

    view: WindowView
    truth: AnswerContent
    teacher: AnswerContent


Doubt = Callable[[SeriesStudent, Window], float]
"""How much a window's review is worth: the largest comes first."""


def main() -> None:
    """Read the arguments, choose on validation seeds, measure on the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--validate", type=int, nargs="*", default=[11, 12])
    parser.add_argument("--orders", nargs="+", default=list(DOUBTS)[1:])
    parser.add_argument("--pool", type=int, default=120, help="series to learn from")
    parser.add_argument("--test", type=int, default=120, help="fresh series")
    parser.add_argument("--reviews", type=int, default=40, help="corrections in all")
    parser.add_argument("--steps", type=int, default=70, help="of each training")
    parser.add_argument("--unsure", type=float, default=0.4, help="share that the teacher drops")
    given = parser.parse_args()
    began = time.process_time()
    chosen, validated = given.orders[0], {}
    if given.validate and len(given.orders) > 1:
        orders = ["random", "disagreement", *given.orders]
        validated = measured(given, given.validate, orders)
        chosen = max(given.orders, key=lambda order: float(np.mean(validated[order]["f1"])))
    found = measured(given, given.seeds, ["random", "disagreement", chosen])
    for name, figures in (("validation", validated), ("test", found)):
        for order, own in figures.items():
            words = ", ".join(f"{key} {np.mean(values):.3f}" for key, values in own.items())
            print(f"{name:10} {order:14} {words}")
    print(json.dumps({
        "benchmark": "review_order", "chosen": chosen, "pool": given.pool,
        "reviews": given.reviews, "unsure": given.unsure, "steps": given.steps,
        "seeds": given.seeds, "validation_seeds": given.validate,
        "validation": validated, "test": found,
        "cpu_seconds": round(time.process_time() - began, 1),
    }))  # fmt: skip


def measured(
    given: argparse.Namespace, seeds: Sequence[int], orders: Sequence[str]
) -> dict[str, dict[str, list[float]]]:
    """Return figures by order, one of each seed; `none` is the student without corrections."""
    found: dict[str, dict[str, list[float]]] = {}
    for seed in seeds:
        pool = windows(given.pool, 1000 + seed, given.unsure)
        test = windows(given.test, 2000 + seed, given.unsure)
        f1, recall, _ = alarms_of([one.teacher for one in test], test)
        first = train(pool, {}, given.steps, seed)
        note(found, "teacher", {"f1": f1, "recall": recall})
        note(found, "none", figures_of(first, test))
        for order in orders:
            reviewed: list[int] = []
            student = first
            for turn in range(2):
                left = [i for i in learnable(len(pool)) if i not in reviewed]
                reviewed += ranked(order, student, pool, left, seed)[: given.reviews // 2]
                truth = {i: pool[i].truth for i in reviewed}
                student = train(pool, truth, given.steps, seed + turn)
            right = float(np.mean([agrees(pool[i].teacher, pool[i].truth) for i in reviewed]))
            note(found, order, {**figures_of(student, test), "right": right})
            print(seed, order, {k: round(v[-1], 4) for k, v in found[order].items()}, flush=True)
    return found


def windows(n: int, seed: int, unsure: float) -> list[Window]:
    """Return `n` generated event series of one channel; half of them are clean."""
    made = [one for one in generate(4 * n, seed) if "anomaly" in one.asked]
    some = [one for one in made if one.data.n_channels == 1][:n]
    return [
        Window(view_of(one), truth_of(one), said)
        for one, said in zip(some, cautious([view_of(one) for one in some], unsure), strict=True)
    ]


def cautious(views: Sequence[WindowView], unsure: float) -> list[AnswerContent]:
    """Return what the rules say, without the events that they are least sure of."""
    answers = [rules_on(QUESTION)(view) for view in views]
    sure = [one.confidence or 0.0 for said in answers for one in said.intervals]
    return [above(said, float(np.quantile(sure, unsure))) for said in answers]


def view_of(one: Generated) -> WindowView:
    """Return the whole series as a window."""
    return view_window(one.data, 0, one.data.n_samples)


def truth_of(one: Generated) -> AnswerContent:
    """Return what was put in."""
    truth = one.truth(QUESTION)
    assert truth is not None  # the caller kept those with a truth
    return truth


def learnable(n: int) -> list[int]:
    """Return the places that are trained on: only these are reviewed."""
    return [place for place in range(n) if place % VALIDATION]


def train(
    pool: Sequence[Window], truth: dict[int, AnswerContent], steps: int, seed: int
) -> SeriesStudent:
    """Train on the teacher's answers, and on the truth of what was reviewed."""
    examples: list[TrainingExample] = []
    for place, one in enumerate(pool):
        source: Source = "correction" if place in truth else "pseudo"
        examples.append(
            TrainingExample(
                question_id=QUESTION.id,
                view=one.view,
                content=truth.get(place, one.teacher).model_copy(update={"rationale": ()}),
                source=source,
                split="train" if place % VALIDATION else "validation",
                group=str(place),
            )
        )
    config = PseudoLabelConfig(seed=seed, steps=steps, event_batch_size=4, text_batch_size=0)
    with tempfile.TemporaryDirectory() as folder:
        return fit(
            examples,
            [QUESTION],
            config,
            report=lambda progress: None,
            should_stop=lambda: False,
            checkpoint_dir=Path(folder),
        )


def ranked(
    order: str, student: SeriesStudent, pool: Sequence[Window], left: Sequence[int], seed: int
) -> list[int]:
    """Return the places that are left, those to review first at the front."""
    if order == "random":
        return [left[i] for i in np.random.default_rng([seed, 7]).permutation(len(left))]
    worth = {place: DOUBTS[order](student, pool[place]) for place in left}
    return sorted(left, key=lambda place: -worth[place])


def disagreement(student: SeriesStudent, one: Window) -> float:
    """Count the events that only one of teacher and student reports."""
    (said,) = student.answer(QUESTION, [one.view])
    pairs = match_events(said.intervals, one.teacher.intervals)
    return len(said.intervals) + len(one.teacher.intervals) - 2 * len(pairs)


def of_answer(student: SeriesStudent, one: Window) -> float:
    """Look at the answer alone: its intervals' confidences, or the likeliest event it left out."""
    (said,) = student.answer(QUESTION, [one.view])
    likeliest = 1 - float(student.event_probabilities(0, one.view)[:, 0].min())
    known = [i.confidence or 0.0 for i in said.intervals] or [likeliest]
    return -min(abs(2 * c - 1) for c in known)


def certain(student: SeriesStudent, one: Window) -> float:
    """Look at how sure the student is that every candidate is decided rightly."""
    return -certainty(student.event_probabilities(0, one.view))


def nearest(student: SeriesStudent, one: Window) -> float:
    """Look at the candidate nearest to being turned over."""
    return -min((abs(2 * c - 1) for c in candidates(student, one)), default=1.0)


def errors(student: SeriesStudent, one: Window) -> float:
    """Sum the expected errors over candidates."""
    return sum(min(c, 1 - c) for c in candidates(student, one))


def entropy(student: SeriesStudent, one: Window) -> float:
    """Sum the entropy of event or none over the samples of all channels."""
    event = np.clip(
        1 - student.event_probabilities(0, one.view)[:, 0].astype(float), 1e-6, 1 - 1e-6
    )
    return float(-(event * np.log(event) + (1 - event) * np.log(1 - event)).sum())


def candidates(student: SeriesStudent, one: Window) -> list[float]:
    """Return the largest event probability of each stretch where it is at least faint."""
    found: list[float] = []
    for row in 1 - student.event_probabilities(0, one.view)[:, 0].astype(np.float64):
        edges = np.diff(np.concatenate([[False], row >= FAINT, [False]]).astype(np.int8))
        starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
        found += [float(row[a:b].max()) for a, b in zip(starts, stops, strict=True)]
    return found


DOUBTS: dict[str, Doubt] = {
    "disagreement": disagreement,
    "answer": of_answer,
    "nearest": nearest,
    "errors": errors,
    "certainty": certain,
    "entropy": entropy,
}


def agrees(given: AnswerContent, truth: AnswerContent) -> bool:
    """Tell whether an answer has the true events and no other."""
    pairs = match_events(given.intervals, truth.intervals)
    return len(pairs) == len(given.intervals) == len(truth.intervals)


def alarms_of(answers: Sequence[AnswerContent], test: Sequence[Window]) -> tuple[float, float, int]:
    """Return event F1, recall, and the number of false alarms."""
    found = given = true = 0
    for said, one in zip(answers, test, strict=True):
        found += len(match_events(said.intervals, one.truth.intervals))
        given, true = given + len(said.intervals), true + len(one.truth.intervals)
    return 2 * found / max(given + true, 1), found / max(true, 1), given - found


def figures_of(student: SeriesStudent, test: Sequence[Window]) -> dict[str, float]:
    """Return event F1, and recall at the threshold that raises at most `ALARMS` a series."""
    answers = student.answer(QUESTION, [one.view for one in test])
    f1, _, _ = alarms_of(answers, test)
    scores = [i.confidence or 0.0 for said in answers for i in said.intervals]
    recall = 0.0
    for threshold in np.unique(np.round(scores, 2)) if scores else ():
        kept = [above(said, float(threshold)) for said in answers]
        _, reached, raised = alarms_of(kept, test)
        if raised <= ALARMS * len(test):
            recall = max(recall, reached)
    return {"f1": f1, "recall": recall}


def above(said: AnswerContent, threshold: float) -> AnswerContent:
    """Leave out what is less sure."""
    kept = [one for one in said.intervals if (one.confidence or 0.0) >= threshold]
    numbered: list[FoundInterval] = [
        one.model_copy(update={"number": number}) for number, one in enumerate(kept, start=1)
    ]
    return said.model_copy(update={"intervals": tuple(numbered), "rationale": ()})


def note(found: dict[str, dict[str, list[float]]], order: str, figures: dict[str, float]) -> None:
    """Add a seed's figures."""
    for key, value in figures.items():
        found.setdefault(order, {}).setdefault(key, []).append(round(value, 4))


if __name__ == "__main__":
    main()
