"""Export on Review: the dialog writes what is asked for; a case file tells nothing too early."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import StoreError
from pages.components import session
from pages.components.review_export import FORMATS
from pages.components.services import Services
from pages.components.workflows.auditing import draw_audit
from pages.components.workflows.case_files import case_file, case_name
from pages.components.workflows.reviewing import Desk, decide, load_desk
from storage import Store, open_store
from tests.pages.audit_project import answer_anomalies
from tests.pages.review_project import desk_of, review_store

APP = str(Path(__file__).resolve().parents[2] / "app.py")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder to copy, which is quicker than to make one for each test."""
    made = tmp_path_factory.mktemp("home")
    review_store(made, n=2, students=True).close()
    return made


@pytest.fixture
def store(home: Path, tmp_path: Path) -> Store:
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    return open_store(tmp_path)


def opened(store: Store) -> AppTest:
    """Show what the dialog holds: a test cannot run a dialog alone, as a browser does."""

    def form() -> None:
        from pages.components.page import Page
        from pages.components.review_export import show_form
        from pages.components.services import services

        found = services().store
        show_form(Page(store=found, project=found.projects.default(), person="ann"))

    at = AppTest.from_function(form, default_timeout=30)
    at.session_state[session.SERVICES] = Services(store=store, worker=False)
    at.run()
    assert not at.exception
    return at


def accept(store: Store, desk: Desk, person: str = "ann") -> None:
    decide(store, desk, person, f"accept:{desk.answers[0].id}", desk.painted, 3.0)


def test_the_dialog_writes_a_file_says_what_is_in_it_and_hands_it_over(store: Store) -> None:
    accept(store, desk_of(store, "anomaly"))
    at = opened(store)
    assert "1 label that people gave." in [one.value for one in at.caption]
    at.selectbox(key="export_form").select("label_studio").run()
    at.button(key="export_write").click().run()
    assert not at.exception
    assert [one.value for one in at.markdown if ":material/check:" in str(one.value)] != []
    (written,) = (store.home / "exports").glob("*/*")
    assert written.name == "label-studio.json"


def test_without_a_label_the_dialog_says_what_to_do(store: Store) -> None:
    at = opened(store)
    at.button(key="export_write").click().run()
    assert "decide on some in Review" in at.error[0].value
    assert list((store.home / "exports").iterdir()) == []


def test_another_export_of_the_session_takes_the_first_one_away(store: Store) -> None:
    accept(store, desk_of(store, "anomaly"))
    at = opened(store)
    at.button(key="export_write").click().run()
    at.selectbox(key="export_form").select("everything").run()
    at.button(key="export_write").click().run()
    assert not at.exception
    assert [one.name for one in (store.home / "exports").glob("*/*")] == ["everything.zip"]


def test_the_button_on_review_opens_the_dialog_with_the_case_file(store: Store) -> None:
    at = AppTest.from_file(APP, default_timeout=30)
    at.session_state[session.SERVICES] = Services(store=store, worker=False)
    at.session_state[f"{session.REVIEW_CHART}_failed"] = "no static files"
    at.run()
    at.switch_page("pages/review.py").run()
    at.button(key="review_export").click().run()
    assert not at.exception
    assert [one.label for one in at.get("download_button")] == ["Case file of this item"]
    assert at.selectbox(key="export_form").value == "intervals"


def test_each_form_is_offered_with_what_it_is() -> None:
    assert list(FORMATS) == ["intervals", "chat", "label_studio", "everything"]


def test_a_case_file_holds_answers_checks_decisions_and_hashes(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    accept(store, desk)
    store.corrections.undo(desk.item.project_id, "ann")
    desk = load_desk(store, desk.item.project_id, "ben", desk.item.id)
    accept(store, desk, "ben")
    desk = load_desk(store, desk.item.project_id, "me", desk.item.id)
    data = store.series.data(desk.series)
    page = case_file(store, desk, data, (0, 1, 2))
    for said in (
        "Built-in rules",
        "Student series",
        "Decided by ben",
        "accept by ben",
        desk.series.content_hash,
        *(answer.id for answer in desk.answers),
        "ch2 flow",
        "<b>contradicted<sup>2</sup></b>",
        "The level of ch2 rises by 4 for 40 samples",
    ):
        assert said in page
    assert page.count('<tr class="undone">') == 1
    assert case_name(desk) == "case-pump-0.csv-0-600.html"


def test_a_case_file_of_a_pattern_shows_its_option(store: Store) -> None:
    desk = desk_of(store, "pattern")
    page = case_file(store, desk, store.series.data(desk.series), (0,))
    assert "linear increase" in page
    assert "not decided" in page


def test_a_blind_item_has_no_case_file_before_the_decision(store: Store) -> None:
    project_id = store.projects.default().id
    items = [one for one in store.items.list(project_id) if one.stop == 600]
    job = answer_anomalies(store, items)
    drawn = draw_audit(store, project_id, job.id, 1, "lead", seed=1)
    desk = load_desk(store, project_id, "me", drawn.item_ids[0])
    assert desk.blind
    with pytest.raises(StoreError, match="decided blind and its case file tells"):
        case_file(store, desk, store.series.data(desk.series), (0,))
