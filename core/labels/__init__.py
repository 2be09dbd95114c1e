"""Labels that people made elsewhere: read, matched to series, placed on samples.

They are imported answers, never corrections, and truth nowhere by themselves. A file's name that
tells where an anomaly lies is not read.
"""

from core.labels.columns import labels_of_columns, unusable_columns
from core.labels.files import is_label_file, read_labels
from core.labels.match import matches
from core.labels.model import LabelFile, LabelSet, Resolved, Span
from core.labels.resolve import resolve

__all__ = [
    "LabelFile", "LabelSet", "Resolved", "Span", "is_label_file", "labels_of_columns", "matches",
    "read_labels", "resolve", "unusable_columns",
]  # fmt: skip
