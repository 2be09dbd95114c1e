"""The whole loop without a browser: generate, ask the rules, review, train, compare on gold.

    python -m benchmarks.loop --series 1500 --gold 500 --reviews 100 --seed 101

The reviewer is simulated: for `--reviews` windows drawn at random outside gold it answers with the
generator's truth. Everything else is what the app does: the store, the worker, the run folders.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from core.answers import AnswerContent
from core.example import generated_with_gold
from core.generate import Generated
from core.review import Item
from pages.components.workflows.asking import queue_label_job
from pages.components.workflows.example import store_examples, truth_of
from pages.components.workflows.learning import start_training
from storage import Store, open_store
from storage.rows import ModelVersion
from training.worker import Worker

REVIEWER = "simulated reviewer"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--series", type=int, default=1500)
    parser.add_argument("--gold", type=int, default=500)
    parser.add_argument("--reviews", type=int, default=100)
    parser.add_argument("--seed", type=int, default=101)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = walk(Path(folder), given.series, given.gold, given.reviews, given.seed)
    print(json.dumps(result))


def walk(home: Path, n: int, n_gold: int, n_reviews: int, seed: int) -> dict[str, Any]:
    """Walk the loop once in an empty home and return the figures."""
    began = time.monotonic()
    store = open_store(home)
    project_id = store.projects.default().id
    examples = generated_with_gold(n, n_gold, seed)
    items = store_examples(store, project_id, examples)
    say(f"stored {len(examples)} series with {len(items)} items")
    queue_label_job(store, project_id, items, "rules", "the benchmark")
    finish(store)
    say("the built-in rules have answered")
    n_wrong = review(store, project_id, items, examples, n_reviews, seed)
    say(f"reviewed {n_reviews} windows, {n_wrong} of the answers were wrong")
    version = trained(store, project_id, seed)
    return {
        "benchmark": "loop",
        "series": n,
        "gold_series": n_gold,
        "items": len(items),
        "reviews": n_reviews,
        "reviews_that_changed_the_answer": n_wrong,
        "seed": seed,
        "evaluation": version.evaluation,
        "seconds": round(time.monotonic() - began, 1),
        **cost(),
    }


def trained(store: Store, project_id: str, seed: int, recipe: str = "pseudo_label") -> ModelVersion:
    """Train by a recipe with its defaults and return the version, the first of its project."""
    job = start_training(store, project_id, recipe=recipe, settings={"seed": seed})
    finish(store)
    ended = store.jobs.get(job.id)
    if ended.state != "done":
        raise SystemExit(f"the training ended as {ended.state}: {ended.message}")
    say(ended.message)
    (version,) = store.versions.list(project_id)
    return version


def finish(store: Store) -> None:
    """Serve the queue in this process until it is empty; runs are processes of their own."""
    worker = Worker(store)
    worker.step()
    while worker.busy:
        time.sleep(0.2)
        worker.step()
    worker.leave()


def review(
    store: Store,
    project_id: str,
    items: list[Item],
    examples: list[Generated],
    n_reviews: int,
    seed: int,
) -> int:
    """Correct windows drawn at random outside gold; returns how many answers were changed."""
    by_content = {one.data.content_hash: one for one in examples}
    series = {row.id: by_content[row.content_hash] for row in store.series.list(project_id)}
    free = [item for item in items if not series[item.series_id].gold]
    drawn = np.random.default_rng([seed, 3]).choice(len(free), n_reviews, replace=False)
    answers = store.answers.latest(project_id, None, "rules")
    changed = 0
    for item in (free[place] for place in drawn.tolist()):
        truth = truth_of(series[item.series_id], store.questions.get(item.question_id))
        given = answers[item.id]
        same = says_the_same(given.content, truth)
        changed += not same
        store.corrections.record(
            project_id,
            item.id,
            REVIEWER,
            "accept" if same else "fix",
            expected_sequence=0,
            answer_ids=(given.id,),
            content=given.content if same else truth,
        )
    return changed


def says_the_same(given: AnswerContent, truth: AnswerContent) -> bool:
    """Tell whether a person would accept the answer: the label, or every event at IoU >= 0.5."""
    if truth.kind == "pattern":
        return given.label == truth.label
    if len(given.intervals) != len(truth.intervals):
        return False
    return all(
        any(
            found.type_id == event.type_id and found.interval.iou(event.interval) >= 0.5
            for found in given.intervals
        )
        for event in truth.intervals
    )


def cost() -> Mapping[str, float]:
    """CPU seconds of this process and its children, and the larger of their peak memories."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    per_mb = 1024 if sys.platform == "linux" else 1024 * 1024
    peak = max(own.ru_maxrss, children.ru_maxrss) / per_mb
    return {"cpu_seconds": round(cpu, 1), "peak_memory_mb": round(peak, 1)}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
