"""The springs simulator: physics that can be checked to the digit, and what a change changes."""

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import ConfigError
from core.generate_springs import (
    EARLIEST,
    FEWEST_CHANGED,
    LATEST,
    NOISY,
    SPRING_CHANGES,
    STEP,
    STIFFNESS,
    WALL,
    Springs,
    n_changed,
    springs,
)


def energy(made: Springs) -> NDArray[np.float64]:
    """Return (n, 100): kinetic energy and that of the springs that brought each sample about."""
    values = made.values.astype(np.float64)
    at, speed = values[..., :2], values[..., 2:]
    apart = ((at[:, :, :, None] - at[:, :, None]) ** 2).sum(axis=-1)
    stored = 0.25 * STIFFNESS * (apart * made.edges()).sum(axis=(2, 3))  # each pair counts twice
    return 0.5 * (speed**2).sum(axis=(2, 3)) + stored


def second_differences(made: Springs) -> NDArray[np.float64]:
    return np.abs(np.diff(made.values.astype(np.float64), 2, axis=1)).max(axis=(2, 3))


def touched_wall(made: Springs) -> NDArray[np.bool_]:
    return np.asarray((np.abs(made.values[..., :2]) > WALL - 0.3).any(axis=(1, 2, 3)))


@pytest.mark.parametrize("kind", SPRING_CHANGES)
def test_energy_is_kept_at_all_samples_but_the_change(kind: str) -> None:
    made = springs(60, kind, 3)  # type: ignore[arg-type]  # a parameter of pytest is a str
    step = np.abs(np.diff(energy(made), axis=1))
    rows = np.arange(60)
    at_change = step[rows, made.change - 1].copy()
    if kind == "connection":
        # the new springs hold another energy than the old ones from the sample before on
        assert np.median(at_change) > 0.02
    step[rows, made.change - 1] = 0
    calm = ~touched_wall(made)
    assert calm.sum() > 20
    assert step[calm].max() < 1e-4


def test_walls_throw_balls_back_without_loss() -> None:
    made = springs(400, "speed", 5)
    rows = np.flatnonzero(touched_wall(made))
    assert len(rows) > 20
    values = energy(made)[rows]
    drift = np.abs(np.diff(values, axis=1))
    drift[np.arange(len(rows)), made.change[rows] - 1] = 0
    # a bounce between two steps mirrors the position exactly, so only the pull on the way differs
    assert drift.max() < 5e-3
    assert np.abs(made.values[..., :2]).max() <= WALL


def test_the_same_seed_gives_the_same_series_and_another_seed_others() -> None:
    first, again, other = (springs(10, "connection", seed) for seed in (1, 1, 2))
    assert np.array_equal(first.values, again.values)
    assert np.array_equal(first.change, again.change)
    assert not np.array_equal(first.values, other.values)


def test_noise_is_added_to_the_same_motion_with_its_own_size_on_positions_and_speeds() -> None:
    clean, noisy = springs(300, "location", 7), springs(300, "location", 7, NOISY)
    rest = noisy.values - clean.values
    assert np.array_equal(clean.change, noisy.change)
    assert rest[..., :2].std() == pytest.approx(0.05, rel=0.01)
    assert rest[..., 2:].std() == pytest.approx(0.0125, rel=0.01)


def test_changes_are_uniform_among_the_middle_samples() -> None:
    change = springs(4000, "location", 1).change
    assert (change.min(), change.max()) == (EARLIEST, LATEST)
    counts = np.bincount(change)[EARLIEST:]
    assert abs(counts - 4000 / 51).max() < 45  # five standard deviations of a count


def test_a_change_of_connections_changes_at_least_half_of_the_pairs_and_others_none() -> None:
    made = springs(500, "connection", 9)
    assert n_changed(made.before, made.after).min() == FEWEST_CHANGED
    assert np.array_equal(made.before, made.before.transpose(0, 2, 1))
    assert not made.before[:, range(5), range(5)].any()
    assert np.array_equal(springs(50, "speed", 9).before, springs(50, "speed", 9).after)


def test_edges_are_the_springs_that_brought_a_sample_about() -> None:
    made = springs(200, "connection", 4)
    values = made.values.astype(np.float64)
    # over one step the speed changes by the mean pull at its two ends, but for walls
    for name, edges in (("right", made.edges()), ("shifted", np.roll(made.edges(), 1, axis=1))):
        linked = edges[:, 1:].astype(np.float64)
        pull = np.zeros_like(values[:, 1:, :, :2])
        for at in (values[:, :-1, :, :2], values[:, 1:, :, :2]):
            apart = at[:, :, None] - at[:, :, :, None]  # from the receiver to the sender
            pull += 0.5 * STIFFNESS * (linked[..., None] * apart).sum(axis=3)
        rest = np.abs(np.diff(values[..., 2:], axis=1) - STEP * pull).max(axis=(2, 3))
        at_change = rest[np.arange(200), made.change - 1][~touched_wall(made)]
        assert (at_change < 2e-4).all() == (name == "right")


def test_no_channel_jumps_where_connections_change_but_positions_do_where_they_are_moved() -> None:
    for kind, jumps in (("connection", False), ("location", True)):
        made = springs(200, kind, 8)  # type: ignore[arg-type]  # one of the kinds
        values = made.values.astype(np.float64)
        moved = np.diff(values[..., :2], axis=1)
        expected = 0.5 * STEP * (values[:, :-1, :, 2:] + values[:, 1:, :, 2:])
        rest = np.abs(moved - expected).max(axis=(2, 3))[np.arange(200), made.change - 1]
        calm = ~touched_wall(made)
        assert (rest[calm] < 1e-3).all() != jumps


def test_only_changes_that_exist_are_simulated() -> None:
    with pytest.raises(ConfigError, match="choose one of location, speed, connection"):
        springs(1, "colour", 1)  # type: ignore[arg-type]  # what a caller may get wrong
