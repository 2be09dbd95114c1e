"""What a series student promises of any series: wordings, lengths, gaps, honest confidences."""

import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
import torch

from core.answers import AnswerContent, FoundInterval
from core.checks import check
from core.measure import WindowFacts
from core.questions.base import Question
from core.series import WindowView
from core.students.confidence import softmax
from core.students.language import OptionBlocks, Prefix
from core.students.series import SeriesModel, SeriesStudent, measured_claim
from core.whole_series import LONGEST, answer_whole, windows_of
from tests.core.students.conftest import Made
from tests.core.students.test_students import ANOMALY, EXAMPLES
from training.examples import TrainingExample
from training.recipes.pseudo_label import PseudoLabelConfig, fit
from training.recipes.pseudo_label_tasks import build_tasks, student_config


def test_every_wording_of_every_option_is_used_in_training(
    shapes: Question, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    views, keys = made(9, 1)
    examples = [
        TrainingExample(shapes.id, view, AnswerContent(kind="pattern", label=key))
        for view, key in zip(views, keys, strict=True)
    ]
    config = PseudoLabelConfig(batch_size=2, decoder_batch_size=1, text_batch_size=0)
    student = student_config(examples, [shapes], False)
    (task,) = build_tasks(student, examples, config)
    model = SeriesModel(student)
    asked: list[list[str]] = []
    own = model.language.blocks

    def listen(wordings: list[str]) -> OptionBlocks:
        asked.append(wordings)
        return own(wordings)

    def score(prefix: Prefix, blocks: OptionBlocks) -> torch.Tensor:
        return torch.zeros(len(prefix), blocks.n_texts)

    monkeypatch.setattr(model.decoder, "blocks", listen)
    monkeypatch.setattr(model.decoder, "score", score)
    rng = torch.Generator().manual_seed(1)
    for _ in range(40):
        task.loss(model, 0.0, rng)
    used = [set(wordings) for wordings in zip(*asked, strict=True)]
    assert used == [set(option.wordings) for option in shapes.options]


@pytest.fixture(scope="module")
def event_student(tmp_path_factory: pytest.TempPathFactory) -> SeriesStudent:
    examples = [TrainingExample(e.question_id, e.view, e.content) for e in EXAMPLES[12:]]
    return fit(
        examples,
        [ANOMALY],
        PseudoLabelConfig(steps=3, event_batch_size=2, text_batch_size=0),
        report=lambda progress: None,
        should_stop=lambda: False,
        checkpoint_dir=tmp_path_factory.mktemp("checkpoints"),
    )


def answered(student: SeriesStudent, n_samples: int) -> tuple[int, int]:
    """Answer a series window by window; return its windows and the most bytes held meanwhile."""
    values = np.random.default_rng(1).normal(size=(n_samples, 1))
    asked: list[int] = []

    def ask(view: WindowView) -> AnswerContent:
        asked.append(len(view.values))
        return student.answer(ANOMALY, [view])[0]

    tracemalloc.start()
    found = answer_whole(values, None, ask)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert max(asked) <= LONGEST
    assert all(0 <= one.start < one.stop <= n_samples for one in found)
    return len(asked), peak


def test_a_series_of_64_samples_is_one_window(event_student: SeriesStudent) -> None:
    assert answered(event_student, 64)[0] == 1


@pytest.mark.slow
def test_a_series_longer_than_a_window_takes_more_windows_but_not_more_memory(
    event_student: SeriesStudent,
) -> None:
    few, some = answered(event_student, 8_000)
    many, most = answered(event_student, 32_000)
    assert (few, many) == (3, 9)
    assert most < 1.2 * some


def test_a_million_samples_are_cut_into_windows_without_a_copy() -> None:
    values = np.zeros((1_000_000, 1))
    views = windows_of(values, None)
    assert (views[0].start, views[-1].stop) == (0, 1_000_000)
    assert all(after.start < before.stop for before, after in pairwise(views))
    assert all(len(v.values) <= LONGEST and np.shares_memory(v.values, values) for v in views)


@pytest.mark.slow
def test_what_stands_at_a_missing_sample_counts_for_nothing(
    shape_student: SeriesStudent, event_student: SeriesStudent, shapes: Question, made: Made
) -> None:
    (view, *_), _ = made(3, 5)
    missing = np.random.default_rng(1).random(len(view.values)) < 0.1
    windows = []
    for filler in (np.nan, np.inf, -np.inf):
        values = view.values.astype(np.float64)
        values[missing] = filler
        windows.append(WindowView(values))
    for student, question in ((shape_student, shapes), (event_student, ANOMALY)):
        first, *others = student.answer(question, windows)
        assert others == [first, first]


@pytest.mark.slow
def test_gaps_of_a_tenth_leave_most_answers_as_they_are(
    shape_student: SeriesStudent, shapes: Question, made: Made
) -> None:
    views, _ = made(36, 5)
    holes = []
    for place, view in enumerate(views):
        values = view.values.astype(np.float64)
        values[100 + 40 * place : 300 + 40 * place] = np.nan
        holes.append(WindowView(values))
    whole, gapped = (shape_student.answer(shapes, some) for some in (views, holes))
    kept = [a.label == b.label for a, b in zip(whole, gapped, strict=True)]
    assert np.mean(kept) >= 0.8


@pytest.mark.slow
def test_the_temperature_makes_reviewed_validation_labels_likelier_and_changes_none(
    shape_student: SeriesStudent, shapes: Question, made: Made
) -> None:
    views, keys = made(45, 3)  # the validation windows of the fixture
    places = [[option.key for option in shapes.options].index(key) for key in keys]
    after = shape_student.option_probabilities(shapes, views)
    temperature = shape_student.config.temperatures[shapes.id]
    before = softmax(np.log(np.maximum(after, 1e-300)) * temperature)
    assert (before.argmax(axis=1) == after.argmax(axis=1)).all()
    rows = np.arange(len(views))
    likelier = np.log(after[rows, places]).sum() - np.log(before[rows, places]).sum()
    assert temperature != 1
    assert likelier > 0


def test_a_question_with_few_validation_windows_has_no_temperature(
    event_student: SeriesStudent,
) -> None:
    assert event_student.config.temperatures == {}


@pytest.mark.parametrize("name", ["level:", "spike:"])
def test_the_numbers_in_a_students_reasons_stand_the_check_of_a_teachers(name: str) -> None:
    values = np.random.default_rng(2).normal(size=(300, 1))
    values[120:125] += 9
    view = WindowView(values, start=50)
    claim = measured_claim(name, 170, 175, 0, WindowFacts(view))
    assert check(claim, view).status == "confirmed"


def test_events_have_a_type_a_range_and_a_confidence(event_student: SeriesStudent) -> None:
    (content,) = event_student.answer(ANOMALY, [EXAMPLES[12].view])
    for found in content.intervals:
        assert isinstance(found, FoundInterval)
        assert found.type_id == "t1"
        assert 0.5 <= (found.confidence or 0) <= 1
