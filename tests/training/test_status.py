"""The state of a run: every combination of facts that occurs, with its sentence."""

from typing import get_args

import pytest

from core.job_states import Trouble
from training.run_folder import ProcessState, RunStatus
from training.status import Facts, RunState, Verdict, state_of
from training.troubles import DISK_FULL_CODE


def said(
    state: ProcessState,
    step: int = 120,
    total: int = 400,
    message: str = "",
    checkpoint: int | None = None,
    trouble: Trouble = "",
) -> RunStatus:
    return RunStatus(
        state=state,
        step=step,
        total=total,
        message=message,
        checkpoint=checkpoint,
        trouble=trouble,
    )


TABLE: list[tuple[str, Facts, Verdict]] = [
    ("never started", Facts(None, alive=False), Verdict("queued")),
    ("started, has said nothing yet", Facts(None, alive=True), Verdict("running")),
    ("at work", Facts(said("running"), alive=True), Verdict("running")),
    (
        "at work, asked to stop",
        Facts(said("running"), alive=True, stop_asked=True),
        Verdict("running"),
    ),
    ("a slow step", Facts(said("running"), alive=True, silent_s=599), Verdict("running")),
    (
        "alive and silent for long",
        Facts(said("running"), alive=True, silent_s=725),
        Verdict(
            "running",
            "it hangs, or one step takes very long: no word for 12 minutes; stop it and start it "
            "again if it does not move",
        ),
    ),
    ("done", Facts(said("done"), alive=False, exit_code=0), Verdict("done")),
    ("done, still closing its files", Facts(said("done"), alive=True), Verdict("done")),
    ("done, just when asked to stop", Facts(said("done"), False, 0, True), Verdict("done")),
    (
        "failed with a message",
        Facts(said("failed", message="no sense"), alive=False, exit_code=1),
        Verdict("failed", "no sense"),
    ),
    (
        "out of memory by its own word",
        Facts(
            said("failed", message="no memory", checkpoint=100, trouble="memory"),
            alive=False,
            exit_code=1,
        ),
        Verdict("failed", "no memory", "memory", 100),
    ),
    (
        "stopped at a safe point",
        Facts(said("stopped", message="stopped at step 7"), alive=False, exit_code=0),
        Verdict("stopped", "stopped at step 7"),
    ),
    (
        "paused at a safe point",
        Facts(said("paused", message="paused at step 7"), alive=False, exit_code=0),
        Verdict("paused", "paused at step 7"),
    ),
    (
        "killed, with a checkpoint",
        Facts(said("running", checkpoint=100), alive=False, exit_code=-9),
        Verdict(
            "lost",
            "the process was killed (signal 9) at step 120 of 400; the last checkpoint is step "
            "100: start it again to go on there",
            "crash",
            100,
        ),
    ),
    (
        "killed, without a checkpoint",
        Facts(said("running"), alive=False, exit_code=-9),
        Verdict(
            "lost",
            "the process was killed (signal 9) at step 120 of 400: "
            "start it again, what was finished is kept",
            "crash",
        ),
    ),
    (
        "killed while the system killed for memory",
        Facts(said("running"), alive=False, exit_code=-9, memory_kill=True),
        Verdict(
            "lost",
            "the system killed the process for lack of memory at step 120 of 400: "
            "start it again, what was finished is kept",
            "memory",
        ),
    ),
    (
        "crashed by itself while the system killed another for memory",
        Facts(said("running"), alive=False, exit_code=-11, memory_kill=True),
        Verdict(
            "lost",
            "the process was killed (signal 11) at step 120 of 400: "
            "start it again, what was finished is kept",
            "crash",
        ),
    ),
    (
        "killed by the stop's force",
        Facts(said("running", checkpoint=100), alive=False, exit_code=-9, stop_asked=True),
        Verdict(
            "stopped",
            "the process was stopped at step 120 of 400; the last checkpoint is step 100: "
            "start it again to go on there",
            "",
            100,
        ),
    ),
    (
        "gone while nobody looked",
        Facts(said("running", checkpoint=100), alive=False),
        Verdict(
            "lost",
            "the process is gone without a last word (killed, or the machine restarted) at step "
            "120 of 400; the last checkpoint is step 100: start it again to go on there",
            "crash",
            100,
        ),
    ),
    (
        "never came to its first step",
        Facts(said("starting", step=0, total=0), alive=False, exit_code=-9),
        Verdict(
            "lost",
            "the process was killed (signal 9) before its first step: start it again",
            "crash",
        ),
    ),
    (
        "ended with a code and no word",
        Facts(said("starting", step=0, total=0), alive=False, exit_code=1),
        Verdict(
            "failed",
            "the process ended with code 1 before its first step: start it again; "
            "the log's last lines say why",
        ),
    ),
    (
        "could not write that the disk is full",
        Facts(said("running"), alive=False, exit_code=DISK_FULL_CODE),
        Verdict(
            "failed",
            "the disk is full; make room first. It ended at step 120 of 400: start it again, "
            "what was finished is kept",
            "disk",
        ),
    ),
    (
        "ended well and said nothing",
        Facts(said("running"), alive=False, exit_code=0),
        Verdict(
            "lost",
            "the process ended without saying that it was done at step 120 of 400: "
            "start it again, what was finished is kept",
            "crash",
        ),
    ),
]


@pytest.mark.parametrize(
    ("facts", "verdict"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_the_state_follows_from_the_facts(facts: Facts, verdict: Verdict):
    assert state_of(facts) == verdict


def test_only_queued_and_running_runs_have_not_ended():
    states = get_args(RunState)

    assert [s for s in states if not Verdict(s).ended] == ["queued", "running"]


def test_the_stage_is_named_where_a_run_has_several():
    status = RunStatus(state="running", stage="training the student", step=3, total=9)

    cause = state_of(Facts(status, alive=False, exit_code=-15)).cause

    assert cause.startswith("the process was killed (signal 15) at step 3 of 9 of training the")
