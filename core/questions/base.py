"""What a question is, and what one file per question kind has to provide."""

from typing import Any, Protocol

from pydantic import Field

from core.answers import AnswerContent, Cause, FoundInterval, QuestionKind
from core.axis import Axis
from core.errors import AnswerError
from core.model import Frozen
from core.series import WindowView
from core.shown import SHOWN, Shown


class Option(Frozen):
    """A choice of a `pattern` question.

    `wordings[0]` is the name people read; all wordings are registered: a student is trained on
    them, and a wording outside of them is refused, not guessed.
    """

    key: str
    wordings: tuple[str, ...]
    meaning: str = ""

    @property
    def name(self) -> str:
        """The canonical wording."""
        return self.wordings[0]


class EventType(Frozen):
    """A type of event. A row of its own with a stable id; an edit makes a new version."""

    id: str
    key: str
    name: str
    meaning: str = ""
    version: int = 1


LEARNED: frozenset[QuestionKind] = frozenset({"pattern", "anomaly", "change_point"})
"""The kinds that students learn and gold measures. An open answer is neither yet: nothing here can
say which of two texts is nearer the truth, only which of their claims the data confirm."""

LABEL_LEARNED: frozenset[QuestionKind] = frozenset({"pattern", "anomaly"})
"""The kinds that are learned from labels. Change points are learned from series without any."""

EVENTFUL: frozenset[QuestionKind] = frozenset({"anomaly", "change_point"})
"""The kinds whose answer is a list of events, where an empty list says that there is none."""

CAUSE_NAMES: dict[Cause, str] = {
    "independent": "independent change",
    "correlation": "correlation change",
}
"""What people read for a change point's cause, where an anomaly has the name of its type."""


def cause_named(word: str) -> Cause | None:
    """Return the cause that a word names, by its key or as people read it; None for any other."""
    said = word.strip().casefold()
    return next((cause for cause, name in CAUSE_NAMES.items() if said in (cause, name)), None)


NOTHING = {"anomaly": "no anomaly", "change_point": "no change"}
"""What people read for an answer without events, by kind."""


class Question(Frozen):
    """What is asked of a window. `id` names this version; versions of one share `family_id`."""

    id: str
    family_id: str
    version: int = 1
    kind: QuestionKind
    name: str
    text: str
    domain: str = ""
    options: tuple[Option, ...] = ()
    types: tuple[EventType, ...] = Field(default_factory=tuple)

    @property
    def learned(self) -> bool:
        """Whether students learn it and gold measures it."""
        return self.kind in LEARNED

    @property
    def eventful(self) -> bool:
        """Whether its answers are lists of events, which may be empty."""
        return self.kind in EVENTFUL

    @property
    def nothing(self) -> str:
        """What people read for an answer without events."""
        return NOTHING.get(self.kind, "none")

    @property
    def sorts(self) -> dict[str, str]:
        """Names of the sorts of events there are, by their `FoundInterval.sort`."""
        if self.kind == "change_point":
            return {**CAUSE_NAMES}
        return {event_type.id: event_type.name for event_type in self.types}

    def name_of(self, found: FoundInterval) -> str:
        """Name an event by its type or its cause; one without either is called what it is.

        Raises:
            AnswerError: for a type that the question does not have.
        """
        if found.cause is not None:
            return CAUSE_NAMES[found.cause]
        if found.type_id is not None:
            return self.type_of(found.type_id).name
        return "change point" if self.kind == "change_point" else "event"

    def key_of(self, found: FoundInterval) -> str:
        """Return the key of an event's type, or its cause; empty without either."""
        if found.cause is not None:
            return found.cause
        return next((one.key for one in self.types if one.id == found.type_id), "")

    @property
    def classes(self) -> dict[str, str]:
        """Names of what it tells apart, by key: options, causes or types of events."""
        if self.kind == "change_point":
            return {**CAUSE_NAMES}
        known = self.options if self.kind == "pattern" else self.types
        return {one.key: one.name for one in known}

    def option(self, key: str) -> Option:
        """Return the option with this key, or raise AnswerError naming the ones there are."""
        for option in self.options:
            if option.key == key:
                return option
        known = ", ".join(o.key for o in self.options)
        raise AnswerError(f"{key!r} is no option of the question {self.name!r}; use one of {known}")

    def type_of(self, type_id: str) -> EventType:
        """Return the event type with this id, or raise AnswerError."""
        for event_type in self.types:
            if event_type.id == type_id:
                return event_type
        raise AnswerError(f"event type {type_id!r} does not belong to the question {self.name!r}")

    def type_named(self, key: str) -> EventType:
        """Return the event type with this key, or raise AnswerError naming the ones there are."""
        for event_type in self.types:
            if event_type.key == key:
                return event_type
        known = ", ".join(t.key for t in self.types) or "none at all: it has no types"
        raise AnswerError(f"{key!r} is no event type of {self.name!r}; use one of {known}")


class Kind(Protocol):
    """One question kind: the same object serves labelling, evaluation and reward.

    Wire positions are what the picture's x axis shows (`core.axis`): without an `axis`, samples
    counted from the window's first one, as in training targets. `parse` turns them into absolute
    samples and raises AnswerError for a position outside the window.
    """

    kind: QuestionKind

    def prompt(
        self, question: Question, view: WindowView, order: tuple[str, ...], shown: Shown = SHOWN
    ) -> str:
        """Return the text asked beside the picture; `order` is the option keys as shown."""
        ...

    def schema(self, question: Question, axis: Axis | None = None) -> dict[str, Any]:
        """Return the JSON schema of the wire format."""
        ...

    def render(
        self,
        question: Question,
        view: WindowView,
        content: AnswerContent,
        axis: Axis | None = None,
    ) -> str:
        """Return the canonical wire text of an answer, which is also the training target."""
        ...

    def parse(
        self, question: Question, view: WindowView, text: str, axis: Axis | None = None
    ) -> AnswerContent:
        """Read wire text (JSON or tags); raises AnswerError for anything that is no answer."""
        ...

    def score(self, given: AnswerContent, truth: AnswerContent) -> float:
        """Return how right `given` is, in [0, 1]; `score(a, a) == 1`."""
        ...
