"""The run folder: the interface between the app and a training process.

It survives a crash of either side and can be read with a pager. Knows files, not jobs or stores.

    config.json      the resolved request; "kind" is label, train or answer
    process.json     the process that was started for it: id and start time
    status.json      what the process last said of itself (written atomically)
    metrics.jsonl    one line per report of training
    log.txt          all the process printed
    questions.json, asks.jsonl       what to answer (label, answer)
    answers.jsonl, errors.jsonl      what came out, one line each, flushed
    checkpoints/, model/, baselines/ what training keeps
    noise.json       what a training found out of its labels (core/noise/report.py)
    run.json         what a training is: snapshot, settings, seed, versions (training/identity.py)
    healed.jsonl     how it went on by itself after it broke, one line each time
    stop, pause      there when someone asked the run to stop, or to pause
    run.lock         held by the process that is at work here
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from core.answers import Answer, AnswerContent, Author
from core.errors import JobError
from core.job_states import Trouble
from core.model import Frozen
from core.questions.base import Question
from training import files
from training.locks import FileLock

ProcessState = Literal["starting", "running", "paused", "done", "failed", "stopped"]


class RunStatus(Frozen):
    """What the process of a run last said of itself.

    `step` of `total` counts within `stage`; `fraction` in [0, 1] is over the whole run.
    `checkpoint` is the last step of the stage that was saved, None when there is none.
    `counts` and `cost_usd` tell of a batch asked of models; a cost that is not known is None.
    `trouble` says of a failed run what the written policy may answer.
    """

    state: ProcessState
    stage: str = ""
    step: int = 0
    total: int = 0
    checkpoint: int | None = None
    fraction: float = 0.0
    message: str = ""
    eta_s: float | None = None
    counts: dict[str, int] = Field(default_factory=dict)
    cost_usd: float | None = None
    trouble: Trouble = ""
    updated_at: float = 0.0


class ProcessRecord(Frozen):
    """Which process was started for a run; the start time tells a recycled id apart.

    `memory_kills` is how many processes the system had killed for memory until then.
    """

    pid: int
    started: float
    memory_kills: int = 0


class Healed(Frozen):
    """How a run that broke went on by itself, and with which settings changed."""

    at: float
    trouble: Trouble
    cause: str
    said: str
    settings: dict[str, Any] = Field(default_factory=dict)


class RunAsk(Frozen):
    """One thing to answer: a window of a series, by the path of its file from the run folder.

    `answered_by` names who has answered it before: nobody is asked the same twice. `units` holds
    one per channel, empty where unknown. `trusted` is what people said of it, never of gold: by it
    one of several answers is chosen.
    """

    ask_id: str
    item_id: str
    question_id: str
    series_path: str
    start: int
    stop: int
    option_order: tuple[str, ...] = ()
    answered_by: tuple[Author, ...] = ()
    units: tuple[str, ...] = ()
    trusted: AnswerContent | None = None


class RunError(Frozen):
    """An ask that could not be answered, and why."""

    ask_id: str
    item_id: str
    message: str


@dataclass(frozen=True)
class RunFolder:
    """Reads and writes the files of one run."""

    path: Path

    @classmethod
    def create(cls, path: Path, config: Mapping[str, Any]) -> "RunFolder":
        """Make the folder (or take the one that is there) and write its resolved config."""
        path.mkdir(parents=True, exist_ok=True)
        folder = cls(path)
        files.write_json(path / "config.json", dict(config))
        return folder

    # -- the request

    def config(self) -> dict[str, Any]:
        """Return the resolved config."""
        return files.read_json(self.path / "config.json")

    def write_asks(self, questions: Iterable[Question], asks: Iterable[RunAsk]) -> None:
        """Write what a label or answer run has to answer, in the order of answering."""
        dumped = [question.model_dump(mode="json") for question in questions]
        files.write_json(self.path / "questions.json", dumped)
        lines = "".join(f"{ask.model_dump_json()}\n" for ask in asks)
        files.write_atomically(self.path / "asks.jsonl", lines)

    def questions(self) -> dict[str, Question]:
        """Return the questions of the run by id."""
        read = [Question.model_validate(q) for q in files.read_json(self.path / "questions.json")]
        return {question.id: question for question in read}

    def asks(self) -> list[RunAsk]:
        """Return what has to be answered, in order."""
        lines, _ = files.read_lines(self.path / "asks.jsonl")
        return [RunAsk.model_validate_json(line) for line in lines]

    # -- what the process says

    def write_status(self, status: RunStatus) -> None:
        """Replace the status, stamped with the time."""
        stamped = status.model_copy(update={"updated_at": time.time()})
        files.write_atomically(self.path / "status.json", stamped.model_dump_json() + "\n")

    def status(self) -> RunStatus | None:
        """Return the last status; None before the run was ever started."""
        if not (self.path / "status.json").exists():
            return None
        return RunStatus.model_validate(files.read_json(self.path / "status.json"))

    def heal(self, healed: Healed) -> None:
        """Change the settings as a remedy says, and note it here and in the log."""
        config = self.config()
        if healed.settings:
            settings = {**config.get("settings", {}), **healed.settings}
            files.write_json(self.path / "config.json", {**config, "settings": settings})
        files.append_lines(self.path / "healed.jsonl", [healed.model_dump_json()])
        files.append_lines(self.log_path, [f"{healed.cause}", f"{healed.said}"])

    def healed(self) -> list[Healed]:
        """Return how the run went on by itself, the oldest first."""
        lines, _ = files.read_lines(self.path / "healed.jsonl")
        return [Healed.model_validate_json(line) for line in lines]

    def append_metrics(self, record: Mapping[str, Any]) -> None:
        """Add one line of numbers."""
        files.append_records(self.path / "metrics.jsonl", [record])

    def metrics(self) -> list[dict[str, Any]]:
        """Return all lines of numbers so far."""
        return files.read_records(self.path / "metrics.jsonl")[0]

    def append_answers(self, answers: Iterable[Answer]) -> None:
        """Add answers and flush them."""
        lines = [answer.model_dump_json() for answer in answers]
        files.append_lines(self.path / "answers.jsonl", lines)

    def answers(self, offset: int = 0) -> tuple[list[Answer], int]:
        """Return the answers from a byte offset on, and the offset to go on from."""
        lines, after = files.read_lines(self.path / "answers.jsonl", offset)
        return [Answer.model_validate_json(line) for line in lines], after

    def append_error(self, error: RunError) -> None:
        """Add an ask that could not be answered."""
        files.append_lines(self.path / "errors.jsonl", [error.model_dump_json()])

    def errors(self) -> list[RunError]:
        """Return the asks that could not be answered so far."""
        lines, _ = files.read_lines(self.path / "errors.jsonl")
        return [RunError.model_validate_json(line) for line in lines]

    def log_tail(self, n_lines: int = 30) -> str:
        """Return the last lines of the log; empty before there is one."""
        if not self.log_path.exists():
            return ""
        with self.log_path.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - 200 * n_lines))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-n_lines:])

    # -- places

    @property
    def log_path(self) -> Path:
        """What the process printed."""
        return self.path / "log.txt"

    @property
    def checkpoints(self) -> Path:
        """Where recipes keep what they resume from."""
        return self.path / "checkpoints"

    @property
    def model(self) -> Path:
        """The trained student."""
        return self.path / "model"

    @property
    def lock(self) -> FileLock:
        """A fresh handle on the lock that the process at work here holds."""
        return FileLock(self.path / "run.lock")

    # -- starting and stopping

    def begin(self) -> None:
        """Forget the end of an earlier execution, just before a process is started."""
        (self.path / "stop").unlink(missing_ok=True)
        (self.path / "pause").unlink(missing_ok=True)
        (self.path / "process.json").unlink(missing_ok=True)
        before = self.status() or RunStatus(state="starting")
        self.write_status(
            RunStatus(
                state="starting",
                message="starting",
                stage=before.stage,
                checkpoint=before.checkpoint,
                counts=before.counts,
                cost_usd=before.cost_usd,
            )
        )

    def write_process(self, record: ProcessRecord) -> None:
        """Note the process that was started."""
        files.write_json(self.path / "process.json", record.model_dump())

    def process(self) -> ProcessRecord | None:
        """Return the process that was started last; None before there was one."""
        if not (self.path / "process.json").exists():
            return None
        return ProcessRecord.model_validate(files.read_json(self.path / "process.json"))

    def ask_to_stop(self) -> None:
        """Leave the word for the process to stop at its next safe point."""
        (self.path / "stop").touch()

    @property
    def stop_asked(self) -> bool:
        """Whether someone asked the run to stop."""
        return (self.path / "stop").exists()

    def ask_to_pause(self) -> None:
        """Leave the word for the process to pause at its next safe point."""
        (self.path / "pause").touch()

    @property
    def pause_asked(self) -> bool:
        """Whether someone asked the run to pause."""
        return (self.path / "pause").exists()


def open_run(path: Path) -> RunFolder:
    """Open the folder of a run; raises JobError when it is no run folder."""
    if not (path / "config.json").exists():
        raise JobError(
            f"{path} holds no config.json, so it is no run folder; give the folder of a run, or "
            "start the job again as a new one"
        )
    return RunFolder(path)
