"""What a card holds and how fast it is: memory, tokens and time of a step, per model and recipe.

    python -m benchmarks.gpu --models qwen3-vl-4b --lines FILE --work FOLDER
    python -m benchmarks.gpu --tiny
    python -m benchmarks.gpu --estimate --models qwen2.5-vl-3b qwen3-vl-4b qwen2.5-vl-7b

Models have their true sizes and random weights (`benchmarks.true_vlm`), so this says nothing about
quality, and it is never mixed with figures that do. Each recipe trains by its own code with its own
settings for `--steps` steps, in a process of its own, in these ways:

    lora                 adapters, the base in bfloat16 (on the CPU in float32)
    lora-checkpointing   the same, with parts computed twice to hold less
    lora-4bit            adapters, the base in 4 bits, where bitsandbytes is installed
    whole                all weights, in float32
    whole-checkpointing  the same, with parts computed twice

`writing` has the base, held as for adapters, write `--written` tokens on eight windows at once. A
text of random weights hardly ever ends by itself, so what GRPO samples has the greatest length
allowed: its time is the longest that it can be. Windows are generated ones with reasons of about 80
tokens; DPO learns from the pairs that corrections are.

Printed is a line per measurement, and as the last one all of them:

    step_s           median over the steps but the first, which also loads what it needs, and the
                     last, after which recipes look at their probes
    tokens_s         tokens read per second by what learns (prompt, picture and answer), where TRL
                     counts them; written ones where the base writes
    peak_mb          the most that the card's allocator held, or the process where there is no card
    estimated        what Train says before such a run: bytes and seconds, as ranges
    failed           why there is no measurement: no memory, or what is missing

With `--lines` what was measured before is not measured again; `--work` keeps the models.
`--estimate` measures nothing and prints the estimates for a card.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, Literal, get_args

from benchmarks.loop import cost
from benchmarks.tiny_vlm import write_tiny
from benchmarks.true_vlm import SIZES, parameters_of, write_true
from core.answers import AnswerContent, Span
from core.generate import generate
from core.questions.base import Question
from core.questions.defaults import default_pattern_question
from core.series import WindowView
from core.students.vlm_base import default_device, holds_four_bits
from pages.components.workflows import vlm_costs
from pages.components.workflows.recipe_fields import config_class
from training import files
from training.devices import DeviceKind
from training.examples import Progress, TrainingExample
from training.recipes import RECIPES
from training.reporting import memory_mb

RecipeName = Literal["writing", "reasoner_sft", "dpo", "grpo"]
Way = Literal["lora", "lora-checkpointing", "lora-4bit", "whole", "whole-checkpointing"]
NAMES: tuple[RecipeName, ...] = get_args(RecipeName)
WAYS: tuple[Way, ...] = get_args(Way)
AT_ONCE = 8
TINY = "tiny"
REASON = (
    "The line starts near the middle of the axis at sample 0 and leaves it slowly. From sample 120 "
    "on it changes its slope and goes on to sample 380 without a break. Beyond sample 380 it stays "
    "within a narrow band until the end, and no single sample stands out from its neighbours."
)


@dataclass(frozen=True)
class Task:
    """One measurement: what is loaded, what it does, and how.

    Attributes:
        settings: of the recipe, on top of its defaults.
        written: tokens of each text where the base writes.
    """

    model: str
    recipe: RecipeName
    way: Way
    settings: Mapping[str, Any]
    written: int = 128

    @property
    def key(self) -> str:
        """What tells measurements apart."""
        return json.dumps(asdict(self), sort_keys=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--models", nargs="+", choices=SIZES, default=["qwen3-vl-4b"])
    parser.add_argument("--recipes", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    parser.add_argument("--steps", type=int, default=5, help="3 or more")
    parser.add_argument("--written", type=int, default=128)
    parser.add_argument("--lines", type=Path, help="keeps what is measured there")
    parser.add_argument("--work", type=Path, help="keeps the models there")
    parser.add_argument("--tiny", action="store_true", help="a tiny model, to see that it runs")
    parser.add_argument("--estimate", action="store_true", help="only what Train would say")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.estimate and given.tiny:
        parser.error("--estimate says what models of true size take; leave --tiny off")
    if given.steps < 3:
        parser.error(f"--steps {given.steps} leaves none between the first and the last; give 3")
    os.environ["HF_HUB_OFFLINE"] = "1"
    if given.one:
        print(json.dumps(measured(Task(**json.loads(given.one)), given.work)))
        return
    chosen = [
        task
        for name in ([TINY] if given.tiny else given.models)
        for task in tasks(name, given.recipes, given.ways, given.steps, given.written)
    ]
    if given.estimate:
        print(json.dumps({"benchmark": "gpu", "estimated": estimates(chosen)}))
        return
    with tempfile.TemporaryDirectory() as scratch:
        work = given.work or Path(scratch)
        lines = given.lines or Path(scratch) / "lines.jsonl"
        found = [kept(task, work, lines) for task in chosen]
    print(json.dumps({"benchmark": "gpu", "device": device_said(), "measured": found}))


def tasks(
    model: str, recipes: Sequence[RecipeName], ways: Sequence[Way], steps: int, written: int
) -> list[Task]:
    """Return the measurements of a model: whole ones by examples alone, for nothing else is."""
    found: list[Task] = []
    for recipe in recipes:
        for way in ways:
            whole, twice = way.startswith("whole"), way.endswith("checkpointing")
            if (whole and recipe != "reasoner_sft") or (twice and recipe == "writing"):
                continue
            settings: dict[str, Any] = {"steps": steps, "gradient_checkpointing": twice}
            settings |= {"lora_rank": 0} if whole else {}
            settings |= {"four_bit": way == "lora-4bit"}
            settings |= {"learning_rate": 5e-6} if whole else {}
            if model == TINY:
                settings |= {"batch_size": 1, "accumulate": 1}
                settings |= {"max_new_tokens": 4} if recipe == "grpo" else {}
            found.append(Task(model, recipe, way, settings, 8 if model == TINY else written))
    return found


def estimates(chosen: Sequence[Task]) -> list[dict[str, Any]]:
    """Return what Train says of such runs on a card; in 4 bits only where bitsandbytes is here."""
    found: list[dict[str, Any]] = []
    for task in chosen:
        if task.recipe == "writing" or (task.way == "lora-4bit" and not vlm_costs.four_bits()):
            continue
        settings = asdict(config_of(task, Path(task.model)))
        expected = vlm_costs.expected(
            task.recipe, parameters_of(task.model), settings, "cuda", vlm_costs.cpu_speed()
        )
        said = {"model": task.model, "recipe": task.recipe, "way": task.way}
        found.append(said | asdict(expected))
        print(json.dumps(found[-1]), flush=True)
    return found


def kept(task: Task, work: Path, lines: Path) -> dict[str, Any]:
    """Return a measurement from the file, or make it in a process of its own and add it there."""
    for record in files.read_records(lines)[0]:
        if record["key"] == task.key and record["device"] == device_said():
            return without_key(record)
    if task.way == "lora-4bit" and not holds_four_bits(default_device()):
        record = {"failed": "bitsandbytes or the card is missing"}
    else:
        folder = work / task.model
        if not (folder / "config.json").is_file():
            write_tiny(folder) if task.model == TINY else write_true(folder, task.model)
        record = by_process(task, work)
    record = {
        "key": task.key,
        "model": task.model,
        "recipe": task.recipe,
        "way": task.way,
        "device": device_said(),
        **record,
    }
    print(json.dumps(without_key(record)), flush=True)
    if "failed" not in record or record["failed"] == "out of memory":
        files.append_records(lines, [record])
    return without_key(record)


def without_key(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is printed of a measurement."""
    return {name: value for name, value in record.items() if name != "key"}


def by_process(task: Task, work: Path) -> dict[str, Any]:
    """Measure in a process of its own, whose memory nobody else has used."""
    command = [sys.executable, "-m", "benchmarks.gpu", "--work", str(work)]
    done = subprocess.run(
        [*command, "--one", json.dumps(asdict(task))], capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return json.loads(done.stdout.splitlines()[-1])
    said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
    return {"failed": "out of memory" if "OutOfMemoryError" in done.stderr else said[-1][:300]}


def measured(task: Task, work: Path) -> dict[str, Any]:
    """Measure in this process."""
    folder = work / task.model
    numbers = write(task, folder) if task.recipe == "writing" else train(task, folder)
    device: DeviceKind = "cuda" if default_device() == "cuda" else "cpu"
    found = {**numbers, "peak_mb": peak_mb(), "parameters": vlm_costs.parameters_in(folder)}
    if task.recipe == "writing":
        return found
    settings = asdict(config_of(task, folder))
    expected = vlm_costs.expected(
        task.recipe, found["parameters"], settings, device, vlm_costs.cpu_speed()
    )
    return {**found, "estimated": asdict(expected)}


def write(task: Task, folder: Path) -> dict[str, float]:
    """Have the base write on eight windows at once, twice; the second time counts."""
    from core.students.vlm import VlmConfig, VlmStudent
    from core.students.vlm_base import load, start_of
    from core.students.vlm_writing import generate as written_by

    question = default_pattern_question()
    vlm = load(start_of(str(folder)), four_bit=task.way == "lora-4bit")
    student = VlmStudent(VlmConfig(base=vlm.base, questions=(question,)), vlm)
    shown = [student.asked(question, one.view) for one in examples(question, AT_ONCE)]
    seconds = 0.0
    for _ in range(2):
        began = time.perf_counter()
        written_by(vlm, shown, task.written, temperature=1.0)
        seconds = time.perf_counter() - began
    return {
        "seconds": round(seconds, 3),
        "tokens_s": round(AT_ONCE * task.written / seconds, 1),
    }


def train(task: Task, folder: Path) -> dict[str, Any]:
    """Train by the recipe's own code; returns the time of a step and the tokens per second."""
    config = config_of(task, folder)
    per_step = config.batch_size * config.accumulate
    question = default_pattern_question()
    reports: list[tuple[float, Progress]] = []

    def report(progress: Progress) -> None:
        if progress.loss is not None:
            reports.append((time.perf_counter(), progress))

    with tempfile.TemporaryDirectory() as scratch:
        RECIPES[task.recipe].load().fit(
            examples(question, per_step * 2),
            [question],
            config,
            report=report,
            should_stop=lambda: False,
            checkpoint_dir=Path(scratch),
        )
    reports = reports[:-1]
    times = [at for at, _ in reports]
    steps = [later - sooner for sooner, later in pairwise(times)]
    found: dict[str, Any] = {
        "items_a_step": per_step,
        "step_s": round(median(steps), 3),
        "steps_s": [round(one, 3) for one in steps],
    }
    counted = [one.numbers["num_tokens"] for _, one in reports if "num_tokens" in one.numbers]
    if len(counted) == len(times):
        found["tokens_s"] = round((counted[-1] - counted[0]) / (times[-1] - times[0]), 1)
    return found


def config_of(task: Task, folder: Path) -> Any:
    """Return the settings of a measurement: the recipe's own, without looks on the way."""
    never = 10**6
    quiet: dict[RecipeName, dict[str, Any]] = {
        "reasoner_sft": {"n_probes": 0, "n_validation": 0, "validate_every": never},
        "dpo": {"look_every": never, "validate_on": 0, "samples": 0},
        "grpo": {"look_every": never, "validate_on": 0, "pause_at_kl": 0.0},
    }
    return config_class(RECIPES[task.recipe].load())(
        **{
            **quiet[task.recipe],
            "checkpoint_every": never,
            "base": str(folder),
            "threads": os.cpu_count() or 1,
            **task.settings,
        }
    )


def examples(question: Question, n: int) -> list[TrainingExample]:
    """Return n generated windows with a reason, each corrected from another answer."""
    found: list[TrainingExample] = []
    keys, reason = [option.key for option in question.options], (Span(text=REASON),)
    made = [(one, one.truth(question)) for one in generate(4 * n, seed=1)]
    asked = [(one.data.values, truth) for one, truth in made if truth is not None]
    for place, (values, truth) in enumerate(asked[:n]):
        other = keys[(keys.index(truth.label or "") + 1) % len(keys)]
        found.append(
            TrainingExample(
                question.id,
                WindowView(values),
                truth.model_copy(update={"rationale": reason}),
                source="correction",
                group=f"s{place}",
                pseudo=AnswerContent(kind="pattern", label=other, rationale=reason),
                item_id=f"i{place}",
            )
        )
    return found


def peak_mb() -> float:
    """Return the most memory so far: of the card where one is used, else of this process."""
    return memory_mb().get("device_mb", cost()["peak_memory_mb"])


def device_said() -> str:
    """Name what is computed on."""
    import torch

    if default_device() == "cuda":
        return torch.cuda.get_device_name()
    return f"CPU, {os.cpu_count()} cores"


if __name__ == "__main__":
    main()
