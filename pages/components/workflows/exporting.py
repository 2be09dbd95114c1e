"""What people decided, written to a file that other programs read. No Streamlit.

Gold reaches nothing that learns: a chat file for training holds no gold, nothing that shares a
sample with it and no near-duplicate of a gold series. Gold comes in a file of its own, when asked.
"""

import shutil
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.errors import DataError
from core.exports.chat_writing import PICTURES, Pictures, chat_line, picture_of
from core.exports.intervals_csv import intervals_csv
from core.exports.label_studio import label_studio_json
from core.exports.model import Reviewed, Split
from core.exports.read import CHAT_FILE, GOLD_FILE
from core.ids import new_id
from core.render import render_hash
from core.series import SeriesData
from pages.components.words import count
from pages.components.workflows.export_sides import Decided, decided_items, sides_of
from pages.components.workflows.export_tables import write_tables
from pages.components.workflows.uploading import EXPORTS
from storage import Store
from training.material import GoldBook

Format = Literal["chat", "intervals", "label_studio", "everything"]
Report = Callable[[float, str], object]
"""Told the share that is done, in [0, 1], and what is being done."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants to take away.

    Attributes:
        question_id: any version of the question; None for all. Everything is always everything.
        gold: a chat export also gets the gold items, in a file of their own.
        pictures: whether a chat file holds its pictures or has them beside it.
    """

    format: Format
    question_id: str | None = None
    gold: bool = False
    pictures: Pictures = "beside"


@dataclass(frozen=True)
class Made:
    """A file that was written, with what is in it and what is not, in words."""

    path: Path
    mime: str
    words: str
    left_out: tuple[str, ...] = ()


def export(store: Store, project_id: str, wish: Wish, report: Report) -> Made:
    """Write what is wished for into the home's folder of exports.

    Raises:
        DataError: when there is nothing to write.
    """
    folder = store.home / EXPORTS / new_id()
    folder.mkdir(parents=True)
    try:
        if wish.format == "everything":
            path = folder / "everything.zip"
            words = write_tables(store, project_id, path, report)
            return Made(path, "application/zip", words)
        decided = decided_items(store, project_id, wish.question_id)
        if not decided:
            raise DataError(
                "no item has a label yet, so there is nothing to export; decide on some in Review"
            )
        if wish.format == "chat":
            return _chat(store, project_id, wish, decided, folder, report)
        return _flat(store, project_id, wish.format, decided, folder, report)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def discard(store: Store, made: Made) -> None:
    """Remove a file that was written; one that is away already stays so."""
    folder = made.path.parent
    if folder.parent == store.home / EXPORTS:
        shutil.rmtree(folder, ignore_errors=True)


def _flat(
    store: Store,
    project_id: str,
    form: Format,
    decided: Sequence[Decided],
    folder: Path,
    report: Report,
) -> Made:
    gold = GoldBook(store.gold.ranges(project_id))
    sides: dict[str, Split] = {
        one.item.id: "gold" if gold.reason(one.item) is not None else "" for one in decided
    }
    items = _reviewed(store, project_id, decided, sides, report)
    name, mime, pieces = (
        ("intervals.csv", "text/csv", intervals_csv(items))
        if form == "intervals"
        else ("label-studio.json", "application/json", label_studio_json(items))
    )
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(pieces)
    n_gold = sum(side == "gold" for side in sides.values())
    words = count(len(decided), "label")
    return Made(path, mime, f"{words}, {n_gold:,} of them gold" if n_gold else words)


def _chat(
    store: Store,
    project_id: str,
    wish: Wish,
    decided: Sequence[Decided],
    folder: Path,
    report: Report,
) -> Made:
    report(0.0, "Reading the series ...")
    sides, left_out = sides_of(store, project_id, decided)
    wanted = ("train", "validation", "gold") if wish.gold else ("train", "validation")
    chosen = [one for one in decided if sides.get(one.item.id) in wanted]
    if not chosen:
        raise DataError(
            f"all {count(len(decided), 'label')} lie on or beside gold, so none may be learned "
            "from; decide on items outside gold, or ask for the file of gold as well"
        )
    items = _reviewed(store, project_id, chosen, sides, report)
    if wish.pictures == "inside" and not wish.gold:
        path = folder / CHAT_FILE
        with path.open("w", encoding="utf-8") as file:
            file.writelines(chat_line(one, picture_of(one), "inside") + "\n" for one in items)
    else:
        path = folder / "chat.zip"
        _chat_archive(path, items, wish.pictures)
    n_of = Counter(sides[one.item.id] for one in chosen)
    words = ", ".join(f"{n_of[side]:,} {side}" for side in wanted if n_of[side])
    mime = "application/zip" if path.suffix == ".zip" else "application/jsonl"
    n_gold = sum(side == "gold" for side in sides.values())
    if n_gold and not wish.gold:
        left_out = (
            f"{count(n_gold, 'gold label')}: they measure, and are never learned from",
            *left_out,
        )
    return Made(path, mime, words, left_out)


def _chat_archive(path: Path, items: Iterable[Reviewed], pictures: Pictures) -> None:
    """Write both files and their pictures; a picture that several items share is written once."""
    parts = {name: path.with_name(f".{name}.part") for name in (CHAT_FILE, GOLD_FILE)}
    there: set[str] = set()
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        parts[CHAT_FILE].open("w", encoding="utf-8") as learned,
        parts[GOLD_FILE].open("w", encoding="utf-8") as gold,
    ):
        for one in items:
            png = picture_of(one)
            digest = render_hash(png)
            if pictures == "beside" and digest not in there:
                # A PNG is compressed already.
                archive.writestr(f"{PICTURES}/{digest}.png", png, zipfile.ZIP_STORED)
                there.add(digest)
            (gold if one.split == "gold" else learned).write(chat_line(one, png, pictures) + "\n")
        learned.flush()
        gold.flush()
        for name, part in parts.items():
            if part.stat().st_size:
                archive.write(part, name)
    for part in parts.values():
        part.unlink()


def _reviewed(
    store: Store,
    project_id: str,
    decided: Sequence[Decided],
    sides: dict[str, Split],
    report: Report,
) -> Iterator[Reviewed]:
    """Yield the items with their series, which are read one after the other."""
    by_series: dict[str, list[Decided]] = defaultdict(list)
    for one in decided:
        by_series[one.item.series_id].append(one)
    done = 0
    for series_id, several in by_series.items():
        stored = store.series.get(project_id, series_id)
        data: SeriesData = store.series.data(stored)
        for one in several:
            assert one.label.content is not None  # `decided_items` looked
            yield Reviewed(
                item=one.item,
                question=one.question,
                info=stored.info,
                data=data,
                event=one.label.event,
                content=one.label.content,
                split=sides[one.item.id],
            )
            done += 1
            report(done / len(decided), f"{done:,} of {count(len(decided), 'label')}")
