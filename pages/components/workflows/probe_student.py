"""A student asked about one window, in a process and a folder of its own. No Streamlit."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.answers import AnswerContent
from core.blobs import write_parquet
from core.errors import JobError
from core.series import SeriesData, WindowView, view_window
from core.students.correlation_scores import Strips
from pages.components.workflows.reviewing import Desk
from storage.rows import ModelVersion
from training.answer_saliency import read_saliency
from training.answer_strips import read_strips
from training.launcher import run_within
from training.run_folder import RunAsk, RunFolder

Read = TypeVar("Read")

STUDENT_S = 120
"""How long a student may take to start and to answer one window."""


def ask_student(
    desk: Desk, series: SeriesData, version: ModelVersion, view: WindowView
) -> AnswerContent:
    """Start a process that answers the one window: the app itself never loads a model.

    Raises:
        JobError: when it gives no answer, or none in time.
    """
    return _asked(desk, series, version, view, lambda _: None)[0]


def looked_at(desk: Desk, series: SeriesData, version: ModelVersion) -> NDArray[np.float64] | None:
    """Start a process that says what a student looks at in the item's window.

    Returns (n,) how much each sample of the window counts, in [0, 1]; None when it cannot say.

    Raises:
        JobError: when it gives no answer, or none in time.
    """
    view = view_window(series, desk.item.start, desk.item.stop)
    item_id = desk.item.id
    return _asked(desk, series, version, view, lambda run: read_saliency(run, item_id), True)[1]


def changes_seen(desk: Desk, series: SeriesData, version: ModelVersion) -> Strips | None:
    """Start a process that says how a student sees the item's window change, at each sample.

    None when it is none that finds change points.

    Raises:
        JobError: when it gives no answer, or none in time.
    """
    view = view_window(series, desk.item.start, desk.item.stop)
    item_id = desk.item.id
    return _asked(desk, series, version, view, lambda run: read_strips(run.path, item_id))[1]


def _asked(
    desk: Desk,
    series: SeriesData,
    version: ModelVersion,
    view: WindowView,
    read: Callable[[RunFolder], Read],
    looks: bool = False,
) -> tuple[AnswerContent, Read]:
    with tempfile.TemporaryDirectory(prefix="probe-") as name:
        folder = RunFolder.create(Path(name) / "run", {**_config(version), "looked_at": looks})
        path = folder.path / "changed.parquet"
        write_parquet(_upto(series, view), path)
        item = desk.item
        ask = RunAsk(
            ask_id=item.id,
            item_id=item.id,
            question_id=desk.question.id,
            series_path=path.name,
            start=item.start,
            stop=item.stop,
        )
        folder.write_asks([desk.question], [ask])
        run_within(folder, "training.answer", STUDENT_S, "the student")
        answers, _ = folder.answers()
        if not answers:
            why = [error.message for error in folder.errors()] or [folder.log_tail(1)]
            raise JobError(f"the student gave no answer to the window: {why[0]}")
        return answers[0].content, read(folder)


def _config(version: ModelVersion) -> dict[str, str]:
    return {
        "kind": "answer",
        "student": str(version.folder),
        "author_version": version.author_version,
    }


def _upto(series: SeriesData, view: WindowView) -> SeriesData:
    """Return the series as far as the window, with the changed window at its end."""
    values = series.values[: view.stop].copy()
    values[view.start :] = view.values
    time = None if series.time is None else series.time[: view.stop]
    return SeriesData(values=values, time=time, unit=series.unit)
