"""Writes the folder of a run from the job and the store. A part of the worker, which knows both."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.answers import AnswerContent, Author
from core.errors import JobError
from core.opinions import disputed
from core.questions.pattern import option_order
from core.review import Item
from core.selection_records import Selection
from storage import Store
from storage.rows import Job
from training import screen as screening
from training import snapshot, worker_label
from training.material import GoldBook, also_from, choose, marked
from training.phrases import choose_phrases
from training.preferences import JudgedPreference, answers_named, choose_preferences
from training.requests import (
    CHOSEN_DETECTOR,
    AnswerRequest,
    LabelRequest,
    ScreenRequest,
    TrainRequest,
)
from training.run_folder import RunAsk, RunFolder
from training.versions import as_learned, asked_now, one_per_window
from training.worker_results import teacher_answers

if TYPE_CHECKING:
    from core.chooser import Known


def prepare(store: Store, job: Job) -> None:
    """Write the folder of a job's run; config.json comes last, so a half-written one is redone."""
    job.folder.mkdir(parents=True, exist_ok=True)
    if job.kind == "train":
        config = _prepare_training(store, job)
    elif job.kind == "label":
        request = LabelRequest.read(job.params)
        people = {} if request.models is None else worker_label.people_said(store, job)
        _write_asks(store, job, request.item_ids, people)
        config = {"teacher": request.teacher}
        if request.models is not None:
            config |= worker_label.model_config(store, job, request.models)
    elif job.kind == "bench":
        from training.worker_bench import prepare_bench

        config = prepare_bench(store, job)
    elif job.kind == "screen":
        config = _prepare_screening(store, job)
    else:
        asked = AnswerRequest.read(job.params)
        version = store.versions.get(asked.version_id)
        _write_asks(store, job, asked.item_ids)
        config = {
            "student": os.path.relpath(version.folder, job.folder),
            "author_version": version.author_version,
        }
    RunFolder.create(job.folder, {"kind": job.kind, "job_id": job.id, **config})


def _prepare_screening(store: Store, job: Job) -> dict[str, Any]:
    request = ScreenRequest.read(job.params)
    there = {one.id: one for one in store.series.list(job.project_id)}
    wanted = [there[one] for one in dict.fromkeys(request.series_ids) if one in there]
    if not wanted:
        raise JobError(
            f"none of the {len(request.series_ids)} series to screen is in this project any more; "
            "start the screening again from Findings"
        )
    known: dict[str, Known] = {}
    if request.method == CHOSEN_DETECTOR:  # no other is chosen by what people marked
        known = marked(
            store.items.list(job.project_id),
            store.corrections.current(job.project_id),
            GoldBook(store.gold.ranges(job.project_id)),
        )
    screening.write_series(
        job.folder,
        [
            screening.ScreenAsk(
                series_id=one.id,
                revision=one.revision,
                path=os.path.relpath(store.series.blob_path(one.content_hash), job.folder),
                reviewed=known[one.id].reviewed if one.id in known else (),
                events=known[one.id].events if one.id in known else (),
            )
            for one in wanted
        ],
    )
    return {"method": request.method}


def _write_asks(
    store: Store,
    job: Job,
    item_ids: Sequence[str],
    trusted: Mapping[str, AnswerContent] | None = None,
) -> None:
    wanted = list(dict.fromkeys(item_ids))
    items = {item.id: item for item in store.items.list(job.project_id)}
    unknown = [item_id for item_id in wanted if item_id not in items]
    if unknown or not wanted:
        raise JobError(
            f"{len(unknown)} of the {len(wanted)} items to answer are not in this project, so "
            "nobody can be asked about them; choose the windows again on the Teachers page"
        )
    answers = store.answers.for_items(job.project_id, wanted)
    questions = {one: store.questions.get(one) for one in {items[i].question_id for i in wanted}}
    series = {
        series_id: store.series.get(job.project_id, series_id)
        for series_id in {items[item_id].series_id for item_id in wanted}
    }
    asks = [
        RunAsk(
            ask_id=item_id,
            item_id=item_id,
            question_id=items[item_id].question_id,
            series_path=os.path.relpath(
                store.series.blob_path(series[items[item_id].series_id].content_hash), job.folder
            ),
            start=items[item_id].start,
            stop=items[item_id].stop,
            option_order=option_order(questions[items[item_id].question_id], item_id),
            answered_by=_distinct(answer.author for answer in answers[item_id]),
            units=series[items[item_id].series_id].info.channel_units,
            trusted=(trusted or {}).get(item_id),
        )
        for item_id in wanted
    ]
    RunFolder(job.folder).write_asks(questions.values(), asks)


def _distinct(authors: Iterable[Author]) -> tuple[Author, ...]:
    return tuple(dict.fromkeys(authors))


def _prepare_training(store: Store, job: Job) -> dict[str, Any]:
    request = TrainRequest.read(job.params)
    project_id = job.project_id
    if request.question_ids:
        questions = [store.questions.get(question_id) for question_id in request.question_ids]
    else:
        questions = list(store.questions.current(project_id))
    asked = {question.family_id: question for question in questions if question.learned}
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
    taken = snapshot.write(
        store.home / "snapshots",
        questions,
        [as_learned(one, now[one.item.question_id]) for one in chosen],
        [item for item in items if gold.reason(item) is not None],
        gold,
        lambda series_id: store.series.data(series[series_id]),
        store.series.lengths(project_id),
        phrases=choose_phrases(items, store.desk_events.list(project_id), gold),
        preferences=_preferences(store, project_id, items, gold, decided),
    )
    named = [{"number": one.number, "author_version": one.author_version} for one in teaching]
    store.snapshots.add(
        project_id, taken.content_hash, taken.folder, {**taken.manifest, "also_from": named}
    )
    if store.gold.ranges(project_id):
        store.gold.lock(project_id)  # fixed before the first training
    return {
        "recipe": request.recipe,
        "settings": request.settings,
        "snapshot": os.path.relpath(taken.folder, job.folder),
        "snapshot_hash": taken.content_hash,
        "also_from": named,
    }


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
