"""Jobs: no job runs twice, none is lost with its worker, and an end is an end."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import StoreError
from core.ids import utc_now
from storage import Store, open_store
from storage.rows import Job, JobState


def enqueue(store: Store, title: str = "a job", kind: str = "label") -> Job:
    project_id = store.projects.default().id
    return store.jobs.enqueue(project_id, kind, title, {"n": 1})  # type: ignore[arg-type]  # literals


def test_a_job_waits_with_its_folder(store: Store, project_id: str) -> None:
    job = enqueue(store)

    assert (job.state, job.params, job.folder) == (
        "queued",
        {"n": 1},
        store.home / "runs" / job.id,
    )
    assert store.jobs.get(job.id) == job
    assert store.jobs.list(project_id, "train") == []


def test_jobs_are_claimed_oldest_first_and_by_kind(store: Store) -> None:
    first, second, training = enqueue(store), enqueue(store), enqueue(store, kind="train")

    assert store.jobs.claim("w", 10, ("train",)) == store.jobs.get(training.id)
    claims = [store.jobs.claim("w", 10) for _ in range(3)]

    assert [job and job.id for job in claims] == [first.id, second.id, None]
    running = store.jobs.get(first.id)
    assert (running.state, running.worker_id) == ("running", "w")
    assert running.lease_until is not None
    assert running.started_at is not None
    assert 9 < (running.lease_until - running.started_at).total_seconds() < 11


def test_two_workers_never_get_one_job(store: Store) -> None:
    jobs = [enqueue(store, str(n)).id for n in range(40)]
    stores = [open_store(store.home) for _ in range(8)]

    def claim_all(index: int) -> list[str]:
        claimed: list[str] = []
        while (job := stores[index].jobs.claim(f"w{index}", 60)) is not None:
            claimed.append(job.id)
        return claimed

    with ThreadPoolExecutor(8) as pool:
        claimed = [job_id for ids in pool.map(claim_all, range(8)) for job_id in ids]

    assert sorted(claimed) == sorted(jobs)


def test_a_lease_is_renewed_by_its_worker_alone(store: Store) -> None:
    job = enqueue(store)
    assert not store.jobs.renew(job.id, "w", 10)  # not claimed yet
    store.jobs.claim("w", 0)

    assert not store.jobs.renew(job.id, "other", 10)
    assert store.jobs.expired() == [store.jobs.get(job.id)]
    assert store.jobs.renew(job.id, "w", 10)
    assert store.jobs.expired() == []


def test_an_expired_job_is_taken_over_once(store: Store) -> None:
    job = enqueue(store)
    store.jobs.claim("dead", 60)
    assert store.jobs.take_over(job.id, "w", 60) is None  # its lease still holds
    store.jobs.renew(job.id, "dead", -1)

    taken = store.jobs.take_over(job.id, "w", 60)

    assert taken == store.jobs.get(job.id)
    assert taken is not None
    assert taken.worker_id == "w"
    assert store.jobs.take_over(job.id, "other", 60) is None
    assert not store.jobs.renew(job.id, "dead", 60)


def test_an_update_keeps_what_it_does_not_name(store: Store) -> None:
    job = enqueue(store)
    store.jobs.claim("w", 60)
    store.jobs.update(job.id, progress={"step": 3}, message="going well", pid=42)

    updated = store.jobs.update(job.id, message="going on")

    assert (updated.progress, updated.message, updated.pid) == ({"step": 3}, "going on", 42)
    assert (updated.state, updated.worker_id) == ("running", "w")


def test_an_ended_job_gives_its_lease_back_and_stays_ended(store: Store) -> None:
    job = enqueue(store)
    store.jobs.claim("w", 60)
    begun = utc_now()
    store.jobs.update(job.id, state="failed", message="no disk")

    late = store.jobs.update(job.id, state="running")

    assert late.ended
    assert (late.state, late.message, late.lease_until, late.worker_id) == (
        "failed",
        "no disk",
        None,
        None,
    )
    assert late.ended_at is not None
    assert late.ended_at >= begun
    assert not store.jobs.renew(job.id, "w", 60)


def test_a_stopped_job_can_be_queued_again(store: Store) -> None:
    job = enqueue(store)
    store.jobs.claim("w", 60)
    store.jobs.request_stop(job.id)
    store.jobs.update(job.id, state="stopped")

    again = store.jobs.update(job.id, state="queued", message="")

    assert (again.state, again.stop_requested, again.started_at, again.ended_at) == (
        "queued",
        False,
        None,
        None,
    )
    assert store.jobs.claim("w", 60) == store.jobs.get(job.id)


def test_a_running_job_is_not_queued_again(store: Store) -> None:
    job = enqueue(store)
    store.jobs.claim("w", 60)

    twice = store.jobs.update(job.id, state="queued", message="")

    assert (twice.state, twice.worker_id) == ("running", "w")


def test_a_stop_ends_a_waiting_job_and_asks_a_running_one(store: Store) -> None:
    running, waiting = enqueue(store), enqueue(store)
    store.jobs.claim("w", 60)

    assert store.jobs.request_stop(running.id).state == "running"
    assert store.jobs.get(running.id).stop_requested
    assert store.jobs.request_stop(waiting.id).state == "stopped"
    assert store.jobs.claim("w", 60) is None


def test_a_pause_rests_a_waiting_job_and_asks_a_running_one(store: Store) -> None:
    running, waiting = enqueue(store), enqueue(store)
    store.jobs.claim("w", 60)

    rests = store.jobs.request_pause(waiting.id)
    asked = store.jobs.request_pause(running.id)

    assert (rests.state, rests.message) == ("paused", "paused before it started")
    assert (rests.live, rests.ended, rests.ended_at) == (False, False, None)
    assert (asked.state, asked.pause_requested) == ("running", True)
    assert store.jobs.claim("w", 60) is None


def test_a_paused_job_gives_its_lease_back_and_no_late_word_wakes_it(store: Store) -> None:
    job = enqueue(store)
    store.jobs.claim("w", -1)
    store.jobs.update(job.id, pid=42)
    store.jobs.request_pause(job.id)

    paused = store.jobs.update(job.id, state="paused", message="paused after 3 of 9")

    assert (paused.state, paused.pause_requested, paused.worker_id, paused.pid) == (
        "paused",
        False,
        None,
        None,
    )
    assert store.jobs.expired() == []
    assert not store.jobs.renew(job.id, "w", 60)
    assert store.jobs.update(job.id, state="running").state == "paused"
    assert store.jobs.request_pause(job.id) == store.jobs.get(job.id)


def test_a_paused_job_goes_on_when_it_is_resumed(store: Store) -> None:
    job = enqueue(store)
    store.jobs.request_pause(job.id)

    again = store.jobs.resume(job.id)

    assert (again.state, again.message, again.pause_requested) == ("queued", "", False)
    assert store.jobs.claim("w", 60) == store.jobs.get(job.id)


@pytest.mark.parametrize("state", ["stopped", "failed", "lost"])
def test_a_job_that_ended_early_can_be_resumed(store: Store, state: JobState) -> None:
    job = enqueue(store)
    store.jobs.claim("w", 60)
    store.jobs.request_stop(job.id)
    store.jobs.update(job.id, state=state)

    again = store.jobs.resume(job.id)

    assert (again.state, again.stop_requested, again.ended_at) == ("queued", False, None)


def test_resuming_changes_nothing_of_a_job_that_is_live_or_done(store: Store) -> None:
    job = enqueue(store)
    store.jobs.claim("w", 60)
    store.jobs.request_pause(job.id)

    assert store.jobs.resume(job.id) == store.jobs.get(job.id)
    assert store.jobs.get(job.id).pause_requested
    store.jobs.update(job.id, state="done", message="9 of 9")
    assert store.jobs.resume(job.id).state == "done"


def test_a_stop_ends_a_paused_job(store: Store) -> None:
    job = enqueue(store)
    store.jobs.claim("w", 60)
    store.jobs.update(job.id, state="paused", message="paused after 3 of 9")

    stopped = store.jobs.request_stop(job.id)

    assert (stopped.state, stopped.message) == (
        "stopped",
        "stopped while it was paused; paused after 3 of 9",
    )
    assert stopped.ended_at is not None


def test_a_job_that_was_asked_for_both_is_stopped(store: Store) -> None:
    job = enqueue(store)
    store.jobs.claim("w", 60)
    store.jobs.request_pause(job.id)
    store.jobs.request_stop(job.id)

    assert store.jobs.update(job.id, state="paused").state == "stopped"


def test_an_unknown_job_is_an_error(store: Store) -> None:
    with pytest.raises(StoreError, match="there is no job nowhere"):
        store.jobs.get("nowhere")


def test_workers_are_known_by_their_last_sign_of_life(store: Store) -> None:
    store.jobs.beat("old", 1)
    store.jobs.beat("new", 2)
    store.jobs.beat("old", 1)

    seen = store.jobs.workers()

    assert [(worker.id, worker.pid) for worker in seen] == [("old", 1), ("new", 2)]
    assert seen[0].alive(within_s=60)
    assert not seen[0].alive(within_s=-1)
    store.jobs.sign_off("old")
    assert [worker.id for worker in store.jobs.workers()] == ["new"]
