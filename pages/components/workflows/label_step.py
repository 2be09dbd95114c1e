"""The labels that can be attached now: from columns, from label files. No Streamlit."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from core.exports import ExportFile
from core.labels import labels_of_columns, unusable_columns
from pages.components.workflows.importing import FoundLabels, labels_in_file
from pages.components.workflows.importing_items import FoundItems, is_attached, items_in_file
from pages.components.workflows.storing_upload import labels_here
from pages.components.workflows.upload_table import Verdict
from pages.components.workflows.uploading import Desk
from storage import Store

Found = FoundLabels | FoundItems
_Same = tuple[object, ...]


@dataclass(frozen=True, eq=False)
class Offered:
    """What can be attached.

    Attributes:
        found: label sets that have a series and are not attached yet.
        problems: labels without a place, in words.
        n_attached: sets that are attached already.
    """

    found: tuple[Found, ...] = ()
    problems: tuple[str, ...] = ()
    n_attached: int = 0


class LabelStep:
    """Remembers the labels of files that were stored, and what was found in those at hand."""

    def __init__(self) -> None:
        self.pending: list[FoundLabels] = []
        self._read: dict[tuple[str, str, int], tuple[Sequence[Found], list[str]]] = {}

    def offer(
        self, store: Store, project_id: str, desk: Desk, verdicts: Sequence[Verdict]
    ) -> Offered:
        """Collect what can be attached to series that are stored by now."""
        rows = store.series.list(project_id)
        stamp = hash(tuple((row.id, row.revision, row.version) for row in rows))
        # What was read before a series changed is of no use any more.
        self._read = {key: read for key, read in self._read.items() if key[-1] == stamp}
        found: list[Found] = list(self.pending)
        problems: list[str] = []
        for verdict in verdicts:
            key = (verdict.upload.key, verdict.state, stamp)
            if key not in self._read:
                label_file = desk.label_file(verdict.upload)
                if isinstance(label_file, ExportFile):
                    self._read[key] = items_in_file(store, project_id, label_file)
                elif label_file is not None:
                    self._read[key] = labels_in_file(store, project_id, label_file)
                else:
                    self._read[key] = labels_here(verdict)
            new, unread = self._read[key]
            found += new
            problems += unread
        there: set[_Same] = {
            (one.series_id, one.kind, one.annotator, one.intervals, one.types)
            for one in store.imports.list(project_id)
        }
        by_item = [one for one in found if isinstance(one, FoundItems)]
        there |= {_same(one) for one in by_item if is_attached(store, one)}
        fresh = {_same(one): one for one in found if _same(one) not in there}
        problems += [
            f"{one.stored.info.name}, {one.source}: {text}"
            for one in fresh.values()
            for text in one.problems
        ]
        n_attached = len({_same(one) for one in found if _same(one) in there})
        return Offered(tuple(fresh.values()), tuple(problems), n_attached)


def _same(one: Found) -> _Same:
    """Return what makes two label sets the same; stored ones are in order of place."""
    if isinstance(one, FoundItems):
        return (one.stored.id, one.source, one.annotator, one.said)
    pairs = sorted(
        set(zip(one.intervals, one.types, strict=True)),
        key=lambda pair: (pair[0].start, pair[0].stop, pair[0].channels, pair[1]),
    )
    intervals, types = tuple(i for i, _ in pairs), tuple(text for _, text in pairs)
    return (one.stored.id, one.kind, one.annotator, intervals, types)


def label_table(found: Sequence[Found]) -> pd.DataFrame:
    """Return one row per label set, for people."""
    return pd.DataFrame(
        [
            {
                "Series": one.stored.info.name,
                "From": one.source,
                "By": one.annotator,
                "Says": one.words,
                "Without a place": f"{len(one.problems):,}" if one.problems else "",
            }
            for one in found
        ]
    )


def column_words(verdict: Verdict) -> tuple[list[str], list[str]]:
    """Say what labels the columns of a file hold, and why others hold none."""
    if verdict.built is None:
        return [], []
    said: list[str] = []
    unusable: dict[str, str] = {}
    for part, answers in zip(verdict.parts, verdict.built.answers, strict=False):
        unusable |= unusable_columns(answers)
        for labels in labels_of_columns(answers):
            n = part.data.n_samples
            inside = [
                (one.start, one.end)
                for one in labels.spans
                if isinstance(one.start, int) and isinstance(one.end, int)
            ]
            what = f"column '{labels.annotator}', "
            if labels.kind == "change_point":
                what += f"{len(inside):,} change point{'s' * (len(inside) != 1)}"
            else:
                share = sum(end - start + 1 for start, end in inside) / n
                stretches = "stretch" if len(inside) == 1 else "stretches"
                what += f"{len(inside):,} {stretches}, {share:.1%} of rows"
            said.append(what)
    return said, list(unusable.values())
