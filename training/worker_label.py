"""A batch asked of models, as the worker sees it: its folder, and what comes out of it.

The third file of the worker process's composition root: it knows the store.
"""

import os
from typing import Any
from uuid import UUID, uuid5

from core.answers import Answer, AnswerContent
from core.ids import utc_now
from storage import Store
from storage.rows import Job
from storage.selections import SelectionRecord
from storage.settings import LOCAL_ENDPOINTS_ONLY
from training import files
from training.label_folder import LabelFolder
from training.label_records import ModelBatch
from training.material import GoldBook
from training.requests import LabelRequest
from training.run_folder import RunFolder, RunStatus

_SELECTIONS = UUID("6a1f6f0e-6f4b-4c6e-9a55-0a8f6f2f1d11")
"""Namespace of the ids of selections."""


def model_config(store: Store, job: Job, batch: ModelBatch) -> dict[str, Any]:
    """Write what was said before into the run's folder; return what its config holds."""
    folder = LabelFolder(RunFolder(job.folder))
    folder.write_earlier(_earlier(store, job, batch))
    return {
        "teacher": "",
        "exchanges": os.path.relpath(store.home / "exchanges", job.folder),
        "renders": os.path.relpath(store.home / "renders", job.folder),
        "batch": _as_now(store, job.project_id, batch).model_dump(mode="json"),
    }


def refresh(store: Store, job: Job) -> None:
    """Bring the config of a batch up to what people set since: the budget, and who may be asked.

    Raises:
        ConfigError: when an endpoint is not on this machine and the project asks no other.
    """
    batch = LabelRequest.read(job.params).models
    if batch is None:
        return
    folder = RunFolder(job.folder)
    now = _as_now(store, job.project_id, batch).model_dump(mode="json")
    files.write_json(job.folder / "config.json", {**folder.config(), "batch": now})


def _as_now(store: Store, project_id: str, batch: ModelBatch) -> ModelBatch:
    local_only = bool(store.settings.get(project_id, LOCAL_ENDPOINTS_ONLY, False))
    batch.check_local(local_only)
    return batch.model_copy(update={"local_only": local_only})


def people_said(store: Store, job: Job) -> dict[str, AnswerContent]:
    """Return what people said of items outside gold: gold answers reach nothing that learns."""
    gold = GoldBook(store.gold.ranges(job.project_id))
    labels = store.corrections.current(job.project_id)
    return {
        item.id: label.content
        for item in store.items.list(job.project_id)
        if (label := labels.get(item.id)) is not None
        and label.content is not None
        and gold.may_learn(item)
    }


def progress(status: RunStatus) -> dict[str, Any]:
    """Return what the job's row says of a batch asked of models; nothing for other runs."""
    if not status.counts and status.cost_usd is None:
        return {}
    n_failed = sum(n for key, n in status.counts.items() if key.startswith("failed_"))
    return {"counts": status.counts, "cost_usd": status.cost_usd, "errors": n_failed}


def _earlier(store: Store, job: Job, batch: ModelBatch) -> list[Answer]:
    request = LabelRequest.read(job.params)
    items = {item.id: item for item in store.items.list(job.project_id)}
    wanted = [one for one in dict.fromkeys(request.item_ids) if one in items]
    questions = {one: store.questions.get(one) for one in {items[i].question_id for i in wanted}}
    authors = [author for question in questions.values() for author in batch.authors(question)]
    said = store.answers.for_items(job.project_id, wanted)
    return [
        answer
        for item_id in wanted
        for answer in said[item_id]
        if answer.author in authors and answer.sample < batch.samples
    ]


def take_failures(store: Store, job: Job, offset: int) -> int:
    """Store the failures a batch wrote since the last look; return where to go on."""
    failed, after = LabelFolder(RunFolder(job.folder)).failures(offset)
    if failed:
        store.failures.add_many(job.project_id, failed)
    return after


def finish(store: Store, job: Job) -> None:
    """Store what a batch chose, and what it learned of its endpoints."""
    folder = LabelFolder(RunFolder(job.folder))
    now = utc_now()
    store.selections.add_many(
        job.project_id,
        [
            SelectionRecord(
                # The same choice has the same id: a worker that died in between repeats itself.
                id=str(uuid5(_SELECTIONS, f"{job.id} {one.item_id}")),
                item_id=one.item_id,
                job_id=job.id,
                chosen_answer_id=one.chosen,
                body=one.model_dump(mode="json"),
                created_at=now,
            )
            for one in folder.selections()
        ],
    )
    for one in folder.learned():
        facts = one.model_dump(exclude={"endpoint_id", "n"}, exclude_none=True)
        store.teachers.remember(job.project_id, one.endpoint_id, **facts)
