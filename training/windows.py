"""A window as a snapshot keeps it: where it lies, and nothing of what was said of it."""

from core.model import Frozen


class StoredWindow(Frozen):
    """A window without its answer, as gold is kept; samples `[start, stop)`."""

    item_id: str
    question_id: str
    series_id: str
    content_hash: str
    start: int
    stop: int
