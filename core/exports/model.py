"""What is written and what is read back: reviewed items with all that a file says of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np

from core.answers import AnswerContent, QuestionKind
from core.errors import AnswerError, DataError
from core.model import Frozen
from core.questions.base import EventType, Option, Question
from core.review import Correction, Item
from core.series import SeriesData, SeriesInfo, WindowView, view_window

Split = Literal["train", "validation", "gold", ""]


@dataclass(frozen=True, eq=False)
class Reviewed:
    """An item whose label people gave, with what the writers need of it.

    Attributes:
        event: the decision that stands.
        content: the label it gave.
        data: the whole series; one object for all items of a series.
        split: the side on which it stands in training; empty where nobody asked.
    """

    item: Item
    question: Question
    info: SeriesInfo
    data: SeriesData
    event: Correction
    content: AnswerContent
    split: Split = ""

    @property
    def view(self) -> WindowView:
        """The window as models see it."""
        return view_window(self.data, self.item.start, self.item.stop)


class QuestionRef(Frozen):
    """Which question was asked; a file of another home may not have its id."""

    id: str
    version: int
    kind: QuestionKind
    name: str


class Label(Frozen):
    """One reviewed item as a file says it: samples `[start, stop)` of a series' window.

    Attributes:
        where: the place in the file, for people.
        content: the label in absolute samples; `type_id` holds the key or name of a type.
        decided_at: None where the file does not say it.
    """

    where: str
    item_id: str = ""
    series: str
    series_hash: str
    n_channels: int
    start: int
    stop: int
    question: QuestionRef
    content: AnswerContent
    person: str
    decision: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True)
class ExportFile:
    """What a file of labels says.

    Attributes:
        name: the file's own name.
        format: what it was recognised as, for people.
        labels: one per reviewed item.
        problems: what could not be read, each with its place.
    """

    name: str
    format: str
    labels: tuple[Label, ...]
    problems: tuple[str, ...] = ()

    @property
    def n_series(self) -> int:
        """How many series it speaks of."""
        return len({label.series_hash for label in self.labels})


def ref_of(question: Question) -> QuestionRef:
    """Return how files name a question."""
    return QuestionRef(
        id=question.id, version=question.version, kind=question.kind, name=question.name
    )


def blank_view(start: int, stop: int, n_channels: int) -> WindowView:
    """Return a window without values, by which positions and channels can be read.

    Raises:
        DataError: if it has no samples or no channels.
    """
    if not 0 <= start < stop or n_channels < 1:
        raise DataError(
            f"the window [{start}, {stop}) of {n_channels} channels holds nothing, so nothing can "
            "be said of it; give 0 <= start < stop and at least one channel"
        )
    values = np.broadcast_to(np.float64(np.nan), (stop - start, n_channels))
    return WindowView(values=values, start=start)


def stand_in(ref: QuestionRef, types: set[str], options: set[str]) -> Question:
    """Return a question by which an answer can be read before the real one is found.

    The id of each of its types is the type's key.
    """
    return Question(
        id=ref.id,
        family_id=ref.id,
        version=ref.version,
        kind=ref.kind,
        name=ref.name,
        text=ref.name,
        types=tuple(EventType(id=key, key=key, name=key) for key in sorted(types)),
        options=tuple(Option(key=key, wordings=(key,)) for key in sorted(options)),
    )


def with_types(content: AnswerContent, question: Question) -> AnswerContent:
    """Replace the keys or names of types by the ids that a question knows them by.

    Raises:
        AnswerError: for a type that the question has not.
    """
    return content.model_copy(
        update={
            "intervals": tuple(
                found
                if found.type_id is None
                else found.model_copy(update={"type_id": _type_id(question, found.type_id)})
                for found in content.intervals
            )
        }
    )


def with_keys(content: AnswerContent, question: Question) -> AnswerContent:
    """Replace the ids of types by their keys, as a `Label` has them."""
    return content.model_copy(
        update={
            "intervals": tuple(
                found
                if found.type_id is None
                else found.model_copy(update={"type_id": question.type_of(found.type_id).key})
                for found in content.intervals
            )
        }
    )


def moment_of(text: str) -> datetime | None:
    """Read an ISO time; None for an empty text.

    Raises:
        DataError: if it is no time.
    """
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise DataError(f"{text!r:.40} is no ISO time; export the file again") from error


def _type_id(question: Question, word: str) -> str:
    folded = word.strip().casefold()
    for known in question.types:
        if folded in (known.key.casefold(), known.name.casefold()):
            return known.id
    keys = ", ".join(one.key for one in question.types) or "none at all"
    raise AnswerError(
        f"{word!r:.60} is no event type of {question.name!r}, which has {keys}; add the type, or "
        "rename it in the file"
    )
