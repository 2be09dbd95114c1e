"""Five balls in a box, some joined by springs, whose motion changes once: the graph is known.

The particle-spring simulation of Zhang et al. (CORD_CPD, thesis chapter 4), for all series at once.
Deterministic by seed; the observation noise has its own stream, so that the same seed gives the
same motion at any noise. `docs/changepoints.md` says what is published of it and what is not.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.errors import ConfigError

SpringChange = Literal["location", "speed", "connection"]
SPRING_CHANGES: tuple[SpringChange, ...] = get_args(SpringChange)
N_BALLS = 5
N_STEPS = 100
FEATURES = ("x", "y", "vx", "vy")
STEP = 0.1
"""Time between two samples."""
STIFFNESS = 0.1
"""Pull of a spring per length; its length at rest is 0."""
WALL = 5.0
EARLIEST, LATEST = 25, 75
"""The change is uniform among these samples, both included."""
FEWEST_CHANGED = 5
"""Pairs, of 10, that a change of connections changes at least."""
NOISY = (0.05, 0.0125)
"""The published noisy variant: standard deviation on positions and on speeds."""
_SUBSTEPS = 10
_START_SPREAD, _SPEED = 0.5, 0.5
_JUMP: dict[SpringChange, float] = {"location": 0.1, "speed": 0.02}
_PAIRS = np.triu_indices(N_BALLS, 1)


@dataclass(frozen=True, eq=False)
class Springs:
    """Simulated series and their truth.

    Attributes:
        values: (n, 100, 5, 4) positions x, y and speeds vx, vy of each ball.
        change: (n,) the first sample of the new regime.
        before, after: (n, 5, 5) symmetric, which pairs a spring joins; equal unless the
            connections changed.
        kind: what changed.
    """

    values: NDArray[np.float32]
    change: NDArray[np.int64]
    before: NDArray[np.bool_]
    after: NDArray[np.bool_]
    kind: SpringChange

    def edges(self) -> NDArray[np.bool_]:
        """Return (n, 100, 5, 5): the springs that brought each sample about from the one before."""
        late = np.arange(N_STEPS)[None, :] >= self.change[:, None]
        return np.where(late[:, :, None, None], self.after[:, None], self.before[:, None])


def springs(
    n: int, kind: SpringChange, seed: int, noise: tuple[float, float] = (0.0, 0.0)
) -> Springs:
    """Simulate `n` series with one change each.

    Args:
        noise: standard deviation of what is added to the observed positions and speeds.

    Raises:
        ConfigError: no such change, or a negative noise.
    """
    if kind not in SPRING_CHANGES or min(noise) < 0:
        raise ConfigError(
            f"springs cannot change by {kind!r} with noise {noise}; choose one of "
            f"{', '.join(SPRING_CHANGES)}, and noise of 0 or more"
        )
    place = SPRING_CHANGES.index(kind)
    rng = np.random.default_rng([seed, 21, place])
    change = rng.integers(EARLIEST, LATEST + 1, n)
    before = _joined(rng, n)
    after = _rejoined(rng, before) if kind == "connection" else before
    values = _simulate(rng, kind, change, before, after)
    spread = np.repeat(noise, 2)
    values += spread * np.random.default_rng([seed, 22, place]).standard_normal(values.shape)
    return Springs(values.astype(np.float32), change, before, after, kind)


def _joined(rng: Generator, n: int) -> NDArray[np.bool_]:
    """Return (n, 5, 5) symmetric connections; each pair is joined with probability a half."""
    return _symmetric(rng.random((n, len(_PAIRS[0]))) < 0.5)


def _rejoined(rng: Generator, before: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Draw connections anew until enough pairs differ from `before`."""
    after = _joined(rng, len(before))
    while (few := n_changed(before, after) < FEWEST_CHANGED).any():
        after[few] = _joined(rng, int(few.sum()))
    return after


def n_changed(before: NDArray[np.bool_], after: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return (n,) how many pairs were joined or parted."""
    return (before != after)[:, _PAIRS[0], _PAIRS[1]].sum(axis=1)


def _symmetric(pairs: NDArray[np.bool_]) -> NDArray[np.bool_]:
    matrix = np.zeros((len(pairs), N_BALLS, N_BALLS), bool)
    matrix[:, _PAIRS[0], _PAIRS[1]] = pairs
    return matrix | matrix.transpose(0, 2, 1)


def _simulate(
    rng: Generator,
    kind: SpringChange,
    change: NDArray[np.int64],
    before: NDArray[np.bool_],
    after: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return (n, 100, 5, 4); the change acts on the way to sample `change`."""
    n = len(change)
    at = rng.standard_normal((n, N_BALLS, 2)) * _START_SPREAD
    speed = rng.standard_normal((n, N_BALLS, 2))
    speed *= _SPEED / np.linalg.norm(speed, axis=2, keepdims=True)
    jump = rng.standard_normal((n, N_BALLS, 2)) * _JUMP.get(kind, 0.0)
    pull, later = _pulls(before), _pulls(after)
    values = np.empty((n, N_STEPS, N_BALLS, 4))
    for step in range(N_STEPS):
        now = change == step
        pull[now] = later[now]
        if step:
            at, speed = _leap(at, speed, pull)
        if kind == "location":
            at[now] += jump[now]
        elif kind == "speed":
            speed[now] += jump[now]
        values[:, step, :, :2], values[:, step, :, 2:] = at, speed
    return values


def _pulls(joined: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return (n, 5, 5) matrices that turn positions into accelerations."""
    linked = joined.astype(np.float64)
    return STIFFNESS * (linked - np.eye(N_BALLS) * linked.sum(axis=2, keepdims=True))


def _leap(
    at: NDArray[np.float64], speed: NDArray[np.float64], pull: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Move by one sample with leapfrog steps; walls throw balls back without loss."""
    dt = STEP / _SUBSTEPS
    force = pull @ at
    for _ in range(_SUBSTEPS):
        speed = speed + 0.5 * dt * force
        at = at + dt * speed
        out = np.abs(at) > WALL
        if out.any():
            at = np.where(out, np.sign(at) * 2 * WALL - at, at)
            speed = np.where(out, -speed, speed)
        force = pull @ at
        speed = speed + 0.5 * dt * force
    return at, speed
