"""What a training may learn from, gathered from the store. A part of the worker.

Pages gather it too, to show before a training what it would be given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.answers import AnswerContent, QuestionKind
from core.opinions import disputed
from core.questions.base import LABEL_LEARNED, Question
from core.review import Item
from core.selection_records import Selection
from storage import Store
from storage.rows import ModelVersion, StoredSeries
from training.material import GoldBook, LabelledItem, also_from, choose
from training.phrases import JudgedPhrase, choose_phrases
from training.preferences import JudgedPreference, answers_named, choose_preferences
from training.recipes import RECIPES
from training.requests import TrainRequest
from training.versions import as_learned, asked_now, one_per_window
from training.worker_results import teacher_answers


@dataclass(frozen=True)
class Gathered:
    """All that a snapshot is made of, but the samples.

    Attributes:
        evaluation: gold items.
        series: rows of the project's series, by id.
        teaching: versions whose answers are learned where no teacher answered.
        learns: kinds of questions whose answers the recipe learns.
    """

    questions: Sequence[Question]
    labelled: Sequence[LabelledItem]
    evaluation: Sequence[Item]
    gold: GoldBook
    series: Mapping[str, StoredSeries]
    phrases: Sequence[JudgedPhrase]
    preferences: Sequence[JudgedPreference]
    teaching: Sequence[ModelVersion]
    learns: frozenset[QuestionKind]


def gather(store: Store, project_id: str, request: TrainRequest) -> Gathered:
    """Gather what a training as asked for would learn from now."""
    if request.question_ids:
        questions = [store.questions.get(question_id) for question_id in request.question_ids]
    else:
        questions = list(store.questions.current(project_id))
    learns = RECIPES[request.recipe].learns if request.recipe in RECIPES else LABEL_LEARNED
    asked = {one.family_id: one for one in questions if one.learned or one.kind in learns}
    now = {
        one.id: asked[one.family_id]
        for one in store.questions.list(project_id)
        if one.family_id in asked
    }
    # Items before series: a series that is continued meanwhile then holds all windows of its items.
    items = [item for item in store.items.list(project_id) if item.question_id in now]
    series = {one.id: one for one in store.series.list(project_id)}
    items = asked_now([item for item in items if item.series_id in series], now)
    gold = GoldBook(store.gold.ranges(project_id))
    labels = store.corrections.current(project_id)
    decided = [key for key, label in labels.items() if label.content is not None]
    pseudo: dict[str, AnswerContent] = {}
    teaching = [store.versions.get(one) for one in request.also_from]
    for question in questions:
        taught = [store.answers.latest(project_id, question.id, one.author) for one in teaching]
        given = also_from(teacher_answers(store, project_id, question.id), taught)
        pseudo |= {item_id: answer.content for item_id, answer in given.items()}
    events, said = store.corrections.events(project_id), store.desk_events.list(project_id)
    left_out = disputed(events, said) if request.only_undisputed else frozenset[str]()
    windows = one_per_window(items, {*decided}, labels, pseudo)
    chosen = choose([one for one in windows if one.id not in left_out], pseudo, labels, gold)
    return Gathered(
        questions=questions,
        labelled=[as_learned(one, now[one.item.question_id]) for one in chosen],
        evaluation=[item for item in items if gold.reason(item) is not None],
        gold=gold,
        series=series,
        phrases=choose_phrases(items, said, gold),
        preferences=_preferences(store, project_id, items, gold, decided),
        teaching=teaching,
        learns=learns,
    )


def _preferences(
    store: Store, project_id: str, items: Sequence[Item], gold: GoldBook, decided: Sequence[str]
) -> list[JudgedPreference]:
    """Return which answers are better than others: what people said, and what selections found."""
    events = store.desk_events.list(project_id)
    newest = store.selections.newest(project_id).values()
    selections = [Selection.model_validate(one.body) for one in newest]
    asked = {item.id for item in items}
    named = sorted(answers_named(events, selections) & asked)
    answers = store.answers.for_items(project_id, named)
    contents = {one.id: one.content for several in answers.values() for one in several}
    return choose_preferences(items, events, selections, contents, gold, decided)
