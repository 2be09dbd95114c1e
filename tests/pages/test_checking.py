"""A checked stretch becomes an item with the person's marks as its label."""

from pathlib import Path

import numpy as np
import pytest
from small_project import RULES, SmallProject, empty_project, made

from core.annotations import Mark
from core.answers import AnswerContent
from core.errors import AnswerError, ConflictError, DataError
from core.intervals import Interval
from core.series import SeriesData, SeriesInfo
from pages.components.workflows.annotating import add_mark
from pages.components.workflows.checking import Stretch, check_stretch, stretch_of, take_back
from storage.rows import StoredSeries

ME = "me"


@pytest.fixture
def small(tmp_path: Path) -> SmallProject:
    return empty_project(tmp_path)


@pytest.fixture
def series(small: SmallProject) -> StoredSeries:
    data = SeriesData(np.zeros((10_000, 2)))
    return small.store.series.add(small.project_id, data, SeriesInfo("pump", ("a", "b")))[0]


def mark(
    small: SmallProject,
    series: StoredSeries,
    start: int,
    stop: int,
    person: str = ME,
    note: str = "",
) -> Mark:
    spike = small.anomaly.type_named("spike").id
    drawn = Interval(start=start, stop=stop)
    return add_mark(small.store, series, person, drawn, spike, note)


def stretch(small: SmallProject, series: StoredSeries, start: int, stop: int) -> Stretch:
    marks = small.store.annotations.current(small.project_id, series.id)
    return stretch_of(small.store, series, ME, (start, stop), marks)


def label(small: SmallProject) -> AnswerContent:
    (found,) = small.store.corrections.current(small.project_id).values()
    assert found.content is not None
    return found.content


def test_marks_inside_become_the_label(small: SmallProject, series: StoredSeries) -> None:
    mark(small, series, 300, 320, note="valve stuck")
    mark(small, series, 5000, 5010)  # outside
    mark(small, series, 310, 330, person="ana")  # somebody else's
    event = check_stretch(small.store, series, ME, stretch(small, series, 0, 1000))
    assert (event.decision, event.person, event.answer_ids) == ("fix", ME, ())
    content = label(small)
    assert [(i.number, i.start, i.stop) for i in content.intervals] == [(1, 300, 320)]
    assert content.rationale_text == "valve stuck "
    (item,) = small.store.items.list(small.project_id)
    assert (item.start, item.stop, item.question_id) == (0, 1000, small.anomaly.id)


def test_a_stretch_without_a_mark_has_no_anomaly(small: SmallProject, series: StoredSeries) -> None:
    event = check_stretch(small.store, series, ME, stretch(small, series, 0, 4096))
    assert event.decision == "no_anomaly"
    assert label(small).intervals == ()


def test_a_mark_that_reaches_beyond_is_cut_at_the_edge_and_counted(
    small: SmallProject, series: StoredSeries
) -> None:
    mark(small, series, 90, 120)
    found = stretch(small, series, 100, 200)
    assert found.cut == 1
    check_stretch(small.store, series, ME, found)
    assert [(i.start, i.stop) for i in label(small).intervals] == [(100, 120)]


def test_a_stretch_longer_than_a_window_is_refused(
    small: SmallProject, series: StoredSeries
) -> None:
    found = stretch(small, series, 0, 4097)
    assert "4,097 samples are in sight" in found.problem
    with pytest.raises(DataError, match="zoom in; nothing was stored"):
        check_stretch(small.store, series, ME, found)
    assert small.store.items.count(small.project_id) == 0


def test_a_decision_made_meanwhile_is_a_conflict(small: SmallProject, series: StoredSeries) -> None:
    seen = stretch(small, series, 0, 100)
    check_stretch(small.store, series, "ana", seen)
    with pytest.raises(ConflictError, match="by 'ana'"):
        check_stretch(small.store, series, ME, seen)
    again = stretch(small, series, 0, 100)
    assert again.label is not None
    assert again.label.event.person == "ana"
    assert check_stretch(small.store, series, ME, again).sequence == 2


def test_answers_in_sight_are_named_when_they_are_of_this_stretch(
    small: SmallProject, series: StoredSeries
) -> None:
    windows = [(series.id, start, start + 100, small.anomaly.id) for start in (0, 100)]
    here, there = small.store.items.add_many(small.project_id, windows)
    answers = [made(one, RULES, AnswerContent(kind="anomaly")) for one in (here, there)]
    small.store.answers.add_many(small.project_id, answers)
    ids = [answer.id for answer in answers]
    event = check_stretch(small.store, series, ME, stretch(small, series, 0, 100), ids)
    assert (event.item_id, event.answer_ids) == (here.id, (answers[0].id,))


def test_a_type_of_another_question_is_refused(small: SmallProject, series: StoredSeries) -> None:
    add_mark(small.store, series, ME, Interval(start=1, stop=5), "strange")
    with pytest.raises(AnswerError, match="does not belong to the question"):
        check_stretch(small.store, series, ME, stretch(small, series, 0, 100))
    assert small.store.items.count(small.project_id) == 0


def test_gold_inside_is_said(small: SmallProject, series: StoredSeries) -> None:
    small.store.gold.reserve(small.project_id, [(series.id, 50, 80)], "drawn")
    assert "none learns from it" in stretch(small, series, 0, 100).gold
    assert stretch(small, series, 80, 100).gold == ""


def test_a_check_is_taken_back_while_it_is_the_latest_decision(
    small: SmallProject, series: StoredSeries
) -> None:
    first = check_stretch(small.store, series, ME, stretch(small, series, 0, 100))
    second = check_stretch(small.store, series, ME, stretch(small, series, 100, 200))
    with pytest.raises(DataError, match="decided on something else since"):
        take_back(small.store, small.project_id, ME, first.id)
    take_back(small.store, small.project_id, ME, second.id)
    assert set(small.store.corrections.current(small.project_id)) == {first.item_id}
