"""Differences in groups: who misses what, how often, and how sure that is."""

from core.answers import AnswerContent, FoundInterval
from core.disagreements import compared, grouped
from core.metrics.estimates import wilson
from core.questions.base import EventType, Option, Question

ANOMALY = Question(
    id="q",
    family_id="q",
    kind="anomaly",
    name="Anomalies",
    text="?",
    types=(EventType(id="l", key="level_shift", name="level shift"),),
)
PATTERN = Question(
    id="p",
    family_id="p",
    kind="pattern",
    name="Pattern",
    text="?",
    options=(Option(key="a", wordings=("rise",)), Option(key="b", wordings=("fall",))),
)


def found(*ranges: tuple[int, int]) -> AnswerContent:
    return AnswerContent(
        kind="anomaly",
        intervals=tuple(
            FoundInterval(number=n, start=a, stop=b, type_id="l")
            for n, (a, b) in enumerate(ranges, start=1)
        ),
    )


def test_small_shifts_that_the_student_misses_are_one_group_with_its_interval() -> None:
    rows = []
    for n in range(15):
        said = found() if n < 12 else found((100, 140))
        people = found((100, 140), (300, 340))
        rows += compared(f"i{n}", ANOMALY, ("student", said), ("people", people), (2.1, 9.0))
    small, large = grouped(rows)
    # the large ones are missed by all 15, so they come first
    assert (small.n, small.total) == (15, 15)
    assert "above 6 sigma" in small.words
    assert large.words == (
        "student misses level shifts below 3 sigma, of 8 to 63 samples, that people mark"
    )
    assert (large.n, large.total, (large.low, large.high)) == (12, 15, wilson(12, 15))
    assert large.item_ids == tuple(f"i{n}" for n in range(12))


def test_an_event_without_a_size_is_grouped_without_one() -> None:
    rows = [
        one
        for item in ("i", "j")
        for one in compared(
            item, ANOMALY, ("teacher", found()), ("student", found((5, 6))), (None,)
        )
    ]
    (group,) = grouped(rows)
    assert group.words == (
        "teacher misses level shifts, shorter than 8 samples, that the student reports"
    )


def test_labels_are_grouped_by_what_should_have_been_said() -> None:
    said = {"i": "b", "j": "b", "k": "a"}
    rows = [
        one
        for item, key in said.items()
        for one in compared(
            item,
            PATTERN,
            ("student", AnswerContent(kind="pattern", label=key)),
            ("people", AnswerContent(kind="pattern", label="a")),
            (),
        )
    ]
    (group,) = grouped(rows)
    assert group.words == "student does not say rise where people mark it"
    assert (group.n, group.total, group.item_ids) == (2, 3, ("i", "j"))


def test_a_single_miss_is_no_group() -> None:
    rows = compared("i", ANOMALY, ("student", found()), ("people", found((5, 60))), (4.0,))
    assert grouped(rows) == []
