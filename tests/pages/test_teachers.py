"""Teachers: what will be asked is shown before it is asked; a batch can be stopped."""

from pathlib import Path

import numpy as np
from small_project import SmallProject, asked_project, empty_project
from streamlit.testing.v1 import AppTest

from core.series import SeriesData, SeriesInfo
from core.teachers.endpoint import Endpoint
from pages.components import session
from pages.components.services import Services
from pages.components.words import plain, shorten
from pages.components.workflows.teaching import endpoint_of, save_endpoint

APP = Path(__file__).parents[2] / "app.py"


def open_teachers(small: SmallProject) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state[session.SERVICES] = Services(store=small.store, worker=False)
    app.run()
    app.switch_page("pages/teachers.py").run()
    assert not app.exception
    return app


def taught(small: SmallProject, **fields: object) -> Endpoint:
    """Store an endpoint; nothing is sent to it."""
    usual = {"name": "reader", "base_url": "http://localhost:1/v1", "model": "reader"}
    endpoint = endpoint_of({**usual, **fields}, None)
    return save_endpoint(small.store, small.project_id, endpoint, "me")


def ask(app: AppTest, *endpoints: Endpoint) -> AppTest:
    """Choose who is asked."""
    return app.button_group(key="teachers_who").set_value([one.id for one in endpoints]).run()


def words_on(app: AppTest) -> str:
    """All Markdown and captions of the page."""
    return "\n".join(one.value for one in (*app.markdown, *app.caption))


def one_long_series(home: Path, n: int = 10_000) -> SmallProject:
    small = empty_project(home)
    values = np.random.default_rng(0).normal(size=(n, 1))
    small.store.series.add(small.project_id, SeriesData(values), SeriesInfo("long", ("value",)))
    return small


def test_without_series_it_says_where_to_begin(tmp_path: Path) -> None:
    app = open_teachers(empty_project(tmp_path))
    assert "no series to ask about yet" in app.info[0].value
    assert [one.label for one in app.button] == ["Add a teacher", "Use this name"]


def test_short_series_are_shown_whole(tmp_path: Path) -> None:
    app = open_teachers(asked_project(tmp_path))
    assert any("**24 windows** of 24 series" in markdown.value for markdown in app.markdown)


def test_a_long_series_is_cut_and_the_cut_can_be_changed(tmp_path: Path) -> None:
    app = open_teachers(one_long_series(tmp_path))
    length, overlap = app.number_input
    assert (length.value, overlap.value) == (128, 16)
    length.set_value(1000)
    app.run()
    app.number_input[1].set_value(100)
    app.run()
    assert any("**11 windows** of 1 series" in markdown.value for markdown in app.markdown)


def test_start_stores_the_windows_and_queues_the_batch(tmp_path: Path) -> None:
    small = one_long_series(tmp_path)
    app = open_teachers(small)
    app.button(key="teachers_start").click().run()
    assert not app.exception
    assert small.store.items.count(small.project_id) == 90
    (job,) = small.store.jobs.list(small.project_id, "label")
    assert job.state == "queued"
    assert len(job.params["item_ids"]) == 90
    assert job.params["teacher"] == "rules"


def test_stop_is_asked_of_the_job_and_keeps_the_answers(tmp_path: Path) -> None:
    small = asked_project(tmp_path)
    job = small.store.jobs.enqueue(small.project_id, "label", "rules: 3 windows", {})
    app = open_teachers(small)
    app.button(key=f"stop_{job.id}").click().run()
    assert small.store.jobs.get(job.id).stop_requested


def test_a_paused_batch_says_so_and_goes_on_when_asked(tmp_path: Path) -> None:
    small = asked_project(tmp_path)
    job = small.store.jobs.enqueue(small.project_id, "label", "rules: 3 windows", {})
    small.store.jobs.request_pause(job.id)
    app = open_teachers(small)
    assert any(caption.value == "paused before it started" for caption in app.caption)
    app.button(key=f"resume_{job.id}").click().run()
    assert small.store.jobs.get(job.id).state == "queued"
    assert sum(small.store.answers.counts_by_author(small.project_id).values()) == 48


def test_the_rules_never_pretend_to_be_a_language_model(tmp_path: Path) -> None:
    app = open_teachers(asked_project(tmp_path))
    assert any("No language model" in caption.value for caption in app.caption)


def test_choosing_no_series_starts_nothing(tmp_path: Path) -> None:
    small = asked_project(tmp_path)
    before = small.store.items.count(small.project_id)
    app = open_teachers(small)
    app.button_group(key="teachers_scope").set_value("Choose").run()
    app.button(key="teachers_start").click().run()
    assert "no series is chosen" in app.error[0].value
    assert small.store.items.count(small.project_id) == before
    assert small.store.jobs.list(small.project_id, "label") == []


def test_a_screening_leaves_windows_out_and_says_what_may_be_lost(tmp_path: Path) -> None:
    small = one_long_series(tmp_path, 2_000)
    endpoint = taught(small)
    app = ask(open_teachers(small), endpoint)
    assert "**36 windows** of 1 series" in words_on(app)
    app.toggle(key="teachers_screening").set_value(True).run()
    assert not app.exception
    said = words_on(app)
    assert "**15 of 36 windows** of 1 series" in said
    assert "Seasonal residual keeps 15 of 36 windows" in said
    assert "of events, estimated on 48 injected events" in said
    assert "21 windows left out: without an answer" in said
    assert "Screening saves 21 requests." in said
    app.slider(key="teachers_screening_share").set_value(10).run()
    assert "**4 of 36 windows** of 1 series" in words_on(app)
    app.button(key="teachers_start").click().run()
    (job,) = small.store.jobs.list(small.project_id, "label")
    assert job.title == f"reader: {small.anomaly.name}, 4 windows worth asking of 36"
    assert small.store.items.count(small.project_id) == 4


def test_the_rules_ask_every_window(tmp_path: Path) -> None:
    small = one_long_series(tmp_path)
    app = open_teachers(small)
    assert [one.key for one in app.toggle] == ["teachers_local_only"]


def test_names_of_teachers_and_models_are_shown_as_they_stand(tmp_path: Path) -> None:
    small = one_long_series(tmp_path)
    name, model = "a *bold* [x](y) :red[r] `c` $1$ <b>" * 2, "org/_vl_~7b~:free#1|*" * 6
    one = taught(small, name=name, model=model)
    small.store.jobs.enqueue(small.project_id, "label", f"{name}: 3 windows", {})
    app = ask(open_teachers(small), one)
    said = words_on(app)
    assert f"**{plain(name)}**" in said
    assert plain(model) in said
    assert f"**{plain(name + ': 3 windows')}**" in said
    assert name not in said
    assert model not in said
    assert app.button_group(key="teachers_who").options[1] == plain(shorten(name, 40))
