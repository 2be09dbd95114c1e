"""What becomes of a training: its student as a version, measured on gold. A part of the worker.

Pages call it too when reviews have changed what is known of gold; it needs no model.
"""

from typing import TYPE_CHECKING

from core.answers import GENERATOR, Answer, AnswerContent
from core.ids import utc_now
from core.lineage import digests
from core.questions.base import Question
from core.series import view_window
from core.students import student_name
from storage import Store
from storage.gold_labels import counted_labels
from storage.rows import Job, ModelVersion
from training.material import GoldBook, truths
from training.run_folder import RunFolder
from training.versions import asked_now, one_per_window

if TYPE_CHECKING:
    from core.evaluate import GoldItem


def teacher_answers(store: Store, project_id: str, question_id: str) -> dict[str, Answer]:
    """Return the answer to learn per item.

    The one that a selection chose, as long as no teacher answered the item again after it; else
    the latest of a teacher; else of the built-in rules.
    """
    return {
        **store.answers.latest(project_id, question_id, "rules"),
        **store.answers.latest(project_id, question_id, "teacher"),
        **store.selections.chosen(project_id, question_id),
    }


def gold_truths(store: Store, project_id: str, question_id: str) -> dict[str, AnswerContent]:
    """Return what is known to be true of the question's gold items.

    Labels that came with a file are not: their truth is somebody's claim, also on a generated
    series that the file happens to speak of.
    """
    made = store.answers.latest(project_id, question_id, GENERATOR)
    items = store.items.list(project_id, question_id)
    known = truths(
        items,
        {item_id: answer.content for item_id, answer in made.items()},
        counted_labels(store, project_id),
        GoldBook(store.gold.ranges(project_id)),
    )
    question = store.questions.get(question_id)
    now = {item.question_id: question for item in items}
    windows = one_per_window(asked_now([item for item in items if item.id in known], now))
    return {item.id: known[item.id] for item in windows}


def finish_training(store: Store, job: Job) -> str:
    """Register the run's student as a model version and compare it on gold; says the verdict."""
    config = RunFolder(job.folder).config()
    version = store.versions.add(
        job.project_id,
        student=student_name(job.folder / "model"),
        job_id=job.id,
        snapshot_hash=config["snapshot_hash"],
        folder=job.folder / "model",
        author_version=job.id,
    )
    return evaluate(store, version)


def evaluate(store: Store, version: ModelVersion) -> str:
    """Compare a version on gold from the answers in the store; returns the verdict sentence.

    Cheap and without a model, so a page may call it again when more gold was reviewed.
    """
    # scipy and pandas come along: a worker that only labels answers sooner without them
    from training.comparison import all_questions, compare

    project_id = version.project_id
    summary = store.snapshots.get(project_id, version.snapshot_hash).summary
    served = store.versions.serving(project_id)
    serving = None
    if served is not None and served.id != version.id:
        serving = (f"v{served.number}", served.author_version)
    learned = [store.questions.get(one) for one in summary["questions"]]
    questions = [one for one in learned if one.learned]
    gold = {one.id: gold_with_truth(store, project_id, one) for one in questions}
    evaluation = all_questions(
        [
            compare(
                question,
                gold[question.id],
                store.answers.latest(project_id, question.id),
                version.author_version,
                serving,
                f"v{version.number}",
            )
            for question in questions
        ],
        digests({item.item_id: item.truth for items in gold.values() for item in items}),
        utc_now(),
        version.evaluation,
    )
    store.versions.set_evaluation(version.id, evaluation.model_dump(mode="json"))
    return evaluation.verdict


def gold_with_truth(store: Store, project_id: str, question: Question) -> "list[GoldItem]":
    """Return the gold items of a question whose truth is known, with what models saw."""
    from core.evaluate import GoldItem

    gold = GoldBook(store.gold.ranges(project_id))
    items = {item.id: item for item in store.items.list(project_id, question.id)}
    series = {row.id: row for row in store.series.list(project_id, include_archived=True)}
    found: list[GoldItem] = []
    for item_id, truth in gold_truths(store, project_id, question.id).items():
        item = items[item_id]
        row = series[item.series_id]
        view = view_window(store.series.data(row), item.start, item.stop)
        block = gold.reason(item) == "time_block"
        source = row.info.source or row.origin
        found.append(GoldItem(item_id, item.series_id, view, truth, block, source))
    return found
