"""The pages Settings and Calibration: what is saved, what is said, and who may only look."""

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.policy import LabelPolicy
from pages.components import session
from pages.components.page import Page
from pages.components.services import Services
from pages.components.settings_policy import read_only_words
from pages.components.workflows.asking import questions_by_kind
from pages.components.workflows.rounds import rounds
from storage import Store
from tests.pages.people_app import opened as part
from tests.pages.policy_project import decided_store

APP = str(Path(__file__).resolve().parents[2] / "app.py")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return decided_store(tmp_path)


@pytest.fixture
def project_id(store: Store) -> str:
    return store.projects.default().id


def opened(store: Store, page: str = "settings", part: str = "") -> AppTest:
    """Open a page, with the plain chart."""
    at = AppTest.from_file(APP, default_timeout=60)
    at.session_state[session.SERVICES] = Services(store=store, worker=False)
    at.session_state[f"{session.CALIBRATION_CHART}_failed"] = "no static files"
    at.session_state[f"{session.REVIEW_CHART}_failed"] = "no static files"
    if part:
        at.query_params["settings"] = part
    at.run()
    at.switch_page(f"pages/{page}.py").run()
    assert not at.exception
    return at


def texts(at: AppTest) -> str:
    return " ".join(str(one.value) for one in [*at.markdown, *at.caption, *at.info])


def press(at: AppTest, key: str) -> None:
    at.button(key=key).click().run()
    assert not at.exception


def test_a_changed_policy_is_saved_as_the_next_version_with_who_saved_it(
    store: Store, project_id: str
) -> None:
    at = opened(store)
    at.radio(key="policy_overlap").set_value("replace")
    at.number_input(key="policy_min_length").set_value(3)
    at.slider(key="policy_By a second person").set_value(20)
    at.button(key="policy_save").click().run()
    assert not at.exception

    assert store.policies.current(project_id) == LabelPolicy(
        version=2, overlap="replace", min_length=3, second_share=0.2, blind_share=0.0
    )
    saved = store.policies.history(project_id)[0]
    assert saved.person == "me"
    # Spikes of one sample stand among the labels.
    assert "would not be taken as they are today" in texts(at)


def test_saving_what_is_there_makes_no_version(store: Store, project_id: str) -> None:
    at = opened(store)
    at.button(key="policy_save").click().run()
    assert "Nothing was changed" in texts(at)
    assert store.policies.current(project_id).version == 1


def test_shares_of_more_than_the_whole_queue_are_refused(store: Store, project_id: str) -> None:
    at = opened(store)
    at.slider(key="policy_Blind").set_value(95)
    at.button(key="policy_save").click().run()
    assert "more than the whole queue" in at.error[0].value
    assert store.policies.current(project_id).version == 1


def test_whoever_is_no_lead_looks_and_changes_nothing(store: Store) -> None:
    at = part(store, "settings_policy", "show_policy", role="annotator")
    assert at.radio(key="policy_overlap").disabled
    assert at.button(key="policy_save").disabled
    at = part(store, "settings_types", "show_types", role="annotator")
    assert at.button(key="type_add").disabled
    at = part(store, "settings_guidelines", "show_guidelines", role="annotator")
    assert "guideline_save" not in {one.key for one in at.button}


def test_an_annotator_is_told_who_changes_the_policy(store: Store) -> None:
    page = Page(store, store.projects.default(), "bo", role="annotator")
    assert read_only_words(page) == (
        "bo works here as an annotator: this is how the project labels, and a lead changes it."
    )
    assert read_only_words(replace(page, role="lead")) == ""


def form(store: Store, name: str) -> AppTest:
    """Show what a dialog holds for the first type: a test cannot run a dialog alone."""

    def shown(name: str) -> None:
        from pages.components import settings_types
        from pages.components.page import Page
        from pages.components.services import services
        from pages.components.workflows.policing import TypeUse

        found = services().store
        page = Page(store=found, project=found.projects.default(), person="lea")
        if name == "show_new":
            settings_types.show_new(page)
        else:
            first = found.types.list(page.project.id)[0]
            getattr(settings_types, name)(page, first, TypeUse(n_labels=3, n_answers=7))

    at = AppTest.from_function(shown, default_timeout=60, args=(name,))
    at.session_state[session.SERVICES] = Services(store=store, worker=False)
    at.run()
    assert not at.exception
    return at


def test_the_types_are_listed_with_what_has_them(store: Store) -> None:
    at = opened(store, part="Types")
    assert "4 labels of people, 16 answers of models" in texts(at)  # level shifts
    assert "models say “level\\_shift”" in texts(at)


def test_a_type_is_renamed_after_what_that_means_was_said(store: Store, project_id: str) -> None:
    at = form(store, "show_edit")
    assert "3 labels and 7 answers that have it read with the new name" in texts(at)
    at.text_input(key="type_name").set_value("needle")
    press(at, "type_edit_now")
    assert store.types.list(project_id)[0].type.name == "needle"


def test_a_colour_in_a_name_is_refused_on_the_page(store: Store, project_id: str) -> None:
    at = form(store, "show_new")
    assert "the 6 windows labelled so far then count as holding none of it" in texts(at)
    at.text_input(key="type_name").set_value("red spike")
    press(at, "type_add_now")
    assert "name a colour, “red”" in at.error[0].value
    assert len(store.types.list(project_id)) == 4


def test_a_type_is_retired_and_brought_back(store: Store, project_id: str) -> None:
    press(form(store, "show_standing"), "type_standing_now")
    assert not store.types.list(project_id)[0].standing
    at = form(store, "show_standing")
    assert "3 labels that kept it are learned from again" in texts(at)
    press(at, "type_standing_now")
    assert store.types.list(project_id)[0].standing


def test_a_guideline_of_words_and_a_plot_is_saved_with_the_policy(
    store: Store, project_id: str
) -> None:
    at = opened(store, part="Guidelines")
    shift = questions_by_kind(store, project_id)["anomaly"].type_named("level_shift")
    at.button_group(key="guideline_type").set_value(shift.id).run()
    at.text_area[0].set_value("It jumps and stays.").run()
    at.checkbox[0].check().run()
    press(at, "guideline_save")

    (guideline,) = store.policies.current(project_id).guidelines
    assert (guideline.type_id, guideline.words) == (shift.id, "It jumps and stays.")
    assert len(guideline.good) == 1
    assert "It jumps and stays." in texts(at)


def test_a_round_is_answered_with_feedback_after_each_and_a_summary_at_the_end(
    store: Store, project_id: str
) -> None:
    before = store.corrections.events(project_id)
    question = questions_by_kind(store, project_id)["anomaly"]
    at = opened(store, "calibrate")
    assert "6 windows with an agreed label" in texts(at)
    press(at, f"calibrate_{question.id}")
    for number in range(6):
        press(at, f"{session.CALIBRATION_CHART}_no_anomaly")
        assert "The agreed label" in texts(at), number
        press(at, f"{session.CALIBRATION_CHART}_next")

    (one,) = rounds(store, project_id, "me")
    assert one.ended is not None
    assert [metric.label for metric in at.metric] == ["Agreement", "Kappa", "Mean IoU"]
    assert at.metric[2].value == "0.00"
    assert "they are no labels" in texts(at)
    assert store.corrections.events(project_id) == before


def test_the_guideline_stands_over_the_desk_at_its_key(store: Store, project_id: str) -> None:
    shift = questions_by_kind(store, project_id)["anomaly"].type_named("level_shift")
    policy = LabelPolicy.model_validate(
        {"version": 1, "guidelines": [{"type_id": shift.id, "words": "It jumps and stays."}]}
    )
    store.policies.save(project_id, "lea", policy)
    at = opened(store, "review")
    at.button_group(key="review_question").set_value(shift_question(store)).run()
    press(at, f"{session.REVIEW_CHART}_guideline")
    assert "It jumps and stays." in texts(at)


def shift_question(store: Store) -> str:
    return questions_by_kind(store, store.projects.default().id)["anomaly"].id


def test_what_the_policy_does_not_take_stays_on_the_desk_with_the_reason(
    store: Store, project_id: str
) -> None:
    store.policies.save(project_id, "lea", LabelPolicy(version=1, min_length=900))
    at = opened(store, "review")
    at.button_group(key="review_question").set_value(shift_question(store)).run()
    accept = next(one.key for one in at.button if "accept:" in str(one.key))
    press(at, accept)
    assert "does not take the answer as it is" in at.error[0].value
    assert not [e for e in store.corrections.events(project_id) if e.person == "me"]
