"""Lineage: what of the gold and of the labels learned has changed since a version was made."""

from datetime import UTC, datetime

from core.answers import AnswerContent, FoundInterval
from core.lineage import Learned, Lineage, digest, digests, gold_words, learned_words, lineage
from core.review import Correction, CurrentLabel, Decision

AT = datetime(2026, 11, 12, tzinfo=UTC)
A, B = AnswerContent(kind="pattern", label="a"), AnswerContent(kind="pattern", label="b")


def label(decision: Decision, content: AnswerContent | None) -> CurrentLabel:
    event = Correction(
        id="c",
        project_id="p",
        item_id="i",
        person="ann",
        decision=decision,
        sequence=1,
        created_at=AT,
        content=content,
    )
    return CurrentLabel(event=event, content=content)


def event(stop: int, confidence: float = 0.5) -> AnswerContent:
    found = FoundInterval(number=1, start=3, stop=stop, confidence=confidence)
    return AnswerContent(kind="anomaly", intervals=(found,))


def test_gold_that_says_something_else_now_or_nothing_is_changed_and_more_of_it_is_new() -> None:
    held = digests({"same": A, "other": A, "gone": B, "edge": event(9), "surer": event(9)})
    now = {"same": A, "other": B, "edge": event(10), "surer": event(9, 0.9), "new": A}

    found = lineage(AT, held, now, {}, {})

    assert found.gold_changed == ("edge", "gone", "other")
    assert (found.gold, found.gold_new, found.measure_again) == (5, 1, True)
    assert gold_words(found, "12 Nov") == (
        "measured on gold as of 12 Nov; 3 gold labels changed since, 1 gold item came since: "
        "measure again"
    )


def test_nothing_is_said_where_nothing_changed() -> None:
    found = lineage(
        AT, digests({"i": A}), {"i": A}, {"j": Learned(A, True)}, {"j": label("fix", A)}
    )

    assert found == Lineage(AT, 1, (), 0, 1, ())
    assert (found.measure_again, gold_words(found, "12 Nov"), learned_words(found)) == (
        False,
        "",
        "",
    )


def test_a_comparison_that_kept_no_gold_says_so() -> None:
    found = lineage(None, None, {"i": A}, {}, {})

    assert (found.gold_changed, found.gold_new, found.measure_again) == ((), 0, True)
    assert gold_words(found, "") == "measured before it was kept on which gold: measure again"


def test_labels_that_people_corrected_rejected_or_took_back_since_are_counted() -> None:
    learned = {
        "kept": Learned(A, by_person=True),
        "fixed again": Learned(A, by_person=True),
        "taken back": Learned(A, by_person=True),
        "teacher, confirmed": Learned(A, by_person=False),
        "teacher, corrected": Learned(A, by_person=False),
        "teacher, rejected": Learned(A, by_person=False),
        "teacher, untouched": Learned(A, by_person=False),
    }
    labels = {
        "kept": label("fix", A),
        "fixed again": label("fix", B),
        "teacher, confirmed": label("accept", A),
        "teacher, corrected": label("fix", B),
        "teacher, rejected": label("reject", None),
    }

    found = lineage(AT, {}, {}, learned, labels)

    assert found.corrected == (
        "fixed again",
        "taken back",
        "teacher, corrected",
        "teacher, rejected",
    )
    assert learned_words(found) == "trained on 4 labels that were corrected since"


def test_digests_of_labels_that_were_kept_long_ago_are_still_the_same() -> None:
    kept = "88d288ce0589b3ec"  # as stored before an event could have a cause
    assert digest(event(9)) == kept


def test_digests_tell_labels_apart_and_nothing_else() -> None:
    assert digest(event(9, 0.1)) == digest(event(9, 0.9)) != digest(event(10))
    assert len({digest(A), digest(B), digest(event(9))}) == 3
