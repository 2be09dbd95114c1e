"""Augmentation of windows: fluctuations and gentle warps that leave an answer true. No crop.

Cropping a pattern window changes what "half of its range" means while its rationale keeps the old
position, so it is left to anomaly windows, whose answers move along.
"""

import math

import torch
from torch import Generator, Tensor

from core.students.series_input import GRID


def _uniform(low: float, high: float, rows: int, rng: Generator) -> Tensor:
    return low + (high - low) * torch.rand(rows, 1, generator=rng)


def _log_uniform(low: float, high: float, rows: int, rng: Generator) -> Tensor:
    return _uniform(math.log(low), math.log(high), rows, rng).exp()


def _chosen(probability: float, rows: int, rng: Generator) -> Tensor:
    return (torch.rand(rows, 1, generator=rng) < probability).float()


def augment_patterns(values_B_G: Tensor, strength: float, rng: Generator) -> Tensor:
    """Return a changed copy of (rows, GRID); each kind of change hits a random part of the rows.

    The kinds are broad on purpose: white noise, slow and fast ripples, spikes of either sign,
    accumulated steps, held stretches, a gentle warp of time.
    """
    if strength <= 0:
        return values_B_G
    rows = len(values_B_G)
    scale = values_B_G.std(dim=1, keepdim=True) + 1e-6
    changed = _warped(values_B_G, 0.05 * strength, rng)
    added = torch.zeros_like(changed)
    noise = _log_uniform(0.01, 1.2 * strength, rows, rng) * _chosen(0.6, rows, rng)
    added += noise * torch.randn(rows, GRID, generator=rng)
    added += _steps(rows, strength, rng) + _spikes(rows, strength, rng)
    added += _ripple(rows, strength, rng)
    # A quarter of the rows keeps its own texture, for classes that are told apart by texture.
    return changed + scale * added * _chosen(0.85, rows, rng)


def _warped(values: Tensor, most: float, rng: Generator) -> Tensor:
    rows = len(values)
    t = torch.linspace(0, 1, GRID)[None]
    bend = _uniform(-most, most, rows, rng) * (math.pi * t).sin()
    sway = _uniform(-most, most, rows, rng) / 2 * (2 * math.pi * t).sin()
    at = ((t + bend + sway).clamp(0, 1) * (GRID - 1)).round().long()
    return values.gather(1, at)


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
