"""What an export and its import cost: labels a second in each form, and whether they come back.

.venv/bin/python -m benchmarks.exports --items 1000

Windows of 512 samples with one event each, one series for every ten of them. `exact` says whether
every label that was read is the one that was written.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np

from core.answers import AnswerContent, FoundInterval
from core.exports import read_export
from core.exports.model import with_types
from core.questions.base import Question
from core.series import SeriesData, SeriesInfo
from pages.components.workflows.exporting import Format, Wish, export
from storage import Store, open_store

WINDOW, PER_SERIES = 512, 10
FORMS: tuple[Format, ...] = ("intervals", "label_studio", "everything", "chat")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--items", type=int, default=1000)
    n = parser.parse_args().items
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder))
        question = fill(store, n)
        figures = {form: measured(store, question, form) for form in FORMS}
        store.close()
    print(json.dumps({"items": n, **figures}))


def fill(store: Store, n: int) -> Question:
    """Store items with a decision of a person each."""
    project_id = store.projects.default().id
    question = next(q for q in store.questions.current(project_id) if q.kind == "anomaly")
    rng = np.random.default_rng(1)
    series = [
        (
            SeriesData(rng.normal(size=(WINDOW * PER_SERIES, 1))),
            SeriesInfo(f"series {k}", ("value",)),
        )
        for k in range(-(-n // PER_SERIES))
    ]
    rows = store.series.add_many(project_id, series)
    windows = [
        (row.id, k * WINDOW, (k + 1) * WINDOW, question.id)
        for row in rows
        for k in range(PER_SERIES)
    ]
    spike = question.type_named("spike").id
    for item in store.items.add_many(project_id, windows[:n]):
        at = item.start + int(rng.integers(0, WINDOW - 5))
        found = FoundInterval(
            number=1, start=at, stop=at + 5, type_id=spike, confidence=float(rng.random())
        )
        content = AnswerContent(kind="anomaly", intervals=(found,))
        store.corrections.record(
            project_id, item.id, "ann", "fix", expected_sequence=0, content=content
        )
    return question


def measured(store: Store, question: Question, form: Format) -> dict[str, float | bool]:
    """Write and read one form."""
    project_id = store.projects.default().id
    begin = time.perf_counter()
    made = export(store, project_id, Wish(form), lambda _share, _text: None)
    written = time.perf_counter()
    read = read_export(made.path.name, made.path)
    done = time.perf_counter()
    labels = () if read is None else read.labels
    wanted = store.corrections.current(project_id)
    exact = all(with_types(one.content, question) == wanted[one.item_id].content for one in labels)
    return {
        "labels": len(labels),
        "written_a_second": round(len(labels) / (written - begin)),
        "read_a_second": round(len(labels) / (done - written)),
        "megabytes": round(made.path.stat().st_size / 1e6, 2),
        "exact": exact,
    }


if __name__ == "__main__":
    main()
