"""VisAnomReasoner on series of your own or VisAnomBench: base, learned from examples, by reward.

    python -m benchmarks.visanom --base Qwen/Qwen2.5-VL-3B-Instruct --data FOLDER --work FOLDER
    python -m benchmarks.visanom --tiny

For those who have weights and a card; `--tiny` runs the same code on a CPU with random weights and
made-up waves, and its figures say nothing. The folder is described in `benchmarks.visanom_data`,
the stages in `benchmarks.reasoner_stages`. Stage `sft` has the published settings as far as there
are any (`training.presets`): rationales as numbered steps behind the answer, the x axis in samples
of the whole series with 20 numbers. Without reasons in the data it learns intervals alone, which is
the paper's ablation. The paper has no stage by reward: `grpo` is TimeMaster's, `dpo` is
LLaVA-Reasoner's, and neither has a number beside it.

What is measured, each figure with a 95 % interval:

    P, R, F1     over all true and given intervals together; one to one, any shared sample counts
    F1 at 0.5    the same with half the union at least
    overlap      per series with anomalies, samples in both / samples in either, and the mean
    point F1     per series with anomalies, over its samples, and the mean
    affiliation  the same by Huet et al. 2022, beside what random marks of that number get
    detection    series on which it said rightly whether there is any anomaly (Wilson)
    clean        series without anomalies on which it gave an interval all the same (Wilson), and
                 intervals per such series

A text that is no answer gives no interval, is wrong as a detection and is told apart (`unread`).
Texts are read as TimeMaster's published code reads them, by the first valid tags; `formed` is the
share that has the whole structure. Beside it stand two answers that looked at nothing: as many
intervals of the same lengths at random places, and **one interval over the whole series, which
gets nearly everything of P, R and F1 by any overlap** where each series has one anomaly.

What the paper leaves open, and what is done here: how intervals are matched (any overlap fits its
numbers best), what its "overlap" is exactly (so do not compare that column to the point), whether
tested series are clean ever, what a text that cannot be read counts as, temperature (here the
likeliest words), learning rate, rank and epochs (the recipe's own), how long a segment is (here
10,000 samples at most). Its TSB-AD-U figures are means over series, as their F1 is not the harmonic
mean of P and R; here P, R and F1 are pooled, as in its main table.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.reasoner_options import (
    aligned,
    carried_out,
    parser,
    per_cent,
    published,
    settings_of,
)
from benchmarks.reasoner_stages import Plan, Task, claim, run_task
from benchmarks.visanom_data import read_task, write_tiny_folder
from benchmarks.visanom_figures import figures, read_texts, whole
from training import files

SOURCE = "arXiv 2605.30344, VisAnomBench: 740 series, 759 true intervals; project page, figures"
PAPER: dict[str, dict[str, float]] = {
    # VisAnomBench_result.png
    "Qwen2.5-VL-7B (base)": {"precision": 22.47, "recall": 68.12, "f1": 33.79, "overlap": 14.04},
    "VisAnomReasoner 3B (sft)": {
        "precision": 70.15,
        "recall": 74.30,
        "f1": 72.17,
        "overlap": 27.07,
    },
    "VisAnomReasoner 7B (sft)": {
        "precision": 72.09,
        "recall": 75.88,
        "f1": 73.94,
        "overlap": 25.35,
    },
    "VLM4TS, GPT-4o": {"precision": 40.39, "recall": 57.31, "f1": 47.39, "overlap": 17.94},
    "IForest": {"precision": 48.92, "recall": 47.69, "f1": 48.30, "overlap": 20.53},
    # ablation_reasoning.png
    "7B, intervals alone (sft)": {"precision": 56.76, "recall": 67.98, "f1": 61.87},
    # VisAnomReasoner_teaser.png: TSB-AD-U, read by eye, means over series
    "TSB-AD-U, 7B (sft)": {
        "precision": 75.8,
        "recall": 60.9,
        "f1": 62.9,
        "affiliation_precision": 95.3,
        "affiliation_recall": 81.5,
        "affiliation_f1": 85.6,
    },
}
"""Per cent. The paper's own table numbers are not known here; the figures' file names are."""
SHOWN = (
    "precision",
    "recall",
    "f1",
    "f1_by_luck",
    "f1_50",
    "overlap",
    "point_f1",
    "affiliation_f1",
    "affiliation_f1_by_luck",
    "detection",
    "clean_alarmed",
)
TINY_TEXTS = (
    "<anomaly>True</anomaly><index>(20, 25)</index> Step 1: A wave. Step 2: It jumps up.",
    "<anomaly>False</anomaly> Step 1: A wave. Step 2: It goes on.",
)
"""What the tiny model's tokenizer knows, so that answers are short."""


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    """Run the benchmark; returns what the last line says."""
    options = parser(__doc__ or "", ("base", "sft", "grpo"))
    options.add_argument("--longest", type=int, default=10_000, help="samples drawn at once")
    return carried_out(options.parse_args(arguments), benchmark, write_tiny_folder, TINY_TEXTS)


def benchmark(given: Any, work: Path) -> dict[str, Any]:
    """Train and measure; prints a table and returns all figures."""
    began, cpu = time.monotonic(), time.process_time()
    task = read_task(
        given.data,
        longest=given.longest,
        seed=given.seed,
        validation_share=given.validation_share,
        limit=given.limit,
    )
    reasons = any(one.content.rationale for one in task.learn)
    plan = Plan(
        base=given.base,
        stages=tuple(given.stages),
        settings=settings_of(
            given.set,
            {
                "sft": published("reasoner_sft", "visanom"),
                "dpo": published("dpo", "llava_reasoner"),
                "grpo": published("grpo", "timemaster"),
            },
        ),
        form="steps" if reasons else "direct",
        render=given.render or "visanom",
        max_new_tokens=given.max_new_tokens or 512,
        batch_size=given.batch_size,
        seed=given.seed,
    )
    claim(work, "run.json", {"benchmark": "visanom", "base": plan.base, "data": task.digest})
    said(task, reasons)
    found = run_task(task, plan, work)
    stages: dict[str, dict[str, Any]] = {
        stage: figures(read_texts(task, texts)) for stage, texts in found.items()
    }
    everything = figures(whole(task))
    print(table(stages, everything))
    result = {
        "benchmark": "visanom",
        "base": plan.base,
        "seed": given.seed,
        "form": plan.form,
        "learned": sum(one.split == "train" for one in task.learn),
        "left_out": task.left_out,
        "stages": stages,
        "whole_series": everything,
        "paper": {"source": SOURCE, "per_cent": PAPER},
        "seconds": round(time.monotonic() - began, 1),
        "cpu_s": round(time.process_time() - cpu, 1),
    }
    files.write_json(work / "result.json", result)
    return result


def said(task: Task, reasons: bool) -> None:
    """Say what is learned and tested before anything is."""
    n_clean = sum(not one.truth.intervals for one in task.test)
    print(
        f"{len(task.learn)} windows to learn from, {task.left_out} left out because the same "
        f"numbers are tested; {len(task.test)} tested, {n_clean} of them clean"
    )
    if not reasons:
        print("no reasons.json: intervals are learned alone, as in the paper's ablation")


def table(stages: Mapping[str, Mapping[str, Any]], everything: Mapping[str, Any]) -> str:
    """Return the figures of ours and the paper's as lines for people, per cent."""
    rows: list[tuple[str, ...]] = [("", *(key.replace("_", " ") for key in SHOWN))]
    for name, found in (*stages.items(), ("whole series marked", everything)):
        rows.append((name, *(per_cent(found[key]) for key in SHOWN)))
    for name, numbers in PAPER.items():
        shown = [f"{numbers[key]:.1f}" if key in numbers else "" for key in SHOWN]
        rows.append((f"paper: {name}", *shown))
    return aligned(rows)


if __name__ == "__main__":
    main()
