"""The Models page: without a student, without gold, filled, and what its buttons change."""

from pathlib import Path

import pytest
from small_project import (
    LENGTH,
    SmallProject,
    asked_project,
    empty_project,
    pattern,
    with_gold,
    with_version,
)
from streamlit.testing.v1 import AppTest

from pages.components import session
from pages.components.services import Services
from pages.components.workflows.comparing import evaluation_of, item_lines, unanswered
from pages.components.workflows.serving import answers_new
from training.requests import AnswerRequest

APP = Path(__file__).parents[2] / "app.py"


def open_models(small: SmallProject, **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state[session.SERVICES] = Services(store=small.store, worker=False)
    app.run()
    app.switch_page("pages/models.py")
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def text_of(app: AppTest) -> str:
    return "\n".join(element.value for element in [*app.markdown, *app.caption, *app.info])


def verdict_of(app: AppTest) -> str:
    """Return the verdict on patterns."""
    lines = [one.value for one in app.markdown if one.value.startswith("**:")]
    return next(line for line in lines if "points of accuracy" in line)


@pytest.fixture
def small(tmp_path: Path) -> SmallProject:
    """A gold of 24 series: the rules are wrong on 4 patterns of them."""
    return with_gold(asked_project(tmp_path, n_series=36), n_gold=24)


def test_without_a_student_the_page_says_how_one_is_made(tmp_path: Path) -> None:
    app = open_models(empty_project(tmp_path))
    assert "no student yet" in app.info[0].value
    assert app.page_link[0].value == "Train a student"


def test_the_verdict_stands_first_with_n_and_interval(small: SmallProject) -> None:
    with_version(small, wrong=0)
    app = open_models(small)
    first = verdict_of(app)
    assert "+16.7 points of accuracy (" in first
    assert "n = 24 gold items." in first
    assert "the student (v1)" in first


def test_beside_the_verdict_stands_what_luck_gets(small: SmallProject) -> None:
    with_version(small, wrong=0)
    said = next(line.value for line in open_models(small).caption if "By luck" in line.value)
    n_options = len(small.pattern.options)
    sign = "\N{NO-BREAK SPACE}%"
    assert said.startswith(f"Accuracy: student 100{sign} (")
    assert f"teacher 83{sign} (" in said
    # half of the lines rise, half fall
    assert f"By luck {100 / n_options:.0f}{sign}; the same answer every time 50{sign} at" in said


def test_the_list_of_what_was_fixed_says_how_easily_luck_does_that(small: SmallProject) -> None:
    with_version(small, wrong=0)
    app = open_models(small, view="fixed")
    assert (
        "Of 24 gold items that both answered, 4 fixed and 0 broken. If both were equally good, "
        "luck would split 4 items as unevenly in 12% of cases." in text_of(app)
    )


def test_two_people_who_decided_the_same_windows_are_compared(small: SmallProject) -> None:
    with_version(small)
    assert "kappa" not in text_of(open_models(small))
    for person in ("ann", "bo"):
        for item in small.pattern_items[:3]:
            sequence = small.store.corrections.sequences(small.project_id).get(item.id, 0)
            small.store.corrections.record(
                *(small.project_id, item.id, person, "fix"),
                expected_sequence=sequence,
                content=pattern("cubic"),
            )
    assert "ann and bo agree on" in text_of(open_models(small))


def test_without_gold_the_missing_reviews_are_named_and_nothing_is_ranked(tmp_path: Path) -> None:
    small = asked_project(tmp_path)
    with_version(small)
    app = open_models(small)
    assert "10 more reviews are missing" in text_of(app)
    assert app.page_link[0].value == "Review 10 more gold items"
    assert app.get("plotly_chart") == []


def test_gold_that_was_only_accepted_is_said_to_favour_whoever_gave_it(small: SmallProject) -> None:
    with_version(small)
    assert "that favours" not in text_of(open_models(small))
    small.decide(small.pattern_items[-1], "accept", pattern("linear_decrease"))
    small.decide(small.pattern_items[-2], "fix", pattern("linear_increase"))
    assert "On 1 of the 2 gold items that people reviewed" in text_of(open_models(small))


def test_everyone_is_compared_for_patterns(small: SmallProject) -> None:
    with_version(small)
    app = open_models(small)
    bars, *matrices = app.get("plotly_chart")
    for name in ("built-in rules", "student v1", "feature baseline", "majority"):
        assert name in bars.proto.spec
    assert len(matrices) == 2


def test_anomalies_show_recall_false_alarms_and_interval_f1(small: SmallProject) -> None:
    with_version(small)
    app = open_models(small)
    app.get_by_key("question").set_value("anomaly").run()
    assert app.query_params["question"] == "anomaly"
    titles = "".join(chart.proto.spec for chart in app.get("plotly_chart"))
    assert all(name in titles for name in ("Event recall", "False alarms", "Interval F1"))
    assert "True events found, by type" in text_of(app)


def test_a_line_of_the_lists_opens_its_item_in_review(small: SmallProject) -> None:
    version = with_version(small, wrong=0)
    result = evaluation_of(small.store, version).questions[0]
    against = result.against("teacher")
    assert against is not None
    app = open_models(small, view="fixed")
    links = [link for link in app.page_link if link.proto.page == "review"]
    assert [link.proto.query_string for link in links] == [f"item={i}" for i in against.fixed]
    line = item_lines(small.store, version, small.pattern, against.fixed[:1])[0]
    assert line.truth == line.student != line.teacher
    assert line.place == "line-17"


def test_the_list_of_what_broke_comes_by_one_click(small: SmallProject) -> None:
    with_version(small, wrong=2)  # on the last item but one only the student is wrong
    app = open_models(small)
    app.get_by_key("view").set_value("broken").run()
    assert len([link for link in app.page_link if link.proto.page == "review"]) == 1


def test_coming_back_without_the_address_shows_the_same_place(small: SmallProject) -> None:
    with_version(small, wrong=0)
    app = open_models(small)
    app.get_by_key("view").set_value("fixed").run()
    app.switch_page("pages/train.py").run()
    app.switch_page("pages/models.py")
    app.query_params.clear()
    app.run()
    assert app.get_by_key("view").value == "fixed"
    assert len([link for link in app.page_link if link.proto.page == "review"]) == 4


def test_a_review_of_drawn_gold_changes_the_comparison(tmp_path: Path) -> None:
    small = asked_project(tmp_path, n_series=36)
    gold = small.pattern_items[-12:]
    small.store.gold.reserve(small.project_id, [(i.series_id, 0, LENGTH) for i in gold], "drawn")
    version = with_version(small, wrong=0)
    before = evaluation_of(small.store, version)
    assert [question.n_gold for question in before.questions] == [0, 0]
    for item in gold:
        small.decide(item, "fix", pattern("cubic"))
    after = evaluation_of(small.store, small.store.versions.get(version.id))
    assert [question.n_gold for question in after.questions] == [12, 0]
    assert after.questions[0].authors[0].figures["accuracy"].value == 0.0


def test_an_unchanged_comparison_is_read_and_not_computed(small: SmallProject) -> None:
    version = with_version(small)
    evaluation_of(small.store, version)
    marked = small.store.versions.get(version.id).evaluation
    assert marked is not None
    questions = [{**question, "verdict": "as stored"} for question in marked["questions"]]
    stored = small.store.versions.set_evaluation(version.id, {**marked, "questions": questions})
    assert evaluation_of(small.store, stored).questions[0].verdict == "as stored"


def test_promote_and_roll_back_are_one_click_each(small: SmallProject) -> None:
    first, second = with_version(small, "job-1"), with_version(small, "job-2")
    small.store.versions.promote(first.id, "ann")
    app = open_models(small, view="versions")
    app.button(key="models_promote").click().run()
    serving = small.store.versions.serving(small.project_id)
    assert serving is not None and serving.id == second.id
    app.button(key="models_roll_back").click().run()
    serving = small.store.versions.serving(small.project_id)
    assert serving is not None and serving.id == first.id
    assert "rolled back to: it serves again by me" in text_of(app)


def test_a_roll_back_names_the_version_and_is_offered_while_there_is_one(
    small: SmallProject,
) -> None:
    first, second = with_version(small, "job-1"), with_version(small, "job-2")
    small.store.versions.promote(first.id, "ann")
    small.store.versions.promote(second.id, "ann")
    app = open_models(small, version=second.id)
    assert app.button(key="models_roll_back").label == "Roll back to v1"
    app.button(key="models_roll_back").click().run()
    keys = [button.key for button in app.button]
    assert "models_roll_back" not in keys and not app.exception


def test_the_first_version_that_serves_can_be_taken_back_too(small: SmallProject) -> None:
    version = with_version(small)
    small.store.versions.promote(version.id, "ann")
    app = open_models(small)
    app.button(key="models_stop_serving").click().run()
    assert small.store.versions.serving(small.project_id) is None
    assert not app.exception
    assert "models_promote" in [button.key for button in app.button]


def test_retire_takes_a_candidate_out(small: SmallProject) -> None:
    version = with_version(small)
    app = open_models(small, view="versions")
    app.button(key=f"models_retire_{version.id}").click().run()
    assert small.store.versions.get(version.id).state == "retired"
    assert not app.exception


def test_the_only_version_that_ever_served_has_nothing_to_roll_back_to(small: SmallProject) -> None:
    version = with_version(small)
    small.store.versions.promote(version.id, "ann")
    small.store.versions.retire(version.id, "ann")
    app = open_models(small, view="versions")
    assert [b.key for b in app.button if b.key in ("models_roll_back", "models_promote")] == [
        "models_promote"
    ]
    app.button(key="models_promote").click().run()
    serving = small.store.versions.serving(small.project_id)
    assert serving is not None and serving.id == version.id


def test_a_version_that_is_no_better_is_not_urged_on_anyone(tmp_path: Path) -> None:
    small = asked_project(tmp_path)
    with_version(small, "job-1")
    assert open_models(small).button(key="models_promote").proto.type == "secondary"


def test_the_address_chooses_the_version(small: SmallProject) -> None:
    first = with_version(small, "job-1", wrong=5)
    with_version(small, "job-2")
    assert "**Student v2** on gold" in text_of(open_models(small))
    assert "**Student v1** on gold" in text_of(open_models(small, version=first.id))


def test_an_unknown_version_in_the_address_is_said(small: SmallProject) -> None:
    with_version(small)
    app = open_models(small, version="nonsense")
    assert "names a version that is not here" in app.warning[0].value


def test_the_student_is_asked_about_what_it_has_not_answered(small: SmallProject) -> None:
    version = with_version(small)
    waiting = unanswered(small.store, version)
    assert len(waiting) == 24  # 12 series outside gold, two questions each
    app = open_models(small)
    app.button(key="models_ask").click().run()
    (job,) = small.store.jobs.list(small.project_id, "answer")
    request = AnswerRequest.read(job.params)
    assert (request.version_id, list(request.item_ids)) == (version.id, waiting)
    assert app.button(key="models_ask").disabled  # until they are answered


def test_claims_stand_beside_another_items(small: SmallProject) -> None:
    with_version(small)
    app = open_models(small, view="rationales")
    table = app.dataframe[0].value
    assert list(table["Rationale"]) == ["its own", "another item's"]
    assert table["Confirmed"][0] == "100% (24)"


def test_a_version_whose_snapshot_is_gone_shows_the_error_and_the_versions(
    small: SmallProject,
) -> None:
    small.store.versions.add(
        small.project_id,
        student="series",
        job_id="x",
        snapshot_hash="gone",
        folder=small.store.home / "runs/x/model",
        author_version="x",
    )
    app = open_models(small)
    assert "there is no snapshot gone" in app.error[0].value
    assert "History" in [expander.label for expander in app.expander]


# -- the gate, the parts, the serving student


def test_beside_the_button_stands_what_the_gate_looked_at(small: SmallProject) -> None:
    with_version(small, wrong=0)
    app = open_models(small)
    assert "**Gate: passed**" in text_of(app)
    said = next(line.value for line in app.caption if "at worst" in line.value)
    assert "against the teacher, n = 24 (allowed\\: \N{MINUS SIGN}2.0)" in said


def test_promoting_against_the_gate_takes_a_typed_reason(small: SmallProject) -> None:
    version = with_version(small, wrong=12)
    app = open_models(small, view="versions")
    assert "**Gate: not passed**" in text_of(app)
    app.button(key="models_promote").click().run()
    assert "does not pass the gate" in app.error[0].value
    assert small.store.versions.serving(small.project_id) is None
    app.text_area(key=f"models_reason_{version.id}").set_value("it is *fast*").run()
    app.button(key="models_promote").click().run()
    assert not app.exception
    serving = small.store.versions.serving(small.project_id)
    assert serving is not None and serving.id == version.id
    assert "against the gate: it is \\*fast\\*" in text_of(app)


def test_the_gate_is_changed_on_the_page(small: SmallProject) -> None:
    with_version(small, wrong=8)
    app = open_models(small)
    app.number_input(key="gate_worse").set_value(60.0)
    app.number_input(key="gate_class").set_value(80.0)
    app.button(key="gate_save").click().run()
    assert "**Gate: passed**" in text_of(app)
    (action,) = small.store.actions.list(small.project_id, ["serve"])
    assert action.about == "gate: at most 60 points worse, no class down by more than 80"


def test_the_verdict_says_in_the_same_line_how_it_stands_to_the_serving_version(
    small: SmallProject,
) -> None:
    small.store.versions.promote(with_version(small, "job-1", wrong=1).id, "ann")
    with_version(small, "job-2", wrong=0)
    line = verdict_of(open_models(small))
    assert "Against v1, serving: cannot tell, +4.2 (0.0 to +12.5)." in line


def test_parts_confidence_and_lineage_open_without_a_model(small: SmallProject) -> None:
    with_version(small, wrong=0)
    app = open_models(small, view="parts")
    table = app.dataframe[0].value
    assert list(table["By"].unique()) == ["Class", "Noise"]  # one source, one length
    rising = table[table["Part"] == "linear increase"].iloc[0]
    assert (rising["n"], rising["Against teacher"]) == (12, "0.0 (0.0 to 0.0)")
    app.get_by_key("view").set_value("confidence").run()
    # it says 80 % and is always right
    assert "Calibration error 0.200 (0.200 to 0.200), n = 24" in text_of(app)
    app.get_by_key("view").set_value("lineage").run()
    assert "snapshot's folder is not on this machine" in text_of(app)
    assert not app.exception


def test_a_serving_student_answers_by_itself_after_a_switch(small: SmallProject) -> None:
    small.store.versions.promote(with_version(small).id, "ann")
    app = open_models(small, view="versions")
    app.button(key="models_by_itself").click().run()
    assert answers_new(small.store, small.project_id)
    app.switch_page("pages/home.py").run()
    assert "Student v1 answers new series by itself." in text_of(app)
    app.switch_page("pages/models.py").run()
    app.button(key="models_by_itself").click().run()
    assert not answers_new(small.store, small.project_id)
