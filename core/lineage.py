"""What happened since a model version was trained and measured: pure, over values already read.

A comparison keeps what each gold item said when it was measured, as a short digest of the label; a
snapshot keeps every label that was learned. Both are held against what people say now. Rationale,
confidence and the order of events make no difference (`core.gold_rules.same_label`).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.answers import AnswerContent
from core.gold_rules import said, same_label
from core.review import CurrentLabel


@dataclass(frozen=True)
class Learned:
    """A label of a snapshot; `by_person` is False for a teacher's answer."""

    content: AnswerContent
    by_person: bool


@dataclass(frozen=True)
class Lineage:
    """What changed since.

    Attributes:
        measured_at: when the comparison was made; None when it does not say.
        gold: gold items it was made of; None when it does not say which.
        gold_changed: of these, those with another label now, or with none.
        gold_new: gold items that got a truth since.
        learned: labels in the snapshot.
        corrected: of these, those that a person has corrected, rejected or taken back since.
    """

    measured_at: datetime | None
    gold: int | None
    gold_changed: tuple[str, ...]
    gold_new: int
    learned: int
    corrected: tuple[str, ...]

    @property
    def measure_again(self) -> bool:
        """Whether the comparison speaks of gold that is not what it was."""
        return self.gold is None or bool(self.gold_changed) or self.gold_new > 0


def digest(content: AnswerContent) -> str:
    """Return a short text that is the same for labels that say the same."""
    return hashlib.sha256(repr(said(content)).encode()).hexdigest()[:16]


def digests(truths: Mapping[str, AnswerContent]) -> dict[str, str]:
    """Return the digest of each gold item's truth, by item id."""
    return {item_id: digest(truths[item_id]) for item_id in sorted(truths)}


def lineage(
    measured_at: datetime | None,
    gold: Mapping[str, str] | None,
    truths: Mapping[str, AnswerContent],
    learned: Mapping[str, Learned],
    labels: Mapping[str, CurrentLabel],
) -> Lineage:
    """Compare what a version was measured on and learned from with what people say now.

    Args:
        gold: digests of the truths that the version was measured on; None for a comparison of
            before these were kept.
        truths: the gold truths of the version's questions now.
        learned: the labels of its snapshot, by item id.
        labels: people's current labels.
    """
    now = digests(truths)
    held = gold or {}
    return Lineage(
        measured_at=measured_at,
        gold=None if gold is None else len(gold),
        gold_changed=tuple(one for one in sorted(held) if now.get(one) != held[one]),
        gold_new=0 if gold is None else len(now.keys() - held.keys()),
        learned=len(learned),
        corrected=tuple(
            one for one in sorted(learned) if _corrected(learned[one], labels.get(one))
        ),
    )


def _corrected(learned: Learned, label: CurrentLabel | None) -> bool:
    """Tell whether a person says something else by now than what was learned.

    A teacher's answer stays uncorrected while nobody decided; a person's label that was taken back
    was one that should not have been learned.
    """
    if label is None:
        return learned.by_person
    return not same_label(label.content, learned.content)


def gold_words(found: Lineage, when: str) -> str:
    """Say what changed of the gold it was measured on; empty when nothing did.

    Args:
        when: the day of the comparison in people's words; empty when it is not known.
    """
    if found.gold is None:
        return "measured before it was kept on which gold: measure again"
    changed, new = len(found.gold_changed), found.gold_new
    parts: list[str] = []
    if changed:
        parts.append(f"{changed:,} gold label{'' if changed == 1 else 's'} changed since")
    if new:
        parts.append(f"{new:,} gold item{'' if new == 1 else 's'} came since")
    if not parts:
        return ""
    of = f" as of {when}" if when else ""
    return f"measured on gold{of}; {', '.join(parts)}: measure again"


def learned_words(found: Lineage) -> str:
    """Say how many of the labels it learned from were corrected since; empty when none was."""
    n = len(found.corrected)
    if not n:
        return ""
    were = "label that was" if n == 1 else "labels that were"
    return f"trained on {n:,} {were} corrected since"
