"""Prompts: versioned files, what is known is said, and nothing that leaks."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import core.questions.prompts
from core.axis import axis_of
from core.errors import ConfigError
from core.questions import KINDS
from core.questions.base import Question
from core.questions.defaults import (
    default_anomaly_question,
    default_change_point_question,
    default_open_question,
    default_pattern_question,
)
from core.questions.prompts import (
    PROMPT_VERSIONS,
    prompt_version,
    refine_prompt,
    repair_prompt,
    tags_prompt,
)
from core.render import render_overview, render_png
from core.render_presets import PRESETS
from core.render_settings import RenderSettings
from core.series import SeriesData, SeriesInfo, WindowView, view_window
from core.shown import SHOWN, Shown

QUESTIONS: dict[str, Question] = {
    "pattern": default_pattern_question(),
    "anomaly": default_anomaly_question(),
    "open": default_open_question(),
    "change_point": default_change_point_question(),
}
MINUTES = SeriesData(
    np.zeros((300, 2)),
    np.datetime64("2024-03-01T12:00", "ns").astype(np.int64) + np.arange(300) * 60 * 10**9,
)
VIEW = view_window(MINUTES, 100, 220)
every_question = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())


def asked(question: Question, view: WindowView = VIEW, shown: Shown = SHOWN) -> str:
    order = tuple(option.key for option in question.options)
    return KINDS[question.kind].prompt(question, view, order, shown)


def on(x_axis: str, **more: object) -> Shown:
    return Shown(RenderSettings(x_axis=x_axis), **more)  # type: ignore[arg-type]


def test_every_wording_is_a_file_and_every_file_a_wording() -> None:
    files = {path.stem for path in Path(core.questions.prompts.__file__).parent.glob("*.txt")}
    assert files == {prompt_version(name) for name in PROMPT_VERSIONS}
    assert prompt_version("anomaly") == "anomaly.v1"


def test_every_kind_has_a_wording_and_a_tag_form() -> None:
    for kind in KINDS:
        assert {kind, f"{kind}.tags"} <= PROMPT_VERSIONS.keys()


def test_an_unknown_wording_is_refused() -> None:
    with pytest.raises(ConfigError, match="there is no prompt 'mood'"):
        prompt_version("mood")


@every_question
def test_a_prompt_tells_what_is_known(question: Question) -> None:
    told = question.model_copy(update={"domain": "Pumps of $1 a piece."})
    text = asked(told, shown=Shown(units=("°C", "")))
    assert text.startswith("Pumps of $1 a piece.\n\nThe picture shows a window of 120 samples")
    assert "The x axis counts samples from 0 to 119." in text
    assert "The window lasts 7140 seconds (119 minutes)." in text
    assert "There is one sample every 60 seconds." in text
    assert "Units: ch1 in °C." in text
    assert "ch2 in" not in text
    assert question.text in text
    for event_type in question.types:
        assert f"- `{event_type.key}` ({event_type.name}): {event_type.meaning}" in text
    for option in question.options:
        assert f"`{option.key}`: {option.meaning}" in text


@every_question
def test_nothing_is_said_of_what_is_not_known(question: Question) -> None:
    text = asked(question, WindowView(np.zeros((50, 1)), 900))
    for word in ("seconds", "Units", "second picture", "UTC", "900", "$"):
        assert word not in text.replace("period in seconds", "")
    assert "\n\n\n" not in text


def test_uneven_sampling_is_said() -> None:
    view = WindowView(np.zeros((5, 1)), 0, np.array([0.0, 1.0, 2.0, 3.0, 9000.0]))
    assert (
        "The samples are not evenly spaced in time: from one to the next it is usually 1 second, "
        "at least 1 second, at most 8997 seconds (2.499 hours)."
    ) in asked(QUESTIONS["open"], view)


def test_types_that_a_question_has_not_got_are_not_listed() -> None:
    bare = QUESTIONS["anomaly"].model_copy(update={"types": ()})
    assert "Types of anomalies" not in asked(bare)
    assert "`type` (null)" in asked(QUESTIONS["open"].model_copy(update={"types": ()}))


@every_question
@pytest.mark.parametrize(
    ("x_axis", "says"),
    [
        ("window", "counted from 0 at the left edge"),
        ("sample", "as on the x axis, from 100 at the left edge. A range is"),
        ("time", 'UTC times in full as on the x axis, written as text like "2024-03-01T13:40:00Z"'),
    ],
)
def test_the_prompt_says_what_a_position_is(question: Question, x_axis: str, says: str) -> None:
    assert says in asked(question, shown=on(x_axis))


def test_elapsed_time_is_written_in_seconds() -> None:
    text = asked(QUESTIONS["anomaly"], replace(VIEW, origin_s=None), on("time"))
    assert "The x axis shows seconds, from 0 to 7140." in text
    assert '"7200" where it reaches the right edge' in text


@pytest.mark.parametrize(
    ("n_channels", "layout", "says"),
    [
        (3, "panels", "ch1 to ch3, one panel each"),
        (3, "overlaid", "ch1 to ch3, in one panel with a legend"),
        (13, "overlaid", "ch1 to ch13, one strip each, every strip with a scale of its own"),
    ],
)
def test_the_prompt_says_how_channels_are_drawn(n_channels: int, layout: str, says: str) -> None:
    shown = Shown(RenderSettings(channels=layout))  # type: ignore[arg-type]
    assert says in asked(QUESTIONS["open"], WindowView(np.zeros((9, n_channels))), shown)


def test_an_overview_and_a_cut_range_are_told() -> None:
    text = asked(QUESTIONS["anomaly"], shown=Shown(PRESETS["robust"], overview=True))
    assert "A second picture shows the whole series with the window shaded" in text
    assert "A line that leaves the picture at the top or bottom goes on beyond it." in text


def test_a_second_look_asks_for_edges_or_nothing() -> None:
    shown = Shown(overview=True).closer()
    text = refine_prompt(QUESTIONS["anomaly"], VIEW, shown)
    assert "This is a closer look at a part of a longer window" in text
    assert "answer with no intervals: that withdraws the proposal" in text
    assert "A second picture" not in text
    assert asked(QUESTIONS["anomaly"], shown=shown) == text


def test_a_repair_says_what_was_wrong() -> None:
    assert repair_prompt("the label is {odd}, $5.").startswith(
        "Your answer cannot be used: the label is {odd}, $5.\n\nGive the whole answer again"
    )


@every_question
def test_the_tag_form_that_is_asked_for_is_read(question: Question) -> None:
    said = {
        "pattern": "<think>It bends.</think><class>cubic</class>",
        "anomaly": "<think>It jumps.</think><anomaly>True</anomaly><index>(7, 7), (9, 12)</index>",
        "open": "It jumps.",
        "change_point": "<think>They part.</think><change>True</change>"
        "<index>(7, independent, ch2), (9, correlation, ch1-ch2)</index>",
    }[question.kind]
    words = tags_prompt(question)
    for tag in ("<class>", "<anomaly>True</anomaly><index>", "</think>"):
        assert (tag in words) == (tag in said)
    assert KINDS[question.kind].parse(question, VIEW, said).kind == question.kind


def test_times_in_tags_are_inclusive_too() -> None:
    text = "<anomaly>True</anomaly><index>(14:00, 14:05), (2024-03-01T15:00:00Z, 15:00)</index>"
    axis = axis_of(RenderSettings(x_axis="time"), VIEW)
    found = KINDS["anomaly"].parse(QUESTIONS["anomaly"], VIEW, text, axis).intervals
    assert [(one.start, one.stop) for one in found] == [(120, 126), (180, 181)]


NAMES = ("boiler_7_FAILS.csv", "anomaly_label", "truth", "Plant Secret", "Europe/Atlantis")


@every_question
@pytest.mark.parametrize("settings", PRESETS.values(), ids=PRESETS.keys())
def test_no_name_of_a_series_is_in_a_prompt(question: Question, settings: RenderSettings) -> None:
    info = SeriesInfo(NAMES[0], NAMES[1:3], ("kPa", "l/h"), NAMES[4], source=NAMES[3])
    text = asked(question, shown=Shown(settings, overview=True, units=info.channel_units))
    assert not [name for name in NAMES if name in text]
    assert question.id not in text
    assert question.name not in text
    assert "Units: ch1 in kPa, ch2 in l/h." in text


def test_a_unit_that_is_a_sentence_is_no_unit() -> None:
    text = asked(QUESTIONS["open"], shown=Shown(units=("the pump fails at sample 40", "l/h")))
    assert "Units: ch2 in l/h." in text


@every_question
def test_the_place_in_the_series_is_not_told_on_the_window_axis(question: Question) -> None:
    moved = replace(VIEW, start=77_000, origin_s=5e8)
    assert asked(question, moved) == asked(question)


def test_the_place_in_the_series_is_not_in_a_picture_of_the_window_axis() -> None:
    values = np.random.default_rng(5).normal(size=(60, 2))
    here = WindowView(values, 0, np.arange(60.0), origin_s=0.0)
    there = WindowView(values, 5_000, np.arange(60.0), origin_s=1e9)
    for name in ("standard", "fine", "robust", "overlaid"):
        assert render_png(here, PRESETS[name]) == render_png(there, PRESETS[name])
    assert render_png(here, PRESETS["visanom"]) != render_png(there, PRESETS["visanom"])
    whole = WindowView(np.concatenate([values, values]))
    assert render_overview(whole, 0, 60) != render_overview(whole, 60, 120)
