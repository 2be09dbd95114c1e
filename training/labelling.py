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
import sys
import time
from collections.abc import Coroutine, Iterable

from core.render import render_png
from core.series import WindowView
from core.shown import Shown
from core.teachers import visual
from core.teachers.endpoint import Endpoint
from core.teachers.exchange import AskFailed
from training.door import Paused, StopFlag, Stopped
from training.label_choice import Judging, candidates, choose
from training.label_clients import Clients, Halting
from training.label_drawing import Drawn, Todo, Windows, broke
from training.label_folder import LabelFolder, LabelWriter
from training.label_outcomes import Outcomes
from training.label_status import Tally

log = logging.getLogger("training.labelling")

AHEAD = 2
"""Drawn windows that wait for each request that may be under way."""
LOOK_S = 0.2
SWITCH_S = 0.0005
"""How long a thread that stores or draws waits for its turn after each call to the system; with
Python's own 5 ms, storing an answer takes longer than a fast endpoint takes to give it."""
LAST_ANSWERS_S = {"stop": 20.0, "pause": 300.0}
"""How long requests under way may take to come back after the word to stop, or to pause."""


def label(folder: LabelFolder, stop: StopFlag) -> str:
    """Ask everything that is not answered yet; returns the closing sentence.

    Raises:
        Paused: at the budget, when an endpoint can answer nothing any more or keeps failing, or
            when this machine cannot store what comes back; what was answered is kept, and the
            run goes on where it was.
        Stopped: when someone asked for it.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    try:
        return asyncio.run(_run(folder, stop))
    finally:
        sys.setswitchinterval(before)


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
        self.clients = Clients(folder, self.config, self.tally, self._is_halting)
        self.outcomes = Outcomes(self.writer, self.tally, self.clients, folder.job_id)
        self.why_not, self.halted = "", False
        self._queues: dict[str, asyncio.Queue[Drawn | None]] = {
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

    # -- asking

    async def _feed(self) -> None:
        """Draw and hand out what is to be asked, in order; None ends a task that asks."""
        todo = iter(self.todo)
        try:
            while drawn := await asyncio.to_thread(self.windows.draw_some, todo, self.clients.gone):
                for one in drawn:
                    if self.halted:
                        return
                    await self._queues[one.todo.teacher.endpoint.id].put(one)
        except OSError as error:
            return self._no_disk(error)
        for teacher in self.config.teachers:
            for _ in range(teacher.endpoint.concurrency):
                await self._queues[teacher.endpoint.id].put(None)

    async def _ask(self, queue: "asyncio.Queue[Drawn | None]") -> None:
        """Take drawn windows and have them answered, until there are no more."""
        while (drawn := await queue.get()) is not None:
            if self.halted or drawn.todo.teacher.endpoint.id in self.clients.gone:
                continue
            if why := self.tally.over(self.config.budget_usd):
                self._halt(why)
            elif drawn.visual is None:
                self.outcomes.broken(drawn.todo, drawn.trouble)
            else:
                await self._answer(drawn.todo, drawn.visual)

    async def _answer(self, one: Todo, ask: visual.VisualAsk) -> None:
        began, endpoint = time.monotonic(), one.teacher.endpoint
        passes = 2 if self.config.two_pass and ask.question.kind == "anomaly" else 1
        client = self.clients.of(endpoint)
        try:
            with self.tally.under_way():
                said = await visual.answer(ask, client, _draw_zoom, self.pictures.keep, passes)
            why = self.outcomes.said(one, said, time.monotonic() - began)
        except Halting:
            return  # it stays open, and what came back of it is kept for when the batch goes on
        except AskFailed as failed:
            why = str(failed)
        except OSError as error:
            return self._no_disk(error)
        except Exception as error:
            # one odd window must not end a batch of thousands; the log keeps the whole trace
            log.exception("ask %s", one.ask.ask_id)
            return self.outcomes.broken(one, broke(error))
        if why:
            self._give_up(endpoint, why)

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
            judged, self.tally.judged = judging.scores, judging.counts
            self.tally.report(now=True)
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
            self.halted = self._is_halting()
            if self.halted:
                halted_at = halted_at or time.monotonic()
                grace_s = LAST_ANSWERS_S["stop" if self.stop() else "pause"]
                if not self.tally.n_under_way or time.monotonic() - halted_at > grace_s:
                    return
            self.tally.report()
            await asyncio.sleep(LOOK_S)

    def _is_halting(self) -> bool:
        return self.halted or self.stop() or self.folder.run.pause_asked

    def _halt(self, why: str) -> None:
        self.why_not = self.why_not or why
        self.halted = True

    def _no_disk(self, error: OSError) -> None:
        """Halt: it is no window's fault, and what comes back next could not be stored either."""
        log.error("files cannot be read or stored", exc_info=error)
        self._halt(
            f"this machine could not read or store a file ({error}); see to its disk and to the "
            "data folder, and press Go on"
        )

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
            raise Paused(f"paused after {self.tally.so_far}; press Go on to continue")
        if why := self.why_not or next(iter(self.clients.gone.values()), ""):
            raise Paused(f"paused after {self.tally.so_far}: {why}")


async def _draw_zoom(view: WindowView, shown: Shown) -> bytes:
    return await asyncio.to_thread(render_png, view, shown.settings)
