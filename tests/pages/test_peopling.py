"""Who sits before the page, what they may do now, and how the people of a project change."""

from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import ConfigError, NotAllowedError
from pages.components.workflows.peopling import (
    add_person,
    begin,
    change_person,
    effort_words,
    rows,
    set_passphrase,
    strangers,
)
from pages.components.workflows.permitting import Actor, permit
from pages.components.workflows.whoami import (
    Desk,
    Known,
    at_start,
    desk_of,
    enter,
    holds,
    prove,
    signed_in,
)
from storage import Store, open_store
from tests.pages.team_project import PASSPHRASE, add, sits_here, three

HERE = Desk()
THERE = Desk(local=False, address="10.0.0.7")
PROXIED = Desk(local=False)
ANN = Actor("Ann", "passphrase")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path)


@pytest.fixture
def project_id(store: Store) -> str:
    return store.projects.default().id


def actions(store: Store) -> list[tuple[str, str, str]]:
    found = store.actions.list(store.projects.default().id)
    return [(one.person, one.action, one.about) for one in found]


@pytest.mark.parametrize(
    ("address", "headers", "desk"),
    [
        (None, {}, HERE),
        (None, {"Host": "localhost:8501"}, HERE),
        (None, {"Host": "[::1]:8501"}, HERE),
        ("10.0.0.7", {"Host": "labels.lan:8501"}, THERE),
        # a proxy on this machine makes everybody look as if they sat here
        (None, {"Host": "localhost", "X-Forwarded-For": "10.0.0.7"}, PROXIED),
        (None, {"Host": "labels.example.org"}, PROXIED),
    ],
)
def test_where_a_browser_is(address: str | None, headers: dict[str, str], desk: Desk) -> None:
    assert desk_of(address, headers) == desk


def test_whoever_works_alone_is_not_asked(store: Store, project_id: str) -> None:
    def found(desk: Desk) -> str:
        return at_start(store, project_id, store.people.current(project_id), desk).name

    assert found(HERE) == "me"
    begin(store, project_id, Actor("me"), " Ann ", PASSPHRASE)
    assert found(HERE) == "Ann"  # alone, also with a passphrase
    assert found(THERE) == ""


def test_a_typed_name_is_remembered_by_machine_and_a_passphrase_never(
    store: Store, project_id: str
) -> None:
    three(store)
    people = store.people.current(project_id)
    enter(store, project_id, "ben", "", HERE)
    enter(store, project_id, "Cleo", "", THERE)
    enter(store, project_id, "Cleo", "", PROXIED)
    enter(store, project_id, "Ann", PASSPHRASE, HERE)
    starts = [at_start(store, project_id, people, desk) for desk in (HERE, THERE, PROXIED)]
    assert starts == [Known("Ben"), Known("Cleo"), Known("")]


def test_a_session_ends_with_the_passphrase_it_was_given(store: Store, project_id: str) -> None:
    three(store)
    known = enter(store, project_id, "Ann", PASSPHRASE, HERE)
    assert holds(store.people.current(project_id), known, HERE)
    set_passphrase(store, project_id, ANN, "Ann", "another good one")
    assert not holds(store.people.current(project_id), known, HERE)
    ben = enter(store, project_id, "Ben", "", HERE)
    set_passphrase(store, project_id, ANN, "Ben", "a word for Ben")
    assert not holds(store.people.current(project_id), ben, HERE)
    change_person(store, project_id, ANN, "Cleo", {"standing": False})
    assert not holds(store.people.current(project_id), Known("Cleo"), HERE)


def test_nobody_becomes_somebody_who_is_not_there(store: Store, project_id: str) -> None:
    three(store)
    with pytest.raises(NotAllowedError, match="nobody here is called 'Dora'"):
        enter(store, project_id, "Dora", "", HERE)
    assert actions(store) == [("Dora", "unknown_person", "Dora")]


def test_wrong_passphrases_are_counted_and_slowed(store: Store, project_id: str) -> None:
    three(store)
    ann = store.people.current(project_id)["Ann"]
    for _ in range(3):
        with pytest.raises(NotAllowedError, match="this is not the passphrase of Ann"):
            prove(store, project_id, ann, "wrong wrong")
    now = store.actions.list(project_id)[-1].created_at
    with pytest.raises(NotAllowedError, match="too often; wait 2 s"):
        prove(store, project_id, ann, PASSPHRASE, now)  # even the right one has to wait
    later = now + timedelta(seconds=10)
    assert prove(store, project_id, ann, PASSPHRASE, later).identity == "passphrase"
    assert [action for _, action, _ in actions(store)] == ["wrong_passphrase"] * 3 + ["passphrase"]
    with pytest.raises(NotAllowedError, match="this is not the passphrase"):
        prove(store, project_id, ann, "wrong wrong")  # counted from one again


def test_a_name_without_a_passphrase_proves_nothing(store: Store, project_id: str) -> None:
    three(store)
    with pytest.raises(NotAllowedError, match="Ben has no passphrase"):
        prove(store, project_id, store.people.current(project_id)["Ben"], "")


def test_a_second_person_needs_a_lead_who_can_be_told_apart(store: Store, project_id: str) -> None:
    begin(store, project_id, Actor("me"), "Ann")
    with pytest.raises(ConfigError, match="which no lead has; set yours first"):
        add_person(store, project_id, Actor("Ann"), "Ben", "annotator")
    set_passphrase(store, project_id, Actor("Ann"), "Ann", PASSPHRASE)
    add_person(store, project_id, Actor("Ann"), "Ben", "annotator")
    with pytest.raises(NotAllowedError, match="Ann was typed, not shown to be Ann"):
        add_person(store, project_id, Actor("Ann"), "Cleo", "analyst")
    add_person(store, project_id, ANN, "Cleo", "analyst")
    assert [(row.person.name, row.known_by) for row in rows(store, project_id)] == [
        ("Ann", "passphrase"),
        ("Ben", "name alone"),
        ("Cleo", "name alone"),
    ]


def test_what_is_permitted_follows_the_people_of_now(store: Store, project_id: str) -> None:
    three(store)
    permit(store, project_id, ANN, "promote")
    add(store, "Dora", "lead", PASSPHRASE)
    change_person(store, project_id, Actor("Dora", "passphrase"), "Ann", {"role": "analyst"})
    with pytest.raises(NotAllowedError, match="Ann works here as an analyst"):
        permit(store, project_id, ANN, "promote", "v2")
    change_person(store, project_id, Actor("Dora", "passphrase"), "Ann", {"standing": False})
    with pytest.raises(NotAllowedError, match="not, or no longer, one of the people"):
        permit(store, project_id, ANN, "upload")
    refused = store.actions.list(project_id, ("refused",))
    assert [(one.person, one.about, one.details) for one in refused] == [
        ("Ann", "promote", {"about": "v2"}),
        ("Ann", "upload", {"about": ""}),
    ]


def test_from_another_desk_nobody_leads_before_there_is_a_passphrase(
    store: Store, project_id: str
) -> None:
    permit(store, project_id, Actor("me"), "train")
    with pytest.raises(NotAllowedError, match="make passphrase NAME="):
        permit(store, project_id, Actor("me", local=False), "train")


def test_ones_own_passphrase_needs_no_lead_when_one_is_known(store: Store, project_id: str) -> None:
    three(store)
    with pytest.raises(NotAllowedError, match="Ben works here as an annotator"):
        set_passphrase(store, project_id, Actor("Ben"), "Ben", "a word for Ben")
    set_passphrase(store, project_id, ANN, "Ben", "a word for Ben")
    set_passphrase(store, project_id, Actor("Ben", "passphrase"), "Ben", "his own words")
    assert enter(store, project_id, "Ben", "his own words", HERE).identity == "passphrase"
    told = store.actions.list(project_id, ("passphrase_set",))
    assert [one.details for one in told] == [{}, {}]  # that it was set, never what


def test_a_sign_in_is_who_a_lead_says_it_is(store: Store, project_id: str) -> None:
    three(store)
    for _ in range(2):
        with pytest.raises(NotAllowedError, match="nobody of this project signs in so"):
            signed_in(store, project_id, "dora@example.org", "Dora, dora@example.org", first=True)
    assert [one.shown for one in strangers(store, project_id)] == ["Dora, dora@example.org"]
    add_person(store, project_id, ANN, "Dora", "lead", sign_in="Dora@example.org")
    assert strangers(store, project_id) == []
    known = signed_in(store, project_id, "dora@example.org", "Dora", first=True)
    assert known == Known("Dora", "sign_in")
    permit(store, project_id, Actor("Dora", "sign_in"), "promote")
    with pytest.raises(NotAllowedError, match=r"Dora has no passphrase.*sign in instead"):
        enter(store, project_id, "Dora", "", HERE)


def test_an_empty_subject_is_nobody_also_among_people_who_do_not_sign_in(
    store: Store, project_id: str
) -> None:
    three(store)
    with pytest.raises(NotAllowedError, match="nobody of this project signs in so"):
        signed_in(store, project_id, "", "somebody", first=True)


def test_figures_of_effort_are_shown_of_the_whole_project_and_only_when_the_policy_says_so(
    store: Store, project_id: str
) -> None:
    assert effort_words(store, project_id) == ""
    policy = store.policies.current(project_id).model_copy(update={"effort_shown": True})
    store.policies.save(project_id, "Ann", policy)
    assert effort_words(store, project_id) == "0 items are decided, by 0 people"


def test_a_remembered_name_that_got_a_passphrase_is_asked_for(
    store: Store, project_id: str
) -> None:
    three(store)
    sits_here(store, "Ann")
    assert at_start(store, project_id, store.people.current(project_id), HERE) == Known("")
