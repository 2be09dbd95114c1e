"""How much gold a question has, and how much it should have. Reads the store; no Streamlit."""

from collections import Counter
from collections.abc import Iterable, Mapping

from core.answers import AnswerContent
from core.evaluation import Evaluation
from core.gold_size import GoldSize, gold_size
from core.questions.base import Question
from core.review import Item
from storage import Store
from training.worker_results import gold_truths, teacher_answers


def size_of(
    store: Store, project_id: str, question: Question, evaluation: Evaluation | None = None
) -> GoldSize:
    """Say how much gold a question needs, from what is known so far.

    Where student and teacher differ is taken from `evaluation`; the newest version's comparison
    when it is None. How rare a class is, is taken from what teachers answered.
    """
    truths = gold_truths(store, project_id, question.id)
    items = {item.id: item for item in store.items.list(project_id, question.id)}
    answers = teacher_answers(store, project_id, question.id)
    guessed = {one: answer.content for one, answer in answers.items() if one in items}
    origins = {row.id: row.origin for row in store.series.list(project_id, include_archived=True)}
    shares = _shares(_classes(question, guessed.values()), len(guessed))
    strata = dict.fromkeys(shares, 0) | _classes(question, truths.values())
    sources = _sources(items.values(), origins)
    if len(sources) > 1:
        shares |= _shares(sources, len(items))
        strata |= dict.fromkeys(sources, 0)
        strata |= _sources((items[one] for one in truths), origins)
    seen = _seen(store, project_id, question.id, evaluation)
    return gold_size(len(truths), seen, strata, shares)


def _classes(question: Question, contents: Iterable[AnswerContent]) -> dict[str, int]:
    """Count the items of each option, or of each type of event and of none."""
    counted: Counter[str] = Counter()
    for content in contents:
        if content.kind == "pattern":
            counted[question.option(content.label or "").name] += 1
        elif content.intervals:
            counted.update({question.name_of(one) for one in content.intervals})
        else:
            counted[question.nothing] += 1
    return dict(counted)


def _sources(items: Iterable[Item], origins: Mapping[str, str]) -> dict[str, int]:
    return dict(Counter(f"from {origins.get(one.series_id) or 'elsewhere'}" for one in items))


def _shares(counts: Mapping[str, int], n: int) -> dict[str, float]:
    return {name: count / n for name, count in counts.items()} if n else {}


def _seen(
    store: Store, project_id: str, question_id: str, evaluation: Evaluation | None
) -> tuple[int, int]:
    """Return on how many gold items student and teacher differed, of how many both answered."""
    if evaluation is None:
        versions = store.versions.list(project_id)
        stored = next((one.evaluation for one in versions if one.evaluation is not None), None)
        if stored is None:
            return (0, 0)
        evaluation = Evaluation.model_validate(stored)
    compared = next((one for one in evaluation.questions if one.question_id == question_id), None)
    against = None if compared is None else compared.against("teacher")
    found = None if against is None else against.difference
    return (0, 0) if found is None else (found.differing, found.n)
