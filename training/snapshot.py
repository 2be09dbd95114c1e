"""Snapshots: an immutable, content-hashed folder with all that a training run needs.

    manifest.json            hash, kind of split, counts
    questions.json           the questions, whole
    examples.jsonl           one labelled window per line: what is learned, and its split
    phrases.jsonl            one phrase per line that a person judged, on the same splits
    preferences.jsonl        two answers per line, the better one first, on the same splits
    evaluation_items.jsonl   gold windows WITHOUT answers
    arrays/<hash>.npy        values of a series (n, channels); <hash>.seconds.npy its time axis

Pure: works on plain values. No name of a series, a file or a channel is ever written, and a
labelled window that shares a sample with gold is refused.
"""

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from core.answers import AnswerContent, QuestionKind
from core.errors import DataError
from core.lineage import Learned
from core.questions.base import LABEL_LEARNED, Question
from core.review import Item
from core.series import SeriesData, WindowView
from training import files, splits
from training.examples import Source, Split, TrainingExample
from training.material import GoldBook, LabelledItem
from training.phrases import PHRASES, JudgedPhrase, StoredPhrase, in_order, stored_phrase
from training.preferences import PREFERENCES, JudgedPreference, StoredPreference, stored_preference
from training.preferences import in_order as preferences_in_order
from training.windows import StoredWindow

FEWEST_EXAMPLES = 10
"""Labelled windows that a question needs to be learned at all."""


class StoredExample(StoredWindow):
    """A labelled window; `group` holds its series and near-duplicates together."""

    content: AnswerContent
    pseudo: AnswerContent | None
    source: Source
    split: Split
    group: str

    def on(self, view: WindowView) -> TrainingExample:
        """Return what a recipe is given: the label on the window's samples."""
        return TrainingExample(
            question_id=self.question_id,
            view=view,
            content=self.content,
            source=self.source,
            split=self.split,
            group=self.group,
            pseudo=self.pseudo,
            item_id=self.item_id,
        )


class OnItem(Protocol):
    """What is learned of an item: its answer, or a phrase about it."""

    @property
    def item(self) -> Item: ...


AnItem = TypeVar("AnItem", bound=OnItem)


@dataclass(frozen=True)
class Snapshot:
    """A snapshot on disk; `manifest` is its summary."""

    content_hash: str
    folder: Path
    manifest: dict[str, Any]


@dataclass(frozen=True)
class EvaluationWindow:
    """A gold window as a student sees it."""

    item_id: str
    question_id: str
    view: WindowView


@dataclass(frozen=True)
class Arranged:
    """What a snapshot holds, without samples.

    Attributes:
        missing: why a question is left out, by its id.
        n_too_like_gold: labelled windows that are left out for being near-copies of gold.
    """

    questions: tuple[Question, ...]
    missing: dict[str, str]
    kind: splits.SplitKind
    examples: tuple[StoredExample, ...]
    phrases: tuple[StoredPhrase, ...]
    preferences: tuple[StoredPreference, ...]
    windows: tuple[StoredWindow, ...]
    n_too_like_gold: int


def preflight(
    questions: Sequence[Question],
    labelled: Sequence[LabelledItem],
    learns: frozenset[QuestionKind] = LABEL_LEARNED,
) -> dict[str, str]:
    """Return what is missing, by the id of each question that cannot be learned yet.

    Args:
        learns: kinds of questions whose answers the recipe learns.
    """
    missing: dict[str, str] = {}
    for question in questions:
        contents = [one.content for one in labelled if one.item.question_id == question.id]
        if question.kind == "open" and "open" not in learns:
            missing[question.id] = (
                f"“{question.name}” is answered in free text, which only a reasoning student "
                "learns to write, from examples; its answers stay in Review and Explore"
            )
        elif question.kind not in learns:
            missing[question.id] = _of_another_recipe(question)
        elif question.kind == "change_point":
            if not contents:
                missing[question.id] = (
                    f"“{question.name}” has no window outside gold that anybody answered; labels "
                    "are not needed, but windows are: ask the rules about some"
                )
        elif len(contents) < FEWEST_EXAMPLES:
            missing[question.id] = (
                f"“{question.name}” has {len(contents)} labelled windows outside gold; "
                f"it needs {FEWEST_EXAMPLES}: ask a teacher for more, or review more"
            )
        elif question.kind == "pattern" and len({content.label for content in contents}) < 2:
            missing[question.id] = (
                f"all {len(contents)} labelled windows of “{question.name}” have the same label; "
                "two different ones are needed: ask about series of another kind"
            )
        elif question.kind == "anomaly" and not any(content.intervals for content in contents):
            missing[question.id] = (
                f"none of the {len(contents)} labelled windows of “{question.name}” holds an "
                "event; at least one is needed: ask about, or mark, windows with events"
            )
    return missing


def _of_another_recipe(question: Question) -> str:
    if question.kind == "change_point":
        return (
            f"“{question.name}” is about change points, which are learned from series of several "
            "channels and not from labels: the recipe for change points does"
        )
    return (
        f"“{question.name}” is learned from labels, and this recipe learns change points from "
        "series: choose another recipe for it"
    )


def write(
    root: Path,
    questions: Sequence[Question],
    labelled: Sequence[LabelledItem],
    evaluation: Sequence[Item],
    gold: GoldBook,
    read: Callable[[str], SeriesData],
    lengths: Mapping[str, Sequence[int]] | None = None,
    seed: int = 1,
    phrases: Sequence[JudgedPhrase] = (),
    preferences: Sequence[JudgedPreference] = (),
    learns: frozenset[QuestionKind] = LABEL_LEARNED,
) -> Snapshot:
    """Write `root/<hash>/`, or find it there; equal content gives an equal hash.

    Args:
        root: the folder of all snapshots.
        labelled: what may be learned; items of questions that cannot be learned are left out.
        evaluation: gold items; their windows alone are written.
        read: gives the samples of a series by its id.
        lengths: of the series that were continued, how long they were, the shortest first.
        phrases: that people judged; those of questions that cannot be learned are left out.
        preferences: which of two answers is better; the same holds for them.
        learns: kinds of questions whose answers the recipe learns.

    Raises:
        DataError: too little to learn from, or a labelled window that touches gold.
    """
    said_of: list[OnItem] = [*labelled, *phrases, *preferences]
    _refuse_gold(said_of, gold)
    used = [*(one.item for one in said_of), *evaluation]
    series = {one: read(one) for one in sorted({item.series_id for item in used})}
    groups = splits.near_duplicates(series, lengths or {})
    hashes = {one: data.content_hash for one, data in series.items()}
    made = arrange(
        questions, labelled, evaluation, gold, hashes, groups, seed, phrases, preferences, learns
    )
    stored: list[StoredWindow] = [
        *made.examples,
        *made.phrases,
        *made.preferences,
        *made.windows,
    ]
    used_series = {one.content_hash: series[one.series_id] for one in stored}
    manifest = _manifest(made.kind, made.questions, made.missing, made.examples, made.windows, seed)
    manifest["n_too_like_gold"] = made.n_too_like_gold
    manifest["n_phrases"] = len(made.phrases)
    origins = Counter(one.origin for one in made.preferences)
    manifest["n_preferences"] = dict(sorted(origins.items()))
    parts = (made.questions, made.examples, made.phrases, made.preferences, made.windows)
    manifest["content_hash"] = _hash(manifest, *parts)
    return _write_folder(root, manifest, *parts, list(used_series.values()))


def arrange(
    questions: Sequence[Question],
    labelled: Sequence[LabelledItem],
    evaluation: Sequence[Item],
    gold: GoldBook,
    hashes: Mapping[str, str],
    groups: Mapping[str, str],
    seed: int = 1,
    phrases: Sequence[JudgedPhrase] = (),
    preferences: Sequence[JudgedPreference] = (),
    learns: frozenset[QuestionKind] = LABEL_LEARNED,
) -> Arranged:
    """Say what a snapshot of these would hold, without any samples: a page shows it beforehand.

    Args:
        hashes: content hash of each series.
        groups: its near-duplicates, as `splits.near_duplicates` names them.

    Raises:
        DataError: too little to learn from.
    """
    apart = apart_from_gold(labelled, evaluation, groups, gold)
    missing = preflight(questions, apart, learns)
    learned = [question for question in questions if question.id not in missing]
    if not learned:
        raise DataError("there is too little to learn from. " + ". ".join(missing.values()))
    kept = [one for one in apart if one.item.question_id not in missing]
    kept.sort(key=lambda one: one.item.id)
    said = in_order(
        one
        for one in apart_from_gold(phrases, evaluation, groups, gold)
        if one.item.question_id not in missing
    )
    preferred = preferences_in_order(
        one
        for one in apart_from_gold(preferences, evaluation, groups, gold)
        if one.item.question_id not in missing
    )
    asked = {question.id for question in learned if question.learned}  # gold measures no texts
    tested = sorted((item for item in evaluation if item.question_id in asked), key=lambda i: i.id)
    said_of: list[OnItem] = [*labelled, *phrases, *preferences]
    n_series = len({one.item.series_id for one in said_of} | {one.series_id for one in evaluation})
    kind = splits.split_kind(n_series, len({groups[one.item.series_id] for one in kept}))
    sides = _sides(kind, kept, [*said, *preferred], groups, seed)
    return Arranged(
        questions=tuple(learned),
        missing=missing,
        kind=kind,
        examples=tuple(_examples(kept, sides, hashes, groups)),
        phrases=tuple(_pairs(said, sides, hashes, groups)),
        preferences=tuple(_preferences(preferred, sides, hashes, groups)),
        windows=tuple(_window(item, hashes[item.series_id]) for item in tested),
        n_too_like_gold=len(labelled) - len(apart),
    )


def load(
    folder: Path,
) -> tuple[dict[str, Any], list[Question], list[TrainingExample], list[EvaluationWindow]]:
    """Read a snapshot: manifest, questions, training examples, evaluation windows.

    Raises:
        DataError: if a file is missing or damaged.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        texts = json.loads((folder / "questions.json").read_text())
        questions = [Question.model_validate(text) for text in texts]
        arrays = _Arrays(folder / "arrays")
        examples = [
            one.on(arrays.view(one))
            for one in map(StoredExample.model_validate_json, _lines(folder / "examples.jsonl"))
        ]
        windows = [
            EvaluationWindow(one.item_id, one.question_id, arrays.view(one))
            for one in map(
                StoredWindow.model_validate_json, _lines(folder / "evaluation_items.jsonl")
            )
        ]
    except (OSError, ValueError) as error:
        raise DataError(
            f"the snapshot {folder.name[:12]} cannot be read ({error}); it is missing or damaged: "
            "start the training again as a new one"
        ) from error
    return manifest, questions, examples, windows


def damage(folder: Path) -> str:
    """Say what of a snapshot is missing or cut; empty when all is there. Reads no array.

    Its content is named by its hash, so a folder that is there is taken as it is by every run of
    equal content: a damaged one must be moved away.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        lines = _lines(folder / "examples.jsonl")
        windows = [*lines, *_lines(folder / "evaluation_items.jsonl")]
        hashes = {json.loads(line)["content_hash"] for line in windows}
    except (OSError, ValueError, KeyError) as error:
        return f"{error}"
    if len(lines) != manifest["n_examples"]:
        return f"examples.jsonl has {len(lines)} of {manifest['n_examples']} examples"
    for one in sorted(hashes):
        if not (folder / "arrays" / f"{one}.npy").exists():
            return f"the samples {one[:12]} are missing"
    return ""


def learned_labels(folder: Path) -> dict[str, Learned]:
    """Return the labels of a snapshot by item; empty when its folder is gone.

    What was learned from it is known no more then, and nothing can be said of it.
    """
    if not (folder / "examples.jsonl").exists():
        return {}
    examples = map(StoredExample.model_validate_json, _lines(folder / "examples.jsonl"))
    return {one.item_id: Learned(one.content, one.source == "correction") for one in examples}


class _Arrays:
    """Reads each series of a snapshot once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, tuple[Any, Any]] = {}

    def view(self, window: StoredWindow) -> WindowView:
        if window.content_hash not in self._read:
            times = self._folder / f"{window.content_hash}.seconds.npy"
            self._read[window.content_hash] = (
                np.load(self._folder / f"{window.content_hash}.npy", allow_pickle=False),
                np.load(times, allow_pickle=False) if times.exists() else None,
            )
        values, seconds = self._read[window.content_hash]
        cut = slice(window.start, window.stop)
        return WindowView(
            values=values[cut],
            start=window.start,
            seconds=None if seconds is None else seconds[cut] - seconds[window.start],
        )


def _refuse_gold(labelled: Sequence[OnItem], gold: GoldBook) -> None:
    for one in labelled:
        item = one.item
        if gold.touches(item.series_id, item.start, item.stop):
            raise DataError(
                f"the item {item.id} on [{item.start}, {item.stop}) shares samples with gold; "
                "gold must reach nothing that learns: choose the material again"
            )


def apart_from_gold(
    labelled: Sequence[AnItem],
    evaluation: Sequence[Item],
    groups: Mapping[str, str],
    gold: GoldBook,
) -> list[AnItem]:
    """Leave out near-duplicates of gold series: a student would be tested on what it has seen."""
    gold_series = {item.series_id for item in evaluation}
    gold_groups = {groups[one] for one in gold_series}

    def apart(item: Item) -> bool:
        if groups[item.series_id] not in gold_groups:
            return True
        if item.series_id not in gold_series:
            return False
        # Its own time block was cut out with a gap; a twin has its block at another place, and
        # there the two series look alike.
        twins = (one for one in gold_series if groups[one] == groups[item.series_id])
        return all(gold.may_learn(item.model_copy(update={"series_id": one})) for one in twins)

    return [one for one in labelled if apart(one.item)]


def _sides(
    kind: splits.SplitKind,
    kept: Sequence[LabelledItem],
    said: Sequence[OnItem],
    groups: Mapping[str, str],
    seed: int,
) -> dict[str, Split | None]:
    """Return the side of each item; what was said of items without an example is split too."""
    there = {one.item.id for one in kept}
    others = {one.item.id: one.item for one in said if one.item.id not in there}
    items = [*(one.item for one in kept), *others.values()]
    sides: Sequence[Split | None]
    if kind == "by series":
        sides = splits.split_by_series(items, groups, seed)
    else:
        sides = splits.split_by_time(items)
    return {item.id: side for item, side in zip(items, sides, strict=True)}


def _examples(
    kept: Sequence[LabelledItem],
    sides: Mapping[str, Split | None],
    hashes: Mapping[str, str],
    groups: Mapping[str, str],
) -> list[StoredExample]:
    return [
        StoredExample(
            **_window(one.item, hashes[one.item.series_id]).model_dump(),
            content=one.content,
            pseudo=one.pseudo,
            source=one.source,
            split=side,
            group=groups[one.item.series_id],
        )
        for one in kept
        if (side := sides[one.item.id]) is not None
    ]


def _pairs(
    phrases: Sequence[JudgedPhrase],
    sides: Mapping[str, Split | None],
    hashes: Mapping[str, str],
    groups: Mapping[str, str],
) -> list[StoredPhrase]:
    return [
        stored_phrase(
            _window(one.item, hashes[one.item.series_id]), one, side, groups[one.item.series_id]
        )
        for one in phrases
        if (side := sides[one.item.id]) is not None
    ]


def _preferences(
    preferred: Sequence[JudgedPreference],
    sides: Mapping[str, Split | None],
    hashes: Mapping[str, str],
    groups: Mapping[str, str],
) -> list[StoredPreference]:
    return [
        stored_preference(
            _window(one.item, hashes[one.item.series_id]), one, side, groups[one.item.series_id]
        )
        for one in preferred
        if (side := sides[one.item.id]) is not None
    ]


def _window(item: Item, content_hash: str) -> StoredWindow:
    return StoredWindow(
        item_id=item.id,
        question_id=item.question_id,
        series_id=item.series_id,
        content_hash=content_hash,
        start=item.start,
        stop=item.stop,
    )


def _manifest(
    kind: splits.SplitKind,
    questions: Sequence[Question],
    missing: dict[str, str],
    examples: Sequence[StoredExample],
    windows: Sequence[StoredWindow],
    seed: int,
) -> dict[str, Any]:
    counts = Counter((one.question_id, one.source, one.split) for one in examples)
    return {
        "schema": 1,
        "split": kind,
        "seed": seed,
        "questions": [question.id for question in questions],
        "left_out": missing,
        "n_examples": len(examples),
        "n_series": len({one.series_id for one in examples}),
        "n_groups": len({one.group for one in examples}),
        "n_evaluation": len(windows),
        "counts": [
            {"question_id": q, "source": source, "split": split, "n": n}
            for (q, source, split), n in sorted(counts.items())
        ],
    }


def _hash(
    manifest: dict[str, Any],
    questions: Sequence[Question],
    examples: Sequence[StoredExample],
    phrases: Sequence[StoredPhrase],
    preferences: Sequence[StoredPreference],
    windows: Sequence[StoredWindow],
) -> str:
    digest = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode())
    for value in (*questions, *examples, *phrases, *preferences, *windows):
        digest.update(value.model_dump_json().encode())
        digest.update(b"\n")
    return digest.hexdigest()


def _write_folder(
    root: Path,
    manifest: dict[str, Any],
    questions: Sequence[Question],
    examples: Sequence[StoredExample],
    phrases: Sequence[StoredPhrase],
    preferences: Sequence[StoredPreference],
    windows: Sequence[StoredWindow],
    series: Sequence[SeriesData],
) -> Snapshot:
    final = root / manifest["content_hash"]
    if not (final / "manifest.json").exists():
        part = root / f".{final.name}.{os.getpid()}.part"
        shutil.rmtree(part, ignore_errors=True)
        (part / "arrays").mkdir(parents=True)
        for data in series:
            np.save(part / "arrays" / f"{data.content_hash}.npy", data.values)
            seconds = data.seconds()
            if seconds is not None:
                np.save(part / "arrays" / f"{data.content_hash}.seconds.npy", seconds)
        files.write_json(part / "questions.json", [q.model_dump(mode="json") for q in questions])
        files.append_lines(part / "examples.jsonl", (e.model_dump_json() for e in examples))
        files.append_lines(part / PHRASES, (p.model_dump_json() for p in phrases))
        files.append_lines(part / PREFERENCES, (p.model_dump_json() for p in preferences))
        files.append_lines(part / "evaluation_items.jsonl", (w.model_dump_json() for w in windows))
        files.write_json(part / "manifest.json", manifest)
        os.replace(part, final)
    return Snapshot(manifest["content_hash"], final, manifest)


def _lines(path: Path) -> list[str]:
    if not path.exists():
        raise FileNotFoundError(f"{path.name} is missing")
    return files.read_lines(path)[0]
