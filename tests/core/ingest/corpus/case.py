"""One broken file with what must come of it, and the judge that compares."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import numpy as np

from core.errors import DataError
from core.ingest import ProblemsError, build, propose
from tests.core.ingest.corpus.good import EPOCH, Good

Consent = Literal["none", "cells", "rows", "both"]
Outcome = Literal["recoverable", "refused", "foreign"]


@dataclass(frozen=True)
class Case:
    """A file made by mutating a good one.

    Attributes:
        outcome: `recoverable` must give exactly `good` after at most `consent`; `refused` must be
            a DataError that names a line or a column; `foreign` is no table at all.
        tolerance_us: how far a time may be off (days with fractions hold no exact second).
    """

    kind: str
    label: str
    raw: bytes
    outcome: Outcome = "recoverable"
    good: Good | None = None
    consent: Consent = "none"
    file_name: str = "export.csv"
    names: bool = True
    tolerance_us: int = 0
    says: str = ""
    lines: tuple[int, ...] = field(default=())

    @property
    def id(self) -> str:
        """The case's name in lists."""
        return f"{self.kind}-{self.label}"


@dataclass(frozen=True)
class Verdict:
    """What came of a case: `opened`, `refused` or what was wrong."""

    what: Literal["opened", "refused", "wrong"]
    why: str = ""


def judge(case: Case) -> Verdict:
    """Read a case as proposed, give the declared consent, compare with what must come out."""
    try:
        settings = propose(case.file_name, case.raw).settings
        given: list[str] = []
        while True:
            try:
                built = build(case.raw, settings)
                break
            except ProblemsError as error:
                missing = set(case.lines) - {problem.line for problem in error.problems}
                rows = any(
                    not p.column or p.column in settings.time.columns for p in error.problems
                )
                asked = "rows" if rows else "cells"
                if asked in given or case.consent not in (asked, "both"):
                    raise
                if missing and case.consent != "both":
                    return Verdict("wrong", f"lines {sorted(missing)} are not named: {error}")
                given.append(asked)
                update = {"on_bad_row": "leave_out"} if rows else {"on_bad_cell": "missing"}
                settings = settings.model_copy(update=update)
    except DataError as error:
        return _refusal(case, str(error))
    if case.outcome != "recoverable":
        return Verdict("wrong", "it opened, although it must not")
    if given == [] and case.consent != "none":
        return Verdict("wrong", "it opened without the consent that was needed")
    if len(built.series) != 1:
        return Verdict("wrong", f"it became {len(built.series)} series")
    data, info = built.series[0]
    return _compare(case, data.time, data.unit, data.values, info.channel_names)


def _refusal(case: Case, error: str) -> Verdict:
    if case.outcome == "recoverable":
        return Verdict("wrong", f"refused: {error}")
    if case.outcome == "refused" and "line " not in error and "column" not in error:
        return Verdict("wrong", f"names no line and no column: {error}")
    if case.says and case.says not in error:
        return Verdict("wrong", f"does not say '{case.says}': {error}")
    return Verdict("refused", error)


def _compare(
    case: Case, time: object, unit: str, values: object, names: tuple[str, ...]
) -> Verdict:
    good = case.good
    assert good is not None
    order = range(good.n)
    if good.times is not None:
        if time is None:
            return Verdict("wrong", "no time was found")
        times = good.times
        order = sorted(order, key=lambda k: times[k])
        wanted = [_micro(times[k]) for k in order]
        found = (np.asarray(time) // (1000 if unit == "ns" else 1)).tolist()
        far = [abs(a - b) for a, b in zip(wanted, found, strict=False)]
        if len(wanted) != len(found) or max(far) > case.tolerance_us:
            return Verdict("wrong", f"times {found[:3]} instead of {wanted[:3]}")
    elif time is not None:
        return Verdict("wrong", "a time was found where there is none")
    expected = [[np.nan if c[k] is None else c[k] for c in good.columns] for k in order]
    if not np.array_equal(np.asarray(values), np.array(expected, float), equal_nan=True):
        return Verdict("wrong", f"values {np.asarray(values)[:2].tolist()}, not {expected[:2]}")
    if case.names and names != good.names:
        return Verdict("wrong", f"channels {names} instead of {good.names}")
    return Verdict("opened")


def _micro(time: datetime) -> int:
    return (time - EPOCH) // timedelta(microseconds=1)
