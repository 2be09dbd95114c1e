"""Gold: reserved ranges, the draw that counts, and the lock."""

import pytest
from storage_samples import filled, info, series

from core.errors import StoreError
from storage import Store
from storage.rows import DrawnItem


def test_ranges_are_reserved_once(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    store.gold.reserve(project_id, [(one.series_id, 0, 64)], "construction")
    store.gold.reserve(project_id, [(one.series_id, 0, 64), (two.series_id, 10, 20)], "time_block")

    assert [(r.series_id, r.start, r.stop, r.reason) for r in store.gold.ranges(project_id)] == [
        (one.series_id, 0, 64, "construction"),
        (two.series_id, 10, 20, "time_block"),
    ]


def test_items_inside_gold_are_asked_and_items_touching_it_taught_nothing(
    store: Store, project_id: str
) -> None:
    stored, _ = store.series.add(project_id, series(n=100), info())
    question = store.questions.current(project_id)[0]
    windows = [(stored.id, start, start + 20, question.id) for start in (0, 30, 40, 45, 60)]
    before, across, inside, late, after = store.items.add_many(project_id, windows)
    store.gold.reserve(project_id, [(stored.id, 40, 60)], "time_block")

    assert store.gold.items(project_id) == [inside]
    assert store.gold.touched(project_id) == [across, inside, late]  # [0, 20) and [60, 80) do not
    assert {before.id, after.id}.isdisjoint(i.id for i in store.gold.touched(project_id))


def test_locked_gold_takes_no_more(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    store.gold.reserve(project_id, [(one.series_id, 0, 64)], "drawn")
    assert not store.gold.is_locked(project_id)
    store.gold.lock(project_id)
    store.gold.lock(project_id)

    assert store.gold.is_locked(project_id)
    store.gold.reserve(project_id, [(one.series_id, 0, 64)], "drawn")  # nothing new: no harm
    with pytest.raises(StoreError, match=r"gold was locked on .* start another project"):
        store.gold.reserve(project_id, [(two.series_id, 0, 64)], "drawn")
    assert len(store.gold.ranges(project_id)) == 1


def test_gold_lies_inside_its_series(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)

    with pytest.raises(StoreError, match=r"\[0, 65\) .* has 64 samples"):
        store.gold.reserve(project_id, [(item.series_id, 0, 65)], "drawn")
    with pytest.raises(StoreError, match="has no samples in this project"):
        store.gold.reserve(project_id, [("elsewhere", 0, 1)], "drawn")


def test_the_first_draw_counts(store: Store, project_id: str) -> None:
    one, two, three = filled(store, 3)
    assert store.gold.draw(project_id) == []

    first = store.gold.add_to_draw(project_id, 0, [(two.id, True), (one.id, False)])
    second = store.gold.add_to_draw(project_id, 0, [(three.id, True)])

    assert first == [DrawnItem(two.id, True), DrawnItem(one.id, False)]
    assert second == first
    assert store.gold.draw(project_id) == first


def test_a_draw_reserves_its_gold_or_is_not_made(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    with pytest.raises(StoreError, match="has 64 samples"):
        store.gold.add_to_draw(project_id, 0, [(one.id, True)], [(one.series_id, 0, 65)])
    assert (store.gold.draw(project_id), store.gold.ranges(project_id)) == ([], [])

    store.gold.add_to_draw(project_id, 0, [(one.id, True)], [(one.series_id, 0, 64)])
    late = store.gold.add_to_draw(project_id, 0, [(two.id, True)], [(two.series_id, 0, 64)])
    assert late == [DrawnItem(one.id, True)]
    assert [held.series_id for held in store.gold.ranges(project_id)] == [one.series_id]

    more = store.gold.add_to_draw(project_id, 1, [(two.id, False)])
    assert more == [DrawnItem(one.id, True), DrawnItem(two.id, False)]

    store.gold.lock(project_id)
    assert store.gold.add_to_draw(project_id, 2, [], [(two.series_id, 0, 64)]) == more
    assert len(store.gold.ranges(project_id)) == 1
