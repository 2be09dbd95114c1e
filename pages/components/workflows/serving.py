"""A serving student that answers new windows by itself, once a lead has switched that on.

Off in every project at first. What it says are proposals in Review, like any answer; nothing learns
from them unless a lead chooses so on Train. Knows no Streamlit.
"""

from collections.abc import Sequence

from core.questions.base import Question
from core.review import Item
from storage import Store
from storage.items import Window
from storage.rows import Job, ModelVersion
from training.requests import AnswerRequest

ANSWERS_NEW = "student_answers_new"


def answers_new(store: Store, project_id: str) -> bool:
    """Tell whether the serving student answers new windows by itself."""
    return bool(store.settings.get(project_id, ANSWERS_NEW, False))


def set_answers_new(store: Store, project_id: str, on: bool) -> None:
    """Switch it on or off; windows of before stay as they are."""
    store.settings.set(project_id, ANSWERS_NEW, on)


def who_answers(store: Store, project_id: str) -> ModelVersion | None:
    """Return the version that answers new windows by itself; None while none does."""
    return store.versions.serving(project_id) if answers_new(store, project_id) else None


def add_items(store: Store, project_id: str, windows: Sequence[Window]) -> list[Item]:
    """Make the items of a batch, and have the serving student answer those it has not yet.

    Whoever makes windows to be asked about goes through here.
    """
    items = store.items.add_many(project_id, windows)
    version = who_answers(store, project_id)
    if version is not None:
        answer(store, version, items)
    return items


def answer(store: Store, version: ModelVersion, items: Sequence[Item]) -> Job | None:
    """Queue what a version has not answered of these items and what no live job asks it.

    None when nothing is left. Two browsers at the same moment may queue a window twice: its second
    job finds it answered, and asks nothing.
    """
    project_id = version.project_id
    asked = {question.id for question in asked_questions(store, version)}
    wanted = [item.id for item in items if item.question_id in asked]
    said = store.answers.for_items(project_id, wanted)
    waiting = _waiting(store, version)
    left = [
        item_id
        for item_id in dict.fromkeys(wanted)
        if item_id not in waiting
        and all(one.author.version != version.author_version for one in said[item_id])
    ]
    if not left:
        return None
    request = AnswerRequest(version_id=version.id, item_ids=tuple(left))
    title = f"Student v{version.number}, by itself: {len(left):,} new windows"
    return store.jobs.enqueue(project_id, "answer", title, request.params())


def _waiting(store: Store, version: ModelVersion) -> set[str]:
    """Return the items that a version is being asked about."""
    jobs = [job for job in store.jobs.list(version.project_id, "answer") if not job.ended]
    asked = [AnswerRequest.read(job.params) for job in jobs]
    return {
        one for request in asked if request.version_id == version.id for one in request.item_ids
    }


def asked_questions(store: Store, version: ModelVersion) -> list[Question]:
    """Return all versions of the questions that a student was trained on."""
    summary = store.snapshots.get(version.project_id, version.snapshot_hash).summary
    families = {store.questions.get(one).family_id for one in summary["questions"]}
    return [one for one in store.questions.list(version.project_id) if one.family_id in families]
