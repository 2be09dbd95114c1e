"""Everyone on gold: bars with intervals, confusion matrices side by side, events by type."""

import pandas as pd
import streamlit as st

from core.evaluation import AuthorResult, ClassRow, QuestionEvaluation, Role
from core.evaluation_words import with_interval
from core.metrics import Confusion
from core.metrics.change_points import MARGIN
from core.questions.base import Question
from pages.components import figures, marks
from pages.components.words import count
from storage.rows import ModelVersion

ORDER: tuple[Role, ...] = (
    "teacher",
    "other",
    "student",
    "serving",
    "base",
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
    "change_point": {
        "change_f1": ("Change point F1", True),
        "cause_accuracy": ("Causes right", True),
        "false_alarms": ("False alarms / 1,000 samples", False),
    },
}
EVENT_WORDS = (
    "Recall: true events found. False alarms: events said that are none; fewer is better. "
    "Interval F1: both in one number."
)
CHANGE_WORDS = (
    f"Change point F1: points found and said, at most {MARGIN} samples apart, in one number. "
    "Causes right: of the points found whose cause is known. False alarms: points said that are "
    "none; fewer is better."
)
TICK_WORDS = {
    "pattern": "Tick: luck, what a random answer gets.",
    "anomaly": "Tick: luck, what an author's own events get at random places.",
    "change_point": "Tick: luck, what as many points at random places get.",
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
    if question.eventful:
        _types(teacher, student, question, version)
    names = {option.key: option.name for option in question.options}
    _confusions(result, teacher, student, names, version)


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
    if result.kind == "change_point":
        said.append(CHANGE_WORDS)
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
    result: QuestionEvaluation,
    teacher: AuthorResult,
    student: AuthorResult,
    names: dict[str, str],
    version: ModelVersion,
) -> None:
    used = [
        label
        for label in teacher.confusion.labels
        if _occurs(teacher.confusion, label) or _occurs(student.confusion, label)
    ]
    cells = () if result.inherited is None else result.inherited.cells
    framed = [
        (used.index(one.truth), used.index(one.given))
        for one in cells
        if one.inherited and one.truth in used and one.given in used
    ]
    left, right = st.columns(2)
    for place, author in ((left, teacher), (right, student)):
        place.plotly_chart(
            figures.confusion(
                _table(author.confusion, used),
                [names.get(label, label) for label in used],
                colour_of(author),
                f"{name_of(author, version)}, n = {author.n:,}",
                framed,
            ),
            key=f"confusion_{author.role}_{result.question_id}",
            config=figures.CONFIG,
            alt=f"Confusion matrix of {name_of(author, version)}",
        )
    st.caption(_errors(result))


def _errors(result: QuestionEvaluation) -> str:
    """Say how to read the matrices, and how many errors were taken over."""
    said = ["Right answers lie on the diagonal."]
    found = result.inherited
    if found is None or not found.n_errors:
        return said[0]
    said.append(
        f"Of {count(found.n_errors, 'error')} of the student, {found.n_same:,} are the teacher's "
        "very errors: the same item, the same wrong answer. Errors that know nothing of each other "
        f"would share about {found.expected:.1f}, and as many as these in {_rare(found.luck)} of "
        "cases."
    )
    if any(one.inherited for one in found.cells):
        said.append("Framed: errors that both make on the same items more often than luck.")
    return " ".join(said)


def _rare(share: float) -> str:
    return "less than 1 %" if share < 0.01 else f"{100 * share:.0f} %"


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
    names = question.classes
    rows = {
        names.get(theirs.key, theirs.key or "no type"): [
            _found(theirs),
            *_own(next((c for c in student.by_class if c.key == theirs.key), None)),
        ]
        for theirs in teacher.by_class
    }
    if rows:
        columns = [name_of(teacher, version), name_of(student, version), "by luck"]
        by = "cause" if question.kind == "change_point" else "type"
        st.markdown(f"**True events found, by {by}**")
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
