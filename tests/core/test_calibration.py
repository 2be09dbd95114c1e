"""Calibration: which labels are agreed, how a round is drawn, what is said of an answer."""

from datetime import UTC, datetime

import numpy as np
import pytest

from core.answers import AnswerContent, FoundInterval
from core.calibration import (
    NONE_STRATUM,
    Candidate,
    Practised,
    RoundStarted,
    differences,
    draw,
    is_agreed,
    is_same,
    overlap,
    stratum_of,
    summary,
)
from core.desk_events import DeskEvent, Reviewed
from core.review import Correction, CurrentLabel

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = {"s": "spike", "l": "level shift", "up": "rising", "down": "falling"}


def anomaly(*events: tuple[int, int, str]) -> AnswerContent:
    return AnswerContent(
        kind="anomaly",
        intervals=tuple(
            FoundInterval(number=k, start=start, stop=stop, type_id=type_id)
            for k, (start, stop, type_id) in enumerate(events, start=1)
        ),
    )


def pattern(label: str) -> AnswerContent:
    return AnswerContent(kind="pattern", label=label)


def practised(given: AnswerContent, agreed: AnswerContent, item: str = "i") -> Practised:
    return Practised(
        round_id="r",
        item_id=item,
        series_id=item,
        given=given,
        agreed=agreed,
        correction_id="c",
    )


def label(**changes: object) -> CurrentLabel:
    event = Correction(
        id="c",
        project_id="p",
        item_id="i",
        person="ann",
        decision="fix",
        sequence=1,
        created_at=NOW,
        content=anomaly(),
    ).model_copy(update=changes)
    return CurrentLabel(event, event.content)


def review(person: str, verdict: str = "approved", of: str = "c") -> DeskEvent:
    body = Reviewed.model_validate({"correction_id": of, "verdict": verdict})
    return DeskEvent(id="e", project_id="p", item_id="i", person=person, created_at=NOW, body=body)


def test_a_blind_or_settled_label_is_agreed_and_one_beside_answers_is_not() -> None:
    assert is_agreed(label(), [], None)
    assert not is_agreed(label(answer_ids=("a",)), [], None)
    assert is_agreed(label(answer_ids=("a",), how="adjudication"), [], None)
    assert not is_agreed(label(how="bulk"), [], None)
    assert not is_agreed(label(decision="reject", content=None), [], None)


@pytest.mark.parametrize(
    ("said", "leads", "agreed"),
    [
        (review("lea"), frozenset({"lea"}), True),
        (review("bo"), frozenset({"lea"}), False),  # approved by somebody who is no lead
        (review("bo"), None, True),  # a project without a list of people
        (review("lea", "returned"), frozenset({"lea"}), False),
        (review("lea", of="another decision"), frozenset({"lea"}), False),
    ],
)
def test_a_lead_makes_a_label_agreed_by_approving_that_very_decision(
    said: DeskEvent, leads: frozenset[str] | None, agreed: bool
) -> None:
    assert is_agreed(label(answer_ids=("a",)), [said], leads) is agreed


def test_strata_are_the_pattern_the_first_type_or_none() -> None:
    assert stratum_of(pattern("up")) == "up"
    assert stratum_of(anomaly((5, 6, "s"), (9, 20, "l"))) == "s"
    assert stratum_of(anomaly()) == NONE_STRATUM


def test_a_round_takes_of_every_stratum_as_much_as_there_is_before_more_of_the_common_one() -> None:
    there = [Candidate(f"n{k}", "c", "none") for k in range(90)]
    there += [Candidate(f"s{k}", "c", "s") for k in range(6)]
    there += [Candidate(f"l{k}", "c", "l") for k in range(3)]
    drawn = draw(there, np.random.default_rng(1))
    counts = [sum(one.stratum == name for one in drawn) for name in ("none", "s", "l")]
    assert counts == [11, 6, 3]
    assert len({one.item_id for one in drawn}) == 20
    assert draw(there, np.random.default_rng(2)) != drawn
    assert {one.item_id for one in draw(there[:4], np.random.default_rng(1))} == {
        "n0",
        "n1",
        "n2",
        "n3",
    }


def test_what_differs_is_said_event_by_event() -> None:
    agreed = anomaly((10, 30, "l"), (100, 101, "s"))
    given = anomaly((12, 30, "s"), (200, 205, "l"))
    assert differences(practised(given, agreed), NAMES) == [
        "at samples 10 to 29 you said spike; agreed is level shift",
        "at samples 10 to 29 yours starts 2 later",
        "you missed the spike at sample 100",
        "your level shift at samples 200 to 204 is none",
    ]
    assert differences(practised(agreed, agreed), NAMES) == []
    assert differences(practised(pattern("up"), pattern("down")), NAMES) == [
        "you said rising; agreed is falling"
    ]


def test_agreement_on_an_item_is_any_event_or_none_and_the_overlap_of_its_events() -> None:
    both = practised(anomaly((10, 20, "s")), anomaly((10, 30, "l")))
    assert is_same(both)
    assert overlap(both) == 0.5
    assert not is_same(practised(anomaly(), anomaly((10, 20, "s"))))
    assert overlap(practised(anomaly(), anomaly())) is None
    assert overlap(practised(pattern("up"), pattern("up"))) is None


def test_a_summary_counts_agreement_overlap_and_each_type() -> None:
    answers = [
        practised(anomaly((10, 20, "s")), anomaly((10, 20, "s")), "a"),
        practised(anomaly((10, 20, "s")), anomaly((10, 20, "l")), "b"),
        practised(anomaly(), anomaly((10, 20, "l")), "c"),
        practised(anomaly(), anomaly(), "d"),
    ]
    started = RoundStarted(
        round_id="r", question_id="q", item_ids=tuple("abcd"), correction_ids=("c",) * 4
    )
    ended = summary(started, answers, "bo")
    assert (ended.agreement.n, ended.agreement.same.value) == (4, 0.75)
    assert ended.agreement.kappa.value == pytest.approx(0.5)
    assert ended.agreement.iou.value == pytest.approx(2 / 3)
    assert [(row.key, row.n, row.found, row.named) for row in ended.types] == [
        ("s", 1, 1, 1),
        ("l", 2, 1, 0),
    ]
