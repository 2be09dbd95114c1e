"""Everyone on gold: bars with intervals, confusion matrices side by side, events by type."""

import pandas as pd
import streamlit as st

from core.evaluation import AuthorResult, ClassRow, QuestionEvaluation, Role
from core.evaluation_words import with_interval
from core.metrics import Confusion
from core.questions.base import Question
from pages.components import figures, marks
from storage.rows import ModelVersion

ORDER: tuple[Role, ...] = (
    "teacher",
    "other",
    "student",
    "serving",
    "reviewed_only",
    "features",
    "detector",
    "majority",
)
RULES_LABELS = ("built-in rules", "rules")
# figure -> (title, whether it is a share)
FIGURES: dict[str, dict[str, tuple[str, bool]]] = {
    "pattern": {"accuracy": ("Accuracy", True)},
    "anomaly": {
        "event_recall": ("Event recall", True),
        "false_alarms": ("False alarms / 1,000 samples", False),
        "interval_f1": ("Interval F1", True),
    },
}
EVENT_WORDS = (
    "Recall: true events found. False alarms: events said that are none; fewer is better. "
    "Interval F1: both in one number."
)
TICK_WORDS = {
    "pattern": "Tick: luck, what a random answer gets.",
    "anomaly": "Tick: luck, what an author's own events get at random places.",
}


def show_scores(result: QuestionEvaluation, question: Question, version: ModelVersion) -> None:
    """Show all figures of one question; nothing when nothing is ranked."""
    authors = sorted(result.authors, key=lambda author: ORDER.index(author.role))
    shown = FIGURES[result.kind]
    for place, (figure, (title, percent)) in zip(
        st.columns(len(shown)), shown.items(), strict=True
    ):
        bars = [bar for a in authors if (bar := _bar(a, figure, version)) is not None]
        place.plotly_chart(
            figures.bars(bars, title, percent=percent),
            key=f"bars_{result.question_id}_{figure}",
            config=figures.CONFIG,
            alt=f"{title}: " + ", ".join(f"{bar.name} {bar.value:.2f}" for bar in bars),
        )
    st.caption(_reading(result))
    teacher, student = result.author("teacher"), result.author("student")
    if teacher is None or student is None:
        return
    if result.kind == "pattern":
        _confusions(teacher, student, question, version)
    else:
        _types(teacher, student, question, version)


def _reading(result: QuestionEvaluation) -> str:
    """Say how to read the bars: what n, whiskers, ticks and grey are."""
    counts = sorted({author.n for author in result.authors})
    n = f"{counts[0]:,}" if len(counts) == 1 else f"{counts[0]:,} to {counts[-1]:,}"
    series = f" of {result.n_series:,} series" if result.n_series else ""
    said = [
        f"n = {n} gold items{series}. Whiskers hold 95 %. Grey: what a student must beat at least.",
        TICK_WORDS[result.kind],
    ]
    best = max(
        (a.luck["accuracy"].majority or 0 for a in result.authors if "accuracy" in a.luck),
        default=None,
    )
    if best is not None:
        said.append(f"One and the same answer for all items gets at most {100 * best:.0f} %.")
    if detectors := [author.label for author in result.authors if author.role == "detector"]:
        said.append(f"{', '.join(detectors)}: detectors, which use no label and learn nothing.")
    if result.kind == "anomaly":
        said.append(EVENT_WORDS)
    return " ".join(said)


def colour_of(author: AuthorResult) -> str:
    """Return the hue of an author in the comparison; what is only there to compare is grey."""
    if author.role in ("student", "serving"):
        return marks.STUDENT
    if author.role == "detector":
        return marks.RULES
    if author.role in ("teacher", "other"):
        return marks.RULES if author.label in RULES_LABELS else marks.TEACHER
    return marks.NEUTRAL


def name_of(author: AuthorResult, version: ModelVersion) -> str:
    """Return what the bars call an author."""
    if author.role == "student":
        return f"student v{version.number}"
    return f"serving {author.label}" if author.role == "serving" else author.label


def _bar(author: AuthorResult, figure: str, version: ModelVersion) -> figures.Bar | None:
    estimate = author.figures[figure]
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return None
    return figures.Bar(
        name_of(author, version),
        colour_of(author),
        estimate.value,
        estimate.low,
        estimate.high,
        author.n,
        author.luck[figure].random if figure in author.luck else None,
    )


def _confusions(
    teacher: AuthorResult, student: AuthorResult, question: Question, version: ModelVersion
) -> None:
    names = {option.key: option.name for option in question.options}
    used = [
        label
        for label in teacher.confusion.labels
        if _occurs(teacher.confusion, label) or _occurs(student.confusion, label)
    ]
    theirs, own = _table(teacher.confusion, used), _table(student.confusion, used)
    both = [
        (row, column)
        for row in range(len(used))
        for column in range(len(used))
        if row != column and theirs[row][column] and own[row][column]
    ]
    left, right = st.columns(2)
    for place, author, counts in ((left, teacher, theirs), (right, student, own)):
        place.plotly_chart(
            figures.confusion(
                counts,
                [names.get(label, label) for label in used],
                colour_of(author),
                f"{name_of(author, version)}, n = {author.n:,}",
                both,
            ),
            key=f"confusion_{author.role}_{question.id}",
            config=figures.CONFIG,
            alt=f"Confusion matrix of {name_of(author, version)}",
        )
    framed = " Framed: errors of the teacher that the student makes too." if both else ""
    n_options = len(question.options)
    st.caption(
        "Right answers lie on the diagonal; a random answer would spread every row evenly over "
        f"the {n_options} options.{framed}"
    )


def _occurs(confusion: Confusion, label: str) -> bool:
    if label not in confusion.labels:
        return False
    place = confusion.labels.index(label)
    return any(confusion.counts[place]) or any(row[place] for row in confusion.counts)


def _table(confusion: Confusion, labels: list[str]) -> list[list[int]]:
    """Return the counts over `labels`; a label an author never met counts 0."""
    place = {label: i for i, label in enumerate(confusion.labels)}
    return [
        [
            confusion.counts[place[row]][place[column]] if row in place and column in place else 0
            for column in labels
        ]
        for row in labels
    ]


def _types(
    teacher: AuthorResult, student: AuthorResult, question: Question, version: ModelVersion
) -> None:
    names = {event_type.key: event_type.name for event_type in question.types}
    rows = {
        names.get(theirs.key, theirs.key or "no type"): [
            _found(theirs),
            *_own(next((c for c in student.by_class if c.key == theirs.key), None)),
        ]
        for theirs in teacher.by_class
    }
    if rows:
        columns = [name_of(teacher, version), name_of(student, version), "by luck"]
        st.markdown("**True events found, by type**")
        st.table(pd.DataFrame.from_dict(rows, orient="index", columns=columns))
        st.caption(
            "In brackets: 95 %. By luck: what the student's own events would find at random places."
        )


def _own(row: ClassRow | None) -> list[str]:
    """Return the student's cell, and what luck gets."""
    if row is None:
        return ["–", "–"]
    return [_found(row), "–" if row.luck is None else f"{100 * row.luck:.0f} %"]


def _found(row: ClassRow) -> str:
    return f"{row.right:,} of {row.total:,}: {with_interval(row.share)}"
