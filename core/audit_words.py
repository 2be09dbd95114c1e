"""What an audit says to people: the advice on a batch, and one line for a list of batches.

The measurements that the advice quotes are of generated data with nine shapes and a convolutional
student of 77,000 parameters, 1,000 labels each (wrong labels uniform, except where said). They are
no promise for other data: `USEFUL` is ours, chosen well above where that student began to fail.
"""

import math
from collections.abc import Mapping

from core.audit import (
    NO_ANOMALY,
    Advice,
    AuditReport,
    ErrorKind,
    Mistake,
    QuestionAudit,
    Sample,
    Use,
)
from core.audit_errors import is_systematic
from core.metrics import Estimate
from core.metrics.finite import share_of_batch

USEFUL = 0.6
"""Share of right labels above which random errors are taken to average out."""
MIN_AUDITED = 20
"""With fewer answers an interval around `USEFUL` spans over 40 points: nothing is advised."""
MIN_OF_CLASS = 3
"""Of a class with fewer reviews one mistake would already make it a weak one."""
MOST_MORE = 200
"""More reviews than this nobody is asked for only to tell on which side of `USEFUL` a batch is."""

AVERAGE_OUT = (
    "Random errors largely average out: on generated data a small student reached 95\xa0% from "
    "labels that were 60\xa0% right, and 92\xa0% from 40\xa0% with one weak start of three; "
    "a published student of another kind reached 47\xa0% there."
)
INHERITED = (
    "Such errors are inherited at any accuracy: on generated data labels that were 80\xa0% right "
    "gave a student of 86\xa0% where errors followed the shape, against 95\xa0% where they were "
    "random. Correct these first."
)


def advise(
    answered: Estimate,
    n_answered: int,
    sample: Sample,
    n: int,
    errors: ErrorKind,
    names: Mapping[str, str],
) -> Advice:
    """Say what to do with the labels of a batch.

    Args:
        answered: share of right ones among the answers.
        n_answered: how many of the `n` reviewed items have an answer.
        sample: drawn and population.
        errors: what kind of errors they are.
        names: of classes by key.
    """
    rest = sample.population - n
    if n_answered == 0:
        text = "None of the reviewed items has an answer: ask again before anything is learned."
        return _advice("cannot tell yet", 0, text)
    if n_answered < MIN_AUDITED and rest > 0:
        # some of the next ones will have failed too
        more = min(math.ceil((MIN_AUDITED - n_answered) * n / n_answered), rest)
        return _advice("cannot tell yet", more, f"Cannot tell yet: {_more(more)} needed.")
    if errors.kind == "systematic":
        return _advice("correct first", 0, f"{_pattern(errors, names)} {INHERITED}")
    low, high = answered.low or 0.0, answered.high or 0.0
    if low >= USEFUL:
        return _advice("useful", 0, _looks(errors))
    if high < USEFUL:
        text = f"Fewer than {_percent(USEFUL)} of the labels are right, so correct first."
        return _advice("correct first", 0, f"{text} {AVERAGE_OUT}")
    more = _reviews_to_tell(answered.value or 0.0, n_answered, sample.population)
    if more is None:
        text = f"Too close to {_percent(USEFUL)} to tell with a few reviews more: correct first."
        return _advice("correct first", 0, text)
    text = (
        f"Cannot tell yet whether {_percent(USEFUL)} of the labels are right: about {_more(more)}"
    )
    return _advice("cannot tell yet", more, f"{text} needed if they go on like this.")


def headline(report: AuditReport) -> str:
    """Return one line: `audited 30 of 30: 80 %, 63..90; weak on level shift; training: useful`."""
    lines = [_line(one) for one in report.questions]
    if not lines:
        return "not audited yet"
    if len(lines) == 1:
        return lines[0]
    named = zip(report.questions, lines, strict=True)
    return " | ".join(f"{one.name}: {line}" for one, line in named)


def weak_classes(audit: QuestionAudit, most: int = 2) -> list[str]:
    """Return names of classes whose whole interval lies below the share of all, weakest first."""
    overall = audit.right.value or 0.0
    weak = [
        one
        for one in audit.by_class
        if one.total >= MIN_OF_CLASS and (one.share.high or 0.0) < overall
    ]
    return [one.name for one in sorted(weak, key=lambda one: one.share.value or 0.0)][:most]


def _line(audit: QuestionAudit) -> str:
    right = audit.right
    text = f"audited {audit.n} of {audit.drawn}"
    if right.value is None or right.low is None or right.high is None:
        return text
    text += f": {_percent(right.value)}, {100 * right.low:.0f}..{100 * right.high:.0f}"
    weak = weak_classes(audit)
    parts = [text, f"weak on {' and '.join(weak)}"] if weak else [text]
    if audit.failed:
        parts.append(f"{audit.failed} failed")
    advice = audit.advice
    more = f", {advice.more} more" if advice.more else ""
    return "; ".join([*parts, f"training: {advice.use}{more}"])


def _reviews_to_tell(share: float, n: int, population: int) -> int | None:
    """Return how many reviews more would place a share on one side of `USEFUL`, if it stays."""
    for more in range(1, min(MOST_MORE, population - n) + 1):
        found = share_of_batch(round(share * (n + more)), n + more, population)
        if (found.low or 0.0) >= USEFUL or (found.high or 0.0) < USEFUL:
            return more
    return None


def _pattern(errors: ErrorKind, names: Mapping[str, str]) -> str:
    said: list[str] = []
    if is_systematic(errors.by_mistake) and errors.commonest is not None:
        common = _mistake(errors.commonest, names)
        said.append(f"the same mistakes come again and again, most often {common}")
    if is_systematic(errors.by_series):
        said.append("they gather in a few series")
    return f"The {errors.n} wrong answers are systematic: {'; '.join(said)}."


def _mistake(mistake: Mistake, names: Mapping[str, str]) -> str:
    truth = names.get(mistake.truth, mistake.truth)
    if mistake.truth == NO_ANOMALY:
        return f"an event seen in a {truth} ({mistake.n}×)"
    if mistake.given == NO_ANOMALY:
        return f"{truth} missed ({mistake.n}×)"
    return f"{truth} taken for {names.get(mistake.given, mistake.given)} ({mistake.n}×)"


def _looks(errors: ErrorKind) -> str:
    if errors.kind == "none":
        return "No wrong answer was found."
    if errors.kind == "random":
        return f"The {errors.n} wrong answers look random. {AVERAGE_OUT}"
    many = "answer is" if errors.n == 1 else "answers are"
    return f"{errors.n} wrong {many} too few to tell whether errors are systematic."


def _advice(use: Use, more: int, sentence: str) -> Advice:
    return Advice(use=use, more=more, sentence=sentence)


def _more(n: int) -> str:
    return f"{n} more review is" if n == 1 else f"{n} more reviews are"


def _percent(share: float) -> str:
    return f"{math.floor(100 * share + 0.5)}\xa0%"
