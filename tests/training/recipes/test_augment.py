"""Augmentation and losses, against arithmetic done by hand."""

import pytest
import torch

from core.students.series_input import GRID
from training.examples import split_by_group
from training.recipes.augment import Warp, augment_patterns
from training.recipes.losses import generalised_cross_entropy
from training.recipes.pseudo_label_data import sample_weights


def test_strength_zero_changes_nothing() -> None:
    rows = torch.randn(2, GRID)
    same, _ = augment_patterns(rows, torch.arange(2), 0.0, torch.Generator().manual_seed(1))
    assert torch.equal(same, rows)


def test_positions_move_along_with_what_they_point_to() -> None:
    warp = Warp(torch.tensor([[0.12]]), torch.tensor([[-0.06]]))
    ramp = torch.linspace(0, 1, GRID)[None]
    bent = ramp.gather(1, warp.source_index())
    for place in (0.1, 0.5, 0.9):
        moved = float(warp.moved(torch.tensor([[place]]))[0, 0])
        assert float(bent[0, round(moved * (GRID - 1))]) == pytest.approx(place, abs=2e-3)


def test_channels_of_a_window_are_warped_alike() -> None:
    _, warp = augment_patterns(
        torch.randn(3, GRID), torch.tensor([0, 0, 1]), 1.0, torch.Generator().manual_seed(1)
    )
    assert warp.bend_W_1.shape == (2, 1)


@pytest.mark.parametrize(
    ("p", "q", "loss"),
    [(0.25, 1.0, 0.75), (0.25, 0.5, 1.0), (1.0, 0.7, 0.0), (0.25, 0.0, 1.3863)],
)
def test_generalised_cross_entropy_by_hand(p: float, q: float, loss: float) -> None:
    value = generalised_cross_entropy(torch.tensor([p]).log(), torch.tensor([q]))
    assert float(value[0]) == pytest.approx(loss, abs=1e-4)


def test_a_spike_has_the_most_say_and_its_neighbours_some() -> None:
    labels = torch.zeros(1, 40, dtype=torch.long)
    labels[0, 20] = 1
    weights = sample_weights(labels)[0]
    assert float(weights[20]) == 40.0
    assert weights[14:20].tolist() == pytest.approx([8.0] * 6)
    assert weights[:14].tolist() == [1.0] * 14


def test_groups_stay_together_in_a_split() -> None:
    groups = [f"series {i // 3}" for i in range(30)]
    split = split_by_group(groups, 0.2, seed=1)
    assert split.count("validation") == 6
    assert all(
        len({s for s, g in zip(split, groups, strict=True) if g == name}) == 1 for name in groups
    )
