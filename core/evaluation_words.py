"""The sentences of a comparison, for people who see nothing else of it."""

from collections.abc import Sequence

from core.answers import QuestionKind
from core.evaluation import (
    HEADLINES,
    MIN_DIFFERING,
    MIN_GOLD,
    QuestionEvaluation,
    Role,
    Verdict,
)
from core.metrics import Difference, Estimate, draws_series
from core.metrics.luck import Luck
from core.questions.base import NOTHING, Question

FIGURE_WORDS = {
    "accuracy": "accuracy",
    "interval_f1": "interval F1",
    "change_f1": "change point F1",
}

Name = tuple[Role, str]
"""What an author is in the comparison, and what people call it."""


def verdict_of(difference: Difference | None) -> Verdict:
    """Decide by the rule of `core.evaluation`."""
    if difference is None or difference.n < MIN_GOLD or difference.differing < MIN_DIFFERING:
        return "cannot tell"
    if difference.low > 0:
        return "better"
    return "worse" if difference.high < 0 else "cannot tell"


def sentence(
    student: Name, other: Name, figure: str, difference: Difference | None, both: tuple[int, int]
) -> str:
    """Say in one sentence how the student compares; `both` is items both answered, of all gold."""
    one, two = _named(student), _named(other)
    if difference is None:
        return (
            f"Cannot tell {one} from {two}: both answered {both[0]} of the {both[1]} gold "
            f"items, and a comparison needs at least {MIN_GOLD}."
        )
    verdict = verdict_of(difference)
    points = (
        f"{_points(difference.mean)} points of {FIGURE_WORDS[figure]} "
        f"({_points(difference.low)} to {_points(difference.high)}), n = {difference.n} gold items"
    )
    if verdict == "cannot tell":
        return f"Cannot tell {one} from {two}: {points}."
    return f"{one[0].upper()}{one[1:]} is {verdict} than {two}: {points}."


def unranked(question: Question, n_gold: int) -> QuestionEvaluation:
    """Return the comparison that ranks nothing and says how many reviews are missing."""
    missing = MIN_GOLD - n_gold
    return QuestionEvaluation(
        question_id=question.id,
        kind=question.kind,
        name=question.name,
        n_gold=n_gold,
        n_missing=missing,
        caution="",
        verdict=f"Nothing is ranked yet: {n_gold} of the {MIN_GOLD} gold items that a comparison "
        f"needs have a truth; {missing} more review{'s are' if missing > 1 else ' is'} missing.",
        outcome=None,
    )


def caution(groups: Sequence[str], time_blocks: bool = False) -> str:
    """Say why the test is weak, empty when it is not.

    Args:
        groups: the series of each gold item; few series that give many items are a weak test.
        time_blocks: whether gold is blocks of time of series that are learned from too.
    """
    if not draws_series(groups):
        n_series = len(set(groups))
        of = "1 series" if n_series == 1 else f"only {n_series} series"
        return (
            f"The gold items come from {of}: windows of one series resemble each other, so the "
            "intervals are too narrow and other series may fare differently. This is the weaker "
            "test."
        )
    if time_blocks:
        return (
            "The gold items are blocks of time of series whose other blocks are learned from: "
            "new series may fare differently. This is the weaker test."
        )
    return ""


def standing(result: QuestionEvaluation) -> str:
    """Say student and teacher by themselves, with luck beside them; empty when nothing is ranked.

    `Accuracy: student 84 % (79 to 88), teacher 75 % (69 to 81). By luck 11 %; the same answer
    every time 13 % at best.`
    """
    figure = HEADLINES[result.kind]
    said: list[str] = []
    for role in ("student", "teacher"):
        author = result.author(role)
        estimate = None if author is None else author.figures.get(figure)
        if estimate is not None and estimate.value is not None:
            said.append(f"{role} {with_interval(estimate)}")
    student = result.author("student")
    luck = None if student is None else student.luck.get(figure)
    if not said or luck is None:
        return ""
    words = FIGURE_WORDS[figure]
    return f"{words[0].upper()}{words[1:]}: {', '.join(said)}. {luck_words(result.kind, luck)}"


def luck_words(kind: QuestionKind, luck: Luck) -> str:
    """Say what luck gets on a share, one short sentence."""
    if kind == "pattern":
        same = _share(luck.majority)
        return f"By luck {_share(luck.random)}; the same answer every time {same} at best."
    return (
        f"By luck (its events at random places) {_share(luck.random)}; "
        f"always “{NOTHING[kind]}” {_share(luck.majority)}."
    )


def with_interval(estimate: Estimate) -> str:
    """Say a share with its 95 % interval: `84 % (79 to 88)`; a dash when it is undefined."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "–"
    return f"{_share(estimate.value)} ({100 * estimate.low:.0f} to {100 * estimate.high:.0f})"


def _share(value: float | None) -> str:
    # a no-break space keeps the sign beside its number
    return "–" if value is None else f"{100 * value:.0f}\N{NO-BREAK SPACE}%"


def _named(name: Name) -> str:
    role, label = name
    words = {
        "student": "the student",
        "teacher": "the teacher",
        "serving": "the serving version",
        "base": "the model before training",
        "reviewed_only": "the reviewed-only student",
        "features": "the feature baseline",
        "detector": "the detector",
        "majority": "the majority baseline",
        "other": "",
    }[role]
    if not words or not label:
        return words or label
    return words if label.replace("-", " ") in words.replace("-", " ") else f"{words} ({label})"


def _points(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "−")
