"""The chooser ranks detectors by what is known of them, by corrections, and by other series."""

import numpy as np
import pytest

from core.chooser import Known, Measured, rank
from core.chooser_evidence import LONGEST, evidence_of, few_channels, part_of
from core.chooser_prior import PRIOR
from core.chooser_trials import LENGTH, trials
from core.detectors import DETECTORS
from core.errors import DataError
from core.intervals import Interval

KEYS = ("robust_z", "spectral_residual", "polynomial")


def noise(n: int = 1_200, channels: int = 1, seed: int = 0) -> np.ndarray:
    """Return white noise, in which only a value far away is an event that stands out."""
    return np.random.default_rng(seed).normal(size=(n, channels))


def keys(series: np.ndarray, known: Known | None = None, **rest: object) -> list[str]:
    """Return the keys in the chooser's order."""
    return [one.key for one in rank(series, known=known, **rest)]  # type: ignore[arg-type]


def test_every_detector_has_a_place_a_figure_and_a_reason() -> None:
    found = rank(noise(400))
    assert sorted(one.key for one in found) == sorted(DETECTORS)
    expected = [one.expected for one in found]
    assert expected == sorted(expected, reverse=True)
    assert all(0 <= one <= 1 for one in expected)
    assert all("on generated series" in one.because for one in found)


def test_the_same_series_gives_the_same_ranking() -> None:
    assert rank(noise(), keys=KEYS) == rank(noise(), keys=KEYS)


def test_without_labels_a_series_gets_the_order_of_generated_series() -> None:
    assert set(PRIOR) == set(DETECTORS)
    assert keys(noise()) == sorted(PRIOR, key=lambda key: -PRIOR[key])
    assert keys(noise(seed=1), keys=KEYS) == keys(np.zeros((9, 1)), keys=KEYS)


def test_a_correction_outweighs_the_prior_as_events_add_up() -> None:
    """`robust_z`, the last of the prior, marks what people marked; the others mark nothing."""
    series = noise()
    more = tuple(Interval(start=s, stop=s + 10) for s in range(100, 1_000, 100))

    def score(key: str, values: np.ndarray, seconds: np.ndarray | None) -> np.ndarray:
        del seconds
        scores = np.zeros(len(values))
        for one in more if key == "robust_z" else ():
            scores[one.start : one.stop] = 1
        return scores

    pair = ("knn", "robust_z")
    none = Known(((0, 600),))  # nothing found in it: nothing said of detectors
    assert keys(series, none, keys=pair, score=score)[0] == "knn"
    said = rank(series, known=Known(((0, 950),), more), keys=pair, score=score)[0]
    assert (said.key, said.expected > 0.7) == ("robust_z", True)
    assert said.because.startswith("1.00 on the 9 events marked here; 0.34 on generated series")


def test_only_reviewed_events_count() -> None:
    known = Known(((0, 100),), (Interval(start=300, stop=310),))
    assert rank(noise(), known=known, keys=KEYS) == rank(noise(), keys=KEYS)


@pytest.mark.parametrize("reviewed", [((0, 9_999),), ((50, 90), (80, 100)), ((30, 30),)])
def test_reviewed_samples_outside_of_the_series_are_refused(
    reviewed: tuple[tuple[int, int], ...],
) -> None:
    with pytest.raises(DataError, match="the reviewed samples"):
        rank(noise(200), known=Known(reviewed), keys=("robust_z",))


def test_other_series_move_the_expected_figure_as_observations_do() -> None:
    one = Measured({"robust_z": 1.0, "knn": 0.0})
    pair = ("knn", "robust_z")
    assert keys(noise(), Known(others=(one,)), keys=pair)[0] == "knn"
    found = rank(noise(), known=Known(others=(one,) * 10), keys=pair)[0]
    # 10 series weigh as much as the prior
    assert (found.key, found.expected) == ("robust_z", pytest.approx((PRIOR["robust_z"] + 1) / 2))
    assert found.because.startswith("1.00 on 10 other series; ")


def test_a_series_on_which_not_all_were_measured_teaches_nothing() -> None:
    others = tuple(Measured({"robust_z": 1.0}) for _ in range(99))
    known = Known(others=others)
    assert rank(noise(), known=known, keys=KEYS) == rank(noise(), keys=KEYS)


def test_the_trial_is_told_from_a_blind_score_by_its_figure() -> None:
    """A scorer that sees the trial's events by comparing with the series, beside a blind one."""
    series = noise()

    def score(key: str, values: np.ndarray, seconds: np.ndarray | None) -> np.ndarray:
        del seconds
        same = values[:, 0] == series[: len(values), 0]
        return np.where(same, 0.0, 1.0) if key == "polynomial" else np.zeros(len(values))

    found = evidence_of(series, keys=KEYS, score=score)
    assert found.column("trial")[KEYS.index("polynomial")] > 0.9
    assert found.column("trial")[KEYS.index("robust_z")] < 0.5


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
