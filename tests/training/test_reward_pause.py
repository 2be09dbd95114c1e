"""A training by reward that moves too far rests as paused, says why, and goes on when started."""

import os
from pathlib import Path

import pytest

from benchmarks.tiny_vlm import write_tiny
from tests.training.test_snapshot import PATTERN, forty, item, labelled
from training import snapshot
from training.__main__ import work
from training.door import Paused, StopFlag
from training.material import GoldBook
from training.recipes.grpo_watch import read_alarms
from training.run_folder import RunFolder
from training.status import Facts, state_of


@pytest.mark.slow
def test_a_run_pauses_by_itself_with_its_reason_and_can_be_started_again(tmp_path: Path) -> None:
    data = forty()
    learn = [labelled(item(one, question=PATTERN)) for one in list(data)[:30]]
    taken = snapshot.write(
        tmp_path / "snapshots", [PATTERN], learn, [], GoldBook([]), data.__getitem__
    )
    run = tmp_path / "run"
    settings = {
        "base": str(write_tiny(tmp_path / "tiny")),
        "steps": 9,
        "group_size": 2,
        "accumulate": 1,
        "max_new_tokens": 3,
        "lora_rank": 2,
        "learning_rate": 0.05,
        "entropy": 1.0,  # random texts earn nothing: this alone moves the model
        "pause_at_kl": 1e-6,
        "validate_on": 0,
    }
    folder = RunFolder.create(
        run,
        {
            "kind": "train",
            "recipe": "grpo",
            "settings": settings,
            "snapshot": os.path.relpath(taken.folder, run),
            "job_id": "j",
        },
    )
    with pytest.raises(Paused, match=r"paused after step \d of 9; the checkpoint is kept: the mod"):
        work(folder, StopFlag(folder))
    (alarm,) = [one for one in read_alarms(folder.checkpoints / "student") if one.pauses]
    status = folder.status()
    assert status is not None and status.step == alarm.step
    # as the door writes its last word: what people and the queue read of the run
    folder.write_status(status.model_copy(update={"state": "paused", "message": alarm.message}))
    verdict = state_of(Facts(folder.status(), alive=False))
    assert verdict.state == "paused"
    assert "Read the probes" in verdict.cause
    before = len(folder.metrics())
    with pytest.raises(Paused, match="above the limit of 2e-06"):
        work(folder, StopFlag(folder))
    assert folder.metrics()[before]["step"] == alarm.step + 1
