"""The page People, who is at the left of every page, and what takes a lead's passphrase."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.components import session
from pages.components.services import Services
from pages.components.workflows.access import binding_of, binding_words
from storage import Store, open_store
from tests.pages.small_project import asked_project, with_gold, with_version
from tests.pages.team_project import PASSPHRASE, add, sits_here, three

APP = str(Path(__file__).resolve().parents[2] / "app.py")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path)


def project_of(store: Store) -> str:
    return store.projects.default().id


def opened(store: Store, page: str = "people", **params: str) -> AppTest:
    """Open a page in a new browser session."""
    at = AppTest.from_file(APP, default_timeout=90)
    at.session_state[session.SERVICES] = Services(store=store, worker=False)
    for key, value in params.items():
        at.query_params[key] = value
    at.run()
    at.switch_page(f"pages/{page}.py").run()
    assert not at.exception
    return at


def texts(at: AppTest) -> str:
    return " ".join(str(one.value) for one in [*at.markdown, *at.caption, *at.info])


def fill(at: AppTest, **values: str) -> None:
    """Fill text fields, named by the beginning of their labels."""
    for start, value in values.items():
        next(one for one in at.text_input if one.label.startswith(start)).set_value(value)


def submit(at: AppTest, label: str) -> None:
    next(one for one in at.button if one.label == label).click().run()
    assert not at.exception


def who(at: AppTest) -> tuple[str, str]:
    known = at.session_state[session.WHO]
    return known.name, known.identity


def test_whoever_works_alone_reads_what_people_are_for_and_starts_with_their_own_passphrase(
    store: Store,
) -> None:
    at = opened(store)
    assert "You work alone" in at.info[0].value
    fill(at, **{"Your name": "Ann", "Your pass": PASSPHRASE})
    submit(at, "Set it")
    assert who(at) == ("Ann", "passphrase")
    fill(at, Name="  ben ", Passphrase="")
    submit(at, "Add")
    assert [(one.name, one.role) for one in store.people.current(project_of(store)).values()] == [
        ("Ann", "lead"),
        ("ben", "annotator"),
    ]
    assert "name alone" in texts(at)


def test_a_passphrase_that_is_too_short_is_refused_with_the_reason(store: Store) -> None:
    at = opened(store)
    fill(at, **{"Your name": "Ann", "Your pass": "short"})
    submit(at, "Set it")
    assert "the passphrase has 5 characters; fewer than 8" in at.error[0].value
    assert store.people.current(project_of(store)) == {}


def test_a_name_taken_at_the_left_is_the_next_decisions(store: Store) -> None:
    at = opened(store, "train")
    fill(at, **{"Your name": "Ann"})
    submit(at, "Use this name")
    assert who(at) == ("Ann", "typed")
    assert who(opened(store)) == ("Ann", "typed")  # a new browser session on this machine


def test_a_new_browser_session_is_asked_for_the_passphrase(store: Store) -> None:
    three(store)
    sits_here(store, "Ann")
    at = opened(store)
    assert [one.value for one in at.subheader] == ["Who are you?"]
    assert "Known by" not in texts(at)  # nothing of the page is shown
    at.selectbox(key="who_name_").set_value("Ann").run()
    fill(at, Passphrase="not this one")
    submit(at, "Go on as Ann")
    assert "this is not the passphrase of Ann" in at.error[0].value
    fill(at, Passphrase=PASSPHRASE)
    submit(at, "Go on as Ann")
    assert who(at) == ("Ann", "passphrase")
    assert [one.action for one in store.actions.list(project_of(store))] == [
        "wrong_passphrase",
        "passphrase",
        "entered",
    ]
    assert [one.value for one in opened(store).subheader] == ["Who are you?"]


def test_people_take_over_from_each_other_at_the_left(store: Store) -> None:
    three(store)
    sits_here(store, "Ben")
    at = opened(store)
    assert who(at) == ("Ben", "typed")
    at.selectbox(key="who_name_Ben").set_value("Cleo").run()
    submit(at, "Go on as Cleo")
    assert who(at) == ("Cleo", "typed")


def test_an_annotator_promotes_with_a_leads_passphrase_and_stays_an_annotator(
    tmp_path: Path,
) -> None:
    small = with_gold(asked_project(tmp_path), n_gold=12)
    store, version = small.store, with_version(small)
    three(store)
    sits_here(store, "Ben")
    at = opened(store, "models")
    at.button(key="models_promote").click().run()
    assert store.versions.get(version.id).state == "candidate"
    assert "Ben works here as an annotator and may not promote a student" in texts(at)
    fill(at, Passphrase="a wrong guess")
    submit(at, "Go on")
    assert "this is not the passphrase of Ann" in at.error[0].value
    assert store.versions.get(version.id).state == "candidate"
    fill(at, Passphrase=PASSPHRASE)
    submit(at, "Go on")
    assert store.versions.get(version.id).state == "serving"
    assert who(at) == ("Ben", "typed")
    assert store.versions.history(small.project_id)[-1].person == "Ann"
    told = [(one.person, one.identity, one.action) for one in store.actions.list(small.project_id)]
    assert told == [
        ("Ben", "typed", "refused"),
        ("Ann", "typed", "wrong_passphrase"),
        ("Ann", "passphrase", "passphrase"),
        ("Ann", "passphrase", "promote"),
    ]


def test_a_typed_lead_among_others_starts_no_training(tmp_path: Path) -> None:
    small = with_gold(asked_project(tmp_path))
    add(small.store, "Ann", "lead")
    add(small.store, "Ben", "lead", PASSPHRASE)
    sits_here(small.store, "Ann")
    at = opened(small.store, "train")
    at.button(key="train_start").click().run()
    assert small.store.jobs.list(small.project_id, "train") == []
    assert "Ann was typed, not shown to be Ann" in texts(at)


def test_whoever_works_alone_promotes_without_being_asked(tmp_path: Path) -> None:
    small = with_gold(asked_project(tmp_path), n_gold=12)
    version = with_version(small)
    at = opened(small.store, "models")
    at.button(key="models_promote").click().run()
    assert not at.exception
    assert small.store.versions.get(version.id).state == "serving"
    (told,) = small.store.actions.list(small.project_id)
    assert (told.person, told.action, told.about) == ("me", "promote", "student v1")


def test_a_lead_changes_roles_and_removes_and_brings_back(store: Store) -> None:
    three(store)
    at = opened(store)
    at.selectbox(key="who_name_").set_value("Ann").run()
    fill(at, Passphrase=PASSPHRASE)
    submit(at, "Go on as Ann")
    at.button(key="people_change_Ben").click().run()
    at.selectbox(key="people_role_Ben").set_value("analyst")
    submit(at, "Save role")
    assert store.people.current(project_of(store))["Ben"].role == "analyst"
    at.button(key="people_change_Ben").click().run()
    submit(at, "Remove")
    assert list(store.people.current(project_of(store))) == ["Ann", "Cleo"]
    at.button(key="people_restore_Ben").click().run()
    assert list(store.people.current(project_of(store))) == ["Ann", "Ben", "Cleo"]
    at.button(key="people_change_Ann").click().run()
    submit(at, "Remove")
    assert "'Ann' is the last lead" in at.error[0].value


def test_an_annotator_is_refused_what_an_analyst_does(tmp_path: Path) -> None:
    small = asked_project(tmp_path, n_series=2)
    three(small.store)
    sits_here(small.store, "Ben")
    at = opened(small.store, "teachers")
    at.button(key="teachers_start").click().run()
    assert "Ben works here as an annotator and may not ask teachers" in at.error[0].value
    assert small.store.jobs.list(small.project_id, "label") == []


def test_who_is_signed_in_is_who_a_lead_says_they_are(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store, "Ann", "lead", sign_in="ann@example.org")
    add(store, "Ben", "annotator")
    claims = {"name": "Ann A.", "email": "ann@example.org", "email_verified": True}
    monkeypatch.setattr("pages.components.who.claims", lambda: claims)
    at = opened(store)
    assert who(at) == ("Ann", "sign_in")
    submit(at, "Add")
    assert "the name is empty" in at.error[0].value  # a lead known by sign-in may try


def test_who_is_signed_in_and_nobody_here_waits_for_a_lead(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    three(store)
    claims = {"name": "Dora", "email": "dora@example.org", "email_verified": False, "sub": "7"}
    monkeypatch.setattr("pages.components.who.claims", lambda: claims)
    monkeypatch.setattr("pages.components.who.is_set_up", lambda: True)
    at = opened(store)
    assert "nobody of this project signs in so" in at.error[0].value
    (told,) = store.actions.list(project_of(store))
    assert (told.action, told.about) == ("unknown_sign_in", "provider#7")


def test_access_says_what_the_app_is_bound_to() -> None:
    here = binding_of("127.0.0.1", 8501, [], None)
    assert binding_words(here) == (
        "The app is bound to 127.0.0.1:8501: only browsers on this machine reach it."
    )
    open_to_all = binding_of("0.0.0.0", 8501, ["labels.lan"], None)
    assert binding_words(open_to_all) == (
        "The app is bound to 0.0.0.0:8501: other machines reach it, under the names labels.lan."
    )
    assert binding_words(binding_of(None, 80, [], None)).endswith("under any name.")


def test_access_shows_the_one_setting(store: Store) -> None:
    at = opened(store, part="access")
    assert any(one.value.startswith("make run ADDRESS=0.0.0.0") for one in at.code)
    assert "other machines reach it" in texts(at) or "only browsers on this machine" in texts(at)
