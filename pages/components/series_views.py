"""Views of the stretch in sight: spectrum, spectrogram, folding at a period, similar stretches."""

from collections.abc import Callable, Sequence
from typing import Literal

import pandas as pd
import streamlit as st

from core.errors import DataError
from core.series import SeriesData, view_window
from core.spectrum import Spectrum, fold, spectrogram, spectrum
from pages.components import session
from pages.components.explore_state import open_series
from pages.components.figures import CONFIG
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.view_figures import (
    fold_figure,
    period_words,
    spectrogram_figure,
    spectrum_figure,
    thumbnail,
)
from pages.components.words import plain, shorten
from pages.components.workflows.similar_search import Hit, hit_place, search_similar
from storage.rows import StoredSeries

View = Literal["Spectrum", "Spectrogram", "Fold", "Similar"]
VIEWS: tuple[View, ...] = ("Spectrum", "Spectrogram", "Fold", "Similar")
MOST = 1_000_000
"""Samples a view reads at most; a longer stretch asks to zoom in first."""
_ACROSS = 4


@st.fragment
def show_views(
    page: Page,
    stored: StoredSeries,
    data: SeriesData,
    channels: Sequence[int],
    selection: tuple[int, int] | None,
    zone: str = "UTC",
) -> None:
    """Draw the chosen view of `selection`: the selected interval, or what is in sight.

    Args:
        channels: those to choose among, all when empty.
        zone: the zone in which times are said.
    """
    choice, which = st.columns([3, 2], vertical_alignment="bottom")
    view = choice.segmented_control("Look at the stretch another way", VIEWS, key="views_kind")
    if view is None:
        return
    names = stored.info.channel_names
    channel = which.selectbox(
        "Channel",
        list(channels) or list(range(stored.n_channels)),
        format_func=lambda number: names[number],
        key=f"views_channel_{stored.id}",
    )
    start, stop = selection or (0, stored.n_samples)
    st.caption(f"{plain(names[channel])}, samples {start:,} to {stop - 1:,}")
    with errors_shown():
        if view == "Similar":
            _similar(page, stored, data, channel, (start, stop))
            return
        if stop - start > MOST:
            raise DataError(
                f"the stretch in sight has {stop - start:,} samples; this view reads at most "
                f"{MOST:,}. Zoom in, or select an interval"
            )
        _VIEWS[view](stored, data, channel, (start, stop), zone)


def _spectrum(
    stored: StoredSeries, data: SeriesData, channel: int, stretch: tuple[int, int], zone: str
) -> None:
    found = _read_spectrum(data, channel, stretch)
    st.plotly_chart(
        spectrum_figure(found, data.time is not None),
        config=CONFIG,
        key=f"views_spectrum_{stored.id}",
        alt="Power over period",
    )
    st.caption(f"By {found.method}.")


def _spectrogram(
    stored: StoredSeries, data: SeriesData, channel: int, stretch: tuple[int, int], zone: str
) -> None:
    view = view_window(data, *stretch)
    found = spectrogram(view.values[:, channel], view.seconds)
    times = None
    if data.time is not None:
        ticks = data.time[stretch[0] + found.position.astype(int)]
        # Without its offset: the browser would show it in its own zone.
        stamps = pd.to_datetime(ticks, unit=data.unit, utc=True).tz_convert(zone).tz_localize(None)
        times = [f"{stamp.isoformat()}" for stamp in stamps]
    st.plotly_chart(
        spectrogram_figure(found, times, data.time is not None),
        config=CONFIG,
        key=f"views_spectrogram_{stored.id}",
        alt="Power over time and frequency",
    )
    st.caption(
        f"Each column looks at {found.length:,} samples through a Hann window; what is more than "
        f"60 dB below the loudest is drawn as that. Times in {zone}."
    )


def _fold(
    stored: StoredSeries, data: SeriesData, channel: int, stretch: tuple[int, int], zone: str
) -> None:
    timed = data.time is not None
    view = view_window(data, *stretch)
    found = _read_spectrum(data, channel, stretch)
    unit = "seconds" if timed else "samples"
    suggested = found.peaks[0] if found.peaks else 2.0
    left, right = st.columns([1, 3], vertical_alignment="bottom")
    period = left.number_input(
        f"Period in {unit}",
        min_value=0.0,
        value=float(f"{suggested:.6g}"),
        format="%.6g",
        key=f"views_period_{stored.id}_{channel}_{stretch}",
        help="Suggested: the strongest peak of the spectrum",
    )
    right.caption(
        f"{period_words(period, timed)}; strongest in the spectrum: "
        + (", ".join(period_words(peak, timed) for peak in found.peaks) or "none stands out")
    )
    folded = fold(view.values[:, channel], view.seconds, period)
    st.plotly_chart(
        fold_figure(folded, stored.info.channel_names[channel]),
        config=CONFIG,
        key=f"views_fold_{stored.id}",
        alt="All periods over one another",
    )
    st.caption(
        f"{int(folded.cycle.max()) + 1:,} periods: points, their median, and the band of the "
        "middle 80 %."
    )


def _similar(
    page: Page,
    stored: StoredSeries,
    data: SeriesData,
    channel: int,
    stretch: tuple[int, int],
) -> None:
    """Search on a button, for it reads every series.

    What was found stays until the next search, also while one of the series found is looked at.
    """
    key = session.VIEWS_FOUND
    left, right = st.columns([1, 3], vertical_alignment="center")
    everywhere = right.toggle("in all series of the project", True, key=f"{key}_everywhere")
    if left.button("Find similar", icon=":material/manage_search:", type="primary"):
        bar = st.progress(0.0, "The first search prepares for some seconds ...")

        def report(share: float, name: str) -> None:
            bar.progress(share, f"Searching {plain(name)} ...")

        try:
            found = search_similar(
                page.store, stored, data, channel, stretch, everywhere=everywhere,
                report=report,
            )  # fmt: skip
        finally:
            bar.empty()
        session.put(key, (stored, channel, stretch, found))
    kept: tuple[StoredSeries, int, tuple[int, int], list[Hit]] | None = session.get(key)
    if kept is None:
        st.caption(
            "Finds stretches of the same shape, at any level and scale, exactly: every position "
            "of every channel is compared."
        )
        return
    of, of_channel, of_stretch, found = kept
    st.caption(
        f"Like {plain(shorten(of.info.name))}, samples {of_stretch[0]:,} to "
        f"{of_stretch[1] - 1:,} of {plain(of.info.channel_names[of_channel])}, most alike first. "
        + (LIKENESS if found else "Nothing of that length was found.")
    )
    st.html(_STYLE)
    for row in range(0, len(found), _ACROSS):
        numbered = enumerate(found[row : row + _ACROSS], start=row)
        for place, (number, hit) in zip(st.columns(_ACROSS), numbered, strict=False):
            with place, st.container(key=f"views_hit_{number}"):
                _show_hit(hit, number, page.project.zone)


LIKENESS = (
    "Correlation: 1 is the same shape, 0 is none. Over many positions the best one is high by luck "
    "too, the more so the shorter the stretch."
)
# The whole of a hit is its button, the picture too.
_STYLE = """<style>
[class*="st-key-views_hit_"] { position: relative; cursor: pointer; }
[class*="st-key-views_hit_"] :is(.stElementContainer, .stButton, .stTooltipIcon, button) {
  position: static; }
[class*="st-key-views_hit_"] button::after { content: ""; position: absolute; inset: 0; }
</style>"""


def _show_hit(hit: Hit, number: int, project_zone: str) -> None:
    """Show a hit; a click looks at it, and Back returns to where the person was."""
    words = f"{hit.channel_name} of {hit.series.info.name}"
    st.image(thumbnail(hit.values), width="stretch", alt=words)
    name = plain(shorten(hit.series.info.name))
    if st.button(name, type="tertiary", key=f"views_open_{number}"):
        open_series(hit.series.id, (hit.match.start, hit.match.stop))
        st.rerun()
    st.caption(
        f"{plain(hit.channel_name)} · {hit_place(hit, project_zone)} · "
        f"correlation {hit.match.likeness:.3f}"
    )


def _read_spectrum(data: SeriesData, channel: int, stretch: tuple[int, int]) -> Spectrum:
    view = view_window(data, *stretch)
    return spectrum(view.values[:, channel], view.seconds)


_VIEWS: dict[str, Callable[[StoredSeries, SeriesData, int, tuple[int, int], str], None]] = {
    "Spectrum": _spectrum,
    "Spectrogram": _spectrogram,
    "Fold": _fold,
}
