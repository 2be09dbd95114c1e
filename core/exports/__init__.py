"""Reviewed labels in and out: writers and readers of files over plain values, without a store.

Four forms, each with a schema that its files name (`docs/exports.md`):

    chat            JSON lines for fine-tuning, with the pictures
    intervals       CSV, one row per interval
    label_studio    JSON for Label Studio
    everything      one Parquet file per table, in a zip archive

What is read back are `Label` values: one reviewed item each, event types by key. Who reads them
finds their series and question, and stores them as answers of the kind `import`.
"""

from core.exports.model import ExportFile, Label, QuestionRef, Reviewed
from core.exports.read import is_export, is_export_archive, read_export

__all__ = [
    "ExportFile", "Label", "QuestionRef", "Reviewed", "is_export", "is_export_archive",
    "read_export",
]  # fmt: skip
