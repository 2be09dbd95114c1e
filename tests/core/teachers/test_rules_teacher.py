"""The built-in rules: the teachers' contract, known cases, and claims that the data confirm."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.answers import AnswerContent
from core.errors import TeacherError
from core.generate import PATTERNS, Generated, generate, pattern_arrays
from core.generate_shapes import Array, trend
from core.questions import kind_of
from core.questions.base import Option, Question
from core.questions.defaults import default_anomaly_question, default_pattern_question
from core.rationale import check_answer
from core.series import WindowView, view_window
from core.teachers import TEACHERS
from core.teachers.base import Ask

PATTERN = default_pattern_question()
ANOMALY = default_anomaly_question()
START = 5000


def ask(question: Question, view: WindowView) -> Ask:
    order = tuple(option.key for option in question.options)
    return Ask(question, view, prompt="", option_order=order)


def answer(question: Question, values: Array, seconds: Array | None = None) -> AnswerContent:
    view = WindowView(values[:, None] if values.ndim == 1 else values, START, seconds)
    return TEACHERS["rules"]().answer(ask(question, view)).content


def found(content: AnswerContent) -> list[tuple[str, int, int, tuple[int, ...]]]:
    """Type key, start and stop within the window, channels."""
    return [
        (
            ANOMALY.type_of(one.type_id or "").key,
            one.start - START,
            one.stop - START,
            one.channels,
        )
        for one in content.intervals
    ]


def noise(n: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(0, 1, n)


@pytest.fixture(scope="module")
def made() -> list[Generated]:
    return generate(120, seed=33)


@pytest.mark.parametrize("name", TEACHERS)
@pytest.mark.parametrize("question", [PATTERN, ANOMALY], ids=["pattern", "anomaly"])
def test_a_teacher_leaves_the_request_as_it_was(name: str, question: Question) -> None:
    values = noise(300)[:, None]
    request = ask(question, WindowView(values.copy(), START, np.arange(300.0)))
    before = dict(vars(request))
    TEACHERS[name]().answer(request)
    assert vars(request) == before
    np.testing.assert_array_equal(request.view.values, values)


def test_importing_the_teachers_loads_no_sdk_and_no_heavy_library() -> None:
    code = (
        "import sys, core.teachers; "
        "print([m for m in ('openai', 'torch', 'sklearn', 'scipy', 'ruptures', 'statsmodels') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_it_is_called_built_in_rules_and_needs_no_picture() -> None:
    teacher = TEACHERS["rules"]()
    assert (teacher.author.kind, teacher.author.name) == ("rules", "built-in rules")
    assert not teacher.needs_picture


def test_what_it_literally_says_reads_back_as_its_answer(made: list[Generated]) -> None:
    for series in made[:20]:
        view = view_window(series.data, 0, series.data.n_samples)
        question = PATTERN if "pattern" in series.asked else ANOMALY
        reply = TEACHERS["rules"]().answer(ask(question, view))
        again = kind_of(question).parse(question, view, reply.raw_text)
        assert (again.label, again.intervals) == (reply.content.label, reply.content.intervals)
        assert again.rationale_text == reply.content.rationale_text


@pytest.mark.parametrize("key", PATTERNS)
def test_every_curve_is_named_in_light_noise_at_any_scale(key: str) -> None:
    rng = np.random.default_rng(5)
    values = 1000 + 40 * (trend(key, np.linspace(0, 1, 700), rng) + rng.normal(0, 0.03, 700))
    content = answer(PATTERN, values)
    assert content.label == key
    assert sum(content.scores.values()) == pytest.approx(1)
    assert content.confidence == content.scores[key]
    assert max(content.scores, key=lambda option: content.scores[option]) == key


def test_a_curve_follows_the_times_of_an_irregular_series() -> None:
    """Samples crowd at the end, so that a straight line bends over the sample number."""
    seconds = 600 * (1 - (1 - np.linspace(0, 1, 500)) ** 3)
    values = seconds / 600 + 0.02 * noise(500)
    assert answer(PATTERN, values, seconds).label == "linear_increase"
    assert answer(PATTERN, values).label != "linear_increase"


def test_options_are_known_by_key_or_by_name_and_others_are_refused() -> None:
    named = PATTERN.model_copy(
        update={
            "options": (
                Option(key="a", wordings=("linear decrease",)),
                Option(key="b", wordings=("Exponential Growth",)),
            )
        }
    )
    assert answer(named, np.exp(np.linspace(0, 5, 300))).label == "b"
    strange = PATTERN.model_copy(
        update={"options": (*PATTERN.options, Option(key="heartbeat", wordings=("a heartbeat",)))}
    )
    with pytest.raises(TeacherError, match=r"'a heartbeat' \(key 'heartbeat'\).*is no curve"):
        answer(strange, noise(100))


def test_few_options_are_compared_among_themselves_alone() -> None:
    options = tuple(o for o in PATTERN.options if o.key in ("concave", "linear_increase"))
    content = answer(PATTERN.model_copy(update={"options": options}), noise(200))
    assert set(content.scores) == {"concave", "linear_increase"}


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (np.array([1.0]), "too few to compare"),
        (np.array([1.0, 2.0, 3.0]), "too few to compare"),
        (np.full(50, np.nan), "There are 0 values"),
        (np.full(50, 4.2), "The values do not change"),
    ],
)
def test_where_no_curve_can_be_told_it_says_that_the_label_is_a_guess(
    values: Array, says: str
) -> None:
    content = answer(PATTERN, values)
    assert content.confidence == pytest.approx(1 / 9)
    assert says in content.rationale_text
    assert content.rationale_text.endswith("the label is a guess.")


def test_the_events_of_one_channel_are_found_with_types_and_exact_places() -> None:
    values = noise(1400, 2)
    values[200:202] += 14
    values[500:640] -= 7
    values[1000:1045] = values[1000]
    content = answer(ANOMALY, values)
    assert found(content) == [
        ("spike", 200, 202, ()),
        ("level_shift", 500, 640, ()),
        ("stuck", 1000, 1045, ()),
    ]
    assert [one.number for one in content.intervals] == [1, 2, 3]
    assert "At sample 5,200 a spike of +" in content.rationale_text


def test_events_of_several_channels_at_one_place_are_one_interval_with_its_channels() -> None:
    values = np.stack([noise(900, seed) for seed in (3, 4, 5)], axis=1)
    values[300:302, [0, 2]] += 15
    values[600:720, :] += 8
    content = answer(ANOMALY, values)
    assert found(content) == [("spike", 300, 302, (0, 2)), ("level_shift", 600, 720, ())]
    assert " on ch" in content.rationale_text


def test_a_type_that_the_question_lacks_is_left_out() -> None:
    values = noise(900, 6)
    values[100] += 20
    values[500:540] = values[500]
    types = tuple(kind for kind in ANOMALY.types if kind.key == "stuck")
    question = ANOMALY.model_copy(update={"types": types})
    content = answer(question, values)
    assert [(one.start - START, one.stop - START) for one in content.intervals] == [(500, 540)]
    none_known = ANOMALY.model_copy(update={"types": ()})
    assert answer(none_known, values).intervals == ()


def test_a_calm_window_has_no_anomaly_and_names_the_nearest_miss() -> None:
    content = answer(ANOMALY, noise(1000, 8))
    assert content.intervals == ()
    assert content.rationale_text.startswith(
        "No spike or level shift or variance change or stuck value stands out; "
        "the largest excursion, "
    )
    assert content.confidence is not None
    assert content.confidence >= 0.5


def test_every_claim_is_confirmed_by_the_data(made: list[Generated]) -> None:
    claims = 0
    for series in made:
        view = view_window(series.data, 0, series.data.n_samples)
        for question in (PATTERN, ANOMALY):
            if question.kind in series.asked:
                content = TEACHERS["rules"]().answer(ask(question, view)).content
                for span, check in zip(content.rationale, check_answer(content, view), strict=True):
                    if span.claim is not None:
                        claims += 1
                        assert check is not None and check.status == "confirmed", (span, check)
                    # Words without a claim are read, and may say what nothing here can measure.
                    assert check is None or check.status != "contradicted", (span, check)
    assert claims > 150


def test_it_is_a_decent_teacher_of_patterns() -> None:
    values, labels = pattern_arrays(180, seed=44)
    given = [answer(PATTERN, row.astype(np.float64)).label for row in values]
    right = np.mean([PATTERNS[label] == said for label, said in zip(labels, given, strict=True)])
    assert right >= 0.85


def test_it_finds_most_events_and_raises_few_false_alarms(made: list[Generated]) -> None:
    hits, missed, false, samples = 0, 0, 0, 0
    for series in made:
        truth = series.truth(ANOMALY)
        if truth is None:
            continue
        view = view_window(series.data, 0, series.data.n_samples)
        given = TEACHERS["rules"]().answer(ask(ANOMALY, view)).content
        overlaps = [
            [one.interval.overlap(true.interval) > 0 for one in given.intervals]
            for true in truth.intervals
        ]
        hits += sum(any(row) for row in overlaps)
        missed += sum(not any(row) for row in overlaps)
        false += sum(not any(column) for column in zip(*overlaps, strict=True))
        false += len(given.intervals) if not overlaps else 0
        samples += len(view.values)
    assert hits / (hits + missed) >= 0.8
    assert 1000 * false / samples <= 0.5


@given(
    values=hnp.arrays(
        np.float64,
        st.tuples(st.integers(1, 60), st.integers(1, 3)),
        elements=st.one_of(st.floats(-100, 100), st.sampled_from([0.0, 1.0, np.nan, np.inf])),
    )
)
def test_any_numbers_get_an_answer_to_both_questions(values: Array) -> None:
    for question in (PATTERN, ANOMALY):
        content = answer(question, values)
        assert content == answer(question, values)
        assert all(
            START <= one.start < one.stop <= START + len(values) for one in content.intervals
        )
