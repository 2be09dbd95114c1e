"""Connections before and after a sample: means of a graph, pairs lost and gained, real names."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.answers import Author
from core.generate_changes import change_series
from core.series import SeriesInfo, view_window
from core.students.correlation_scores import Strips
from pages.components import marks
from pages.components.figure_connections import connections_figure
from pages.components.review_connections import has_connections
from pages.components.workflows.asking import add_change_question
from pages.components.workflows.connecting import (
    SeenChanges,
    change_words,
    connections_at,
    strongest_place,
    variable_names,
)
from pages.components.workflows.looking import change_strips, changes_of
from pages.components.workflows.reviewing import load_desk
from tests.core.students.test_correlation_student import student as tiny_student
from tests.pages.review_project import answered, review_store
from training.answer_strips import keep_strips
from training.run_folder import RunFolder

LONG = "a rather long name of the third channel, bearing side"
INFO = SeriesInfo("mill", ("inlet <b>", "flow", LONG))


def scores(n: int = 100, at: int = 60) -> SeenChanges:
    """The graph of three variables: 1 and 2 part at a sample, and 1 and 3 begin together."""
    graph = np.zeros((n, 3, 3), np.float32)
    graph[:at, 0, 1] = graph[:at, 1, 0] = 0.9
    graph[at:, 0, 2] = graph[at:, 2, 0] = 0.8
    graph[:, 1, 2] = graph[:, 2, 1] = 0.7
    ensemble = np.zeros(n)
    ensemble[at] = 4.0
    strips = Strips(graph, ensemble, np.zeros(n), ensemble, np.zeros((n, 3)))
    return SeenChanges(strips, threshold=2.0, features=1)


def test_pairs_that_part_or_join_are_named_with_real_names() -> None:
    found = connections_at(scores(), 1000, 1060, INFO)
    assert (found.lost, found.gained) == (((0, 1),), ((0, 2),))
    assert found.before[0, 1] == pytest.approx(0.9) and found.after[0, 1] == 0
    assert change_words(found) == (
        "At sample 1,060, no longer together: ch1 inlet <b> and ch2 flow; "
        f"now together: ch1 inlet <b> and ch3 {LONG}."
    )
    assert found.short[2] == "ch3 a rather long nam…"


def test_a_channel_that_leaves_all_others_is_named_once() -> None:
    found = replace(connections_at(scores(), 1000, 1060, INFO), lost=((0, 2), (1, 2)), gained=())
    assert change_words(found) == (
        f"At sample 1,060, ch3 {LONG} no longer moves with ch1 inlet <b> and ch2 flow."
    )


def test_around_a_place_where_nothing_changes_that_is_said() -> None:
    found = connections_at(scores(), 1000, 1030, INFO)
    assert (found.lost, found.gained) == ((), ())
    assert change_words(found) == (
        "At sample 1,030 the same channels move together before and after."
    )


def test_a_mixed_neighbourhood_is_a_mean() -> None:
    found = connections_at(scores(at=60), 0, 50, INFO)  # 10 of the 25 samples after are as before
    assert found.after[0, 1] == pytest.approx(0.9 * 10 / 25)


def test_the_first_look_is_where_most_changes() -> None:
    assert strongest_place(scores(), 1000) == 1060
    assert strongest_place(scores(at=0), 1000) == 1001  # before the first sample there is nothing


def test_variables_of_several_channels_are_named_by_their_range() -> None:
    info = SeriesInfo("balls", ("x", "y", "a", "b"))
    assert variable_names(info, 2, 2) == ("ch1–ch2 x", "ch3–ch4 a")


def test_the_figure_draws_lines_by_side_and_squares_and_escapes_names() -> None:
    figure = connections_figure(connections_at(scores(), 0, 60, INFO))
    drawn: tuple[Any, ...] = figure.data  # type: ignore[assignment]  # plotly says str
    lines = [one for one in drawn if one.type == "scatter" and one.mode == "lines"]
    assert [(one.line.dash, one.line.color) for one in lines] == [
        ("solid", marks.STUDENT),
        ("dot", marks.NEUTRAL),
        ("solid", marks.STUDENT),
        ("dot", marks.NEUTRAL),
        ("solid", marks.STUDENT),
        ("solid", marks.STUDENT),
    ]
    nodes = [one for one in drawn if one.type == "scatter" and one.mode == "markers+text"]
    assert nodes[0].text[0] == "ch1 inlet &lt;b>"
    assert [one.type for one in drawn].count("heatmap") == 2
    numbers = [one for one in drawn if one.type == "scatter" and one.mode == "text"]
    assert [one.textfont.color for one in numbers] == ["white", None, "white", None]
    assert numbers[0].text[0] == "90%" and numbers[1].text[0] == "0%"


def test_three_strips_lie_under_the_plot_where_the_window_is() -> None:
    strips = change_strips(scores(), 20, 200)
    assert [(one.label, one.threshold) for one in strips] == [
        ("correlation", None),
        ("independent", None),
        ("either", 2.0),
    ]
    assert int(strips[0].scores.argmax()) == 80 and strips[0].scores.shape == (200,)


def test_the_graph_behind_an_answer_is_read_from_where_its_job_kept_it(tmp_path: Path) -> None:
    store = review_store(tmp_path, n=0)
    project_id = store.projects.default().id
    question = add_change_question(store, project_id)
    made = change_series("lost", 301)
    stored, _ = store.series.add(project_id, made.data, made.info)
    (item,) = store.items.add_many(project_id, [(stored.id, 0, 200, question.id)])
    one = tiny_student(questions=(question,))
    folder = store.home / "models" / "v1"
    one.save(folder)
    store.snapshots.add(project_id, "hash", store.home / "snapshots" / "hash", {})
    store.versions.add(
        project_id,
        student="correlation",
        job_id="v1",
        snapshot_hash="hash",
        folder=folder,
        author_version="v1",
    )
    job = store.jobs.enqueue(project_id, "answer", "Answers", {})
    view = view_window(made.data, 0, 200)
    job.folder.mkdir(parents=True)
    keep_strips(RunFolder(job.folder), one, question, item.id, view)
    (content,) = one.answer(question, [view])
    author = Author(kind="student", name="student", version="v1")
    given = answered(store, project_id, item, author, content)
    given = given.model_copy(update={"job_id": job.id})
    desk = load_desk(store, project_id, "me", item.id)
    seen = changes_of(store, desk, made.data, given)
    assert np.array_equal(seen.strips.ensemble, one.strips([view])[0].ensemble)
    assert (seen.threshold, seen.features) == (2.0, 1)
    assert has_connections(desk)
