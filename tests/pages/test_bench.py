"""The Bench page: empty, filled, live, ended in every way, and what its choices change."""

import json
from pathlib import Path

import pytest
from bench_project import GOOD, STUDENT, make_bench
from small_project import SmallProject, asked_project, empty_project
from streamlit.testing.v1 import AppTest

from core.intervals import Interval
from pages.components import session
from pages.components.services import Services
from training.bench_records import BenchMethod
from training.requests import BenchRequest
from training.run_folder import RunError, RunFolder

APP = Path(__file__).parents[2] / "app.py"


def open_bench(small: SmallProject, **params: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state[session.SERVICES] = Services(store=small.store, worker=False)
    app.run()
    app.session_state[session.KEPT] = params
    app.switch_page("pages/bench.py").run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallProject:
    monkeypatch.delenv("UNDERSTUDY_FILES", raising=False)
    return empty_project(tmp_path / "home")


@pytest.fixture
def labelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "labelled"
    (root / "pumps").mkdir(parents=True)
    (root / "pumps" / "labels.json").write_text(json.dumps({"p.csv": []}))
    monkeypatch.setenv("UNDERSTUDY_FILES", str(root))
    return root


def test_an_empty_project_is_told_what_can_be_measured_on(small: SmallProject) -> None:
    app = open_bench(small)
    assert "Nobody has decided" in app.info[0].value
    assert app.page_link[0].value == "Review"
    app.segmented_control(key="bench_truth").set_value("folder").run()
    assert "UNDERSTUDY_FILES" in app.info[0].value
    app.segmented_control(key="bench_truth").set_value("imported").run()
    assert app.page_link[0].value == "Upload"
    app.segmented_control(key="bench_truth").set_value("generated").run()
    assert app.page_link[0].value == "Home"
    assert [one.label for one in app.button] == ["Use this name"]


def test_start_queues_a_bench_of_the_chosen_methods(small: SmallProject, labelled: Path) -> None:
    app = open_bench(small)
    app.selectbox(key="bench_folder").set_value("pumps").run()
    detectors = next(p for p in app.get("button_group") if p.proto.label == "Detectors")
    detectors.set_value(["detector:robust_z"]).run()
    app.button(key="bench_start").click().run()
    assert not app.exception
    (job,) = small.store.jobs.list(small.project_id, "bench")
    request = BenchRequest.read(job.params)
    assert request.folder == str((labelled / "pumps").resolve())
    assert request.methods == ("detector:robust_z", "rules")
    assert job.title == "Bench 1: folder pumps"
    assert "Waits in the queue" in app.caption[0].value


def test_imported_labels_are_measured_on_only_when_declared_true(tmp_path: Path) -> None:
    small = asked_project(tmp_path, n_series=2)
    place = [(Interval(start=20, stop=22), "")]
    series_id = small.anomaly_items[0].series_id
    small.store.imports.add(
        small.project_id, series_id, "anomaly", "expert", "l.json", place, True, 1
    )
    app = open_bench(small)
    app.segmented_control(key="bench_truth").set_value("imported").run()
    assert app.button(key="bench_start").disabled
    app.checkbox(key="bench_declared").check().run()
    app.button(key="bench_start").click().run()
    (job,) = small.store.jobs.list(small.project_id, "bench")
    assert BenchRequest.read(job.params).declared_by == "me"


def test_a_finished_bench_shows_values_intervals_and_luck(small: SmallProject) -> None:
    make_bench(small.store)
    app = open_bench(small)
    table = html(app)
    assert table.index("Good detector") < table.index("Bad detector") < table.index("Built-in")
    assert "<b>0.70</b> <span>0.50–0.80</span><small>luck 0.10</small>" in table
    assert "n = 5 · 1 without an answer" in table
    assert "knows 1 of these series" in table
    assert len(app.get("plotly_chart")) == 1
    assert len(app.get("download_button")) == 2
    explained = " ".join(caption.value for caption in app.caption)
    for word in ("VUS-PR", "Interval F1", "Event recall", "False alarms", "Runtime"):
        assert f"**{word}**" in explained


def test_a_source_can_be_looked_at_alone(small: SmallProject) -> None:
    make_bench(small.store)
    app = open_bench(small)
    app.selectbox(key=session.BENCH_SOURCE).set_value("a").run()
    assert "<b>0.80</b>" in html(app)
    app = open_bench(small, bench_view="sources")
    assert "All sources" in html(app)


def test_series_that_a_student_knows_can_be_left_out(small: SmallProject) -> None:
    make_bench(small.store)
    app = open_bench(small)
    app.toggle(key="bench_unlearned").set_value(True).run()
    assert "knows 1 of these" not in html(app)
    assert "n = 5" in html(app)


def test_wins_and_losses_end_in_the_plot_of_a_series(small: SmallProject) -> None:
    make_bench(small.store)
    app = open_bench(small, bench_view="duel", bench_series="b/s5.csv")
    assert "wins on 5 of 6 series by VUS-PR" in app.markdown[1].value
    assert any("Drawn: b/s5.csv" in caption.value for caption in app.caption)
    app.selectbox(key=session.BENCH_B).set_value(STUDENT).run()
    assert "No series has VUS-PR of both" in app.info[0].value
    app.segmented_control(key=session.BENCH_FIGURE).set_value("interval_f1").run()
    assert not app.exception
    assert "equal on 6" in " ".join(line.value for line in app.markdown)
    notes = app.dataframe[0].value["Note"]
    assert notes[notes.str.len() > 0].tolist() == [
        "Student v1 learned from 3 windows of this series"
    ]


def test_two_benches_stand_beside_each_other(small: SmallProject) -> None:
    first = make_bench(small.store)
    make_bench(small.store, title="Bench 2: folder real", offset=0.1)
    app = open_bench(small, bench_view="beside")
    table = app.dataframe[0].value.set_index("Method")
    assert table.loc["Bad detector", "Verdict"] == "better"
    assert table.loc["Bad detector", "Gain"] == "0.10"
    app = open_bench(small, run=first.id, bench_view="beside")
    table = app.dataframe[0].value.set_index("Method")
    assert table.loc["Good detector", "Verdict"] == "worse"


def test_what_has_no_answer_is_listed_with_its_reason(small: SmallProject) -> None:
    make_bench(small.store)
    app = open_bench(small, bench_view="problems")
    assert any("too short for it" in line.value for line in app.markdown)
    assert any("b/s1.csv" in caption.value for caption in app.caption)


def test_a_live_bench_tells_how_far_it_is_and_can_be_stopped(small: SmallProject) -> None:
    job = make_bench(small.store, state="running")
    app = open_bench(small)
    assert app.get("progress")[0].proto.text == "12 of 24 measured · about 2 min left"
    assert "Good detector" in html(app)
    app.button(key=f"bench_stop_{job.id}").click().run()
    assert small.store.jobs.get(job.id).stop_requested


def test_a_bench_that_was_lost_says_why_and_goes_on(small: SmallProject) -> None:
    job = make_bench(small.store, state="lost", message="the process was killed (signal 9)")
    app = open_bench(small)
    assert app.error[0].value == "The process was killed (signal 9)"
    app.button(key=f"bench_resume_{job.id}").click().run()
    assert small.store.jobs.get(job.id).state == "queued"


def test_an_unreadable_result_is_told_in_words(small: SmallProject) -> None:
    job = make_bench(small.store)
    with (job.folder / "results.jsonl").open("a") as file:
        file.write('{"method": "x"}\n')
    app = open_bench(small)
    assert "cannot be read" in app.error[0].value


def test_names_are_shown_as_they_stand(small: SmallProject) -> None:
    method = BenchMethod(key=GOOD, kind="detector", name="<b>bold</b> *star* " + "long " * 30)
    other = BenchMethod(key=STUDENT, kind="student", name="Student v1")
    make_bench(small.store, methods=(method, other))
    assert "&lt;b&gt;bold&lt;/b&gt; *star*" in html(open_bench(small))


def test_figures_beyond_the_usual_ones_are_added_on_request(small: SmallProject) -> None:
    make_bench(small.store)
    app = open_bench(small)
    assert "Range F1" not in html(app)
    app.checkbox(key="bench_more_range_f1").check().run()
    assert "Range F1" in html(app)
    app.segmented_control(key=session.BENCH_FIGURE).set_value("range_f1").run()
    assert not app.exception
    assert any("**Range F1**" in caption.value for caption in app.caption)


def test_a_figure_that_flatters_is_never_seen_without_luck(small: SmallProject) -> None:
    """Point-adjusted F1 is 0.9 everywhere here, but only one detector's luck is known."""
    make_bench(small.store)
    app = open_bench(small, more="point_adjusted_f1", figure="point_adjusted_f1")
    assert html(app).count("<b>0.90</b>") == html(app).count("luck 0.80") == 1
    (chart,) = app.get("plotly_chart")
    assert "Good detector 0.90" in chart.proto.alt
    assert "Bad detector" not in chart.proto.alt
    app = open_bench(small, more="point_adjusted_f1", bench_view="duel")
    options = app.segmented_control(key=session.BENCH_FIGURE).options
    assert "Point-adjusted F1" not in options


def test_what_of_a_folder_could_not_be_read_is_listed(small: SmallProject) -> None:
    job = make_bench(small.store)
    error = RunError(ask_id="reading", item_id="", message="pump.csv: it is a link out")
    RunFolder(job.folder).append_error(error)
    app = open_bench(small, bench_view="problems")
    assert "Left out: 2" in app.segmented_control(key=session.BENCH_VIEW).options
    (said,) = [line.value for line in app.markdown if "it is a link out" in line.value]
    assert said.startswith("pump")  # a file's name stays as it is written


def test_windows_are_fields_for_methods_that_see_them(small: SmallProject, labelled: Path) -> None:
    app = open_bench(small)
    app.number_input(key="bench_window").set_value(800).run()
    app.number_input(key="bench_overlap").set_value(800).run()
    assert app.button(key="bench_start").disabled
    assert "choose a shorter overlap" in app.error[0].value
    app.number_input(key="bench_overlap").set_value(100).run()
    app.button(key="bench_start").click().run()
    (job,) = small.store.jobs.list(small.project_id, "bench")
    request = BenchRequest.read(job.params)
    assert (request.window, request.overlap) == (800, 100)
    assert request.inside == str(labelled.resolve())


def test_a_second_start_goes_to_the_results_too(small: SmallProject, labelled: Path) -> None:
    make_bench(small.store)
    app = open_bench(small, bench="new")
    app.button(key="bench_start").click().run()
    assert not app.exception
    assert not app.warning
    assert app.segmented_control(key=session.BENCH_PAGE).value == "results"
    app.run()
    assert app.segmented_control(key=session.BENCH_PAGE).value == "results"
    app.segmented_control(key=session.BENCH_PAGE).set_value("new").run()
    assert app.button(key="bench_start")


def test_detectors_alone_need_no_windows(small: SmallProject, labelled: Path) -> None:
    app = open_bench(small)
    models = next(p for p in app.get("button_group") if p.proto.label == "Models and answers")
    models.set_value([]).run()
    assert [field.label for field in app.number_input] == []
