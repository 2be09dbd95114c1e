"""The states of a job: which ways are legal, what people read, how often it went on by itself."""

from typing import get_args

import pytest

from core.ids import utc_now
from core.job_states import (
    ENDED,
    LEGAL,
    LIVE,
    JobEvent,
    JobState,
    SeenState,
    Trouble,
    is_legal,
    seen,
    tries,
)

STATES: tuple[JobState, ...] = get_args(JobState)
WAYS = {
    ("queued", "running"),
    ("queued", "paused"),
    ("queued", "stopped"),
    ("running", "done"),
    ("running", "failed"),
    ("running", "stopped"),
    ("running", "lost"),
    ("running", "paused"),
    ("paused", "queued"),
    ("paused", "stopped"),
    ("failed", "queued"),
    ("stopped", "queued"),
    ("lost", "queued"),
}


def test_these_ways_are_legal_and_no_other_ones() -> None:
    assert set(LEGAL) == set(STATES)
    assert {(one, other) for one in STATES for other in STATES if is_legal(one, other)} == WAYS


def test_a_finished_job_stays_and_every_other_end_can_be_taken_up_again() -> None:
    assert {state for state in ENDED if not LEGAL[state]} == {"done"}
    assert LIVE | ENDED | {"paused"} == set(STATES)


@pytest.mark.parametrize(
    ("state", "stop", "pause", "word"),
    [
        ("queued", False, False, "queued"),
        ("running", False, False, "running"),
        ("running", False, True, "pausing"),
        ("running", True, False, "stopping"),
        ("running", True, True, "stopping"),  # a stop outweighs a pause
        ("paused", False, False, "paused"),
        ("stopped", True, False, "stopped"),  # the request stays on the row
        ("done", False, False, "finished"),
        ("failed", False, False, "failed"),
        ("lost", True, False, "lost"),
    ],
)
def test_what_people_read(state: JobState, stop: bool, pause: bool, word: SeenState) -> None:
    assert seen(state, stop, pause) == word


def queued(trouble: Trouble = "") -> JobEvent:
    return JobEvent(
        job_id="j", before="lost", after="queued", cause="", trouble=trouble, at=utc_now()
    )


def test_tries_are_counted_by_trouble_since_a_person_last_started_the_job() -> None:
    events = [queued(), queued("crash"), queued(), queued("crash"), queued("memory")]
    events += [queued("crash")]

    assert tries(events) == {"crash": 2, "memory": 1}
    assert tries([*events, queued()]) == {}
    assert tries([]) == {}
