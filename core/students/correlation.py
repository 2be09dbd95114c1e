"""The `correlation` student: change points with a cause, from a graph that changes over time.

It learns without labels how the variables of a window move each other (`correlation_net`), and
finds where the graph changes (cause: correlation) or where what comes is not what the graph and the
past led to expect (cause: independent). `docs/changepoints.md` explains it. torch is loaded here.
"""
# pyright: basic
# torch's own stubs leave modules' results untyped.

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from core.answers import AnswerContent
from core.model import Frozen
from core.questions.base import Question
from core.series import WindowView
from core.students import CONFIG_FILE
from core.students.correlation_answer import PULL, PULL_ALONE, SETTLE, answer_of
from core.students.correlation_net import (
    CorrelationNet,
    NetConfig,
    graph_of_pairs,
    roll_out,
)
from core.students.correlation_read import Read, Scale, piece_weight, pieces, read_window
from core.students.correlation_scores import (
    Norms,
    Strips,
    graph_change,
    independent_score,
    misses_across,
    own_parts,
    rarity,
    span_in,
    without_ends,
)
from core.students.lookup import trained_question

WEIGHTS_FILE = "model.safetensors"
_AT_ONCE = 40_000  # pairs times samples that are read in one go, which bounds the memory


class CorrelationConfig(Frozen):
    """What a trained student needs beside its weights.

    Attributes:
        net: sizes of the network.
        questions: the change point questions it answers.
        scale: of features, where variables have several.
        unit: usual change of each feature between two samples, in scaled values.
        length: samples of the pieces that it was trained on and reads long windows in.
        horizon: steps that it predicts on to find independent changes.
        span: samples on each side of t whose graphs are compared.
        apart: samples that two change points are apart at least.
        norms: what scores are measured against.
        restarts: trainings that ended in a constant graph and were begun anew.
        collapsed: whether the graph of the last one is constant as well, so that no correlation
            change can be found.
    """

    student: Literal["correlation"] = "correlation"
    net: NetConfig
    questions: tuple[Question, ...]
    scale: Scale = Scale()
    unit: tuple[float, ...]
    length: int = 100
    horizon: int = 5
    span: int = 1
    apart: int = 10
    norms: Norms = Norms(weights=(), usual=())
    restarts: int = 0
    collapsed: bool = False


@dataclass(frozen=True, eq=False)
class Seen:
    """What the network says of a window.

    Attributes:
        pairs: (T, P) probability that a pair is connected on the way to each sample.
        misses: (T, Q, N, M) predicted minus observed for the predictions across each sample; the
            first of them begins at the sample before.
        n_variables: N.
    """

    pairs: NDArray[np.float64]
    misses: NDArray[np.float64]
    n_variables: int


class CorrelationStudent:
    """A trained network and what its scores are measured against."""

    name = "correlation"

    def __init__(self, config: CorrelationConfig, net: CorrelationNet) -> None:
        self.config = config
        self.net = net.eval()

    def answer(self, question: Question, views: Sequence[WindowView]) -> list[AnswerContent]:
        """Find change points with their causes on windows of two variables or more."""
        trained_question(question, self.config.questions)
        return [
            self.read_off(strips, view, self.config.norms.threshold)
            for view, strips in zip(views, self.strips(views), strict=True)
        ]

    def answer_with_strips(
        self, question: Question, view: WindowView
    ) -> tuple[AnswerContent, Strips]:
        """Answer one window, with the scores and the graph that the answer was read from."""
        trained_question(question, self.config.questions)
        (strips,) = self.strips([view])
        return self.read_off(strips, view, self.config.norms.threshold), strips

    def read_off(self, strips: Strips, view: WindowView, threshold: float) -> AnswerContent:
        """Return the answer that a window's scores and graph give at a threshold."""
        together = self.config.net.together
        return answer_of(
            strips,
            view,
            threshold,
            self.config.apart,
            self.features,
            pull=PULL_ALONE if together else PULL,
            settle=SETTLE if together else 0,
        )

    def graph(self, view: WindowView) -> NDArray[np.float32]:
        """Return (n, N, N) how probable a connection is on the way to each sample of a window."""
        return self.strips([view])[0].graph

    @property
    def features(self) -> int:
        """How many channels in a row are one variable."""
        return self.config.net.n_features

    def strips(self, views: Sequence[WindowView]) -> list[Strips]:
        """Return the scores of each window at each of its samples."""
        return [self.strips_of(seen) for seen in self.see(views)]

    def strips_of(self, seen: Seen) -> Strips:
        """Return the scores of what was seen of a window."""
        norms = self.config.norms
        span = span_in(len(seen.pairs), self.config.span)
        own = without_ends(own_parts(seen.misses, norms, span))
        changed = without_ends(graph_change(seen.pairs, seen.n_variables, span))
        correlation = rarity(changed, norms.correlation)
        independent = rarity(independent_score(own, norms), norms.independent)
        pairs = torch.from_numpy(seen.pairs.astype(np.float32))
        graph = graph_of_pairs(pairs, seen.n_variables).numpy()
        return Strips(graph, correlation, independent, np.maximum(correlation, independent), own)

    def see(self, views: Sequence[WindowView]) -> list[Seen]:
        """Return graphs and misses of each window; windows of one shape are computed together.

        Raises:
            AnswerError: a window has too few variables or samples, or a rest of channels.
        """
        reads = [read_window(view, self.features, self.config.scale) for view in views]
        by_shape: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for place, read in enumerate(reads):
            by_shape[read.x.shape].append(place)
        seen: dict[int, Seen] = {}
        for (length, n_variables, _), places in by_shape.items():
            one = min(length, self.config.length) * max(1, n_variables * (n_variables - 1) // 2)
            size = max(1, _AT_ONCE // one)
            for begin in range(0, len(places), size):
                some = places[begin : begin + size]
                for place, found in zip(some, self._see([reads[i] for i in some]), strict=True):
                    seen[place] = found
        return [seen[place] for place in range(len(reads))]

    def _see(self, reads: list[Read]) -> list[Seen]:
        """Compute windows of one shape, in pieces of the training's length that are blended."""
        x = np.stack([read.x for read in reads])
        b, t, n, m = x.shape
        n_pairs, horizon = n * (n - 1) // 2, min(self.config.horizon, t - 2)
        pairs = np.zeros((b, t, n_pairs))
        errors = np.zeros((b, t, horizon, n, m))
        weights, error_weights = np.zeros(t), np.zeros((t, horizon))
        cut = pieces(t, self.config.length)
        seen_pairs, seen_errors = self._pieces(np.stack([x[:, a:b] for a, b in cut]), horizon)
        for (start, stop), one_pairs, one_errors in zip(cut, seen_pairs, seen_errors, strict=True):
            weight = piece_weight(stop - start)
            pairs[:, start:stop] += weight[:, None] * one_pairs
            weights[start:stop] += weight
            for ahead in range(1, horizon + 1):
                last = stop - ahead
                part = weight[: last - start]
                errors[:, start:last, ahead - 1] += (
                    part[:, None, None] * one_errors[:, : last - start, ahead - 1]
                )
                error_weights[start:last, ahead - 1] += part
        pairs /= weights[:, None]
        with np.errstate(invalid="ignore"):  # 0 / 0 where a prediction would leave the window
            errors /= error_weights[:, :, None, None]
        return [
            Seen(pairs[i], misses_across(_without_missing(errors[i], read)), n)
            for i, read in enumerate(reads)
        ]

    def _pieces(
        self, x_C_B_L_N_M: NDArray[np.float32], horizon: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return (C, B, L, P) probabilities and (C, B, L, K, N, M) errors of C pieces of B windows.

        As many at once as the memory bears: many small ones take far longer one by one.
        """
        c, b, length, n, m = x_C_B_L_N_M.shape
        rows = torch.from_numpy(x_C_B_L_N_M.reshape(c * b, length, n, m))
        size = max(1, _AT_ONCE // (length * max(1, n * (n - 1) // 2)))
        found = [self._piece(rows[k : k + size], horizon) for k in range(0, c * b, size)]
        pairs, errors = (torch.cat(parts).numpy() for parts in zip(*found, strict=True))
        return pairs.reshape(c, b, length, -1), errors.reshape(c, b, length, horizon, n, m)

    def _piece(self, x: torch.Tensor, horizon: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return (B, L, P) probabilities, and (B, L, K, N, M) errors by origin and steps ahead.

        The last origins have fewer samples after them than the horizon: the rest is 0.
        """
        t, n = x.shape[1], x.shape[2]
        unit = torch.tensor(self.config.unit)
        errors = torch.zeros(len(x), t, horizon, *x.shape[2:])
        with torch.no_grad():
            pairs = torch.sigmoid(self.net.encoder(x))
            graph = graph_of_pairs(pairs, n)
            if self.config.net.together:
                # what neighbours do says nothing of a channel's own course
                graph = torch.zeros_like(graph)
            errors[:, : t - horizon] = roll_out(
                self.net.decoder, x, graph, unit, torch.arange(t - horizon), horizon
            )
            for left in range(horizon - 1, 0, -1):
                late = t - 1 - left
                rest = roll_out(self.net.decoder, x, graph, unit, torch.tensor([late]), left)
                errors[:, late : late + 1, :left] = rest
        return pairs, errors

    def save(self, folder: Path) -> None:
        """Write weights (safetensors) and configuration into `folder`, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        save_file(self.net.state_dict(), folder / WEIGHTS_FILE)
        (folder / CONFIG_FILE).write_text(self.config.model_dump_json(indent=1))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a student written by `save`."""
        config = CorrelationConfig.model_validate(json.loads((folder / CONFIG_FILE).read_text()))
        net = CorrelationNet(config.net)
        net.load_state_dict(load_file(folder / WEIGHTS_FILE))
        return cls(config, net)


def _without_missing(errors_T_K_N_M: NDArray[np.float64], read: Read) -> NDArray[np.float64]:
    """Return the errors with NaN where the target, or what the prediction began at, is missing."""
    errors = errors_T_K_N_M.copy()
    begun = np.all(read.there, axis=2, keepdims=True)[:, None]
    errors[np.broadcast_to(~begun, errors.shape)] = np.nan
    for ahead in range(1, errors.shape[1] + 1):
        errors[: len(errors) - ahead, ahead - 1][~read.there[ahead:]] = np.nan
    return errors
