"""Which models a training run compares: contestants.json of its folder."""

from collections.abc import Sequence
from pathlib import Path

from core.answers import AuthorKind
from core.model import Frozen
from training import files


class Contestant(Frozen):
    """One of the models that a run compares, and why it is missing if it is."""

    name: str
    kind: AuthorKind
    folder: str
    n_examples: int = 0
    question_ids: tuple[str, ...] = ()
    why_not: str = ""
    seconds: float = 0.0


def write_contestants(folder: Path, contestants: Sequence[Contestant]) -> None:
    """Write the models trained so far into the folder of their run."""
    files.write_json(folder / "contestants.json", [one.model_dump() for one in contestants])


def read_contestants(folder: Path) -> list[Contestant]:
    """Read which models a run trained so far; none before the first."""
    if not (folder / "contestants.json").exists():
        return []
    read = files.read_json(folder / "contestants.json")
    return [Contestant.model_validate(one) for one in read]
