"""The gate before a student serves: not worse than who it replaces, and no class left behind. Pure.

The measure is the comparison on gold. A student is held against the serving version, or against the
teacher while none serves. Two rules, both set per project by a lead:

worse_points   the lower end of the paired difference's 95 % interval is at least minus this
class_points   no class's share of right answers is lower by more than this; classes with fewer than
               `MIN_CLASS` gold items are named, not judged

And one that nobody sets: a gold item that it did not answer, or whose text could not be read,
counts in no figure, so at most a share of `MOST_SILENT` of them may be like that.

A gate that cannot be judged is not passed: whoever promotes all the same says why.
"""

from collections.abc import Mapping, Sequence

from pydantic import Field

from core.evaluation import Comparison, Evaluation, QuestionEvaluation, Role
from core.evaluation_parts import Slice
from core.model import Frozen

MIN_CLASS = 10
MOST_SILENT = 0.05


class PromotionPolicy(Frozen):
    """What a version must show before it serves, in points (hundredths of a share)."""

    worse_points: float = Field(default=2.0, ge=0, le=100)
    class_points: float = Field(default=5.0, ge=0, le=100)


class GateLine(Frozen):
    """One thing that was looked at; `ok` is None where there is too little to tell."""

    ok: bool | None
    text: str


class Gate(Frozen):
    """What the gate says of a version."""

    lines: tuple[GateLine, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against it. What cannot be told of a class does not."""
        return bool(self.lines) and all(line.ok is not False for line in self.lines)

    @property
    def failed(self) -> tuple[str, ...]:
        """What speaks against it, in words."""
        return tuple(line.text for line in self.lines if line.ok is False)


def gate(
    evaluation: Evaluation, policy: PromotionPolicy, names: Mapping[str, str] | None = None
) -> Gate:
    """Hold a version's comparison against the policy, question by question.

    Args:
        names: what people call classes, by the key of an option or a type.
    """
    lines: list[GateLine] = []
    several = len(evaluation.questions) > 1
    for question in evaluation.questions:
        lead = f"{question.name}: " if several else ""
        for line in _question(question, policy, names or {}):
            lines.append(line.model_copy(update={"text": lead + line.text}))
    return Gate(lines=tuple(lines))


def _question(
    question: QuestionEvaluation, policy: PromotionPolicy, names: Mapping[str, str]
) -> list[GateLine]:
    if question.outcome is None:
        return [GateLine(ok=False, text=f"not measured yet: {question.verdict}")]
    other = question.against("serving") or question.against("teacher")
    if other is None:
        return [GateLine(ok=False, text="nobody else answered the gold items: ask a teacher")]
    lines = [_overall(other, policy), *_classes(question.slices, other.against, policy, names)]
    return [*_silent(question), *lines]


def _silent(question: QuestionEvaluation) -> list[GateLine]:
    """Refuse a version that is measured only where it said something that can be read."""
    student = question.author("student")
    if student is None or student.missing <= MOST_SILENT * (student.n + student.missing):
        return []
    asked = student.n + student.missing
    said = f"{student.missing} of {asked} gold items have no answer of it that can be read"
    return [GateLine(ok=False, text=f"{said}, and count in no figure")]


def _overall(other: Comparison, policy: PromotionPolicy) -> GateLine:
    name = f"{other.label}, serving" if other.against == "serving" else "the teacher"
    found = other.difference
    if found is None:
        return GateLine(ok=False, text=f"too few gold items were answered by it and by {name}")
    least = 100 * found.low
    return GateLine(
        ok=least >= -policy.worse_points,
        text=f"at worst {points(least)} points against {name}, n = {found.n} "
        f"(allowed: {points(-policy.worse_points)})",
    )


def _classes(
    parts: Sequence[Slice], against: Role, policy: PromotionPolicy, names: Mapping[str, str]
) -> list[GateLine]:
    """Judge the classes: those that fell too far by name, the worst first, the others together."""
    judged: list[Slice] = []
    few: list[str] = []
    for part in parts:
        if part.by == "class":
            found = part.differences.get(against)
            if found is None or found.n < MIN_CLASS:
                few.append(f"{_name(part, names)} ({part.n})")
            else:
                judged.append(part)
    down = [one for one in judged if _lost(one, against) > policy.class_points]
    lines: list[GateLine] = []
    if down:
        down.sort(key=lambda one: -_lost(one, against))
        fell = ", ".join(
            f"{_name(one, names)} {_lost(one, against):.1f} (n = {one.differences[against].n})"
            for one in down
        )
        said = f"down by more than {policy.class_points:g} points: {fell}"
        lines.append(GateLine(ok=False, text=said))
    if judged and not down:
        worst = max(judged, key=lambda one: _lost(one, against))
        most = _lost(worst, against)
        fell = f"at most {most:.1f} ({_name(worst, names)})" if most > 0 else "none fell"
        said = f"no class of {len(judged)} is down by more than {policy.class_points:g} points"
        lines.append(GateLine(ok=True, text=f"{said}: {fell}"))
    if few:
        lines.append(GateLine(ok=None, text=f"too few to tell: {', '.join(few)}"))
    return lines


def _lost(part: Slice, against: Role) -> float:
    # rounded, so that 5 points lost are not more than 5 by the last bit of a float
    return round(-100 * part.differences[against].mean, 6)


def _name(part: Slice, names: Mapping[str, str]) -> str:
    return names.get(part.key, part.key or "no type")


def points(value: float) -> str:
    """Say points with their sign; nothing has none, and the minus is a minus, not a hyphen."""
    if abs(value) < 0.05:
        return "0.0"
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")
