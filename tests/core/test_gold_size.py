"""How much gold is enough: the formula against simulated comparisons, and its words."""

import numpy as np
import pytest

from core.gold_size import (
    Stratum,
    basis_words,
    differing_share,
    draws_for,
    gold_size,
    needed,
    short_words,
    size_words,
)


def told(n: int, differing: float, difference: float, seed: int) -> float:
    """Return how often McNemar's test tells two answerers apart over simulated gold of n items."""
    only_one = (differing + difference) / 2
    only_other = (differing - difference) / 2
    shares = [only_one, only_other, 1 - differing]
    drawn = np.random.default_rng(seed).multinomial(n, shares, size=20_000)
    better, worse = drawn[:, 0], drawn[:, 1]
    statistic = (better - worse) / np.sqrt(np.maximum(better + worse, 1))
    return float((np.abs(statistic) > 1.96).mean())


@pytest.mark.parametrize(("differing", "points"), [(0.2, 3), (0.1, 3), (0.3, 5), (0.08, 3)])
def test_a_difference_is_told_in_four_of_five_simulated_comparisons(
    differing: float, points: float
) -> None:
    n = needed(differing, points)

    assert told(n, differing, points / 100, seed=1) == pytest.approx(0.8, abs=0.02)
    assert told(n // 2, differing, points / 100, seed=2) < 0.6
    assert told(n, differing, 0, seed=3) == pytest.approx(0.05, abs=0.01)


def test_the_numbers_by_hand() -> None:
    # (1.96 * 0.44721 + 0.84162 * 0.44621) ** 2 / 0.0009
    assert needed(0.2, 3) == 1742
    assert needed(0.0, 3) == needed(0.03, 3) == 260


def test_the_share_of_differing_items_is_an_assumption_until_it_is_seen() -> None:
    assert differing_share(0, 0) == 0.2
    assert differing_share(0, 10) == 0.1
    assert differing_share(30, 190) == pytest.approx(0.16)


def test_a_rare_class_needs_so_many_draws_at_random() -> None:
    n = draws_for(10, 0.05)
    assert n is not None
    drawn = np.random.default_rng(5).binomial(n, 0.05, size=50_000)
    assert (drawn >= 10).mean() == pytest.approx(0.8, abs=0.02)
    assert draws_for(10, 1.0) == 10
    assert draws_for(0, 0.0) == 0
    assert draws_for(3, 0.0) is None
    assert draws_for(10, 1e-6) is None


def test_what_is_missing_is_said_in_one_line_with_what_it_rests_on() -> None:
    size = gold_size(40, (8, 40), {"spike": 3, "drift": 0, "upload": 10}, {"spike": 0.1})

    assert size_words(size) == f"{size.needed - 40:,} more to tell a 3-point difference"
    assert "differ on 20 % of them (seen on 40 gold items)" in basis_words(size)
    assert size.short == (Stratum("spike", 3, 90), Stratum("drift", 0, None))
    assert short_words(size.short) == (
        "Fewer than 10 gold items of: drift 0, spike 3. About 90 more at random would bring those "
        "that are seen at all there."
    )
    assert size_words(gold_size(5_000)) == "enough to tell a 3-point difference"
    assert "an assumption until" in basis_words(gold_size(0))
    assert short_words(()) == ""
