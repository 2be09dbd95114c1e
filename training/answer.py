"""Answer the asks of a run folder, or a folder of files, with a teacher or a student.

    python -m training.answer --run-dir <home>/runs/<job id>
    python -m training.answer --by rules|MODEL_FOLDER FOLDER

The second form needs neither app nor database; `training.answer_folder` says what it writes.

config.json: {"kind": "label", "teacher": <name in core.teachers.TEACHERS>, "job_id": ...},
{"kind": "label", "batch": <what to ask of models>, ...}, which `training.labelling` does, or
{"kind": "answer", "student": <folder from the run folder>, "author_version": ..., "job_id": ...};
with "looked_at": true it also writes what the student looked at (`training.answer_saliency`).
Started again, it goes on after what is in answers.jsonl and errors.jsonl. torch is loaded only
when the student needs it.
"""

import argparse
import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from core.answers import Answer, AnswerContent, Author
from core.blobs import read_parquet
from core.errors import AppError, JobError
from core.ids import new_id, utc_now
from core.questions.base import Question
from core.series import SeriesData, WindowView, view_window
from core.students.base import Student, Writing, WritingStudent
from core.teachers.base import Ask, Reply, Teacher
from training import door
from training.answer_saliency import keep_saliency
from training.answer_strips import keep_strips
from training.door import Paused, StopFlag, Stopped
from training.eta import Clock
from training.run_folder import RunAsk, RunError, RunFolder, RunStatus

log = logging.getLogger("training.answer")

STUDENT_BATCH = 64
STATUS_EVERY_S = 0.3
STOPPED = 130
"""Exit code after Ctrl-C, as shells have it."""


def work(folder: RunFolder, stop: StopFlag) -> str:
    """Answer all asks that are not answered yet; returns the closing sentence."""
    config = folder.config()
    if "batch" in config:
        from training.label_folder import LabelFolder
        from training.labelling import label

        return label(LabelFolder(folder), stop)
    asks, questions = folder.asks(), folder.questions()
    handled = {answer.item_id for answer in folder.answers()[0]}
    handled |= {error.item_id for error in folder.errors()}
    todo = [ask for ask in asks if ask.item_id not in handled]
    desk = _Desk(folder, questions, len(asks), len(asks) - len(todo), stop)
    if config["kind"] == "label":
        _ask_teacher(desk, todo, config["teacher"], str(config.get("job_id", "")))
    elif config["kind"] == "answer":
        author = Author(kind="student", name="student", version=str(config["author_version"]))
        student_folder = (folder.path / config["student"]).resolve()
        student = _student(student_folder)
        _ask_student(desk, todo, student, author, str(config.get("job_id", "")))
        if config.get("looked_at"):
            for ask in asks:
                keep_saliency(folder, student, desk.question(ask), ask.item_id, desk.view(ask))
    else:
        raise JobError(
            f"a run of kind {config['kind']!r} does not answer anything; "
            "this door takes 'label' and 'answer'"
        )
    n_errors = len(folder.errors())
    without = f"; {n_errors} could not be answered, errors.jsonl says why" if n_errors else ""
    return f"{len(asks) - n_errors} of {len(asks)} answered{without}"


class _Desk:
    """Reads windows, keeps the count, and writes what comes out."""

    def __init__(
        self,
        folder: RunFolder,
        questions: dict[str, Question],
        total: int,
        done: int,
        stop: StopFlag,
    ) -> None:
        self.folder, self.questions, self.total, self.done = folder, questions, total, done
        self.stop = stop
        self._clock = Clock()
        self._reported = 0.0
        self._read: Callable[[Path], SeriesData] = lru_cache(maxsize=8)(read_parquet)
        self.report()

    def view(self, ask: RunAsk) -> WindowView:
        """Cut the ask's window out of its series."""
        path = (self.folder.path / ask.series_path).resolve()
        return view_window(self._read(path), ask.start, ask.stop)

    def question(self, ask: RunAsk) -> Question:
        """Return the ask's question."""
        if ask.question_id not in self.questions:
            raise JobError(
                f"the ask {ask.ask_id} names the question {ask.question_id}, which questions.json "
                "does not hold; start the batch again as a new one"
            )
        return self.questions[ask.question_id]

    def without_answered(self, todo: Sequence[RunAsk], author: Author) -> list[RunAsk]:
        """Leave out what this very author has answered before this run, and count it."""
        left = [ask for ask in todo if author not in ask.answered_by]
        self.done += len(todo) - len(left)
        return left

    def keep(self, answers: Sequence[Answer]) -> None:
        """Write answers and count them."""
        self.folder.append_answers(answers)
        self.done += len(answers)
        self.report()

    def refuse(self, ask: RunAsk, why: str) -> None:
        """Write down why an ask was not answered, and go on."""
        log.warning("ask %s: %s", ask.ask_id, why)
        self.folder.append_error(RunError(ask_id=ask.ask_id, item_id=ask.item_id, message=why))
        self.done += 1
        self.report()

    def report(self, *, now_or_never: bool = False) -> None:
        """Tell how far the batch is, a few times a second at most."""
        eta_s = self._clock.eta_s(self.done, self.total)
        now = time.monotonic()
        due = now - self._reported >= STATUS_EVERY_S
        if not (due or now_or_never or self.done == self.total):
            return
        self._reported = now
        self.folder.write_status(
            RunStatus(
                state="running",
                step=self.done,
                total=self.total,
                fraction=self.done / self.total if self.total else 1.0,
                message=f"{self.done} of {self.total} answered",
                eta_s=eta_s,
            )
        )

    def check_stop(self) -> None:
        """Raise `Stopped` or `Paused` when someone asked for it; called between two items."""
        where = f"after {self.done} of {self.total}; what was answered is kept"
        if self.stop():
            self.report(now_or_never=True)
            raise Stopped(f"stopped {where}")
        if self.folder.pause_asked:
            self.report(now_or_never=True)
            raise Paused(f"paused {where}")


def _ask_teacher(desk: _Desk, todo: Sequence[RunAsk], name: str, job_id: str) -> None:
    teacher = _teacher(name)
    for ask in desk.without_answered(todo, teacher.author):
        desk.check_stop()
        began = time.monotonic()
        try:
            request, reply = _reply(desk, teacher, ask)
        except AppError as error:
            desk.refuse(ask, str(error))
            continue
        except Exception as error:
            # one odd window must not end a batch of thousands; the log keeps the whole trace
            log.exception("ask %s", ask.ask_id)
            desk.refuse(ask, f"the teacher broke on this window ({type(error).__name__}: {error})")
            continue
        desk.keep(
            [
                Answer(
                    id=new_id(),
                    item_id=ask.item_id,
                    author=teacher.author,
                    content=reply.content,
                    created_at=utc_now(),
                    raw_text=reply.raw_text,
                    prompt=request.prompt,
                    option_order=request.option_order,
                    render_hash=_render_hash(request.picture),
                    job_id=job_id,
                    seconds=round(time.monotonic() - began, 4),
                    cost_usd=reply.cost_usd,
                )
            ]
        )


def _reply(desk: _Desk, teacher: Teacher, ask: RunAsk) -> tuple[Ask, Reply]:
    from core.questions import kind_of

    question, view = desk.question(ask), desk.view(ask)
    picture = b""
    if teacher.needs_picture:
        from core.render import render_png

        picture = render_png(view)
    prompt = kind_of(question).prompt(question, view, ask.option_order)
    request = Ask(question, view, prompt, ask.option_order, picture)
    return request, teacher.answer(request)


def _render_hash(picture: bytes) -> str:
    if not picture:
        return ""
    from core.render import render_hash

    return render_hash(picture)


def _teacher(name: str) -> Teacher:
    from core.teachers import TEACHERS

    if name not in TEACHERS:
        raise JobError(
            f"no teacher is called {name!r}; this version has {', '.join(TEACHERS)}: "
            "choose one of them"
        )
    return TEACHERS[name]()


def _student(folder: Path) -> Student:
    from core.students import load_student

    if not folder.is_dir():
        raise JobError(
            f"the model folder {folder} is gone, so its student cannot answer; "
            "train again, or restore the folder from a backup"
        )
    return load_student(folder)


def _ask_student(
    desk: _Desk, todo: Sequence[RunAsk], student: Student, author: Author, job_id: str
) -> None:
    for batch in batches(desk.without_answered(todo, author), STUDENT_BATCH):
        desk.check_stop()
        question = desk.question(batch[0])
        for ask, content, seconds in _student_contents(desk, student, question, batch):
            writing = writing_of(student, question, desk.view(ask))
            keep_strips(desk.folder, student, question, ask.item_id, desk.view(ask))
            desk.keep([student_answer(ask.item_id, author, content, job_id, seconds, writing)])


def _student_contents(
    desk: _Desk, student: Student, question: Question, batch: Sequence[RunAsk]
) -> Iterator[tuple[RunAsk, AnswerContent, float]]:
    """Answer a batch at once; when that is refused, one by one to find the one that cannot be."""
    began = time.monotonic()
    try:
        contents = student.answer(question, [desk.view(ask) for ask in batch])
    except AppError as error:
        if len(batch) == 1:
            desk.refuse(batch[0], str(error))
            return
        for ask in batch:
            desk.check_stop()
            yield from _student_contents(desk, student, question, [ask])
        return
    seconds = (time.monotonic() - began) / len(batch)
    yield from ((ask, content, seconds) for ask, content in zip(batch, contents, strict=True))


def student_answer(
    item_id: str,
    author: Author,
    content: AnswerContent,
    job_id: str,
    seconds: float,
    writing: Writing | None = None,
) -> Answer:
    """Wrap what a student said on an item, with its own words where it writes any."""
    answer = Answer(
        id=new_id(),
        item_id=item_id,
        author=author,
        content=content,
        created_at=utc_now(),
        job_id=job_id,
        seconds=round(seconds, 4),
    )
    if writing is None:
        return answer
    from core.render import render_record

    return answer.model_copy(
        update={
            "raw_text": writing.text,
            "prompt": writing.prompt,
            "render": render_record(writing.render),
            "render_hash": writing.render_hash,
        }
    )


def writing_of(student: object, question: Question, view: WindowView) -> Writing | None:
    """Return what a student wrote on a window that it has just answered; None when it has no words.

    Such a student remembers its latest texts, so nothing is written a second time.
    """
    return student.written(question, view) if isinstance(student, WritingStudent) else None


def batches(asks: Sequence[RunAsk], size: int) -> Iterator[list[RunAsk]]:
    """Cut asks into runs of one question, at most `size` long, keeping their order."""
    for _, same in groupby(asks, key=lambda ask: ask.question_id):
        run = list(same)
        yield from (run[start : start + size] for start in range(0, len(run), size))


def of_folder(arguments: Sequence[str]) -> int:
    """Answer a folder of files as the command line says; returns the exit code."""
    from training import answer_folder

    parser = argparse.ArgumentParser(prog="python -m training.answer", description="Find events.")
    parser.add_argument("--by", required=True, help="'rules', or the folder of a trained student")
    parser.add_argument("--out", type=Path, help="where findings go; FOLDER-findings when left out")
    parser.add_argument("folder", type=Path, help="folder of files to look through, or one file")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(asctime)s %(message)s")
    # being ended by SIGTERM is being stopped by Ctrl-C: both write what was found so far
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        log.info("%s", answer_folder.answer_folder(given.by, given.folder, given.out))
    except answer_folder.Interrupted as stopped:
        log.info("%s", stopped)
        return STOPPED
    except KeyboardInterrupt:
        log.info("stopped before anything was looked at")
        return STOPPED
    except AppError as error:
        log.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    if any(one == "--run-dir" or one.startswith("--run-dir=") for one in sys.argv[1:]):
        sys.exit(door.run(None, __doc__ or "", work))
    sys.exit(of_folder(sys.argv[1:]))
