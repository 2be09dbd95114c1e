"""What a correction changed of a proposal, where that can be said of another window too. Pure."""

from dataclasses import dataclass

from core.answers import AnswerContent
from core.differences import differences


@dataclass(frozen=True)
class Change:
    """One change: a pattern's label, the type of events, or that there is no anomaly.

    Attributes:
        before, after: option keys or type ids; `after` is empty for no anomaly.
        kind: what `before` and `after` are.
    """

    kind: str
    before: str
    after: str


def change_of(proposal: AnswerContent, label: AnswerContent) -> Change | None:
    """Return what a label changed of a proposal; None where nothing, or nothing that carries over.

    An event that was added, moved, or dropped beside others says nothing of another window.
    """
    if proposal.kind == "pattern" and proposal.label and label.label:
        same = proposal.label == label.label
        return None if same else Change("label", proposal.label, label.label)
    types = {one.type_id for one in proposal.intervals}
    if proposal.kind != "anomaly" or len(types) != 1 or None in types:
        return None
    (before,) = types
    if not label.intervals:
        return Change("none", str(before), "")
    found = differences(proposal, label)
    after = {one.b.type_id for one in found if one.b is not None}
    alone = any(one.a is None or one.b is None for one in found)
    if alone or len(after) != 1 or after == types or None in after:
        return None
    return Change("type", str(before), str(next(iter(after))))


def proposes(content: AnswerContent, change: Change) -> bool:
    """Tell whether an answer says what was changed, and nothing else."""
    if change.kind == "label":
        return content.label == change.before
    return {one.type_id for one in content.intervals} == {change.before}


def changed(content: AnswerContent, change: Change) -> AnswerContent:
    """Return an answer as the change would leave it; a person's label gives no confidence."""
    if change.kind == "label":
        return AnswerContent(kind="pattern", label=change.after)
    intervals = () if change.kind == "none" else content.intervals
    return AnswerContent(
        kind="anomaly",
        intervals=tuple(
            one.model_copy(update={"type_id": change.after, "confidence": None})
            for one in intervals
        ),
    )
