"""How the bench's commands print: one table of averages, one JSON line."""

import json
from collections.abc import Sequence

from core.bench import FIGURES, Row, Summary
from core.metrics.estimates import Estimate


def print_table(summaries: Sequence[Summary], keys: Sequence[str]) -> None:
    """Print the averages by method and source with their intervals, and what luck gets."""
    if not summaries:
        print("no series was measured")
        return
    width = max(len(one.method) for one in summaries)
    names = [FIGURES[key].name for key in keys]
    heads = "".join(f"{name:>23} {'luck':>6}" for name in names)
    print(f"{'method':{width}} {'source':10} {'n':>3}{heads} {'CPU s':>8}")
    for one in summaries:
        cells = "".join(
            f"{shown(one.figures.get(key, Estimate())):>23} {number(one.luck.get(key)):>6}"
            for key in keys
        )
        lost = f"  {one.n_failed} without an answer" if one.n_failed else ""
        source = one.source or "ALL"
        print(f"{one.method:{width}} {source:10} {one.n_series:3}{cells} {one.cpu_s:8.1f}{lost}")


def print_json(rows: Sequence[Row], summaries: Sequence[Summary], keys: Sequence[str]) -> None:
    """Print one line of JSON: the averages, and the figures of every series."""
    print(
        json.dumps({
            "summaries": [
                {
                    "method": one.method,
                    "source": one.source or "ALL",
                    "n": one.n_series,
                    "failed": one.n_failed,
                    "cpu_s": round(one.cpu_s, 2),
                    **{key: _rounded(one.figures.get(key)) for key in keys},
                    "luck": {key: _short(one.luck.get(key)) for key in keys},
                }
                for one in summaries
            ],
            "series": {
                f"{row.method} {row.path}": {key: _short(row.figures.get(key)) for key in keys}
                for row in rows
            },
            "errors": {f"{row.method} {row.path}": row.error for row in rows if row.error},
        })
    )  # fmt: skip


def shown(one: Estimate) -> str:
    """Return a figure with its interval: `0.312 [0.250, 0.371]`."""
    if one.value is None:
        return "-"
    if one.low is None or one.high is None:
        return f"{one.value:.3f} [one series]"
    return f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]"


def number(value: float | None) -> str:
    """Return a number, or a dash where it is undefined."""
    return "-" if value is None else f"{value:.3f}"


def _rounded(one: Estimate | None) -> list[float | None] | None:
    return None if one is None else [_short(one.value), _short(one.low), _short(one.high)]


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
