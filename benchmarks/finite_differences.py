"""What needs no training on springs: two differences of the values, per series and sample.

positions   how far a ball is from where its speeds before and after take it: moved balls.
speeds      by how much the change of speed differs from the one before: other springs, other speed.

Balls near a wall are left out, whose speed turns over without a change.

Between them and the student stands what the student's independent score is without a network:
nothing is predicted but that all stays as it is, and the misses across a sample are added with
weights learned from training series in the same way.
"""

import numpy as np
from numpy.typing import NDArray

from core.generate_springs import STEP, WALL
from core.students.correlation_scores import (
    Norms,
    independent_parts,
    learn_weights,
    misses_across,
)

_NEAR = 0.3
"""How near a ball may come to a wall before it is left out for a moment."""
_STEPS_AROUND = 2


def learned_norms(training: NDArray[np.float32], reach: int) -> Norms:
    """Return the weights of misses, learned from (B, T, N, 4) series without their labels."""
    return learn_weights([misses_across(_unpredicted(one, reach)) for one in training])


def weighted_differences(
    values_B_T_N_4: NDArray[np.float32], norms: Norms, reach: int
) -> NDArray[np.float64]:
    """Return (B, T): the independent score of predictions that nothing changes."""
    return np.stack(
        [
            independent_parts(misses_across(_unpredicted(one, reach)), norms).mean(axis=1)
            for one in values_B_T_N_4
        ]
    )


def _unpredicted(values_T_N_4: NDArray[np.float32], reach: int) -> NDArray[np.float64]:
    """Return (T, reach, N, 4) errors of predicting no change, NaN beyond the end."""
    values = values_T_N_4.astype(np.float64)
    errors = np.full((len(values), reach, *values.shape[1:]), np.nan)
    for ahead in range(1, reach + 1):
        errors[:-ahead, ahead - 1] = values[:-ahead] - values[ahead:]
    return errors


def position_misses(values_B_T_N_4: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return (B, T): squared distance of positions from where the mean speed takes them."""
    values = values_B_T_N_4.astype(np.float64)
    at, speed = values[..., :2], values[..., 2:]
    out = np.zeros(values.shape[:3])
    rest = at[:, 1:] - at[:, :-1] - 0.5 * STEP * (speed[:, 1:] + speed[:, :-1])
    out[:, 1:] = (rest**2).sum(axis=3)
    return np.where(_near_wall(at), 0.0, out).sum(axis=2)


def speed_misses(values_B_T_N_4: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return (B, T): squared second difference of the speeds."""
    values = values_B_T_N_4.astype(np.float64)
    out = np.zeros(values.shape[:3])
    out[:, 2:] = (np.diff(values[..., 2:], 2, axis=1) ** 2).sum(axis=3)
    return np.where(_near_wall(values[..., :2]), 0.0, out).sum(axis=2)


def _near_wall(at: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return (B, T, N): whether a ball was near a wall at most a few samples ago or ahead."""
    near: NDArray[np.bool_] = np.any(np.abs(at) > WALL - _NEAR, axis=3)
    wide = near.copy()
    for shift in range(1, _STEPS_AROUND + 1):
        wide[:, shift:] |= near[:, :-shift]
        wide[:, :-shift] |= near[:, shift:]
    return wide
