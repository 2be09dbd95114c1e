"""Explore: the list, its filters, one series with its picture and answers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from small_project import SmallProject, asked_project, empty_project, pattern, with_gold
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, TextInput

from core.series import SeriesData, SeriesInfo
from pages.components import session
from pages.components.explore_answers import item_marks
from pages.components.services import Services
from pages.components.workflows.annotating import change_mark
from pages.components.workflows.browsing import facts, items_of, series_table
from pages.components.workflows.context import LogRow, store_log
from pages.components.workflows.linking import ViewLink

APP = Path(__file__).parents[2] / "app.py"


def open_explore(
    small: SmallProject, plain: bool = False, link: ViewLink | None = None, **params: str
) -> AppTest:
    """Open the page; `plain` stands for a browser that could not load the chart."""
    app = AppTest.from_file(APP, default_timeout=60)
    if plain:
        app.session_state[f"{session.EXPLORE_CHART}_failed"] = "no static files"
    app.session_state[session.SERVICES] = Services(store=small.store, worker=False)
    app.run()
    for name, value in {**(link.params() if link else {}), **params}.items():
        app.query_params[name] = value
    app.switch_page("pages/explore.py").run()
    assert not app.exception
    return app


def test_an_empty_project_is_told_where_to_begin(tmp_path: Path) -> None:
    app = open_explore(empty_project(tmp_path))
    assert "There is no series yet" in app.info[0].value


def test_the_first_series_is_shown_with_its_facts_and_the_list(tmp_path: Path) -> None:
    app = open_explore(asked_project(tmp_path))
    assert app.expander[0].label == (
        "**line-0** · 64 samples · 1 channel · no times\\: row index · series 1 of 24"
    )
    assert len(app.dataframe[0].value) == 24


def test_search_narrows_the_list_and_says_when_nothing_is_left(tmp_path: Path) -> None:
    app = open_explore(asked_project(tmp_path))
    app.text_input(key="explore_search").set_value("line-2").run()
    assert list(app.dataframe[0].value["Name"]) == [
        "line-2",
        "line-20",
        "line-21",
        "line-22",
        "line-23",
    ]
    app.text_input(key="explore_search").set_value("pump").run()
    assert "No series matches" in app.info[0].value


def test_filters_count_what_people_and_models_did(tmp_path: Path) -> None:
    small = with_gold(asked_project(tmp_path), n_gold=8)
    small.decide(small.pattern_items[1], "accept", pattern("linear_decrease"))
    store = small.store
    assert len(series_table(store, store.projects.default(), only="Gold")[0]) == 8
    assert [
        row.info.name for row in series_table(store, store.projects.default(), only="Reviewed")[0]
    ] == ["line-1"]
    assert series_table(store, store.projects.default(), only="Not asked")[0] == []
    assert len(series_table(store, store.projects.default(), only="Answered")[0]) == 24


def test_imported_truth_is_not_among_the_answers_shown(tmp_path: Path) -> None:
    small = with_gold(asked_project(tmp_path), n_gold=8)
    gold = small.pattern_items[-1]
    rows = items_of(small.store, small.project_id, gold.series_id)
    assert {answer.author.kind for row in rows for answer in row.answers} == {"rules"}


def test_a_wrong_link_says_so_and_the_page_stands(tmp_path: Path) -> None:
    app = open_explore(asked_project(tmp_path), series="no-such-series")
    assert "no-such-series" in app.error[0].value


def test_years_before_1900_are_written_out(tmp_path: Path) -> None:
    small = empty_project(tmp_path)
    years = np.array(["1700-01-01", "1701-01-01"], dtype="datetime64[us]").astype(np.int64)
    data = SeriesData(np.zeros((2, 1)), years, "us")
    stored, _ = small.store.series.add(small.project_id, data, SeriesInfo("old", ("v",)))
    assert "1700-01-01 00:00:00 to 1701-01-01 00:00:00" in facts(stored, "UTC")


def bench_project(home: Path) -> tuple[SmallProject, str]:
    """Return a project with one series of 500 samples, a minute apart, and its id."""
    small = empty_project(home)
    times = 1_709_280_000_000_000_000 + np.arange(500) * 60_000_000_000
    info = SeriesInfo("pump", ("flow", "level"), zone="UTC", zone_known=True)
    data = SeriesData(np.zeros((500, 2)), times)
    stored, _ = small.store.series.add(small.project_id, data, info)
    return small, stored.id


def marks_of(small: SmallProject, series_id: str) -> list[tuple[int, int]]:
    found = small.store.annotations.current(small.project_id, series_id)
    return [(mark.start, mark.stop) for mark in found]


def add_typed(app: AppTest, first: str, last: str) -> None:
    app.text_input(key="explore_new_first").set_value(first)
    app.text_input(key="explore_new_last").set_value(last)
    button(app, "Add interval").click().run()
    assert not app.exception


def button(app: AppTest, label: str) -> Button:
    return next(one for one in app.button if one.label == label)


def field(app: AppTest, label: str) -> TextInput:
    return next(one for one in app.text_input if one.label == label)


def test_an_interval_is_typed_as_samples_or_times_and_selected(tmp_path: Path) -> None:
    small, series_id = bench_project(tmp_path)
    app = open_explore(small)
    add_typed(app, "2024-03-01 08:10", "08:12")
    assert marks_of(small, series_id) == [(10, 13)]
    assert [field(app, f"{edge} sample").value for edge in ("First", "Last")] == [
        "10",
        "12",
    ]


def test_a_typed_edge_is_stored_and_a_wrong_one_is_said(tmp_path: Path) -> None:
    small, series_id = bench_project(tmp_path)
    app = open_explore(small)
    add_typed(app, "10", "12")
    field(app, "Last sample").set_value("08:20:30").run()
    assert marks_of(small, series_id) == [(10, 21)]
    field(app, "Last sample").set_value("4").run()
    assert "would hold no sample" in app.error[0].value
    assert field(app, "Last sample").value == "20"
    assert marks_of(small, series_id) == [(10, 21)]


def test_undo_and_redo_work_after_a_reload_and_without_the_chart(tmp_path: Path) -> None:
    small, series_id = bench_project(tmp_path)
    add_typed(open_explore(small), "10", "12")
    app = open_explore(small, plain=True)
    app.button(key="explore_chart_undo").click().run()
    assert marks_of(small, series_id) == []
    app.button(key="explore_chart_redo").click().run()
    assert marks_of(small, series_id) == [(10, 13)]


def test_a_mark_removed_in_another_tab_is_said_and_nothing_breaks(tmp_path: Path) -> None:
    small, series_id = bench_project(tmp_path)
    app = open_explore(small)
    add_typed(app, "10", "12")
    small.store.annotations.undo(small.project_id, series_id, "me")
    field(app, "Note").set_value("valve").run()
    assert not app.exception
    assert "not there any more" in app.error[0].value


def test_a_link_restores_range_and_mark_in_a_new_session(tmp_path: Path) -> None:
    small, series_id = bench_project(tmp_path)
    add_typed(open_explore(small), "10", "12")
    (mark,) = small.store.annotations.current(small.project_id, series_id)
    link = ViewLink(series_id, (5, 60), mark.id)
    app = open_explore(small, link=link)
    now = app.session_state[session.EXPLORE_LOOKING]
    assert (now.series, now.visible, now.selected) == (series_id, (5, 60), mark.id)
    assert field(app, "First sample").value == "10"


def test_the_stretch_in_sight_is_checked_and_taken_back(tmp_path: Path) -> None:
    small, series_id = bench_project(tmp_path)
    add_typed(open_explore(small), "10", "12")
    app = open_explore(small, plain=True)
    app.button(key="explore_chart_checked").click().run()
    assert "Samples 0 to 499 are checked, with 1 mark. Saved." in app.success[0].value
    (label,) = small.store.corrections.current(small.project_id).values()
    assert (label.event.person, label.event.decision) == ("me", "fix")
    app.button(key="explore_take_back").click().run()
    assert small.store.corrections.current(small.project_id) == {}
    assert marks_of(small, series_id) == [(10, 13)]


def test_marks_changed_elsewhere_are_not_checked_unseen(tmp_path: Path) -> None:
    small, _ = bench_project(tmp_path)
    app = open_explore(small, plain=True)
    add_typed(open_explore(small), "10", "12")
    app.button(key="explore_chart_checked").click().run()
    assert "changed elsewhere" in app.error[0].value
    assert small.store.corrections.current(small.project_id) == {}
    app.button(key="explore_chart_checked").click().run()
    assert "with 1 mark" in app.success[0].value


def test_a_plain_chart_has_the_only_fields_for_a_new_interval(tmp_path: Path) -> None:
    small, _ = bench_project(tmp_path)
    app = open_explore(small, plain=True)
    assert [one.label for one in app.button].count("Add interval") == 1


def test_an_entry_removed_from_the_log_is_brought_back(tmp_path: Path) -> None:
    small, series_id = bench_project(tmp_path)
    row = small.store.series.get(small.project_id, series_id)
    store_log(small.store, row, "me", [LogRow(1_709_280_300 * 10**9, "pump")], "", False)
    (entry,) = small.store.events.list(small.project_id, series_id)
    small.store.events.remove(small.project_id, entry.id)
    app = open_explore(small)
    now = app.session_state[session.EXPLORE_LOOKING]
    said = replace(now, notice="It is removed.", back=("log", entry.id))
    app.session_state[session.EXPLORE_LOOKING] = said
    app.run()
    app.button(key="explore_take_back").click().run()
    assert small.store.events.list(small.project_id, series_id) == [entry]


def test_the_zone_of_the_project_is_set_for_every_page(tmp_path: Path) -> None:
    small, _ = bench_project(tmp_path)
    app = open_explore(small)
    app.selectbox(key="explore_zone_UTC").select("Europe/Berlin").run()
    assert small.store.projects.default().zone == "Europe/Berlin"
    assert "2024-03-01 09:00:00 to" in app.expander[0].label.replace("\\", "")


def test_an_event_is_noted_and_listed(tmp_path: Path) -> None:
    small, series_id = bench_project(tmp_path)
    app = open_explore(small)
    app.session_state["explore_tabs"] = "Event log"
    app.run()
    app.text_input(key="explore_log_text").set_value("pump replaced")
    app.text_input(key="explore_log_when").set_value("08:05")
    button(app, "Note it").click().run()
    (entry,) = small.store.events.list(small.project_id, series_id)
    assert (entry.text, entry.tick, entry.person) == ("pump replaced", 1_709_280_300 * 10**9, "me")
    assert "pump replaced" in list(app.dataframe[-1].value["What"])


def test_a_time_that_cannot_be_read_costs_nothing_that_was_typed(tmp_path: Path) -> None:
    small, series_id = bench_project(tmp_path)
    app = open_explore(small)
    app.session_state["explore_tabs"] = "Event log"
    app.run()
    app.text_input(key="explore_log_text").set_value("pump replaced")
    app.text_input(key="explore_log_when").set_value("this morning")
    button(app, "Note it").click().run()
    assert app.text_input(key="explore_log_text").value == "pump replaced"
    assert app.text_input(key="explore_log_when").value == "this morning"
    assert "neither a sample nor a time" in app.toast[0].value
    app.text_input(key="explore_log_when").set_value("1.3.2024 08:05")
    button(app, "Note it").click().run()
    (entry,) = small.store.events.list(small.project_id, series_id)
    assert entry.tick == 1_709_280_300 * 10**9
    assert app.text_input(key="explore_log_text").value == ""


def test_what_models_said_is_taken_over_as_ones_own(tmp_path: Path) -> None:
    small = asked_project(tmp_path, n_series=1)
    series_id = small.anomaly_items[0].series_id
    (answer,) = small.store.answers.for_item(small.project_id, small.anomaly_items[0].id)
    app = open_explore(small, link=ViewLink(series_id, None, f"{answer.id}:1"))
    button(app, "Take over as your mark").click().run()
    (mark,) = small.store.annotations.current(small.project_id, series_id)
    assert (mark.start, mark.stop, mark.type_id) == (20, 22, small.anomaly.type_named("spike").id)


def test_two_tabs_change_one_edge_each_and_both_changes_stand(tmp_path: Path) -> None:
    small, series_id = bench_project(tmp_path)
    one = open_explore(small)
    add_typed(one, "125", "155")
    (mark,) = small.store.annotations.current(small.project_id, series_id)
    other = open_explore(small, link=ViewLink(series_id, None, mark.id))
    field(one, "Last sample").set_value("160").run()
    field(other, "First sample").set_value("120").run()
    assert marks_of(small, series_id) == [(120, 161)]
    field(one, "First sample").set_value("122").run()
    assert "you set first sample 122, but this mark was changed" in one.error[0].value
    assert marks_of(small, series_id) == [(120, 161)]
    field(one, "First sample").set_value("122").run()  # it shows 120 by now
    assert marks_of(small, series_id) == [(122, 161)]


def wide_project(home: Path) -> tuple[SmallProject, str]:
    """Return a project with one series of 14 channels: 12 are drawn at first."""
    small = empty_project(home)
    names = tuple(f"c{number}" for number in range(14))
    data = SeriesData(np.zeros((500, 14)))
    stored, _ = small.store.series.add(small.project_id, data, SeriesInfo("wide", names))
    return small, stored.id


def test_a_check_with_channels_out_of_sight_asks_once_more(tmp_path: Path) -> None:
    small, _ = wide_project(tmp_path)
    app = open_explore(small, plain=True)
    app.button(key="explore_chart_checked").click().run()
    assert "2 channels were not in sight (c12, c13)" in app.warning[0].value.replace("\\", "")
    assert small.store.corrections.current(small.project_id) == {}
    app.button(key="explore_chart_checked").click().run()
    assert "2 channels were not in sight" in app.success[0].value
    assert len(small.store.corrections.current(small.project_id)) == 1


def test_the_second_word_holds_for_what_was_asked_alone(tmp_path: Path) -> None:
    small, series_id = wide_project(tmp_path)
    app = open_explore(small, plain=True)
    app.button(key="explore_chart_checked").click().run()
    app.session_state[f"explore_rows_{series_id}"] = list(range(13))
    app.run()
    app.button(key="explore_chart_checked").click().run()
    assert "1 channel was not in sight (c13)" in app.warning[0].value.replace("\\", "")
    assert small.store.corrections.current(small.project_id) == {}


def test_a_mark_edited_after_its_check_is_said_to_differ(tmp_path: Path) -> None:
    small, series_id = bench_project(tmp_path)
    add_typed(open_explore(small), "10", "12")
    app = open_explore(small, plain=True)
    app.button(key="explore_chart_checked").click().run()
    app.session_state["explore_tabs"] = "Check"
    app.run()
    assert not app.warning
    (mark,) = small.store.annotations.current(small.project_id, series_id)
    row = small.store.series.get(small.project_id, series_id)
    change_mark(small.store, row, "me", mark.id, stop=20)
    app.run()
    assert "Your check of samples 0 to 499 and your marks differ" in app.warning[0].value


def test_ones_own_check_has_a_lane_of_that_name(tmp_path: Path) -> None:
    small = asked_project(tmp_path, n_series=1)
    item = small.anomaly_items[0]
    small.decide(item, "fix", small.spike(20))
    rows = items_of(small.store, small.project_id, item.series_id)
    (label,) = small.store.corrections.current(small.project_id).values()
    own, others = (item_marks(rows, who)[-1].lane for who in (label.event.person, "somebody"))
    assert (own, others) == ("you, checked", "people")


def test_the_next_interval_is_offered_only_where_there_is_one(tmp_path: Path) -> None:
    small, _ = bench_project(tmp_path)
    app = open_explore(small)
    assert not any("press N" in caption.value for caption in app.caption)
    add_typed(app, "10", "12")
    app = open_explore(small)
    assert any("press N" in caption.value for caption in app.caption)


def test_what_was_found_stays_while_a_hit_is_looked_at(tmp_path: Path) -> None:
    small, series_id = shapes_project(tmp_path)
    app = open_explore(small, link=ViewLink(series_id, (100, 140)))
    app.session_state["explore_tabs"] = "Views"
    app.session_state["views_kind"] = "Similar"
    app.run()
    button(app, "Find similar").click().run()
    app.button(key="views_open_0").click().run()
    assert not app.exception
    now = app.session_state[session.EXPLORE_LOOKING]
    assert (now.series != series_id, now.visible) == (True, (300, 340))
    assert str(app.query_params["range"]) == "300-340"
    assert any("Like one, samples 100 to 139 of v" in caption.value for caption in app.caption)
    assert app.button(key="views_open_0").label == "two"


def shapes_project(home: Path) -> tuple[SmallProject, str]:
    """Return a project with two series that have a shape in common, and the first one's id."""
    small = empty_project(home)
    rows: list[str] = []
    for seed, (name, at) in enumerate((("one", 100), ("two", 300))):
        values = np.random.default_rng(seed).normal(size=(500, 1))
        values[at : at + 40, 0] = 10 * np.sin(np.arange(40) / 4)
        data = SeriesData(values)
        info = SeriesInfo(name, ("v",))
        rows.append(small.store.series.add(small.project_id, data, info)[0].id)
    return small, rows[0]
