"""Augmentation of windows: fluctuations and gentle warps that leave an answer true. No crop.

Cropping a pattern window changes what "half of its range" means while its rationale keeps the old
position, so it is left to anomaly windows, whose answers move along.
"""

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from core.students.series_input import GRID

WARP = 0.1
"""Largest bend of time at strength 1, as a share of the window."""
_MOST_WARP = 0.12  # of any strength; from 0.16 on time would run backwards somewhere


def _uniform(low: float, high: float, rows: int, rng: Generator) -> Tensor:
    return low + (high - low) * torch.rand(rows, 1, generator=rng)


def _log_uniform(low: float, high: float, rows: int, rng: Generator) -> Tensor:
    return _uniform(math.log(low), math.log(high), rows, rng).exp()


def _chosen(probability: float, rows: int, rng: Generator) -> Tensor:
    return (torch.rand(rows, 1, generator=rng) < probability).float()


@dataclass(frozen=True, eq=False)
class Warp:
    """A smooth bending of time in [0, 1], one per window, that keeps both ends in place."""

    bend_W_1: Tensor
    sway_W_1: Tensor

    def source_index(self) -> Tensor:
        """Return (windows, GRID): which sample of the original each new sample shows."""
        t = torch.linspace(0, 1, GRID)[None]
        return ((t + self._shift(t)).clamp(0, 1) * (GRID - 1)).round().long()

    def moved(self, place_W_S: Tensor) -> Tensor:
        """Return where positions in [0, 1] of the original lie now."""
        now = place_W_S
        # at the strongest bend each turn leaves three quarters of the error
        for _ in range(20):
            now = place_W_S - self._shift(now)
        return now.clamp(0, 1)

    def _shift(self, t: Tensor) -> Tensor:
        return self.bend_W_1 * (math.pi * t).sin() + self.sway_W_1 * (2 * math.pi * t).sin()


def augment_patterns(
    values_B_G: Tensor, window_of_row: Tensor, strength: float, rng: Generator
) -> tuple[Tensor, "Warp"]:
    """Return a changed copy of (rows, GRID), and how time was bent, alike for a window's rows.

    Each kind of change hits a random part of the rows. The kinds are broad on purpose: white
    noise, slow and fast ripples, spikes of either sign, accumulated steps, a gentle warp of time.
    """
    rows = len(values_B_G)
    n_windows = int(window_of_row.max()) + 1
    most = min(_MOST_WARP, WARP * max(0.0, strength))
    warp = Warp(_uniform(-most, most, n_windows, rng), _uniform(-most, most, n_windows, rng) / 2)
    if strength <= 0:
        return values_B_G, warp
    scale = values_B_G.std(dim=1, keepdim=True) + 1e-6
    changed = values_B_G.gather(1, warp.source_index()[window_of_row])
    added = torch.zeros_like(changed)
    noise = _log_uniform(0.01, 1.2 * strength, rows, rng) * _chosen(0.6, rows, rng)
    added += noise * torch.randn(rows, GRID, generator=rng)
    added += _steps(rows, strength, rng) + _spikes(rows, strength, rng)
    added += _ripple(rows, strength, rng)
    # Some of the rows keep their own texture, for classes that are told apart by it.
    return changed + scale * added * _chosen(0.85, rows, rng), warp


def _steps(rows: int, strength: float, rng: Generator) -> Tensor:
    count = 24
    size = _log_uniform(0.02, 0.6 * strength, rows, rng) * _chosen(0.5, rows, rng)
    kept = (torch.rand(rows, count, generator=rng) < _uniform(0.1, 0.9, rows, rng)).float()
    jumps = torch.randn(rows, count, generator=rng) * kept * size
    at = torch.randint(1, GRID, (rows, count), generator=rng)
    return torch.zeros(rows, GRID).scatter_add_(1, at, jumps).cumsum(dim=1)


def _spikes(rows: int, strength: float, rng: Generator) -> Tensor:
    added = torch.zeros(rows, GRID)
    for sign in (1.0, -1.0):
        count = 40
        size = _log_uniform(0.1, 5.0 * strength, rows, rng) * _chosen(0.4, rows, rng)
        kept = (torch.rand(rows, count, generator=rng) < _uniform(0.1, 1.0, rows, rng)).float()
        height = torch.rand(rows, count, generator=rng) * kept * size * sign
        added.scatter_add_(1, torch.randint(0, GRID, (rows, count), generator=rng), height)
    return added


def _ripple(rows: int, strength: float, rng: Generator) -> Tensor:
    turns = _log_uniform(3, 200, rows, rng)
    size = _log_uniform(0.01, 0.3 * strength, rows, rng) * _chosen(0.3, rows, rng)
    phase = _uniform(0, 2 * math.pi, rows, rng)
    return size * (2 * math.pi * turns * torch.linspace(0, 1, GRID)[None] + phase).sin()
