"""Published ways of training a reasoning student, as chains of recipes with the papers' settings.

What a paper does not publish is left at the recipe's default, and `unknown` says so. Nothing here
replicates a paper: its data, and mostly its base model, are others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Stage:
    """One training of a chain: a key of `RECIPES` and what differs from its defaults."""

    recipe: str
    title: str
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Preset:
    """A chain of trainings as a paper did it.

    Attributes:
        about: what is done, in one sentence.
        source: where the settings were read.
        unknown: which of them are not published, or are others here.
    """

    title: str
    about: str
    source: str
    unknown: str
    stages: tuple[Stage, ...]


PRESETS: dict[str, Preset] = {
    "visanom": Preset(
        title="VisAnomReasoner",
        about=(
            "Learns intervals with the rationale that won the selection, from several teachers."
        ),
        source="“Tiny but Trusted” (arXiv 2605.30344), project page",
        unknown=(
            "Learning rate, epochs and rank of the adapters are not published: the recipe's own "
            "are used. Its base was Qwen2.5-VL-3B and 7B."
        ),
        stages=(Stage("reasoner_sft", "SFT", {"rationale_share": 1.0, "steps_after": True}),),
    ),
    "timemaster": Preset(
        title="TimeMaster",
        about="Learns the form from examples first, then from a reward: right, and well formed.",
        source="langfengQ/TimeMaster, run_ctu.sh (arXiv 2506.13705)",
        unknown=(
            "Settings of its first stage are not published, and its learning rate is for a whole "
            "model: with adapters ten times as much is usual. Its code checks the form more laxly "
            "than the paper says; here the whole structure is asked for."
        ),
        stages=(
            Stage("reasoner_sft", "SFT"),
            Stage(
                "grpo",
                "GRPO",
                {
                    "group_size": 5,
                    "batch_size": 1,
                    "accumulate": 64,
                    "learning_rate": 1e-6,
                    "beta": 0.01,
                    "clip": 0.2,
                    "entropy": 0.001,
                    "temperature": 1.0,
                    "max_new_tokens": 1024,
                    "accuracy_weight": 0.9,
                    "format_weight": 0.1,
                },
            ),
        ),
    ),
    "llava_reasoner": Preset(
        title="LLaVA-Reasoner",
        about="Learns short answers and rationales together, then which of two answers is better.",
        source="RifleZhang/LLaVA-Reasoner-DPO",
        unknown=(
            "Its learning rates, 5e-6 and then 5e-7, are for a whole model; the first stage keeps "
            "the recipe's own for adapters. Its base was a LLaVA, and its answers stood after "
            "“### Answer:”; here tags hold them."
        ),
        stages=(
            Stage(
                "reasoner_sft",
                "SFT",
                {"batch_size": 4, "accumulate": 8, "rationale_share": 0.5},
            ),
            Stage(
                "dpo",
                "DPO",
                {
                    "learning_rate": 5e-7,
                    "beta": 0.1,
                    "response_tokens": 90,
                    "samples": 32,
                    "from_right": 0.25,
                    "to_right": 0.85,
                    "most_pairs": 3,
                },
            ),
        ),
    ),
}
