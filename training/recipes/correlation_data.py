"""What the correlation recipe learns from: windows as arrays, and batches of pieces of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.errors import AnswerError, ConfigError
from core.questions.base import Question
from core.students.correlation_read import Read, Scale, read_window, scale_of, variables
from training.examples import TrainingExample

if TYPE_CHECKING:
    from training.recipes.correlation import CorrelationRecipeConfig

_LEAST_UNIT = 1e-3
MOST_PAIRS = 1_200
"""Pieces times squared variables of a pass at most: time and memory grow with the pairs."""


@dataclass(frozen=True, eq=False)
class Windows:
    """Windows to learn from.

    Attributes:
        reads: windows of the training split, scaled, at most once each.
        by_size: places of windows with the same number of variables.
        scale: of features, empty where windows scale themselves.
        unit: (M,) usual change of each feature between two samples.
        n_left_out: windows with one variable, or too short.
    """

    reads: tuple[Read, ...]
    by_size: tuple[tuple[int, ...], ...]
    scale: Scale
    unit: tuple[float, ...]
    n_left_out: int

    @property
    def n_samples(self) -> int:
        """Samples of all windows together."""
        return sum(len(read.x) for read in self.reads)


def windows_to_learn(
    examples: Sequence[TrainingExample],
    asked: Sequence[Question],
    config: CorrelationRecipeConfig,
) -> Windows:
    """Read the training windows of the questions asked.

    Raises:
        ConfigError: if none is left that has two variables.
    """
    ids = {question.id for question in asked}
    own = [one for one in examples if one.question_id in ids]
    learned = [one for one in own if one.split == "train"] or own
    views = list({(e.item_id or id(e)): e.view for e in learned}.values())
    kept: list[tuple[int, NDArray[np.float64]]] = []
    for place, view in enumerate(views):
        try:
            kept.append((place, variables(view, config.features)))
        except AnswerError:  # counted below: a mixed snapshot may hold single channels too
            continue
    if not kept:
        raise ConfigError(
            f"none of the {len(views)} change point windows has two variables of {config.features} "
            "channels, which a graph needs; ask about series of several channels, or set another "
            "number of features"
        )
    scale = scale_of([values for _, values in kept]) if config.features > 1 else Scale()
    reads = tuple(read_window(views[place], config.features, scale) for place, _ in kept)
    sizes = sorted({read.x.shape[1] for read in reads})
    by_size = tuple(
        tuple(place for place, read in enumerate(reads) if read.x.shape[1] == size)
        for size in sizes
    )
    return Windows(reads, by_size, scale, _usual_change(reads), len(views) - len(kept))


def _usual_change(reads: Sequence[Read]) -> tuple[float, ...]:
    """Return the median change per feature; the mean one where most samples stand still."""
    changes = np.concatenate(
        [np.abs(np.diff(read.x, axis=0)).reshape(-1, read.x.shape[2]) for read in reads]
    )
    median, mean = np.median(changes, axis=0), changes.mean(axis=0)
    return tuple(float(max(a or b, _LEAST_UNIT)) for a, b in zip(median, mean, strict=True))


def draw(
    windows: Windows, config: CorrelationRecipeConfig, rng: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Draw a batch: (B, T, N, M) values and whether they were there, of as many variables each."""
    shares = torch.tensor([float(len(places)) for places in windows.by_size])
    group = windows.by_size[int(torch.multinomial(shares, 1, generator=rng))]
    n_variables = windows.reads[group[0]].x.shape[1]
    size = max(1, min(config.batch_size, MOST_PAIRS // n_variables**2))
    chosen = torch.randint(len(group), (size,), generator=rng).tolist()
    reads = [windows.reads[group[place]] for place in chosen]
    length = min(config.length, *(len(read.x) for read in reads))
    starts = [int(torch.randint(len(r.x) - length + 1, (1,), generator=rng)) for r in reads]
    cuts = [slice(start, start + length) for start in starts]
    x = torch.from_numpy(np.stack([r.x[cut] for r, cut in zip(reads, cuts, strict=True)]))
    there = torch.from_numpy(np.stack([r.there[cut] for r, cut in zip(reads, cuts, strict=True)]))
    if config.mirror:
        x, there = mirrored(x, there, config.axes, rng)
    return x, there


def mirrored(x: Tensor, there: Tensor, axes: int, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Mirror each window along each axis by chance, and let axes change places."""
    b, t, n, m = x.shape
    signs = torch.randint(0, 2, (b, 1, 1, 1, axes), generator=rng) * 2.0 - 1.0
    x = x.view(b, t, n, m // axes, axes) * signs
    there = there.view(b, t, n, m // axes, axes)
    if axes > 1:
        order = torch.rand(b, axes, generator=rng).argsort(dim=1)
        places = order[:, None, None, None, :].expand_as(x)
        x, there = x.gather(4, places), there.gather(4, places)
    return x.reshape(b, t, n, m), there.reshape(b, t, n, m)
