"""Explore: the list, its filters, one series with its picture and answers."""

from pathlib import Path

import numpy as np
from small_project import SmallProject, asked_project, empty_project, pattern, with_gold
from streamlit.testing.v1 import AppTest

from core.series import SeriesData, SeriesInfo
from pages.components import session
from pages.components.services import Services
from pages.components.workflows.browsing import facts, items_of, series_table

APP = Path(__file__).parents[2] / "app.py"


def open_explore(small: SmallProject, **params: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state[session.SERVICES] = Services(store=small.store, worker=False)
    app.run()
    for name, value in params.items():
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
        "**line-0** · 64 samples · 1 channel · no times\\: row index · Series 1 of 24"
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
    store, project_id = small.store, small.project_id
    assert len(series_table(store, store.projects.default(), only="Gold")[0]) == 8
    assert [row.info.name for row in series_table(store, store.projects.default(), only="Reviewed")[0]] == [
        "line-1"
    ]
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
