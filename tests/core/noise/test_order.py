"""Whether reviews look like a random draw."""

import numpy as np
import pytest

from core.noise.order import looks_random, rank_sum_chance


def test_the_chance_follows_the_normal_approximation_of_the_rank_sum() -> None:
    # Ranks of the first: 1 + 2 + 4 = 7; expected 3 * 7 / 2 = 10.5, spread sqrt(9 * 7 / 12).
    away = 3.5 / np.sqrt(5.25)
    assert rank_sum_chance(np.array([1.0, 2, 4]), np.array([3.0, 5, 6])) == pytest.approx(
        {1.5275: 0.1266}[round(away, 4)], abs=5e-5
    )


def test_ties_share_their_rank_and_all_alike_says_nothing() -> None:
    assert rank_sum_chance(np.ones(4), np.ones(6)) == 1.0
    assert rank_sum_chance(np.array([]), np.ones(6)) == 1.0


def test_the_lowest_margins_do_not_look_like_a_random_draw() -> None:
    margins = np.random.default_rng(1).random(200)
    lowest = np.zeros(200, bool)
    lowest[np.argsort(margins)[:30]] = True
    drawn = np.zeros(200, bool)
    drawn[:30] = True
    assert not looks_random(margins, lowest)
    assert looks_random(margins, drawn)
