"""Run folders of batches asked of models, and what runs them in this process."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.answers import AnswerContent
from core.blobs import write_parquet
from core.questions.base import Question
from core.questions.defaults import default_anomaly_question
from core.series import SeriesData
from core.teachers.endpoint import Endpoint
from training.door import StopFlag
from training.label_folder import LabelFolder
from training.label_records import BatchTeacher, ModelBatch
from training.labelling import label
from training.run_folder import RunAsk, RunFolder

LENGTH = 64


def endpoint(url: str, name: str = "reader", **changes: object) -> Endpoint:
    """An endpoint at a test server."""
    fields = {"id": name, "name": name, "base_url": url, "model": "reader", "concurrency": 4}
    return Endpoint.model_validate({**fields, **changes})


def batch_of(*endpoints: Endpoint, **changes: object) -> ModelBatch:
    """A batch asked of these endpoints."""
    teachers = tuple(BatchTeacher(endpoint=one) for one in endpoints)
    return ModelBatch.model_validate({"teachers": teachers, **changes})


def made_folder(
    home: Path,
    batch: ModelBatch,
    n_items: int,
    name: str = "run",
    trusted: Sequence[AnswerContent | None] = (),
) -> LabelFolder:
    """A run folder with one series of `n_items` windows, each with one spike."""
    values = np.concatenate([_window(place) for place in range(n_items)])
    home.mkdir(exist_ok=True)
    path = home / "series.parquet"
    write_parquet(SeriesData(values[:, None]), path)
    question: Question = default_anomaly_question()
    run = RunFolder.create(
        home / name,
        {
            "kind": "label",
            "job_id": "job",
            "exchanges": "../exchanges",
            "renders": "../renders",
            "batch": batch.model_dump(mode="json"),
        },
    )
    run.write_asks(
        [question],
        [
            RunAsk(
                ask_id=f"item {place}",
                item_id=f"item {place}",
                question_id=question.id,
                series_path="../series.parquet",
                start=place * LENGTH,
                stop=(place + 1) * LENGTH,
                trusted=trusted[place] if place < len(trusted) else None,
            )
            for place in range(n_items)
        ],
    )
    return LabelFolder(run)


def run_label(folder: LabelFolder) -> str:
    """Do the work of the folder here and now."""
    return label(folder, StopFlag(folder.run))


def _window(place: int) -> NDArray[np.float64]:
    """Noise with one spike; the same for the same place."""
    rng = np.random.default_rng(place)
    values = rng.normal(0, 0.1, LENGTH)
    values[rng.integers(8, LENGTH - 8)] += 5
    return values
