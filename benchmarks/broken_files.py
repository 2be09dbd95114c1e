"""How many files of the corpus of broken ones open, and how many are refused as they must be.

    python -m benchmarks.broken_files [--verbose]

Prints JSON last. A file counts as wrong when it opens with other values or times than it holds,
when a recoverable one is refused, or when a refusal names no line and no column.
"""

import argparse
import json
from collections import Counter

from tests.core.ingest.corpus.case import judge
from tests.core.ingest.corpus.cases import all_cases


def main() -> None:
    """Judge every case; list what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--verbose", action="store_true", help="print each file's verdict")
    verbose = parser.parse_args().verbose
    counts: Counter[str] = Counter()
    kinds: dict[str, Counter[str]] = {}
    wrong: list[str] = []
    for case in all_cases():
        verdict = judge(case)
        counts[verdict.what] += 1
        kinds.setdefault(case.kind, Counter())[verdict.what] += 1
        if verdict.what == "wrong":
            wrong.append(f"{case.id}: {verdict.why[:300]}")
        if verbose:
            print(f"{verdict.what:8} {case.id}: {verdict.why[:160]}")
    for line in wrong:
        print(line)
    recoverable = sum(case.outcome == "recoverable" for case in all_cases())
    result = {
        "files": sum(counts.values()),
        "recoverable": recoverable,
        "opened": counts["opened"],
        "refused_as_they_must": counts["refused"],
        "wrong": counts["wrong"],
        "kinds": {kind: dict(found) for kind, found in sorted(kinds.items())},
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
