"""Real processes: started, stopped, killed, gone on with, and told apart from strangers."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from training import launcher
from training.run_folder import ProcessRecord, RunFolder
from training.status import Verdict, state_of

DOOR = "tests.training.sleeper_run"


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., RunFolder]]:
    """Make run folders, and leave no process behind."""
    made: list[RunFolder] = []

    def make(**config: object) -> RunFolder:
        made.append(RunFolder.create(tmp_path / f"run {len(made)}", {"kind": "train", **config}))
        return made[-1]

    yield make
    for folder in made:
        if folder.process() is not None:
            launcher.kill(folder)


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def step_of(folder: RunFolder) -> int:
    status = folder.status()
    return 0 if status is None else status.step


def test_a_run_goes_from_queued_to_done_in_a_session_of_its_own(run: Callable[..., RunFolder]):
    folder = run(total=30)
    assert state_of(launcher.facts(folder)) == Verdict("queued")

    process = launcher.launch(folder, DOOR)
    assert os.getsid(process.pid) == process.pid
    assert state_of(launcher.facts(folder, process)).state == "running"
    process.wait(20)

    assert state_of(launcher.facts(folder, process)) == Verdict("done")
    assert [line["step"] for line in folder.metrics()] == list(range(1, 31))
    assert "counted to 30" in folder.log_tail()


def test_a_killed_run_is_lost_with_its_signal_and_goes_on_from_its_checkpoint(
    run: Callable[..., RunFolder],
):
    folder = run(total=400, mode="die")
    process = launcher.launch(folder, DOOR)
    process.wait(20)

    assert state_of(launcher.facts(folder, process)) == Verdict(
        "lost",
        "the process was killed (signal 9) at step 25 of 400; the last checkpoint is step 20: "
        "start it again to go on there",
        "crash",
        checkpoint=20,
    )

    RunFolder.create(folder.path, {"kind": "train", "total": 40})
    launcher.launch(folder, DOOR).wait(20)

    assert [line["step"] for line in folder.metrics()] == [*range(1, 26), *range(21, 41)]
    assert state_of(launcher.facts(folder)) == Verdict("done")


def test_a_stop_ends_the_run_at_a_safe_point_and_starting_again_forgets_the_stop(
    run: Callable[..., RunFolder],
):
    folder = run(total=60)
    process = launcher.launch(folder, DOOR)
    wait_for(lambda: step_of(folder) >= 12)
    launcher.stop(folder)
    process.wait(20)

    verdict = state_of(launcher.facts(folder, process))
    assert verdict.state == "stopped"
    assert verdict.cause.startswith("stopped at step ")

    again = launcher.launch(folder, DOOR)
    again.wait(20)
    assert state_of(launcher.facts(folder, again)) == Verdict("done")


def test_a_run_that_does_not_listen_is_ended_by_force_after_the_grace(
    run: Callable[..., RunFolder],
):
    folder = run(total=10_000, mode="deaf")
    process = launcher.launch(folder, DOOR)
    wait_for(lambda: step_of(folder) >= 12)
    launcher.stop(folder, grace_s=0.2)
    process.wait(20)

    verdict = state_of(launcher.facts(folder, process))
    assert verdict.state == "stopped"
    assert "the last checkpoint is step" in verdict.cause


@pytest.mark.parametrize(
    ("mode", "cause"),
    [
        ("refuse", "the mode is 'refuse', which cannot run; choose another"),
        ("break", "RuntimeError: a bug"),
    ],
)
def test_an_error_becomes_the_last_word_of_the_run(
    run: Callable[..., RunFolder], mode: str, cause: str
):
    folder = run(total=30, mode=mode)
    process = launcher.launch(folder, DOOR)
    process.wait(20)

    assert state_of(launcher.facts(folder, process)) == Verdict("failed", cause)


def test_two_processes_never_work_on_one_run(run: Callable[..., RunFolder]):
    folder = run(total=10_000)
    first = launcher.launch(folder, DOOR)
    wait_for(lambda: step_of(folder) >= 1)

    second = subprocess.run(
        [sys.executable, "-m", DOOR, "--run-dir", str(folder.path)],
        cwd=launcher.REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert second.returncode == 1
    assert "another process is at work" in second.stderr
    assert state_of(launcher.facts(folder)) == Verdict("running")
    launcher.stop(folder)
    first.wait(20)


def test_a_stranger_with_the_same_process_id_is_not_taken_for_the_run(
    run: Callable[..., RunFolder],
):
    folder = run(total=1)
    folder.begin()
    stranger = psutil.Process()
    folder.write_process(ProcessRecord(pid=stranger.pid, started=stranger.create_time() - 3600))

    assert not launcher.is_alive(folder)
    launcher.ask_to_stop(folder)  # would end this test's own process group

    assert state_of(launcher.facts(folder)).state == "stopped"


def test_a_run_whose_starter_died_before_noting_it_is_found_by_its_lock(
    run: Callable[..., RunFolder],
):
    folder = run(total=10_000)
    process = launcher.launch(folder, DOOR)
    wait_for(lambda: step_of(folder) >= 1)
    (folder.path / "process.json").unlink()

    assert launcher.is_alive(folder)

    process.send_signal(signal.SIGTERM)
    process.wait(20)
    assert not launcher.is_alive(folder)


def test_a_run_leaves_one_core_to_the_app_and_never_asks_the_network(
    monkeypatch: pytest.MonkeyPatch,
):
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)

    assert launcher.environment(cores=8)["OMP_NUM_THREADS"] == "7"
    assert launcher.environment(cores=1)["OMP_NUM_THREADS"] == "1"
    assert launcher.environment()["HF_HUB_OFFLINE"] == "1"
