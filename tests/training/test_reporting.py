"""What a training reports becomes numbers, a status with the time left, and a known checkpoint."""

import os
from pathlib import Path

from training.examples import Progress
from training.reporting import Reporter
from training.run_folder import RunFolder, RunStatus


def reporter(tmp_path: Path) -> Reporter:
    folder = RunFolder.create(tmp_path / "run", {"kind": "train"})
    return Reporter(folder, {"train": 100, "skipped": 0, "answer": 100})


def status_of(report: Reporter) -> RunStatus:
    status = report.folder.status()
    assert status is not None
    return status


def checkpoint(report: Reporter, at_ns: int) -> None:
    path = report.folder.checkpoints / "student" / "checkpoint.pt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.utime(path, ns=(at_ns, at_ns))


def test_every_report_is_a_line_of_metrics(tmp_path: Path):
    report = reporter(tmp_path)
    report.begin("train")
    report(Progress(1, 4, loss=2.0))
    report(Progress(2, 4, loss=1.5, validation=0.25))

    lines = report.folder.metrics()
    assert [(m["stage"], m["step"], m["loss"], m["validation"]) for m in lines] == [
        ("train", 1, 2.0, None),
        ("train", 2, 1.5, 0.25),
    ]


def test_the_fraction_is_over_all_stages_by_their_shares(tmp_path: Path):
    report = reporter(tmp_path)
    report.begin("train")
    report(Progress(4, 4, loss=1.0, validation=0.5))
    assert status_of(report).fraction == 0.5
    assert status_of(report).message == "train: loss 1.0000, validation 0.500"

    report.begin("answer")
    report.count(7, 7)
    assert (status_of(report).stage, status_of(report).fraction) == ("answer", 1.0)


def test_a_checkpoint_is_known_once_it_is_on_disk_and_never_before(tmp_path: Path):
    report = reporter(tmp_path)
    report.begin("train")
    for step in (1, 2, 3):
        report(Progress(step, 4, loss=1.0))
    assert status_of(report).checkpoint is None

    checkpoint(report, 1_000)  # written after the report of step 3
    report(Progress(4, 4, loss=1.0))
    assert status_of(report).checkpoint == 3

    report.begin("answer")
    assert status_of(report).checkpoint is None


def test_a_run_that_goes_on_remembers_the_checkpoint_it_goes_on_from(tmp_path: Path):
    report = reporter(tmp_path)
    checkpoint(report, 1_000)
    report.folder.write_status(RunStatus(state="stopped", stage="train", step=9, checkpoint=8))
    report.folder.begin()

    report.begin("train")
    report(Progress(10, 10, loss=1.0))

    assert status_of(report).checkpoint == 8
