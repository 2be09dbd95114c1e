"""The study of labels: who judges whom, when reviews relabel, what is never overridden."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.answers import AnswerContent
from core.questions.base import Option, Question
from core.series import WindowView
from training.examples import TrainingExample
from training.recipes.losses import generalised_cross_entropy, soft_gce
from training.recipes.noise_report import outcome, suspected_rows
from training.recipes.noise_study import Study, Studying, in_first_half, lead, nets_of
from training.recipes.pseudo_label import PseudoLabelConfig
from training.recipes.pseudo_label_data import PatternData
from training.recipes.pseudo_label_patterns import judging_windows

Array = NDArray[np.float64]

QUESTION = Question(
    id="p",
    family_id="p",
    kind="pattern",
    name="Shape",
    text="?",
    options=(Option(key="up", wordings=("up",)), Option(key="down", wordings=("down",))),
)
N = 48
CONFIG = PseudoLabelConfig(study=True, fewest_reviews=10)


def example(i: int, label: str, truth: str | None = None) -> TrainingExample:
    """A flat window; with `truth` a person said it, whatever the teacher had said."""
    said = AnswerContent(kind="pattern", label=label)
    return TrainingExample(
        "p",
        WindowView(np.zeros((16, 1))),
        said if truth is None else AnswerContent(kind="pattern", label=truth),
        source="pseudo" if truth is None else "correction",
        group=f"series {i}",
        pseudo=said,
        item_id=f"item {i}",
    )


def data(corrected: int = 0) -> PatternData:
    """The teacher always says up; the first `corrected` windows were corrected to down."""
    rows = [example(i, "up", "down" if i < corrected else None) for i in range(N)]
    return PatternData(QUESTION, rows, [], 1.0)


def studied(
    config: PseudoLabelConfig, views: dict[str, Array], corrected: int = 0
) -> tuple[Study, list[str]]:
    """Run a study over given views of its nets; returns which nets were asked for too."""
    asked: list[str] = []

    def keep(name: str, make: Callable[[], Array]) -> Array:
        asked.append(name)
        return views[name]

    return Studying(data(corrected), None, config, keep, lambda *_: None).run(), asked


def even(p_up: float) -> Array:
    return np.tile([p_up, 1 - p_up], (N, 1))


HALVES = {"half 1": even(0.9), "half 2": even(0.6)}


def test_every_window_is_judged_by_the_net_that_has_not_learned_it() -> None:
    study, asked = studied(CONFIG, HALVES)
    first = in_first_half([f"series {i}" for i in range(N)], CONFIG.seed)
    assert asked == ["half 1", "half 2"]
    assert first.sum() == N // 2
    assert study.view is not None
    assert study.view[:, 0].tolist() == np.where(first, 0.6, 0.9).tolist()


def test_windows_of_one_series_are_in_the_same_half() -> None:
    first = in_first_half(["a", "b", "a", "c", "b", "d"], 3)
    assert first[0] == first[2] and first[1] == first[4]
    assert len({bool(one) for one in first}) == 2


def test_without_reviews_the_labels_are_learned_as_they_are() -> None:
    study, _ = studied(CONFIG, HALVES)
    assert study.shares.tolist() == [[1.0, 0.0]] * N
    assert study.random is None


def test_relabelling_softens_pseudo_labels_when_it_is_switched_on() -> None:
    sure = {"half 1": even(0.2), "half 2": even(0.2)}
    study, _ = studied(replace(CONFIG, relabel=True), sure)
    assert study.confusion is not None
    up, down = 0.2 * study.confusion[0, 0], 0.8 * study.confusion[1, 0]
    assert study.shares[0] == pytest.approx([up / (up + down), down / (up + down)])


def test_a_net_of_reviews_that_look_random_relabels_the_rest() -> None:
    study, asked = studied(CONFIG, {**HALVES, "reviewed": even(0.0)}, corrected=12)
    assert asked == ["half 1", "half 2", "reviewed"]
    assert study.random is True
    # it is sure of down, whatever the teacher said
    assert study.shares[12:].tolist() == [[0.0, 1.0]] * (N - 12)


def test_reviews_in_the_order_of_a_queue_relabel_nothing() -> None:
    doubtful = {name: even(0.9) for name in HALVES}
    for view in doubtful.values():
        view[:12] = [0.51, 0.49]
    study, asked = studied(CONFIG, doubtful, corrected=12)
    assert asked == ["half 1", "half 2"]
    assert study.random is False
    assert study.shares[12:].tolist() == [[1.0, 0.0]] * (N - 12)


def test_few_reviews_train_no_net_of_their_own() -> None:
    study, asked = studied(replace(CONFIG, fewest_reviews=13), HALVES, corrected=12)
    assert asked == ["half 1", "half 2"]
    assert study.shares[12:].tolist() == [[1.0, 0.0]] * (N - 12)


@pytest.mark.parametrize("rounds", [0, 2])
def test_no_net_and_no_round_overrides_a_correction(rounds: int) -> None:
    contradicting = {
        name: even(1.0) for name in ("half 1", "half 2", "reviewed", "round 1", "round 2")
    }
    config = replace(CONFIG, relabel=True, rounds=rounds)
    study, _ = studied(config, contradicting, corrected=12)
    assert study.shares[:12].tolist() == [[0.0, 1.0]] * 12
    assert not suspected_rows(study)[:12].any()


def test_too_few_windows_are_not_studied() -> None:
    few = PatternData(QUESTION, [example(i, "up") for i in range(39)], [], 1.0)
    assert nets_of(few, CONFIG) == []
    study = Studying(few, None, CONFIG, lambda *_: even(0.5), lambda *_: None).run()
    assert (study.view, study.suspicion, study.confusion) == (None, None, None)
    assert study.shares.tolist() == [[1.0, 0.0]] * 39


def test_a_study_that_is_off_trains_no_net() -> None:
    assert nets_of(data(20), replace(CONFIG, study=False)) == []
    assert nets_of(data(N), CONFIG) == []  # people decided everything
    assert [net.name for net in nets_of(data(20), replace(CONFIG, rounds=1))] == [
        "half 1",
        "half 2",
        "reviewed",
        "round 1",
    ]


def test_a_lead_is_the_likeliest_less_the_second() -> None:
    assert lead(np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]])) == pytest.approx([0.2, 0.7])


def test_soft_targets_weigh_the_loss_of_every_option() -> None:
    log_p = torch.tensor([[0.25, 0.75]]).log()
    q = torch.tensor([0.5])
    # (1 - 0.25^0.5) / 0.5 = 1 and (1 - 0.75^0.5) / 0.5 = 0.2679
    expected = 0.4 * 1 + 0.6 * 0.267949
    assert float(soft_gce(log_p, torch.tensor([[0.4, 0.6]]), q)) == pytest.approx(expected)
    assert float(soft_gce(log_p, torch.tensor([[1.0, 0.0]]), q)) == pytest.approx(
        float(generalised_cross_entropy(log_p[0, :1], q))
    )


def test_enough_trusted_validation_windows_alone_say_when_to_stop() -> None:
    held = data(corrected=5)
    assert judging_windows(held, 5).tolist() == [0, 1, 2, 3, 4]
    assert judging_windows(held, 6).tolist() == list(range(N))
    assert judging_windows(None, 1).tolist() == []


@pytest.mark.parametrize(
    ("right", "ever", "word"),
    [
        (True, False, "learned"),
        (True, True, "learned"),
        (False, True, "forgotten"),
        (False, False, "not learned"),
    ],
)
def test_what_became_of_a_correction(right: bool, ever: bool, word: str) -> None:
    assert outcome(right, ever) == word
