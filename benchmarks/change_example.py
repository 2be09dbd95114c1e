"""The change-point example as a lead would have it: rules answer, a student learns, both on gold.

    python -m benchmarks.change_example --seeds 1 2 3

In an empty home, with the app's own steps: the example's 60 series (a third of them gold by
construction), the built-in rules' answers, a training of the recipe `correlation` with its
defaults, and the comparison that Models shows. One line of JSON is printed per seed; the series are
the same for all of them. The training lasts a number of CPU minutes, so that figures differ a
little from one run to the next.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.loop import cost, finish, say
from core.answers import AnswerContent
from core.evaluation import AuthorResult, Evaluation
from core.questions.change_point import match_changes
from core.series import view_window
from core.students import load_student
from pages.components.workflows.change_example import TEACHER, add_change_example
from pages.components.workflows.learning import start_training
from storage import Store, open_store
from storage.rows import ModelVersion
from training.worker_results import gold_truths

Found = dict[str, dict[str, int]]


def main() -> None:
    """Run it once for each seed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    for seed in parser.parse_args().seeds:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(walk(Path(folder), seed)), flush=True)


def walk(home: Path, seed: int) -> dict[str, Any]:
    """Add the example in an empty home, train with this seed and return the figures on gold."""
    began, cpu = time.monotonic(), cost()["cpu_seconds"]
    store = open_store(home)
    project_id = store.projects.default().id
    add_change_example(store, project_id)
    finish(store)
    say("the built-in rules have answered")
    job = start_training(store, project_id, recipe="correlation", settings={"seed": seed})
    finish(store)
    ended = store.jobs.get(job.id)
    if ended.state != "done":
        raise SystemExit(f"the training ended as {ended.state}: {ended.message}")
    (version,) = store.versions.list(project_id)
    evaluation = Evaluation.model_validate(version.evaluation)
    (result,) = (one for one in evaluation.questions if one.kind == "change_point")
    return {
        "benchmark": "change_example",
        "seed": seed,
        "gold": len(gold_truths(store, project_id, result.question_id)),
        "by_cause": by_cause(store, version, result.question_id),
        "figures": {author.role: figures_of(author) for author in result.authors},
        "seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(cost()["cpu_seconds"] - cpu, 1),
    }


def figures_of(author: AuthorResult) -> dict[str, Any]:
    """Return an author's figures with their 95 % intervals, and its luck's F1."""
    luck = author.luck.get("change_f1")
    return {
        **{name: one.model_dump() for name, one in author.figures.items()},
        "luck_f1": None if luck is None else luck.model_dump(),
    }


def by_cause(store: Store, version: ModelVersion, question_id: str) -> dict[str, Found]:
    """Count per author and cause the true change points on gold, and those that it found."""
    truths = gold_truths(store, version.project_id, question_id)
    question = store.questions.get(question_id)
    rules = store.answers.latest(version.project_id, None, TEACHER)
    items = [store.items.get(version.project_id, item_id) for item_id in truths]
    rows = {row.id: row for row in store.series.list(version.project_id)}
    views = [
        view_window(store.series.data(rows[item.series_id]), item.start, item.stop)
        for item in items
    ]
    given = {
        "rules": {item.id: rules[item.id].content for item in items},
        "student": dict(
            zip(truths, load_student(version.folder).answer(question, views), strict=True)
        ),
    }
    return {author: _found(said, truths) for author, said in given.items()}


def _found(said: dict[str, AnswerContent], truths: dict[str, AnswerContent]) -> Found:
    counts = {cause: {"true": 0, "found": 0} for cause in ("correlation", "independent")}
    for item_id, truth in truths.items():
        matched = {pair.truth for pair in match_changes(said[item_id].intervals, truth.intervals)}
        for place, change in enumerate(truth.intervals):
            counts[change.cause or ""]["true"] += 1
            counts[change.cause or ""]["found"] += place in matched
    return counts


if __name__ == "__main__":
    main()
