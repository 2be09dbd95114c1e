"""The state of a run: every combination of facts that occurs, with its sentence."""

from typing import get_args

import pytest

from training.run_folder import ProcessState, RunStatus
from training.status import Facts, RunState, Verdict, state_of


def said(
    state: ProcessState,
    step: int = 120,
    total: int = 400,
    message: str = "",
    checkpoint: int | None = None,
) -> RunStatus:
    return RunStatus(state=state, step=step, total=total, message=message, checkpoint=checkpoint)


TABLE: list[tuple[str, Facts, RunState, str]] = [
    ("never started", Facts(None, alive=False), "queued", ""),
    ("started, has said nothing yet", Facts(None, alive=True), "running", ""),
    ("at work", Facts(said("running"), alive=True), "running", ""),
    ("at work, asked to stop", Facts(said("running"), alive=True, stop_asked=True), "running", ""),
    ("done", Facts(said("done"), alive=False, exit_code=0), "done", ""),
    ("done, still closing its files", Facts(said("done"), alive=True), "done", ""),
    ("done, just when asked to stop", Facts(said("done"), False, 0, True), "done", ""),
    (
        "failed with a message",
        Facts(said("failed", message="no memory"), alive=False, exit_code=1),
        "failed",
        "no memory",
    ),
    (
        "stopped at a safe point",
        Facts(said("stopped", message="stopped at step 7"), alive=False, exit_code=0),
        "stopped",
        "stopped at step 7",
    ),
    (
        "paused at a safe point",
        Facts(said("paused", message="paused at step 7"), alive=False, exit_code=0),
        "paused",
        "paused at step 7",
    ),
    (
        "killed, with a checkpoint",
        Facts(said("running", checkpoint=100), alive=False, exit_code=-9),
        "lost",
        "the process was killed (signal 9) at step 120 of 400; the last checkpoint is step 100: "
        "start it again to go on there",
    ),
    (
        "killed, without a checkpoint",
        Facts(said("running"), alive=False, exit_code=-9),
        "lost",
        "the process was killed (signal 9) at step 120 of 400: "
        "start it again, what was finished is kept",
    ),
    (
        "killed by the stop's force",
        Facts(said("running", checkpoint=100), alive=False, exit_code=-9, stop_asked=True),
        "stopped",
        "the process was stopped at step 120 of 400; the last checkpoint is step 100: "
        "start it again to go on there",
    ),
    (
        "gone while nobody looked",
        Facts(said("running", checkpoint=100), alive=False),
        "lost",
        "the process is gone without a last word (killed, or the machine restarted) at step 120 "
        "of 400; the last checkpoint is step 100: start it again to go on there",
    ),
    (
        "never came to its first step",
        Facts(said("starting", step=0, total=0), alive=False, exit_code=-9),
        "lost",
        "the process was killed (signal 9) before its first step: start it again",
    ),
    (
        "ended with a code and no word",
        Facts(said("starting", step=0, total=0), alive=False, exit_code=1),
        "failed",
        "the process ended with code 1 before its first step: start it again; "
        "the log's last lines say why",
    ),
    (
        "ended well and said nothing",
        Facts(said("running"), alive=False, exit_code=0),
        "lost",
        "the process ended without saying that it was done at step 120 of 400: "
        "start it again, what was finished is kept",
    ),
]


@pytest.mark.parametrize(
    ("facts", "state", "cause"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_the_state_follows_from_the_facts(facts: Facts, state: RunState, cause: str):
    assert state_of(facts) == Verdict(state, cause)


def test_only_queued_and_running_runs_have_not_ended():
    states = get_args(RunState)

    assert [s for s in states if not Verdict(s).ended] == ["queued", "running"]


def test_the_stage_is_named_where_a_run_has_several():
    status = RunStatus(state="running", stage="training the student", step=3, total=9)

    cause = state_of(Facts(status, alive=False, exit_code=-15)).cause

    assert cause.startswith("the process was killed (signal 15) at step 3 of 9 of training the")
