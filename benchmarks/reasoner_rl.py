"""GRPO and DPO beside more training by examples, on a tiny image-text model and simple pictures.

    python -m benchmarks.reasoner_rl --seeds 1 2 3 4 5 --lines FILE

One tiny model is trained from scratch by examples until it knows the form and is right now and then
(`--sft-steps`; noise of 0.8, so that there is something left to learn). From that version four
trainings go on with adapters of the same rank and the same budget: each learns from `--answers`
answers. Examples learn from trusted ones, GRPO from the model's own by the default reward, DPO from
pairs of its own (two answers a pair), and the control by GRPO from a reward that is drawn by
chance. What GRPO and DPO sample comes on top; CPU seconds are told beside. The seeds fix the items,
the adapters and all that is drawn; the version that they begin with is one for all (seed 0).

The budgets, 400 answers on 80 windows and then 1,600 on 320 (`--answers 1600 --items 320`), were
each fixed before any of the seeds 1 to 5 was run with it; steps, noise and the learning rates were
chosen on the draw of seed 100 and the smaller budget alone: each rate is the better of 1e-3 and
3e-4 there (for examples both were alike).

Prints a line per seed and, as the last one, the means with bootstrap intervals over seeds: of each
accuracy on test windows, and of each difference to more examples. With `--lines` and `--base` what
was computed before is not computed again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.reasoner import MAX_TOKENS, from_scratch
from benchmarks.simple_pictures import QUESTION, answered, name_pictures, simple_examples, tiny
from benchmarks.tiny_vlm import write_tiny
from training.examples import Progress, TrainingExample
from training.recipes import dpo, grpo, reasoner_sft
from training.recipes.dpo import DpoConfig
from training.recipes.grpo import GrpoConfig
from training.recipes.reasoner_sft import ReasonerSftConfig
from training.rewards import Term, TermName, Written

if TYPE_CHECKING:
    from core.students.vlm import VlmStudent

ARMS = ("sft", "grpo", "dpo", "random")
RANK = 8
RATES = {"sft": 1e-3, "grpo": 3e-4, "dpo": 3e-4, "random": 3e-4}
GROUP, ITEMS_PER_STEP, BATCH = 5, 4, 20
DRAWS = 2000
ROOM = (0.3, 0.9)
"""What the version to begin with must get right, so that there is something to win and to lose."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--answers", type=int, default=400, help="learned from by each training")
    parser.add_argument("--items", type=int, default=80, help="training windows")
    parser.add_argument("--test", type=int, default=200, help="test windows")
    parser.add_argument("--sft-steps", type=int, default=220, help="of the version to begin with")
    parser.add_argument("--noise", type=float, default=0.8)
    parser.add_argument("--base", type=Path, help="keeps the version to begin with there")
    parser.add_argument("--lines", type=Path, help="keeps what is measured there")
    given = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    with tempfile.TemporaryDirectory() as scratch:
        name_pictures()
        base = given.base or Path(scratch) / "base"
        version = base / "version"
        if not version.is_dir():
            begin(base, given.sft_steps, given.noise)
        lines = given.lines or Path(scratch) / "lines.jsonl"
        for seed in given.seeds:
            one_seed(seed, version, Path(scratch) / str(seed), given, lines)
            print(json.dumps(record_of(seed, read(lines))), flush=True)
        records = [record_of(seed, read(lines)) for seed in given.seeds]
    print(json.dumps(summary(records, given)))


def read(lines: Path) -> dict[tuple[int, str], dict[str, Any]]:
    """Return what was measured already, by seed and training."""
    if not lines.exists():
        return {}
    records = map(json.loads, lines.read_text().splitlines())
    return {(record["seed"], record["arm"]): record for record in records}


def record_of(seed: int, known: Mapping[tuple[int, str], Mapping[str, Any]]) -> dict[str, Any]:
    """Return all that was measured of a seed."""
    own = {arm: known[seed, arm] for arm in ("before", *ARMS)}
    named = ("accuracy", "unread", "cpu_s")
    return {"seed": seed} | {name: {arm: own[arm][name] for arm in own} for name in named}


def begin(base: Path, steps: int, noise: float) -> None:
    """Train a tiny model from scratch by examples, and keep it as a version."""
    if not (base / "tiny").is_dir():
        write_tiny(base / "tiny", "llava", tiny(0))
    config = from_scratch(base / "tiny", 0, steps, rationale_share=1.0)
    items = simple_examples(600, 0, noise, "train")
    student = reasoner_sft.fit(items, [QUESTION], config, **followed(base / "work"))
    student.save(base / "version")


def one_seed(seed: int, version: Path, scratch: Path, given: Any, lines: Path) -> None:
    """Train all four on from the version, and measure them and it on the same test windows."""
    from core.students.vlm import VlmStudent

    items = simple_examples(given.items, seed, given.noise, "train")
    test = simple_examples(given.test, 1000 + seed, given.noise, "validation")
    trained = trainings(seed, str(version), given.answers)
    arms = {"before": lambda _items, _folder: VlmStudent.load(version), **trained}
    for arm, train in arms.items():
        if (seed, arm) in read(lines):
            continue
        began = time.process_time()
        student = train(items, scratch / arm)
        cpu_s = round(time.process_time() - began, 1)
        right, unread = measured(student, test)
        record = {"seed": seed, "arm": arm, "accuracy": right, "unread": unread, "cpu_s": cpu_s}
        if arm == "before" and not ROOM[0] <= right <= ROOM[1]:
            raise SystemExit(
                f"the version to begin with is right on {right:.0%} of the windows, which leaves "
                "nothing to see: change --sft-steps"
            )
        with lines.open("a") as file:
            file.write(json.dumps(record) + "\n")


Train = Callable[[Sequence[TrainingExample], Path], "VlmStudent"]


def trainings(seed: int, version: str, answers: int) -> dict[str, Train]:
    """Return the four trainings, each of which learns from so many answers."""
    examples = ReasonerSftConfig(
        base=version,
        seed=seed,
        steps=answers // BATCH,
        batch_size=BATCH,
        accumulate=1,
        learning_rate=RATES["sft"],
        lora_rank=RANK,
        gradient_checkpointing=False,
        rationale_share=1.0,
        render=name_pictures(),
        n_validation=0,
        n_probes=0,
        max_new_tokens=MAX_TOKENS,
        checkpoint_every=10**6,
    )
    pairs = DpoConfig(
        base=version,
        seed=seed,
        steps=answers // BATCH,
        batch_size=BATCH // 2,
        accumulate=1,
        learning_rate=RATES["dpo"],
        lora_rank=RANK,
        gradient_checkpointing=False,
        samples=8,
        from_people=False,
        from_selection=False,
        max_new_tokens=MAX_TOKENS,
        look_every=10**6,
        validate_on=0,
        checkpoint_every=10**6,
    )

    def rewarded(arm: str) -> GrpoConfig:
        return GrpoConfig(
            base=version,
            seed=seed,
            steps=answers // (GROUP * ITEMS_PER_STEP),
            group_size=GROUP,
            batch_size=ITEMS_PER_STEP,
            accumulate=1,
            learning_rate=RATES[arm],
            lora_rank=RANK,
            gradient_checkpointing=False,
            max_new_tokens=MAX_TOKENS,
            pause_at_kl=0,
            look_every=10**6,
            validate_on=0,
            checkpoint_every=10**6,
        )

    return {
        "sft": lambda items, folder: reasoner_sft.fit(
            items, [QUESTION], examples, **followed(folder)
        ),
        "grpo": lambda items, folder: grpo.fit(
            items, [QUESTION], rewarded("grpo"), **followed(folder)
        ),
        "dpo": lambda items, folder: dpo.fit(items, [QUESTION], pairs, **followed(folder)),
        "random": lambda items, folder: grpo.fit_with(
            by_chance(seed), items, [QUESTION], rewarded("random"), **followed(folder)
        ),
    }


def by_chance(seed: int) -> dict[TermName, Term]:
    """Return a reward that is drawn by chance, the same for the same text on the same window."""

    def term(written: Written) -> float:
        said = f"{seed} {written.text}".encode() + written.view.values.tobytes()
        return hashlib.sha256(said).digest()[0] / 255

    return {"accuracy": term}


def followed(folder: Path) -> dict[str, Any]:
    """Return what a recipe is called with besides its material."""

    def report(progress: Progress) -> None:
        """Nothing is said while it trains."""

    return {"report": report, "should_stop": lambda: False, "checkpoint_dir": folder}


def measured(student: VlmStudent, test: Sequence[TrainingExample]) -> tuple[float, float]:
    """Return the shares of windows that get their right answer, and a text that is no answer."""
    right, unread = answered(student, test, student.config.form, MAX_TOKENS)
    return round(right / len(test), 4), round(unread / len(test), 4)


def summary(records: Sequence[Mapping[str, Any]], given: Any) -> dict[str, Any]:
    """Return means with 95 % bootstrap intervals over seeds."""
    accuracies = {
        arm: np.array([record["accuracy"][arm] for record in records]) for arm in ("before", *ARMS)
    }
    return {
        "benchmark": "reasoner_rl",
        "seeds": [record["seed"] for record in records],
        "answers": given.answers,
        "items": given.items,
        "test": given.test,
        "noise": given.noise,
        "accuracy": {arm: interval(values) for arm, values in accuracies.items()},
        "gain_over_sft": {
            arm: interval(accuracies[arm] - accuracies["sft"]) for arm in ARMS if arm != "sft"
        },
        "gain_over_before": {arm: interval(accuracies[arm] - accuracies["before"]) for arm in ARMS},
        "cpu_s": {arm: round(sum(one["cpu_s"][arm] for one in records), 1) for arm in ARMS},
    }


def interval(values: Any) -> list[float]:
    """Return the mean of a number per seed, and the 95 % bootstrap interval of it."""
    rng = np.random.default_rng(0)
    drawn = values[rng.integers(0, len(values), (DRAWS, len(values)))].mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return [round(float(one), 4) for one in (values.mean(), low, high)]


if __name__ == "__main__":
    main()
