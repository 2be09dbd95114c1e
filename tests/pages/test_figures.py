"""The figures of Train and Models: what is drawn, from plain numbers."""

import pytest

from core.advisor.forecast import Gain
from pages.components import figures, marks
from pages.components.figures import Bar, bars, confusion, run_curves

ROWS = [
    Bar("rules", marks.RULES, 0.8, 0.7, 0.9, 50),
    Bar("student", marks.STUDENT, 0.9, 0.8, 1, 50),
]


def test_bars_carry_their_interval_as_distances_from_the_value() -> None:
    rules, student = bars(ROWS, "Accuracy").data
    drawn = (rules.x[0], rules.error_x.array[0], rules.error_x.arrayminus[0])
    assert drawn == pytest.approx((80, 10, 10))
    assert student.error_x.color == marks.STUDENT


def test_the_number_stands_beside_the_name() -> None:
    assert list(bars(ROWS, "Accuracy").layout.yaxis.ticktext) == [
        "rules  <b>80 %</b>",
        "student  <b>90 %</b>",
    ]


def test_a_figure_that_is_no_share_keeps_its_scale() -> None:
    figure = bars([Bar("rules", marks.RULES, 1.25, 1.0, 1.5, 9)], "Alarms", percent=False)
    assert figure.data[0].x[0] == 1.25
    assert figure.layout.yaxis.ticktext[0] == "rules  <b>1.25</b>"


def test_luck_is_a_tick_across_the_bars_that_have_one() -> None:
    lucky = Bar("majority", marks.NEUTRAL, 0.2, 0.1, 0.3, 50, luck=0.25)
    *_, ticks = bars([*ROWS, lucky], "Accuracy").data
    assert (list(ticks.y), list(ticks.x)) == (["majority"], [25.0])
    assert len(bars(ROWS, "Accuracy").data) == 2


def test_a_tick_beyond_all_bars_is_in_sight() -> None:
    alarms = Bar("rules", marks.RULES, 0.1, 0.0, 0.2, 9, luck=3.0)
    assert bars([alarms], "Alarms", percent=False).layout.xaxis.range[1] > 3.0


def test_guessing_is_a_dotted_line_of_the_validation_curve() -> None:
    (line,) = run_curves([], marks.STUDENT, luck=0.15).layout.shapes
    assert (line.yref, line.y0, line.y1, line.line.dash) == ("y2", 0.15, 0.15, "dot")
    assert run_curves([], marks.STUDENT).layout.shapes == ()


def test_a_run_without_a_validation_score_has_its_loss_alone() -> None:
    figure = run_curves([{"step": 1, "loss": 2.0, "validation": None}], marks.STUDENT)
    assert [line.name for line in figure.data] == ["loss of each step", "loss"]
    assert figure.layout.xaxis.domain == (0, 1)


def test_a_confusion_matrix_inks_the_share_of_each_true_class() -> None:
    figure = confusion([[3, 1], [0, 0]], ["a", "b"], marks.STUDENT, "student", [(0, 1)])
    heat, text = figure.data
    assert [list(row) for row in heat.z] == [[0.75, 0.25], [0.0, 0.0]]
    assert list(text.text) == ["3", "1"]
    assert len(figure.layout.shapes) == 1


def test_a_repeated_validation_is_one_point() -> None:
    metrics = [
        {"step": 1, "loss": 2.0, "validation": None},
        {"step": 2, "loss": 1.0, "validation": 0.5},
        {"step": 3, "loss": 0.5, "validation": 0.5},
        {"step": 4, "loss": 0.4, "validation": 0.7},
    ]
    each, loss, validation = run_curves(metrics, marks.STUDENT).data
    assert list(each.y) == [2.0, 1.0, 0.5, 0.4]
    assert list(loss.y) == [2.0, 1.5, 0.75, 0.45]  # means over two steps: batches jump about
    assert list(validation.x) == [2, 4]


def test_every_figure_has_the_explicit_template() -> None:
    made = [bars(ROWS, "x"), confusion([[1]], ["a"], marks.RULES, "x"), run_curves([], "#000000")]
    assert all(figure.layout.template == figures.TEMPLATE for figure in made)


def test_runs_over_each_other_differ_by_their_dashes_and_not_by_hue() -> None:
    metrics = [{"step": 1, "loss": 2.0, "validation": 0.4}]
    drawn = figures.compared_curves([("Training 1", metrics), ("Training 2", metrics)]).data
    assert [(one.name, one.line.dash) for one in drawn] == [
        ("Training 1", "solid"),
        ("Training 1", "solid"),
        ("Training 2", "dash"),
        ("Training 2", "dash"),
    ]
    assert all(one.line.color.startswith("rgba(0, 114, 178") for one in drawn)


def test_a_learning_curve_ends_in_the_interval_of_what_more_would_bring() -> None:
    gain = Gain(more=50, low=0.01, high=0.03, n_windows=60)
    curve, ahead = figures.learning_curve([(10, 0.6), (40, 0.8)], 50, gain, "Pattern").data
    assert list(curve.y) == [60.0, 80.0]
    assert (ahead.x[0], ahead.y[0]) == (100, pytest.approx(82.0))
    assert ahead.error_y.array[0] == pytest.approx(1.0)
