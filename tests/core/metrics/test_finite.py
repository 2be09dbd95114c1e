"""The interval of a batch's share: exact coverage over every batch of a size, no simulation."""

import numpy as np
import pytest
from scipy.stats import hypergeom

from core.errors import DataError
from core.metrics.estimates import Estimate, wilson
from core.metrics.finite import share_of_batch


def coverage(population: int, n: int) -> tuple[float, float]:
    """Return mean and least coverage over all batches that are 20 to 98 % right."""
    found = [share_of_batch(right, n, population) for right in range(n + 1)]
    lows = np.array([one.low for one in found])[:, None]
    highs = np.array([one.high for one in found])[:, None]
    right = np.arange(round(0.2 * population), round(0.98 * population) + 1)
    shares = right / population
    chance = hypergeom.pmf(np.arange(n + 1)[:, None], population, right[None, :], n)
    covered = (chance * ((lows <= shares) & (shares <= highs))).sum(axis=0)
    return float(covered.mean()), float(covered.min())


@pytest.mark.parametrize("population", [100, 200, 500, 1000])
@pytest.mark.parametrize("n", [20, 30, 45, 60])
def test_the_interval_holds_its_stated_rate(population: int, n: int) -> None:
    mean, least = coverage(population, n)
    assert mean >= 0.95
    # Counts come in steps: no interval of this width holds 95 % at every single share.
    assert least >= 0.89


def test_a_batch_without_end_gives_wilsons_interval() -> None:
    found = share_of_batch(24, 30, 10_000_000)
    assert (found.low, found.high) == pytest.approx(wilson(24, 30), abs=1e-5)


def test_a_large_share_of_the_batch_narrows_the_interval_to_whole_answers() -> None:
    # 24 of 30, of 60: n in Wilson's formula becomes 30 * 59 / 30 = 59: 0.6816 to 0.8823,
    # which is 40.9 to 52.9 answers.
    assert share_of_batch(24, 30, 60) == Estimate(value=0.8, low=40 / 60, high=53 / 60)


def test_what_the_sample_rules_out_is_not_claimed() -> None:
    # All 9 of 10 right: at least 9 are, whatever the formula says.
    assert share_of_batch(9, 9, 10) == Estimate(value=1.0, low=0.9, high=1.0)


def test_a_batch_looked_at_as_a_whole_has_no_uncertainty() -> None:
    assert share_of_batch(3, 4, 4) == Estimate(value=0.75, low=0.75, high=0.75)


def test_nothing_looked_at_says_nothing() -> None:
    assert share_of_batch(0, 0, 10) == Estimate()


@pytest.mark.parametrize("counts", [(4, 3, 10), (-1, 3, 10), (3, 11, 10)])
def test_impossible_counts_are_refused(counts: tuple[int, int, int]) -> None:
    with pytest.raises(DataError, match="right <= looked at <= batch"):
        share_of_batch(*counts)
