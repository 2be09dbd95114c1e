"""Twelve writers at once, in threads and in processes, lose nothing."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

from storage_samples import answer, filled

from core.errors import ConflictError
from storage import Store, open_store

WRITERS = 12
DECISIONS = 10


def write_until_done(home: str, person: str, item_id: str) -> int:
    """Decide `DECISIONS` times on one contested item and store an answer each time."""
    store = open_store(Path(home))
    project_id = store.projects.default().id
    item = store.items.get(project_id, item_id)
    conflicts = 0
    for _ in range(DECISIONS):
        store.answers.add_many(project_id, [answer(item)])
        while True:
            seen = store.corrections.sequences(project_id).get(item_id, 0)
            try:
                store.corrections.record(
                    project_id, item_id, person, "reject", expected_sequence=seen
                )
                break
            except ConflictError:
                conflicts += 1
    store.close()
    return conflicts


def check_nothing_lost(store: Store, project_id: str, item_id: str, people: list[str]) -> None:
    events = store.corrections.events(project_id, item_id)
    assert [event.sequence for event in events] == list(range(1, len(people) * DECISIONS + 1))
    assert sorted(event.person for event in events) == sorted(people * DECISIONS)
    assert len(store.answers.for_item(project_id, item_id)) == len(people) * DECISIONS


def test_twelve_threads_lose_no_decision(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    people = [f"person {n}" for n in range(WRITERS)]

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda person: write_until_done(str(store.home), person, item.id), people))

    check_nothing_lost(store, project_id, item.id, people)


def test_processes_lose_no_decision(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    people = ["app", "worker", "backup"]  # each start of a process costs seconds: three will do
    spawn = multiprocessing.get_context("spawn")

    with ProcessPoolExecutor(len(people), mp_context=spawn) as pool:
        homes, items = [str(store.home)] * len(people), [item.id] * len(people)
        list(pool.map(write_until_done, homes, people, items))

    check_nothing_lost(store, project_id, item.id, people)


def test_one_store_serves_many_threads(store: Store, project_id: str) -> None:
    store.settings.set(project_id, "key", 0)

    def read_and_write(n: int) -> None:
        for _ in range(5):
            store.settings.get(project_id, "key")
            store.settings.set(project_id, f"key {n}", n)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(read_and_write, range(WRITERS)))

    assert [store.settings.get(project_id, f"key {n}") for n in range(WRITERS)] == list(
        range(WRITERS)
    )
