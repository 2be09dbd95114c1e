"""A cancelled run ends at once and keeps nothing of what it saved; one that is done keeps all."""

import time
from pathlib import Path

from training import launcher
from training.cancelling import cancel, is_cancelled
from training.run_folder import RunFolder, RunStatus
from training.status import state_of

DOOR = "tests.training.sleeper_run"


def test_a_cancelled_run_is_gone_at_once_with_its_checkpoints_and_its_log_stays(tmp_path: Path):
    folder = RunFolder.create(tmp_path / "run", {"kind": "train", "total": 5000, "mode": "deaf"})
    process = launcher.launch(folder, DOOR)
    until = time.monotonic() + 30
    while not folder.checkpoints.exists():
        assert time.monotonic() < until, "no checkpoint in time"
        time.sleep(0.02)

    assert cancel(folder)

    process.wait(10)
    assert state_of(launcher.facts(folder, process)).state == "stopped"
    assert is_cancelled(folder)
    assert not folder.checkpoints.exists()
    assert folder.log_path.exists()
    assert len(folder.metrics()) >= 10
    assert folder.config()["total"] == 5000


def test_a_run_that_came_to_its_end_first_keeps_its_model(tmp_path: Path):
    folder = RunFolder.create(tmp_path / "run", {"kind": "train"})
    folder.model.mkdir()
    folder.write_status(RunStatus(state="done"))
    assert not cancel(folder)
    assert folder.model.exists()
    assert not is_cancelled(folder)
