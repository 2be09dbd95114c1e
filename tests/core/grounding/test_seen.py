"""Numbers in an answer's words count from what its picture showed."""

import numpy as np

from core.answers import AnswerContent, Span
from core.grounding import UNKNOWN, seen_by, seen_on
from core.rationale import check_answer
from core.render import render_record
from core.render_presets import PRESETS
from core.series import WindowView


def a_window(start: int, origin_s: float | None = None) -> WindowView:
    """Noise with a spike at the window's sample 40."""
    values = np.random.default_rng(0).normal(0, 0.1, (200, 1))
    values[40] += 5
    return WindowView(values, start, np.arange(200.0), origin_s)


def test_a_window_axis_counts_from_the_windows_first_sample() -> None:
    assert seen_on(PRESETS["standard"], a_window(50))["first"] == 0
    assert seen_on(PRESETS["visanom"], a_window(50))["first"] == 50


def test_a_time_axis_gives_the_times_of_the_samples() -> None:
    times = seen_on(PRESETS["clock"], a_window(0, origin_s=1.5))["times"]
    assert times is not None
    assert times[:2].astype(str).tolist() == [
        "1970-01-01T00:00:01.500000",
        "1970-01-01T00:00:02.500000",
    ]


def test_without_a_picture_it_is_left_to_be_found_out() -> None:
    assert seen_by("", a_window(50)) == UNKNOWN


def test_the_same_words_are_right_on_one_axis_and_wrong_on_the_other() -> None:
    view = a_window(50)
    said = AnswerContent(kind="open", rationale=(Span(text="A spike of +5 at sample 90."),))
    whole = check_answer(said, view, render_record(PRESETS["visanom"]))
    window = check_answer(said, view, render_record(PRESETS["standard"]))
    assert [one.status for one in (*whole, *window) if one is not None] == [
        "confirmed",
        "contradicted",
    ]
