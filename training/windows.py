"""A window as a snapshot keeps it: where it lies, and nothing of what was said of it."""

from pathlib import Path
from typing import TypeVar

from core.errors import DataError
from core.model import Frozen
from training import files


class StoredWindow(Frozen):
    """A window without its answer, as gold is kept; samples `[start, stop)`."""

    item_id: str
    question_id: str
    series_id: str
    content_hash: str
    start: int
    stop: int


Stored = TypeVar("Stored", bound=StoredWindow)


def read_stored(kind: type[Stored], folder: Path, name: str) -> list[Stored]:
    """Read a file of a snapshot, a window a line; none where the snapshot is from before it.

    Raises:
        DataError: if the file is damaged.
    """
    path = folder / name
    if not path.exists():
        return []
    try:
        return [kind.model_validate_json(line) for line in files.read_lines(path)[0]]
    except ValueError as error:
        raise DataError(
            f"{name} of the snapshot {folder.name[:12]} cannot be read ({error}); it is "
            "damaged: start the training again as a new one"
        ) from error
