"""What a training by preferences made of an answer, and of several drawn ones. No Streamlit.

Computed in a process and a folder of its own: the app itself never loads a model.
"""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from core.answers import Answer
from core.errors import JobError
from core.verifier import Credit
from pages.components.workflows.comparing import questions_of
from pages.components.workflows.reviewing import Desk
from storage import Store
from storage.rows import ModelVersion
from training.credit import SideBySide, read_credit, read_verified
from training.launcher import run_within
from training.run_folder import RunAsk, RunFolder

DPO = "dpo"
WAIT_S = 600
"""How long two models may take to be loaded and to read one answer."""
Found = TypeVar("Found")


@dataclass(frozen=True)
class Tuned:
    """A version that learned from preferences, and what it began with."""

    version: ModelVersion
    before: str
    beta: float


def tuned_versions(store: Store, desk: Desk) -> list[Tuned]:
    """Return the versions made by DPO that know the desk's question, the newest first."""
    found: list[Tuned] = []
    for version in store.versions.list(desk.item.project_id):
        folder = RunFolder(version.folder.parent)
        if version.state == "retired" or not version.folder.is_dir():
            continue
        config = folder.config() if (folder.path / "config.json").exists() else {}
        if config.get("recipe") != DPO or not _knows(store, version, desk):
            continue
        settings: dict[str, Any] = config["settings"]
        found.append(Tuned(version, str(settings["base"]), float(settings["beta"])))
    return found


def credit_of(store: Store, desk: Desk, tuned: Tuned, text: str) -> Credit:
    """Return what the training made of each token of a text on the desk's window.

    Raises:
        JobError: when the models give no answer, or none in time.
    """
    return _in_child(store, desk, tuned, {"text": text, "n": 0}, read_credit)


def side_by_side(store: Store, desk: Desk, tuned: Tuned, n: int, seed: int = 1) -> SideBySide:
    """Draw `n` answers to the desk's window, rank them, and choose by votes and by score.

    Raises:
        JobError: when none of them is an answer, or nothing came in time.
    """
    return _in_child(store, desk, tuned, {"text": "", "n": n, "seed": seed}, read_verified)


def text_of(answer: Answer) -> str:
    """Return what an answer's author wrote, letter by letter; empty when nothing was written."""
    return answer.raw_text.strip()


def _knows(store: Store, version: ModelVersion, desk: Desk) -> bool:
    return any(one.family_id == desk.question.family_id for one in questions_of(store, version))


def _in_child(
    store: Store,
    desk: Desk,
    tuned: Tuned,
    asked: dict[str, Any],
    read: Callable[[RunFolder], Found],
) -> Found:
    with tempfile.TemporaryDirectory(prefix="credit-") as name:
        folder = RunFolder.create(
            Path(name) / "run",
            {
                "kind": "credit",
                "tuned": str(tuned.version.folder),
                "before": tuned.before,
                "beta": tuned.beta,
                "temperature": 1.0,
                "seed": 1,
                **asked,
            },
        )
        folder.write_asks([desk.question], [_ask(store, desk, folder)])
        run_within(folder, "training.credit", WAIT_S, "the two models")
        status = folder.status()
        if status is None or status.state != "done":
            why = status.message if status is not None else folder.log_tail(1)
            raise JobError(f"the two versions could not be held side by side: {why}")
        return read(folder)


def _ask(store: Store, desk: Desk, folder: RunFolder) -> RunAsk:
    item, path = desk.item, store.series.blob_path(desk.series.content_hash)
    return RunAsk(
        ask_id=item.id,
        item_id=item.id,
        question_id=desk.question.id,
        series_path=os.path.relpath(path, folder.path),
        start=item.start,
        stop=item.stop,
    )
