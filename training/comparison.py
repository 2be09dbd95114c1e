"""Who takes part in the comparison of a student on gold. Pure, over answers already read."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from core.answers import Answer, AnswerContent, Author
from core.detectors import DETECTORS
from core.evaluate import Entrant, GoldItem, evaluate_question
from core.evaluation import MIN_GOLD, Evaluation, Measured, QuestionEvaluation, Role
from core.questions.base import Question
from training.contestants import BASELINES as DETECTOR_BASELINES
from training.contestants import BEFORE_TRAINING

BASELINES: dict[str, Role] = {
    BEFORE_TRAINING: "base",
    "reviewed only": "reviewed_only",
    "feature baseline": "features",
    "majority": "majority",
    **{DETECTORS[key]().name: "detector" for key in DETECTOR_BASELINES},
}
"""Roles by the names that training gives the authors it compares."""

ByAuthor = Mapping[str, Mapping[str, Answer]]
"""Per item id the newest answer of each author (by any key)."""


def compare(
    question: Question,
    gold: Sequence[GoldItem],
    answers: ByAuthor,
    version: str,
    serving: tuple[str, str] | None = None,
    label: str = "",
) -> QuestionEvaluation:
    """Compare the student `version` with everyone who answered the gold items of a question.

    Args:
        answers: per item the newest answer of each author.
        version: the `version` of the student's author, which its baselines share.
        serving: label and author version of another student that serves now.
        label: what people call the version ("v4").
    """
    entrants = [
        Entrant(
            "student",
            label,
            _of(answers, Author(kind="student", name="student", version=version)),
        ),
        *_teachers(answers, {item.item_id for item in gold}),
        *_of_run(answers, version),
    ]
    if serving is not None:
        label, serving_version = serving
        given = _of(answers, Author(kind="student", name="student", version=serving_version))
        entrants.append(Entrant("serving", label, given))
    return evaluate_question(question, gold, [one for one in entrants if _takes_part(one)])


def all_questions(
    evaluations: Sequence[QuestionEvaluation],
    gold: Mapping[str, str],
    measured_at: datetime,
    earlier: Mapping[str, Any] | None = None,
) -> Evaluation:
    """Put the comparisons of all questions together.

    Args:
        gold: digests of the truths they are made of, by item id.
        earlier: the version's stored comparison, as JSON values, that this one takes the place of.
    """
    return Evaluation(
        questions=tuple(evaluations),
        measured_at=measured_at,
        gold=dict(gold),
        before=None if earlier is None else _before(earlier, gold),
    )


def _before(earlier: Mapping[str, Any], gold: Mapping[str, str]) -> Measured | None:
    """Keep what was said on gold that has changed since. Read as plain values: it may be old."""
    held: Mapping[str, str] = earlier.get("gold") or {}
    changed = sum(gold.get(item_id) != text for item_id, text in held.items())
    if changed:
        verdict = " ".join(str(one.get("verdict", "")) for one in earlier.get("questions", ()))
        at = earlier.get("measured_at")
        return Measured.model_validate({"at": at, "verdict": verdict, "gold_changed": changed})
    kept = earlier.get("before")
    return None if kept is None else Measured.model_validate(kept)


def _teachers(answers: ByAuthor, gold: Set[str]) -> list[Entrant]:
    """Return the teachers, the one that the student is measured against first.

    One that answered enough gold items comes before one that did not, a model before the rules,
    and then the one that answered the most: nobody is measured against who was not asked.
    """
    named: dict[tuple[str, str], dict[str, Answer]] = {}
    for item_id, by_author in answers.items():
        for answer in sorted(by_author.values(), key=lambda a: a.created_at):
            if answer.author.kind in ("teacher", "rules"):
                key = (answer.author.kind, answer.author.name)
                named.setdefault(key, {})[item_id] = answer

    def place_of(key: tuple[str, str]) -> tuple[bool, bool, int, str]:
        n = len(gold & named[key].keys())
        return n < MIN_GOLD, key[0] != "teacher", -n, key[1]

    return [
        Entrant("teacher" if place == 0 else "other", key[1], _contents(named[key]))
        for place, key in enumerate(sorted(named, key=place_of))
    ]


def _of_run(answers: ByAuthor, version: str) -> list[Entrant]:
    return [
        Entrant(role, name, _of(answers, Author(kind="baseline", name=name, version=version)))
        for name, role in BASELINES.items()
    ]


def _of(answers: ByAuthor, author: Author) -> dict[str, AnswerContent]:
    return {
        item_id: answer.content
        for item_id, by_author in answers.items()
        for answer in by_author.values()
        if answer.author == author
    }


def _contents(answers: Mapping[str, Answer]) -> dict[str, AnswerContent]:
    return {item_id: answer.content for item_id, answer in answers.items()}


def _takes_part(entrant: Entrant) -> bool:
    return entrant.role == "student" or bool(entrant.answers)
