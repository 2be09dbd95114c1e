"""People, leases, contested choices and actions as they are stored."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import ConfigError
from core.ids import utc_now
from core.passphrases import is_passphrase
from core.people import Person, Role
from storage import Store, open_store
from storage.leases import LEASE
from storage.passphrase import main
from tests.storage.storage_samples import filled

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def save(store: Store, project_id: str, name: str, role: Role = "annotator", **more: str) -> None:
    person = Person(name=name, role=role, created_at=utc_now())
    store.people.save(project_id, person.model_copy(update=more), by="Ann")


def test_the_newest_version_holds_and_the_older_ones_stay(store: Store, project_id: str) -> None:
    save(store, project_id, "Ann", "lead")
    save(store, project_id, "Ben")
    save(store, project_id, "Ben", "analyst")
    assert [one.role for one in store.people.current(project_id).values()] == ["lead", "analyst"]
    assert [(c.person.name, c.person.role, c.by) for c in store.people.history(project_id)] == [
        ("Ann", "lead", "Ann"),
        ("Ben", "annotator", "Ann"),
        ("Ben", "analyst", "Ann"),
    ]


def test_the_store_itself_refuses_to_lose_the_last_lead(store: Store, project_id: str) -> None:
    save(store, project_id, "Ann", "lead")
    with pytest.raises(ConfigError, match="'Ann' is the last lead"):
        save(store, project_id, "Ann", "annotator")
    assert store.people.current(project_id)["Ann"].role == "lead"


def test_of_two_leads_who_remove_each_other_at_once_one_stays(
    store: Store, project_id: str
) -> None:
    save(store, project_id, "Ann", "lead")
    save(store, project_id, "Ben", "lead")
    start, refused = threading.Barrier(2), list[str]()

    def remove(name: str) -> Callable[[], None]:
        def run() -> None:
            start.wait()
            gone = Person(name=name, role="lead", created_at=utc_now(), standing=False)
            try:
                store.people.save(project_id, gone, by="the other")
            except ConfigError:
                refused.append(name)

        return run

    threads = [threading.Thread(target=remove(name)) for name in ("Ann", "Ben")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(store.people.current(project_id)) == refused
    assert len(refused) == 1


def test_a_lease_is_one_persons_until_it_lapses(store: Store, project_id: str) -> None:
    item_id = filled(store, 1)[0].id
    first = store.leases.take(project_id, item_id, "Ann", NOON)
    assert (first.person, first.since, first.until) == ("Ann", NOON, NOON + LEASE)
    later = NOON + timedelta(minutes=3)
    assert store.leases.take(project_id, item_id, "Ben", later) == first
    renewed = store.leases.take(project_id, item_id, "Ann", later)
    assert (renewed.since, renewed.until) == (NOON, later + LEASE)
    over = renewed.until
    assert store.leases.held(project_id, over - timedelta(seconds=1)) == {item_id: "Ann"}
    assert store.leases.held(project_id, over) == {}
    assert store.leases.take(project_id, item_id, "Ben", over).since == over


def test_only_who_holds_an_item_can_give_it_back(store: Store, project_id: str) -> None:
    item_id = filled(store, 1)[0].id
    store.leases.take(project_id, item_id, "Ann")
    store.leases.release(project_id, item_id, "Ben")
    assert store.leases.held(project_id) == {item_id: "Ann"}
    store.leases.release(project_id, item_id, "Ann")
    assert store.leases.take(project_id, item_id, "Ben").person == "Ben"


def test_a_contested_choice_is_kept_beside_a_draft(store: Store, project_id: str) -> None:
    item_id = filled(store, 1)[0].id
    store.drafts.save(project_id, "Ann", item_id, {"draft": 1})
    store.contested.save(project_id, "Ann", item_id, {"mine": 2})
    assert store.drafts.get(project_id, "Ann", item_id) == {"draft": 1}
    assert store.contested.get(project_id, "Ann", item_id) == {"mine": 2}
    assert store.contested.get(project_id, "Ben", item_id) is None
    store.contested.delete(project_id, "Ann", item_id)
    assert store.contested.get(project_id, "Ann", item_id) is None
    assert store.drafts.get(project_id, "Ann", item_id) == {"draft": 1}


def test_actions_are_listed_by_kind_and_by_what_they_are_about(
    store: Store, project_id: str
) -> None:
    for action, about in (("promote", "v1"), ("train", "v1"), ("promote", "v2")):
        store.actions.add(project_id, "Ann", action, about, identity="passphrase")
    listed = store.actions.list(project_id, ("promote",))
    assert [(one.about, one.identity) for one in listed] == [
        ("v1", "passphrase"),
        ("v2", "passphrase"),
    ]
    assert [one.action for one in store.actions.list(project_id, about="v1")] == [
        "promote",
        "train",
    ]


def test_a_decision_its_undo_and_its_redo_say_how_the_name_was_given(
    store: Store, project_id: str
) -> None:
    item_id = filled(store, 1)[0].id
    corrections = store.corrections
    corrections.record(
        project_id, item_id, "Ann", "reject", expected_sequence=0, identity="sign_in"
    )
    corrections.undo(project_id, "Ann", "passphrase")
    corrections.redo(project_id, "Ann")
    identities = [event.identity for event in corrections.events(project_id)]
    assert identities == ["sign_in", "passphrase", "typed"]


def test_at_the_machine_a_forgotten_passphrase_is_set_anew(
    home: Path, store: Store, project_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(name: str, *said: str) -> int:
        answers = iter(said)
        return main(["--home", str(home), "--name", name], ask=lambda _: next(answers))

    assert run("Ann", "three green words", "three green words") == 0  # nobody was there
    assert run("ann", "four other words", "four other words") == 0
    assert run("Ann", "four other words", "four other worlds") == 1
    assert run("Ben", "three green words", "three green words") == 1
    told = capsys.readouterr()
    assert told.out.count("Ann (lead) has a new passphrase") == 2
    assert "the two are not the same" in told.err
    assert "nobody here is called 'Ben'" in told.err
    (ann,) = open_store(home).people.current(project_id).values()
    assert is_passphrase("four other words", ann.secret)
