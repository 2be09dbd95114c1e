"""What each stage of a chain of trainings brought on gold: base, then SFT, then what came after.

No Streamlit, no model: it is computed from stored answers, by the same evaluation as everything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.answers import Answer, AnswerContent, Author, AuthorKind
from core.evaluate import evaluate_question
from core.evaluate_marks import HEADLINES, Entrant, GoldItem
from core.evaluation import Comparison, Evaluation, Role
from core.metrics import Estimate
from core.questions.base import Question
from pages.components.workflows.chains import chain_of
from storage import Store
from storage.rows import ModelVersion
from training.contestants import BEFORE_TRAINING
from training.worker_results import gold_with_truth

BASE_NAME = "Before training"


@dataclass(frozen=True)
class StageResult:
    """How a stage fares on gold.

    Attributes:
        version: None for the model before any training.
        estimate: the question's headline figure with its 95 % interval.
        n: gold items that it answered, of `n_gold`; a text that is no answer counts for nothing.
        gained: against the stage before, paired over the items both answered; None for the first.
        since: the same against the first of all; None for the first.
    """

    name: str
    version: ModelVersion | None
    estimate: Estimate
    n: int
    n_gold: int
    gained: Comparison | None = None
    since: Comparison | None = None


@dataclass(frozen=True)
class _Stage:
    name: str
    version: ModelVersion | None
    answers: Mapping[str, AnswerContent]


def versions_of_chain(store: Store, version: ModelVersion) -> list[ModelVersion]:
    """Return the versions of the chain that made this one, the first stage first, itself last."""
    jobs = store.jobs.list(version.project_id, "train")
    own = next((job for job in jobs if job.id == version.job_id), None)
    if own is None:
        return [version]
    by_job = {one.job_id: one for one in store.versions.list(version.project_id)}
    chain = chain_of(jobs, own)
    until = [job.id for job in chain].index(own.id)
    return [by_job[job.id] for job in chain[: until + 1] if job.id in by_job]


def has_stages(store: Store, version: ModelVersion, evaluation: Evaluation) -> bool:
    """Tell whether a version came out of a chain, or of a model that answers before training."""
    known = any(one.author("base") is not None for one in evaluation.questions)
    return known or len(versions_of_chain(store, version)) > 1


def stage_results(store: Store, version: ModelVersion, question: Question) -> list[StageResult]:
    """Return the stages that led to a version, with what each brought; empty without enough gold.

    The model before training comes first where its answers are known.
    """
    gold = gold_with_truth(store, version.project_id, question)
    answers = store.answers.latest(version.project_id, question.id)
    made = versions_of_chain(store, version)
    before = _said(answers, _author("baseline", BEFORE_TRAINING, made[0]))
    stages = [_Stage(BASE_NAME, None, before)] if before else []
    for one in made:
        said = _said(answers, _author("student", "student", one))
        stages.append(_Stage(f"Student v{one.number}", one, said))
    return _measured(question, gold, stages)


def _measured(
    question: Question, gold: Sequence[GoldItem], stages: Sequence[_Stage]
) -> list[StageResult]:
    found: list[StageResult] = []
    for place, stage in enumerate(stages):
        others = [stages[place - 1], stages[0]] if place else []
        result = evaluate_question(
            question,
            gold,
            [_entrant(stage, "student"), *(_entrant(one, "base") for one in others)],
        )
        own = result.author("student")
        if own is None:
            return []
        gained, since = result.comparisons if others else (None, None)
        estimate = own.figures[HEADLINES[question.kind]]
        found.append(
            StageResult(stage.name, stage.version, estimate, own.n, len(gold), gained, since)
        )
    return found


def _entrant(stage: _Stage, role: Role) -> Entrant:
    label = "" if stage.version is None else f"v{stage.version.number}"
    if role == "student":
        return Entrant(role, label, stage.answers)
    # a stage before is one of several students: it is called by its number alone
    return (
        Entrant("other", f"student {label}", stage.answers)
        if label
        else Entrant("base", "", stage.answers)
    )


def _author(kind: AuthorKind, name: str, version: ModelVersion) -> Author:
    return Author(kind=kind, name=name, version=version.author_version)


def _said(answers: Mapping[str, Mapping[str, Answer]], author: Author) -> dict[str, AnswerContent]:
    return {
        item_id: answer.content
        for item_id, by_author in answers.items()
        for answer in by_author.values()
        if answer.author == author
    }
