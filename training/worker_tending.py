"""How the worker tends one job: starts its run, carries its results over, decides how it ended.

A part of the worker, which knows the store. Every step can be done twice without harm, because the
worker may die after any of them and the next one begins with the same run folder.
"""

import logging
import time
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from core.answers import Answer
from core.errors import AppError, JobError
from core.ids import utc_now
from core.job_states import JobState, tries
from storage import Store
from storage.rows import Job, JobKind
from training import devices, healing, launcher, worker_label
from training import screen as screening
from training.devices import Device, DeviceKind
from training.healing import Policy
from training.recipes import ANY_DEVICE, RECIPES
from training.requests import AnswerRequest, TrainRequest
from training.run_folder import Healed, RunFolder
from training.status import Verdict
from training.tending import Tended
from training.worker_prepare import prepare
from training.worker_results import finish_training

log = logging.getLogger("training.worker")

PROGRESS_EVERY_S = 0.4
IMPORT_CHUNK = 500


@dataclass
class Slot:
    """A job in work; without a run it waits for other jobs to end.

    `read` is how far the lines of a screening, or of a batch's failures, were taken over. `note`
    says that the run went on by itself, and `failing` why it is being ended by force.
    """

    job: Job
    run: Tended | None = None
    progress: dict[str, Any] = field(default_factory=dict)
    message: str = ""
    reported: float = 0.0
    read: int = 0
    note: str = ""
    failing: str = ""


class Attendant:
    """Tends the jobs of a store by a policy."""

    def __init__(self, store: Store, doors: Mapping[JobKind, str], policy: Policy) -> None:
        self._store, self._doors, self._policy = store, doors, policy

    def slot(self, job: Job) -> Slot:
        """Take a job into work: a run that lives or has ended is taken as it is."""
        events = self._store.jobs.events(job.id)
        queued = [event for event in events if event.after == "queued"]
        note = queued[-1].cause if queued and queued[-1].trouble else ""
        return Slot(job, note=note)

    def adopted(self, job: Job) -> Slot:
        """Take over a job of a worker that died: its run may live, or have ended since."""
        slot, folder = self.slot(job), RunFolder(job.folder)
        if folder.status() is not None:
            slot.run = Tended(folder)
        return slot

    def tend(self, slot: Slot, busy: Set[str]) -> bool:
        """Look at a job once; False when it has ended or rests.

        Args:
            busy: devices that other runs compute on.
        """
        slot.job = self._store.jobs.get(slot.job.id)
        if slot.run is None:
            return self._start_when_ready(slot, busy)
        if slot.failing or slot.job.stop_requested:
            slot.run.stop()
        elif slot.job.pause_requested:
            slot.run.pause()
        verdict = self._verdict(slot)
        if not slot.failing:
            self._import_answers(slot)  # after the verdict: an ended run says nothing more
            self._report(slot, verdict)
        if not verdict.ended or not slot.run.closed():
            return True
        return self._ended(slot, verdict)

    def fail(self, slot: Slot, why: str) -> bool:
        """End a job for an error of the worker's own; True while its run has to be ended first."""
        alive = slot.run is not None and launcher.is_alive(slot.run.folder)
        if slot.run is not None and alive and not slot.failing:
            slot.failing = why
            slot.run.stop()
            return True
        if slot.run is not None:  # it does not even let itself be ended in good order
            launcher.clear(slot.run.folder)
        self._end(slot, "failed", slot.failing or why)
        return False

    # -- starting

    def _start_when_ready(self, slot: Slot, busy: Set[str]) -> bool:
        job, folder = slot.job, RunFolder(slot.job.folder)
        if job.stop_requested or job.pause_requested:
            word: JobState = "stopped" if job.stop_requested else "paused"
            self._end(slot, word, f"{word} before it started")
            return False
        if waits := self._waits(job):
            self._say(slot, waits)
            return True
        if folder.status() is not None and launcher.is_alive(folder):
            slot.run = Tended(folder)  # it was given up, and lives all the same
            return True
        device = _device(job, busy, self._usable(job))
        if device is None:
            self._say(slot, "waits for a device that no other run computes on")
            return True
        if not (job.folder / "config.json").exists():
            prepare(self._store, job)
        elif job.kind == "label":
            worker_label.refresh(self._store, job)
        slot.run = Tended.start(folder, self._doors[job.kind], _variables(job, device))
        self._store.jobs.update(
            job.id,
            pid=slot.run.pid,
            device=device.name,
            started_at=utc_now(),
            message=_with_note("starting", slot.note),
        )
        log.info("started %s as %s on %s", job.title, slot.run.pid, device.name)
        return True

    def _usable(self, job: Job) -> Set[DeviceKind]:
        """Return the kinds of devices that a job's run can compute on."""
        if job.kind == "train":
            recipe = RECIPES.get(TrainRequest.read(job.params).recipe)
            return {"cpu"} if recipe is None else recipe.devices
        if job.kind == "answer":
            version = self._store.versions.get(AnswerRequest.read(job.params).version_id)
            return ANY_DEVICE if version.student == "vlm" else {"cpu"}
        return {"cpu"}

    def _waits(self, job: Job) -> str:
        """Return what a job waits for; empty when it can start."""
        if job.kind != "train":
            return ""
        request = TrainRequest.read(job.params)
        before = [self._store.jobs.get(job_id) for job_id in request.after]
        waiting = [job.title for job in before if not job.ended]
        return f"waits for “{waiting[0]}”" if waiting else ""

    def _say(self, slot: Slot, message: str) -> None:
        if slot.message != message:
            slot.message = message
            self._store.jobs.update(slot.job.id, message=message)

    # -- at work

    def _verdict(self, slot: Slot) -> Verdict:
        assert slot.run is not None
        verdict = slot.run.verdict()
        if verdict.state != "stopped" or slot.job.stop_requested or slot.failing:
            return verdict
        # a shutdown tells every process to end, and a run then says that it stopped
        cause = f"the process was told to end, and not from here: {verdict.cause}"
        return Verdict("lost", cause, "crash", verdict.checkpoint)

    def _import_answers(self, slot: Slot) -> None:
        assert slot.run is not None
        job = slot.job
        if job.kind == "screen":
            screened, after = screening.read_screened(job.folder, slot.read)
            if screened:
                self._store.detections.add_many(job.project_id, job.id, screened)
            slot.read = after
            return
        slot.run.take_answers(lambda answers: self._store_answers(job, answers))
        if job.kind == "label":
            slot.read = worker_label.take_failures(self._store, job, slot.read)

    def _store_answers(self, job: Job, answers: Sequence[Answer]) -> None:
        for start in range(0, len(answers), IMPORT_CHUNK):
            self._store.answers.add_many(job.project_id, answers[start : start + IMPORT_CHUNK])

    def _report(self, slot: Slot, verdict: Verdict) -> None:
        """Cache the run's progress in the job's row, a few times a second at most."""
        assert slot.run is not None
        status, final = slot.run.status(), verdict.ended
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
        said = status.message
        if not final:
            said = verdict.cause or _with_note(said, slot.note)
        if final or (progress, said) != (slot.progress, slot.message):
            slot.progress, slot.message = progress, said
            self._store.jobs.update(slot.job.id, progress=progress, message=said)

    # -- ending

    def _ended(self, slot: Slot, verdict: Verdict) -> bool:
        """Store what came out of a run that has ended; True when it goes on by itself."""
        if slot.failing:
            self._end(slot, "failed", slot.failing)
            return False
        if slot.job.kind == "label":
            worker_label.finish(self._store, slot.job)
        if self._heals(slot, verdict):
            return False
        message = verdict.cause or slot.message
        if verdict.state == "done" and slot.job.kind == "train":
            try:
                message = finish_training(self._store, slot.job)
            except AppError as error:
                message = f"{message}; it is not compared with its teacher yet: {error}"
        self._end(slot, verdict.state, self._last_words(slot, verdict, message))
        return False

    def _heals(self, slot: Slot, verdict: Verdict) -> bool:
        """Queue a broken run again when the policy says so."""
        if not verdict.trouble or slot.job.stop_requested:
            return False
        folder = RunFolder(slot.job.folder)
        tried = tries(self._store.jobs.events(slot.job.id))
        settings = folder.config().get("settings", {})
        found = healing.remedy(verdict, settings, tried, self._policy)
        if found is None:
            return False
        folder.heal(
            Healed(
                at=time.time(),
                trouble=found.trouble,
                cause=verdict.cause,
                said=found.said,
                settings=dict(found.settings),
            )
        )
        self._store.jobs.go_on_by_itself(
            slot.job.id, verdict.state, verdict.cause, found.trouble, found.said
        )
        log.info("%s: %s; %s", slot.job.title, verdict.cause, found.said)
        return True

    def _last_words(self, slot: Slot, verdict: Verdict, message: str) -> str:
        if not verdict.trouble:
            return message
        return healing.given_up(verdict, tries(self._store.jobs.events(slot.job.id)))

    def _end(self, slot: Slot, state: JobState, message: str) -> None:
        self._store.jobs.update(slot.job.id, state=state, message=message)
        log.info("%s: %s %s", slot.job.title, state, message)


def _with_note(said: str, note: str) -> str:
    return f"{said}; {note}" if note else said


def _variables(job: Job, device: Device) -> Mapping[str, str]:
    """Return the environment of a job's run: its own device, and the hub where that was agreed."""
    fetches = job.kind == "train" and TrainRequest.read(job.params).may_fetch
    return {**devices.variables(device), **(launcher.ONLINE if fetches else {})}


def _device(job: Job, busy: Set[str], usable: Set[DeviceKind]) -> Device | None:
    """Choose where a job's run computes; None while all that it can use are taken.

    Raises:
        JobError: when this machine has no device that it can use.
    """
    found = devices.devices() if "cuda" in usable else [devices.cpu()]
    if not any(one.kind in usable for one in found):
        raise JobError(
            f"the run needs a device of kind {' or '.join(sorted(usable))} and this machine has "
            f"{', '.join(one.name for one in found)}; choose another recipe, or another machine"
        )
    return devices.choose(found, usable, busy - {devices.CPU})
