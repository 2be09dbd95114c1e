"""A label held against the policy: what is refused, what is changed, and what the default lets."""

import pytest

from core.answers import AnswerContent, FoundInterval, Span
from core.event_types import KnownType
from core.policy import Guideline, LabelPolicy, hold
from core.questions.base import EventType

SPIKE = EventType(id="s", key="spike", name="spike")
OLD = EventType(id="o", key="old", name="old type")
TYPES = {"s": KnownType(type=SPIKE), "o": KnownType(type=OLD, standing=False)}


def label(
    *ranges: tuple[int, int], type_id: str | None = "s", why: str = "", kind: str = "anomaly"
) -> AnswerContent:
    return AnswerContent.model_validate(
        {
            "kind": kind,
            "label": "x" if kind == "pattern" else None,
            "intervals": [
                FoundInterval(number=k, start=start, stop=stop, type_id=type_id)
                for k, (start, stop) in enumerate(ranges, start=1)
            ],
            "rationale": [Span(text=why)] if why else [],
        }
    )


def problems(
    content: AnswerContent, policy: LabelPolicy, own_words: bool = True
) -> tuple[str, ...]:
    return hold(content, policy, TYPES, 1, own_words).problems


@pytest.mark.parametrize(
    "content",
    [
        label(),
        label((0, 1), (0, 50), (40, 60)),  # one sample, and overlapping
        label((3, 9), type_id=None),
        label(kind="pattern"),
        label((3, 9), kind="open", why="something"),
    ],
)
def test_the_policy_that_a_project_begins_with_leaves_labels_as_they_are(
    content: AnswerContent,
) -> None:
    held = hold(content, LabelPolicy(), TYPES, 1, own_words=True)
    assert (held.content, held.problems, held.changes) == (content, (), ())


def test_an_interval_that_is_too_short_is_named_with_its_place() -> None:
    policy = LabelPolicy(min_length=5)
    assert problems(label((10, 15), (20, 24)), policy) == (
        "interval 2 (samples 20 to 23) is 4 long, and at least 5 samples are asked for; widen it, "
        "or remove it",
    )


def test_points_are_one_sample_each_whatever_the_least_length() -> None:
    policy = LabelPolicy(form="points", min_length=5)
    assert problems(label((10, 11)), policy) == ()
    (told,) = problems(label((10, 12)), policy)
    assert told == (
        "interval 1 (samples 10 to 11) covers 2 samples, and points are asked for; keep one sample "
        "of it"
    )


def test_forbidden_overlap_names_the_two_and_the_samples_they_share() -> None:
    policy = LabelPolicy(overlap="forbid")
    assert problems(label((0, 10), (10, 20)), policy) == ()  # they touch, and share nothing
    (told,) = problems(label((0, 10), (8, 20)), policy)
    assert told.startswith("intervals 1 and 2 both cover samples 8 to 9;")


def test_replacing_overlap_changes_the_label_and_says_so() -> None:
    held = hold(label((0, 10), (8, 20)), LabelPolicy(overlap="replace"), TYPES, 1, True)
    assert [(i.start, i.stop) for i in held.content.intervals] == [(0, 8), (8, 20)]
    assert held.problems == ()
    assert held.changes == (
        "the event at samples 0 to 9 was cut where a later one covers it; samples 0 to 7 are left",
    )


def test_what_is_left_after_replacing_must_be_long_enough_too() -> None:
    policy = LabelPolicy(overlap="replace", min_length=5)
    (told,) = problems(label((0, 10), (3, 20)), policy)
    assert told.startswith("interval 1 (samples 0 to 2) is 3 long")


def test_a_reason_is_owed_by_those_who_edit_and_by_nobody_else() -> None:
    policy = LabelPolicy(rationale_required=True)
    for content in (label((0, 9)), label(kind="pattern"), label((0, 9), why="  ")):
        assert len(problems(content, policy, own_words=True)) == 1
        assert problems(content, policy, own_words=False) == ()
    assert problems(label((0, 9), why="it jumps"), policy) == ()


def test_unknown_and_retired_types_are_refused_by_any_policy() -> None:
    (unknown,) = problems(label((0, 9), type_id="nothing"), LabelPolicy())
    assert "has the type 'nothing', which this project does not know" in unknown
    (retired,) = problems(label((0, 9), type_id="o"), LabelPolicy())
    assert retired == (
        "interval 1 is of the type “old type”, which was retired; choose another one"
    )


def test_a_type_without_a_guideline_has_an_empty_one() -> None:
    policy = LabelPolicy(guidelines=(Guideline(type_id="s", words="up and back"),))
    assert policy.guideline("s").words == "up and back"
    assert policy.guideline("o") == Guideline(type_id="o")
