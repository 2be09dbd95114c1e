"""A tiny image-text model that is trained from scratch by examples: does it learn to look?

    python -m benchmarks.reasoner [--steps 300] [--seed 1] [--work FOLDER]

Four shapes (`benchmarks.simple_pictures`), noise of 0.3 beside a line that climbs by 2 and a spike
2 high. The recipe is `reasoner_sft` with the whole model trained, each example with and without
its reason. Printed is the loss on the way, then the share of held-out windows that get their right
answer, before and after, asked for the answer alone and with reasons, with Wilson's 95 % interval
beside what luck gets (0.25); the last line is JSON. With `--work` a run that was cut off goes on
from its last checkpoint there. What rewards and preferences add to such a
model is measured by `benchmarks.reasoner_rl`.

Random weights: it says whether the recipe teaches, and nothing about what real models would learn.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.simple_pictures import QUESTION, SHAPES, answered, simple_examples, texts
from benchmarks.tiny_vlm import Tiny, write_tiny
from core.metrics.estimates import wilson
from core.shown import Form
from core.students.vlm import VlmConfig, VlmStudent, untrained
from training.examples import Progress, TrainingExample
from training.recipes.reasoner_sft import ReasonerSftConfig, fit

NOISE, MAX_TOKENS = 0.3, 24
FORMS: tuple[Form, ...] = ("direct", "reasons")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--items", type=int, default=200, help="training windows")
    parser.add_argument("--test", type=int, default=200, help="held-out windows")
    parser.add_argument("--work", type=Path, help="keeps model and checkpoints there")
    given = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    began = time.process_time()
    with tempfile.TemporaryDirectory() as scratch:
        work: Path = given.work or Path(scratch)
        base = work / "base"
        if not base.is_dir():
            write_tiny(base, tiny=tiny(given.seed))
        test = simple_examples(given.test, 1000 + given.seed, NOISE, "validation")
        before = untrained(str(base), [QUESTION], VlmConfig(max_new_tokens=MAX_TOKENS))
        untaught = {form: measured(before, test, form) for form in FORMS}
        items = simple_examples(given.items, given.seed, NOISE, "train")
        student = learned(base, items, given.seed, given.steps, work / "checkpoints")
        taught = {form: measured(student, test, form) for form in FORMS}
    print(
        json.dumps(
            {
                "benchmark": "reasoner",
                "seed": given.seed,
                "steps": given.steps,
                "items": given.items,
                "test": given.test,
                "luck": 1 / len(SHAPES),
                "before": untaught,
                "after": taught,
                "cpu_s": round(time.process_time() - began, 1),
            }
        )
    )


def tiny(seed: int) -> Tiny:
    """Return the model: 2 layers of width 32, a vocabulary that knows the answers' words."""
    return Tiny(texts=texts() * 20, vocabulary=700, seed=seed)


def learned(
    base: Path, items: Sequence[TrainingExample], seed: int, steps: int, folder: Path
) -> VlmStudent:
    """Train the whole of a tiny model by examples."""
    config = ReasonerSftConfig(
        base=str(base),
        seed=seed,
        steps=steps,
        batch_size=16,
        accumulate=1,
        learning_rate=3e-3,
        warmup_share=0.1,
        lora_rank=0,
        n_validation=0,
        n_probes=0,
        validate_every=10**6,
        max_new_tokens=MAX_TOKENS,
        checkpoint_every=25,
    )
    return fit(
        items,
        [QUESTION],
        config,
        report=say,
        should_stop=lambda: False,
        checkpoint_dir=folder,
    )


def say(progress: Progress) -> None:
    """Print the loss now and then."""
    if progress.step % 25 == 0:
        print(f"step {progress.step}: loss {progress.loss:.3f}", flush=True)


def measured(student: VlmStudent, test: Sequence[TrainingExample], form: Form) -> dict[str, Any]:
    """Return the share of windows with the right answer, its interval, and what is unreadable."""
    right, unread = answered(student, test, form, MAX_TOKENS)
    low, high = wilson(right, len(test))
    return {
        "accuracy": round(right / len(test), 4),
        "interval": [round(low, 4), round(high, 4)],
        "unread": round(unread / len(test), 4),
    }


if __name__ == "__main__":
    main()
