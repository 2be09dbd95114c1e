"""The intervals on a series as marks of the plot: one lane per author, one's own can be edited.

No Streamlit. `Scene` is everything that stands on the series, and what a ref stands for.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from core.annotations import ImportedLabels, LogEntry
from core.annotations import Mark as Drawn
from core.questions.base import Question
from core.series import SeriesData
from pages.components.chart import Mark
from pages.components.explore_answers import item_marks
from pages.components.marks import NEUTRAL, PEOPLE
from pages.components.workflows.annotating import numbered
from pages.components.workflows.browsing import ItemRow
from pages.components.workflows.positions import Clock
from storage.rows import StoredSeries

OWN = "your marks"
HIDDEN_AT_FIRST = ("baseline",)
"""Lanes of authors that measure and are not to be believed: shown when asked for."""


@dataclass(frozen=True)
class Scene:
    """All marks of a series, own ones first, and the lanes they lie in."""

    own: tuple[Drawn, ...]
    marks: tuple[Mark, ...]

    @property
    def lanes(self) -> tuple[str, ...]:
        """Names of the lanes, one's own first."""
        return tuple(dict.fromkeys([OWN, *(mark.lane for mark in self.marks)]))

    def shown(self, lanes: Collection[str]) -> tuple[Mark, ...]:
        """Return the marks of these lanes; one's own are always shown."""
        return tuple(mark for mark in self.marks if mark.lane in lanes or mark.lane == OWN)

    def beside(self, marks: Sequence[Mark]) -> "Scene":
        """Return the scene with more read-only marks, after all others."""
        return replace(self, marks=(*self.marks, *marks))

    def own_mark(self, ref: str) -> Drawn | None:
        """Return the person's own mark of this ref."""
        return next((mark for mark in self.own if mark.id == ref), None)

    def other_mark(self, ref: str) -> Mark | None:
        """Return the mark of this ref when it is somebody else's."""
        return next((mark for mark in self.marks if mark.ref == ref and not mark.movable), None)


@dataclass(frozen=True, eq=False)
class Bench:
    """Everything about the series on the bench, gathered once per run."""

    row: StoredSeries
    data: SeriesData
    clock: Clock | None
    items: Sequence[ItemRow]
    scene: Scene
    log: list[LogEntry]
    question: Question | None


def scene_of(
    person: str,
    drawn: Sequence[Drawn],
    imports: Sequence[ImportedLabels],
    items: Sequence[ItemRow],
    question: Question | None,
) -> Scene:
    """Put what people drew, what came with files and what was answered into lanes."""
    names = {} if question is None else {one.id: one.name for one in question.types}
    numbers = numbered(drawn)
    people = [
        Mark(
            ref=mark.id,
            number=numbers[mark.id],
            start=mark.start,
            stop=mark.stop,
            lane=OWN if mark.person == person else mark.person,
            colour=PEOPLE,
            channels=mark.channels,
            text=names.get(mark.type_id or "", ""),
            movable=mark.person == person,
        )
        for mark in sorted(drawn, key=lambda one: (one.person != person, one.person, one.start))
    ]
    imported = [mark for labels in imports for mark in _imported(labels)]
    own = tuple(mark for mark in drawn if mark.person == person)
    return Scene(own, (*people, *imported, *item_marks(list(items), person)))


def default_lanes(scene: Scene, gold: bool) -> tuple[str, ...]:
    """Return the lanes shown until a person chooses others.

    On gold the imported labels wait: seen first, they would lean the review.
    """
    hidden = (*HIDDEN_AT_FIRST, "imported") if gold else HIDDEN_AT_FIRST
    return tuple(lane for lane in scene.lanes if not lane.startswith(hidden))


def _imported(labels: ImportedLabels) -> list[Mark]:
    who = f" {labels.annotator}" if labels.annotator else ""
    what = "imported change points" if labels.kind == "change_point" else "imported"
    return [
        Mark(
            ref=f"{labels.id}:{number}",
            number=number,
            start=interval.start,
            stop=interval.stop,
            lane=f"{what}{who}",
            colour=NEUTRAL,
            channels=interval.channels,
            text=text,
        )
        for number, (interval, text) in enumerate(
            zip(labels.intervals, labels.types, strict=True), start=1
        )
    ]
