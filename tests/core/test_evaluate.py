"""The comparison on gold: verdicts, lists and shares by hand."""

import numpy as np
import pytest

from core.answers import AnswerContent, Claim, FoundInterval, Span
from core.errors import DataError, StoreError
from core.evaluate import Entrant, GoldItem, evaluate_question
from core.evaluation import Evaluation, QuestionEvaluation
from core.evaluation_words import caution, standing
from core.metrics import Confusion, wilson
from core.metrics.luck import Luck
from core.questions.defaults import (
    default_anomaly_question,
    default_open_question,
    default_pattern_question,
)
from core.series import WindowView

PATTERN = default_pattern_question()
ANOMALY = default_anomaly_question()
SPIKE, SHIFT = ANOMALY.type_named("spike").id, ANOMALY.type_named("level_shift").id
VIEW = WindowView(np.zeros((100, 1)))


def label(key: str) -> AnswerContent:
    return AnswerContent(kind="pattern", label=key)


def found(*ranges: tuple[int, int], type_id: str | None = None) -> AnswerContent:
    return AnswerContent(
        kind="anomaly",
        intervals=tuple(
            FoundInterval(number=i, start=a, stop=b, type_id=type_id)
            for i, (a, b) in enumerate(ranges, start=1)
        ),
    )


def gold(truths: list[AnswerContent], series: int | None = None) -> list[GoldItem]:
    """Items i00, i01, ...; each its own series, or spread over `series` of them."""
    return [
        GoldItem(f"i{i:02}", f"s{i if series is None else i % series}", VIEW, truth)
        for i, truth in enumerate(truths)
    ]


def answers(contents: list[AnswerContent]) -> dict[str, AnswerContent]:
    return {f"i{i:02}": content for i, content in enumerate(contents)}


def compare_labels(
    student: list[str], teacher: list[str], truth: str = "cubic", series: int | None = None
) -> QuestionEvaluation:
    return evaluate_question(
        PATTERN,
        gold([label(truth)] * len(student), series),
        [
            Entrant("student", "v4", answers([label(key) for key in student])),
            Entrant("teacher", "built-in rules", answers([label(key) for key in teacher])),
        ],
    )


def test_a_student_that_fixes_more_than_it_breaks_is_better() -> None:
    result = compare_labels(
        student=["cubic"] * 18 + ["convex"] * 2,
        teacher=["convex"] * 10 + ["cubic"] * 10,
    )
    assert result.outcome == "better"
    comparison = result.comparisons[0]
    assert comparison.fixed == tuple(f"i{i:02}" for i in range(10))
    assert comparison.broken == ("i18", "i19")
    assert comparison.difference is not None
    assert comparison.difference.mean == pytest.approx(0.4)
    assert (comparison.difference.n, comparison.difference.differing) == (20, 12)
    low, high = comparison.difference.low, comparison.difference.high
    assert result.verdict == (
        "The student (v4) is better than the teacher (built-in rules): +40.0 points of accuracy "
        f"({100 * low:+.1f} to {100 * high:+.1f}), n = 20 gold items."
    )


def test_the_same_the_other_way_round_is_worse() -> None:
    result = compare_labels(
        student=["convex"] * 10 + ["cubic"] * 10,
        teacher=["cubic"] * 18 + ["convex"] * 2,
    )
    assert result.outcome == "worse"
    assert "is worse than the teacher (built-in rules): −40.0 points of accuracy" in result.verdict


def test_a_clean_sweep_over_five_items_cannot_tell() -> None:
    result = compare_labels(student=["cubic"] * 20, teacher=["convex"] * 5 + ["cubic"] * 15)
    assert result.outcome == "cannot tell"
    assert result.verdict.startswith("Cannot tell the student (v4) from the teacher")
    assert result.comparisons[0].difference is not None
    assert result.comparisons[0].difference.low > 0  # by the bootstrap alone it could


def test_six_of_six_is_enough() -> None:
    result = compare_labels(student=["cubic"] * 20, teacher=["convex"] * 6 + ["cubic"] * 14)
    assert result.outcome == "better"


def test_figures_classes_and_confusion_of_a_pattern_author() -> None:
    result = compare_labels(student=["cubic"] * 18 + ["convex"] * 2, teacher=["cubic"] * 20)
    student = result.author("student")
    assert student is not None
    assert (student.n, student.missing) == (20, 0)
    figure = student.figures["accuracy"]
    assert (figure.value, (figure.low, figure.high)) == (0.9, wilson(18, 20))
    n_options = len(PATTERN.options)
    (cubics,) = student.by_class
    assert (cubics.key, cubics.right, cubics.total) == ("cubic", 18, 20)
    assert cubics.luck == pytest.approx(1 / n_options)
    assert student.luck == {"accuracy": Luck(random=1 / n_options, majority=1.0)}
    cubic, convex = (student.confusion.labels.index(key) for key in ("cubic", "convex"))
    assert student.confusion.counts[cubic][convex] == 2
    assert sum(map(sum, student.confusion.counts)) == 20


def test_too_little_gold_ranks_nothing_and_says_how_many_are_missing() -> None:
    result = compare_labels(student=["cubic"] * 7, teacher=["convex"] * 7)
    assert result.verdict == (
        "Nothing is ranked yet: 7 of the 10 gold items that a comparison needs have a truth; "
        "3 more reviews are missing."
    )
    assert (result.n_gold, result.n_missing, result.outcome) == (7, 3, None)
    assert result.authors == result.comparisons == result.rationales == ()


def test_windows_of_one_series_are_named_as_the_weaker_test() -> None:
    result = compare_labels(["cubic"] * 20, ["convex"] * 20, series=1)
    assert result.caution.startswith("The gold items come from 1 series: ")
    assert compare_labels(["cubic"] * 20, ["convex"] * 20, series=5).caution == ""


def test_blocks_of_time_are_named_as_the_weaker_test_however_many_series_there_are() -> None:
    groups = [f"s{n}" for n in range(8)]
    assert caution(groups) == ""
    assert caution(groups, time_blocks=True).startswith("The gold items are blocks of time ")
    assert caution(groups * 4, time_blocks=True).endswith("This is the weaker test.")


def test_only_items_answered_by_both_are_compared() -> None:
    items = gold([label("cubic")] * 30)
    student = answers([label("cubic")] * 30)
    teacher = answers([label("convex")] * 12)
    result = evaluate_question(
        PATTERN, items, [Entrant("student", "v1", student), Entrant("teacher", "x", teacher)]
    )
    other = result.author("teacher")
    assert other is not None and (other.n, other.missing) == (12, 18)
    difference = result.comparisons[0].difference
    assert difference is not None and (difference.n, difference.mean) == (12, 1.0)
    assert len(result.comparisons[0].fixed) == 12


def test_too_few_common_items_cannot_tell() -> None:
    items = gold([label("cubic")] * 30)
    result = evaluate_question(
        PATTERN,
        items,
        [
            Entrant("student", "v1", answers([label("cubic")] * 30)),
            Entrant("teacher", "x", answers([label("convex")] * 9)),
        ],
    )
    assert result.verdict == (
        "Cannot tell the student (v1) from the teacher (x): both answered 9 of the 30 gold items, "
        "and a comparison needs at least 10."
    )
    assert result.comparisons[0].difference is None


def test_without_a_teacher_the_verdict_says_so() -> None:
    result = evaluate_question(
        PATTERN,
        gold([label("cubic")] * 12),
        [Entrant("student", "v1", answers([label("cubic")] * 12)), Entrant("majority", "", {})],
    )
    assert result.verdict == "Cannot tell: no teacher answered the 12 gold items; ask one."
    majority = result.author("majority")
    assert majority is not None and majority.figures["accuracy"].value is None


@pytest.mark.parametrize("roles", [(), ("teacher",), ("student", "student")])
def test_one_student_is_compared(roles: tuple[str, ...]) -> None:
    entrants = [Entrant(role, "", {}) for role in roles]  # type: ignore[arg-type]
    with pytest.raises(DataError, match="compare one with the others"):
        evaluate_question(PATTERN, gold([label("cubic")] * 12), entrants)


def anomaly_result() -> QuestionEvaluation:
    """10 windows with a shift and 10 clean ones; the teacher misses 6 and cries wolf in 4."""
    truths = [found((20, 40), type_id=SHIFT)] * 10 + [found()] * 10
    teacher = [found()] * 6 + [found((22, 38))] * 4 + [found((5, 9))] * 4 + [found()] * 6
    student = [found((20, 40))] * 9 + [found()] + [found()] * 9 + [found((70, 75))]
    return evaluate_question(
        ANOMALY,
        gold(truths),
        [
            Entrant("student", "v2", answers(student)),
            Entrant("teacher", "", answers(teacher)),
            Entrant("serving", "v1", answers(student)),
        ],
    )


def test_anomaly_figures_by_hand() -> None:
    result = anomaly_result()
    student, teacher = result.author("student"), result.author("teacher")
    assert student is not None and teacher is not None
    assert {name: figure.value for name, figure in student.figures.items()} == pytest.approx(
        {
            "interval_f1": 2 * 9 / (10 + 10),
            "event_recall": 0.9,
            "event_precision": 0.9,
            "false_alarms": 1 / 2,  # one in 20 windows of 100 samples
            "mean_overlap": 1.0,
            "item_score": 18 / 20,
        }
    )
    assert teacher.figures["interval_f1"].value == pytest.approx(2 * 4 / (8 + 10))
    assert teacher.figures["false_alarms"].value == pytest.approx(2.0)
    assert teacher.figures["mean_overlap"].value == pytest.approx(0.8)
    (shifts,) = student.by_class
    assert (shifts.key, shifts.right, shifts.total) == ("level_shift", 9, 10)
    assert student.confusion == Confusion(labels=("no anomaly", "anomaly"), counts=((9, 1), (1, 9)))


def test_luck_beside_anomaly_figures_is_near_its_exact_value() -> None:
    result = anomaly_result()
    student = result.author("student")
    assert student is not None and result.n_series == 20
    # 20 samples have 81 places among 100; those from 1 to 39 share a sample with [20, 40). Nine
    # of ten shifts had an interval to be placed; 900 placements: a standard error of 0.02.
    expected = 0.9 * 39 / 81
    recall = student.luck["event_recall"]
    assert recall.random == pytest.approx(expected, abs=0.06)
    assert student.by_class[0].luck == pytest.approx(recall.random)
    f1 = student.luck["interval_f1"]
    assert f1.random == pytest.approx(recall.random), "as many given as true: the same share"
    # always "no anomaly": every event is missed, none is made up
    assert (recall.majority, f1.majority) == (0.0, 0.0)
    assert student.luck["false_alarms"].majority == 0.0
    assert student.luck["event_precision"].majority is None


def test_the_standing_says_values_intervals_and_luck() -> None:
    result = anomaly_result()
    student = result.author("student")
    assert student is not None
    luck = student.luck["interval_f1"].random
    assert luck is not None
    said = standing(result).replace("\N{NO-BREAK SPACE}", " ")
    assert said.startswith("Interval F1: student 90 % (")
    assert ", teacher 44 % (" in said
    assert said.endswith(
        f"By luck (its events at random places) {100 * luck:.0f} %; always “no anomaly” 0 %."
    )


def test_without_a_ranking_there_is_no_standing() -> None:
    assert standing(compare_labels(["cubic"] * 7, ["convex"] * 7)) == ""


def test_a_comparison_stored_before_luck_was_measured_is_still_read() -> None:
    stored = Evaluation(questions=(anomaly_result(),)).model_dump(mode="json")
    for question in stored["questions"]:
        del question["n_series"]
        for author in question["authors"]:
            del author["luck"]
            author["by_class"] = [
                {key: value for key, value in row.items() if key != "luck"}
                for row in author["by_class"]
            ]
    old = Evaluation.model_validate({**stored, "version": 2})
    student = old.questions[0].author("student")
    assert student is not None and (student.luck, old.questions[0].n_series) == ({}, 0)
    assert student.figures["interval_f1"].value == pytest.approx(0.9)


def test_anomaly_lists_are_ordered_by_gain() -> None:
    against = anomaly_result().against("teacher")
    assert against is not None
    missed = ("i00", "i01", "i02", "i03", "i04", "i05")
    cried_wolf = ("i10", "i11", "i12", "i13")
    looser_edges = ("i06", "i07", "i08")
    assert against.fixed == (*missed, *cried_wolf, *looser_edges)
    assert against.broken == ("i19", "i09")  # a false alarm; an event missed that had 0.8
    assert (against.figure, against.verdict) == ("interval_f1", "better")


def test_an_equal_version_cannot_be_told_from() -> None:
    against = anomaly_result().against("serving")
    assert against is not None
    assert against.verdict == "cannot tell"
    assert against.sentence == (
        "Cannot tell the student (v2) from the serving version (v1): +0.0 points of interval F1 "
        "(+0.0 to +0.0), n = 20 gold items."
    )


def test_a_label_that_repeats_the_role_is_said_once() -> None:
    items = gold([label("cubic")] * 12)
    everyone = answers([label("cubic")] * 12)
    result = evaluate_question(
        PATTERN,
        items,
        [
            Entrant("student", "student", everyone),
            Entrant("reviewed_only", "reviewed only", everyone),
            Entrant("other", "gpt-x", everyone),
        ],
    )
    said = [one.sentence.split(":")[0] for one in result.comparisons]
    assert said == [
        "Cannot tell the student from the reviewed-only student",
        "Cannot tell the student from gpt-x",
    ]


def test_events_outside_the_window_do_not_count() -> None:
    truths = [found((90, 130))] * 10
    student = [found((90, 100))] * 10
    teacher = [found((101, 120))] * 10
    result = evaluate_question(
        ANOMALY,
        gold(truths),
        [
            Entrant("student", "", answers(student)),
            Entrant("teacher", "", answers(teacher)),
        ],
    )
    author = result.author("student")
    assert author is not None and author.figures["item_score"].value == 1
    assert result.comparisons[0].difference is not None
    assert result.comparisons[0].difference.mean == 1


def explained(place: int, honest: bool) -> tuple[GoldItem, AnswerContent]:
    """A window with one jump at its own place, and a rationale that names it, or always 50."""
    values = np.zeros((200, 1))
    jump = 30 + 7 * place
    values[jump:] = 10
    start = 1000 * place
    said = start + (jump if honest else 50)
    claim = Claim(kind="position", start=said, stop=said + 2, feature="change")
    content = AnswerContent(
        kind="pattern", label="cubic", rationale=(Span(text="jumps there", claim=claim),)
    )
    item = GoldItem(f"i{place:02}", f"s{place}", WindowView(values, start=start), label("cubic"))
    return item, content


@pytest.mark.parametrize(
    ("honest", "no_better", "own", "says"),
    [
        (True, False, 1.0, "100% of 20 checkable claims are confirmed, against "),
        (False, True, 0.05, "No better than a rationale drawn from another item: "),
    ],
)
def test_rationales_are_measured_against_borrowed_ones(
    honest: bool, no_better: bool, own: float, says: str
) -> None:
    pairs = [explained(place, honest) for place in range(20)]
    given = {item.item_id: content for item, content in pairs}
    result = evaluate_question(
        PATTERN,
        [item for item, _ in pairs],
        [Entrant("student", "v1", given), Entrant("teacher", "", {})],
    )
    (rationale,) = result.rationales
    assert rationale.role == "student"
    assert rationale.own.total == rationale.other.total == 20
    assert rationale.own.share == own
    assert rationale.no_better is no_better
    assert rationale.sentence.startswith(says)


def test_the_same_input_gives_the_same_json_and_it_is_read_back() -> None:
    evaluation = Evaluation(questions=(anomaly_result(),))
    assert Evaluation(questions=(anomaly_result(),)).to_json() == evaluation.to_json()
    assert Evaluation.from_json(evaluation.to_json()) == evaluation
    assert evaluation.verdict == evaluation.questions[0].verdict


def test_verdicts_of_several_questions_name_them() -> None:
    one = compare_labels(["cubic"] * 7, ["cubic"] * 7)
    both = Evaluation(questions=(one, anomaly_result()))
    assert both.verdict.startswith("Overall pattern: Nothing is ranked yet")
    assert "Anomalies: The student (v2) is better than the teacher" in both.verdict


def test_a_damaged_evaluation_is_a_store_error() -> None:
    with pytest.raises(StoreError, match="cannot be read by this version"):
        Evaluation.from_json('{"questions": 3}')


def test_the_order_of_gold_does_not_matter() -> None:
    items = gold([label("cubic")] * 12)
    entrants = [
        Entrant("student", "", answers([label("cubic")] * 6 + [label("convex")] * 6)),
        Entrant("teacher", "", answers([label("convex")] * 5 + [label("cubic")] * 7)),
    ]
    assert evaluate_question(PATTERN, items, entrants) == evaluate_question(
        PATTERN, items[::-1], entrants
    )


def test_texts_are_not_compared() -> None:
    with pytest.raises(DataError, match="there is no truth of a text"):
        evaluate_question(default_open_question(), [], [Entrant("student", "", {})])
