"""The writers of the review benchmark: what it counts, on a few decisions."""

from pathlib import Path

from benchmarks.review_samples import Samples, filled
from benchmarks.review_store import Made, Work, Written, decide_often, figures, writers
from storage import open_store


def test_writers_in_two_processes_lose_and_overwrite_nothing() -> None:
    found = writers(people=4, processes=2, corrections=12, seed=3)

    assert {key: found[key] for key in ("stored", "lost", "twice", "overwritten", "unnoticed")} == {
        "stored": 48,
        "lost": 0,
        "twice": 0,
        "overwritten": 0,
        "unnoticed": 0,
    }


def test_whoever_comes_second_is_refused_and_decides_again(tmp_path: Path) -> None:
    store = filled(tmp_path / "home", ["ann", "bo"], contested=1, own=1)
    samples, work = Samples.read(store), Work(str(store.home), ("ann", "bo"), 8, 1)

    first = decide_often(store, samples, "ann", work)
    second = decide_often(store, samples, "bo", work)  # has seen nothing of what ann did

    assert (first[1], second[1]) == (0, 1)
    assert [e.sequence for e in store.corrections.events(samples.project_id)] == [
        *(1, 1, 2, 3, 2, 4, 5, 6),
        *(3, 1, 2, 3, 4, 4, 5, 6),
    ]
    store.close()


def test_what_is_missing_or_was_not_seen_is_counted(tmp_path: Path) -> None:
    store = filled(tmp_path / "home", ["ann"], contested=1, own=1)
    samples = Samples.read(store)
    made, _ = decide_often(store, samples, "ann", Work(str(store.home), ("ann",), 4, 1))
    never = made[0].event.model_copy(update={"id": "never stored"})
    blind = Made(made[-1].event, after="another event")
    told = Written([*made[:-1], blind, Made(never, "")], 0, 0.0, 1.0)

    counts = figures(open_store(store.home), [told])

    assert (counts["stored"], counts["lost"], counts["unnoticed"]) == (4, 1, 2)
    assert figures(store, [Written(made[:-1], 0, 0.0, 1.0)])["twice"] == 1
    store.close()
