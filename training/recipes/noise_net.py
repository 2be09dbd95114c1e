"""The encoder with a class head alone, for what is found out before the student is trained.

It learns the same windows with the same augmentation and loss as the student, without its decoder,
so that several can be trained in the time of one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.students.series_net import SeriesNet
from training.recipes.losses import soft_gce
from training.recipes.pseudo_label_data import PatternData
from training.recipes.pseudo_label_state import learning_share

Array = NDArray[np.float64]
_CHUNK = 256


@dataclass(frozen=True)
class NetSettings:
    """How one net is trained; see the fields of the recipe's config of the same name."""

    seed: int
    steps: int
    batch_size: int = 64
    learning_rate: float = 2e-3
    augmentation: float = 1.0
    average: float = 0.99
    weight_decay: float = 0.05


@dataclass(frozen=True, eq=False)
class Targets:
    """What each window of a data set is to be: (windows, options) shares, loss and draw weights.

    `q_W` is the exponent of the generalised cross-entropy; a weight of 0 leaves a window out.
    """

    shares_W_K: Tensor
    q_W: Tensor
    weights_W: Tensor


@dataclass(frozen=True, eq=False)
class Seen:
    """What a net makes of windows: (windows, options) probabilities, (windows, width) embedding."""

    probabilities: Array
    embedding: Array


def train_net(
    data: PatternData,
    targets: Targets,
    settings: NetSettings,
    tick: Callable[[int, float], None] = lambda step, loss: None,
) -> SeriesNet:
    """Train a net on the windows with a positive weight; `tick` is told of each step's loss."""
    torch.manual_seed(settings.seed)
    net = SeriesNet([targets.shares_W_K.shape[1]], [], 0, 64, 8, 1)
    parts = [*net.encoder.parameters(), *net.classify.parameters()]
    optimiser = torch.optim.AdamW(parts, settings.learning_rate, weight_decay=settings.weight_decay)
    average = {name: value.detach().clone() for name, value in net.state_dict().items()}
    rng = torch.Generator().manual_seed(settings.seed)
    for step in range(settings.steps):
        for group in optimiser.param_groups:
            group["lr"] = settings.learning_rate * learning_share(step / settings.steps)
        batch = data.batch(settings.batch_size, settings.augmentation, rng, targets.weights_W)
        encoded = net.encode(batch.rows_R_G, batch.window_of_row, len(batch.labels_B))
        log_p = net.classify[0](encoded.summary).log_softmax(dim=1)
        index = batch.index_B
        loss = soft_gce(log_p, targets.shares_W_K[index], targets.q_W[index]).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parts, 1.0)
        optimiser.step()
        decay = min(settings.average, (1 + step) / (10 + step))
        with torch.no_grad():
            for name, value in net.state_dict().items():
                average[name].lerp_(value, 1 - decay)
        tick(step + 1, float(loss.detach()))
    net.load_state_dict(average)
    return net.eval()


@torch.no_grad()
def look(net: SeriesNet, data: PatternData, head: int = 0, index_W: Tensor | None = None) -> Seen:
    """Return what the net and its class head make of windows as they are; of all by default."""
    probabilities, embeddings = [], []
    windows = torch.arange(len(data)) if index_W is None else index_W
    for index in windows.split(_CHUNK):
        batch = data.at(index)
        encoded = net.encode(batch.rows_R_G, batch.window_of_row, len(index))
        embeddings.append(encoded.summary.double().numpy())
        probabilities.append(net.classify[head](encoded.summary).softmax(dim=1).double().numpy())
    return Seen(np.concatenate(probabilities), np.concatenate(embeddings))
