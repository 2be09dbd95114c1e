"""Phrases in English against signals of which every event is known."""

import numpy as np
import pytest

from benchmarks.grounding_signals import signals
from core.answers import AnswerContent, Claim, FoundInterval, Span
from core.grounding import Grounded, ground, grounding_share
from core.rationale import Check, check_answer
from core.series import WindowView

SIGNALS = signals()
C, X, Q = "confirmed", "contradicted", "not_checkable"


def said(text: str, *places: tuple[int, int], point: bool = True) -> AnswerContent:
    """An answer with these intervals and one phrase, which points to the first of them."""
    intervals = tuple(
        FoundInterval(number=number, start=start, stop=stop)
        for number, (start, stop) in enumerate(places, start=1)
    )
    span = Span(text=text, interval=1 if places and point else None)
    return AnswerContent(kind="anomaly", intervals=intervals, rationale=(span,))


@pytest.mark.parametrize(
    ("signal", "text", "status"),
    [
        # places: samples, parts of the window, times
        ("spikes", "In samples 338–343 there's an upward spike of roughly 40 units.", C),
        ("spikes", "At samples 700 to 720 there is a spike.", X),
        ("shift", "The mean shifts from 50 to 19 between index 200 and 259.", C),
        ("shift", "The mean shifts from 50 to 35 between index 200 and 259.", X),
        ("valley", "The values decline from 80 to 20 in the first half.", C),
        ("valley", "The maximum value of 80 is reached at the start.", C),
        ("hour", "Around the 22-minute mark the level is 12 lower.", C),
        ("hour", "Between 1,200 s and 1,490 s the level drops by 12.", C),
        ("hour", "A drop of 12 occurs 30 minutes after the start.", X),
        ("hour", "At 2 hours the level drops.", X),
        # channels
        ("three", "Channel 2 dips at sample 222 by 6.", C),
        ("three", "ch1 and ch3 both rise between 100 and 300.", X),
        ("three", "ch2 drops at 222 while ch3 keeps rising.", C),
        ("three", "ch7 is flat throughout.", X),
        # directions and sizes
        ("shift", "The level rises at sample 200 and falls again at sample 260.", X),
        ("step", "The series doubles after sample 300.", X),
        ("step", "At sample 300 the level more than doubles.", C),
        ("climb", "The series rises linearly until sample 400 and is flat afterwards.", C),
        ("climb", "The series is flat until sample 400 and rises afterwards.", X),
        ("cycle", "It repeats every 50 samples in the first half and every 25 near the end.", C),
        ("noisy", "High-frequency fluctuations increase four-fold between 250 and 350.", C),
        ("noisy", "The series becomes very erratic in samples 450-520.", X),
        # gaps
        ("gap", "40 values are missing between samples 150 and 189.", C),
        ("gap", "Between samples 150 and 189 the value is 30.", X),
        # ordinals and superlatives
        ("spikes", "The second largest spike is the one at sample 120.", C),
        ("spikes", "The second largest spike is at sample 480.", X),
        ("spikes", "The only spike lies at sample 120.", X),
        # denials
        ("spikes", "No spike can be seen between 200 and 300.", C),
        ("spikes", "No spike can be seen between 300 and 400.", X),
        # several sentences
        ("spikes", "Step 1: It is stable around 50. Step 2: At index 340 it spikes to 90.", C),
        ("spikes", "Step 1: It is stable around 50. Step 2: At index 340 it spikes to 70.", X),
        # nothing to measure
        ("spikes", "The series shows unusual behaviour.", None),
        ("valley", "It falls, then rises.", None),
        ("spikes", "The curve that fits best is linear increase", None),
    ],
)
def test_phrases_without_a_pointer(signal: str, text: str, status: str | None) -> None:
    found = ground(said(text), SIGNALS[signal])[0]
    assert found.status == status, found.measured


@pytest.mark.parametrize(
    ("signal", "text", "interval", "status"),
    [
        ("shift", "roughly 31 units below its normal level", (200, 260), C),
        ("shift", "roughly 31 units above its normal level", (200, 260), X),
        ("spikes", "a drop of 20 below the baseline", (120, 121), C),
        ("spikes", "something odd", (120, 121), Q),
    ],
)
def test_what_names_no_place_speaks_of_its_interval(
    signal: str, text: str, interval: tuple[int, int], status: str
) -> None:
    assert ground(said(text, interval), SIGNALS[signal])[0].status == status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("the only anomaly", X),
        ("the first event", X),
        ("the second event", C),
        ("the last event", C),
    ],
)
def test_ordinals_of_events_are_those_of_the_answers_own_intervals(text: str, status: str) -> None:
    answer = said(text, (340, 342), (120, 121))
    assert ground(answer, SIGNALS["spikes"])[0].status == status


def test_the_claim_that_was_read_is_returned_with_what_was_measured() -> None:
    found = ground(said("At sample 300 the level jumps by 15."), SIGNALS["step"])[0]
    assert found == Grounded(
        "confirmed",
        "measured +15.6",
        (Claim(kind="change", start=300, stop=301, value=15.0),),
    )


@pytest.mark.parametrize(
    ("first", "text", "status"),
    [
        (None, "From sample 120 to 149 the level is 12 lower.", C),
        (None, "From sample 5,120 to 5,149 the level is 12 lower.", C),
        (0, "From sample 120 to 149 the level is 12 lower.", C),
        (5000, "From sample 120 to 149 the level is 12 lower.", X),
        (0, "From sample 5,120 to 5,149 the level is 12 lower.", X),
    ],
)
def test_samples_are_counted_as_the_axis_counts_them(
    first: int | None, text: str, status: str
) -> None:
    assert ground(said(text), SIGNALS["hour"], first=first)[0].status == status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Between 12:20 and 12:24 the level is 12 lower.", C),
        ("Between 12:40 and 12:44 the level is 12 lower.", X),
        ("Between 2024-03-01 12:20 and 2024-03-01 12:24 the level is 12 lower.", C),
        ("At 14:00 the level drops.", X),
    ],
)
def test_clock_times_are_read_where_they_are_known(text: str, status: str) -> None:
    view = SIGNALS["hour"]
    seconds = np.arange(0, 3600, 10).astype("timedelta64[s]")
    times = np.datetime64("2024-03-01T12:00:00") + seconds
    assert ground(said(text), view, times=times)[0].status == status
    assert ground(said(text), view)[0].status == Q


def test_seconds_of_a_window_without_times_cannot_be_checked() -> None:
    found = ground(said("At 20 seconds the level drops by 12."), SIGNALS["shift"])[0]
    assert found == Grounded("not_checkable", "the window has no such times")


def test_a_second_span_of_an_interval_need_not_say_more() -> None:
    answer = said("a spike of +40", (340, 342))
    more = (*answer.rationale, Span(text=" that is odd", interval=1), Span(text=". "))
    checks = check_answer(answer.model_copy(update={"rationale": more}), SIGNALS["spikes"])
    assert checks == [Check("confirmed", "measured +40.3"), None, None]


def test_the_share_counts_spans_that_could_be_checked() -> None:
    answer = said("a spike of +40", (340, 342))
    texts = ("At 480 it drops by 15.", "At 120 it drops by 20.", "Hm.")
    rationale = (*answer.rationale, *(Span(text=text) for text in texts))
    answer = answer.model_copy(update={"rationale": rationale})
    assert grounding_share(answer, SIGNALS["spikes"]) == pytest.approx(2 / 3)
    assert grounding_share(said("Hm."), SIGNALS["spikes"]) is None


@pytest.mark.parametrize("n", [1, 2, 5])
@pytest.mark.parametrize("value", [0.0, float("nan"), 1e300])
def test_windows_with_next_to_nothing_in_them_are_read_too(n: int, value: float) -> None:
    view = WindowView(np.full((n, 1), value))
    for name in ("spikes", "climb", "cycle", "noisy", "gap", "step"):
        for text in TEXTS[name]:
            ground(said(text, (0, n)), view)


TEXTS = {
    "spikes": ("The largest spike is at sample 0, where the value reaches 90.", "the only spike"),
    "climb": ("The values climb steadily from 0 to 100 between samples 0 and 4.", "it rises"),
    "cycle": ("It repeats every 50 samples.", "it oscillates"),
    "noisy": ("Between 0 and 3 the noise is 4 times the usual.", "noisier", "calm"),
    "gap": ("No data between samples 0 and 1.", "the value 12 repeats 4 times"),
    "step": ("At sample 1 the level doubles.", "+40 %", "a change", "the minimum"),
}
