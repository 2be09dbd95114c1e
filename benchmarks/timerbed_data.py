"""Labelled short series in the layout of UCR and TimerBed, read; and tiny ones, written.

    DATA/CTU/CTU_TRAIN.tsv    one series a row, its label first; also .txt, .csv, or .ts (sktime:
    DATA/CTU/CTU_TEST.tsv     channels between colons, the label behind the last one)
    DATA/CTU/classes.json     {"domain": "what was measured, how often, of what",
                               "question": "Which device is it?",
                               "classes": {"1": {"name": "desktop", "meaning": "..."}, ...}}
    DATA/CTU/reasons.jsonl    {"row": 0, "think": "...", "class": "desktop", "extension": "..."}

A folder is a data set. `classes` names every label of the files; names are the options that a model
chooses from, and with `domain` and `question` all that it is told. `reasons.jsonl` may be missing:
a line is what somebody, mostly a larger model, said of a training row (counted from 0; several
lines of a row are several examples). `class` and `extension` may be left out; a line whose class is
not the row's is not learned, as TimeMaster keeps only answers that are right. Where extensions are
learned, `reasoner_sft` takes the end of what was said that the data cannot confirm for one.

Headers of .ts files are not believed: those of TimerBed list no classes that could be read.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.reasoner_stages import Task, TestItem, in_training, some, spans
from core.answers import AnswerContent
from core.errors import DataError
from core.questions.base import Option, Question
from core.series import WindowView
from training.examples import TrainingExample, split_by_group

CLASSES, REASONS = "classes.json", "reasons.jsonl"
SUFFIXES = (".tsv", ".txt", ".csv", ".ts")
ASKED = "Which of the classes does the series belong to?"
_LIKE = '{"classes": {"1": {"name": "desktop", "meaning": "..."}}}'


@dataclass(frozen=True, eq=False)
class Row:
    """One series of a file: values (n, channels), NaN where missing, and its label as written."""

    values: NDArray[np.float64]
    label: str


@dataclass(frozen=True)
class Reason:
    """What was said of a training row, and what it may mean."""

    think: str
    extension: str = ""


def data_sets(folder: Path, chosen: Sequence[str] = ()) -> list[Path]:
    """Return the folders of the data sets, by name.

    Raises:
        DataError: there is none, or one that was asked for is not there.
    """
    found = {path.parent.name: path.parent for path in sorted(folder.glob(f"*/{CLASSES}"))}
    missing = sorted(set(chosen) - set(found))
    if not found or missing:
        raise DataError(
            f"'{folder}' holds the data sets {', '.join(found) or '(none)'}"
            + (f", and not {', '.join(missing)}" if missing else "")
            + f"; give a folder for each, with its two files and {CLASSES}"
        )
    return [path for name, path in found.items() if not chosen or name in chosen]


def read_task(
    folder: Path, *, seed: int, validation_share: float, limit: int = 0, extension: bool = False
) -> Task:
    """Read a data set; rows whose numbers are tested as well are not learned.

    Args:
        limit: rows of each part at most; 0 for all.
        extension: what a class may mean is learned too, as the end of the reasons.

    Raises:
        DataError: a file is missing or cannot be read, or a label or a class has no name.
    """
    question, names = read_classes(folder)
    train, test = (_named(_file(folder, side), names) for side in ("train", "test"))
    reasons = _reasons(folder, train, names)
    rows = some(list(enumerate(train)), limit, seed, "train")
    groups = [f"row {k}" for k, _ in rows]
    sides = dict(zip(groups, split_by_group(groups, validation_share, seed), strict=True))
    learn = [
        TrainingExample(
            question.id,
            WindowView(row.values),
            AnswerContent(
                kind="pattern",
                label=names[row.label],
                rationale=(*spans(reason.think), *spans(reason.extension if extension else "")),
            ),
            source="correction",
            split=sides[f"row {k}"],
            group=f"row {k}",
            item_id=f"train {k} {said}",
        )
        for k, row in rows
        for said, reason in enumerate(reasons.get(k, [Reason("")]))
    ]
    tested = tuple(
        TestItem(
            f"test {k}",
            WindowView(row.values),
            AnswerContent(kind="pattern", label=names[row.label]),
            f"row {k}",
        )
        for k, row in some(list(enumerate(test)), limit, seed, "test")
    )
    kept, out = in_training(learn, tested)
    return Task(folder.name, question, kept, tested, out)


def has_extensions(folder: Path) -> bool:
    """Tell whether anything in a data set says what a class may mean."""
    path = folder / REASONS
    return path.exists() and '"extension"' in path.read_text(encoding="utf-8")


def read_classes(folder: Path) -> tuple[Question, dict[str, str]]:
    """Return the question that classes.json asks, and its options' names by label.

    Raises:
        DataError: it cannot be read, or names no two classes.
    """
    path = folder / CLASSES
    try:
        read: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"'{path}' cannot be read ({error}); write {_LIKE}") from error
    classes: Any = read.get("classes") if isinstance(read, dict) else None
    if not isinstance(classes, dict) or len(classes) < 2:
        raise DataError(f"'{path}' names no two classes; write {_LIKE}")
    options = tuple(_option(path, label, value) for label, value in classes.items())
    if len({one.key.casefold() for one in options}) < len(options):
        raise DataError(f"'{path}' gives two classes one name; give each its own")
    question = Question(
        id="timerbed",
        family_id="timerbed",
        kind="pattern",
        name="classes",
        text=str(read.get("question") or ASKED),
        domain=str(read.get("domain") or ""),
        options=options,
    )
    labels = map(_label, classes)
    return question, {label: one.key for label, one in zip(labels, options, strict=True)}


def read_rows(path: Path) -> list[Row]:
    """Read a file of labelled series; missing ends of shorter series are cut off.

    Raises:
        DataError: a row is no series with a label, or the file has none.
    """
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    timed = path.suffix == ".ts"
    if timed:
        begin = [k for k, line in enumerate(lines) if line.strip().casefold() == "@data"]
        if not begin:
            raise DataError(f"'{path}' has no line @data, so it is no .ts file; rename or mend it")
        lines = [""] * (begin[0] + 1) + lines[begin[0] + 1 :]
    rows = [
        (_ts_row if timed else _row)(line, f"line {k} of '{path}'")
        for k, line in enumerate(lines, 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not rows:
        raise DataError(f"'{path}' holds no series; write one a line")
    return rows


def write_tiny_folder(folder: Path, n_train: int = 8, n_test: int = 5, seed: int = 1) -> Path:
    """Write two data sets of short lines, one in each format and one with extensions."""
    rng = np.random.default_rng(seed)
    for name, labels, suffix in (("LINES", ("rises", "falls"), "tsv"), ("PAIRS", ("1", "2"), "ts")):
        (folder / name).mkdir(parents=True, exist_ok=True)
        classes = {
            label: {"name": way, "meaning": f"it {way}"}
            for label, way in zip(labels, ("rises", "falls"), strict=True)
        }
        (folder / name / CLASSES).write_text(json.dumps({"classes": classes}))
        for side, n in (("TRAIN", n_train), ("TEST", n_test)):
            lines = ["@data"] if suffix == "ts" else []
            for k in range(n):
                line = (-1) ** k * np.linspace(-1, 1, 40) + 0.1 * rng.normal(size=40)
                said = [f"{one:.4f}" for one in line]
                if suffix == "ts":
                    lines.append(":".join([",".join(said), ",".join(said), labels[k % 2]]))
                else:
                    lines.append("\t".join([labels[k % 2], *said]))
            (folder / name / f"{name}_{side}.{suffix}").write_text("\n".join(lines) + "\n")
        meant = {"extension": "Somebody should look at the valve."} if name == "LINES" else {}
        reasons = [
            {"row": k, "think": f"The line {('rises', 'falls')[k % 2]}.", **meant}
            for k in range(n_train)
        ]
        text = "".join(json.dumps(one) + "\n" for one in reasons)
        (folder / name / REASONS).write_text(text)
    return folder


def _file(folder: Path, side: str) -> Path:
    found = [
        path
        for path in sorted(folder.iterdir())
        if path.suffix in SUFFIXES and path.stem.casefold().endswith(side)
    ]
    if len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        raise DataError(
            f"'{folder}' has {len(found)} files of its {side} part ({names}); give one whose name "
            f"ends in {side.upper()}, as {folder.name}_{side.upper()}.tsv, and one alone"
        )
    return found[0]


def _named(path: Path, names: Mapping[str, str]) -> list[Row]:
    """Return the rows of a file, all of whose labels have names."""
    rows = read_rows(path)
    unknown = sorted({row.label for row in rows} - set(names))
    if unknown:
        raise DataError(
            f"'{path}' has the label {unknown[0]!r}, which {CLASSES} does not name; it names "
            f"{', '.join(names)}: add it there"
        )
    return rows


def _option(path: Path, label: str, value: Any) -> Option:
    name = value.get("name") if isinstance(value, dict) else None
    if not isinstance(name, str) or not name.strip() or re.search(r"[<>`\n]", name):
        raise DataError(
            f"'{path}' gives the class {label!r} the name {name!r}; give it one in a line, without "
            "<, > and `, which would break the tags that it is written in"
        )
    meaning = str(value.get("meaning") or "")
    return Option(key=name.strip(), wordings=(name.strip(),), meaning=meaning)


def _reasons(
    folder: Path, train: Sequence[Row], names: Mapping[str, str]
) -> dict[int, list[Reason]]:
    """Return what is said of training rows, without what names another class than theirs."""
    path = folder / REASONS
    found: dict[int, list[Reason]] = {}
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    for k, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"line {k} of '{path}'"
        try:
            read: Any = json.loads(line)
        except ValueError as error:
            raise DataError(f"{where} is no JSON ({error}); write an object a line") from error
        row = read.get("row") if isinstance(read, dict) else None
        if type(row) is not int or not 0 <= row < len(train) or not read.get("think"):
            raise DataError(
                f"{where} says nothing of a row; give `row` from 0 to {len(train) - 1}, and `think`"
            )
        named = read.get("class")
        if named is None or str(named).casefold() == names[train[row].label].casefold():
            reason = Reason(str(read["think"]), str(read.get("extension") or ""))
            found.setdefault(row, []).append(reason)
    return found


def _row(line: str, where: str) -> Row:
    """Read `label value value ...`, whatever stands between."""
    mark = next((one for one in ("\t", ",", ";") if one in line.strip()), None)
    label, *cells = line.strip().split(mark)
    return _made([cells], label, where)


def _ts_row(line: str, where: str) -> Row:
    *channels, label = line.strip().split(":")
    if not channels or "(" in line:
        raise DataError(
            f"{where} is no series with its label behind a colon; series with times of their own "
            "are not read: give values alone"
        )
    return _made([one.split(",") for one in channels], label, where)


def _made(channels: Sequence[Sequence[str]], label: str, where: str) -> Row:
    try:
        read = [[_number(cell) for cell in one] for one in channels]
    except ValueError as error:
        raise DataError(
            f"{where} holds what is no number ({error}); write numbers or NaN"
        ) from error
    if len({len(one) for one in read}) != 1 or not read[0]:
        raise DataError(
            f"{where} has channels of {[len(one) for one in read]} values; give all of them one "
            "length of at least 1"
        )
    values = np.array(read, np.float64).T
    there = np.flatnonzero(np.isfinite(values).any(axis=1))
    if not len(there) or not label.strip():
        raise DataError(f"{where} has no value or no label; take it out, or mend it")
    return Row(values[: there[-1] + 1], _label(label))


def _number(cell: str) -> float:
    return math.nan if cell.strip() in ("?", "") else float(cell)


def _label(text: str) -> str:
    """Return a label as a whole number where it is one: `1`, `1.0` and `1.0000000e+00` are one."""
    try:
        number = float(text)
    except ValueError:
        return text.strip()
    return str(int(number)) if number.is_integer() else text.strip()
