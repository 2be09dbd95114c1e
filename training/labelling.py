"""Ask models about the windows of a run folder, many at a time, and lose no answer.

Set-up: `label` reads the folder and what was answered before. Loop: `_feed` draws pictures ahead
of the asking, `_ask` takes them, one task per request that may be under way; `_watch` notices the
word to stop or pause and tells how far it is. Nothing but a bounded queue of drawn windows is held.

An exchange is on the disk before its answer is, and an answer before it is counted, so a process
that is killed asks nothing again that had come back. Pausing and stopping let requests under way
come back, since they are paid for.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import lru_cache

from core.answers import Answer, Author, FailedAnswer
from core.blobs import read_parquet
from core.errors import AppError, JobError
from core.ids import new_id, utc_now
from core.questions.base import Question
from core.questions.prompts import prompt_version
from core.render import render_overview, render_png, render_record
from core.series import SeriesData, WindowView, view_window
from core.shown import Shown
from core.teachers import visual
from core.teachers.exchange import AskFailed
from training.door import Paused, StopFlag, Stopped
from training.label_clients import Clients
from training.label_folder import LabelFolder
from training.label_records import BatchTeacher, ModelBatch, Unit
from training.label_status import Tally
from training.pictures import key_of
from training.run_folder import RunAsk

log = logging.getLogger("training.labelling")

AHEAD = 2
"""Drawn windows that wait for each request that may be under way."""
LOOK_S = 0.2
LAST_ANSWERS_S = {"stop": 20.0, "pause": 300.0}
"""How long requests under way may take to come back after the word to stop, or to pause."""


@dataclass(frozen=True, eq=False)
class _Drawn:
    """A window ready to be asked about: one teacher, one sample."""

    unit: Unit
    teacher: BatchTeacher
    ask: RunAsk
    visual: visual.VisualAsk


def label(folder: LabelFolder, stop: StopFlag) -> str:
    """Ask everything that is not answered yet; returns the closing sentence.

    Raises:
        Paused: at the budget, or when an endpoint can answer nothing any more; what was answered
            is kept, and the run goes on where it was.
        Stopped: when someone asked for it.
    """
    return asyncio.run(_run(folder, stop))


async def _run(folder: LabelFolder, stop: StopFlag) -> str:
    batch = _Batch(folder, stop)
    try:
        return await batch.run()
    finally:
        await batch.clients.close()


class _Batch:
    def __init__(self, folder: LabelFolder, stop: StopFlag) -> None:
        self.folder, self.stop = folder, stop
        self.config: ModelBatch = folder.batch()
        self.pictures = folder.pictures
        self.asks, self.questions = folder.run.asks(), folder.run.questions()
        done = folder.done()
        self.todo = [unit for unit in self._units() if unit[0] not in done]
        total = len(self.asks) * len(self.config.teachers) * self.config.samples
        self.tally = Tally(folder, total=total, done=total - len(self.todo))
        self.clients = Clients(folder, self.config, self.tally)
        self.why_not = ""
        self._halt = asyncio.Event()
        self._read = lru_cache(maxsize=8)(read_parquet)
        self._queues: dict[str, asyncio.Queue[_Drawn | None]] = {
            one.endpoint.id: asyncio.Queue(AHEAD * one.endpoint.concurrency)
            for one in self.config.teachers
        }

    async def run(self) -> str:
        """Ask, then choose between answers where an item got several."""
        self.tally.report()
        workers = [
            asyncio.create_task(self._ask(self._queues[one.endpoint.id]))
            for one in self.config.teachers
            for _ in range(one.endpoint.concurrency)
        ]
        feed, watch = asyncio.create_task(self._feed()), asyncio.create_task(self._watch())
        try:
            await self._until_done_or_halted({feed, *workers})
        finally:
            for task in (feed, watch, *workers):
                task.cancel()
            await asyncio.gather(feed, watch, *workers, return_exceptions=True)
            self.tally.report(now=True)
        self._raise_why()
        if self.config.several:
            await self._choose()
        return self.tally.closing()

    async def _until_done_or_halted(self, tasks: "set[asyncio.Task[None]]") -> None:
        """Wait for all tasks; once the batch is to halt, only for requests under way."""
        halted = asyncio.create_task(self._halt.wait())
        try:
            while tasks and not self._halt.is_set():
                done, _ = await asyncio.wait({*tasks, halted}, return_when=asyncio.FIRST_COMPLETED)
                for task in done & tasks:
                    task.result()  # a bug in one of them ends the batch, visibly
                tasks = tasks - done
        finally:
            halted.cancel()
        halted_at = time.monotonic()
        while self.tally.n_under_way:
            grace_s = LAST_ANSWERS_S["stop" if self.stop() else "pause"]
            if time.monotonic() - halted_at > grace_s:
                return
            await asyncio.sleep(LOOK_S)

    async def _choose(self) -> None:
        from training.label_choice import candidates, choose

        found = candidates(self.folder, self.asks, self.question)
        judge = None if self.config.judge is None else self.clients.of(self.config.judge)
        await choose(self.folder, self.config, found, self.view, judge, self.stop)

    def _units(self) -> list[tuple[Unit, BatchTeacher, RunAsk]]:
        return [
            ((ask.item_id, self.config.author(one, self.question(ask)), sample), one, ask)
            for ask in self.asks
            for one in self.config.teachers
            for sample in range(self.config.samples)
        ]

    def question(self, ask: RunAsk) -> Question:
        """Return the ask's question."""
        if ask.question_id not in self.questions:
            raise JobError(
                f"the ask {ask.ask_id} names the question {ask.question_id}, which questions.json "
                "does not hold; start the batch again as a new one"
            )
        return self.questions[ask.question_id]

    def series(self, ask: RunAsk) -> SeriesData:
        """Read the ask's series; the last few are kept."""
        return self._read((self.folder.path / ask.series_path).resolve())

    def view(self, ask: RunAsk) -> WindowView:
        """Cut the ask's window out of its series."""
        return view_window(self.series(ask), ask.start, ask.stop)

    # -- drawing ahead

    async def _feed(self) -> None:
        """Draw and hand out what is to be asked, in order; None ends a task that asks."""
        async for drawn in self._drawing():
            await self._queues[drawn.teacher.endpoint.id].put(drawn)
        for one in self.config.teachers:
            for _ in range(one.endpoint.concurrency):
                await self._queues[one.endpoint.id].put(None)

    async def _drawing(self) -> AsyncIterator[_Drawn]:
        """Draw each window once for all who are shown the same picture of it."""
        pictures: dict[tuple[str, str], tuple[bytes, bytes, Shown, WindowView]] = {}
        for unit, teacher, ask in self.todo:
            if teacher.endpoint.id in self.clients.gone:
                continue
            key = (ask.item_id, teacher.render.digest)
            if key not in pictures:
                pictures = {k: v for k, v in pictures.items() if k[0] == ask.item_id}
                try:
                    pictures[key] = await asyncio.to_thread(self._draw, ask, teacher)
                except AppError as error:
                    self._fail(unit, ask, "broken", str(error), (), 0.0)
                    continue
            picture, overview, shown, view = pictures[key]
            question = self.question(ask)
            asked = visual.VisualAsk(
                question, view, shown, picture, overview, ask.option_order, unit[2]
            )
            yield _Drawn(unit, teacher, ask, asked)

    def _draw(self, ask: RunAsk, teacher: BatchTeacher) -> tuple[bytes, bytes, Shown, WindowView]:
        view, settings = self.view(ask), teacher.render
        shown = Shown(settings, overview=self.config.overview, units=ask.units)
        picture = self.pictures.drawn(key_of(view, settings), lambda: render_png(view, settings))
        overview = b""
        if self.config.overview:
            series = self.series(ask)
            whole = view_window(series, 0, series.n_samples)
            overview = render_overview(whole, ask.start, ask.stop, settings)
        return picture, overview, shown, view

    # -- asking

    async def _ask(self, queue: "asyncio.Queue[_Drawn | None]") -> None:
        """Take drawn windows and have them answered, until there are no more."""
        while (drawn := await queue.get()) is not None:
            if self._halt.is_set() or drawn.teacher.endpoint.id in self.clients.gone:
                continue
            if why := self.tally.over(self.config.budget_usd):
                self._pause(why)
                continue
            await self._answer(drawn)

    async def _answer(self, drawn: _Drawn) -> None:
        began = time.monotonic()
        passes = 2 if self.config.two_pass and drawn.visual.question.kind == "anomaly" else 1
        client = self.clients.of(drawn.teacher.endpoint)
        try:
            with self.tally.under_way():
                said = await visual.answer(
                    drawn.visual, client, _draw_zoom, self.pictures.keep, passes
                )
        except AskFailed as failed:
            self.clients.gone[drawn.teacher.endpoint.id] = str(failed)
            if len(self.clients.gone) == len(self.config.teachers):
                self._pause(str(failed))
            return
        except Exception as error:
            # one odd window must not end a batch of thousands; the log keeps the whole trace
            log.exception("ask %s", drawn.ask.ask_id)
            why = f"this program broke on the window ({type(error).__name__}: {error})"
            self._fail(drawn.unit, drawn.ask, "broken", why, (), time.monotonic() - began)
            return
        seconds = round(time.monotonic() - began, 4)
        if said.content is None:
            self._fail(drawn.unit, drawn.ask, said.problem, said.message, said.calls, seconds)
            self.clients.forget(drawn.teacher.endpoint, said.digests)
            return
        last = said.calls[-1]
        answer = Answer(
            id=new_id(),
            item_id=drawn.unit[0],
            author=drawn.unit[1],
            content=said.content,
            created_at=utc_now(),
            raw_text=last.raw_text,
            prompt=said.calls[0].prompt,
            option_order=drawn.ask.option_order,
            render_hash=said.calls[0].render_hashes[0],
            job_id=self.folder.job_id,
            seconds=seconds,
            cost_usd=said.cost_usd,
            sample=drawn.unit[2],
            prompt_version=prompt_version(drawn.visual.question.kind),
            render=render_record(drawn.teacher.render),
            calls=said.calls,
        )
        self.folder.run.append_answers([answer])
        self.tally.answered(cached=all(call.cached for call in said.calls))

    def _fail(
        self,
        unit: Unit,
        ask: RunAsk,
        problem: visual.Problem,
        message: str,
        calls: tuple[visual.Call, ...],
        seconds: float,
    ) -> None:
        author: Author = unit[1]
        self.folder.append_failure(
            FailedAnswer(
                id=new_id(),
                item_id=unit[0],
                author=author,
                problem=problem,
                message=message,
                created_at=utc_now(),
                sample=unit[2],
                option_order=ask.option_order,
                job_id=self.folder.job_id,
                seconds=seconds,
                cost_usd=visual.Said(calls).cost_usd,
                calls=calls,
            )
        )
        self.tally.failed(problem)

    # -- stopping

    async def _watch(self) -> None:
        """Notice the word to stop or pause, and report; ends when it is cancelled."""
        while True:
            if self.stop() or self.folder.run.pause_asked:
                self._halt.set()
            self.tally.report()
            await asyncio.sleep(LOOK_S)

    def _pause(self, why: str) -> None:
        self.why_not = self.why_not or why
        self._halt.set()

    def _raise_why(self) -> None:
        """Say why the asking ended before everything was asked, if it did."""
        if self.stop():
            raise Stopped(f"stopped after {self.tally.so_far}; what was answered is kept")
        if self.folder.run.pause_asked:
            raise Paused(f"paused after {self.tally.so_far}; resume to go on")
        why = self.why_not or next(iter(self.clients.gone.values()), "")
        if why and self.tally.left:
            raise Paused(f"paused after {self.tally.so_far}: {why}")


async def _draw_zoom(view: WindowView, shown: Shown) -> bytes:
    return await asyncio.to_thread(render_png, view, shown.settings)
