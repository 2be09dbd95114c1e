"""The recipe: it learns, stops, resumes to the same weights, and refuses what it cannot learn."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.answers import AnswerContent, Claim, FoundInterval, Span
from core.errors import ConfigError
from core.noise.report import read_report
from core.questions.base import EventType, Option, Question
from core.series import WindowView
from core.students.series import SeriesConfig, SeriesModel, SeriesStudent
from training.examples import Progress, TrainingExample, TrainingStopped
from training.healing import halved, slower
from training.recipes import RECIPES, checkpoints
from training.recipes.pseudo_label import PseudoLabelConfig, _train_step, fit
from training.recipes.pseudo_label_data import EventData, judges
from training.recipes.pseudo_label_state import TrainingState
from training.recipes.pseudo_label_tasks import student_config
from training.troubles import DivergedError

ROOT = Path(__file__).parents[3]

SHAPES = Question(
    id="p",
    family_id="p",
    kind="pattern",
    name="Shape",
    text="?",
    options=(
        Option(key="up", wordings=("rising line", "goes up")),
        Option(key="down", wordings=("falling line",)),
    ),
)
EVENTS = Question(
    id="a",
    family_id="a",
    kind="anomaly",
    name="Events",
    text="?",
    types=(EventType(id="t", key="spike", name="spike"),),
)
TINY = PseudoLabelConfig(
    study=True,
    steps=4,
    batch_size=4,
    decoder_batch_size=2,
    text_batch_size=2,
    event_batch_size=2,
    validate_every=2,
    checkpoint_every=2,
)


def shape(i: int, split: str = "train") -> TrainingExample:
    key, direction = (("up", "up"), ("down", "down"))[i % 2]
    slope = 1 if key == "up" else -1
    values = slope * np.linspace(0, 1, 256) + np.random.default_rng(i).normal(0, 0.05, 256)
    claim = Claim.model_validate(
        {"kind": "direction", "direction": direction, "start": 0, "stop": 256}
    )
    content = AnswerContent(
        kind="pattern", label=key, rationale=(Span(text="it goes on to sample 255", claim=claim),)
    )
    return TrainingExample("p", WindowView(values[:, None]), content, split=split)  # type: ignore[arg-type]


def events(i: int) -> TrainingExample:
    values = np.random.default_rng(i).normal(size=(200, 1))
    at = 20 + 5 * (i % 20)
    values[at] += 15
    found = FoundInterval(number=1, start=at, stop=at + 1, type_id="t")
    claim = Claim(kind="spike", start=at, stop=at + 1, value=15.0)
    content = AnswerContent(
        kind="anomaly",
        intervals=(found,),
        rationale=(Span(text=f"a spike at sample {at}", interval=1, claim=claim),),
    )
    return TrainingExample("a", WindowView(values), content)


SHAPE_EXAMPLES = [shape(i) for i in range(8)] + [shape(i, "validation") for i in range(8, 12)]
BOTH = [*SHAPE_EXAMPLES, *(events(i) for i in range(8))]


def run(
    folder: Path,
    examples: list[TrainingExample] = BOTH,
    config: PseudoLabelConfig = TINY,
    should_stop: Callable[[], bool] = lambda: False,
    seen: list[Progress] | None = None,
) -> SeriesStudent:
    return fit(
        examples,
        [SHAPES, EVENTS],
        config,
        report=(seen if seen is not None else []).append,
        should_stop=should_stop,
        checkpoint_dir=folder,
    )


def weights(student: SeriesStudent) -> dict[str, torch.Tensor]:
    return student.model.state_dict()


def same(one: SeriesStudent, other: SeriesStudent) -> bool:
    return all(
        torch.equal(a, b)
        for a, b in zip(weights(one).values(), weights(other).values(), strict=True)
    )


def test_the_recipe_is_registered_with_its_fit() -> None:
    assert RECIPES["pseudo_label"].load().fit is fit


@pytest.mark.slow
def test_two_steps_change_every_part_that_is_trained(tmp_path: Path) -> None:
    student = run(tmp_path, config=replace(TINY, steps=2))
    with torch.random.fork_rng():
        torch.manual_seed(TINY.seed)
        before = SeriesModel(student.config).state_dict()
    # The last layer of a residual way and every head has moved; nothing is frozen in this recipe.
    changed = {
        name for name, value in weights(student).items() if not torch.equal(value, before[name])
    }
    assert {name.split(".")[1] for name in changed} == {
        "encoder",
        "classify",
        "events",
        "position",
        "to_soft",
        "to_first",
        "lm",
    }


@pytest.mark.slow
def test_a_seed_gives_the_same_weights_and_another_seed_others(tmp_path: Path) -> None:
    first = run(tmp_path / "1")
    assert same(first, run(tmp_path / "2"))
    assert not same(first, run(tmp_path / "3", config=replace(TINY, seed=2)))


@pytest.mark.slow
@pytest.mark.parametrize("detectors", ["", "robust_z polynomial"])
def test_resuming_after_a_stop_ends_where_an_uninterrupted_training_does(
    tmp_path: Path, detectors: str
) -> None:
    config = replace(TINY, detectors=detectors)
    asked = iter([False, False, False, True])
    with pytest.raises(TrainingStopped, match="stopped after step 3 of 4"):
        run(tmp_path / "stopped", config=config, should_stop=lambda: next(asked))
    steps: list[Progress] = []
    resumed = run(tmp_path / "stopped", config=config, seen=steps)
    assert [progress.step for progress in steps] == [4]
    assert same(resumed, run(tmp_path / "whole", config=config))


@pytest.mark.slow
def test_what_detectors_say_reaches_the_event_head_alone(tmp_path: Path) -> None:
    plain = weights(run(tmp_path / "plain", config=replace(TINY, steps=2)))
    read = run(tmp_path / "read", config=replace(TINY, steps=2, detectors="robust_z"))
    assert read.config.detectors == ("robust_z",)
    wider = {n for n, value in weights(read).items() if value.shape != plain[n].shape}
    assert {name.rsplit(".", 1)[0] for name in wider} == {
        "net.events.0.sharp.0",
        "net.events.0.join",
        "net.events.0.direct",
    }


def test_patterns_alone_need_no_detectors(tmp_path: Path) -> None:
    config = replace(TINY, steps=1, detectors="robust_z")
    only = [e for e in BOTH if e.question_id == "p"]
    assert run(tmp_path, only, config).config.detectors == ()


def test_unknown_detectors_are_refused_before_training() -> None:
    with pytest.raises(ConfigError, match="no detector 'oracle'"):
        PseudoLabelConfig(detectors="robust_z, oracle")


@pytest.mark.slow
def test_progress_names_step_total_and_the_latest_validation_score(tmp_path: Path) -> None:
    seen: list[Progress] = []
    run(tmp_path, seen=seen)
    assert [(p.step, p.total) for p in seen] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert seen[0].validation is None
    assert all(0 <= (p.validation or 0) <= 1 for p in seen[1:])
    assert seen[-1].stage == "learning Shape and Events"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["p", "a"])
def test_either_question_alone_is_learned_and_the_other_left_out(tmp_path: Path, kind: str) -> None:
    student = run(tmp_path, [e for e in BOTH if e.question_id == kind], replace(TINY, steps=2))
    assert [question.id for question in student.config.questions] == [kind]


@pytest.mark.slow
def test_training_stops_early_when_validation_no_longer_rises(tmp_path: Path) -> None:
    wrong = [
        replace(
            e,
            content=e.content.model_copy(
                update={"label": "down" if e.content.label == "up" else "up"}
            ),
        )
        if e.split == "validation"
        else e
        for e in SHAPE_EXAMPLES
    ]
    seen: list[Progress] = []
    config = replace(TINY, steps=200, validate_every=5, patience=1, learning_rate=1e-2)
    run(tmp_path, wrong, config, seen=seen)
    assert seen[-1].step < 200


def test_no_examples_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="none of the 0 examples is a training example"):
        run(tmp_path, [])


def test_two_options_with_the_same_words_are_refused(tmp_path: Path) -> None:
    twins = (Option(key="a", wordings=("same  words",)), Option(key="b", wordings=("same words",)))
    with pytest.raises(ConfigError, match="wording 'same words' of the option 'b'"):
        fit(
            SHAPE_EXAMPLES,
            [SHAPES.model_copy(update={"options": twins})],
            TINY,
            report=lambda progress: None,
            should_stop=lambda: False,
            checkpoint_dir=tmp_path,
        )


@pytest.mark.slow
@pytest.mark.parametrize(("fewest", "places"), [(3, [(0, 1), (0, 3), (1, 0)]), (4, None)])
def test_reviewed_windows_alone_choose_thresholds_where_there_are_enough(
    fewest: int, places: list[tuple[int, int]] | None
) -> None:
    reviewed = [[False, True, False, True], [True, False]]
    parts = [
        EventData(
            EVENTS,
            [
                replace(events(i), source="correction" if one else "pseudo")
                for i, one in enumerate(of)
            ],
            5.0,
        )
        for of in reviewed
    ]
    chosen = judges([(part, 3) for part in parts], fewest)
    found = [(parts.index(data), i) for data, i in chosen]
    assert found == (places or [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)])


def test_a_checkpoint_of_another_training_is_refused(tmp_path: Path) -> None:
    asked = iter([False, True])
    with pytest.raises(TrainingStopped, match="step 1"):
        run(tmp_path, SHAPE_EXAMPLES, should_stop=lambda: next(asked))
    with pytest.raises(ConfigError, match="belongs to a training with other settings"):
        run(tmp_path, SHAPE_EXAMPLES, replace(TINY, gce_q=0.5))


@pytest.mark.slow
def test_a_training_goes_on_with_half_the_batch_and_half_the_learning_rate(tmp_path: Path) -> None:
    asked = iter([False, False, True])
    with pytest.raises(TrainingStopped, match="step 2"):
        run(tmp_path, should_stop=lambda: next(asked))
    steps: list[Progress] = []
    smaller = replace(TINY, **(halved(asdict(TINY)) or {}), **slower(asdict(TINY)))
    run(tmp_path, config=smaller, seen=steps)
    assert [progress.step for progress in steps] == [3, 4]


@pytest.mark.slow
def test_a_loss_that_is_no_number_ends_the_training_before_it_spoils_the_weights(
    tmp_path: Path,
) -> None:
    with pytest.raises(DivergedError, match=r"at step \d the (loss|gradient) is no finite number"):
        run(tmp_path, config=replace(TINY, learning_rate=1e30, checkpoint_every=1))
    saved = checkpoints.newest(tmp_path)
    assert saved is not None
    assert all(bool(value.isfinite().all()) for value in saved["model"].values())


class OneWeight:
    """A training state of one weight, which a step moves by minus its gradient."""

    def __init__(self) -> None:
        self.model = torch.nn.Linear(1, 1, bias=False)
        torch.nn.init.zeros_(self.model.weight)
        self.optimiser = torch.optim.SGD(self.model.parameters(), lr=1.0)
        self.step, self.rng = 0, torch.Generator()

    def set_learning_rate(self, progress: float) -> None:
        """Keep it."""

    def advance(self) -> None:
        self.step += 1


class Slopes:
    """A task whose batches have the given gradients, one after the other."""

    def __init__(self, *slopes: float) -> None:
        self._slopes = iter(slopes)

    def loss(self, model: torch.nn.Linear, progress: float, rng: torch.Generator) -> torch.Tensor:
        return (model.weight * next(self._slopes)).sum()


def test_a_step_over_several_batches_follows_the_mean_of_their_gradients() -> None:
    state = OneWeight()
    config = replace(TINY, accumulate=2)
    _train_step([Slopes(0.25, 0.5)], state, config)  # type: ignore[arg-type, list-item] # a fake each
    assert float(state.model.weight.detach()) == -0.375


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("steps", 0, "below 1"), ("gce_q", 1.5, "must lie in"), ("threads", 0, "below 1")],
)
def test_impossible_settings_are_refused(field: str, value: float, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        replace(TINY, **{field: value})


@pytest.mark.slow
def test_every_number_of_a_rationale_is_one_of_its_claim(tmp_path: Path) -> None:
    config = replace(TINY, steps=40, validate_every=40, learning_rate=1e-2)
    student = run(tmp_path, SHAPE_EXAMPLES, config)
    assert isinstance(student.config, SeriesConfig)
    (content,) = student.answer(SHAPES, [SHAPE_EXAMPLES[0].view])
    (span,) = content.rationale
    assert span.claim is not None
    assert re.findall(r"\d+", span.text) == [str(span.claim.stop - 1)]


@pytest.mark.slow
def test_reasons_that_speak_of_no_position_are_learned_too(tmp_path: Path) -> None:
    worded = (Span(text="the line goes one way"),)
    examples = [
        replace(one, content=one.content.model_copy(update={"rationale": worded}))
        for one in SHAPE_EXAMPLES
    ]
    student = run(tmp_path, examples, replace(TINY, steps=40, validate_every=40))
    assert student.config.slots == ()
    assert student.config.explains == (SHAPES.id,)
    (content,) = student.answer(SHAPES, [SHAPE_EXAMPLES[0].view])
    assert [span.claim for span in content.rationale] in ([], [None])


STUDIED = replace(TINY, study_steps=2, fewest_reviews=4, rounds=1)
MANY = [
    replace(
        shape(i),
        group=f"series {i}",
        item_id=f"item {i}",
        source="correction" if i % 5 == 0 else "pseudo",
        pseudo=shape(i + i % 3 // 2).content,
        split="validation" if i >= 44 else "train",
    )
    for i in range(50)
]


@pytest.mark.slow
def test_a_study_that_was_stopped_goes_on_to_the_same_student_and_the_same_findings(
    tmp_path: Path,
) -> None:
    steps: list[Progress] = []
    asked = iter([False, False, True])
    with pytest.raises(TrainingStopped, match="stopped after step 3 of 12"):
        run(tmp_path / "stopped", MANY, STUDIED, should_stop=lambda: next(asked))
    resumed = run(tmp_path / "stopped", MANY, STUDIED, seen=steps)
    whole = run(tmp_path / "whole", MANY, STUDIED)
    assert same(resumed, whole)
    # the first half's net was kept, the second one's, of which a step was lost, is trained again
    assert steps[0].step == 3
    assert steps[-1].step == steps[-1].total == 12
    assert read_report(tmp_path / "stopped") == read_report(tmp_path / "whole")


@pytest.mark.slow
def test_what_was_found_of_each_label_is_kept(tmp_path: Path) -> None:
    run(tmp_path, MANY, STUDIED)
    report = read_report(tmp_path)
    assert report is not None
    (found,) = report.questions
    assert found.options == ("up", "down")
    assert found.n_corrections == 10
    assert found.stopped_by == "held-out labels"
    assert [one.item_id for one in found.examples] == [f"item {i}" for i in range(50)]
    for one, example in zip(found.examples, MANY, strict=True):
        assert one.label == example.content.label
        assert (one.correction is None) == (example.source == "pseudo")
        if example.source == "correction":
            assert example.pseudo is not None
            assert (one.learned, one.said) == (one.label, example.pseudo.label)
            assert not one.suspected


@pytest.mark.slow
def test_a_study_of_another_training_is_refused(tmp_path: Path) -> None:
    asked = iter([False, False, True])
    with pytest.raises(TrainingStopped, match="step 3"):
        run(tmp_path, MANY, STUDIED, should_stop=lambda: next(asked))
    with pytest.raises(ConfigError, match=r"net-0-half-1\.npz belongs to a training with other"):
        run(tmp_path, MANY, replace(STUDIED, gce_q=0.5))


def test_the_settings_can_be_shown_without_torch() -> None:
    code = "import sys, training.recipes.pseudo_label; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"body": "mamba"}, "body='mamba' is no encoder; give one of: conv, informer"),
        ({"soft_tokens": 33}, "give 1 to 32 soft tokens"),
        ({"lora_rank": 4}, "says nothing of the size 'pocket', which is trained whole"),
    ],
)
def test_a_student_that_cannot_be_built_is_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        PseudoLabelConfig(**settings)


def test_what_came_later_does_not_part_a_training_from_its_checkpoint(tmp_path: Path) -> None:
    """The mark in a checkpoint is as it was before there were sizes and bodies."""
    tag = TrainingState.start(
        student_config(SHAPE_EXAMPLES, [SHAPES], True), TINY, tmp_path, len(SHAPE_EXAMPLES)
    ).tag
    assert "informer" not in tag and "soft_tokens" not in tag and '"size"' not in tag
    other = replace(TINY, body="informer")
    config = student_config(SHAPE_EXAMPLES, [SHAPES], True, body="informer")
    again = TrainingState.start(config, other, tmp_path, len(SHAPE_EXAMPLES))
    assert "'body', 'informer'" in again.tag
    assert '"body":"informer"' in again.tag
