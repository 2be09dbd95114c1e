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
from collections.abc import AsyncIterator, Coroutine, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass

from core.errors import AppError
from core.render import render_png
from core.series import WindowView
from core.shown import Shown
from core.teachers import visual
from core.teachers.endpoint import Endpoint
from core.teachers.exchange import AskFailed
from training.door import Paused, StopFlag, Stopped
from training.label_choice import Judging, candidates, choose
from training.label_clients import Clients
from training.label_drawing import Pictures, Todo, Windows
from training.label_folder import LabelFolder, LabelWriter
from training.label_outcomes import Outcomes
from training.label_status import Tally

log = logging.getLogger("training.labelling")

AHEAD = 2
"""Drawn windows that wait for each request that may be under way."""
LOOK_S = 0.2
LAST_ANSWERS_S = {"stop": 20.0, "pause": 300.0}
"""How long requests under way may take to come back after the word to stop, or to pause."""


@dataclass(frozen=True, eq=False)
class _Drawn:
    """A window ready to be asked about."""

    todo: Todo
    visual: visual.VisualAsk


def label(folder: LabelFolder, stop: StopFlag) -> str:
    """Ask everything that is not answered yet; returns the closing sentence.

    Raises:
        Paused: at the budget, when an endpoint can answer nothing any more or keeps failing, or
            when this machine cannot store what comes back; what was answered is kept, and the
            run goes on where it was.
        Stopped: when someone asked for it.
    """
    return asyncio.run(_run(folder, stop))


async def _run(folder: LabelFolder, stop: StopFlag) -> str:
    batch = _Batch(folder, stop)
    try:
        return await batch.run()
    finally:
        batch.writer.close()
        await batch.clients.close()


class _Batch:
    def __init__(self, folder: LabelFolder, stop: StopFlag) -> None:
        self.folder, self.stop = folder, stop
        self.windows, self.pictures = Windows(folder), folder.pictures
        self.config = self.windows.config
        self.todo = self.windows.todo(folder.done())
        total = self.windows.total
        self.writer = LabelWriter(folder)
        self.tally = Tally(folder, self.writer, total=total, done=total - len(self.todo))
        self.clients = Clients(folder, self.config, self.tally)
        self.outcomes = Outcomes(self.writer, self.tally, self.clients, folder.job_id)
        self.why_not, self.halted = "", False
        self._queues: dict[str, asyncio.Queue[_Drawn | None]] = {
            one.endpoint.id: asyncio.Queue(AHEAD * one.endpoint.concurrency)
            for one in self.config.teachers
        }

    async def run(self) -> str:
        """Ask, then choose between answers where an item got several."""
        self.tally.report()
        asking = [
            self._ask(self._queues[one.endpoint.id])
            for one in self.config.teachers
            for _ in range(one.endpoint.concurrency)
        ]
        await self._carry_out([self._feed(), *asking])
        if not self.halted:
            self.outcomes.settle()
        if self.tally.left:
            self._raise_why()
        if self.config.several:
            await self._choose()
        return self.tally.closing()

    # -- drawing ahead

    async def _feed(self) -> None:
        """Draw and hand out what is to be asked, in order; None ends a task that asks."""
        async for drawn in self._drawing():
            await self._queues[drawn.todo.teacher.endpoint.id].put(drawn)
        for one in self.config.teachers:
            for _ in range(one.endpoint.concurrency):
                await self._queues[one.endpoint.id].put(None)

    async def _drawing(self) -> AsyncIterator[_Drawn]:
        """Draw each window once for all who are shown the same picture of it."""
        drawn: dict[tuple[str, str], Pictures] = {}
        for one in self.todo:
            if self.halted:
                return
            if one.teacher.endpoint.id in self.clients.gone:
                continue
            key = (one.ask.item_id, one.signed.render)
            if key not in drawn:
                drawn = {k: v for k, v in drawn.items() if k[0] == one.ask.item_id}
                with self._going_on(one):
                    drawn[key] = await asyncio.to_thread(self.windows.draw, one)
            if key in drawn:
                yield _Drawn(one, self.windows.visual(one, drawn[key]))

    # -- asking

    async def _ask(self, queue: "asyncio.Queue[_Drawn | None]") -> None:
        """Take drawn windows and have them answered, until there are no more."""
        while (drawn := await queue.get()) is not None:
            if self.halted or drawn.todo.teacher.endpoint.id in self.clients.gone:
                continue
            if why := self.tally.over(self.config.budget_usd):
                self._halt(why)
                continue
            await self._answer(drawn)

    async def _answer(self, drawn: _Drawn) -> None:
        began, one = time.monotonic(), drawn.todo
        passes = 2 if self.config.two_pass and drawn.visual.question.kind == "anomaly" else 1
        client = self.clients.of(one.teacher.endpoint)
        with self._going_on(one):
            try:
                with self.tally.under_way():
                    said = await visual.answer(
                        drawn.visual, client, _draw_zoom, self.pictures.keep, passes
                    )
            except AskFailed as failed:
                return self._give_up(one.teacher.endpoint, str(failed))
            if why := self.outcomes.said(one, said, time.monotonic() - began):
                self._give_up(one.teacher.endpoint, why)

    @contextmanager
    def _going_on(self, one: Todo) -> Generator[None]:
        """Go on after an error of ours: one odd window must not end a batch of thousands."""
        try:
            yield
        except OSError as error:
            # no window's fault, and what came back next could not be stored either
            log.exception("ask %s", one.ask.ask_id)
            self._halt(
                f"this machine could not read or store a file ({error}); see to its disk and to "
                "the data folder, and resume"
            )
        except AppError as error:
            self.outcomes.broken(one, str(error))
        except Exception as error:
            log.exception("ask %s", one.ask.ask_id)
            why = f"this program broke on the window ({type(error).__name__}: {error})"
            self.outcomes.broken(one, why)

    # -- choosing

    async def _choose(self) -> None:
        found = candidates(self.folder, self.windows.asks, self.windows.question)
        judged: dict[str, float] = {}
        if self.config.judge is not None:
            judging = Judging(self.folder, self.clients.of(self.config.judge), found)
            await self._carry_out(
                self._judge(judging) for _ in range(self.config.judge.concurrency)
            )
            if judging.left:
                self._raise_why()
            judged = judging.scores
        choose(self.folder, self.config, found, self.windows.view, judged, self.stop)

    async def _judge(self, judging: Judging) -> None:
        """Have explanations judged, until there are no more."""
        while judging.left and not self.halted:
            if why := self.tally.over(self.config.budget_usd):
                return self._halt(why)
            with self.tally.under_way():
                why = await judging.one_more()
            self.tally.note = judging.so_far
            if why:
                return self._halt(why)

    # -- stopping

    async def _carry_out(self, works: Iterable[Coroutine[None, None, None]]) -> None:
        """Do all works to their end, or until the batch halts; an error in one ends them all."""
        tasks = {asyncio.create_task(work) for work in works}
        watch = asyncio.create_task(self._watch())
        open_tasks = tasks
        try:
            while open_tasks and not watch.done():
                done, _ = await asyncio.wait(
                    {*open_tasks, watch}, return_when=asyncio.FIRST_COMPLETED
                )
                for task in done:
                    task.result()
                open_tasks = open_tasks - done
        finally:
            for task in (watch, *tasks):
                task.cancel()
            await asyncio.gather(watch, *tasks, return_exceptions=True)
            self.tally.report(now=True)

    async def _watch(self) -> None:
        """Report, and notice the word to halt; ends when nothing is under way any more after it."""
        halted_at = None
        while True:
            self.halted = self.halted or self.stop() or self.folder.run.pause_asked
            if self.halted:
                halted_at = halted_at or time.monotonic()
                grace_s = LAST_ANSWERS_S["stop" if self.stop() else "pause"]
                if not self.tally.n_under_way or time.monotonic() - halted_at > grace_s:
                    return
            self.tally.report()
            await asyncio.sleep(LOOK_S)

    def _halt(self, why: str) -> None:
        self.why_not = self.why_not or why
        self.halted = True

    def _give_up(self, endpoint: Endpoint, why: str) -> None:
        """Ask an endpoint nothing more; without any left the batch halts."""
        self.clients.gone.setdefault(endpoint.id, why)
        if len(self.clients.gone) == len(self._queues):
            self._halt(why)

    def _raise_why(self) -> None:
        """Say why the batch ended before everything was done."""
        if self.stop():
            raise Stopped(f"stopped after {self.tally.so_far}; what was answered is kept")
        if self.folder.run.pause_asked:
            raise Paused(f"paused after {self.tally.so_far}; resume to go on")
        if why := self.why_not or next(iter(self.clients.gone.values()), ""):
            raise Paused(f"paused after {self.tally.so_far}: {why}")


async def _draw_zoom(view: WindowView, shown: Shown) -> bytes:
    return await asyncio.to_thread(render_png, view, shown.settings)
