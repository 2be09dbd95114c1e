"""Lines below a table that are no rows: totals, footnotes."""

import re

from core.ingest.cells import is_missing, is_value
from core.ingest.settings import Reading
from core.ingest.text.records import RULER, Line, cells_of, value_columns

_MOST_BELOW = 60  # lines that can stand below the table
_TOTAL = re.compile(
    r"[\"' ]*(sum(me|ma|s)?|total\w*|gesamt\w*|mittel\w*|average|avg|mean|median|min(imum)?"
    r"|max(imum)?|count|anzahl|std\w*|somme|moyenne|totaal|ende?|eof|end of \w+)\b.*",
    re.IGNORECASE,
)


def find_below(lines: list[str], reading: Reading, width: int) -> int:
    """Count the lines at the end of a text that are no rows: totals, footnotes."""
    below = 0
    rows = [(k, cells_of(Line(k, line), reading)) for k, line in enumerate(lines) if line.strip()]
    wide = [row for _, row in rows if len(row) == width and any(row)]
    values = value_columns(wide, width)
    if not values:
        return 0
    for back, line in enumerate(reversed(lines[-_MOST_BELOW:]), start=1):
        row = cells_of(Line(0, line), reading)
        if not any(row):
            continue  # nothing, or nothing but separators
        lead = row[values[0]] if len(row) > values[0] else row[0] if row else ""
        right = len(row) == width and (not is_missing(lead) and is_value(lead))
        # A row that was cut off begins like the others: it is a problem to be shown, no footnote.
        lead_text = line.strip().strip("\"'")
        begins = lead_text[:1].isdigit() or (lead_text[:1] in "+-" and lead_text[1:2].isdigit())
        begins = begins or (bool(row) and is_value(row[0]) and not is_missing(row[0]))
        if right or (begins and not RULER.fullmatch(line)):
            break
        text = line.strip().strip("\"'")
        odd = len(row) != width or _TOTAL.fullmatch(text) or RULER.fullmatch(line)
        total = _TOTAL.fullmatch("".join(row).strip())
        gap = len(lines) > back and not lines[-back - 1].strip()
        if not (odd or total or gap) or not text:
            break
        if len(row) != width and width > 1 and is_missing(row[0] if row else "") and not total:
            break
        if width == 1 and not (_TOTAL.fullmatch(text) or gap or below):
            break
        below = back
    return below
