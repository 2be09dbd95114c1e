"""Writes the folder of a run from the job and the store. A part of the worker, which knows both."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.answers import AnswerContent, Author
from core.errors import JobError
from core.questions.pattern import option_order
from storage import Store
from storage.rows import Job
from training import screen as screening
from training import snapshot, worker_label
from training.material import GoldBook, marked
from training.requests import (
    CHOSEN_DETECTOR,
    AnswerRequest,
    LabelRequest,
    ScreenRequest,
    TrainRequest,
)
from training.run_folder import RunAsk, RunFolder
from training.worker_chain import base_settings
from training.worker_material import gather

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
    base = base_settings(store, job)
    found = gather(store, project_id, request)
    taken = snapshot.write(
        store.home / "snapshots",
        found.questions,
        found.labelled,
        found.evaluation,
        found.gold,
        lambda series_id: store.series.data(found.series[series_id]),
        store.series.lengths(project_id),
        phrases=found.phrases,
        preferences=found.preferences,
        learns=found.learns,
    )
    named = [{"number": one.number, "author_version": one.author_version} for one in found.teaching]
    store.snapshots.add(
        project_id, taken.content_hash, taken.folder, {**taken.manifest, "also_from": named}
    )
    if store.gold.ranges(project_id):
        store.gold.lock(project_id)  # fixed before the first training
    return {
        "recipe": request.recipe,
        "settings": request.settings | base,
        "snapshot": os.path.relpath(taken.folder, job.folder),
        "snapshot_hash": taken.content_hash,
        "also_from": named,
    }
