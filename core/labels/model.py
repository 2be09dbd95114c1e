"""What a label file or an answer column says, before it is placed on a series."""

from dataclasses import dataclass
from typing import Literal

from core.intervals import Interval
from core.model import Frozen

Kind = Literal["anomaly", "change_point"]


class Span(Frozen):
    """One labelled stretch, both ends inclusive; a change point has its sample at both ends.

    Whole numbers count rows of the source file from 0 (or samples of the series); texts are times
    in ISO form, or numbers on the file's time axis.
    """

    start: int | str
    end: int | str
    type: str = ""
    channels: tuple[str, ...] = ()
    counts: Literal["rows", "samples"] = "rows"
    # What a whole number counts.

    @property
    def whole(self) -> tuple[int, int] | None:
        """Both ends where they are whole numbers; None where they are texts."""
        start, end = self.start, self.end
        return (start, end) if isinstance(start, int) and isinstance(end, int) else None

    def __str__(self) -> str:
        ends = f"{self.start}" if self.start == self.end else f"{self.start} to {self.end}"
        what = "" if isinstance(self.start, str) else "row " if self.counts == "rows" else "sample "
        return f"{what}{ends}" + (f" ({self.type})" if self.type else "")


class LabelSet(Frozen):
    """What one annotator said about one series; no spans in a complete set: nothing is there."""

    kind: Kind
    annotator: str
    spans: tuple[Span, ...] = ()
    complete: bool = True
    # False: not all was looked at, or not all labels could be read, so silence says nothing.

    @property
    def says_something(self) -> bool:
        """Whether anything is known from it: a label, or that there is none."""
        return bool(self.spans) or self.complete


class LabelFile(Frozen):
    """A label file: per key (a file's name or path) what each annotator said.

    Attributes:
        name: the label file's own name.
        format: what it was recognised as, for people.
        entries: label sets by key.
        problems: entries that could not be read, each with its place.
    """

    name: str
    format: str
    entries: dict[str, tuple[LabelSet, ...]]
    problems: tuple[str, ...] = ()

    @property
    def n_series(self) -> int:
        """How many series it speaks of."""
        return len(self.entries)


@dataclass(frozen=True)
class Resolved:
    """A label set on one series' samples.

    Attributes:
        intervals: in order of start; a span that the sort by time tore apart gives several.
        types: the type text of each interval, empty when the label has none.
        problems: spans that have no sample or not all, each with its reason.
        complete: whether no interval means that nothing is there: not where a span has no place.
    """

    intervals: tuple[Interval, ...]
    types: tuple[str, ...]
    problems: tuple[str, ...]
    complete: bool
