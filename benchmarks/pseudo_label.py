"""Train `pocket` on given pattern labels and test it.

    python -m benchmarks.pseudo_label --npz FILE --seed 1

The file holds `series` (n, length), `given` and `true` (n,) places in `options` (k,) texts, and
`test_series`, `test_true`. Without a file, `--make SEED` draws 1,000 series of `core/generate.py`
with 80 % right labels and 2,000 clean test series. The last line printed is JSON. CPU seconds are
those of the training on the given labels, validation included.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.answers import AnswerContent
from core.generate import PATTERNS, pattern_arrays
from core.questions.base import Option, Question
from core.questions.defaults import default_pattern_question
from core.series import WindowView
from core.students.series import SeriesStudent
from training.examples import Progress, TrainingExample, split_by_group
from training.recipes.pseudo_label import PseudoLabelConfig, fit

Arrays = Mapping[str, NDArray[Any]]


def generated(
    seed: int, right: float, n: int = 1000, n_test: int = 2000
) -> dict[str, NDArray[Any]]:
    """Return a file's content from the project's own generator, with uniformly wrong labels."""
    series, true = pattern_arrays(n, seed)
    test_series, test_true = pattern_arrays(n_test, seed + 500_000)
    rng = np.random.default_rng([seed, 9])
    wrong = rng.permutation(n) >= round(right * n)
    away = rng.integers(1, len(PATTERNS), n)
    given = np.where(wrong, (true + away) % len(PATTERNS), true)
    return {
        "series": series,
        "given": given,
        "true": true,
        "test_series": test_series,
        "test_true": test_true,
        "options": np.array([option.name for option in default_pattern_question().options]),
    }


def question_over(options: Sequence[str]) -> Question:
    """Return a pattern question with these texts; the default one's wordings where they match."""
    default = default_pattern_question()
    known = {option.name: option for option in default.options}
    chosen = tuple(
        known.get(text, Option(key=f"option {i + 1}", wordings=(text,)))
        for i, text in enumerate(options)
    )
    return default.model_copy(update={"options": chosen})


def view_of(row: NDArray[Any]) -> WindowView:
    """Return one row of the file as a window."""
    return WindowView(values=np.asarray(row, np.float64)[:, None])


def train(
    arrays: Arrays, labels: NDArray[Any], question: Question, config: PseudoLabelConfig
) -> tuple[SeriesStudent, float]:
    """Train through the recipe as the app does; return the student and its CPU seconds."""
    splits = split_by_group([str(i) for i in range(len(labels))], 0.1, config.seed)
    keys = [option.key for option in question.options]
    examples = [
        TrainingExample(
            question_id=question.id,
            view=view_of(row),
            content=AnswerContent(kind="pattern", label=keys[int(label)]),
            split=split,
            group=str(i),
        )
        for i, (row, label, split) in enumerate(zip(arrays["series"], labels, splits, strict=True))
    ]

    def show(progress: Progress) -> None:
        if progress.step % 100 == 0:
            print(progress, flush=True)

    started = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        student = fit(
            examples,
            [question],
            config,
            report=show,
            should_stop=lambda: False,
            checkpoint_dir=Path(folder),
        )
    return student, time.process_time() - started


def accuracy(student: SeriesStudent, arrays: Arrays, question: Question) -> float:
    """Return the share of test series that the student's `answer` gets right."""
    answers = student.answer(question, [view_of(row) for row in arrays["test_series"]])
    keys = [option.key for option in question.options]
    truth = [keys[int(i)] for i in arrays["test_true"]]
    return float(np.mean([a.label == t for a, t in zip(answers, truth, strict=True)]))


def main() -> None:
    """Run the benchmark and print its JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--npz", type=Path, help="file with series and labels")
    source.add_argument("--make", type=int, metavar="SEED", help="draw the data instead")
    parser.add_argument("--right", type=float, default=0.8, help="share of right labels (--make)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the training")
    parser.add_argument("--steps", type=int, default=PseudoLabelConfig.steps)
    given = parser.parse_args()
    arrays: Arrays = np.load(given.npz) if given.npz else generated(given.make, given.right)
    arrays = {name: arrays[name] for name in arrays}
    question = question_over([str(text) for text in arrays["options"]])
    config = PseudoLabelConfig(seed=given.seed, steps=given.steps)
    student, cpu_seconds = train(arrays, arrays["given"], question, config)
    upper, _ = train(arrays, arrays["true"], question, config)
    result = {
        "student_accuracy": accuracy(student, arrays, question),
        "true_label_student_accuracy": accuracy(upper, arrays, question),
        "label_accuracy": float(np.mean(arrays["given"] == arrays["true"])),
        "cpu_seconds": round(cpu_seconds, 1),
        "seed": given.seed,
        "n_series": len(arrays["series"]),
        "n_test": len(arrays["test_series"]),
        "n_options": len(question.options),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
