"""A batch before it is asked: its question and windows, and how people read them. Pure."""

from dataclasses import dataclass, replace

from core.questions.base import Question
from pages.components.words import count

PlannedWindow = tuple[str, int, int]
"""Series id and half-open samples `[start, stop)`."""


@dataclass(frozen=True)
class Cutting:
    """How series become windows: samples per window, and samples shared with the next one."""

    length: int
    overlap: int


@dataclass(frozen=True)
class BatchPlan:
    """A batch before it is asked: nothing of it is stored yet.

    Attributes:
        windows: (series id, start, stop) of what is asked, in this order.
        n_series: series that were chosen.
        there: what was asked of continued series before they were continued.
        n_cut: series that were cut into more than one window.
        left_out: windows that a screening leaves out; they stay without an answer.
    """

    question: Question
    cutting: Cutting
    windows: tuple[PlannedWindow, ...]
    n_series: int
    there: frozenset[PlannedWindow] = frozenset()
    n_cut: int = 0
    left_out: tuple[PlannedWindow, ...] = ()

    @property
    def n_windows(self) -> int:
        """Number of windows the batch asks about."""
        return len(self.windows)

    @property
    def n_there(self) -> int:
        """How many of them were asked before their series were continued."""
        return sum(one in self.there for one in self.windows)

    @property
    def whole(self) -> "BatchPlan":
        """The same plan without a screening."""
        return replace(self, windows=self.windows + self.left_out, left_out=())

    @property
    def title(self) -> str:
        """What the batch asks, for people; a screened one says so wherever it is named."""
        said = f"{self.question.name}, {count(self.n_windows, 'window')}"
        if not self.left_out:
            return said
        return f"{said} worth asking of {self.n_windows + len(self.left_out):,}"

    @property
    def words(self) -> str:
        """How many windows are asked of how many series, in Markdown."""
        n_all = self.n_windows + len(self.left_out)
        n = f"{self.n_windows:,} of {n_all:,}" if self.left_out else f"{n_all:,}"
        said = f"**{n} window{'s' * (n_all != 1)}** of {self.n_series:,} series"
        if self.n_cut:
            of_them = "" if self.n_cut == self.n_series else f"{self.n_cut:,} of them "
            overlapping = "overlapping " if self.cutting.overlap else ""
            said += f", {of_them}cut into {overlapping}windows"
        if self.n_there:
            said += f", {count(self.n_there, 'window')} asked before"
        return said
