"""The run folder of a batch asked of models: what it holds besides the files of every run.

    config.json        "batch": the `ModelBatch`, never a key; paths of the two folders below
    earlier.jsonl      answers that the same teachers gave to the same items before this run
    answers.jsonl      the answers of this run
    failures.jsonl     tries that gave no answer, with all that was said
    spent.jsonl        each exchange that was paid for, noted when it came in
    selections.jsonl   which of several answers was chosen, and what each candidate scored
    learned.json       what was learned of the endpoints

Exchanges and pictures lie outside, shared by all runs of a data folder.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from core.answers import Answer, Author, FailedAnswer
from core.selection_records import Selection
from training import files
from training.label_records import Learned, ModelBatch, Spent, Unit
from training.pictures import PictureFolder
from training.run_folder import RunFolder


@dataclass(frozen=True)
class LabelFolder:
    """Reads and writes the files of one batch."""

    run: RunFolder

    @property
    def path(self) -> Path:
        """The run folder."""
        return self.run.path

    @property
    def job_id(self) -> str:
        """The job that asked for the run."""
        return str(self.run.config().get("job_id", ""))

    @property
    def exchanges(self) -> Path:
        """Where exchanges are kept, for this run and the next ones."""
        return self._beside("exchanges")

    def batch(self) -> ModelBatch:
        """Return what is to be asked of whom."""
        return ModelBatch.model_validate(self.run.config()["batch"])

    @property
    def pictures(self) -> PictureFolder:
        """Where the pictures that were shown are kept."""
        return PictureFolder(self._beside("renders"))

    def _beside(self, name: str) -> Path:
        config: dict[str, Any] = self.run.config()
        return (self.path / config[name]).resolve()

    # -- what was asked before

    def write_earlier(self, answers: Iterable[Answer]) -> None:
        """Write what the teachers of this batch said to its items before."""
        lines = "".join(f"{answer.model_dump_json()}\n" for answer in answers)
        files.write_atomically(self.path / "earlier.jsonl", lines)

    def earlier(self) -> list[Answer]:
        """Return what the teachers of this batch said to its items before."""
        lines, _ = files.read_lines(self.path / "earlier.jsonl")
        return [Answer.model_validate_json(line) for line in lines]

    def done(self) -> set[Unit]:
        """Return what needs no asking: answered before or here, or failed here."""
        authors: dict[Author, Author] = {}
        return {
            (one.item_id, authors.setdefault(one.author, one.author), one.sample)
            for name in ("earlier", "answers", "failures")
            for one in _settled(self.path / f"{name}.jsonl")
        }

    # -- what comes out

    def failures(self, offset: int = 0) -> tuple[list[FailedAnswer], int]:
        """Return the failed tries from a byte offset on, and the offset to go on from."""
        lines, after = files.read_lines(self.path / "failures.jsonl", offset)
        return [FailedAnswer.model_validate_json(line) for line in lines], after

    def spent(self) -> list[Spent]:
        """Return every exchange that was paid for so far."""
        lines, _ = files.read_lines(self.path / "spent.jsonl")
        return [Spent.model_validate_json(line) for line in lines]

    def write_selections(self, selections: Iterable[Selection]) -> None:
        """Write which answer was chosen of each item; replaces an earlier choice of this run."""
        lines = "".join(f"{one.model_dump_json()}\n" for one in selections)
        files.write_atomically(self.path / "selections.jsonl", lines)

    def selections(self) -> list[Selection]:
        """Return which answer was chosen of each item."""
        lines, _ = files.read_lines(self.path / "selections.jsonl")
        return [Selection.model_validate_json(line) for line in lines]

    def write_learned(self, learned: Iterable[Learned]) -> None:
        """Write what was learned of the endpoints."""
        dumped = [one.model_dump(mode="json") for one in learned]
        files.write_json(self.path / "learned.json", dumped)

    def learned(self) -> list[Learned]:
        """Return what was learned of the endpoints; nothing before the run has ended once."""
        path = self.path / "learned.json"
        return (
            [Learned.model_validate(one) for one in files.read_json(path)] if path.exists() else []
        )


class LabelWriter:
    """Adds to the files of a batch that is at work; a line is with the system before a call ends.

    The files are opened once, not for each of thousands of answers.
    """

    def __init__(self, folder: LabelFolder) -> None:
        self._answers, self._failures, self._spent = (
            files.Lines(folder.path / f"{name}.jsonl") for name in ("answers", "failures", "spent")
        )

    def answer(self, answer: Answer) -> None:
        """Add an answer."""
        self._answers.add(answer.model_dump_json())

    def failure(self, failed: FailedAnswer) -> None:
        """Add a try that gave no answer."""
        self._failures.add(failed.model_dump_json())

    def spent(self, spent: Spent) -> None:
        """Note an exchange that was paid for."""
        self._spent.add(spent.model_dump_json())

    def close(self) -> None:
        """Let go of the files."""
        for lines in (self._answers, self._failures, self._spent):
            lines.close()


class _Settled(BaseModel):
    """What an answer or a failure settles; the rest of its line is skipped, not kept."""

    item_id: str
    author: Author
    sample: int = 0


def _settled(path: Path) -> Iterator[_Settled]:
    """Yield what the whole lines of a file settle, one line in memory at a time."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield _Settled.model_validate_json(line)
