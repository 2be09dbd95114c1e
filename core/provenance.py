"""Whose labels a student learned: pure, over a snapshot's labels and what was said until then.

A snapshot holds labels, not names. A pseudo-label is that of the model whose answer says the same,
the latest one before the snapshot was made; a correction is that of the person whose decision gave
it then.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.answers import Answer, Author
from core.gold_rules import same_label
from core.lineage import Learned
from core.review import Correction

RANK = {"teacher": 2, "rules": 1, "student": 0}
"""Kinds of authors whose answers may be learned as pseudo-labels; the higher one goes first."""


@dataclass(frozen=True)
class LearnedItem:
    """One label of a snapshot and whose it is.

    Attributes:
        author: the model, or None for a person's label and where no answer says the same any more.
        person: who decided; empty for a pseudo-label.
    """

    item_id: str
    author: Author | None
    person: str


@dataclass(frozen=True)
class Source:
    """How many labels one author gave; `version` is a model's, empty for a person."""

    name: str
    kind: str
    version: str
    item_ids: tuple[str, ...]

    @property
    def n(self) -> int:
        """Number of labels."""
        return len(self.item_ids)


def learned_from(
    learned: Mapping[str, Learned],
    answers: Mapping[str, Sequence[Answer]],
    decisions: Mapping[str, Sequence[Correction]],
    at: datetime,
    students: Collection[str] = (),
) -> list[LearnedItem]:
    """Say of each label of a snapshot whose it is.

    Args:
        learned: the labels, by item id.
        answers: all answers to each item; decisions: of people on it, in order.
        at: when the snapshot was made.
        students: author versions of the students it learned from too.
    """
    found: list[LearnedItem] = []
    for item_id, label in learned.items():
        if label.by_person:
            said = [one for one in decisions.get(item_id, ()) if one.created_at <= at]
            person = next(
                (one.person for one in reversed(said) if same_label(one.content, label.content)),
                said[-1].person if said else "",
            )
            found.append(LearnedItem(item_id, None, person))
            continue
        same = [
            one
            for one in answers.get(item_id, ())
            if one.author.kind in RANK
            and (one.author.kind != "student" or one.author.version in students)
            and one.created_at <= at
            and same_label(one.content, label.content)
        ]
        latest = max(same, key=lambda one: (RANK[one.author.kind], one.created_at), default=None)
        found.append(LearnedItem(item_id, None if latest is None else latest.author, ""))
    return found


def sources(items: Sequence[LearnedItem], by_person: frozenset[str]) -> list[Source]:
    """Count labels by author, the largest first.

    Args:
        by_person: ids of the items whose label is a person's.
    """
    groups: dict[tuple[str, str, str], list[str]] = {}
    for one in items:
        groups.setdefault(_key(one, by_person), []).append(one.item_id)
    order = Counter({key: len(ids) for key, ids in groups.items()}).most_common()
    return [
        Source(name=name, kind=kind, version=version, item_ids=tuple(groups[name, kind, version]))
        for (name, kind, version), _ in order
    ]


def _key(one: LearnedItem, by_person: frozenset[str]) -> tuple[str, str, str]:
    if one.item_id in by_person:
        return one.person or "a person who is not known any more", "person", ""
    if one.author is None:
        return "an author who has answered otherwise since", "unknown", ""
    return one.author.name, one.author.kind, one.author.version
