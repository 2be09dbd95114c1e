"""Train `pocket` on given pattern labels and test it.

    python -m benchmarks.pseudo_label --labels uniform --correct 0.8 --seeds 1 2 3
    python -m benchmarks.pseudo_label --labels structured --corrections 100 --order queue --seeds 1
    python -m benchmarks.pseudo_label --npz FILE --seed 1

Without a file, each seed draws `--series` series of `core/generate.py` (ranges in
docs/generate.md, steppy ones included), labels them as `--labels` says, and draws 2,000 clean test
series; `--make` moves all draws, so that settings are chosen on other ones than are reported.
`--corrections K` reviews K series with the truth: at random, or in the order of the review queue
(lowest margin of the student so far, in two rounds with a training in between).

A file holds `series` (n, length), `given` and `true` (n,) places in `options` (k,) texts, and
`test_series`, `test_true`. One line of JSON is printed per seed. CPU seconds are those of the last
training on the given labels, validation and the study of the labels included.
"""

import argparse
import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.noisy_data import Data, from_file, made
from benchmarks.noisy_students import (
    Trained,
    decoder_figures,
    head_accuracy,
    student_accuracy,
    train,
)
from core.students.features import FeatureStudent
from core.students.majority import MajorityStudent
from training.examples import Split
from training.recipes.pseudo_label import PseudoLabelConfig

Mask = NDArray[np.bool_]


def main() -> None:
    """Run the benchmark and print a JSON line per seed."""
    given = arguments()
    for seed in given.seeds or [given.seed]:
        config = with_settings(PseudoLabelConfig(seed=seed, steps=given.steps), given.set)
        data = from_file(given.npz) if given.npz else made(given, seed)
        print(json.dumps(measured(data, config, given)), flush=True)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--npz", type=Path, help="file with series and labels instead of drawn ones")
    add("--make", type=int, default=7000, metavar="BASE", help="moves all draws")
    add("--labels", choices=("true", "uniform", "structured", "rules"), default="uniform")
    add("--correct", type=float, default=0.8, help="share of right labels (uniform, structured)")
    add("--series", type=int, default=1000)
    add("--test", type=int, default=2000)
    add("--corrections", type=int, default=0, metavar="K")
    add("--order", choices=("random", "queue"), default="random")
    add("--seed", type=int, default=1, help="seed of the training")
    add("--seeds", type=int, nargs="*", help="several, one after the other")
    add("--steps", type=int, default=PseudoLabelConfig.steps)
    add("--set", nargs="*", default=[], metavar="NAME=VALUE", help="settings of the recipe")
    add("--no-twin", action="store_true", help="leave out the student on true labels")
    return parser.parse_args()


def with_settings(config: PseudoLabelConfig, changes: list[str]) -> PseudoLabelConfig:
    """Return the config with `name=value` changes, each read as the field's own type."""
    defaults = {field.name: field.default for field in fields(PseudoLabelConfig)}
    read: dict[str, Any] = {}
    for change in changes:
        name, text = change.split("=", 1)
        kind = type(defaults[name])
        read[name] = text.lower() in ("true", "1", "yes") if kind is bool else kind(text)
    return replace(config, **read)


def measured(data: Data, config: PseudoLabelConfig, given: argparse.Namespace) -> dict[str, Any]:
    """Train every student of a seed and return the figures."""
    nobody = np.zeros(len(data.true), bool)
    reviewed, last = reviewed_and_trained(data, config, given)
    twin = None if given.no_twin else train(data, data.true_answers, nobody, config)
    alone = None
    if reviewed.any():
        alone = train(data, data.true_answers, nobody, short(config, reviewed), only=reviewed)
    return {
        "student_accuracy": student_accuracy(last.student, data),
        "class_head_accuracy": head_accuracy(last.student, data),
        "true_label_student_accuracy": twin and student_accuracy(twin.student, data),
        "true_label_class_head_accuracy": twin and head_accuracy(twin.student, data),
        "reviewed_only_accuracy": alone and student_accuracy(alone.student, data),
        "reviewed_only_class_head_accuracy": alone and head_accuracy(alone.student, data),
        "rules_accuracy": data.rules_accuracy,
        "label_accuracy": float(np.mean(data.given == data.true)),
        "baselines": baselines(data, reviewed),
        "decoder": decoder_figures(last.student, data, config.seed),
        "inherited": inherited(last, data),
        "noise": last.noise,
        "wrong_among_reviewed": wrong_share(data, reviewed),
        "cpu_seconds": round(last.cpu_seconds, 1),
        "labels": given.labels if given.npz is None else str(given.npz.name),
        "correct": given.correct,
        "corrections": int(reviewed.sum()),
        "order": given.order,
        "seed": config.seed,
        "n_series": len(data.true),
        "n_test": len(data.test_true),
        "n_options": len(data.question.options),
    }


def reviewed_and_trained(
    data: Data, config: PseudoLabelConfig, given: argparse.Namespace
) -> tuple[Mask, Trained]:
    """Review `--corrections` series and return which, with the student trained on all of it."""
    reviewed = np.zeros(len(data.true), bool)
    if given.corrections and given.order == "random":
        drawn = np.random.default_rng([config.seed, 5]).permutation(len(reviewed))
        reviewed[drawn[: given.corrections]] = True
    student = train(data, data.given_answers, reviewed, config)
    if given.order == "queue" and given.corrections:
        first = given.corrections // 2
        for count in (first, given.corrections - first):
            reviewed = reviewed.copy()
            reviewed[lowest_margins(student, data, reviewed, count)] = True
            student = train(data, data.given_answers, reviewed, config)
    return reviewed, student


def lowest_margins(last: Trained, data: Data, reviewed: Mask, count: int) -> NDArray[np.int64]:
    """Return the unreviewed series whose answer leads by the least, as the queue orders them."""
    margins = np.array(
        [
            np.diff(np.sort(list(answer.scores.values()))[-2:])[0]
            for answer in last.student.answer(data.question, data.views)
        ]
    )
    return np.argsort(np.where(reviewed, np.inf, margins), kind="stable")[:count]


def short(config: PseudoLabelConfig, reviewed: Mask) -> PseudoLabelConfig:
    """Return the config that the app trains the reviewed-only student with."""
    from training.__main__ import reviewed_steps

    return replace(config, steps=reviewed_steps(config.steps, int(reviewed.sum())))


def baselines(data: Data, reviewed: Mask) -> dict[str, float]:
    """Return the accuracy of what a student has to beat, learned from the same labels."""
    everyone: list[Split] = ["train"] * len(reviewed)
    examples = data.examples(data.given_answers, reviewed, everyone)
    found: dict[str, float] = {}
    for kind in (FeatureStudent, MajorityStudent):
        student = kind.fit(examples, [data.question])
        found[student.name] = student_accuracy(student, data)
    return found


def wrong_share(data: Data, reviewed: Mask) -> float | None:
    """Return how many of the reviewed series the teacher had wrong."""
    return float(np.mean(data.given[reviewed] != data.true[reviewed])) if reviewed.any() else None


def inherited(last: Trained, data: Data) -> list[dict[str, Any]] | None:
    """Return the teacher's systematic errors on test series, and how many the student repeats.

    None where the teacher's errors do not follow the series.
    """
    if data.test_said is None:
        return None
    keys = [option.key for option in data.question.options]
    said = [keys[i] for i in data.test_said.tolist()]
    true = [keys[i] for i in data.test_true.tolist()]
    answers = [a.label for a in last.student.answer(data.question, data.test_views)]
    pairs = sorted({(t, s) for t, s in zip(true, said, strict=True) if t != s})
    rows: list[dict[str, Any]] = []
    for pair in pairs:
        own = [i for i, both in enumerate(zip(true, said, strict=True)) if both == pair]
        repeated = sum(answers[i] == said[i] for i in own)
        rows.append({"true": pair[0], "said": pair[1], "teacher": len(own), "student": repeated})
    return rows


if __name__ == "__main__":
    main()
