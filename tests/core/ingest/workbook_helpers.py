"""Writes small .xlsx workbooks cell by cell, with what real ones hold: errors, merges, dates."""

import io
import zipfile
from collections.abc import Sequence

_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DATE, CLOCK = 1, 2  # styles: a day, a day with a time


class Cell:
    """A cell with its raw parts: value, style, type, formula."""

    def __init__(self, value: object, style: int = 0, kind: str = "", formula: str = "") -> None:
        self.value, self.style, self.kind, self.formula = value, style, kind, formula

    def xml(self, place: str) -> str:
        """Return the cell as it stands in a sheet."""
        kind = self.kind or ("str" if isinstance(self.value, str) else "")
        inside = f"<f>{self.formula}</f>" if self.formula else ""
        if self.value is not None:
            inside += f"<v>{self.value}</v>"
        return (
            f'<c r="{place}" s="{self.style}"' + (f' t="{kind}"' if kind else "") + f">{inside}</c>"
        )


def workbook(
    sheets: dict[str, Sequence[Sequence[object]]],
    merged: Sequence[str] = (),
    hidden: Sequence[str] = (),
    date1904: bool = False,
) -> bytes:
    """Return a workbook; None leaves a cell out, plain values are written as they are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        names = list(sheets)
        states = [' state="hidden"' if name in hidden else "" for name in names]
        tags = "".join(
            f'<sheet name="{name}" sheetId="{k}"{state} r:id="rId{k}"/>'
            for k, (name, state) in enumerate(zip(names, states, strict=True), start=1)
        )
        pr = '<workbookPr date1904="1"/>' if date1904 else ""
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_NS}" xmlns:r="{_REL}">{pr}<sheets>{tags}</sheets></workbook>',
        )
        links = "".join(
            f'<Relationship Id="rId{k}" Type="{_REL}/worksheet" Target="worksheets/s{k}.xml"/>'
            for k in range(1, len(names) + 1)
        )
        links += f'<Relationship Id="rIdS" Type="{_REL}/styles" Target="styles.xml"/>'
        package = "http://schemas.openxmlformats.org/package/2006/relationships"
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}">{links}</Relationships>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="rId1" '
            f'Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        formats = "".join(f'<xf numFmtId="{n}"/>' for n in (0, 14, 22))
        archive.writestr(
            "xl/styles.xml", f'<styleSheet xmlns="{_NS}"><cellXfs>{formats}</cellXfs></styleSheet>'
        )
        for k, rows in enumerate(sheets.values(), start=1):
            archive.writestr(f"xl/worksheets/s{k}.xml", _sheet(rows, merged))
        archive.writestr("[Content_Types].xml", _types(len(names)))
    return buffer.getvalue()


def _sheet(rows: Sequence[Sequence[object]], merged: Sequence[str]) -> str:
    lines: list[str] = []
    for r, row in enumerate(rows, start=1):
        cells = "".join(
            (value if isinstance(value, Cell) else Cell(value)).xml(f"{chr(65 + c)}{r}")
            for c, value in enumerate(row)
            if value is not None
        )
        lines.append(f'<row r="{r}">{cells}</row>')
    tail = "".join(f'<mergeCell ref="{ref}"/>' for ref in merged)
    tail = f"<mergeCells>{tail}</mergeCells>" if tail else ""
    return f'<worksheet xmlns="{_NS}"><sheetData>{"".join(lines)}</sheetData>{tail}</worksheet>'


def _types(n: int) -> str:
    base = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    parts += [(f"/xl/worksheets/s{k}.xml", "worksheet") for k in range(1, n + 1)]
    tags = "".join(
        f'<Override PartName="{part}" ContentType="{base}.{kind}+xml"/>' for part, kind in parts
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="rels" ContentType="application/xml"/>{tags}</Types>'
    )
