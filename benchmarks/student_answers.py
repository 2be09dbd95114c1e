"""Measure how long a pocket student takes to answer many windows, and one very long series.

    python -m benchmarks.student_answers --windows 10000
    python -m benchmarks.student_answers --whole 1000000

`--windows` runs what an `answer` job runs, in a run folder of its own: a pattern question on
windows of 1,024 samples out of one series. `--whole` asks for events in a series window by window,
as `training.answer` does for files. The student is trained for a few steps only, without reasons:
answers are poor, and words would come on top of their cost. Prints one line of JSON; the peak of
memory is the process's.
"""

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core.answers import AnswerContent, FoundInterval
from core.blobs import write_parquet
from core.generate import pattern_arrays
from core.questions.base import Question
from core.questions.defaults import default_anomaly_question, default_pattern_question
from core.series import SeriesData, WindowView
from core.students.series import SeriesStudent
from core.whole_series import answer_whole
from training.answer import work
from training.door import StopFlag
from training.examples import TrainingExample
from training.recipes.pseudo_label import PseudoLabelConfig, fit
from training.run_folder import RunAsk, RunFolder

WINDOW = 1_024


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--windows", type=int, default=0)
    parser.add_argument("--whole", type=int, default=0, metavar="SAMPLES")
    given = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        if given.windows:
            print(json.dumps(answer_job(given.windows, Path(name))), flush=True)
        if given.whole:
            print(json.dumps(whole_series(given.whole, Path(name))), flush=True)


def answer_job(n_windows: int, folder: Path) -> dict[str, Any]:
    """Answer windows of a pattern question as an `answer` job does."""
    question = default_pattern_question()
    student = pattern_student(question, folder)
    student.save(folder / "model")
    steps = max(1, WINDOW // 10)
    values = np.random.default_rng(1).normal(size=n_windows * steps + WINDOW).cumsum()
    run = RunFolder.create(
        folder / "run", {"kind": "answer", "student": str(folder / "model"), "author_version": "1"}
    )
    write_parquet(SeriesData(values[:, None]), run.path / "series.parquet")
    asks = [
        RunAsk(
            ask_id=str(i),
            item_id=str(i),
            question_id=question.id,
            series_path="series.parquet",
            start=i * steps,
            stop=i * steps + WINDOW,
        )
        for i in range(n_windows)
    ]
    run.write_asks([question], asks)
    began, cpu = time.monotonic(), time.process_time()
    said = work(run, StopFlag(run))
    status = run.status()
    return {
        "windows": n_windows,
        "seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "said": said,
        "last_progress": None if status is None else status.message,
        "peak_mb": peak_mb(),
    }


def whole_series(n_samples: int, folder: Path) -> dict[str, Any]:
    """Ask for the events of one long series, window by window."""
    question = default_anomaly_question()
    student = event_student(question, folder)
    values = np.random.default_rng(2).normal(size=(n_samples, 1))
    before = peak_mb()
    began, cpu = time.monotonic(), time.process_time()
    found = answer_whole(values, None, lambda view: student.answer(question, [view])[0])
    return {
        "samples": n_samples,
        "seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "n_intervals": len(found),
        "peak_mb": peak_mb(),
        "peak_mb_before": before,
    }


def pattern_student(question: Question, folder: Path) -> SeriesStudent:
    """Train a pocket student of patterns for a few steps."""
    series, labels = pattern_arrays(36, seed=1)
    keys = [option.key for option in question.options]
    return trained(
        [
            TrainingExample(
                question.id,
                WindowView(row[:, None]),
                AnswerContent(kind="pattern", label=keys[label]),
            )
            for row, label in zip(series, labels.tolist(), strict=True)
        ],
        question,
        folder,
    )


def event_student(question: Question, folder: Path) -> SeriesStudent:
    """Train a pocket student of events for a few steps, on spikes."""
    examples: list[TrainingExample] = []
    for i in range(12):
        values = np.random.default_rng(i).normal(size=(512, 1))
        at = 40 * i + 20
        values[at] += 12
        found = FoundInterval(number=1, start=at, stop=at + 1, type_id=question.types[0].id)
        content = AnswerContent(kind="anomaly", intervals=(found,))
        examples.append(TrainingExample(question.id, WindowView(values), content))
    return trained(examples, question, folder)


def trained(examples: list[TrainingExample], question: Question, folder: Path) -> SeriesStudent:
    """Train for 20 steps, without reasons."""
    return fit(
        examples,
        [question],
        PseudoLabelConfig(steps=20, batch_size=16, decoder_batch_size=8, text_batch_size=0),
        report=lambda progress: None,
        should_stop=lambda: False,
        checkpoint_dir=folder / "checkpoints",
    )


def peak_mb() -> int:
    """Return the most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
