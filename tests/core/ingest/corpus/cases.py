"""All files of the corpus, generated; nothing is stored and every run makes the same bytes."""

from tests.core.ingest.corpus import damage, layouts, times
from tests.core.ingest.corpus.case import Case


def all_cases() -> list[Case]:
    """Return every case once."""
    found = [*layouts.cases(), *times.cases(), *damage.cases()]
    assert len({case.id for case in found}) == len(found), "two cases have one name"
    return found
