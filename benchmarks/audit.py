"""Does the interval of an audit hold the true accuracy as often as it says?

    python -m benchmarks.audit [--teachers 2000] [--seed 0]

Simulated teachers, 20 to 98 % right over a batch of 100 to 2,000 answers to a pattern question of
nine options, each audited once on a random sample of 20 to 60 through `core.audit_figures`. Errors
are, in turn, random (every answer alike, wrong labels uniform), by class (wrong answers heaped in a
few classes, each with its own wrong label) and by series (batches of 10 to 100 series; wrong ones
heaped in some). `coverage`: how often the stated 95 % interval holds the batch's true share, with
the simulation's own 95 % interval; `called_systematic`: how often errors are called so, over audits
with enough wrong answers. The last line is JSON.
"""

import argparse
import json
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.answers import AnswerContent
from core.audit import Audited, QuestionAudit, Sample
from core.audit_figures import audit_teacher
from core.metrics import Estimate, accuracy
from core.questions.defaults import default_pattern_question

QUESTION = default_pattern_question()
KEYS = [option.key for option in QUESTION.options]
ERRORS = ("random", "by class", "by series")

Labels = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Batch:
    """One simulated teacher's answers to a whole batch: labels are places in `KEYS`."""

    truth: Labels
    given: Labels
    series: Labels

    @property
    def share(self) -> float:
        """The share that is right."""
        return float((self.truth == self.given).mean())


def main() -> None:
    """Simulate, print by kind of error, then all as one JSON line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--teachers", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    covered: dict[str, list[bool]] = {kind: [] for kind in ERRORS}
    called: dict[str, list[bool]] = {kind: [] for kind in ERRORS}
    widths: list[float] = []
    for number in range(given.teachers):
        kind = ERRORS[number % len(ERRORS)]
        batch, found = audited_once(kind, np.random.default_rng([given.seed, number]))
        low, high = found.right.low or 0.0, found.right.high or 0.0
        covered[kind].append(low - 1e-9 <= batch.share <= high + 1e-9)
        widths.append(high - low)
        if found.errors.kind in ("random", "systematic"):
            called[kind].append(found.errors.kind == "systematic")
    everything = [one for rows in covered.values() for one in rows]
    result: dict[str, object] = {
        "teachers": given.teachers,
        "coverage": _share(everything),
        "mean_width": round(float(np.mean(widths)), 3),
        "coverage_by_errors": {kind: _share(rows) for kind, rows in covered.items()},
        "called_systematic": {kind: _share(rows) for kind, rows in called.items()},
    }
    for kind in ERRORS:
        print(f"{kind:10} coverage {_share(covered[kind])}, systematic {_share(called[kind])}")
    print(json.dumps(result))


def audited_once(kind: str, rng: Generator) -> tuple[Batch, QuestionAudit]:
    """Make a teacher's batch, audit a random sample of it, and return both."""
    population = int(rng.integers(100, 2_001))
    batch = batch_of(kind, population, float(rng.uniform(0.2, 0.98)), rng)
    n = int(rng.integers(20, 61))
    places = rng.choice(population, n, replace=False)
    audited = [
        Audited(
            item_id=f"{place:04}",
            question=QUESTION,
            group=f"s{batch.series[place]}",
            window=(0, 100),
            given=AnswerContent(kind="pattern", label=KEYS[batch.given[place]]),
            truth=AnswerContent(kind="pattern", label=KEYS[batch.truth[place]]),
        )
        for place in places
    ]
    report = audit_teacher(audited, {QUESTION.id: Sample(n, population)})
    return batch, report.questions[0]


def batch_of(kind: str, n: int, share: float, rng: Generator) -> Batch:
    """Make `n` answers of which `share` is right, with errors of a kind."""
    truth = rng.integers(0, len(KEYS), n)
    series = rng.integers(0, int(rng.integers(10, 101)), n)
    n_wrong = round((1 - share) * n)
    given = truth.copy()
    if kind == "by class":
        wrong = _heaped(truth, n_wrong, rng)
        given[wrong] = (truth[wrong] + 1 + truth[wrong] % 3) % len(KEYS)
    else:
        wrong = _heaped(series, n_wrong, rng)
        if kind == "random":
            wrong = rng.choice(n, n_wrong, replace=False)
        given[wrong] = (truth[wrong] + rng.integers(1, len(KEYS), n_wrong)) % len(KEYS)
    return Batch(truth, given, series)


def _heaped(groups: Labels, n_wrong: int, rng: Generator) -> Labels:
    """Return places of wrong answers: groups fill up one after the other, with some noise."""
    rank = rng.permutation(int(groups.max()) + 1) / (groups.max() + 1)
    order = np.argsort(rank[groups] + rng.normal(0, 0.15, len(groups)))
    return order[:n_wrong]


def _share(rows: list[bool]) -> list[float | None]:
    """Return share, low and high, rounded."""
    found: Estimate = accuracy(sum(rows), len(rows))
    return [None if one is None else round(one, 3) for one in (found.value, found.low, found.high)]


if __name__ == "__main__":
    main()
