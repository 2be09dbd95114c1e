"""The table of a bench: a line per method, in each cell value, interval, luck and n."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from core.bench import FIGURES
from pages.components.bench_parts import (
    Shown,
    colour_of,
    figure_meaning,
    figure_name,
    interval,
    number,
)
from pages.components.workflows.bench_results import (
    RUNTIME,
    Cell,
    Line,
    Results,
    better_when_higher,
    lines,
    ordered,
)

_STYLE = """<style>
.us-bench { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.us-bench th, .us-bench td { text-align: right; white-space: nowrap; padding: .3rem .6rem;
  vertical-align: top; border: 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.us-bench th { font-weight: 400; font-size: .82rem; vertical-align: bottom; white-space: nowrap;
  color: color-mix(in srgb, currentColor 72%, transparent); }
.us-bench th:first-child, .us-bench td:first-child { text-align: left; padding-left: 0; }
.us-bench td:first-child { min-width: 9rem; max-width: 15rem; white-space: normal;
  overflow-wrap: anywhere; }
.us-bench small { display: block; font-size: .76rem; line-height: 1.3; white-space: nowrap;
  color: color-mix(in srgb, currentColor 66%, transparent); }
.us-bench td span { font-size: .76rem; white-space: nowrap;
  color: color-mix(in srgb, currentColor 66%, transparent); }
.us-bench td:first-child small { white-space: normal; }
.us-bench .sorted { background: color-mix(in srgb, currentColor 5%, transparent); }
.us-bench th.sorted { color: inherit; font-weight: 600; }
.us-bench b { font-weight: 650; }
.us-bench i { display: inline-block; width: .6rem; height: .6rem; border-radius: 50%;
  margin-right: .45rem; }
.us-bench small.us-caution { color: inherit; font-weight: 600; }
.us-scroll { overflow-x: auto; }
</style>"""


def show_table(results: Results, shown: Shown) -> None:
    """Show all figures of all methods, the best of the chosen figure first."""
    table = ordered(lines(results, shown.source, shown.unlearned, shown.more), shown.figure)
    if not table:
        st.info("No series is left to measure on; switch off what leaves series out.")
        return
    best = {key: _best(table, key) for key in shown.columns}
    head = "".join(
        f'<th class="{_sorted(key, shown)}" title="{escape(figure_meaning(key))}">'
        f"{escape(figure_name(key))} {'↑' if better_when_higher(key) else '↓'}"
        f"<small>{_unit(key)}</small></th>"
        for key in shown.columns
    )
    body = "".join(f"<tr><td>{_name(line)}</td>{_cells(line, shown, best)}</tr>" for line in table)
    st.html(
        f'{_STYLE}<div class="us-scroll"><table class="us-bench"><thead><tr><th>Method</th>{head}'
        f"</tr></thead><tbody>{body}</tbody></table></div>"
    )
    st.caption(_how_to_read(results, shown))


def show_by_source(results: Results, shown: Shown) -> None:
    """Show one figure of all methods, a column for each source and one for their average."""
    table = ordered(lines(results, "", shown.unlearned, shown.more), shown.figure)
    if not table:
        st.info("No series is left to measure on; switch off what leaves series out.")
        return
    by_source = {
        name: {line.method: line for line in lines(results, name, shown.unlearned, shown.more)}
        for name in results.sources
        if name
    }
    by_source = {name: own for name, own in by_source.items() if own}
    best = {name: _best(list(own.values()), shown.figure) for name, own in by_source.items()}
    top = _best(table, shown.figure)
    head = '<th class="sorted">All sources</th>' + "".join(
        f"<th>{escape(name)}<small>n = {max(line.n_series for line in own.values())}</small></th>"
        for name, own in by_source.items()
    )
    body = ""
    for line in table:
        cell = _small(line.cells[shown.figure], shown.figure, top)
        cells = f'<td class="sorted">{cell}</td>'
        for name, own in by_source.items():
            there = own.get(line.method)
            cell = there.cells[shown.figure] if there else None
            cells += f"<td>{_small(cell, shown.figure, best[name])}</td>"
        body += f"<tr><td>{_name(line)}</td>{cells}</tr>"
    st.html(
        f'{_STYLE}<div class="us-scroll"><table class="us-bench"><thead><tr><th>Method</th>{head}'
        f"</tr></thead><tbody>{body}</tbody></table></div>"
    )
    st.caption(f"**{figure_name(shown.figure)}**: {figure_meaning(shown.figure)}. {_READING}")


_READING = (
    "Beside a number: its 95 % interval, from drawing series with replacement within their source "
    "(one series alone has none); below: luck, what an answer that looks at nothing gets. "
    "n: series with an answer, said again where a figure has fewer."
)


def _how_to_read(results: Results, shown: Shown) -> str:
    figures = "  \n".join(
        f"**{figure_name(key)}**: {figure_meaning(key)}." for key in shown.columns
    )
    several = not shown.source and len(results.sources) > 1
    mean = "the mean of the sources' means over series" if several else "the mean over series"
    windows = ""
    if {"rules", "student"} & {results.kinds[key] for key in results.names}:
        windows = (
            f" Rules and students see windows of {results.config.window:,} samples, "
            f"{results.config.overlap:,} of them shared with the next one."
        )
    return (
        f"{figures}\n\nA number is {mean}. {_READING} “–”: the method gives nothing of that kind."
        f"{windows}"
    )


def _best(table: Sequence[Line], key: str) -> float | None:
    values = [v for line in table if (v := line.cells[key].estimate.value) is not None]
    if not values:
        return None
    return max(values) if better_when_higher(key) else min(values)


def _sorted(key: str, shown: Shown) -> str:
    return "sorted" if key == shown.figure else ""


def _unit(key: str) -> str:
    return "CPU s / 10,000 samples" if key == RUNTIME else FIGURES[key].unit or "0 to 1"


def _name(line: Line) -> str:
    said = [f"n = {line.n_series:,}"]
    if line.share < 0.995:
        said.append(f"answered {line.share:.0%} of the samples")
    if line.n_failed:
        said.append(f"{line.n_failed:,} without an answer")
    note = f"<small>{' · '.join(said)}</small>"
    if line.cautions:
        note += (
            f'<small class="us-caution">⚠ knows {line.cautions:,} of these series: '
            "too good there</small>"
        )
    return f'<i style="background:{colour_of(line.kind)}"></i>{escape(line.name)}{note}'


def _cells(line: Line, shown: Shown, best: Mapping[str, float | None]) -> str:
    return "".join(
        f'<td class="{_sorted(key, shown)}">'
        f"{_cell(line.cells[key], key, best[key], line.n_series)}</td>"
        for key in shown.columns
    )


def _cell(cell: Cell, key: str, best: float | None, n: int) -> str:
    value = cell.estimate.value
    if value is None:
        return "–"
    said = number(value, key)
    text = f"<b>{said}</b>" if value == best else said
    between = interval(cell.estimate, key) or "no interval"
    luck = [] if cell.luck is None else [f"luck {number(cell.luck, key)}"]
    below = " · ".join([*luck, *([f"n = {cell.n}"] if cell.n != n else [])])
    return f"{text} <span>{between}</span><small>{below}</small>"


def _small(cell: Cell | None, key: str, best: float | None) -> str:
    if cell is None or cell.estimate.value is None:
        return "–"
    said = number(cell.estimate.value, key)
    text = f"<b>{said}</b>" if cell.estimate.value == best else said
    luck = "" if cell.luck is None else f"<small>luck {number(cell.luck, key)}</small>"
    return f"{text}<small>{interval(cell.estimate, key)}</small>{luck}"
