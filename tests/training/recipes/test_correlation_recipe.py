"""The recipe: it learns, stops, resumes to the same weights, and begins anew when A is constant."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.answers import AnswerContent, FoundInterval
from core.errors import ConfigError
from core.questions import kind_of
from core.questions.base import Question
from core.series import WindowView
from core.students import WITHOUT_LABELS
from core.students.correlation import CorrelationStudent
from training.examples import Progress, TrainingExample, TrainingStopped
from training.recipes import RECIPES
from training.recipes.correlation import CorrelationRecipeConfig, fit
from training.recipes.correlation_data import draw, mirrored, windows_to_learn
from training.recipes.correlation_loss import StepFigures, costs, huber, smoothness
from training.recipes.correlation_state import CorrelationState

CHANGES = Question(id="c", family_id="c", kind="change_point", name="Changes", text="?")
EVENTS = Question(id="a", family_id="a", kind="anomaly", name="Events", text="?")
TINY = CorrelationRecipeConfig(
    steps=6, batch_size=2, hidden=4, length=24, horizon=3, reach=3, checkpoint_every=2, apart=4
)


def example(i: int, channels: int = 3, n: int = 40, **more: Any) -> TrainingExample:
    values = np.random.default_rng(i).normal(size=(n, channels)).cumsum(axis=0)
    content = AnswerContent(kind="change_point")
    return TrainingExample("c", WindowView(values), content, item_id=f"i{i}", **more)


EXAMPLES = [example(i) for i in range(6)]


def train(
    folder: Path,
    config: CorrelationRecipeConfig = TINY,
    examples: list[TrainingExample] | None = None,
    stop_at: int | None = None,
) -> tuple[CorrelationStudent, list[Progress]]:
    said: list[Progress] = []
    student = fit(
        examples or EXAMPLES,
        [CHANGES],
        config,
        report=said.append,
        should_stop=lambda: stop_at is not None and len(said) >= stop_at,
        checkpoint_dir=folder,
    )
    return student, said


def weights(student: CorrelationStudent) -> dict[str, torch.Tensor]:
    return student.net.state_dict()


def test_the_registry_loads_it() -> None:
    assert RECIPES["correlation"].load().fit is fit


def test_two_steps_move_encoder_and_decoder(tmp_path: Path) -> None:
    begun = CorrelationState(TINY, windows_to_learn(EXAMPLES, [CHANGES], TINY), tmp_path)
    first = {name: value.clone() for name, value in begun.net.state_dict().items()}
    student, said = train(tmp_path, replace(TINY, steps=2))
    moved = {name for name, value in weights(student).items() if not value.equal(first[name])}
    assert {name.split(".")[0] for name in moved} == {"encoder", "decoder"}
    assert "encoder.logit.weight" in moved
    assert [(one.step, one.total) for one in said] == [(1, 2), (2, 2)]


def test_a_stopped_training_resumes_to_the_same_weights_and_norms(tmp_path: Path) -> None:
    whole, _ = train(tmp_path / "whole")
    with pytest.raises(TrainingStopped, match="after step 3 of 6"):
        train(tmp_path / "stopped", stop_at=3)
    resumed, said = train(tmp_path / "stopped")
    assert [one.step for one in said] == [4, 5, 6]
    assert all(value.equal(weights(whole)[name]) for name, value in weights(resumed).items())
    assert resumed.config == whole.config


def test_another_training_is_not_gone_on_with(tmp_path: Path) -> None:
    with pytest.raises(TrainingStopped):
        train(tmp_path, stop_at=3)
    with pytest.raises(ConfigError, match="other settings or windows"):
        train(tmp_path, replace(TINY, seed=2))


def test_after_memory_ran_out_a_smaller_batch_goes_on(tmp_path: Path) -> None:
    with pytest.raises(TrainingStopped):
        train(tmp_path, stop_at=3)
    _, said = train(tmp_path, replace(TINY, batch_size=1, accumulate=2))
    assert [one.step for one in said] == [4, 5, 6]


def test_minutes_end_a_training_without_steps(tmp_path: Path) -> None:
    config = replace(TINY, steps=0, cpu_minutes=0.005)
    _, said = train(tmp_path, config)
    assert said[-1].step >= 1
    assert said[-1].total == said[-1].step


def state_of(tmp_path: Path, **more: Any) -> CorrelationState:
    config = replace(TINY, steps=400, check_epochs=1, **more)
    return CorrelationState(config, windows_to_learn(EXAMPLES, [CHANGES], config), tmp_path)


def advance(state: CorrelationState, n: int, spread: float) -> None:
    for _ in range(n):
        state.advance(StepFigures(1.0, 0.9, spread))


def test_a_constant_graph_begins_anew_at_the_first_look_and_its_steps_count(
    tmp_path: Path,
) -> None:
    state = state_of(tmp_path)
    before = state.net.encoder.read.weight.clone()
    advance(state, 99, spread=0.1)
    assert state.restarts == 0
    advance(state, 2, spread=0.1)  # a quarter of the training: looked at in any case
    assert (state.restarts, state.eased, state.epochs) == (1, 2.0, [])
    assert state.spent == 100 + 1
    assert state.progress == pytest.approx(1 / 300)
    assert not before.equal(state.net.encoder.read.weight)


def test_a_graph_that_differs_goes_on(tmp_path: Path) -> None:
    state = state_of(tmp_path)
    advance(state, 150, spread=0.6)
    assert (state.restarts, state.collapsed) == (0, False)


def test_what_collapses_late_is_said_and_not_begun_anew(tmp_path: Path) -> None:
    state = state_of(tmp_path)
    advance(state, 240, spread=0.6)
    advance(state, 160, spread=0.1)
    assert state.finished
    assert (state.restarts, state.collapsed) == (0, True)


def test_it_begins_anew_only_so_often(tmp_path: Path) -> None:
    state = state_of(tmp_path, most_restarts=1)
    advance(state, 220, spread=0.1)
    assert state.restarts == 1


def test_restarts_survive_an_interruption(tmp_path: Path) -> None:
    state = state_of(tmp_path)
    advance(state, 120, spread=0.1)
    state.write_checkpoint()
    config = replace(TINY, steps=400, check_epochs=1)
    again = CorrelationState.start(config, windows_to_learn(EXAMPLES, [CHANGES], config), tmp_path)
    assert (again.restarts, again.spent, again.attempt_step) == (1, 120.0, 20)
    assert again.net.encoder.read.weight.equal(state.net.encoder.read.weight)


def test_smoothness_sets_in_late_and_grows_and_large_logits_cost_less_then() -> None:
    config = replace(TINY, free=0.5, smoothness=0.01, ramp=100.0, logit_penalty=0.1)
    assert costs(0.49, config, 1.0) == (0.0, 0.1)
    assert costs(0.5, config, 1.0) == pytest.approx((0.01, 0.002))
    assert costs(1.0, config, 1.0) == pytest.approx((1.0, 0.002))
    assert costs(1.0, config, 2.0)[0] == pytest.approx(0.5)


def test_the_loss_is_hubers_and_smoothness_counts_both_directions() -> None:
    assert huber(torch.tensor([0.1, -0.5]), 0.2).tolist() == pytest.approx([0.025, 0.4])
    p = torch.tensor([[[0.0, 1.0], [0.5, 1.0], [0.5, 0.0]]])
    assert float(smoothness(p)) == pytest.approx(2 * (0.25 + 1.0) / 2)


def test_windows_of_one_channel_and_of_other_questions_are_left_out() -> None:
    other = TrainingExample("a", EXAMPLES[0].view, AnswerContent(kind="anomaly"))
    windows = windows_to_learn([example(1), example(2, channels=1), other], [CHANGES], TINY)
    assert (len(windows.reads), windows.n_left_out) == (1, 1)


def test_series_of_single_channels_are_refused_with_what_to_do(tmp_path: Path) -> None:
    alone = [example(1, channels=1)]
    with pytest.raises(ConfigError, match="ask about series of several channels"):
        train(tmp_path, examples=alone)


def test_validation_windows_are_not_learned_from() -> None:
    windows = windows_to_learn([example(1), example(2, split="validation")], [CHANGES], TINY)
    assert len(windows.reads) == 1


def test_a_batch_has_one_number_of_variables_and_pieces_of_one_length() -> None:
    mixed = [example(1, channels=3), example(2, channels=5), example(3, channels=5, n=20)]
    windows = windows_to_learn(mixed, [CHANGES], TINY)
    rng = torch.Generator().manual_seed(1)
    shapes = {tuple(draw(windows, TINY, rng)[0].shape) for _ in range(40)}
    assert shapes == {(2, 24, 3, 1), (2, 24, 5, 1), (2, 20, 5, 1)}


def test_of_windows_with_many_channels_fewer_are_read_at_once() -> None:
    rng = torch.Generator().manual_seed(1)
    config = replace(TINY, batch_size=8)
    sizes = [
        len(draw(windows_to_learn([example(1, channels=n)], [CHANGES], config), config, rng)[0])
        for n in (12, 20, 40)
    ]
    assert sizes == [8, 3, 1]


def test_axes_are_mirrored_and_change_places_together() -> None:
    x = torch.tensor([1.0, 2.0, 10.0, 20.0]).view(1, 1, 1, 4)  # x, y, vx, vy
    there = torch.ones_like(x, dtype=torch.bool)
    rng = torch.Generator().manual_seed(1)
    seen = {tuple(mirrored(x, there, 2, rng)[0].flatten().tolist()) for _ in range(200)}
    ways = {(sx * 1.0, sy * 2.0, sx * 10.0, sy * 20.0) for sx in (1, -1) for sy in (1, -1)}
    assert seen == ways | {(b, a, d, c) for a, b, c, d in ways}


def test_missing_samples_do_not_stop_it(tmp_path: Path) -> None:
    views = [np.array(one.view.values) for one in EXAMPLES]
    for place, values in enumerate(views):
        values[5 + place : 12 + place, 1] = np.nan
    examples = [
        replace(one, view=WindowView(values)) for one, values in zip(EXAMPLES, views, strict=True)
    ]
    student, said = train(tmp_path, examples=examples)
    assert np.isfinite([one.loss for one in said]).all()
    assert np.isfinite(student.strips([examples[0].view])[0].ensemble).all()


def test_reviewed_windows_choose_the_threshold_once_there_are_enough(tmp_path: Path) -> None:
    at = FoundInterval(number=1, start=20, stop=21)
    jump = [example(i, source="correction") for i in range(4)]
    jumped = []
    for one in jump:
        values = np.array(one.view.values)
        values[20:] += 100.0
        content = AnswerContent(kind="change_point", intervals=(at,))
        jumped.append(replace(one, view=WindowView(values), content=content))
    config = replace(TINY, expected=10.0, fewest_reviewed=4)
    usual, _ = train(tmp_path / "a", replace(config, fewest_reviewed=5), EXAMPLES + jumped)
    chosen, _ = train(tmp_path / "b", config, EXAMPLES + jumped)
    assert chosen.config.norms.threshold > usual.config.norms.threshold
    score = kind_of(CHANGES).score
    views = [one.view for one in jumped]
    better, worse = (
        sum(
            score(said, one.content)
            for said, one in zip(student.answer(CHANGES, views), jumped, strict=True)
        )
        for student in (chosen, usual)
    )
    assert better > worse


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"batch_size": 0}, "below 1"),
        ({"steps": 0, "cpu_minutes": 0.0}, "no time to learn"),
        ({"features": 3, "axes": 2}, "a number of axes"),
        ({"length": 10, "horizon": 3}, "a length of 12 or more"),
        ({"hidden": 5}, "give an even one"),
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        replace(TINY, **wrong)


def test_students_said_to_learn_without_labels_are_those_whose_recipe_reads_none() -> None:
    """A version remembers its student, a run its recipe: both must say the same."""
    assert {key for key, recipe in RECIPES.items() if not recipe.reads_labels} == WITHOUT_LABELS
