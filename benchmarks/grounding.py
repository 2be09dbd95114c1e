"""How well grounding tells true claims from altered ones.

    python -m benchmarks.grounding --seed 1 --n 200

Generated claims and phrases (`n` true and `n` altered), then phrases written by hand about signals
of which every event is known, half of them held out while the reading was made. Prints one line of
JSON last, for each set: the recall of false (altered ones that are contradicted), the precision
(contradicted ones that are altered), the share that was not checkable, and all three by kind.
"""

import argparse
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.grounding_claims import Case, cases
from benchmarks.grounding_signals import signals
from core.answers import AnswerContent, FoundInterval, Span
from core.grounding import ground

PHRASES = Path(__file__).with_name("grounding_phrases.jsonl")


@dataclass(frozen=True)
class Result:
    """What was said of one case."""

    case: Case
    status: str
    measured: str


def written(half: str) -> list[Case]:
    """Return the phrases of one half (`tuning` or `held_out`), written by hand."""
    views = signals()
    found: list[Case] = []
    for line in PHRASES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["half"] != half:
            continue
        bounds = row.get("interval")
        intervals = () if bounds is None else (_interval(*bounds),)
        span = Span(text=row["text"], interval=1 if intervals else None)
        content = AnswerContent(kind="anomaly", intervals=intervals, rationale=(span,))
        altered = "" if row["true"] else "altered"
        found.append(Case(row["kind"], "phrase", altered, content, views[row["signal"]]))
    return found


def _interval(start: int, stop: int) -> FoundInterval:
    return FoundInterval(number=1, start=start, stop=stop)


def judge(found: Iterable[Case]) -> list[Result]:
    """Ground each case; what says nothing counts as not checkable."""
    results: list[Result] = []
    for case in found:
        said = ground(case.content, case.view)[0]
        results.append(Result(case, said.status or "not_checkable", said.measured))
    return results


def figures(results: Sequence[Result]) -> dict[str, float | int | None]:
    """Return recall of false, precision and the share that is not checkable."""
    altered = [one for one in results if not one.case.true]
    contradicted = [one for one in results if one.status == "contradicted"]
    caught = sum(not one.case.true for one in contradicted)
    unchecked = sum(one.status == "not_checkable" for one in results)
    return {
        "n": len(results),
        "recall_of_false": _share(caught, len(altered)),
        "precision": _share(caught, len(contradicted)),
        "not_checkable": _share(unchecked, len(results)),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def by_kind(results: Sequence[Result]) -> dict[str, object]:
    """Return the figures of each kind and form."""
    keys = sorted({(one.case.kind, one.case.form) for one in results})
    return {
        f"{kind}/{form}": figures(
            [one for one in results if (one.case.kind, one.case.form) == (kind, form)]
        )
        for kind, form in keys
    }


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--wrong", action="store_true", help="print each case that came out wrong")
    parser.add_argument("--only", choices=["generated", "tuning", "held_out"])
    options = parser.parse_args()
    sets = {"generated": lambda: cases(options.n, options.seed)}
    sets |= {half: lambda half=half: written(half) for half in ("tuning", "held_out")}
    printed: dict[str, object] = {"seed": options.seed}
    for name, make in sets.items():
        if options.only not in (None, name):
            continue
        made = make()
        began = time.process_time()
        results = judge(made)
        spent = 1000 * (time.process_time() - began) / len(made)
        if options.wrong:
            for one in results:
                wanted = "confirmed" if one.case.true else "contradicted"
                if one.status != wanted:
                    span = one.case.content.rationale[0]
                    print(one.case.kind, one.case.altered or "true", one.status, one.measured, span)
        printed[name] = figures(results) | {"cpu_ms_per_answer": round(spent, 2)}
        printed[f"{name}_by_kind"] = by_kind(results)
    print(json.dumps(printed))


if __name__ == "__main__":
    main()
