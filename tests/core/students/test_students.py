"""The contract of the students that say options and events of a window: saves, loads, answers
alike; refuses the untrained. Those that answer otherwise have the same said in files of their own.
"""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.answers import AnswerContent, FoundInterval
from core.errors import AnswerError, ConfigError
from core.questions.base import EventType, Option, Question
from core.series import WindowView
from core.students import STUDENTS, load_student
from core.students.base import Labelled, ScoringStudent, Student
from core.students.features import FeatureStudent
from core.students.majority import MajorityStudent
from core.students.series import SeriesStudent
from training.examples import TrainingExample
from training.recipes.pseudo_label import PseudoLabelConfig, fit

PATTERN = Question(
    id="p1",
    family_id="p",
    kind="pattern",
    name="Shape",
    text="Which shape?",
    options=(
        Option(key="up", wordings=("rising line", "goes up")),
        Option(key="down", wordings=("falling line",)),
        Option(key="hill", wordings=("single hill",)),
    ),
)
ANOMALY = Question(
    id="a1",
    family_id="a",
    kind="anomaly",
    name="Events",
    text="Any events?",
    types=(EventType(id="t1", key="spike", name="spike"),),
)


def pattern_example(i: int) -> Labelled:
    rng = np.random.default_rng(i)
    t = np.linspace(0, 1, 300)
    key = ("up", "down", "hill")[i % 3]
    base = {"up": t, "down": -t, "hill": -((t - 0.5) ** 2)}[key]
    values = (base + rng.normal(0, 0.01, 300))[:, None]
    return Labelled("p1", WindowView(values), AnswerContent(kind="pattern", label=key))


def anomaly_example(i: int, channels: int = 2) -> Labelled:
    rng = np.random.default_rng(1000 + i)
    values = rng.normal(0, 1, (300, channels))
    values[100 + i : 103 + i, 0] += 20
    found = FoundInterval(number=1, start=150 + i, stop=153 + i, channels=(0,), type_id="t1")
    content = AnswerContent(kind="anomaly", intervals=(found,))
    return Labelled("a1", WindowView(values, start=50), content)


EXAMPLES = [pattern_example(i) for i in range(12)] + [anomaly_example(i) for i in range(12)]


def fit_series(folder: Path) -> Student:
    examples = [TrainingExample(e.question_id, e.view, e.content) for e in EXAMPLES]
    config = PseudoLabelConfig(steps=2, batch_size=4, decoder_batch_size=2, event_batch_size=2)
    return fit(
        examples,
        [PATTERN, ANOMALY],
        config,
        report=lambda progress: None,
        should_stop=lambda: False,
        checkpoint_dir=folder / "checkpoints",
    )


FITS: dict[str, Callable[[Path], Student]] = {
    "series": fit_series,
    "features": lambda folder: FeatureStudent.fit(EXAMPLES, [PATTERN, ANOMALY]),
    "majority": lambda folder: MajorityStudent.fit(EXAMPLES, [PATTERN, ANOMALY]),
}


ELSEWHERE = {"vlm": "test_vlm.py", "correlation": "test_correlation_student.py"}
"""Students whose answers are texts, and instants: where their contract is tested."""


@pytest.fixture(scope="module", params=sorted(FITS))
def student(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Student:
    return FITS[request.param](tmp_path_factory.mktemp(request.param))


def odd_windows() -> dict[str, WindowView]:
    rng = np.random.default_rng(5)
    gaps = rng.normal(size=(700, 1))
    gaps[20:90] = np.nan
    return {
        "longer than the grid": WindowView(rng.normal(size=(3000, 1)), start=7),
        "three channels": WindowView(rng.normal(size=(500, 3))),
        "gaps": WindowView(gaps),
        "nothing but gaps": WindowView(np.full((200, 2), np.nan)),
        "constant": WindowView(np.full((256, 1), 3.0)),
        "infinite": WindowView(np.where(np.arange(300)[:, None] == 4, np.inf, 1.0)),
        "huge offset": WindowView(1e12 + rng.normal(size=(400, 1))),
        "three samples": WindowView(np.array([[1.0], [2.0], [0.0]])),
        "one sample": WindowView(np.array([[1.0]])),
    }


def test_every_student_of_the_dict_is_tested() -> None:
    assert set(FITS) | set(ELSEWHERE) == set(STUDENTS)
    for name, file in ELSEWHERE.items():
        assert f'name == "{name}"' in (Path(__file__).parent / file).read_text()


@pytest.mark.parametrize("question", [PATTERN, ANOMALY], ids=["pattern", "anomaly"])
def test_saving_and_loading_gives_identical_answers(
    student: Student, question: Question, tmp_path: Path
) -> None:
    views = [e.view for e in EXAMPLES if e.question_id == question.id]
    student.save(tmp_path / "model")
    assert load_student(tmp_path / "model").answer(question, views) == student.answer(
        question, views
    )


def test_the_same_examples_give_the_same_student(student: Student, tmp_path: Path) -> None:
    again = FITS[student.name](tmp_path)
    views = [e.view for e in EXAMPLES[:6]]
    assert again.answer(PATTERN, views) == student.answer(PATTERN, views)


@pytest.mark.parametrize("name", odd_windows())
@pytest.mark.parametrize("question", [PATTERN, ANOMALY], ids=["pattern", "anomaly"])
def test_any_window_is_answered_inside_its_borders(
    student: Student, question: Question, name: str
) -> None:
    view = odd_windows()[name]
    (content,) = student.answer(question, [view])
    assert content.kind == question.kind
    assert all(view.start <= i.start < i.stop <= view.stop for i in content.intervals)
    if question.kind == "pattern":
        assert sum(content.scores.values()) == pytest.approx(1)


def test_scores_of_a_subset_of_options_sum_to_one(student: Student) -> None:
    fewer = PATTERN.model_copy(update={"options": PATTERN.options[1:]})
    (content,) = student.answer(fewer, [EXAMPLES[0].view])
    assert set(content.scores) == {"down", "hill"}
    assert sum(content.scores.values()) == pytest.approx(1)


def test_the_order_of_options_cannot_change_an_answer(student: Student) -> None:
    turned = PATTERN.model_copy(update={"options": PATTERN.options[::-1]})
    views = [e.view for e in EXAMPLES[:6]]
    assert student.answer(turned, views) == student.answer(PATTERN, views)


def test_an_untrained_option_is_refused(student: Student) -> None:
    more = (*PATTERN.options, Option(key="wave", wordings=("a wave",)))
    with pytest.raises(AnswerError, match="option 'wave' was not among those"):
        student.answer(PATTERN.model_copy(update={"options": more}), [EXAMPLES[0].view])


def test_an_unregistered_wording_of_a_known_option_is_refused(student: Student) -> None:
    other = (Option(key="up", wordings=("going up",)), *PATTERN.options[1:])
    with pytest.raises(AnswerError, match="wording 'going up' of the option 'up'"):
        student.answer(PATTERN.model_copy(update={"options": other}), [EXAMPLES[0].view])


def test_an_untrained_event_type_is_refused(student: Student) -> None:
    more = (*ANOMALY.types, EventType(id="t2", key="drift", name="drift"))
    with pytest.raises(AnswerError, match="event type 'drift'"):
        student.answer(ANOMALY.model_copy(update={"types": more}), [EXAMPLES[0].view])


def test_another_question_is_refused(student: Student) -> None:
    with pytest.raises(AnswerError, match="'Colour' was not among those"):
        student.answer(
            PATTERN.model_copy(update={"family_id": "q", "name": "Colour"}), [EXAMPLES[0].view]
        )


def test_a_folder_without_a_student_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"holds no config.json, so it is no saved student"):
        load_student(tmp_path)


def test_an_unknown_student_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"student": "oracle"}')
    with pytest.raises(ConfigError, match="names the student 'oracle'"):
        load_student(tmp_path)


def fit_with(folder: Path, detectors: str) -> SeriesStudent:
    examples = [TrainingExample(e.question_id, e.view, e.content) for e in EXAMPLES[12:]]
    config = PseudoLabelConfig(steps=2, event_batch_size=2, detectors=detectors)
    return fit(
        examples,
        [ANOMALY],
        config,
        report=lambda progress: None,
        should_stop=lambda: False,
        checkpoint_dir=folder / "checkpoints",
    )


@pytest.mark.slow
def test_a_student_with_detectors_answers_alike_after_saving(tmp_path: Path) -> None:
    student = fit_with(tmp_path, "robust_z polynomial")
    views = [e.view for e in EXAMPLES[12:15]]
    student.save(tmp_path / "model")
    loaded = load_student(tmp_path / "model")
    assert isinstance(loaded, SeriesStudent)
    assert loaded.config.detectors == ("robust_z", "polynomial")
    assert loaded.answer(ANOMALY, views) == student.answer(ANOMALY, views)
    before, after = (one.event_probabilities(0, views[0]) for one in (student, loaded))
    assert np.array_equal(before, after)
    content, scores = student.answer_with_scores(ANOMALY, views[0])
    assert content == student.answer(ANOMALY, views[:1])[0]
    assert isinstance(student, ScoringStudent)
    assert np.allclose(scores, 1 - before[:, 0].min(axis=0), atol=1e-6)


@pytest.mark.slow
def test_a_student_saved_before_there_were_detectors_still_answers_alike(tmp_path: Path) -> None:
    student = fit_with(tmp_path, "")
    views = [e.view for e in EXAMPLES[12:15]]
    student.save(tmp_path / "model")
    path = tmp_path / "model" / "config.json"
    config = json.loads(path.read_text())
    del config["detectors"]
    path.write_text(json.dumps(config))
    assert load_student(tmp_path / "model").answer(ANOMALY, views) == student.answer(ANOMALY, views)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("detectors", "said"),
    [(["robust_z"], "of another network"), (["oracle"], "no detector 'oracle'")],
)
def test_a_student_of_another_network_is_a_clear_error(
    tmp_path: Path, detectors: list[str], said: str
) -> None:
    fit_with(tmp_path, "").save(tmp_path / "model")
    path = tmp_path / "model" / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "detectors": detectors}))
    with pytest.raises(ConfigError, match=said):
        load_student(tmp_path / "model")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_damaged_student_is_a_clear_error(tmp_path: Path, name: str) -> None:
    fit_with(tmp_path, "").save(tmp_path / "model")
    (tmp_path / "model" / name).write_bytes(b"\x01\x00 no student")
    with pytest.raises(ConfigError, match="damaged"):
        load_student(tmp_path / "model")
