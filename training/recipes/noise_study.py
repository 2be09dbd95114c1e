"""What a pattern question's labels are worth, found out before the student is trained.

1. Out of fold: two nets, each trained on half of the series, judge the labels of the other half.
   Confident learning suspects labels by that; the teacher's confusion is estimated from
   corrections on top of it.
2. Relabelling: what is learned of an unreviewed window is softened by what the nets see and what
   the teacher's confusion allows. Where enough reviews look like a random draw, a net trained on
   them alone decides instead: it has learned none of the teacher's systematic errors.
3. Rounds: nets trained on the surest of every label alike, each relabelling for the next.

What a person decided is never changed. Each net's view is kept in the checkpoint folder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from core.noise.balanced import balanced_selection
from core.noise.confident import Suspicion, confident_learning
from core.noise.confusion import (
    confusion_of_joint,
    estimate_confusion,
    posterior,
    with_corrections,
)
from core.noise.order import looks_random
from training.recipes.noise_net import NetSettings, Targets, look, train_net
from training.recipes.pseudo_label_data import PatternData

if TYPE_CHECKING:
    from training.recipes.pseudo_label import PseudoLabelConfig

Array = NDArray[np.float64]
Labels = NDArray[np.int64]
Mask = NDArray[np.bool_]

FEWEST_EXAMPLES = 40
"""Training windows below which two halves are too few to judge each other."""
PRIOR_REVIEWS = 5.0
"""Reviews per label that the estimate without reviews is worth."""


@dataclass(frozen=True, eq=False)
class Study:
    """What was found out; rows are the training examples, then the validation ones.

    Attributes:
        said: places of the teacher's labels, -1 where it said nothing.
        labels: places of the labels given: a person's, else the teacher's.
        corrected: True where a person decided.
        view: (n, options) probabilities out of fold; None when there were too few examples.
        suspicion: of the rows with a teacher's label, in their order; None likewise.
        confusion: P(said | true) after corrections; None likewise.
        random: whether the reviews look like a random draw; None when there was nothing to tell.
        shares: (n, options) what is learned.
    """

    said: Labels
    labels: Labels
    corrected: Mask
    view: Array | None
    suspicion: Suspicion | None
    confusion: Array | None
    random: bool | None
    shares: Array


@dataclass(frozen=True)
class Net:
    """One net of a study, by what it is for."""

    name: str
    steps: int


def nets_of(train: PatternData, config: PseudoLabelConfig) -> list[Net]:
    """Return the nets that a study may train, in their order, so that progress can be counted.

    Where people decided everything there is nothing to judge. The net of the reviewed windows is
    left out later when they do not look like a random draw.
    """
    if not config.study or len(train) < FEWEST_EXAMPLES or bool(train.trusted.all()):
        return []
    nets = [Net("half 1", config.study_steps), Net("half 2", config.study_steps)]
    if config.relabel_from_reviews and int(train.trusted.sum()) >= config.fewest_reviews:
        nets.append(Net("reviewed", config.study_steps))
    return nets + [Net(f"round {i + 1}", config.study_steps) for i in range(config.rounds)]


class Studying:
    """Trains the nets of one question's study; each net's view is kept in `folder`."""

    def __init__(
        self,
        train: PatternData,
        held: PatternData | None,
        config: PseudoLabelConfig,
        keep: Callable[[str, Callable[[], Array]], Array],
        tick: Callable[[Net, int, float], None],
    ) -> None:
        self.train, self.held, self.config = train, held, config
        self._keep, self._tick = keep, tick
        parts = [train] if held is None else [train, held]
        self.labels = np.concatenate([part.labels.numpy() for part in parts])
        self.said = np.concatenate([part.said.numpy() for part in parts])
        self.corrected = np.concatenate([part.trusted.numpy() for part in parts])
        self.trains = np.arange(len(self.labels)) < len(train)
        self.n_options = train.n_options

    def run(self) -> Study:
        """Study the labels."""
        plain = np.eye(self.n_options)[self.labels]
        nets = {net.name: net for net in nets_of(self.train, self.config)}
        if not nets:
            none = None
            return Study(self.said, self.labels, self.corrected, none, none, none, none, plain)
        view = self._out_of_fold(nets, plain)
        taught = self.said >= 0
        suspicion = confident_learning(view[taught], self.said[taught])
        confusion = self._confusion(suspicion)
        random = looks_random(lead(view), self.corrected) if self.corrected.any() else None
        seen = view
        from_reviews = "reviewed" in nets and bool(random)
        if from_reviews:
            seen = self._view("reviewed", nets, plain, self.corrected)
        shares = plain
        if self.config.relabel or from_reviews:
            shares = self._relabelled(seen, confusion)
        for place in range(self.config.rounds):
            chosen = balanced_selection(shares, self._share(place), self.corrected)
            seen = self._view(f"round {place + 1}", nets, shares, chosen)
            shares = self._relabelled(seen, confusion)
        return Study(
            self.said, self.labels, self.corrected, view, suspicion, confusion, random, shares
        )

    def _share(self, place: int) -> float:
        """Return the share of the windows that a round learns from; it grows to the given one."""
        return self.config.round_share * (place + 1) / self.config.rounds

    def _out_of_fold(self, nets: dict[str, Net], plain: Array) -> Array:
        """Return each training window's view by the net that has not learned it.

        Validation windows, which neither has, get the mean of both.
        """
        first = np.append(in_first_half(self.train.groups, self.config.seed), self.held_mask)
        one = self._view("half 1", nets, plain, first)
        two = self._view("half 2", nets, plain, ~first)
        return np.where(self.trains[:, None], np.where(first[:, None], two, one), (one + two) / 2)

    @property
    def held_mask(self) -> Mask:
        """(validation windows,) False: none of them is ever trained on."""
        return np.zeros(int((~self.trains).sum()), bool)

    def _view(self, name: str, nets: dict[str, Net], shares: Array, learned: Mask) -> Array:
        """Train a net on the chosen training windows; return its view of all windows."""
        return self._keep(name, lambda: self._train(nets[name], shares, learned & self.trains))

    def _train(self, net: Net, shares: Array, learned: Mask) -> Array:
        n = len(self.train)
        trusted = self.train.trusted
        config = self.config
        q = torch.where(trusted, config.trusted_gce_q, config.gce_q)
        targets = Targets(
            torch.tensor(shares[:n], dtype=torch.float32),
            q,
            self.train.weights * torch.from_numpy(learned[:n]),
        )
        settings = NetSettings(
            config.seed,
            net.steps,
            config.batch_size,
            config.learning_rate,
            config.augmentation,
            config.average,
        )
        trained = train_net(
            self.train, targets, settings, lambda step, loss: self._tick(net, step, loss)
        )
        parts = [self.train] if self.held is None else [self.train, self.held]
        return np.concatenate([look(trained, part).probabilities for part in parts])

    def _confusion(self, suspicion: Suspicion) -> Array:
        prior = confusion_of_joint(suspicion.joint)
        known = self.corrected & (self.said >= 0)
        return estimate_confusion(self.said[known], self.labels[known], prior, PRIOR_REVIEWS)

    def _relabelled(self, seen: Array, confusion: Array) -> Array:
        """Return what a net sees, weighed with what was said; corrections stand as they are."""
        shares = seen.copy()
        taught = self.said >= 0
        shares[taught] = posterior(seen[taught], self.said[taught], confusion)
        return with_corrections(shares, self.labels, self.corrected)


def lead(probabilities: Array) -> Array:
    """Return (n,) the likeliest option's probability minus the second's."""
    if probabilities.shape[1] == 1:
        return probabilities[:, 0]
    ordered = np.sort(probabilities, axis=1)
    return ordered[:, -1] - ordered[:, -2]


def in_first_half(groups: list[str], seed: int) -> Mask:
    """Return which examples belong to the first of two halves; whole groups, at random."""
    distinct = sorted(set(groups))
    np.random.default_rng([seed, 78]).shuffle(distinct)
    first = set(distinct[: len(distinct) // 2])
    return np.array([group in first for group in groups])
