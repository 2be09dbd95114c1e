"""Which items of the queue a person wants to see. Pure; a filter is a value that can be stored.

What asks for answers (labels, authors, confidence, disagreement, words) never shows an item that is
to be decided blind, nor gold that nobody has decided: the filter itself would tell the answer, and
gold that was picked by an answer is no random sample.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.answers import AnswerContent, AuthorKind
from core.differences import Disagreement
from core.model import Frozen
from core.questions.base import Question
from core.queue_order import lowest_confidence
from core.review import CurrentLabel, Item

Status = Literal["undecided", "annotated", "skipped", "returned", "not sure", "none right"]
NO_ANOMALY = "no anomaly"
TEXT = "text"
UNTYPED = "event"


class QueueFilter(Frozen):
    """What to show; an empty part asks for nothing.

    Attributes:
        labels: names of options or types, or `NO_ANOMALY`; one of them is enough.
        authors: whose answers the labels, confidences and words are looked for in.
        low, high: the answer's lowest confidence lies in `[low, high]`.
        apart: how teacher and student differ; one of them is enough.
        statuses: undecided items when empty.
        text: part of a rationale or of a comment, in any case.
        group: key of a group of differences, see `core.disagreements`.
        since: with statuses of decided items, those decided on later count as done.
    """

    question_id: str = ""
    labels: tuple[str, ...] = ()
    authors: tuple[AuthorKind, ...] = ()
    series_ids: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0
    apart: tuple[Disagreement, ...] = ()
    statuses: tuple[Status, ...] = ()
    text: str = ""
    group: str = ""
    since: datetime | None = None

    @property
    def asks_answers(self) -> bool:
        """Whether it tells something of an item's answers."""
        narrow = self.low > 0 or self.high < 1
        return bool(self.labels or self.authors or self.apart or self.text or self.group) or narrow

    @property
    def empty(self) -> bool:
        """Whether it shows the whole queue."""
        return self == QueueFilter(since=self.since)


@dataclass(frozen=True)
class Said:
    """One answer as a filter sees it: by whom, which labels by name, how sure, in which words."""

    author: AuthorKind
    labels: frozenset[str]
    confidence: float | None
    words: str


def said_of(author: AuthorKind, content: AnswerContent, question: Question) -> Said:
    """Return what a filter looks at in an answer."""
    return Said(
        author,
        frozenset(label_names(content, question)),
        lowest_confidence(content),
        content.rationale_text.casefold(),
    )


def label_names(content: AnswerContent, question: Question) -> tuple[str, ...]:
    """Name what an answer says, in order: its option, or its types of events, each once."""
    if content.kind == "pattern" and content.label is not None:
        return (question.option(content.label).name,)
    names = {question.name_of(one) if one.sort else UNTYPED for one in content.intervals}
    if names:
        return tuple(sorted(names))
    return (question.nothing,) if question.eventful else (TEXT,)


def status_of(
    label: CurrentLabel | None, skipped: bool = False, returned: bool = False
) -> frozenset[Status]:
    """Return how an item stands; it may be more than one thing at once."""
    found: set[Status] = {"returned"} if returned else set()
    if label is None:
        found |= {"undecided", "skipped"} if skipped else {"undecided"}
    elif label.content is not None:
        found.add("annotated")
    else:
        found.add("not sure" if label.event.decision == "not_sure" else "none right")
    return frozenset(found)


def matches(
    asked: QueueFilter,
    item: Item,
    said: Sequence[Said],
    apart: Disagreement | None,
    groups: frozenset[str] = frozenset(),
    comments: str = "",
) -> bool:
    """Tell whether an item is shown, whatever its status is.

    Args:
        said: the answers that people are shown, and people's label.
        groups: keys of the groups of differences that it belongs to.
        comments: what people said of it, in lower case.
    """
    if asked.question_id and item.question_id != asked.question_id:
        return False
    if asked.series_ids and item.series_id not in asked.series_ids:
        return False
    if asked.apart and apart not in asked.apart:
        return False
    if asked.group and asked.group not in groups:
        return False
    text = asked.text.casefold()
    looked = [one for one in said if not asked.authors or one.author in asked.authors]
    found = any(_answer_matches(asked, one, "" if text in comments else text) for one in looked)
    asks_one = asked.labels or asked.authors or text or asked.low > 0 or asked.high < 1
    return found or not asks_one


def _answer_matches(asked: QueueFilter, one: Said, text: str) -> bool:
    if asked.labels and one.labels.isdisjoint(asked.labels):
        return False
    if asked.low > 0 or asked.high < 1:
        sure = one.confidence
        if sure is None or not asked.low <= sure <= asked.high:
            return False
    return text in one.words


def is_done(
    asked: QueueFilter, statuses: frozenset[Status], label: CurrentLabel | None
) -> bool | None:
    """Tell whether an item that `matches` is done; None when its status is not asked for.

    Asked for undecided ones (or nothing), done is decided. Asked for decided ones, done is decided
    again since the filter was set.
    """
    again = label is not None and asked.since is not None and label.event.created_at > asked.since
    if not asked.statuses:
        return label is not None and "returned" not in statuses
    if statuses.intersection(asked.statuses):
        return again and "undecided" not in statuses
    return True if again else None


FILTERS_MOST = 20
"""Filters a project keeps by name."""


class SavedFilter(Frozen):
    """A filter under a name that people chose."""

    name: str
    filter: QueueFilter
