"""Compute an audit. Pure: reviewed items in, `core.audit` values out.

Items are drawn at random from a batch, so the share of right answers has the interval of
`core.metrics.finite`. Classes have Wilson's, or, where an item holds several events of a class, a
bootstrap over series, as have means and event figures (`core.metrics.estimates`).
"""

from collections.abc import Mapping, Sequence

import numpy as np

from core.audit import (
    FAILED,
    NO_ANOMALY,
    Audited,
    AuditReport,
    ClassAudit,
    ErrorKind,
    QuestionAudit,
    Sample,
)
from core.audit_calibration import calibration_of
from core.audit_errors import error_kind
from core.audit_marks import cells_of, class_names, events_of, is_right, score_of, units_of
from core.audit_words import advise
from core.errors import DataError
from core.metrics import (
    EVENT_FIGURES,
    Bootstrap,
    Confusion,
    Estimate,
    Numbers,
    accuracy,
    confusion,
    interval_scores,
    mean_figure,
)
from core.metrics.finite import share_of_batch


def audit_teacher(
    audited: Sequence[Audited], samples: Mapping[str, Sample], seed: int = 0
) -> AuditReport:
    """Say how far a teacher can be trusted, question by question.

    Args:
        audited: the reviewed items of one teacher's batch, in any order.
        samples: by question id, how many items were drawn for review out of how many. Items have to
            be drawn at random, failed ones with the others.
        seed: of the bootstrap's and the permutations' draws.

    Raises:
        DataError: if an item is given twice, or a question's numbers do not fit together.
    """
    by_question: dict[str, list[Audited]] = {}
    for one in sorted(audited, key=lambda one: (one.question.id, one.item_id)):
        by_question.setdefault(one.question.id, []).append(one)
    return AuditReport(
        questions=tuple(
            _audit(rows, _checked(rows, samples.get(question_id)), seed)
            for question_id, rows in by_question.items()
        )
    )


def _checked(rows: Sequence[Audited], sample: Sample | None) -> Sample:
    name, n = rows[0].question.name, len(rows)
    if len({one.item_id for one in rows}) != n:
        raise DataError(f"an item of {name!r} was given twice; give every reviewed item once")
    if sample is None or not n <= sample.drawn <= sample.population:
        raise DataError(
            f"{n} reviewed items of {name!r} do not fit a sample of {sample}; give how many were "
            "drawn, at least those reviewed, and how many the batch has"
        )
    return sample


def _audit(rows: Sequence[Audited], sample: Sample, seed: int) -> QuestionAudit:
    question, n = rows[0].question, len(rows)
    right = [is_right(one) for one in rows]
    answered = [(one, good) for one, good in zip(rows, right, strict=True) if one.given is not None]
    share = share_of_batch(sum(right), n, sample.population)
    # how many more of the batch failed is not known, so nothing is gained from its size
    of_answered = share if len(answered) == n else accuracy(sum(right), len(answered))
    by_class = _by_class(rows, seed)
    errors = _errors(answered, seed)
    return QuestionAudit(
        question_id=question.id,
        kind=question.kind,
        name=question.name,
        n=n,
        drawn=sample.drawn,
        population=sample.population,
        failed=n - len(answered),
        right=share,
        answered=of_answered,
        figures=_event_figures(rows, seed) if question.eventful else {},
        by_class=by_class,
        confusion=_confusion(rows),
        calibration=calibration_of(
            [(one.confidence, good) for one, good in answered if one.confidence is not None]
        ),
        errors=errors,
        advice=advise(of_answered, len(answered), sample, n, errors, class_names(question)),
    )


def _errors(answered: Sequence[tuple[Audited, bool]], seed: int) -> ErrorKind:
    question_options = len(answered[0][0].question.options) if answered else 0
    return error_kind(
        [unit for one, _ in answered for unit in units_of(one)],
        [(one.group, not good) for one, good in answered],
        n_others=max(1, question_options - 1),
        seed=seed,
    )


def _event_figures(rows: Sequence[Audited], seed: int) -> dict[str, Estimate]:
    draws = Bootstrap([one.group for one in rows], seed)
    counts = np.array(
        [
            interval_scores(events_of(one, one.given), events_of(one, one.truth), one.window).row()
            for one in rows
        ]
    )
    answered = np.array([float(one.given is not None) for one in rows])
    invented = np.stack([counts[:, 1] - counts[:, 0], answered], axis=1)
    scores = np.array([(score_of(one), 1.0) for one in rows])
    return {
        "score": draws.estimate(scores, mean_figure),
        "event_recall": draws.estimate(counts, EVENT_FIGURES["event_recall"]),
        "false_alarms": draws.estimate(invented, mean_figure),
    }


def _by_class(rows: Sequence[Audited], seed: int) -> tuple[ClassAudit, ...]:
    table: dict[str, Numbers] = {}
    for place, one in enumerate(rows):
        for unit in units_of(one):
            table.setdefault(unit.truth, np.zeros((len(rows), 2)))[place] += [unit.right, 1]
    draws = Bootstrap([one.group for one in rows], seed)

    def row(key: str, name: str) -> ClassAudit:
        columns = table[key]
        right, total = (int(one) for one in columns.sum(axis=0))
        alone = columns[:, 1].max() <= 1
        share = accuracy(right, total) if alone else draws.share(columns)
        return ClassAudit(key=key, name=name, right=right, total=total, share=share)

    names = class_names(rows[0].question)
    unknown = sorted(set(table) - set(names))
    return tuple(row(key, names.get(key, key)) for key in [*names, *unknown] if key in table)


def _confusion(rows: Sequence[Audited]) -> Confusion:
    question = rows[0].question
    cells = [cell for one in rows for cell in cells_of(one)]
    labels = [*question.classes] + [NO_ANOMALY] * question.eventful + [FAILED]
    return confusion([given for _, given in cells], [true for true, _ in cells], labels)
