"""What a reader of a foreign format found out beside the columns: travels with the Arrow table."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

import pyarrow as pa

from core.model import Frozen

_KEY = b"understudy"


class Facts(Frozen):
    """Sentences about how a file was read, and its records that could not be.

    Attributes:
        notes: for the series' treatments.
        answers: columns that say what the others should be recognised as.
        bad_rows: 0-based record and reason; these records are not in the table.
    """

    notes: tuple[str, ...] = ()
    bad_rows: tuple[tuple[int, str], ...] = ()
    answers: tuple[str, ...] = ()


def with_facts(table: pa.Table, facts: Facts) -> pa.Table:
    """Return the table with the facts attached."""
    return table.replace_schema_metadata({_KEY: facts.model_dump_json().encode()})


def facts_of(table: pa.Table) -> Facts:
    """Return the facts attached to a table; none when there are none."""
    text = (table.schema.metadata or {}).get(_KEY)
    return Facts.model_validate_json(text) if text else Facts()
