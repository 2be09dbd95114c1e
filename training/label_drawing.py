"""The windows of a batch asked of models: read, drawn, and ready to be asked about."""

import logging
import time
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.answers import Author
from core.blobs import read_parquet
from core.errors import AppError, JobError
from core.questions.base import Question
from core.questions.prompts import prompt_version
from core.render import render_overview, render_png, render_record
from core.render_settings import RenderSettings
from core.series import SeriesData, WindowView, view_window
from core.shown import Shown
from core.teachers.visual import VisualAsk
from training.label_folder import LabelFolder
from training.label_records import BatchTeacher, Unit
from training.pictures import key_of
from training.run_folder import RunAsk

log = logging.getLogger("training.labelling")

DRAW_S = 0.002
"""How long windows are drawn, or read, before they are handed on."""


@dataclass(frozen=True)
class Signed:
    """What all answers of one teacher to one question have in common."""

    author: Author
    prompt_version: str
    render: str


@dataclass(frozen=True, eq=False)
class Todo:
    """One thing to ask: of which teacher, about which window, and which sample of it."""

    ask: RunAsk
    teacher: BatchTeacher
    signed: Signed
    sample: int

    @property
    def unit(self) -> Unit:
        """By what its answer is known."""
        return self.ask.item_id, self.signed.author, self.sample


@dataclass(frozen=True, eq=False)
class Drawn:
    """A window ready to be asked about, or why it could not be drawn."""

    todo: Todo
    visual: VisualAsk | None = None
    trouble: str = ""


class Windows:
    """Knows what a batch asks, and draws it."""

    def __init__(self, folder: LabelFolder) -> None:
        self._folder, self._pictures = folder, folder.pictures
        self.config = folder.batch()
        self.asks = folder.run.asks()
        self._questions = folder.run.questions()
        self._signatures: dict[tuple[str, int], Signed] = {}
        self._read = lru_cache(maxsize=8)(read_parquet)

    @property
    def total(self) -> int:
        """How many answers are wanted."""
        return len(self.asks) * len(self.config.teachers) * self.config.samples

    def todo(self, done: set[Unit]) -> list[Todo]:
        """Return what is to be asked besides what is done, in order."""
        return [
            one
            for ask in self.asks
            for place, teacher in enumerate(self.config.teachers)
            for sample in range(self.config.samples)
            if (one := Todo(ask, teacher, self._signed(ask, place), sample)).unit not in done
        ]

    def _signed(self, ask: RunAsk, place: int) -> Signed:
        key = (ask.question_id, place)
        if key not in self._signatures:
            question, teacher = self.question(ask), self.config.teachers[place]
            self._signatures[key] = Signed(
                self.config.author(teacher, question),
                prompt_version(question.kind),
                render_record(teacher.render),
            )
        return self._signatures[key]

    def question(self, ask: RunAsk) -> Question:
        """Return the ask's question."""
        if ask.question_id not in self._questions:
            raise JobError(
                f"the ask {ask.ask_id} names the question {ask.question_id}, which questions.json "
                "does not hold; start the batch again as a new one"
            )
        return self._questions[ask.question_id]

    def view(self, ask: RunAsk) -> WindowView:
        """Cut the ask's window out of its series."""
        return view_window(self._series(ask), ask.start, ask.stop)

    def draw_some(self, todo: Iterator[Todo], gone: Container[str]) -> list[Drawn]:
        """Draw the next windows for `DRAW_S`, one at least; none when there are no more.

        Pictures that were drawn before are read faster than a thread is reached, so one call for
        each would cost more than they do.

        Args:
            gone: ids of endpoints that are not asked any more.

        Raises:
            OSError: when this machine cannot read or store files.
        """
        drawn: list[Drawn] = []
        began = time.monotonic()
        for one in todo:
            if one.teacher.endpoint.id not in gone:
                drawn.append(self._drawn(one))
                if time.monotonic() - began > DRAW_S:
                    break
        return drawn

    def _drawn(self, one: Todo) -> Drawn:
        try:
            return Drawn(one, self._visual(one))
        except OSError:
            raise
        except AppError as error:
            return Drawn(one, trouble=str(error))
        except Exception as error:
            log.exception("ask %s", one.ask.ask_id)
            return Drawn(one, trouble=broke(error))

    def _visual(self, one: Todo) -> VisualAsk:
        ask, settings = one.ask, one.teacher.render
        view = self.view(ask)
        return VisualAsk(
            question=self.question(ask),
            view=view,
            shown=Shown(settings, overview=self.config.overview, units=ask.units),
            picture=self._pictures.drawn(
                key_of(view, settings), lambda: render_png(view, settings)
            ),
            overview=self._overview(ask, settings) if self.config.overview else b"",
            option_order=ask.option_order,
            sample=one.sample,
        )

    def _overview(self, ask: RunAsk, settings: RenderSettings) -> bytes:
        series = self._series(ask)
        whole = view_window(series, 0, series.n_samples)
        return self._pictures.drawn(
            key_of(whole, settings, f"overview of {ask.start} {ask.stop}"),
            lambda: render_overview(whole, ask.start, ask.stop, settings),
        )

    def _series(self, ask: RunAsk) -> SeriesData:
        """Read the ask's series; the last few are kept."""
        return self._read(_resolved(self._folder.path, ask.series_path))


def broke(error: Exception) -> str:
    """Say that an error of this program, not of what it was given, is why there is no answer."""
    return f"this program broke on the window ({type(error).__name__}: {error})"


@lru_cache(maxsize=1024)
def _resolved(folder: Path, path: str) -> Path:
    return (folder / path).resolve()
