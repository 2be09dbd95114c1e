"""One optimiser step of the correlation recipe: predictions, smoothness, size of the logits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from core.students.correlation_net import graph_of_pairs, roll_out, sample_pairs
from training.recipes.correlation_data import Windows, draw
from training.troubles import diverged

if TYPE_CHECKING:
    from training.recipes.correlation import CorrelationRecipeConfig
    from training.recipes.correlation_state import CorrelationState

_WARM_UP = 0.05
_LATE_PENALTY = 0.02
ALONE = 0.15
"""Share of windows without any neighbour, where predictions hear what those do at the same moment:
what a channel's own past leads to expect must be known too."""


@dataclass(frozen=True)
class StepFigures:
    """What one step tells: the error of the predictions, and how the graph looks."""

    loss: float
    mean_p: float
    spread: float


def learning_share(progress: float) -> float:
    """Return the learning rate relative to its peak: up at once, then down along a cosine."""
    if progress < _WARM_UP:
        return 0.05 + 0.95 * progress / _WARM_UP
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (progress - _WARM_UP) / (1 - _WARM_UP))))


def costs(progress: float, config: CorrelationRecipeConfig, eased: float) -> tuple[float, float]:
    """Return what a changing graph and large logits cost; `eased` divides the former."""
    if progress < config.free:
        return 0.0, config.logit_penalty
    grown = config.ramp ** ((progress - config.free) / (1 - config.free))
    return config.smoothness * grown / eased, _LATE_PENALTY * config.logit_penalty


def huber(errors: Tensor, delta: float) -> Tensor:
    """Return Huber's loss, divided by delta: quadratic up to it, then as large as the error."""
    size = errors.abs()
    return torch.where(size < delta, 0.5 * size * size / delta, size - 0.5 * delta)


def smoothness(p_B_T_P: Tensor) -> Tensor:
    """Return the mean over samples of the squared change of the graph, each pair counted twice."""
    return 2 * (p_B_T_P[:, 1:] - p_B_T_P[:, :-1]).square().sum(dim=2).mean()


def train_step(
    state: CorrelationState, windows: Windows, config: CorrelationRecipeConfig
) -> StepFigures:
    """Learn from one batch, gathered over as many passes as the settings say."""
    for group in state.optimiser.param_groups:
        group["lr"] = config.learning_rate * learning_share(state.progress)
    state.optimiser.zero_grad(set_to_none=True)
    passes = [_pass(state, windows, config) for _ in range(config.accumulate)]
    norm = torch.nn.utils.clip_grad_norm_(state.net.parameters(), 1.0)
    loss, mean_p, spread = (sum(figures) / len(passes) for figures in zip(*passes, strict=True))
    for what, value in (("loss", loss), ("gradient", float(norm))):
        if not math.isfinite(value):
            raise diverged(state.step + 1, what)
    state.optimiser.step()
    return StepFigures(loss, mean_p, spread)


def _pass(
    state: CorrelationState, windows: Windows, config: CorrelationRecipeConfig
) -> tuple[float, float, float]:
    """Add the gradients of one batch; returns prediction error, mean probability and spread."""
    x, there = draw(windows, config, state.rng)
    changing, large = costs(state.progress, config, state.eased)
    logits = state.net.encoder(x)
    error = _prediction_error(state, x, there, logits, config)
    p = torch.sigmoid(logits)
    loss = error + large * logits.square().mean()
    if changing:
        loss = loss + changing * smoothness(p)
    (loss / config.accumulate).backward()
    error, mean_p, spread = (float(one.detach()) for one in (error, p.mean(), logits.std()))
    return error, mean_p, spread


def _prediction_error(
    state: CorrelationState,
    x: Tensor,
    there: Tensor,
    logits: Tensor,
    config: CorrelationRecipeConfig,
) -> Tensor:
    """Return the mean loss of predictions from some samples on, with a graph that is drawn."""
    n_samples, n = x.shape[1], x.shape[2]
    horizon = min(config.horizon, n_samples - 2)
    graph = graph_of_pairs(sample_pairs(logits, config.temperature, state.rng), n)
    if config.together:
        with_others = torch.rand(len(x), generator=state.rng) >= ALONE
        graph = graph * with_others[:, None, None, None]
    most = min(config.every, n_samples - horizon)
    first = int(torch.randint(0, most, (1,), generator=state.rng))
    origins = torch.arange(first, n_samples - horizon, config.every)
    errors = huber(
        roll_out(state.net.decoder, x, graph, state.unit, origins, horizon), config.huber
    )
    if bool(there.all()):
        return errors.mean()
    begun = there.all(dim=3)[:, origins, None, :, None]
    ahead = torch.arange(1, horizon + 1)
    known = there[:, origins[:, None] + ahead] & begun
    return (errors * known).sum() / known.sum().clamp(min=1)
