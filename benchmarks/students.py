"""Measure the sizes of the series student: what a step costs, that it learns, what a body is worth.

    python -m benchmarks.students --size smollm2 --step
    python -m benchmarks.students --size smollm2 --learn --options 4 --series 300 --steps 60
    python -m benchmarks.students --body informer --series 1000 --seeds 1 2 3

`--step` reads and scores 16 series with all options of the default question, forwards and
backwards, and beside it the same by the plain way: for every option the whole prompt again, nothing
kept; of the plain way 2 series are measured and counted 8 times, for its cost is that of each.
`--learn`, which is the default, trains through the recipe; with `--body`, with another encoder.
Series and labels are those of `benchmarks/noisy_data.py`, 80 % of the labels right; `--make` moves
all draws and is another one by default than that of `benchmarks/pseudo_label.py`, so that nothing
is chosen on what is reported there. Calibration errors are taken with and without the temperature.
CPU seconds are this process's; one line of JSON per seed.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks.noisy_data import Data, made
from benchmarks.noisy_students import head_accuracy, student_accuracy, train
from benchmarks.pseudo_label import with_settings
from core.students.confidence import calibration_error, softmax
from core.students.language import Prefix
from core.students.language_base import BaseLanguage
from core.students.series import SeriesModel, SeriesStudent, window_rows
from core.students.series_input import prepare
from core.students.sizes import base_for
from training.examples import Split
from training.recipes.pseudo_label import PseudoLabelConfig
from training.recipes.pseudo_label_tasks import student_config

N_STEP = 16
N_PLAIN = 2
VALIDATION_SHARE = 0.15


def main() -> None:
    """Run what the command line asks for."""
    given = arguments()
    torch.set_num_threads(1)
    if given.step:
        print(json.dumps(step_costs(given)), flush=True)
        return
    for seed in given.seeds:
        print(json.dumps(learned(given, seed)), flush=True)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--size", default="pocket", help="pocket, smollm2, or a model's id or path")
    add("--body", choices=("conv", "informer"), default="conv")
    add("--step", action="store_true", help="one training step beside the plain way")
    add("--learn", action="store_true", help="train through the recipe (the default)")
    add("--options", type=int, default=9, help="how many of the default question's options")
    add("--series", type=int, default=1000)
    add("--test", type=int, default=500)
    add("--steps", type=int, default=400)
    add("--labels", choices=("true", "uniform"), default="uniform")
    add("--correct", type=float, default=0.8)
    add("--make", type=int, default=91_000, metavar="BASE", help="moves all draws")
    add("--seeds", type=int, nargs="*", default=[1])
    add("--set", nargs="*", default=[], metavar="NAME=VALUE", help="settings of the recipe")
    return parser.parse_args()


def settings(given: argparse.Namespace, seed: int) -> PseudoLabelConfig:
    """Return the recipe's settings for a seed."""
    config = PseudoLabelConfig(
        seed=seed, steps=given.steps, student=given.size, body=given.body, text_batch_size=0
    )
    return with_settings(config, given.set)


def learned(given: argparse.Namespace, seed: int) -> dict[str, Any]:
    """Train one student; return its accuracy and that of its class head on fresh true series."""
    data = fewer(made(given, seed), given.options)
    config = settings(given, seed)
    nobody = np.zeros(len(data.true), bool)
    trained = train(
        data, data.given_answers, nobody, config, validation=VALIDATION_SHARE, say_every=20
    )
    student = trained.student
    started = time.process_time()
    accuracy = student_accuracy(student, data)
    answered_s = time.process_time() - started
    return {
        "size": given.size,
        "body": given.body,
        "accuracy": accuracy,
        "class_head_accuracy": head_accuracy(student, data),
        "chance": 1 / len(data.question.options),
        "label_accuracy": float(np.mean(data.given == data.true)),
        "train_cpu_s": round(trained.cpu_seconds, 1),
        "answer_cpu_ms": round(1000 * answered_s / len(data.test_true), 1),
        "calibration": calibration(student, data),
        "trained_parameters": sum(p.numel() for p in student.model.parameters()),
        "n_series": len(data.true),
        "n_test": len(data.test_true),
        "n_options": len(data.question.options),
        "seed": seed,
    }


def calibration(student: SeriesStudent, data: Data) -> dict[str, float]:
    """Return the expected calibration error on the test series, as it answers and without."""
    question = data.question
    temperature = student.config.temperatures.get(question.id, 1.0)
    after = student.option_probabilities(question, data.test_views)
    before = softmax(np.log(np.maximum(after, 1e-300)) * temperature)
    right = after.argmax(axis=1) == data.test_true
    return {
        "temperature": round(temperature, 3),
        "ece_before": round(calibration_error(before.max(axis=1), right), 4),
        "ece_after": round(calibration_error(after.max(axis=1), right), 4),
    }


def fewer(data: Data, n_options: int) -> Data:
    """Keep the series whose true and given labels are among the first options."""
    kept = (data.given < n_options) & (data.true < n_options)
    tests = data.test_true < n_options
    at: list[int] = np.flatnonzero(kept).tolist()
    return replace(
        data,
        question=data.question.model_copy(update={"options": data.question.options[:n_options]}),
        series=data.series[kept],
        given=data.given[kept],
        true=data.true[kept],
        given_answers=[data.given_answers[i] for i in at],
        true_answers=[data.true_answers[i] for i in at],
        test_series=data.test_series[tests],
        test_true=data.test_true[tests],
        test_answers=(),
    )


def step_costs(given: argparse.Namespace) -> dict[str, Any]:
    """Return CPU seconds of one step of 16 series, and of the same by the plain way."""
    data = fewer(made(argparse.Namespace(**{**vars(given), "series": 60, "test": 9}), 1), 9)
    config = settings(given, 1)
    everyone: list[Split] = ["train"] * len(data.true)
    examples = data.examples(data.given_answers, np.zeros(len(data.true), bool), everyone)
    base = base_for(config.student, config.lora_rank, config.soft_tokens)
    started = time.process_time()
    resolved = student_config(examples, [data.question], False, student=given.size, base=base)
    model = SeriesModel(resolved)
    loaded_s = time.process_time() - started
    language = model.decoder
    assert isinstance(language, BaseLanguage), "a step is measured with a base; give --size"
    windows = window_rows([prepare(view) for view in data.views[:N_STEP]])
    names = [option.name for option in data.question.options[: given.options]]
    labels = torch.zeros(N_STEP, dtype=torch.long)

    blocks = language.blocks(names)

    def step() -> tuple[float, Tensor]:
        """Score all options at once and go backwards; return CPU seconds and scores."""
        model.zero_grad()
        before = time.process_time()
        scores = language.log_likelihood(prefix_of(model, windows, N_STEP), blocks)
        torch.nn.functional.cross_entropy(scores, labels).backward()
        return time.process_time() - before, scores.detach()

    first_s, scores = step()
    seconds = float(np.mean([step()[0] for _ in range(2)]))
    model.zero_grad()
    started = time.process_time()
    plain = plain_scores(model, data, names)
    plain_s = (time.process_time() - started) * N_STEP / N_PLAIN
    return {
        "size": given.size,
        "step_cpu_s": round(seconds, 2),
        "first_step_cpu_s": round(first_s, 2),
        "plain_step_cpu_s": round(plain_s, 2),
        "times_cheaper": round(plain_s / seconds, 1),
        "largest_difference_of_scores": float((scores[:N_PLAIN] - plain).abs().max()),
        "load_cpu_s": round(loaded_s, 1),
        "batch": N_STEP,
        "n_options": len(names),
        "soft_tokens": config.soft_tokens,
    }


def prefix_of(model: SeriesModel, windows: tuple[Tensor, Tensor], n: int) -> Prefix:
    """Encode windows and return what the language model reads of them."""
    encoded = model.net.encode(*windows, n)
    return model.language.prefix(model.net.soft_tokens(encoded), 0)


def plain_scores(model: SeriesModel, data: Data, names: Sequence[str]) -> Tensor:
    """Score and go backwards with the whole prompt before every option, one after the other.

    Returns (N_PLAIN, options).
    """
    language = model.decoder
    assert isinstance(language, BaseLanguage)
    windows = window_rows([prepare(view) for view in data.views[:N_PLAIN]])
    columns: list[Tensor] = []
    for name in names:
        score = language.score_plainly(prefix_of(model, windows, N_PLAIN), name)
        score.sum().backward()
        columns.append(score.detach())
    return torch.stack(columns, dim=1)


if __name__ == "__main__":
    main()
