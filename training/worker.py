"""Serve the queue of a data folder: one worker per folder, one process per run.

    python -m training.worker --home ~/.understudy

A composition root: the one file here that knows the store. It writes a run's folder from the job
and the store, starts the run, carries its answers and its progress into the database, and decides
how it ended. SIGTERM ends the worker alone: its runs go on, and the next worker adopts them.
"""

import argparse
import logging
import os
import signal
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from core.answers import GENERATOR, Answer, AnswerContent, Author
from core.errors import AppError, JobError, StoreError
from core.ids import new_id, utc_now
from core.lineage import digests
from core.opinions import disputed
from core.questions.base import Question
from core.questions.pattern import option_order
from core.series import view_window
from storage import Store, open_store
from storage.gold_labels import counted_labels
from storage.rows import Job, JobKind, ModelVersion
from training import screen as screening
from training import snapshot, worker_label
from training.launcher import WORKER_LOCK
from training.locks import FileLock
from training.material import GoldBook, also_from, choose, marked, truths
from training.phrases import choose_phrases
from training.requests import (
    CHOSEN_DETECTOR,
    AnswerRequest,
    LabelRequest,
    ScreenRequest,
    TrainRequest,
)
from training.run_folder import RunAsk, RunFolder
from training.tending import Tended
from training.versions import as_learned, asked_now, one_per_window

if TYPE_CHECKING:
    from core.chooser import Known
    from core.evaluate import GoldItem

log = logging.getLogger("training.worker")

LANES: tuple[tuple[JobKind, ...], ...] = (("label", "answer"), ("train",), ("bench", "screen"))
"""One job of each lane at a time, so that a long training holds up no batch of answers."""
DOORS: dict[JobKind, str] = {
    "label": "training.answer",
    "answer": "training.answer",
    "train": "training",
    "bench": "training.bench",
    "screen": "training.screen",
}
POLL_S = 0.2
BEAT_S = 2.0
LEASE_S = 8.0
PROGRESS_EVERY_S = 0.4
IDLE_EXIT_S = 30 * 60.0
IMPORT_CHUNK = 500


@dataclass
class Slot:
    """A job in work; without a run it waits for other jobs to end.

    `read` is how far the lines of a screening, or of a batch's failures, were taken over.
    """

    job: Job
    run: Tended | None = None
    progress: dict[str, Any] = field(default_factory=dict)
    message: str = ""
    reported: float = 0.0
    read: int = 0


class Worker:
    """Claims jobs, tends their runs, and keeps the database in step with the run folders."""

    def __init__(self, store: Store, doors: Mapping[JobKind, str] = DOORS) -> None:
        self._store = store
        self._doors = doors
        self._id = new_id()
        self._slots: list[Slot] = []
        self._beat = 0.0

    @property
    def busy(self) -> bool:
        """Whether a job is in work."""
        return bool(self._slots)

    def step(self) -> None:
        """Look once at everything: a sign of life, the runs, the queue."""
        if time.monotonic() - self._beat > BEAT_S:
            self._beat = time.monotonic()
            self._store.jobs.beat(self._id, os.getpid())
            for slot in self._slots:
                self._store.jobs.renew(slot.job.id, self._id, LEASE_S)
            self._adopt()
        for slot in list(self._slots):
            self._guarded(slot)
        for lane in LANES:
            if not any(slot.job.kind in lane for slot in self._slots):
                job = self._store.jobs.claim(self._id, LEASE_S, lane)
                if job is not None:
                    self._slots.append(Slot(job))
                    self._guarded(self._slots[-1])

    def leave(self) -> None:
        """Sign off; runs in work go on and wait for the next worker."""
        self._store.jobs.sign_off(self._id)

    def _adopt(self) -> None:
        """Take over the jobs of a worker that died: their runs may live, or have ended since."""
        for job in self._store.jobs.expired():
            mine = any(slot.job.id == job.id for slot in self._slots)
            taken = None if mine else self._store.jobs.take_over(job.id, self._id, LEASE_S)
            if taken is None:
                continue
            folder = RunFolder(taken.folder)
            started = folder.status() is not None
            self._slots.append(Slot(taken, Tended(folder) if started else None))
            log.info("took over %s", taken.title)

    def _guarded(self, slot: Slot) -> None:
        """Tend a slot; an error ends that job alone, with its text as the cause."""
        try:
            self._tend(slot)
        except AppError as error:
            log.warning("%s: %s", slot.job.title, error)
            self._end(slot, "failed", str(error))
        except Exception as error:
            log.exception("%s", slot.job.title)
            self._end(slot, "failed", f"{type(error).__name__}: {error}; worker.log has the trace")

    def _tend(self, slot: Slot) -> None:
        slot.job = self._store.jobs.get(slot.job.id)
        if slot.run is None:
            self._start_when_ready(slot)
            return
        if slot.job.stop_requested:
            slot.run.stop()
        elif slot.job.pause_requested:
            slot.run.pause()
        verdict = slot.run.verdict()
        self._import_answers(slot)  # after the verdict: a run that has ended says nothing more
        self._report(slot, final=verdict.ended)
        if not verdict.ended:
            return
        message = verdict.cause or slot.message
        if verdict.state == "done" and slot.job.kind == "train":
            try:
                message = finish_training(self._store, slot.job)
            except AppError as error:
                message = f"{message}; it is not compared with its teacher yet: {error}"
        if slot.job.kind == "label":
            worker_label.finish(self._store, slot.job)
        self._end(slot, verdict.state, message)

    def _start_when_ready(self, slot: Slot) -> None:
        job = slot.job
        if job.stop_requested:
            self._end(slot, "stopped", "stopped before it started")
            return
        if job.pause_requested:
            self._end(slot, "paused", "paused before it started")
            return
        if self._waits(slot):
            return
        folder = RunFolder(job.folder)
        if not (job.folder / "config.json").exists():
            prepare(self._store, job)
        elif job.kind == "label":
            worker_label.refresh(self._store, job)
        slot.run = Tended.start(folder, self._doors[job.kind])
        self._store.jobs.update(job.id, pid=slot.run.pid, started_at=utc_now(), message="starting")
        log.info("started %s as %s", job.title, slot.run.pid)

    def _waits(self, slot: Slot) -> bool:
        if slot.job.kind != "train":
            return False
        request = TrainRequest.read(slot.job.params)
        before = [self._store.jobs.get(job_id) for job_id in request.after]
        waiting = [job.title for job in before if not job.ended]
        message = f"waits for “{waiting[0]}”" if waiting else ""
        if waiting and slot.message != message:
            slot.message = message
            self._store.jobs.update(slot.job.id, message=message)
        return bool(waiting)

    def _import_answers(self, slot: Slot) -> None:
        assert slot.run is not None
        if slot.job.kind == "screen":
            screened, slot.read = screening.read_screened(slot.job.folder, slot.read)
            if screened:
                self._store.detections.add_many(slot.job.project_id, slot.job.id, screened)
            return
        answers = slot.run.new_answers()
        for start in range(0, len(answers), IMPORT_CHUNK):
            self._store.answers.add_many(slot.job.project_id, answers[start : start + IMPORT_CHUNK])
        if slot.job.kind == "label":
            slot.read = worker_label.take_failures(self._store, slot.job, slot.read)

    def _report(self, slot: Slot, final: bool) -> None:
        """Cache the run's progress in the job's row, a few times a second at most."""
        assert slot.run is not None
        status = slot.run.status()
        if status is None or (not final and time.monotonic() - slot.reported < PROGRESS_EVERY_S):
            return
        slot.reported = time.monotonic()
        progress: dict[str, Any] = {
            "stage": status.stage,
            "step": status.step,
            "total": status.total,
            "fraction": round(status.fraction, 4),
            "eta_s": None if final or status.eta_s is None else round(status.eta_s, 1),
            "errors": len(slot.run.folder.errors()),
            **worker_label.progress(status),
        }
        if final or (progress, status.message) != (slot.progress, slot.message):
            slot.progress, slot.message = progress, status.message
            self._store.jobs.update(slot.job.id, progress=progress, message=status.message)

    def _end(self, slot: Slot, state: Any, message: str) -> None:
        if slot.run is not None and not slot.run.verdict().ended:
            slot.run.stop()
        self._slots.remove(slot)
        self._store.jobs.update(slot.job.id, state=state, message=message)
        log.info("%s: %s %s", slot.job.title, state, message)


# -- writing the folder of a run


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


# -- after a training


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
        student="series",
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
    questions = [store.questions.get(one) for one in summary["questions"]]
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


def serve(home: Path, idle_exit_s: float = IDLE_EXIT_S) -> int:
    """Serve the queue until SIGTERM, or until nothing was to do for `idle_exit_s` seconds."""
    lock = FileLock(home / WORKER_LOCK)
    if not lock.acquire(wait_s=0.5):
        log.info("another worker serves %s", home)
        return 0
    ending: list[int] = []

    def on_signal(number: int, _frame: FrameType | None) -> None:
        ending.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    worker = Worker(open_store(home))
    log.info("worker %s serves %s", os.getpid(), home)
    last_busy = time.monotonic()
    try:
        while not ending and time.monotonic() - last_busy < idle_exit_s:
            if not lock.path.exists():
                log.info("the data folder was removed or replaced")
                break
            try:
                worker.step()
            except StoreError as error:
                log.warning("%s", error)  # a locked database, say: the next look may do
            if worker.busy:
                last_busy = time.monotonic()
            time.sleep(POLL_S)
        else:
            worker.leave()
    finally:
        lock.release()
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the data folder")
    parser.add_argument("--idle-exit-s", type=float, default=IDLE_EXIT_S)
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(asctime)s %(message)s")
    return serve(given.home.expanduser().absolute(), given.idle_exit_s)


if __name__ == "__main__":
    sys.exit(main())
