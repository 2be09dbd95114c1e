"""The Informer encoder: ProbSparse attention and distilling, as another body for the student.

Three layers over the 128 patches, each followed (but for the last) by distilling, which halves the
length: 128, 64, 32 tokens. Attention as published: the queries whose scores over a sample of keys
are farthest from uniform attend to all keys, the others get the mean of the values. One thing
differs: the sample of keys is drawn once, not in every pass, so that a window always gets the same
answer and a resumed training ends where an uninterrupted one does.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.students.series_input import N_PATCHES, N_STATISTICS

N_LAYERS = 3
N_HEADS = 4
FACTOR = 5
"""Queries and sampled keys are FACTOR * ln(length) each."""


class ProbSparseAttention(nn.Module):
    """Attention of the queries that have something to choose; the mean of the values for others."""

    def __init__(self, width: int, length: int) -> None:
        super().__init__()
        self.n_top = min(length, math.ceil(FACTOR * math.log(length)))
        sample = torch.Generator().manual_seed(length)
        drawn = torch.randint(length, (length, self.n_top), generator=sample)
        self.register_buffer("drawn", drawn, persistent=False)
        self.to_heads = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x_R_L_w: Tensor) -> Tensor:
        """Keep the shape (rows, length, width)."""
        rows, length, width = x_R_L_w.shape
        split = self.to_heads(x_R_L_w).view(rows, length, 3, N_HEADS, width // N_HEADS)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        top = self._sharpest(query, key)
        index = top[..., None].expand(-1, -1, -1, width // N_HEADS)
        attended = F.scaled_dot_product_attention(query.gather(2, index), key, value)
        mean = value.mean(dim=2, keepdim=True).expand_as(value)
        mixed = mean.scatter(2, index, attended)
        return self.out(mixed.transpose(1, 2).reshape(rows, length, width))

    @torch.no_grad()
    def _sharpest(self, query: Tensor, key: Tensor) -> Tensor:
        """Return (rows, heads, top) places of the queries with the least uniform scores."""
        drawn: Tensor = self.drawn  # type: ignore[assignment] # a buffer, see __init__
        # Over so few patches all scores cost less than gathering the sampled keys.
        scores = query @ key.transpose(2, 3)
        sampled = scores.gather(3, drawn.expand(*scores.shape[:2], -1, -1))
        sharpness = sampled.amax(dim=3) - sampled.sum(dim=3) / key.shape[2]
        return sharpness.topk(self.n_top, dim=2).indices


class InformerLayer(nn.Module):
    """ProbSparse attention and a feed-forward part, each with a way around and a norm."""

    def __init__(self, width: int, length: int) -> None:
        super().__init__()
        self.attention = ProbSparseAttention(width, length)
        self.feed = nn.Sequential(
            nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width)
        )
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, x_R_L_w: Tensor) -> Tensor:
        """Keep the shape (rows, length, width)."""
        x = self.first(x_R_L_w + self.attention(x_R_L_w))
        return self.second(x + self.feed(x))


class Distil(nn.Module):
    """A convolution and a maximum over neighbours: half the length."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.convolve = nn.Conv1d(width, width, 3, padding=1, padding_mode="circular")
        self.norm = nn.GroupNorm(1, width)

    def forward(self, x_R_L_w: Tensor) -> Tensor:
        """Return (rows, length / 2, width)."""
        x = F.elu(self.norm(self.convolve(x_R_L_w.transpose(1, 2))))
        return F.max_pool1d(x, 3, stride=2, padding=1).transpose(1, 2)


class InformerEncoder(nn.Module):
    """Patches to 32 tokens per row; `fine` keeps the stem's view of the 128 patches."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.stem = nn.Conv1d(N_STATISTICS, width, 5, padding=2)
        self.place = nn.Parameter(torch.zeros(N_PATCHES, width))
        lengths = [N_PATCHES >> layer for layer in range(N_LAYERS)]
        self.layers = nn.ModuleList([InformerLayer(width, length) for length in lengths])
        self.distil = nn.ModuleList([Distil(width) for _ in lengths[1:]])

    def forward(self, statistics_R_S_P: Tensor) -> tuple[Tensor, Tensor]:
        """Return fine (rows, width, 128) and tokens (rows, width, 32)."""
        fine = F.gelu(self.stem(statistics_R_S_P))
        x = fine.transpose(1, 2) + self.place
        for place, layer in enumerate(self.layers):
            x = layer(x)
            if place < len(self.distil):
                x = self.distil[place](x)
        return fine, x.transpose(1, 2).contiguous()
