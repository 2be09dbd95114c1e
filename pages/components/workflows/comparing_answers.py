"""Two answers beside each other: how they differ, and which one a person calls better.

No Streamlit.
"""

from core.answers import Answer
from core.desk_events import DeskEvent, Preference
from core.differences import difference_words
from core.errors import ConflictError, StoreError
from core.people import Identity
from pages.components.chart.data import Painted
from pages.components.workflows.reviewing import Desk
from storage import Store


def pair_of(desk: Desk) -> tuple[Answer, Answer] | None:
    """Return the two answers that are compared: a teacher's, else the rules', and the student's.

    Without a student the other two; None with fewer than two answers.
    """
    first = [*_of(desk, "teacher"), *_of(desk, "rules")]
    second = [*_of(desk, "student"), *first[1:]]
    return (first[0], second[0]) if first and second else None


def _of(desk: Desk, kind: str) -> list[Answer]:
    return [answer for answer in desk.answers if answer.author.kind == kind]


def names_of(pair: tuple[Answer, Answer]) -> tuple[str, str]:
    """Return what two authors are called in one word: what they are, or their own names."""
    kinds = pair[0].author.kind, pair[1].author.kind
    return kinds if kinds[0] != kinds[1] else (pair[0].author.name, pair[1].author.name)


def difference_line(desk: Desk) -> str:
    """Say in one line how the two answers differ; empty without two."""
    pair = pair_of(desk)
    if pair is None:
        return ""
    words = difference_words(pair[0].content, pair[1].content, names_of(pair), desk.question)
    return " · ".join(words)


def prefer(
    store: Store,
    desk: Desk,
    person: str,
    better: int,
    painted: Painted,
    identity: Identity = "typed",
) -> DeskEvent | None:
    """Record that one of the two answers is better, whether or not either is right.

    Saying the same again records nothing.

    Args:
        better: 0 for the first of `pair_of`, 1 for the second.
        painted: the picture that the person saw.

    Raises:
        StoreError: when there are no two answers, or the picture was of another item.
        ConflictError: when the picture did not show these two.
    """
    pair = pair_of(desk)
    if pair is None:
        raise StoreError(
            "only one answer is here, so none can be the better one; accept or correct it"
        )
    if painted.item_id != desk.item.id or not {one.id for one in pair} <= {*painted.answer_ids}:
        raise ConflictError("the answers have changed since they were painted; look again")
    best, other = pair[better], pair[1 - better]
    if desk.preferred == best.id:
        return None
    body = Preference(better_id=best.id, worse_id=other.id)
    return store.desk_events.record(
        desk.item.project_id, desk.item.id, person, body, identity=identity
    )
