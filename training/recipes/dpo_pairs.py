"""The pairs of a training by preferences: gathered from all its origins, kept beside it.

samples.jsonl   the sampled texts with their scores, item by item
pairs.jsonl     the pairs that are learned
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.axis import Axis, axis_of
from core.errors import ConfigError
from core.questions.base import Question
from core.render_settings import RenderSettings
from core.shown import Form
from training import files
from training.examples import Progress, TrainingExample, TrainingStopped
from training.preference_pairs import (
    Pair,
    judge_pairs,
    mix_of,
    outcome_pairs,
    people_pairs,
    preferred_pairs,
)
from training.preferences import StoredPreference
from training.recipes.sampling import Draw, Writer, sample_first
from training.sampled_texts import SampledText, by_item, item_key, share_right
from training.text_judging import text_judge

if TYPE_CHECKING:
    from training.recipes.dpo import DpoConfig

log = logging.getLogger("training")

SAMPLES, PAIRS, JUDGE = "samples.jsonl", "pairs.jsonl", "judge"


@dataclass(frozen=True)
class Material:
    """What pairs are made of.

    Attributes:
        learn: training examples with a trusted answer.
        questions: what they ask.
        preferences: of the snapshot.
        render: how windows are drawn: its axis is what positions in a text mean.
        form: in which reasons are given.
    """

    learn: Sequence[TrainingExample]
    questions: Sequence[Question]
    preferences: Sequence[StoredPreference]
    render: RenderSettings
    form: Form = "reasons"

    def axis(self, example: TrainingExample) -> Axis:
        """Return what positions in a text on an example mean."""
        return axis_of(self.render, example.view)

    @property
    def by_key(self) -> dict[str, TrainingExample]:
        """The examples by what names their items."""
        return {item_key(one): one for one in self.learn}


def gather(
    writer: Writer,
    material: Material,
    config: DpoConfig,
    report: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    folder: Path,
) -> tuple[int, list[Pair]]:
    """Return how many items were sampled on the way, and all pairs; the same call, the same pairs.

    Raises:
        TrainingStopped: `should_stop` said so; sampled texts are kept.
        ConfigError: there is no pair.
    """
    sampled = _to_sample(material, config)
    samples = _sampled(writer, sampled, material, config, report, should_stop, folder)
    pairs = outcome_pairs(
        samples, (config.from_right, config.to_right), config.most_pairs, config.seed
    )
    if config.judge_url:
        judged = _judged(samples, material, config, should_stop, folder)
        pairs += judge_pairs(judged, config.most_pairs, config.seed)
    pairs = [pair.model_copy(update={"form": material.form}) for pair in pairs]
    if config.from_people:
        pairs += people_pairs(material.questions, material.learn, material.axis, material.form)
    wanted = {"people": config.from_people, "selection": config.from_selection}
    told = [one for one in material.preferences if wanted[one.origin]]
    pairs += preferred_pairs(material.questions, material.learn, told, material.axis, material.form)
    pairs = list(dict.fromkeys(pairs))
    if not pairs:
        raise ConfigError(_why_none(samples, config))
    log.info("%s", ", ".join(f"{n} pairs from {origin}" for origin, n in mix_of(pairs).items()))
    lines = "".join(f"{pair.model_dump_json()}\n" for pair in pairs)
    folder.mkdir(parents=True, exist_ok=True)
    files.write_atomically(folder / PAIRS, lines)
    return len(sampled), pairs


def kept_pairs(folder: Path) -> list[Pair] | None:
    """Return the pairs that `gather` has kept; None while there are none."""
    if not (folder / PAIRS).exists():
        return None
    lines, _ = files.read_lines(folder / PAIRS)
    return [Pair.model_validate_json(line) for line in lines]


def _to_sample(material: Material, config: DpoConfig) -> list[TrainingExample]:
    if not config.samples:
        return []
    return [one for one in material.learn if one.source == "correction" or not config.only_reviewed]


def _sampled(
    writer: Writer,
    items: Sequence[TrainingExample],
    material: Material,
    config: DpoConfig,
    report: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    folder: Path,
) -> list[SampledText]:
    if not items:
        return []
    return sample_first(
        writer,
        items,
        material.questions,
        Draw(config.samples, config.temperature, config.seed),
        folder / SAMPLES,
        steps=config.steps,
        report=report,
        should_stop=should_stop,
        render=material.render,
    )


def _judged(
    samples: Sequence[SampledText],
    material: Material,
    config: DpoConfig,
    should_stop: Callable[[], bool],
    folder: Path,
) -> list[SampledText]:
    """Return the texts of the items that have a rationale, scored beside it."""
    judge = text_judge(config.judge_url, config.judge_model, config.judge_key_name, folder / JUDGE)
    asked = {question.id: question for question in material.questions}
    items, several = material.by_key, by_item(samples)
    found: list[SampledText] = []
    for item_id, own in several.items():
        if should_stop():  # what the judge said so far is kept, and not asked for again
            raise TrainingStopped(len(several), len(several) + config.steps)
        example = items[item_id]
        caption = example.content.rationale_text.strip()
        written = [one for one in own if one.text.strip()]
        if not caption or not written:
            continue
        scores = judge.caption_scores(
            asked[example.question_id], caption, [one.text for one in written]
        )
        found += [
            one.model_copy(update={"judged": score})
            for one, score in zip(written, scores, strict=True)
        ]
    return found


def _why_none(samples: Sequence[SampledText], config: DpoConfig) -> str:
    shares = [share_right(own) for own in by_item(samples).values()]
    hard = sum(share < config.from_right for share in shares)
    easy = sum(share > config.to_right for share in shares)
    return (
        f"there is no pair of a better and a worse answer: of {len(shares)} sampled items {hard} "
        f"are too hard for this model and {easy} too easy, and people and selections give none; "
        "train it by examples first, sample more answers per item, or widen from_right and to_right"
    )
