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

    @property
    def steps_said(self) -> str:
        """The stages in a few words: `SFT, then GRPO`."""
        return ", then ".join(stage.title for stage in self.stages)


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
        stages=(Stage("reasoner_sft", "SFT"),),
    ),
    "timemaster": Preset(
        title="TimeMaster",
        about="Learns the form from examples first, then from a reward: right, and well formed.",
        source="langfengQ/TimeMaster, run_ctu.sh (arXiv 2506.13705)",
        unknown=(
            "Settings of its first stage are not published. Its reward checks the form more "
            "laxly than the paper says; here the whole structure is asked for."
        ),
        stages=(Stage("reasoner_sft", "SFT"), Stage("grpo", "GRPO")),
    ),
    "llava_reasoner": Preset(
        title="LLaVA-Reasoner",
        about="Learns short answers and rationales together, then which of two answers is better.",
        source="RifleZhang/LLaVA-Reasoner-DPO",
        unknown=(
            "Its base was a LLaVA, and its answers stood after “### Answer:”; here tags hold them."
        ),
        stages=(Stage("reasoner_sft", "SFT"), Stage("dpo", "DPO")),
    ),
}
