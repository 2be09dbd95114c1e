"""Audit draws: the order stays as it fell, and a draw is never taken back."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from storage_samples import filled

from core.errors import StoreError
from storage import Store, open_store


def test_a_draw_keeps_its_order_after_a_reopening(
    store: Store, home: Path, project_id: str
) -> None:
    one, two, three = filled(store, 3)
    drawn = store.audits.draw(project_id, "batch", [three.id, one.id], 3, 7, "ana")
    assert (drawn.item_ids, drawn.population, drawn.seed, drawn.person) == (
        (three.id, one.id),
        3,
        7,
        "ana",
    )
    later = store.audits.draw(project_id, "batch", [one.id], 3, 8, "bo")
    other = store.audits.draw(project_id, "other", [two.id], 1, 9, "ana")
    store.close()

    audits = open_store(home).audits

    assert audits.list(project_id) == [drawn, later, other]
    assert audits.for_job(project_id, "batch") == later
    assert audits.for_job(project_id, "nothing drawn") is None
    assert audits.blind_items(project_id) == {
        three.id: drawn.id,
        one.id: later.id,
        two.id: other.id,
    }


def test_what_is_no_sample_is_refused(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    for item_ids, population, why in (
        ([], 2, "0 items .0 different ones. of 2 answered ones are no sample"),
        ([one.id, one.id], 2, "2 items .1 different ones. of 2"),
        ([one.id, two.id], 1, "2 items .2 different ones. of 1"),
        ([one.id, "elsewhere"], 2, r"1 of the drawn items \(elsewhere, ...\)"),
    ):
        with pytest.raises(StoreError, match=why):
            store.audits.draw(project_id, "batch", item_ids, population, 0, "ana")
    assert store.audits.list(project_id) == []


@pytest.mark.parametrize("change", ["DELETE FROM audit_draws", "UPDATE audit_draws SET body = ''"])
def test_a_draw_cannot_be_rewritten(store: Store, project_id: str, change: str) -> None:
    (item,) = filled(store, 1)
    store.audits.draw(project_id, "batch", [item.id], 1, 0, "ana")
    with (
        closing(sqlite3.connect(store.home / "understudy.db")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="audit_draws is append-only"),
    ):
        connection.execute(change)
