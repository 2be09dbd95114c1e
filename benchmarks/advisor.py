"""Does the retrain advisor keep its word: how often its interval holds the true gain.

    python -m benchmarks.advisor --kinds pattern anomaly --seeds 100 --reviews 100 --more 100

Series are generated with a truth. Of a pool, `--reviews` are drawn as corrected; the advisor says
what `--more` corrections would bring. The truth: the same model learns from as many, and from
`--more` further ones, and answers fresh series that nobody else saw. The mean over ten times
`--draws` other draws is the expected gain; the one over `--draws` ways to go on from this very draw
is the gain of this project. Printed per kind and size: the share of intervals that hold each (the
interval is meant to hold the expected gain in 90 of 100 cases), how often it told anything, and how
often what it told had the right sign. The last line is JSON.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.review_order import QUESTION, truth_of, view_of
from core.advisor.forecast import LEVEL, Gain, forecast
from core.advisor.measuring import Measuring, Prepared, Reviewed, names_of, prepare, scores
from core.generate import generate
from core.questions.base import Question
from core.questions.defaults import default_pattern_question
from core.series import WindowView

Array = NDArray[np.float64]

EXPECTED = 10
"""Times as many draws for the expected gain: it is worked out once, and must not stray itself."""


@dataclass(frozen=True, eq=False)
class Pool:
    """Windows of one question with their truth: to draw corrections from, and fresh ones."""

    question: Question
    reviewed: list[Reviewed]
    prepared: list[Prepared]
    fresh: list[Prepared]


def main() -> None:
    """Read the arguments, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="+", default=["pattern", "anomaly"])
    parser.add_argument("--seeds", type=int, default=100, help="projects to draw, per size")
    parser.add_argument("--first", type=int, default=1, help="first seed")
    parser.add_argument("--reviews", type=int, nargs="+", default=[60, 100, 200])
    parser.add_argument("--more", type=int, nargs="+", default=[50, 100, 200])
    parser.add_argument("--pool", type=int, default=1200)
    parser.add_argument("--fresh", type=int, default=600)
    parser.add_argument("--draws", type=int, default=10)
    given = parser.parse_args()
    began = time.process_time()
    rows: list[dict[str, object]] = []
    for kind in given.kinds:
        pool = pool_of(kind, given.pool, given.fresh)
        for n, more in zip(given.reviews, given.more, strict=True):
            rows.append(measured(pool, kind, n, more, given))
            print(rows[-1], flush=True)
    print(json.dumps({
        "benchmark": "advisor", "level": LEVEL, "pool": given.pool, "fresh": given.fresh,
        "draws": given.draws, "rows": rows,
        "cpu_seconds": round(time.process_time() - began, 1),
    }))  # fmt: skip


def pool_of(kind: str, n: int, n_fresh: int) -> Pool:
    """Generate the windows of a kind."""
    question = QUESTION if kind == "anomaly" else default_pattern_question()
    made = [one for one in generate(4 * (n + n_fresh), 77) if kind in one.asked]
    made = [one for one in made if one.data.n_channels == 1][: n + n_fresh]
    reviewed: list[Reviewed] = []
    for place, one in enumerate(made):
        content = one.truth(question) if kind == "pattern" else truth_of(one)
        assert content is not None  # generated with the kind in `asked`
        reviewed.append(Reviewed(str(place), str(place), content, _reader(view_of(one))))
    prepared = [prepare(question, one) for one in reviewed]
    return Pool(question, reviewed[:n], prepared[:n], prepared[n:])


def _reader(view: WindowView):
    return lambda: view


def measured(
    pool: Pool, kind: str, n: int, more: int, given: argparse.Namespace
) -> dict[str, object]:
    """Draw projects of `n` corrections and hold the advisor's word against what comes true."""
    rng = np.random.default_rng([n, more, 5])
    masks = type_masks(pool)
    drawn = [rng.permutation(len(pool.prepared)) for _ in range(EXPECTED * given.draws)]
    expected = gains(pool, drawn, n, more)
    found: dict[str, list[bool]] = {}
    for seed in range(given.first, given.first + given.seeds):
        one = np.random.default_rng([seed, n]).permutation(len(pool.reviewed))
        measuring = Measuring(pool.question, [pool.reviewed[i] for i in one[:n]], seed)
        measuring.advance(1e9)
        others = [np.concatenate([one[:n], rng.permutation(one[n:])]) for _ in range(given.draws)]
        own = gains(pool, others, n, more)
        note(found, "overall", forecast(measuring.curve, more), expected, own)
        for name, members in measuring.types().items():
            gain = forecast(measuring.curve.of(members), more, of_type=True)
            mask = masks.get(name)
            if mask is not None and gain.why in ("", "may be nothing"):
                note(found, "by type", gain, expected[:, mask], own[:, mask])
    return {
        "kind": kind, "reviews": n, "more": more, "projects": given.seeds,
        "expected_gain": round(float(expected.mean()), 4),
        **{key: round(float(np.mean(values)), 3) for key, values in found.items()},
        "n_by_type": len(found.get("by type: holds expected", [])),
    }  # fmt: skip


def gains(pool: Pool, orders: Sequence[NDArray[np.int64]], n: int, more: int) -> Array:
    """Return (draws, fresh) gains per fresh window: from the first `n` to the first `n + more`."""
    rows: list[Array] = []
    for order in orders:
        then, now = ([pool.prepared[i] for i in order[:size]] for size in (n + more, n))
        told = (scores(pool.question, some, pool.fresh) for some in (then, now))
        rows.append(np.subtract(*[np.array(one) for one in told]))
    return np.array(rows)


def type_masks(pool: Pool) -> dict[str, NDArray[np.bool_]]:
    """Return which fresh windows hold a type, by its name."""
    names = [names_of(pool.question, one.content) for one in pool.fresh]
    return {
        name: np.array([name in some for some in names])
        for name in {n for some in names for n in some}
    }


def note(found: dict[str, list[bool]], of: str, gain: Gain, expected: Array, own: Array) -> None:
    """Write down whether a forecast came true."""
    for name, truth in (("expected", float(expected.mean())), ("own", float(own.mean()))):
        found.setdefault(f"{of}: holds {name}", []).append(gain.low <= truth <= gain.high)
    found.setdefault(f"{of}: tells", []).append(gain.tells)
    if gain.tells:
        right = (gain.low > 0) == (float(expected.mean()) > 0)
        found.setdefault(f"{of}: right sign where it tells", []).append(right)


if __name__ == "__main__":
    main()
