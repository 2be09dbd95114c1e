"""The two questions every project starts with, and two to add. Texts speak of shapes, not data."""

from core.ids import new_id
from core.questions.base import EventType, Option, Question

PATTERN_WORDINGS: tuple[tuple[str, tuple[str, str, str, str], str], ...] = (
    (
        "linear_increase",
        ("linear increase", "rising in a straight line", "steady growth", "constant upward slope"),
        "goes up by the same amount everywhere",
    ),
    (
        "linear_decrease",
        (
            "linear decrease",
            "falling in a straight line",
            "steady decline",
            "constant downward slope",
        ),
        "goes down by the same amount everywhere",
    ),
    (
        "concave",
        (
            "concave",
            "rises then falls as a hill",
            "arch with one turning point",
            "upside-down bowl",
        ),
        "one parabola that rises and then falls",
    ),
    (
        "convex",
        ("convex", "falls then rises as a valley", "bowl with one turning point", "u shape"),
        "one parabola that falls and then rises",
    ),
    (
        "exponential_growth",
        (
            "exponential growth",
            "rising faster and faster",
            "accelerating increase",
            "explosive rise",
        ),
        "flat at first, then up more and more steeply",
    ),
    (
        "exponential_decay",
        (
            "exponential decay",
            "falling slower and slower",
            "decrease that levels off",
            "fading fall",
        ),
        "steeply down at first, then flat",
    ),
    (
        "sigmoid",
        ("sigmoid", "s shaped rise", "smooth step up between two levels", "logistic curve"),
        "flat, then one smooth rise, then flat again",
    ),
    (
        "cubic",
        ("cubic", "rises then falls then rises again", "two turning points", "up down up"),
        "up, down and up again with two turning points",
    ),
    (
        "gaussian",
        ("gaussian", "bell shaped bump", "single bump on a flat base", "bell curve"),
        "flat, then one symmetric bump, then flat again",
    ),
)

ANOMALY_TYPES: tuple[tuple[str, str, str], ...] = (
    ("spike", "spike", "one or a few samples far from their neighbours, then back"),
    ("level_shift", "level shift", "the level moves to another value and stays there for a while"),
    (
        "variance",
        "variance change",
        "the fluctuation becomes clearly larger or smaller for a while",
    ),
    ("stuck", "stuck value", "the value repeats exactly where it fluctuated before"),
)

DESCRIBE = (
    "Describe what happens in this window: how it goes overall, where something changes or stands "
    "out, and by how much."
)


CHANGES = (
    "Where does the series change for good, and is it single channels that do, or the way that "
    "channels move together?"
)


def default_pattern_question() -> Question:
    """Return a fresh `pattern` question over the nine shapes, with four wordings each."""
    return Question(
        id=new_id(),
        family_id=new_id(),
        kind="pattern",
        name="Overall pattern",
        text="Which one of these patterns does the series follow, apart from its fluctuations?",
        options=tuple(
            Option(key=key, wordings=wordings, meaning=meaning)
            for key, wordings, meaning in PATTERN_WORDINGS
        ),
    )


def default_anomaly_question() -> Question:
    """Return a fresh `anomaly` question with the four default event types."""
    return Question(
        id=new_id(),
        family_id=new_id(),
        kind="anomaly",
        name="Anomalies",
        text="Are there anomalies in the series, and where does each of them start and stop?",
        types=tuple(
            EventType(id=new_id(), key=key, name=name, meaning=meaning)
            for key, name, meaning in ANOMALY_TYPES
        ),
    )


def default_open_question() -> Question:
    """Return a fresh `open` question; no project begins with one."""
    return Question(id=new_id(), family_id=new_id(), kind="open", name="Description", text=DESCRIBE)


def default_change_point_question() -> Question:
    """Return a fresh `change_point` question; no project begins with one."""
    return Question(
        id=new_id(), family_id=new_id(), kind="change_point", name="Change points", text=CHANGES
    )
