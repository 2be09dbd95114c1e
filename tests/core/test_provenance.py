"""Whose labels a snapshot holds, told from what was said until it was made."""

from datetime import UTC, datetime, timedelta

from core.answers import Answer, AnswerContent, Author
from core.lineage import Learned
from core.provenance import learned_from, sources
from core.review import Correction

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
GPT = Author(kind="teacher", name="gpt", version="a")
RULES = Author(kind="rules", name="built-in rules", version="1")
STUDENT = Author(kind="student", name="student", version="job-1")


def label(key: str) -> AnswerContent:
    return AnswerContent(kind="pattern", label=key)


def said(author: Author, key: str, hours: float) -> Answer:
    return Answer(
        id=f"{author.name}{hours}",
        item_id="i",
        author=author,
        content=label(key),
        created_at=NOON + timedelta(hours=hours),
    )


def decided(person: str, key: str | None, hours: float) -> Correction:
    return Correction(
        id=f"{person}{hours}",
        project_id="p",
        item_id="i",
        person=person,
        decision="fix" if key else "undo",
        sequence=1,
        created_at=NOON + timedelta(hours=hours),
        content=None if key is None else label(key),
    )


def author_of(*answers: Answer, students: tuple[str, ...] = ()) -> Author | None:
    (found,) = learned_from(
        {"i": Learned(label("cubic"), False)}, {"i": answers}, {}, NOON, students
    )
    return found.author


def test_the_answer_that_says_the_same_gave_the_label() -> None:
    assert author_of(said(GPT, "convex", -2), said(RULES, "cubic", -1)) == RULES


def test_a_teacher_goes_before_the_rules_and_a_student_last() -> None:
    answers = (said(GPT, "cubic", -3), said(RULES, "cubic", -2), said(STUDENT, "cubic", -1))
    assert author_of(*answers, students=("job-1",)) == GPT
    assert author_of(*answers[1:], students=("job-1",)) == RULES


def test_what_was_said_after_the_snapshot_taught_nothing() -> None:
    assert author_of(said(GPT, "cubic", 1)) is None


def test_a_student_counts_only_where_it_was_chosen_as_a_teacher() -> None:
    assert author_of(said(STUDENT, "cubic", -1)) is None
    assert author_of(said(STUDENT, "cubic", -1), students=("job-1",)) == STUDENT


def test_a_correction_is_of_whoever_gave_that_label_then() -> None:
    events = [decided("ann", "cubic", -2), decided("bo", "convex", -1), decided("cy", "cubic", 1)]
    learned = {"i": Learned(label("cubic"), True)}
    (found,) = learned_from(learned, {}, {"i": events}, NOON)
    assert (found.author, found.person) == (None, "ann")


def test_sources_are_counted_by_author_the_largest_first() -> None:
    learned = {
        "i": Learned(label("cubic"), False),
        "j": Learned(label("cubic"), False),
        "k": Learned(label("cubic"), True),
        "l": Learned(label("cubic"), False),
    }
    by_gpt = said(GPT, "cubic", -1)
    items = learned_from(
        learned, {"i": [by_gpt], "j": [by_gpt]}, {"k": [decided("ann", "cubic", -1)]}, NOON
    )
    found = sources(items, frozenset({"k"}))
    assert [(one.name, one.kind, one.version, one.item_ids) for one in found] == [
        ("gpt", "teacher", "a", ("i", "j")),
        ("ann", "person", "", ("k",)),
        ("an author who has answered otherwise since", "unknown", "", ("l",)),
    ]
