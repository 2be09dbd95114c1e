"""Two processes train one model on the CPU, as two cards would, and one of them speaks."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from benchmarks.tiny_vlm import Family, write_tiny
from core.answers import AnswerContent
from core.students import load_student
from core.students.vlm import VlmStudent
from tests.training.test_snapshot import PATTERN, forty, item, labelled
from training import launcher, probes, snapshot
from training.__main__ import material_of, train_student
from training.door import StopFlag
from training.material import GoldBook, LabelledItem
from training.recipes.grpo_watch import read_alarms
from training.run_folder import RunFolder

pytestmark = pytest.mark.slow

WHOLE = {"lora_rank": 0, "batch_size": 2, "accumulate": 1, "steps": 4, "learning_rate": 0.01}
WHOLE |= {"n_probes": 1, "n_validation": 2}
SHARED = {
    "ACCELERATE_USE_FSDP": "true",
    "FSDP_VERSION": "2",
    "FSDP_AUTO_WRAP_POLICY": "TRANSFORMER_BASED_WRAP",
    "FSDP_RESHARD_AFTER_FORWARD": "true",
    "FSDP_STATE_DICT_TYPE": "FULL_STATE_DICT",
}
"""What accelerate makes of fsdp.yaml, but for the precision."""


def prepared(
    root: Path,
    recipe: str,
    settings: dict[str, Any],
    family: Family = "llava",
    source: str = "pseudo",
) -> RunFolder:
    """Write a run on thirty noisy windows; what the teacher said of them is always concave."""
    data = forty()
    said = AnswerContent(kind="pattern", label="concave")
    items = [labelled(item(one, question=PATTERN), source) for one in list(data)[:30]]
    learn = [LabelledItem(one.item, one.content, one.source, said) for one in items]
    taken = snapshot.write(root / "snapshots", [PATTERN], learn, [], GoldBook([]), data.__getitem__)
    base = root / f"tiny-{family}"
    if not base.is_dir():
        write_tiny(base, family)
    run = root / f"run-{len(list(root.glob('run-*')))}"
    return RunFolder.create(
        run,
        {
            "kind": "train",
            "recipe": recipe,
            "settings": {**settings, "base": str(base)},
            "snapshot": os.path.relpath(taken.folder, run),
            "job_id": "j",
        },
    )


def by_two(folder: RunFolder, door: str = "training.several_cards", **variables: str) -> str:
    """Train a run by two processes; returns its last word."""
    launch = ["torch.distributed.run", "--nproc_per_node", "2", "--rdzv-backend", "c10d"]
    command = [sys.executable, "-m", *launch, "--rdzv-endpoint", "localhost:0", "-m", door]
    done = subprocess.run(
        [*command, "--run-dir", str(folder.path)],
        cwd=launcher.REPOSITORY,
        env={**launcher.environment(cores=2), "UNDERSTUDY_DEVICE": "cpu", **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    status = folder.status()
    assert status is not None, done.stderr
    return status.message


def weights_of(folder: RunFolder) -> dict[str, torch.Tensor]:
    student = load_student(folder.path / "model")
    assert isinstance(student, VlmStudent)
    return {name: value.detach() for name, value in student.vlm.model.named_parameters()}


def apart(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> float:
    assert first.keys() == second.keys()
    return max(float((first[name] - second[name]).abs().max()) for name in first)


def test_two_processes_learn_what_one_learns_from_batches_of_twice_the_size(
    tmp_path: Path,
) -> None:
    by_both = prepared(tmp_path, "reasoner_sft", WHOLE)
    assert by_two(by_both).startswith("the student is trained")
    alone = prepared(tmp_path, "reasoner_sft", {**WHOLE, "batch_size": 4})
    train_student(material_of(alone, StopFlag(alone)))
    before = prepared(tmp_path, "reasoner_sft", {**WHOLE, "learning_rate": 1e-9})
    train_student(material_of(before, StopFlag(before)))
    assert apart(weights_of(by_both), weights_of(before)) > 0.01
    assert apart(weights_of(by_both), weights_of(alone)) < 0.001
    assert [one["step"] for one in by_both.metrics()] == [1, 2, 3, 4]  # each told once
    assert [one.step for one in probes.read(by_both.checkpoints / "student")] == [4]


def test_a_model_that_is_shared_between_two_is_kept_whole_and_goes_on_from_a_checkpoint(
    tmp_path: Path,
) -> None:
    door = "tests.training.cards_of_cpu"
    shared = prepared(tmp_path, "reasoner_sft", {**WHOLE, "checkpoint_every": 2})
    assert by_two(shared, door, **SHARED).startswith("the student is trained")
    doubled = prepared(tmp_path, "reasoner_sft", WHOLE)
    assert by_two(doubled).startswith("the student is trained")
    assert apart(weights_of(shared), weights_of(doubled)) < 1e-5
    assert by_two(shared, door, **SHARED).startswith("the student is trained")  # nothing to do
    first = weights_of(shared)
    shutil.rmtree(shared.path / "model")
    assert by_two(shared, door, **SHARED).startswith("the student is trained")
    assert [one["step"] for one in shared.metrics()] == [1, 2, 3, 4, 3, 4]
    assert apart(weights_of(shared), first) == 0


def test_adapters_are_not_shared_between_cards(tmp_path: Path) -> None:
    folder = prepared(tmp_path, "reasoner_sft", {**WHOLE, "lora_rank": 2})
    said = by_two(folder, "tests.training.cards_of_cpu", **SHARED)
    assert "training/accelerate/ddp.yaml" in said


def test_of_two_processes_one_samples_and_keeps_the_probes_of_a_training_by_preferences(
    tmp_path: Path,
) -> None:
    settings = {"samples": 2, "max_new_tokens": 4, "validate_on": 0, "lora_rank": 2}
    settings |= {"steps": 2, "accumulate": 1, "learning_rate": 0.01, "look_every": 1}
    folder = prepared(tmp_path, "dpo", settings, source="correction")
    assert by_two(folder).startswith("the student is trained")
    written = (folder.checkpoints / "student" / "samples.jsonl").read_text().splitlines()
    assert len(written) == len(set(written)) > 0
    seen = [(one.step, one.item_id) for one in probes.read(folder.checkpoints / "student")]
    assert len(seen) == len(set(seen))
    assert {step for step, _ in seen} == {0, 1, 2}


def test_both_processes_pause_at_the_same_step_and_one_says_why(tmp_path: Path) -> None:
    settings = {"steps": 9, "group_size": 2, "accumulate": 1, "max_new_tokens": 3, "lora_rank": 2}
    # random texts earn nothing: the entropy alone moves the model
    settings |= {"learning_rate": 0.05, "entropy": 1.0, "pause_at_kl": 1e-6, "validate_on": 0}
    folder = prepared(tmp_path, "grpo", settings)
    assert "Read the probes" in by_two(folder)
    alarms = read_alarms(folder.checkpoints / "student")
    assert [one.pauses for one in alarms].count(True) == 1
    assert len(alarms) == len({one.kind for one in alarms})
