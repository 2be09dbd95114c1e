"""How far people agree on windows that several of them decided, and the words for it."""

from pathlib import Path

import pytest
from small_project import NONE, SmallProject, asked_project, pattern

from core.answers import AnswerContent
from core.metrics import Estimate
from core.metrics.agreement import Agreement
from core.review import Decision, Item
from pages.components.people_agreement import agreement_words
from pages.components.workflows.agreeing import people_agree


@pytest.fixture
def small(tmp_path: Path) -> SmallProject:
    return asked_project(tmp_path)


def decide(
    small: SmallProject,
    person: str,
    item: Item,
    content: AnswerContent | None,
    by: Decision = "fix",
) -> None:
    sequence = small.store.corrections.sequences(small.project_id).get(item.id, 0)
    small.store.corrections.record(
        small.project_id, item.id, person, by, expected_sequence=sequence, content=content
    )


def test_two_people_are_compared_on_the_windows_both_labelled(small: SmallProject) -> None:
    for place, item in enumerate(small.pattern_items[:6]):
        decide(small, "ann", item, pattern("cubic"))
        if place < 4:
            decide(small, "bo", item, pattern("cubic" if place else "convex"))
    (found,) = people_agree(small.store, small.project_id, small.pattern.id)
    assert (found.people, found.n, found.same.value) == (("ann", "bo"), 4, 0.75)
    assert people_agree(small.store, small.project_id, small.anomaly.id) == []


def test_a_later_decision_of_another_does_not_replace_a_persons_own(small: SmallProject) -> None:
    item = small.pattern_items[0]
    decide(small, "ann", item, pattern("convex"))
    decide(small, "ann", item, pattern("cubic"))
    decide(small, "bo", item, pattern("convex"))
    (found,) = people_agree(small.store, small.project_id, small.pattern.id)
    assert found.same.value == 0.0


def test_who_took_back_or_rejected_has_no_label_to_compare(small: SmallProject) -> None:
    first, second = small.pattern_items[:2]
    decide(small, "ann", first, pattern("cubic"))
    decide(small, "bo", first, pattern("cubic"))
    small.store.corrections.undo(small.project_id, "bo")
    decide(small, "ann", second, pattern("cubic"))
    decide(small, "bo", second, None, by="reject")
    assert people_agree(small.store, small.project_id, small.pattern.id) == []


def test_marked_stretches_are_compared_by_overlap(small: SmallProject) -> None:
    for item in small.anomaly_items[:3]:
        decide(small, "ann", item, small.spike(20))
        decide(small, "bo", item, small.spike(20))
    decide(small, "ann", small.anomaly_items[3], NONE)
    decide(small, "bo", small.anomaly_items[3], small.spike(50))
    (found,) = people_agree(small.store, small.project_id, small.anomaly.id)
    assert found.iou.value == pytest.approx(3 / 4)
    assert found.same.value == pytest.approx(3 / 4)


def test_the_words_say_share_kappa_and_overlap_with_intervals() -> None:
    pair = Agreement(
        people=("Ann*", "Bo"),
        n=24,
        same=Estimate(value=0.75, low=0.5, high=0.9),
        kappa=Estimate(value=-0.1, low=-0.3, high=0.2),
        iou=Estimate(value=0.5, low=0.4, high=0.6),
    )
    assert agreement_words(pair) == (
        "Ann\\* and Bo agree on 75\N{NO-BREAK SPACE}% (50 to 90) of 24 windows: "
        "kappa −0.10 (−0.30 to 0.20), mean IoU 0.50 (0.40 to 0.60)"
    )


def test_an_undefined_kappa_and_one_without_spread_are_said_in_words() -> None:
    same = Estimate(value=1.0, low=0.8, high=1.0)
    alike = Estimate(value=1.0, low=1.0, high=1.0)
    pair = Agreement(people=("a", "b"), n=3, same=same, kappa=Estimate(), iou=alike)
    assert agreement_words(pair).endswith(
        "kappa not defined (both always said the same), mean IoU 1.00 (too alike for an interval)"
    )
