"""A tiny image-text model that is trained from scratch by examples: does it learn to look?

    python -m benchmarks.reasoner --seed 1 2 3 [--steps 200] [--work FOLDER]

Four shapes (`benchmarks.simple_pictures`), noise of 0.3 beside a line that climbs by 2 and a spike
2 high. The recipe is `reasoner_sft` with the whole model trained, each example with and without
its reason. Printed is the loss on the way, then for each seed, which draws the model's weights, the
training windows and the test windows, the share of test windows that get their right answer, before
and after, asked for the answer alone and with reasons, with Wilson's 95 % interval beside what luck
gets (0.25). The last line is the same over the windows of all seeds. With `--work` a run that was
cut off goes on from its last checkpoint there. What rewards and preferences add to such a model is
measured by `benchmarks.reasoner_rl`.

Random weights: it says whether the recipe teaches, and nothing about what real models would learn.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.simple_pictures import (
    PICTURES,
    QUESTION,
    SHAPES,
    answered,
    name_pictures,
    simple_examples,
    tiny,
)
from benchmarks.tiny_vlm import write_tiny
from core.metrics.estimates import wilson
from core.shown import Form
from core.students.vlm import VlmConfig, VlmStudent, untrained
from training.examples import Progress, TrainingExample
from training.recipes.reasoner_sft import ReasonerSftConfig, fit

NOISE, MAX_TOKENS = 0.3, 24
FORMS: tuple[Form, ...] = ("direct", "reasons")
Counts = dict[str, tuple[int, int]]
"""Right answers and texts that are none, by the form that was asked for."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--items", type=int, default=600, help="training windows")
    parser.add_argument("--test", type=int, default=200, help="test windows of each seed")
    parser.add_argument("--work", type=Path, help="keeps models and checkpoints there")
    given = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    found: list[tuple[Counts, Counts]] = []
    for seed in given.seed:
        began = time.process_time()
        with tempfile.TemporaryDirectory() as scratch:
            work = given.work / str(seed) if given.work else Path(scratch)
            found.append(before_and_after(work, seed, given.steps, given.items, given.test))
        record = told(found[-1:], given.test)
        print(json.dumps({"seed": seed, **record, "cpu_s": round(time.process_time() - began, 1)}))
    settings = {name: getattr(given, name) for name in ("steps", "items", "test")}
    print(json.dumps({"benchmark": "reasoner", "seeds": given.seed, **settings,
                      "luck": 1 / len(SHAPES), **told(found, given.test)}))  # fmt: skip


def before_and_after(
    work: Path, seed: int, steps: int, n_items: int, n_test: int
) -> tuple[Counts, Counts]:
    """Train a tiny model whole by examples; returns what it gets right before and after."""
    base = work / "base"
    if not base.is_dir():
        write_tiny(base, "llava", tiny(seed))
    test = simple_examples(n_test, 1000 + seed, NOISE, "validation")
    blank = VlmConfig(max_new_tokens=MAX_TOKENS, render=PICTURES)
    untaught = counted(untrained(str(base), [QUESTION], blank), test)
    student = learned(base, simple_examples(n_items, seed, NOISE, "train"), seed, steps, work)
    return untaught, counted(student, test)


def learned(
    base: Path, items: Sequence[TrainingExample], seed: int, steps: int, work: Path
) -> VlmStudent:
    """Train the whole of a tiny model by examples, with and without reasons."""
    config = from_scratch(base, seed, steps)
    return fit(
        items,
        [QUESTION],
        config,
        report=say,
        should_stop=lambda: False,
        checkpoint_dir=work / "checkpoints",
    )


def from_scratch(
    base: Path, seed: int, steps: int, rationale_share: float = 0.5
) -> ReasonerSftConfig:
    """Return the settings by which a tiny model learns everything from examples."""
    return ReasonerSftConfig(
        base=str(base),
        seed=seed,
        steps=steps,
        batch_size=32,
        accumulate=1,
        learning_rate=3e-3,
        warmup_share=0.1,
        lora_rank=0,
        gradient_checkpointing=False,
        rationale_share=rationale_share,
        render=name_pictures(),
        n_validation=0,
        n_probes=0,
        validate_every=10**6,
        max_new_tokens=MAX_TOKENS,
        checkpoint_every=50,
    )


def say(progress: Progress) -> None:
    """Print the loss now and then."""
    if progress.step % 25 == 0:
        print(f"step {progress.step}: loss {progress.loss:.3f}", flush=True)


def counted(student: VlmStudent, test: Sequence[TrainingExample]) -> Counts:
    """Return how many windows get their right answer, and how many no answer, by form."""
    return {form: answered(student, test, form, MAX_TOKENS) for form in FORMS}


def told(found: Sequence[tuple[Counts, Counts]], n_test: int) -> dict[str, Any]:
    """Return shares over the windows of some seeds, with intervals, before and after."""
    n = n_test * len(found)
    return {
        when: {form: share([one[place] for one in found], form, n) for form in FORMS}
        for place, when in enumerate(("before", "after"))
    }


def share(counts: Sequence[Mapping[str, tuple[int, int]]], form: Form, n: int) -> dict[str, Any]:
    """Return the share of n windows with the right answer, its interval, and what is unreadable."""
    right, unread = (sum(one[form][place] for one in counts) for place in (0, 1))
    low, high = wilson(right, n)
    return {
        "accuracy": round(right / n, 4),
        "interval": [round(low, 4), round(high, 4)],
        "unread": round(unread / n, 4),
    }


if __name__ == "__main__":
    main()
