"""One method against another, series by series, down to the plot."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.components import figures, marks, session
from pages.components.bench_parts import Shown, colour_of, figure_meaning, figure_name, number
from pages.components.bench_plot import show_series
from pages.components.kept import keep, kept
from pages.components.page import Page
from pages.components.words import plain, shorten
from pages.components.workflows.bench_gains import Duel, duel
from pages.components.workflows.bench_results import Results, lines, ordered
from pages.components.workflows.running import Run

TABLE_PX = 220


def show_duel(page: Page, run: Run, results: Results, shown: Shown) -> None:
    """Show where one method wins and loses against another; a chosen series is drawn below."""
    by_place = [
        line.method for line in ordered(lines(results, shown.source, more=shown.more), shown.figure)
    ]
    if len(by_place) < 2:
        st.info("This bench measured one method; wins and losses need two.")
        return
    left, between, right = st.columns([10, 2, 10], vertical_alignment="center")
    between.markdown("against", text_alignment="center")
    with left:
        a = _method(results, by_place, session.BENCH_A, 0, "Method")
    with right:
        rest = [key for key in by_place if key != a]
        b = _method(results, rest, session.BENCH_B, 0, "Against")
    found = duel(results, a, b, shown.figure, shown.source, shown.unlearned)
    if not found.gains:
        st.info(
            f"No series has {figure_name(shown.figure)} of both: rules and stored answers mark "
            "events and give no score for every sample. Choose another figure."
        )
        return
    st.markdown(verdict(results, found, a, b, shown.figure))
    series = _choose_series(results, found, a, b, shown)
    show_series(page, run, results, series, (a, b))


def verdict(results: Results, found: Duel, a: str, b: str, figure: str) -> str:
    """Say in one line who is better, on how many series, and by how much."""
    one, other = plain(results.names[a]), plain(results.names[b])
    n = len(found.gains)
    several = len({results.by_key[path].source for path, *_ in found.gains}) > 1
    same = n - found.wins - found.losses
    mean, low, high = found.mean.value, found.mean.low, found.mean.high
    by = ""
    if mean is not None:
        between = "" if low is None or high is None else f" ({_signed(low)} to {_signed(high)})"
        of_sources = ", each source counting the same" if several else ""
        by = f" Mean gain{of_sources}: {_signed(mean)}{between}"
        if low is not None and high is not None and low <= 0 <= high:
            by += ", so nobody can tell"
        by += "."
    equal = f", equal on {same:,}" if same else ""
    return (
        f"**{one}** wins on {found.wins:,} of {n:,} series by {figure_name(figure)} and loses to "
        f"**{other}** on {found.losses:,}{equal}.{by}"
    )


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def gain_figure(found: Duel, chosen: str, colours: tuple[str, str]) -> go.Figure:
    """Return a bar per series: right where the one wins, left where the other does."""
    gains = [gain for *_, gain in found.gains]
    names = [path for path, *_ in found.gains]
    figure = go.Figure(
        go.Bar(
            x=gains,
            y=list(range(len(gains))),
            orientation="h",
            marker={
                "color": [colours[0] if gain > 0 else colours[1] for gain in gains],
                "opacity": [1.0 if name == chosen else 0.55 for name in names],
            },
            customdata=[[shorten(name, 60)] for name in names],
            hovertemplate="%{customdata[0]}: %{x:+.3f}<extra></extra>",
        )
    )
    place = names.index(chosen)
    figure.add_scatter(
        x=[gains[place]],
        y=[place],
        mode="markers",
        marker={"symbol": "diamond", "size": 9, "color": marks.PEOPLE},
        hoverinfo="skip",
    )
    figure.update_yaxes(autorange="reversed", visible=False)
    figure.update_xaxes(title={"text": "gain"}, zeroline=True, zerolinewidth=2)
    figure.update_layout(template=figures.TEMPLATE, height=TABLE_PX, margin={"t": 8}, bargap=0.15)
    return figure


def _method(results: Results, keys: Sequence[str], param: str, place: int, label: str) -> str:
    wanted = kept(param)
    chosen = st.selectbox(
        label,
        keys,
        index=list(keys).index(wanted) if wanted is not None and wanted in keys else place,
        format_func=lambda key: shorten(results.names[key], 48),
        key=param,
        label_visibility="collapsed",
    )
    keep(param, chosen, default=keys[place])
    return chosen


def _choose_series(results: Results, found: Duel, a: str, b: str, shown: Shown) -> str:
    names = [path for path, *_ in found.gains]
    wanted = kept(session.BENCH_SERIES)
    mine, theirs = (shorten(results.names[key], 24) for key in (a, b))
    theirs += " " * (mine == theirs)
    frame = pd.DataFrame(
        {
            "Series": [shorten(path, 36) for path in names],
            "Gain": [gain for *_, gain in found.gains],
            mine: [value for _, value, _, _ in found.gains],
            theirs: [value for _, _, value, _ in found.gains],
        }
    )
    notes = [_note(results, path) for path in names]
    if any(notes):
        frame["Note"] = notes
    table, picture = st.columns([2, 1], vertical_alignment="top")
    with table:
        picked = st.dataframe(
            frame,
            hide_index=True,
            height=TABLE_PX,
            on_select="rerun",
            selection_mode="single-row",
            key=f"bench_duel_{a}_{b}_{shown.figure}_{shown.source}_{shown.unlearned}",
            alt="Series by gain",
            column_config={
                "Series": st.column_config.TextColumn(width=235),
                "Gain": st.column_config.NumberColumn(format="%+.2f", width=70),
                mine: st.column_config.NumberColumn(format="%.2f", width=110),
                theirs: st.column_config.NumberColumn(format="%.2f", width=110),
            },
        )
    rows = picked["selection"]["rows"]
    if rows:
        chosen = names[rows[0]]
    else:
        chosen = wanted if wanted is not None and wanted in names else names[0]
    keep(session.BENCH_SERIES, chosen, default=names[0])
    colours = (colour_of(results.kinds[a]), colour_of(results.kinds[b]))
    with picture:
        st.plotly_chart(
            gain_figure(found, chosen, colours),
            config=figures.CONFIG,
            key="bench_gains",
            alt=f"{found.wins} series won, {found.losses} lost",
        )
    st.caption(
        f"{figure_name(shown.figure)}: {figure_meaning(shown.figure)}. Click a row to see the "
        f"series below. Drawn: {plain(shorten(chosen))}, where the gain is "
        f"{number(next(g for path, *_, g in found.gains if path == chosen), shown.figure)}."
    )
    return chosen


def _note(results: Results, path: str) -> str:
    series = results.by_key[path]
    said = ["gold"] if series.gold else []
    said += [f"{results.names.get(key, key)} {why}" for key, why in series.cautions.items()]
    return "; ".join(said)
