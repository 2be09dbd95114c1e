"""The comparison of a model version on gold, kept in step with what people say. No Streamlit.

The worker computes it after a training. When a person's review of a gold item, or a new answer,
changed what it is made of, it is computed again from the stored answers: quick, without a model.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.answers import Answer, AnswerContent
from core.errors import ConfigError
from core.evaluation import EVALUATION_VERSION, Evaluation
from core.model import Frozen
from core.questions.base import Question
from core.review import Item
from storage import Store
from storage.gold_labels import counted_labels
from storage.rows import Job, ModelVersion, StoredSeries
from training import files, worker_results
from training.material import GoldBook
from training.requests import AnswerRequest

STAMP = "comparison"


class Kept(Frozen):
    """What a stored comparison was made of, and how it read against other serving versions.

    Attributes:
        serving: id of the version it was held against; empty for none.
        others: stored comparisons by the version they were held against.
    """

    stamp: str = ""
    serving: str = ""
    others: dict[str, dict[str, Any]] = {}


@dataclass(frozen=True)
class ItemLine:
    """One gold item in the list of what a student fixed or broke."""

    item_id: str
    place: str
    truth: str
    teacher: str
    student: str


def questions_of(store: Store, version: ModelVersion) -> list[Question]:
    """Return the questions a version was trained on, with types as they are called now."""
    summary = store.snapshots.get(version.project_id, version.snapshot_hash).summary
    questions = store.types.questions(version.project_id)
    return [questions[question_id] for question_id in summary["questions"]]


def evaluation_of(store: Store, version: ModelVersion) -> Evaluation:
    """Return the comparison as gold, its truths and the answers to it are now.

    What it read against another serving version is kept as long as gold and answers stay: after a
    roll-back nothing is computed again.
    """
    project_id, key = version.project_id, f"{STAMP}:{version.id}"
    stamp, serving = _stamp(store, version), _held_against(store, version)
    kept = Kept.model_validate(store.settings.get(project_id, key, {}))
    if version.evaluation is None or kept.stamp != stamp:
        worker_results.evaluate(store, version)
        store.settings.set(project_id, key, Kept(stamp=stamp, serving=serving).model_dump())
    elif kept.serving != serving:
        others = {**kept.others, kept.serving: dict(version.evaluation)}
        there = others.pop(serving, None)
        if there is None:
            worker_results.evaluate(store, version)
        else:
            store.versions.set_evaluation(version.id, there)
        kept = Kept(stamp=stamp, serving=serving, others=others)
        store.settings.set(project_id, key, kept.model_dump())
    return Evaluation.model_validate(store.versions.get(version.id).evaluation)


def accepted_on_gold(store: Store, project_id: str, question_id: str) -> tuple[int, int]:
    """Return how many gold truths of a question people took over unchanged, and how many they gave.

    An answer that was on the screen is easily accepted: such gold favours whoever gave it.
    """
    book = GoldBook(store.gold.ranges(project_id))
    labels = counted_labels(store, project_id)
    decisions = [
        labels[item.id].event.decision
        for item in store.items.list(project_id, question_id)
        if item.id in labels and labels[item.id].content is not None and book.reason(item)
    ]
    return decisions.count("accept"), len(decisions)


def _stamp(store: Store, version: ModelVersion) -> str:
    """Hash what the comparison is made of apart from the serving version: truths and answers."""
    digest = hashlib.sha256(str(EVALUATION_VERSION).encode())
    for question in questions_of(store, version):
        truths = worker_results.gold_truths(store, version.project_id, question.id)
        answers = store.answers.latest(version.project_id, question.id)
        for item_id in sorted(truths):
            ids = sorted(answer.id for answer in answers.get(item_id, {}).values())
            digest.update(f"{item_id}{truths[item_id].model_dump_json()}{ids}".encode())
    return digest.hexdigest()


def _held_against(store: Store, version: ModelVersion) -> str:
    """Return the id of the other version that serves; empty when none does."""
    serving = store.versions.serving(version.project_id)
    return "" if serving is None or serving.id == version.id else serving.id


def item_lines(
    store: Store, version: ModelVersion, question: Question, item_ids: Sequence[str]
) -> list[ItemLine]:
    """Describe gold items: where, what is true, what teacher and student said."""
    if not item_ids:
        return []
    project_id = version.project_id
    truths = worker_results.gold_truths(store, project_id, question.id)
    answers = store.answers.for_items(project_id, item_ids)
    items = {item.id: item for item in store.items.list(project_id, question.id)}
    series = {row.id: row for row in store.series.list(project_id, include_archived=True)}
    lines: list[ItemLine] = []
    for item_id in item_ids:
        item = items[item_id]
        lines.append(
            ItemLine(
                item_id=item_id,
                place=place_of(series[item.series_id], item),
                truth=in_words(question, truths.get(item_id)),
                teacher=in_words(question, _teachers(answers[item_id])),
                student=in_words(question, _students(answers[item_id], version)),
            )
        )
    return lines


def place_of(series: StoredSeries, item: Item) -> str:
    """Name the series, after the window when it is only a part of it: long names are cut off."""
    if (item.start, item.stop) == (0, series.n_samples):
        return series.info.name
    return f"{item.start:,} to {item.stop - 1:,}, {series.info.name}"


def in_words(question: Question, content: AnswerContent | None) -> str:
    """Say an answer in a few words."""
    if content is None:
        return "no answer"
    if content.kind == "pattern":
        return question.option(content.label or "").name
    if not content.intervals:
        return question.nothing
    names = [question.name_of(found) for found in content.intervals]
    counted = {name: names.count(name) for name in names}
    return ", ".join(f"{n} × {name}" if n > 1 else name for name, n in counted.items())


def _teachers(answers: Sequence[Answer]) -> AnswerContent | None:
    said = [a for a in answers if a.author.kind in ("teacher", "rules") and a.sample == 0]
    said.sort(key=lambda answer: (answer.author.kind == "teacher", answer.created_at))
    return said[-1].content if said else None


def _students(answers: Sequence[Answer], version: ModelVersion) -> AnswerContent | None:
    own = [a for a in answers if _is_by(a, version)]
    return own[-1].content if own else None


def _is_by(answer: Answer, version: ModelVersion) -> bool:
    return answer.author.kind == "student" and answer.author.version == version.author_version


def absent(version: ModelVersion) -> dict[str, str]:
    """Return who is missing from the comparison and why, by name."""
    path = version.folder.parent / "contestants.json"
    if not path.exists():
        return {}
    return {one["name"]: one["why_not"] for one in files.read_json(path) if one.get("why_not")}


def unanswered(store: Store, version: ModelVersion) -> list[str]:
    """Return the ids of the items of its questions that a version has not answered yet."""
    project_id = version.project_id
    waiting: list[str] = []
    for question in questions_of(store, version):
        answers = store.answers.latest(project_id, question.id)
        waiting += [
            item.id
            for item in store.items.list(project_id, question.id)
            if not any(_is_by(answer, version) for answer in answers.get(item.id, {}).values())
        ]
    return waiting


def ask_student(store: Store, version: ModelVersion) -> Job:
    """Queue the items that a version has not answered, so that its answers appear in Review."""
    item_ids = unanswered(store, version)
    if not item_ids:
        raise ConfigError(
            f"student v{version.number} has answered every item there is, so there is nothing to "
            "ask it; ask a teacher about more windows first, then come back"
        )
    request = AnswerRequest(version_id=version.id, item_ids=tuple(item_ids))
    title = f"Student v{version.number}: {len(item_ids):,} windows"
    return store.jobs.enqueue(version.project_id, "answer", title, request.params())
