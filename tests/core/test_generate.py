"""Generated series: what is promised in docs/generate.md, seed by seed."""

import re
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from core.answers import FoundInterval
from core.generate import FLUCTUATIONS, PATTERNS, Generated, generate, pattern_arrays
from core.generate_events import EVENT_KEYS
from core.generate_shapes import cycle, fluctuate, trend
from core.questions.defaults import default_anomaly_question, default_pattern_question

T = np.linspace(0, 1, 500)


@pytest.fixture(scope="module")
def many() -> list[Generated]:
    return generate(400, seed=90)


def test_the_same_seed_gives_the_same_series_and_another_seed_others() -> None:
    first, again, other = (generate(12, seed) for seed in (1, 1, 2))
    assert [s.data.content_hash for s in first] == [s.data.content_hash for s in again]
    assert not {s.data.content_hash for s in first} & {s.data.content_hash for s in other}


def test_pattern_arrays_are_even_over_classes_and_repeatable() -> None:
    values, labels = pattern_arrays(90, seed=3)
    assert values.shape == (90, 2048)
    assert values.dtype == np.float32
    assert Counter(labels.tolist()) == dict.fromkeys(range(9), 10)
    np.testing.assert_array_equal(values, pattern_arrays(90, seed=3)[0])
    assert pattern_arrays(5, seed=3, length=100)[0].shape == (5, 100)


@pytest.mark.parametrize(
    ("key", "turns"),
    [
        ("linear_increase", "up"),
        ("linear_decrease", "down"),
        ("concave", "up down"),
        ("convex", "down up"),
        ("exponential_growth", "up"),
        ("exponential_decay", "down"),
        ("sigmoid", "up"),
        ("cubic", "up down up"),
        ("gaussian", "up down"),
    ],
)
@pytest.mark.parametrize("seed", range(5))
def test_a_trend_spans_one_and_turns_as_its_class_says(key: str, turns: str, seed: int) -> None:
    values = trend(key, T, np.random.default_rng(seed))
    assert values.min() == 0.0
    assert values.max() == pytest.approx(1.0)
    steps = np.diff(values)
    signs = np.sign(steps[np.abs(steps) > 1e-9])
    ways = ["up" if sign > 0 else "down" for sign in signs]
    assert (
        " ".join(w for w, before in zip(ways, [None, *ways], strict=False) if w != before) == turns
    )


def test_an_unknown_trend_is_named() -> None:
    with pytest.raises(ValueError, match="'wavy' is no trend; use one of linear_increase"):
        trend("wavy", T, np.random.default_rng(0))


@pytest.mark.parametrize("kind", ["sine", "square", "sawtooth"])
def test_a_cycle_repeats_after_one_turn_and_stays_within_half(kind: str) -> None:
    phase = np.arange(60) / 20
    values = cycle(kind, phase, 4.0)  # type: ignore[arg-type]  # parametrised over the literals
    np.testing.assert_allclose(values[:20], values[20:40], atol=1e-12)
    assert np.abs(values).max() <= 0.5


def test_a_clean_fluctuation_adds_nothing_and_spikes_point_their_way() -> None:
    rng = np.random.default_rng(4)
    assert not fluctuate(300, "clean", rng).any()
    up, down = fluctuate(2048, "positive_spiky", rng), fluctuate(2048, "negative_spiky", rng)
    assert np.sum(np.diff(up) > 0.2) >= 4
    assert np.diff(down).min() < -0.2


def test_half_are_pattern_series_and_half_of_the_others_are_clean(many: list[Generated]) -> None:
    asked = Counter(series.asked[0] for series in many)
    assert asked == {"pattern": 200, "anomaly": 200}
    events = [series for series in many if series.asked[0] == "anomaly"]
    assert sum(not series.events for series in events) == 100
    patterns = [series for series in many if series.asked[0] == "pattern"]
    assert all(series.data.values.shape == (2048, 1) for series in patterns)
    assert {series.texture for series in patterns} == set(FLUCTUATIONS)
    assert {series.pattern for series in patterns} == set(PATTERNS)


def test_events_lie_inside_apart_from_each_other_and_of_all_types(many: list[Generated]) -> None:
    keys: Counter[str] = Counter()
    for series in many:
        assert len(series.events) <= 3
        for event in series.events:
            assert 24 <= event.start < event.stop <= series.data.n_samples
            assert all(0 <= channel < 3 for channel in event.channels)
            keys[event.key] += 1
        for first, second in pairwise(series.events):
            assert second.start - first.stop >= 24
    assert set(keys) == set(EVENT_KEYS)
    assert min(keys.values()) >= 20


def test_a_stuck_event_holds_one_value_on_its_channels(many: list[Generated]) -> None:
    for series in many:
        for event in series.events:
            if event.key == "stuck":
                channels = list(event.channels or range(series.data.n_channels))
                held = series.data.values[event.start : event.stop, channels]
                np.testing.assert_array_equal(held, np.broadcast_to(held[0], held.shape))


def test_some_have_three_channels_and_some_irregular_times(many: list[Generated]) -> None:
    events = [series for series in many if series.asked[0] == "anomaly"]
    three = sum(series.data.n_channels == 3 for series in events)
    assert 25 <= three <= 75
    steps = [np.diff(s.data.time) for s in events if s.data.time is not None]
    irregular = [step for step in steps if step.max() > 10 * np.median(step)]
    assert 20 <= len(irregular) <= 60


def test_both_questions_are_asked_only_where_both_have_a_right_answer(
    many: list[Generated],
) -> None:
    both = [series for series in many if len(series.asked) == 2]
    assert len(both) >= 20
    for series in both:
        assert series.pattern in PATTERNS
        assert series.data.n_channels == 1
        assert "level_shift" not in {event.key for event in series.events}


def test_names_and_units_do_not_tell_the_answer(many: list[Generated]) -> None:
    for place, series in enumerate(many, start=1):
        assert series.info.name == f"example {place:04d}"
        assert all(re.fullmatch(r"value|channel \d", name) for name in series.info.channel_names)
    kinds = [series.asked[0] for series in many[:100]]
    assert 30 <= kinds.count("pattern") <= 70, "the order must not tell either"


def test_the_truth_is_an_answer_to_the_question_asked(many: list[Generated]) -> None:
    pattern, anomaly = default_pattern_question(), default_anomaly_question()
    series = next(s for s in many if s.asked == ("pattern",))
    truth = series.truth(pattern)
    assert truth is not None
    assert (truth.label, truth.scores) == (series.pattern, {series.pattern: 1.0})
    assert series.truth(anomaly) is None
    series = next(s for s in many if s.events)
    truth = series.truth(anomaly)
    assert truth is not None
    assert truth.intervals[0] == FoundInterval(
        number=1,
        start=series.events[0].start,
        stop=series.events[0].stop,
        channels=series.events[0].channels,
        type_id=anomaly.type_named(series.events[0].key).id,
    )
