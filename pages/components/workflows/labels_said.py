"""What a run found out of its labels (noise.json), in names, and as groups for Review's queue.

No Streamlit. A group's key is `labels:<job>` for all that a run suspects, and
`labels:<job>:<question>:<place>` for one way of being wrong again and again.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from core.errors import AppError
from core.noise.report import (
    FILE,
    ErrorCluster,
    NoiseReport,
    Outcome,
    QuestionNoise,
    read_report,
)
from core.questions.base import Question
from pages.components.workflows.queue_memo import QueueMemo
from pages.components.workflows.queue_now import hidden_items
from pages.components.workflows.running import Run, settings_of
from storage import Store

PREFIX = "labels:"


@dataclass(frozen=True)
class Systematic:
    """One way in which a teacher is wrong again and again.

    Attributes:
        said, true: what the teacher says and what people say instead, by name.
        n_corrected, n_confirmed: reviews that contradicted the teacher's label, and that kept it.
        n_suspected: unreviewed windows beside them when the run was made.
        n_inherited: of these, where the student says what the teacher said.
        n_open: of these, those that wait for a review now and may be shown.
        key: its group in Review.
    """

    said: str
    true: str
    n_corrected: int
    n_confirmed: int
    n_suspected: int
    n_inherited: int
    n_open: int
    key: str


@dataclass(frozen=True)
class LabelsOf:
    """What the labels of one question said.

    `wrong_share` is the estimated share of wrong labels of the teacher; None without a study.
    """

    name: str
    n_labels: int
    n_suspected: int
    n_relabelled: int
    wrong_share: float | None
    corrections: dict[Outcome, int]
    systematic: tuple[Systematic, ...]


@dataclass(frozen=True)
class LabelsSaid:
    """All of a run: per question, whether the study was on, and what waits in Review."""

    questions: tuple[LabelsOf, ...]
    studied: bool
    n_open: int
    key: str


def labels_said(store: Store, project_id: str, memo: QueueMemo, run: Run) -> LabelsSaid | None:
    """Return what the labels of a run said; None where it kept nothing.

    Raises:
        DataError: when its noise.json is damaged.
    """
    report = _report(run, memo)
    if report is None:
        return None
    with memo.lock:
        closed = hidden_items(store, project_id, memo) | memo.state(store).labels.keys()
    return LabelsSaid(
        questions=tuple(
            _of_question(store.questions.get(one.question_id), one, run, closed)
            for one in report.questions
        ),
        studied=bool(settings_of(run).get("study", False)),
        n_open=len(report.suspects().keys() - closed),
        key=f"{PREFIX}{run.job.id}",
    )


def _of_question(
    question: Question, found: QuestionNoise, run: Run, closed: Collection[str]
) -> LabelsOf:
    return LabelsOf(
        name=question.name,
        n_labels=len(found.examples),
        n_suspected=found.n_suspected,
        n_relabelled=found.n_relabelled,
        wrong_share=found.wrong_share,
        corrections=dict(
            Counter(one.correction for one in found.examples if one.correction is not None)
        ),
        systematic=tuple(
            _systematic(question, cluster, f"{PREFIX}{run.job.id}:{question.id}:{place}", closed)
            for place, cluster in enumerate(found.clusters)
        ),
    )


def _systematic(
    question: Question, cluster: ErrorCluster, key: str, closed: Collection[str]
) -> Systematic:
    return Systematic(
        said=question.option(cluster.said).name,
        true=question.option(cluster.true).name,
        n_corrected=len(cluster.corrected),
        n_confirmed=cluster.confirmed,
        n_suspected=len(cluster.suspected),
        n_inherited=cluster.inherited,
        n_open=sum(one not in closed for one in cluster.suspected),
        key=key,
    )


def _report(run: Run, memo: QueueMemo) -> NoiseReport | None:
    """Read noise.json once: a run writes it whole and never again."""
    path = run.job.folder / FILE
    stamp = path.stat().st_mtime_ns if path.exists() else None
    with memo.lock:
        return memo.kept_for(("noise", run.job.id), stamp, lambda: read_report(run.job.folder))


# -- as a group of Review's queue


def is_labels_group(key: str) -> bool:
    """Tell whether a filter's group is one of these."""
    return key.startswith(PREFIX)


def items_of_group(store: Store, memo: QueueMemo, key: str) -> Collection[str]:
    """Return the items of a group; none when the run or its report is not there any more."""
    job_id, *place = key.removeprefix(PREFIX).split(":")
    try:
        report = _report(Run(store.jobs.get(job_id), "done"), memo)
    except AppError:  # an address of long ago, or a damaged file, which Train names
        return ()
    if report is None:
        return ()
    if not place:
        return report.suspects().keys()
    return [
        item_id
        for one in report.questions
        for number, cluster in enumerate(one.clusters)
        if place == [one.question_id, str(number)]
        for item_id in cluster.suspected
    ]


def group_reason(store: Store, key: str) -> tuple[str, str]:
    """Say why an item of a group is shown: in short, and at length."""
    try:
        title = store.jobs.get(key.removeprefix(PREFIX).split(":")[0]).title
    except AppError:
        title = "a training"
    return (
        f"suspected wrong by {title}",
        "Nets that had not learned this window find the teacher's label unlikely, or corrections "
        "of windows like it contradict the teacher. It may be right all the same: look at it.",
    )
