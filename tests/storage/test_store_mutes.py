"""Mutes are set, lifted and set again; who did it stays known."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from storage_samples import filled

from core.annotations import LogEntry
from core.errors import ConflictError, StoreError
from core.ids import new_id, utc_now
from core.mutes import Mute
from storage import Store, open_store


def mute(**more: Any) -> Mute:
    now = utc_now()
    given: dict[str, Any] = {
        "id": new_id(),
        "person": "ana",
        "reason": "weekly flush",
        "created_at": now,
        "until": now + timedelta(days=28),
        "type": "spike",
    }
    return Mute(**{**given, **more})


def standing(store: Store, project_id: str) -> list[Mute]:
    return [one.mute for one in store.mutes.list(project_id)]


def test_a_mute_comes_back_as_it_was_after_a_reopening(
    store: Store, home: Path, project_id: str
) -> None:
    (item,) = filled(store, 1)
    first = store.mutes.add(
        project_id,
        mute(series_id=item.series_id, channels=(0,), minutes=(60, 30), zone="Europe/Berlin"),
    )
    second = store.mutes.add(project_id, mute(said_by=("rules", "rules"), weekdays=(0, 6)))
    store.close()
    assert standing(open_store(home), project_id) == [first, second]


def test_lifting_is_undone_by_restoring_with_its_reason_and_end(
    store: Store, project_id: str
) -> None:
    one = store.mutes.add(project_id, mute())
    assert store.mutes.lift(project_id, "bo", one.id) == one
    assert standing(store, project_id) == []
    (lifted,) = store.mutes.list(project_id, include_lifted=True)
    assert (lifted.mute, lifted.standing, lifted.changed_by) == (one, False, "bo")
    assert store.mutes.restore(project_id, "cy", one.id) == one
    assert standing(store, project_id) == [one]


def test_what_somebody_else_has_done_already_is_said(store: Store, project_id: str) -> None:
    one = store.mutes.add(project_id, mute())
    with pytest.raises(ConflictError, match="this mute stands already"):
        store.mutes.restore(project_id, "bo", one.id)
    store.mutes.lift(project_id, "bo", one.id)
    with pytest.raises(ConflictError, match="was lifted already \\(by 'bo'\\)"):
        store.mutes.lift(project_id, "ana", one.id)


def test_what_is_not_of_the_project_cannot_be_muted(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    for wrong, why in (
        ({"series_id": "elsewhere"}, "elsewhere"),
        ({"series_id": item.series_id, "channels": (1,)}, "do not all belong to 'pump 0'"),
        ({"log_entry_id": "nothing"}, "no log entry nothing"),
        ({"person": " "}, "nobody was named"),
    ):
        with pytest.raises(StoreError, match=why):
            store.mutes.add(project_id, mute(**wrong))
    with pytest.raises(StoreError, match="no mute gone"):
        store.mutes.lift(project_id, "ana", "gone")
    assert store.mutes.list(project_id, include_lifted=True) == []


def test_an_entry_of_the_log_can_be_muted(store: Store, project_id: str) -> None:
    (entry,) = store.events.add_many(
        project_id, [LogEntry(id=new_id(), series_id=None, tick=5, text="pump replaced")]
    )
    one = store.mutes.add(project_id, mute(type="", log_entry_id=entry.id, around_s=60))
    assert standing(store, project_id) == [one]
