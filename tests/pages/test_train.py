"""The Train page: empty, filled, live, ended in every way, and what its buttons change."""

from pathlib import Path

import pytest
from small_project import SmallProject, asked_project, empty_project, pattern, with_gold
from streamlit.testing.v1 import AppTest

from core.questions.defaults import default_change_point_question
from pages.components import session
from pages.components.services import Services
from pages.components.workflows.run_comparing import compare_runs
from pages.components.workflows.running import runs
from pages.components.workflows.validating import validation_of
from storage.rows import Job, JobState
from training.config_diff import Differing
from training.files import write_json
from training.requests import TrainRequest
from training.run_folder import RunFolder, RunStatus

APP = Path(__file__).parents[2] / "app.py"


def open_train(small: SmallProject) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state[session.SERVICES] = Services(store=small.store, worker=False)
    app.run()
    app.switch_page("pages/train.py").run()
    assert not app.exception
    return app


def add_run(small: SmallProject, state: JobState, message: str = "", steps: int = 3) -> Job:
    """Put a training with a folder of its own into the table, in a state."""
    job = small.store.jobs.enqueue(small.project_id, "train", "Training 1", {})
    folder = RunFolder.create(job.folder, {"kind": "train"})
    for i in range(1, steps + 1):
        folder.append_metrics(
            {"stage": "student", "step": 10 * i, "total": 100, "loss": 1 / i, "validation": 0.5}
        )
    folder.write_status(
        RunStatus(state="running", stage="student", step=10 * steps, total=100, fraction=0.2)
    )
    folder.log_path.write_text("the last line of the log")
    small.store.jobs.update(job.id, state="running")
    return small.store.jobs.update(job.id, state=state, message=message)


@pytest.fixture
def small(tmp_path: Path) -> SmallProject:
    return with_gold(asked_project(tmp_path))


def test_an_empty_project_is_told_where_to_begin(tmp_path: Path) -> None:
    app = open_train(empty_project(tmp_path))
    assert "nothing to learn from yet" in app.info[0].value
    assert app.page_link[0].value == "Ask a teacher"
    assert [one.label for one in app.button] == ["Use this name"]


def test_the_top_counts_what_there_is_and_explains_its_words(small: SmallProject) -> None:
    small.decide(small.pattern_items[0], "fix", pattern("cubic"))
    app = open_train(small)
    numbers = [(metric.label, metric.value) for metric in app.metric]
    assert ("Pseudo-labels", "15") in numbers
    assert ("Corrections", "1") in numbers
    assert ("Gold", "8") in numbers
    text = app.markdown[0].value
    assert all(f"**{word}**" in text for word in ("items", "snapshot", "Gold"))
    assert "1 fixed" in " ".join(caption.value for caption in app.caption)


def test_start_queues_a_training_with_the_settings_of_the_form(small: SmallProject) -> None:
    app = open_train(small)
    app.number_input(key="train_steps").set_value(40).run()
    app.button(key="train_start").click().run()
    assert not app.exception
    (job,) = small.store.jobs.list(small.project_id, "train")
    request = TrainRequest.read(job.params)
    assert (request.settings["steps"], request.settings["seed"]) == (40, 1)
    assert small.store.gold.is_locked(small.project_id)
    assert [badge for badge in app.markdown if "queued" in badge.value] != []


def test_start_is_closed_while_something_speaks_against_it(tmp_path: Path) -> None:
    app = open_train(asked_project(tmp_path, n_series=4))
    assert app.button(key="train_start").disabled
    assert sum(":material/block:" in line.value for line in app.markdown) == 2


def test_few_series_are_named_the_weaker_test(tmp_path: Path) -> None:
    app = open_train(asked_project(tmp_path, n_series=4))
    assert any("weaker test" in caption.value for caption in app.caption)


def test_a_live_run_can_be_asked_to_stop_and_save(small: SmallProject) -> None:
    job = add_run(small, "running")
    app = open_train(small)
    assert app.get("progress")[0].value == 20
    assert len(app.get("plotly_chart")) == 1
    app.button(key=f"stop_{job.id}").click().run()
    assert small.store.jobs.get(job.id).stop_requested
    assert app.button(key=f"stop_{job.id}").disabled


def test_a_queued_run_can_be_taken_out_of_the_queue(small: SmallProject) -> None:
    job = small.store.jobs.enqueue(small.project_id, "train", "Training 1", {})
    app = open_train(small)
    assert app.button(key=f"stop_{job.id}").label == "Take out of the queue"
    app.button(key=f"stop_{job.id}").click().run()
    assert small.store.jobs.get(job.id).state == "stopped"


def test_a_validation_score_has_its_windows_and_what_guessing_gets(small: SmallProject) -> None:
    job = add_run(small, "running")
    questions = (small.pattern, small.anomaly)
    counts = [
        {"question_id": question.id, "source": "pseudo", "split": split, "n": n}
        for question in questions
        for split, n in (("train", 40), ("validation", 7))
    ]
    small.store.snapshots.add(
        small.project_id, "abc", small.store.home / "snapshots" / "abc", {"counts": counts}
    )
    write_json(job.folder / "config.json", {"kind": "train", "snapshot_hash": "abc"})
    app = open_train(small)
    guess = (1 / len(small.pattern.options) + 1 / (1 + len(small.anomaly.types))) / 2
    said = f"n = 14 windows; guessing (dotted) {guess:.3f}"
    assert said in [caption.value for caption in app.caption]


def test_what_is_learned_without_labels_has_no_validation_score(small: SmallProject) -> None:
    job = add_run(small, "running")
    asked = small.store.questions.add(small.project_id, default_change_point_question())
    counts = [{"question_id": asked.id, "source": "pseudo", "split": "validation", "n": 6}]
    small.store.snapshots.add(
        small.project_id, "abc", small.store.home / "snapshots" / "abc", {"counts": counts}
    )
    config = {"kind": "train", "snapshot_hash": "abc", "recipe": "correlation", "settings": {}}
    write_json(job.folder / "config.json", config)
    assert validation_of(small.store, small.project_id, RunFolder(job.folder)) is None
    app = open_train(small)
    assert not [one for one in app.caption if "guessing" in one.value]
    assert "What the labels said" not in [one.label for one in app.tabs]
    assert "Settings" in [one.label for one in app.tabs]


@pytest.mark.parametrize("state", ["failed", "lost"])
def test_a_run_that_ended_badly_names_its_cause_and_starts_again(
    small: SmallProject, state: JobState
) -> None:
    job = add_run(small, state, "the process was killed (signal 9)")
    app = open_train(small)
    assert app.error[0].value == "The process was killed (signal 9)"
    app.button(key=f"resume_{job.id}").click().run()
    assert small.store.jobs.get(job.id).state == "queued"


def test_a_run_with_a_checkpoint_is_resumed(small: SmallProject) -> None:
    job = add_run(small, "stopped", "stopped after step 30 of 100")
    folder = RunFolder(job.folder)
    folder.checkpoints.mkdir()
    (folder.checkpoints / "step_30.safetensors").touch()
    app = open_train(small)
    assert app.button(key=f"resume_{job.id}").label == "Resume"
    assert app.info[-1].value == "Stopped after step 30 of 100"


def test_a_run_that_cannot_go_on_says_why_and_can_be_retried(small: SmallProject) -> None:
    job = add_run(small, "stopped")
    folder = RunFolder(job.folder)
    write_json(folder.path / "config.json", {"kind": "train", "snapshot": "../gone"})
    app = open_train(small)
    said = [one.value for one in app.caption if one.value.startswith("Cannot be resumed: ")]
    assert len(said) == 1 and "its snapshot is damaged" in said[0]
    assert [one.key for one in app.button if one.key == f"resume_{job.id}"] == []
    assert app.button(key=f"retry_{job.id}").label == "Retry with changes"


def test_a_retry_fills_the_form_and_the_new_run_gets_its_changes(small: SmallProject) -> None:
    job = add_run(small, "stopped")
    settings = {"steps": 33, "seed": 7, "patience": 9}
    write_json(job.folder / "config.json", {"kind": "train", "settings": settings})
    app = open_train(small)
    app.button(key=f"retry_{job.id}").click().run()
    assert app.number_input(key=f"train_steps_{job.id}").value == 33
    assert any("Settings of **Training 1**" in one.value for one in app.markdown)
    app.number_input(key=f"train_seed_{job.id}").set_value(8).run()
    app.button(key="train_start").click().run()
    assert not app.exception
    made = small.store.jobs.list(small.project_id, "train")[0]
    asked = TrainRequest.read(made.params).settings
    assert (asked["steps"], asked["seed"], asked["patience"]) == (33, 8, 9)
    app.button(key="train_defaults").click().run()
    assert app.number_input(key="train_steps").value == 400


def test_a_live_run_can_be_cancelled_and_keeps_its_curves_alone(small: SmallProject) -> None:
    job = add_run(small, "running")
    RunFolder(job.folder).checkpoints.mkdir()
    app = open_train(small)
    app.button(key=f"cancel_{job.id}").click().run()
    assert not app.exception
    assert small.store.jobs.get(job.id).stop_requested
    assert not RunFolder(job.folder).checkpoints.exists()
    small.store.jobs.update(job.id, state="stopped", message="stopped")
    app.run()
    assert "it ended at once and what it had saved was removed" in app.info[-1].value
    assert any("it was cancelled, so nothing is saved" in one.value for one in app.caption)
    assert len(app.get("plotly_chart")) == 1


def test_many_runs_are_a_list_in_pages_and_one_is_open(small: SmallProject) -> None:
    jobs = [add_run(small, "stopped", f"stopped as number {i}") for i in range(10)]
    app = open_train(small)
    assert app.info[-1].value == "Stopped as number 9"
    assert len([one for one in app.button if one.label == "Open"]) == 7  # a page less the open one
    app.button(key=f"train_open_{jobs[4].id}").click().run()
    assert app.info[-1].value == "Stopped as number 4"
    assert app.query_params["run"] == jobs[4].id


def test_runs_are_compared_by_figures_gold_and_the_settings_that_differ(
    small: SmallProject,
) -> None:
    for steps in (40, 60):
        job = add_run(small, "done", "trained", steps=3)
        settings = {"steps": steps, "seed": 1}
        write_json(job.folder / "config.json", {"kind": "train", "settings": settings})
    found = compare_runs(small.store, small.project_id, runs(small.store, small.project_id))
    assert [(one.steps, one.loss, one.validation) for one in found.runs] == [(30, 1 / 3, 0.5)] * 2
    assert [one.verdicts for one in found.runs] == [(), ()]
    assert found.differing == (Differing("steps", ("60", "40")),)


def test_a_finished_run_links_to_its_verdict(small: SmallProject) -> None:
    job = add_run(small, "done", "trained in 9 s")
    small.store.versions.add(
        small.project_id,
        student="series",
        job_id=job.id,
        snapshot_hash="abc",
        folder=job.folder / "model",
        author_version=job.id,
    )
    app = open_train(small)
    assert app.page_link[0].value == "Verdict on student v1"
    assert app.page_link[0].proto.page == "models"


def test_a_damaged_run_folder_does_not_hide_the_other_runs(small: SmallProject) -> None:
    job = add_run(small, "done")
    (job.folder / "status.json").write_text("{")
    app = open_train(small)
    assert "cannot be read" in app.error[0].value
    assert app.button(key="train_start").label == "Start"
