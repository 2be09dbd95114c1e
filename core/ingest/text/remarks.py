"""Marks with which remarks begin: lines that are no rows wherever they stand."""

from core.ingest.cells import is_value

_MARKS = ("#", "%", "//", ";", "'", "!", "*", "--", "REM ", "@", "$", "\\", ">", "<")
_ON_TOP = ("@", "$", "\\", ">", "<")


def find_remarks(lines: list[str]) -> tuple[str, ...]:
    """Return the marks with which lines that are no rows begin."""
    stripped = [line.strip() for line in lines if line.strip()]
    found: list[str] = []
    for mark in _MARKS:
        marked = [line for line in stripped if line.startswith(mark)]
        if not marked or len(marked) * 2 > len(stripped):
            continue
        if mark == "'" and any(line.count("'") % 2 == 0 for line in marked):
            continue  # quotes around cells
        if mark == ";" and any(not _remark_text(line) for line in marked):
            continue  # an empty first cell
        if mark in "*<>@$\\!" and any(is_value(line) for line in marked):
            continue
        rests = [line[len(mark) :].strip(" -") for line in marked]
        if mark == "--" and any(
            r[:1] in tuple(";,\t|") or is_value(r.split(" ")[0]) for r in rests
        ):
            continue  # a missing first cell
        if mark in _ON_TOP and not any(line.startswith(mark) for line in stripped[:5]):
            continue  # it marks what stands above tables; in the middle it is a row that fails
        found.append(mark)
    return tuple(found)


def _remark_text(line: str) -> bool:
    """Say whether a line that begins with a semicolon is a remark and no row of cells."""
    return line.count(";") == 1 and not is_value(line[1:])
