"""The change-point example as a lead would have it: rules answer, a student learns, both on gold.

    python -m benchmarks.change_example --seeds 1 2 3 --fresh 100

In an empty home, with the app's own steps: the example's 60 series (a third of them gold by
construction), the built-in rules' answers, a training of the recipe `correlation` with its
defaults, and the comparison that Models shows. Twenty gold series tell little: so both answer
`--fresh` more series that nobody has seen, drawn anew for each seed. The training lasts a number of
CPU minutes, so that figures differ a little from run to run. One line of JSON is printed per seed.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.loop import cost, finish, say, trained
from core.answers import AnswerContent, FoundInterval
from core.evaluation import AuthorResult, Evaluation
from core.generate_changes import generate_changes
from core.questions.base import Question
from core.questions.change_point import match_changes
from core.series import view_window
from core.students import load_student
from core.teachers.rules import rules_on
from pages.components.workflows.change_example import add_change_example
from storage import open_store

FRESH = 90_000
"""Fresh series have seeds from here on; the example's is `change_example.SEED`."""


def main() -> None:
    """Run it once for each seed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--fresh", type=int, default=100, help="series beside the example's gold")
    given = parser.parse_args()
    for seed in given.seeds:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(walk(Path(folder), seed, given.fresh)), flush=True)


def walk(home: Path, seed: int, n_fresh: int) -> dict[str, Any]:
    """Add the example in an empty home, train with this seed and return the figures."""
    began, cpu = time.monotonic(), cost()["cpu_seconds"]
    store = open_store(home)
    project_id = store.projects.default().id
    add_change_example(store, project_id)
    finish(store)
    say("the built-in rules have answered")
    version = trained(store, project_id, seed, "correlation")
    evaluation = Evaluation.model_validate(version.evaluation)
    (result,) = (one for one in evaluation.questions if one.kind == "change_point")
    return {
        "benchmark": "change_example",
        "seed": seed,
        "gold": {author.role: figures_of(author) for author in result.authors},
        "fresh": on_fresh(version.folder, store.questions.get(result.question_id), seed, n_fresh),
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


def on_fresh(model: Path, question: Question, seed: int, n: int) -> dict[str, Any]:
    """Return what rules and student find on `n` new series, by cause, and what they say besides."""
    made = generate_changes(n, FRESH + seed)
    views = [view_window(one.data, 0, one.data.n_samples) for one in made]
    rules = rules_on(question)
    said = {
        "rules": [rules(view) for view in views],
        "student": load_student(model).answer(question, views),
    }
    truths = [one.changes for one in made]
    return {author: _counted(answers, truths) for author, answers in said.items()}


def _counted(
    answers: Sequence[AnswerContent], truths: Sequence[Sequence[FoundInterval]]
) -> dict[str, Any]:
    true, found = Counter[str](), Counter[str]()
    right = n_said = 0
    for answer, changes in zip(answers, truths, strict=True):
        true.update(str(change.cause) for change in changes)
        matched = match_changes(answer.intervals, changes)
        found.update(str(changes[pair.truth].cause) for pair in matched)
        right += sum(
            answer.intervals[pair.given].cause == changes[pair.truth].cause for pair in matched
        )
        n_said += len(answer.intervals)
    n_found = found.total()
    return {
        "true": dict(true),
        "found": dict(found),
        "causes_right": right,
        "false_alarms": n_said - n_found,
        "f1": round(2 * n_found / max(1, true.total() + n_said), 4),
    }


if __name__ == "__main__":
    main()
