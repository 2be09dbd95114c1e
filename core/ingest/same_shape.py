"""Files of the same shape: their settings are remembered and fit again. Stores nothing."""

import hashlib
import json

from core.ingest.propose import Proposal
from core.ingest.settings import Settings

# What differs between files of one shape without making them other files.
_OF_ONE_FILE = {"skip_lines", "skip_end", "encoding"}


def shape_key(proposal: Proposal) -> str:
    """Return a hash of the format, the column names in order, and the way of reading."""
    reading = proposal.settings.reading.model_dump(mode="json", exclude=_OF_ONE_FILE)
    columns = [column.name for column in proposal.columns]
    text = json.dumps([reading, columns], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def adapt(remembered: Settings, proposal: Proposal) -> Settings | None:
    """Return remembered settings for another file of the same shape, or None if they do not fit.

    The name and the place of the table are those of the file at hand; all choices are kept.
    """
    there = {column.name for column in proposal.columns}
    used = {*remembered.time.columns, *remembered.value_columns, *remembered.answer_columns}
    if remembered.id_column:
        used |= {remembered.id_column, *remembered.id_also}
    if not used <= there or not remembered.value_columns:
        return None
    now = proposal.settings
    if remembered.reading.format != now.reading.format:
        return None
    place = {field: getattr(now.reading, field) for field in _OF_ONE_FILE}
    reading = remembered.reading.model_copy(update=place)
    return remembered.model_copy(
        update={"name": now.name, "source": now.source, "reading": reading}
    )
