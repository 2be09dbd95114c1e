"""The network of the correlation student: who pulls on whom at each sample, and what comes next.

Encoder: a GRU over time for each variable, a graph network over the variables of a sample, a GRU
over time again; two variables together give the logit of their connection. Decoder: given the
graph, the next change of every variable. B windows, T samples, N variables, M features, P pairs
i < j, H hidden units.
"""
# pyright: basic
# torch's own stubs leave modules' results untyped.

from __future__ import annotations

import torch
from pydantic import Field
from torch import Tensor, nn

from core.model import Frozen
from core.students.correlation_gru import BidirectionalGRU

NEARBY = (4, 12, 36)
"""Samples before and after a sample over which it is told how alike two variables move."""
_STILL = 1e-8


class NetConfig(Frozen):
    """Sizes of the network.

    Attributes:
        n_features: numbers that describe one variable at one sample.
        hidden: width of all layers; each direction of a GRU has half of it.
        differences: the encoder reads the last change of every feature too.
        lags: earlier changes of every feature that the decoder reads beside the latest values.
        together: a prediction hears what the neighbours do on the way to the sample, and the
            encoder how alike two variables move nearby: so channels that move at the same moment,
            and follow nobody, are connected as well.
    """

    n_features: int = Field(default=1, ge=1)
    hidden: int = Field(default=32, ge=2)
    differences: bool = False
    lags: int = Field(default=0, ge=0)
    together: bool = False


class CorrelationNet(nn.Module):
    """Encoder and decoder. Any number of variables and samples; pairs have no direction."""

    def __init__(self, config: NetConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)


class Encoder(nn.Module):
    """Gives (B, T, P) logits: how surely a pair is connected on the way to each sample."""

    def __init__(self, config: NetConfig) -> None:
        super().__init__()
        h = config.hidden
        self.config = config
        n_in = config.n_features * (2 if config.differences else 1)
        self.read = nn.Linear(n_in, h)
        self.over_time = BidirectionalGRU(h, h // 2)
        self.from_pair = PairLayer(h, h)
        self.node = nn.Linear(2 * h, h)
        self.nodes_over_time = BidirectionalGRU(h, h // 2)
        self.pair = PairLayer(h, h)
        self.logit = nn.Linear(h, 1)
        if config.together:
            self.alike = nn.Sequential(
                nn.Linear(2 * len(NEARBY), h), nn.ReLU(), nn.Linear(h, 1, bias=False)
            )

    def forward(self, x_B_T_N_M: Tensor) -> Tensor:
        """Return the logits; the values are in units of their spread."""
        b, t, n, _ = x_B_T_N_M.shape
        x = x_B_T_N_M.transpose(0, 1)  # (T, B, N, M): time first, as recurrences read
        if self.config.differences:
            change = torch.zeros_like(x)
            change[1:] = x[1:] - x[:-1]
            x = torch.cat([x, change], dim=3)
        h = torch.relu(self.read(x))
        h = self.over_time(h.reshape(t, b * n, -1)).view(t, b, n, -1)
        heard = self.from_pair.all(h).mean(dim=3)  # over senders, itself among them
        h = torch.relu(self.node(torch.cat([h, heard], dim=3)))
        h = self.nodes_over_time(h.view(t, b * n, -1)).view(t, b, n, -1)
        logits = self.logit(self.pair.unordered(h)).squeeze(3).transpose(0, 1)
        if self.config.together:
            logits = logits + self.alike(moved_alike(x_B_T_N_M)).squeeze(3)
        return logits


class PairLayer(nn.Module):
    """A layer on pairs of variables, split into what the receiver and the sender give to it.

    A sender may tell `n_more` numbers that no receiver knows of itself.
    """

    def __init__(self, n_in: int, n_out: int, n_more: int = 0) -> None:
        super().__init__()
        self.receiver = nn.Linear(n_in, n_out)
        self.sender = nn.Linear(n_in + n_more, n_out, bias=False)

    def all(self, h_N_C: Tensor, more_N_D: Tensor | None = None) -> Tensor:
        """Return (..., N receivers, N senders, H) of (..., N, C); senders know (..., N, D) more."""
        told = h_N_C if more_N_D is None else torch.cat([h_N_C, more_N_D], dim=-1)
        given, taken = self.sender(told), self.receiver(h_N_C)
        return torch.relu(taken.unsqueeze(-2) + given.unsqueeze(-3))

    def unordered(self, h_N_C: Tensor) -> Tensor:
        """Return (..., P, H) for i < j, the same whichever of the two comes first."""
        given, taken = self.sender(h_N_C), self.receiver(h_N_C)
        i, j = pair_indices(h_N_C.shape[-2])
        one = torch.relu(taken[..., i, :] + given[..., j, :])
        return one + torch.relu(taken[..., j, :] + given[..., i, :])


class Decoder(nn.Module):
    """Gives the next change of every variable, in units of the usual change, from a graph."""

    def __init__(self, config: NetConfig) -> None:
        super().__init__()
        h, n_in = config.hidden, config.n_features * (1 + config.lags)
        self.together = config.together
        self.pair = PairLayer(n_in, h, config.n_features if config.together else 0)
        self.own = nn.Linear(n_in, h)
        self.heard = nn.Linear(h, h)
        self.middle = nn.Linear(h, h)
        self.out = nn.Linear(h, config.n_features)
        self.straight = nn.Linear(n_in, config.n_features, bias=False)

    def forward(
        self, state_N_C: Tensor, graph_N_N: Tensor, moved_N_M: Tensor | None = None
    ) -> Tensor:
        """Return (..., N, M) from the state (..., N, C) and the graph (..., N, N).

        Args:
            moved_N_M: with `together`, how each variable really changes now; neighbours alone
                hear it, because the graph's diagonal is empty.
        """
        messages = self.pair.all(state_N_C, moved_N_M)
        # summed by hand, because torch is slow at many tiny products of matrices
        heard = (graph_N_N.unsqueeze(-1) * messages).sum(dim=-2)
        # what follows is linear, so it is done once a variable and not once a pair
        h = torch.relu(self.own(state_N_C) + self.heard(heard))
        h = torch.relu(self.middle(h))
        return self.out(h) + self.straight(state_N_C)


def roll_out(
    decoder: Decoder,
    x_B_T_N_M: Tensor,
    graph_B_T_N_N: Tensor,
    unit_M: Tensor,
    origins: Tensor,
    horizon: int,
) -> Tensor:
    """Predict `horizon` samples on from each origin, each prediction from the one before.

    Args:
        graph_B_T_N_N: at each sample the graph that brought it about from the one before.
        unit_M: the usual change of each feature between two samples.
        origins: (O,) samples to begin at; the last one is at most T - 1 - horizon.

    Returns:
        (B, O, horizon, N, M) predicted minus observed, in units of the usual change.
    """
    lags = decoder.own.in_features // len(unit_M) - 1
    at = x_B_T_N_M[:, origins]
    before = [x_B_T_N_M[:, (origins - lag).clamp(min=0)] for lag in range(1, lags + 1)]
    changes = [(a - b) / unit_M for a, b in zip([at, *before][:lags], before, strict=True)]
    errors: list[Tensor] = []
    for step in range(1, horizon + 1):
        state = torch.cat([at, *changes], dim=-1) if changes else at
        moved = None
        if decoder.together:
            now = origins + step
            moved = (x_B_T_N_M[:, now] - x_B_T_N_M[:, now - 1]) / unit_M
        change = decoder(state, graph_B_T_N_N[:, origins + step], moved)
        at = at + unit_M * change
        changes = [change, *changes[:-1]][: len(changes)]
        errors.append((at - x_B_T_N_M[:, origins + step]) / unit_M)
    return torch.stack(errors, dim=2)


def moved_alike(x_B_T_N_M: Tensor) -> Tensor:
    """Return (B, T, P, 2 K) correlations of pairs within each of `NEARBY` samples of a sample.

    Of the values and of their changes; a variable's features count together.
    """
    change = torch.zeros_like(x_B_T_N_M)
    change[:, 1:] = x_B_T_N_M[:, 1:] - x_B_T_N_M[:, :-1]
    found = [_correlations(one, radius) for one in (x_B_T_N_M, change) for radius in NEARBY]
    return torch.stack(found, dim=3)


def _correlations(x_B_T_N_M: Tensor, radius: int) -> Tensor:
    b, t, n, m = x_B_T_N_M.shape
    x = x_B_T_N_M.permute(0, 2, 3, 1)  # (B, N, M, T): time last, as pooling reads
    i, j = pair_indices(n)
    rows = torch.cat([x, x * x, x[:, i] * x[:, j]], dim=1)
    means = nn.functional.avg_pool1d(
        rows.reshape(b, -1, t), 2 * radius + 1, 1, radius, count_include_pad=False
    ).view(b, -1, m, t)
    mean, square, product = means.split([n, n, len(i)], dim=1)
    spread = (square - mean * mean).clamp(min=0).sum(dim=2)
    together = (product - mean[:, i] * mean[:, j]).sum(dim=2)
    found = together / (spread[:, i] * spread[:, j] + _STILL).sqrt()
    return found.transpose(1, 2)


def pair_indices(n: int) -> tuple[Tensor, Tensor]:
    """Return the first and second variable of the pairs i < j."""
    i, j = torch.triu_indices(n, n, 1)
    return i, j


def graph_of_pairs(pairs_P: Tensor, n: int) -> Tensor:
    """Return (..., N, N), symmetric with an empty diagonal, of (..., P)."""
    i, j = pair_indices(n)
    graph = pairs_P.new_zeros(*pairs_P.shape[:-1], n, n)
    graph[..., i, j] = pairs_P
    graph[..., j, i] = pairs_P
    return graph


def sample_pairs(logits: Tensor, temperature: float, rng: torch.Generator) -> Tensor:
    """Draw connections by the binary Gumbel-softmax: nearly 0 or 1, with a gradient."""
    uniform = torch.rand(logits.shape, generator=rng).clamp_(1e-6, 1 - 1e-6)
    return torch.sigmoid((logits + torch.logit(uniform)) / temperature)
