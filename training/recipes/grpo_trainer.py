"""TRL's GRPO trainer, set up as the recipe says: what is published where TRL's defaults differ."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from trl.trainer.grpo_config import GRPOConfig
from trl.trainer.grpo_trainer import GRPOTrainer

from core.questions.base import Question
from core.students.vlm import VlmStudent
from training.examples import TrainingExample
from training.recipes.grpo_rewards import Rewards, reward_functions
from training.recipes.trl_run import quiet, shared_arguments
from training.recipes.vlm_policy import ForgetsReference, lazy_dataset

if TYPE_CHECKING:
    from pathlib import Path

    from training.recipes.grpo import GrpoConfig
    from training.recipes.grpo_watch import Watch

KEPT_PICTURES = 64


def grpo_trainer(
    student: VlmStudent,
    rows: Sequence[tuple[Question, TrainingExample]],
    rewards: Rewards,
    config: GrpoConfig,
    checkpoint_dir: Path,
    watch: Watch,
) -> GRPOTrainer:
    """Return the trainer; `rows` are the items of all steps in the order they are learned from."""

    @lru_cache(maxsize=KEPT_PICTURES)  # each row is read once per answer of its group
    def row(place: int) -> dict[str, Any]:
        question, example = rows[place]
        asked = student.asked(question, example.view)
        prompt = [{"role": "user", "content": asked.prompt}]
        return {"prompt": prompt, "image": asked.image, "place": place}

    with quiet():
        return GRPOTrainer(
            model=student.vlm.model,
            reward_funcs=list(reward_functions(rewards, rows)),
            args=_arguments(rewards, config, checkpoint_dir),
            train_dataset=lazy_dataset(len(rows), row),
            processing_class=student.vlm.processor,
            callbacks=[watch, ForgetsReference()],
        )


def batches_written_at_once(config: GrpoConfig) -> int:
    """Return of how many batches of a step the answers are written at once.

    As many as `written_at_once` allows, and such that a step is a whole number of times as many: no
    answer is then learned from after the model has changed.
    """
    of_one = config.batch_size * config.group_size
    fits = [
        n
        for n in range(1, config.accumulate + 1)
        if config.accumulate % n == 0 and n * of_one <= config.written_at_once
    ]
    return max(fits, default=1)


def _arguments(rewards: Rewards, config: GrpoConfig, checkpoint_dir: Path) -> GRPOConfig:
    shared = shared_arguments(checkpoint_dir, config, texts_each=config.group_size)
    return GRPOConfig(
        **shared,
        num_generations=config.group_size,
        steps_per_generation=batches_written_at_once(config),
        max_completion_length=config.max_new_tokens,
        temperature=config.temperature,
        reward_weights=rewards.in_order,
        beta=config.beta,
        epsilon=config.clip,
        entropy_coef=config.entropy,
        # As published: the estimate of the divergence as it is, not reweighted.
        use_bias_correction_kl=False,
        # The rows are in their order already, so that a run that goes on knows where it was.
        shuffle_dataset=False,
    )
