"""Whose answers people are shown in Review, and which student serves. No Streamlit."""

from collections.abc import Collection
from datetime import datetime

from core.answers import Answer, AuthorKind
from storage import Store

SHOWN_AUTHORS: tuple[AuthorKind, ...] = ("rules", "teacher", "student")


def serving_student(store: Store, project_id: str) -> str:
    """Return the version that the serving student signs its answers with; empty without one."""
    serving = store.versions.serving(project_id)
    return "" if serving is None else serving.author_version


def shown_answers(answers: Collection[Answer], serving: str = "", chosen: str = "") -> list[Answer]:
    """Return the answers people are shown: never imported truth, baselines or simulated people.

    Of the rules only the newest; of the student what the serving version said, else the newest;
    rules first, then teachers, then the student. Extra samples of an author are left out, unless
    one is the `chosen` answer (its id) of the item.
    """

    def rank(one: Answer) -> tuple[bool, bool, datetime, str]:
        return _serves(one, serving), one.id == chosen, one.created_at, one.id

    shown: dict[tuple[AuthorKind, str], Answer] = {}
    for answer in sorted(answers, key=rank):
        if answer.author.kind in SHOWN_AUTHORS and (answer.sample == 0 or answer.id == chosen):
            name = answer.author.name if answer.author.kind == "teacher" else ""
            shown[answer.author.kind, name] = answer
    return sorted(shown.values(), key=lambda one: SHOWN_AUTHORS.index(one.author.kind))


def _serves(answer: Answer, serving: str) -> bool:
    return answer.author.kind == "student" and bool(serving) and answer.author.version == serving
