"""Labelled series in a folder as the benchmark `visanom` wants them, read; and tiny ones, written.

    DATA/train/labels.json    {"a.csv": [[120, 134]], "b.csv": []}   file: its anomalies, both ends
    DATA/train/a.csv, ...     inclusive, 0-based rows or ISO times; [] is a series without any
    DATA/train/reasons.json   {"a.csv": "Step 1: ... Step 2: ... Step 3: ..."}   may be missing
    DATA/test/labels.json, ...

Without `train` and `test` the files of DATA itself are split by file. Labels and files are read by
`core.labelled` as everywhere in the project: folders below may have label files of their own, which
are then sources that figures are told apart by. Positions in reasons are what the x axis shows, the
samples of the whole series. A series longer than is drawn at once is cut into equal parts, which
stay on one side; its reasons are then a list with a text for each part, "" where there is none.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np

from benchmarks.reasoner_stages import Task, TestItem, in_training, some, spans
from core.answers import AnswerContent, FoundInterval
from core.errors import DataError
from core.ids import in_share
from core.labelled import LabelledSeries, read_labelled
from core.metrics.estimates import cut_to_window
from core.questions.base import Question
from core.series import WindowView
from training.examples import TrainingExample, split_by_group

QUESTION = Question(
    id="visanom",
    family_id="visanom",
    kind="anomaly",
    name="anomalies",
    text="Do you see any anomalies on this plot, and where does each of them start and stop?",
)
TEST_SHARE = 740 / 3316
"""Of VisAnomBench; for folders that are not split."""
REASONS = "reasons.json"


def read_task(
    folder: Path, *, longest: int, seed: int, validation_share: float, limit: int = 0
) -> Task:
    """Read a folder; splits are by file, and what is tested is never learned.

    Args:
        longest: samples that are drawn at once.
        limit: series of each part at most; 0 for all.

    Raises:
        DataError: a file or a label cannot be read, a reason belongs to no series, or a part is
            empty.
    """
    learned, tested = _parts(folder, seed)
    split = (folder / "train").is_dir()
    reasons = _reasons(folder / "train" if split else folder)
    unknown = set(reasons) - {one.path for one in (learned if split else [*learned, *tested])}
    if unknown:
        raise DataError(
            f"{REASONS} speaks of {sorted(unknown)[0]!r}, of which labels.json does not; name "
            "files as labels.json does"
        )
    learned, tested = some(learned, limit, seed, "train"), some(tested, limit, seed, "test")
    sides = split_by_group([_file(one) for one in learned], validation_share, seed)
    examples = [
        TrainingExample(
            QUESTION.id,
            view,
            _content(one, view, reason),
            source="correction",
            split=side,
            group=f"series {k}",
            item_id=f"train {k} {view.start}",
        )
        for k, (one, side) in enumerate(zip(learned, sides, strict=True))
        for view, reason in _views(one, longest, reasons.get(one.path))
    ]
    test = tuple(
        TestItem(f"test {k} {view.start}", view, _content(one, view), f"series {k}", one.source)
        for k, one in enumerate(tested)
        for view, _ in _views(one, longest, None)
    )
    kept, out = in_training(examples, test)
    return Task("visanom", QUESTION, kept, test, out)


def write_tiny_folder(folder: Path, n_train: int = 12, n_test: int = 8, seed: int = 1) -> Path:
    """Write short waves with a spike each, every third without one, as a folder is wanted."""
    rng = np.random.default_rng(seed)
    for part, n in (("train", n_train), ("test", n_test)):
        (folder / part).mkdir(parents=True, exist_ok=True)
        labels: dict[str, list[list[int]]] = {}
        reasons: dict[str, str] = {}
        for k in range(n):
            values = np.sin(np.arange(120) / 4) + 0.1 * rng.normal(size=120)
            first = int(rng.choice([20, 80]))
            if k % 3:
                values[first : first + 6] += 4
            rows = "".join(f"{value:.4f}\n" for value in values)
            (folder / part / f"s{k}.csv").write_text("value\n" + rows)
            labels[f"s{k}.csv"] = [[first, first + 5]] if k % 3 else []
            reasons[f"s{k}.csv"] = "Step 1: A wave. Step 2: " + (
                "It jumps up." if k % 3 else "It goes on."
            )
        (folder / part / "labels.json").write_text(json.dumps(labels))
        if part == "train":
            (folder / part / REASONS).write_text(json.dumps(reasons))
    return folder


def _parts(folder: Path, seed: int) -> tuple[list[LabelledSeries], list[LabelledSeries]]:
    """Return the series to learn from and those to be measured on."""
    if (folder / "train").is_dir() != (folder / "test").is_dir():
        raise DataError(
            f"'{folder}' has one of the folders train and test without the other; give both, or "
            "all files with their labels.json in one folder, which is then split by file"
        )
    if (folder / "train").is_dir():
        learned, tested = _read(folder / "train"), _read(folder / "test")
    else:
        found = _read(folder)
        chosen = [in_share(f"visanom {seed}", _file(one), TEST_SHARE) for one in found]
        learned = [one for one, is_test in zip(found, chosen, strict=True) if not is_test]
        tested = [one for one, is_test in zip(found, chosen, strict=True) if is_test]
    if not learned or not tested:
        raise DataError(
            f"'{folder}' gives {len(learned)} series to learn from and {len(tested)} to be "
            "measured on; give at least one of each"
        )
    return learned, tested


def _read(folder: Path) -> list[LabelledSeries]:
    found = read_labelled(folder)
    if found.problems:
        raise DataError(
            f"{len(found.problems)} things in '{folder}' cannot be used, and a figure over what is "
            f"left would be one of other data: {found.problems[0]}. Mend them, or take the files "
            "out of labels.json"
        )
    return found.series


def _file(one: LabelledSeries) -> str:
    """Return what names a series' file: all series that one file gave stay on one side."""
    return one.path.split(" · ")[0]


def _reasons(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the texts of each series' parts, by its path below the folder."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.rglob(REASONS)):
        try:
            read: object = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise DataError(f"'{path}' is no JSON ({error}); write {_AS}") from error
        if not isinstance(read, dict):
            raise DataError(f"'{path}' holds no texts by file; write {_AS}")
        home = path.parent.relative_to(folder)
        for key, value in read.items():
            texts = value if isinstance(value, list) else [value]
            if not all(isinstance(one, str) for one in texts):
                raise DataError(f"'{path}' says {value!r:.60} of {key!r}, no text; write {_AS}")
            found[(home / key).as_posix()] = tuple(texts)
    return found


_AS = '{"a.csv": "Step 1: ... Step 2: ..."}'


def _views(
    one: LabelledSeries, longest: int, reasons: tuple[str, ...] | None
) -> list[tuple[WindowView, str]]:
    """Return the parts of a series that are drawn at once, each with its reasons."""
    n_parts = math.ceil(one.n / longest)
    edges = np.linspace(0, one.n, n_parts + 1).round().astype(int).tolist()
    texts = ("",) * n_parts if reasons is None else reasons
    if len(texts) != n_parts:
        raise DataError(
            f"{REASONS} gives {len(texts)} texts for '{one.path}', which is drawn in {n_parts} "
            f"parts of at most {longest} samples; give a text for each part"
        )
    # Numbers alone: the x axis counts samples, and what time it was is nobody's business.
    return [
        (WindowView(one.values[start:stop], start), text)
        for start, stop, text in zip(edges[:-1], edges[1:], texts, strict=True)
    ]


def _content(one: LabelledSeries, view: WindowView, reasons: str = "") -> AnswerContent:
    events = [
        FoundInterval(number=k, start=event.start, stop=event.stop)
        for k, event in enumerate(one.truth, 1)
    ]
    inside = cut_to_window(events, (view.start, view.stop))
    numbered = [event.model_copy(update={"number": k}) for k, event in enumerate(inside, 1)]
    return AnswerContent(kind="anomaly", intervals=tuple(numbered), rationale=spans(reasons))
