"""Short cuts for reading small texts in the ingest tests."""

from core.ingest import Built, Settings, build, propose
from core.series import SeriesData, SeriesInfo


def read(text: str | bytes, name: str = "pump.csv", **changes: object) -> Built:
    """Read a text as proposed, with some settings changed."""
    raw = text.encode() if isinstance(text, str) else text
    settings = propose(name, raw).settings
    return build(raw, settings.model_copy(update=changes))


def only(text: str | bytes, **changes: object) -> tuple[SeriesData, SeriesInfo]:
    """Read a text that becomes exactly one series."""
    (series,) = read(text, **changes).series
    return series


def detect(text: str | bytes) -> Settings:
    """Return the proposed settings of a text."""
    return propose("pump.csv", text.encode() if isinstance(text, str) else text).settings
