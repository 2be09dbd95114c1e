"""Compute the comparison on gold of one question. Pure: values in, `core.evaluation` values out.

Truth and answers are cut to the item's window before events are matched. An item that an author did
not answer counts for nobody: its figures are over what it answered, with the missing ones told, and
comparisons are over what both answered.
"""

from collections.abc import Sequence

from core.claim_shares import rationale_result
from core.errors import DataError
from core.evaluate_confidence import calibrations
from core.evaluate_inherited import inherited
from core.evaluate_marks import Entrant, Gold, GoldItem, Marks
from core.evaluate_slices import slices
from core.evaluation import MIN_GOLD, Comparison, QuestionEvaluation, RationaleResult
from core.evaluation_words import caution, sentence, unranked, verdict_of
from core.metrics import Difference
from core.questions.base import Question

FIXED_GAIN = 0.1


def evaluate_question(
    question: Question, gold: Sequence[GoldItem], entrants: Sequence[Entrant], seed: int = 0
) -> QuestionEvaluation:
    """Compare the student with every other entrant on gold.

    Args:
        question: what was asked.
        gold: gold items of that question, in any order.
        entrants: exactly one with role "student"; the first "teacher" gives the verdict.
        seed: of the bootstrap's draws.
    """
    if not question.learned:
        raise DataError(
            f"{question.name!r} is a question of kind {question.kind!r}: there is no truth of a "
            "text to compare with; leave it out of the comparison"
        )
    students = [entrant for entrant in entrants if entrant.role == "student"]
    if len(students) != 1:
        raise DataError(f"a comparison has {len(students)} students; compare one with the others")
    ordered = sorted(gold, key=lambda item: item.item_id)
    if len(ordered) < MIN_GOLD:
        return unranked(question, len(ordered))
    test = Gold(question, ordered, seed)
    marks = [Marks(test, entrant) for entrant in entrants]
    student = next(one for one in marks if one.entrant.role == "student")
    comparisons = tuple(_compare(test, student, other) for other in marks if other is not student)
    teacher = next((one for one in comparisons if one.against == "teacher"), None)
    taught = next((one for one in marks if one.entrant.role == "teacher"), None)
    explaining = [one.entrant for one in marks if one.entrant.role in ("student", "teacher")]
    rationales = [_rationales(test, entrant) for entrant in explaining]
    return QuestionEvaluation(
        question_id=question.id,
        kind=question.kind,
        name=question.name,
        n_gold=len(ordered),
        n_missing=0,
        n_series=len({item.group for item in ordered}),
        caution=caution([item.group for item in ordered], any(item.time_block for item in ordered)),
        verdict=teacher.sentence
        if teacher
        else f"Cannot tell: no teacher answered the {len(ordered)} gold items; ask one.",
        outcome=teacher.verdict if teacher else "cannot tell",
        authors=tuple(one.result() for one in marks),
        comparisons=comparisons,
        rationales=tuple(found for found in rationales if found is not None),
        slices=slices(test, marks),
        calibrations=calibrations(marks),
        inherited=None if taught is None else inherited(student, taught, seed),
    )


def _compare(test: Gold, student: Marks, other: Marks) -> Comparison:
    both = student.answered & other.answered
    differences: dict[str, Difference] = {}
    if int(both.sum()) >= MIN_GOLD:
        theirs = other.columns()
        for name, (columns, figure) in student.columns().items():
            found = test.draws.difference(columns, theirs[name][0], figure, both)
            if found is not None:
                differences[name] = found
    difference = differences.get(test.headline)
    gains = [
        (float(gain), item.item_id)
        for gain, item, asked in zip(
            student.scores[:, 0] - other.scores[:, 0], test.gold, both, strict=True
        )
        if asked and abs(gain) >= FIXED_GAIN
    ]
    return Comparison(
        against=other.entrant.role,
        label=other.entrant.label,
        figure=test.headline,
        verdict=verdict_of(difference),
        sentence=sentence(
            (student.entrant.role, student.entrant.label),
            (other.entrant.role, other.entrant.label),
            test.headline,
            difference,
            (int(both.sum()), len(test.gold)),
        ),
        difference=difference,
        differences=differences,
        fixed=tuple(item_id for _, item_id in sorted((-g, i) for g, i in gains if g > 0)),
        broken=tuple(item_id for _, item_id in sorted((g, i) for g, i in gains if g < 0)),
    )


def _rationales(test: Gold, entrant: Entrant) -> RationaleResult | None:
    answered = [
        (test.source(item), entrant.answers[item.item_id])
        for item in test.gold
        if item.item_id in entrant.answers
    ]
    return rationale_result(entrant.role, entrant.label, answered)
