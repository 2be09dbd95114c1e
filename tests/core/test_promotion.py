"""The gate before a student serves, by hand: bounds, classes, and what cannot be told."""

import pytest

from core.evaluation import (
    AuthorResult,
    Comparison,
    Confusion,
    Evaluation,
    QuestionEvaluation,
    Role,
)
from core.evaluation_parts import Slice
from core.metrics import Difference, Estimate
from core.promotion import PromotionPolicy, gate

POLICY = PromotionPolicy(worse_points=2, class_points=5)


def difference(mean: float, low: float, high: float, n: int = 40) -> Difference:
    return Difference(mean=mean, low=low, high=high, n=n, differing=8)


def against(role: Role, found: Difference | None, label: str = "") -> Comparison:
    return Comparison(
        against=role,
        label=label,
        figure="accuracy",
        verdict="cannot tell",
        sentence="",
        difference=found,
        differences={},
        fixed=(),
        broken=(),
    )


def part(key: str, mean: float, n: int = 12, role: Role = "teacher") -> Slice:
    differences = {role: difference(mean, mean, mean, n)} if n >= 10 else {}
    return Slice(
        by="class", key=key, n=n, figures={role: Estimate(value=0.5)}, differences=differences
    )


def measured(
    *comparisons: Comparison, slices: tuple[Slice, ...] = (), name: str = "Shape"
) -> QuestionEvaluation:
    return QuestionEvaluation(
        question_id=name,
        kind="pattern",
        name=name,
        n_gold=40,
        n_missing=0,
        caution="",
        verdict="",
        outcome="cannot tell",
        comparisons=comparisons,
        slices=slices,
    )


def of(*questions: QuestionEvaluation) -> Evaluation:
    return Evaluation(questions=questions)


@pytest.mark.parametrize(
    ("low", "passed"),
    [
        (-0.02, True),  # exactly the allowed two points
        (-0.0201, False),  # a hundredth of a point more
        (0.01, True),  # better for certain
    ],
)
def test_the_lower_end_of_the_difference_decides(low: float, passed: bool) -> None:
    assert gate(of(measured(against("teacher", difference(0.03, low, 0.08)))), POLICY).passed is (
        passed
    )


def test_the_serving_version_is_the_measure_while_there_is_one() -> None:
    worse_than_teacher = against("teacher", difference(-0.2, -0.3, -0.1))
    like_serving = against("serving", difference(0.0, -0.01, 0.01), "v3")
    found = gate(of(measured(worse_than_teacher, like_serving)), POLICY)
    assert found.passed
    assert found.lines[0].text == (
        "at worst \N{MINUS SIGN}1.0 points against v3, serving, n = 40 (allowed: \N{MINUS SIGN}2.0)"
    )


def test_a_class_that_fell_too_far_is_named_with_its_n() -> None:
    classes = (part("cubic", -0.1), part("convex", 0.2))
    found = gate(
        of(measured(against("teacher", difference(0.1, 0.05, 0.15)), slices=classes)),
        POLICY,
        {"cubic": "S-shaped"},
    )
    assert not found.passed
    assert found.failed == ("down by more than 5 points: S-shaped 10.0 (n = 12)",)


def test_a_fall_of_exactly_the_allowed_points_passes() -> None:
    classes = (part("cubic", -0.05),)
    found = gate(of(measured(against("teacher", difference(0, 0, 0.1)), slices=classes)), POLICY)
    assert found.passed
    assert found.lines[1].text == "no class of 1 is down by more than 5 points: at most 5.0 (cubic)"


def test_a_class_with_fewer_than_ten_items_is_named_and_not_judged() -> None:
    classes = (part("rare", -1.0, n=9), part("usual", 0.0))
    found = gate(of(measured(against("teacher", difference(0, 0, 0.1)), slices=classes)), POLICY)
    assert found.passed
    assert [(line.ok, line.text) for line in found.lines[1:]] == [
        (True, "no class of 1 is down by more than 5 points: none fell"),
        (None, "too few to tell: rare (9)"),
    ]


def test_what_was_not_measured_does_not_pass() -> None:
    nobody = measured()
    too_few = measured(against("teacher", None))
    unranked = nobody.model_copy(update={"outcome": None, "verdict": "Nothing is ranked yet."})
    assert [gate(of(one), POLICY).passed for one in (nobody, too_few, unranked)] == [False] * 3
    assert gate(of(unranked), POLICY).failed == ("not measured yet: Nothing is ranked yet.",)
    assert not gate(of(), POLICY).passed


def test_every_question_has_to_pass_and_is_named() -> None:
    good = measured(against("teacher", difference(0, 0, 0)), name="Shape")
    bad = measured(against("teacher", difference(-0.1, -0.2, 0)), name="Anomaly")
    found = gate(of(good, bad), POLICY)
    assert not found.passed
    assert [line.text.split(":")[0] for line in found.lines] == ["Shape", "Anomaly"]
    assert len(found.failed) == 1


@pytest.mark.parametrize(("missing", "passed"), [(2, True), (3, False)])
def test_a_version_that_leaves_gold_unanswered_is_not_judged_by_the_rest(
    missing: int, passed: bool
) -> None:
    student = AuthorResult(
        role="student",
        label="student",
        n=40 - missing,
        missing=missing,
        figures={},
        by_class=(),
        confusion=Confusion(labels=(), counts=()),
    )
    good = measured(against("teacher", difference(0.1, 0.05, 0.2)))
    found = gate(of(good.model_copy(update={"authors": (student,)})), POLICY)
    assert found.passed is passed
    if not passed:
        assert found.failed == (
            "3 of 40 gold items have no answer of it that can be read, and count in no figure",
        )
