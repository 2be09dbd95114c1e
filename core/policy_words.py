"""The label policy in words: what each setting is called, and what a new version changed."""

from core.policy import LabelPolicy

NAMES: dict[str, str] = {
    "form": "events are marked as",
    "overlap": "overlapping events",
    "min_length": "shortest event",
    "rationale_required": "a reason with every edit",
    "random_share": "at random",
    "blind_share": "blind",
    "second_share": "by a second person",
    "bulk_confidence": "least confidence in bulk",
    "effort_shown": "figures of pace",
}
OVERLAPS = {"allow": "allowed", "replace": "the later replaces", "forbid": "refused"}


def said(policy: LabelPolicy, field: str) -> str:
    """Return the value of a setting in a few words."""
    value = getattr(policy, field)
    if field == "overlap":
        return OVERLAPS[value]
    if field.endswith("_share"):
        return f"{value:.0%}"
    if field == "min_length":
        return "1 sample" if value == 1 else f"{value:,} samples"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def changed(before: LabelPolicy, after: LabelPolicy) -> list[str]:
    """Return what differs between two versions, one line a setting, guidelines as one."""
    lines = [
        f"{name}: {said(before, field)} → {said(after, field)}"
        for field, name in NAMES.items()
        if getattr(before, field) != getattr(after, field)
    ]
    return lines + ["guidelines"] * (before.guidelines != after.guidelines)
