"""What a job goes through is recorded with its cause, and an impossible way is refused."""

import sqlite3

import pytest

from core.errors import StoreError
from core.job_states import JobState
from storage import Store
from storage.rows import Job


def running(store: Store) -> Job:
    store.jobs.enqueue(store.projects.default().id, "train", "a job", {})
    job = store.jobs.claim("w", 60)
    assert job is not None
    return job


def ways(store: Store, job: Job) -> list[tuple[str, str, str, str]]:
    return [(e.before, e.after, e.cause, e.trouble) for e in store.jobs.events(job.id)]


def test_every_change_is_recorded_with_its_cause(store: Store) -> None:
    job = running(store)
    store.jobs.update(job.id, message="at step 3")  # no change of the state
    store.jobs.update(job.id, state="failed", message="no disk")
    store.jobs.update(job.id, state="running")  # a late word
    store.jobs.resume(job.id)
    store.jobs.resume(job.id)  # a second press
    store.jobs.request_pause(job.id)
    store.jobs.request_stop(job.id)

    assert ways(store, job) == [
        ("", "queued", "somebody asked for it", ""),
        ("queued", "running", "its turn came", ""),
        ("running", "failed", "no disk", ""),
        ("failed", "queued", "somebody resumed it", ""),
        ("queued", "paused", "somebody paused it", ""),
        ("paused", "stopped", "somebody stopped it", ""),
    ]


@pytest.mark.parametrize("state", ["done", "failed", "lost"])
def test_a_job_that_waits_cannot_end_and_nothing_is_stored(store: Store, state: JobState) -> None:
    job = store.jobs.enqueue(store.projects.default().id, "train", "a job", {})

    with pytest.raises(StoreError, match=f"“a job” is queued and cannot become {state}: from"):
        store.jobs.update(job.id, state=state, message="x")

    assert store.jobs.get(job.id) == job
    assert len(ways(store, job)) == 1


def test_a_finished_job_is_never_queued_again(store: Store) -> None:
    job = running(store)
    store.jobs.update(job.id, state="done")

    with pytest.raises(StoreError, match="it can become nothing any more"):
        store.jobs.update(job.id, state="queued")


def test_a_broken_run_goes_on_by_itself_and_nobody_sees_it_ended(store: Store) -> None:
    job = running(store)

    again = store.jobs.go_on_by_itself(job.id, "lost", "killed at step 7", "crash", "goes on (1)")

    assert (again.state, again.message, again.ended_at) == ("queued", "goes on (1)", None)
    assert ways(store, job)[2:] == [
        ("running", "lost", "killed at step 7", ""),
        ("lost", "queued", "goes on (1)", "crash"),
    ]


def test_a_job_that_somebody_asked_to_stop_does_not_go_on_by_itself(store: Store) -> None:
    job = running(store)
    store.jobs.request_stop(job.id)

    stopped = store.jobs.go_on_by_itself(job.id, "lost", "killed at step 7", "crash", "goes on")

    assert (stopped.state, stopped.message) == ("stopped", "killed at step 7")
    assert store.jobs.claim("w", 60) is None


def test_a_job_that_somebody_asked_to_pause_rests_instead(store: Store) -> None:
    job = running(store)
    store.jobs.request_pause(job.id)

    rests = store.jobs.go_on_by_itself(job.id, "lost", "killed at step 7", "crash", "goes on")

    assert rests.state == "paused"
    assert ways(store, job)[2:] == [("running", "paused", "killed at step 7", "")]


def test_what_happened_cannot_be_changed(store: Store) -> None:
    job = running(store)
    connection = sqlite3.connect(store.home / "understudy.db")

    with pytest.raises(sqlite3.IntegrityError, match="job_events is append-only"):
        connection.execute("UPDATE job_events SET cause = 'nothing'")
    with pytest.raises(sqlite3.IntegrityError, match="job_events is append-only"):
        connection.execute("DELETE FROM job_events")
    connection.close()
    assert len(ways(store, job)) == 2


def test_a_job_knows_its_device_and_says_where_it_is(store: Store) -> None:
    job = running(store)
    assert (job.device, job.seen) == ("", "running")

    store.jobs.update(job.id, device="cuda:1")
    assert store.jobs.request_pause(job.id).seen == "pausing"
    assert store.jobs.request_stop(job.id).seen == "stopping"

    ended = store.jobs.update(job.id, state="done")
    assert (ended.device, ended.seen) == ("cuda:1", "finished")
