"""The chooser ranks detectors by values and corrections alone, and learns from other series."""

from collections.abc import Mapping

import numpy as np
import pytest

from core.chooser import Known, Measured, rank
from core.chooser_evidence import FEATURES, LONGEST, Evidence, evidence_of, few_channels, part_of
from core.chooser_trials import LENGTH, trials
from core.detectors import DETECTORS
from core.errors import DataError
from core.intervals import Interval

KEYS = ("robust_z", "spectral_residual", "polynomial")


def noise(n: int = 1_200, channels: int = 1, seed: int = 0) -> np.ndarray:
    """Return white noise, in which only a value far away is an event that stands out."""
    return np.random.default_rng(seed).normal(size=(n, channels))


def told(trial: Mapping[str, float]) -> Evidence:
    """Return evidence in which the trial says this and all else says nothing."""
    table = np.full((len(trial), len(FEATURES)), np.nan)
    table[:, 0] = list(trial.values())
    return Evidence(tuple(trial), table)


def keys(series: np.ndarray, known: Known | None = None, **rest: object) -> list[str]:
    """Return the keys in the chooser's order."""
    return [one.key for one in rank(series, known=known, **rest)]  # type: ignore[arg-type]


def test_every_detector_has_a_place_a_figure_and_a_reason() -> None:
    found = rank(noise(400))
    assert sorted(one.key for one in found) == sorted(DETECTORS)
    expected = [one.expected for one in found]
    assert expected == sorted(expected, reverse=True)
    assert all(0 <= one <= 1 for one in expected)
    assert all("put into this series" in one.because for one in found)


def test_the_same_series_gives_the_same_ranking() -> None:
    assert rank(noise(), keys=KEYS) == rank(noise(), keys=KEYS)


def test_the_detector_that_finds_what_was_put_in_comes_first() -> None:
    """A scorer that sees the trial's events by comparing with the series, beside a blind one."""
    series = noise()

    def score(key: str, values: np.ndarray, seconds: np.ndarray | None) -> np.ndarray:
        del seconds
        same = values[:, 0] == series[: len(values), 0]
        return np.where(same, 0.0, 1.0) if key == "polynomial" else np.zeros(len(values))

    found = rank(series, keys=KEYS, score=score)
    assert found[0].key == "polynomial"
    assert found[0].expected > 0.9


def test_a_correction_outweighs_the_trial_as_events_add_up() -> None:
    """`robust_z` marks what people marked, `polynomial` only what the trial put in."""
    series = noise()
    more = tuple(Interval(start=s, stop=s + 10) for s in range(100, 1_000, 100))

    def score(key: str, values: np.ndarray, seconds: np.ndarray | None) -> np.ndarray:
        del seconds
        scores = np.zeros(len(values))
        for one in more if key == "robust_z" else ():
            scores[one.start : one.stop] = 1
        return scores

    evidence = told({"polynomial": 0.9, "robust_z": 0.5})

    def first(events: tuple[Interval, ...], until: int) -> str:
        known = Known(((0, until),), events)
        return keys(series, known, evidence=evidence, score=score)[0]

    assert keys(series, evidence=evidence, score=score)[0] == "polynomial"
    assert first((), 600) == "polynomial"  # nothing found in it: nothing said of detectors
    said = rank(series, known=Known(((0, 950),), more), evidence=evidence, score=score)[0]
    assert (said.key, said.expected > 0.8) == ("robust_z", True)
    assert said.because.startswith("1.00 on the 9 events marked here; 0.50 on events put into")


def test_only_reviewed_events_count() -> None:
    evidence = told({"polynomial": 0.9, "robust_z": 0.5})
    known = Known(((0, 100),), (Interval(start=300, stop=310),))
    assert rank(noise(), known=known, evidence=evidence)[0].expected == 0.9


@pytest.mark.parametrize("reviewed", [((0, 9_999),), ((50, 90), (80, 100)), ((30, 30),)])
def test_reviewed_samples_outside_of_the_series_are_refused(
    reviewed: tuple[tuple[int, int], ...],
) -> None:
    with pytest.raises(DataError, match="the reviewed samples"):
        rank(noise(200), known=Known(reviewed), evidence=told({"robust_z": 0.5}))


def test_the_best_on_other_series_wins_where_the_trial_says_nothing() -> None:
    alike = told({"robust_z": 0.5, "polynomial": 0.5})
    others = tuple(Measured(alike, {"robust_z": 0.2, "polynomial": 0.6}) for _ in range(4))
    found = rank(noise(), known=Known(others=others), evidence=alike)
    assert found[0].key == "polynomial"
    assert found[0].expected == pytest.approx(0.6, abs=0.03)
    assert found[0].because.startswith("0.60 on 4 other series; ")


def test_a_trial_that_told_the_best_before_is_trusted_again() -> None:
    """On each other series the detector with the higher trial was the better one."""
    a, b = {"robust_z": 0.8, "polynomial": 0.2}, {"robust_z": 0.2, "polynomial": 0.8}
    others = tuple(Measured(told(one), one) for one in (a, b) * 4)
    for one, best in ((a, "robust_z"), (b, "polynomial")):
        known = Known(others=others)
        assert rank(noise(), known=known, evidence=told(one))[0].key == best


def test_two_other_series_are_too_few_to_learn_from() -> None:
    evidence = told({"robust_z": 0.5, "polynomial": 0.4})
    others = tuple(Measured(evidence, {"robust_z": 0.0, "polynomial": 1.0}) for _ in range(2))
    assert rank(noise(), known=Known(others=others), evidence=evidence)[0].key == "robust_z"


def test_a_series_on_which_not_all_were_measured_teaches_nothing() -> None:
    evidence = told({"robust_z": 0.5, "polynomial": 0.4})
    others = tuple(Measured(evidence, {"polynomial": 1.0}) for _ in range(9))
    assert rank(noise(), known=Known(others=others), evidence=evidence)[0].key == "robust_z"


def test_trials_change_only_what_they_say() -> None:
    series = noise(6_000, 2)
    made = trials(series, 50)
    assert [one.first for one in made] == [0, 952, 1904]
    for one in made:
        original = series[one.first : one.first + LENGTH]
        changed = (one.values != original).any(axis=1)
        assert not changed[~one.truth()].any()
        for event in one.events:
            assert changed[event.start : event.stop].mean() > 0.5
    assert {event.group for one in made for event in one.events} == {"point", "level", "shape"}


@pytest.mark.parametrize(
    "series",
    [
        np.zeros((1, 1)),
        np.full((300, 2), np.nan),
        np.full((300, 1), 7.0),
        np.where(np.arange(300)[:, None] % 3 == 0, np.nan, noise(300)),
        noise(70, 9),
    ],
    ids=["one sample", "missing", "constant", "gaps", "short and wide"],
)
def test_every_series_gets_a_ranking(series: np.ndarray) -> None:
    assert sorted(keys(series, keys=KEYS)) == sorted(KEYS)


def test_a_long_or_wide_series_is_looked_at_in_part() -> None:
    assert part_of(noise(50_000)) == (15_000, 35_000)
    assert part_of(noise(50_000), (100, 900)) == (0, LONGEST)
    assert part_of(noise(50_000), (49_000, 49_900)) == (30_000, 50_000)
    wide = noise(20, 9)
    wide[:, 3] = 1.0
    assert few_channels(wide).shape == (20, 4)
    assert np.array_equal(few_channels(wide)[:, 0], wide[:, 0])


def test_features_do_not_depend_on_the_unit_of_the_values() -> None:
    series = noise(600)
    one = evidence_of(series, keys=KEYS).table
    other = evidence_of(series * 1_024 + 4_096, keys=KEYS).table
    assert one == pytest.approx(other, abs=0.02)
