"""Chains of jobs: a stage waits for the one before it, ends with it, and wakes with it."""

import pytest

from core.errors import StoreError
from storage import Store
from storage.rows import Job, JobState


@pytest.fixture
def chain(store: Store, project_id: str) -> list[Job]:
    """Three trainings, each after the one before."""
    made: list[Job] = []
    for name in ("SFT", "DPO", "GRPO"):
        after = made[-1].id if made else None
        made.append(store.jobs.enqueue(project_id, "train", name, {}, after=after))
    return made


def states(store: Store, chain: list[Job]) -> list[str]:
    return [store.jobs.get(job.id).state for job in chain]


def test_a_stage_is_claimed_when_the_one_before_it_is_done(store: Store, chain: list[Job]) -> None:
    other = store.jobs.enqueue(chain[0].project_id, "train", "another", {})
    claims = [store.jobs.claim("w", 10, ("train",)) for _ in range(3)]
    assert [job and job.title for job in claims] == ["SFT", "another", None]

    store.jobs.update(chain[0].id, state="done")

    claimed = store.jobs.claim("w", 10, ("train",))
    assert claimed is not None
    assert (claimed.title, claimed.after) == ("DPO", chain[0].id)
    assert store.jobs.claim("w", 10, ("train",)) is None
    assert store.jobs.get(other.id).after is None


@pytest.mark.parametrize(
    ("state", "how"), [("failed", "failed"), ("lost", "was lost"), ("stopped", "was stopped")]
)
def test_a_stage_that_ends_badly_stops_the_rest_with_its_name(
    store: Store, chain: list[Job], state: JobState, how: str
) -> None:
    store.jobs.claim("w", 10)
    store.jobs.update(chain[0].id, state=state, message="the disk is full")

    assert states(store, chain) == [state, "stopped", "stopped"]
    said = (
        f"not started, because the stage before it, “SFT”, {how} (the disk is full); start that "
        "one again and this one follows by itself"
    )
    assert [store.jobs.get(job.id).message for job in chain[1:]] == [said, said]
    last = store.jobs.events(chain[2].id)[-1]
    assert (last.before, last.after, last.cause) == ("queued", "stopped", said)


def test_taking_a_stage_out_of_the_queue_stops_those_after_it(
    store: Store, chain: list[Job]
) -> None:
    store.jobs.request_stop(chain[1].id)

    assert states(store, chain) == ["queued", "stopped", "stopped"]
    assert "“DPO”, was stopped (stopped before it started)" in store.jobs.get(chain[2].id).message


def test_a_paused_stage_lets_the_others_wait(store: Store, chain: list[Job]) -> None:
    store.jobs.request_pause(chain[0].id)

    assert states(store, chain) == ["paused", "queued", "queued"]
    assert store.jobs.claim("w", 10) is None


def test_a_stage_that_goes_on_by_itself_stops_nothing(store: Store, chain: list[Job]) -> None:
    store.jobs.claim("w", 10)
    store.jobs.go_on_by_itself(chain[0].id, "lost", "was killed", "crash", "goes on")

    assert states(store, chain) == ["queued", "queued", "queued"]


def test_starting_a_stage_again_wakes_those_that_ended_with_it(
    store: Store, chain: list[Job]
) -> None:
    store.jobs.claim("w", 10)
    store.jobs.update(chain[0].id, state="failed", message="no reason")

    store.jobs.resume(chain[0].id)

    assert states(store, chain) == ["queued", "queued", "queued"]
    woken = store.jobs.events(chain[1].id)[-1]
    assert (woken.before, woken.after, woken.cause) == (
        "stopped",
        "queued",
        "the stage before it goes on",
    )
    assert store.jobs.get(chain[1].id).message == ""


def test_a_stage_that_somebody_stopped_stays_stopped(store: Store, chain: list[Job]) -> None:
    store.jobs.request_stop(chain[2].id)
    store.jobs.claim("w", 10)
    store.jobs.update(chain[0].id, state="failed")

    store.jobs.resume(chain[0].id)

    assert states(store, chain) == ["queued", "queued", "stopped"]


def test_nothing_comes_after_a_stage_that_ended_badly(store: Store, chain: list[Job]) -> None:
    store.jobs.request_stop(chain[0].id)

    with pytest.raises(StoreError, match="stage before, “SFT”, is stopped, so nothing can go on"):
        store.jobs.resume(chain[1].id)
    with pytest.raises(StoreError, match="“SFT”, is stopped"):
        store.jobs.enqueue(chain[0].project_id, "train", "one more", {}, after=chain[0].id)
    with pytest.raises(StoreError, match="there is no job nowhere"):
        store.jobs.enqueue(chain[0].project_id, "train", "one more", {}, after="nowhere")
    assert states(store, chain) == ["stopped", "stopped", "stopped"]


def test_a_stage_may_come_after_one_that_is_done_already(store: Store, chain: list[Job]) -> None:
    store.jobs.claim("w", 10)
    store.jobs.update(chain[0].id, state="done")
    late = store.jobs.enqueue(chain[0].project_id, "train", "late", {}, after=chain[0].id)

    claims = [store.jobs.claim("w", 10) for _ in range(3)]
    assert [job and job.title for job in claims] == ["DPO", "late", None]
    assert late.after == chain[0].id
