"""Two passes: which parts are looked at again, and what becomes of the first answer."""

import numpy as np
import pytest

from core.answers import AnswerContent, Claim, FoundInterval, Span
from core.render_presets import PRESETS
from core.render_settings import STANDARD, RenderSettings
from core.series import WindowView
from core.two_pass import (
    MOST_ZOOMS,
    RESOLUTION,
    WITHDRAWN,
    Zoom,
    merge,
    proposals,
    windows_plan,
    zoomed,
)

VIEW = WindowView(np.arange(4000.0)[:, None], 1000, np.arange(4000.0), origin_s=100.0)


def found(number: int, start: int, stop: int, **more: object) -> FoundInterval:
    return FoundInterval(number=number, start=start, stop=stop, **more)  # type: ignore[arg-type]


def answer(*intervals: FoundInterval, says: tuple[Span, ...] = ()) -> AnswerContent:
    return AnswerContent(kind="anomaly", intervals=intervals, rationale=says)


def zooms_of(*ranges: tuple[int, int], settings: RenderSettings = STANDARD) -> tuple[Zoom, ...]:
    intervals = (found(number, a, b) for number, (a, b) in enumerate(ranges, start=1))
    return proposals(answer(*intervals), VIEW, settings)


def test_a_proposal_takes_a_third_of_its_zoom() -> None:
    assert zooms_of((2000, 2100)) == (Zoom(1900, 2200, (1,)),)


@pytest.mark.parametrize("long", [10, 50, 200, 1000])
@pytest.mark.parametrize("settings", [STANDARD, PRESETS["fine"], RenderSettings(width_in=4)])
def test_a_pixel_of_a_zoom_is_half_a_percent_of_the_proposal_or_samples_are_few(
    long: int, settings: RenderSettings
) -> None:
    (zoom,) = zooms_of((2000, 2000 + long), settings=settings)
    samples_per_pixel = zoom.length / ((settings.width_in - 1) * settings.dpi)
    assert samples_per_pixel <= RESOLUTION * long or zoom.length <= 96


def test_a_spike_has_32_samples_around_it() -> None:
    assert zooms_of((2000, 2001)) == (Zoom(1984, 2016, (1,)),)


def test_at_an_end_of_the_window_the_zoom_moves_inward() -> None:
    assert zooms_of((1000, 1001), (4900, 5000)) == (Zoom(1000, 1032, (1,)), Zoom(4700, 5000, (2,)))


def test_near_proposals_share_a_zoom_that_still_resolves_both() -> None:
    assert zooms_of((2000, 2001), (2040, 2042)) == (Zoom(1984, 2057, (1, 2)),)
    assert len(zooms_of((2000, 2100), (2150, 2250))) == 2
    fine = zooms_of((2000, 2100), (2150, 2250), settings=PRESETS["fine"])
    assert fine == (Zoom(1900, 2350, (1, 2)),)
    assert len(zooms_of((2000, 2100), (2050, 2051))) == 2, "a spike is too small for the other"


def test_what_fills_the_window_is_not_asked_again() -> None:
    assert zooms_of((1100, 4900)) == ()
    assert zooms_of() == ()


def test_the_surest_proposals_are_looked_at_first() -> None:
    many = [found(k, 900 + 200 * k, 910 + 200 * k, confidence=k / 20) for k in range(1, 13)]
    zooms = proposals(answer(*many), VIEW, STANDARD)
    assert [zoom.numbers for zoom in zooms] == [(k,) for k in range(13 - MOST_ZOOMS, 13)]


def test_a_zoom_is_a_window_of_its_own() -> None:
    view = zoomed(VIEW, Zoom(1900, 1950, (1,)))
    assert (view.start, view.stop, view.origin_s) == (1900, 1950, 1000.0)
    assert view.seconds is not None
    assert (view.seconds[0], view.values[0, 0]) == (0, 900)


def test_edges_and_confidence_come_from_the_zoom_type_and_channels_from_the_proposal() -> None:
    first = answer(found(1, 2000, 2100, channels=(1,), type_id="spike", confidence=0.4))
    closer = answer(
        found(1, 1990, 2001, type_id="other"),
        found(2, 2012, 2091, channels=(0, 1), type_id="other", confidence=0.9),
    )
    merged = merge(first, [Zoom(1900, 2200, (1,))], [closer])
    edged = found(2, 2012, 2091, channels=(1,), type_id="spike", confidence=0.9)
    beside = found(1, 1990, 2001, type_id="other")
    assert merged.intervals == (beside, edged), "the one that overlaps less is another event"


def test_what_a_proposal_left_open_the_zoom_says() -> None:
    closer = answer(found(1, 2010, 2090, channels=(0,), type_id="spike"))
    merged = merge(answer(found(1, 2000, 2100, confidence=0.4)), [Zoom(1900, 2200, (1,))], [closer])
    assert merged.intervals == (
        found(1, 2010, 2090, channels=(0,), type_id="spike", confidence=0.4),
    )


def test_a_zoom_without_an_anomaly_withdraws_the_proposal_and_says_so() -> None:
    claim = Claim(kind="spike", start=2000, stop=2100)
    first = answer(
        found(1, 2000, 2100),
        found(2, 3000, 3100),
        says=(
            Span(text="A spike. ", interval=1, claim=claim),
            Span(text="A step.", interval=2, claim=claim),
        ),
    )
    zooms = [Zoom(1900, 2200, (1,)), Zoom(2900, 3200, (2,))]
    quiet = answer(says=(Span(text="Only noise."),))
    merged = merge(first, zooms, [quiet, None])
    assert merged.intervals == (found(1, 3000, 3100),)
    assert merged.rationale == (
        Span(text="A spike. "),
        Span(text="A step.\n", interval=1, claim=claim),
        Span(text="Only noise.\n"),
        Span(text=WITHDRAWN),
    )
    assert merge(first, zooms, [quiet, quiet]).intervals == ()


def test_a_proposal_whose_zoom_failed_or_that_had_none_stays() -> None:
    first = answer(found(1, 2000, 2100), found(2, 3000, 3100))
    assert merge(first, [Zoom(1900, 2200, (1,))], [None]) == first


def test_what_only_a_zoom_saw_is_kept_when_it_overlaps_nothing() -> None:
    first = answer(
        found(1, 2000, 2100), found(2, 2120, 2140), says=(Span(text="Two.", interval=2),)
    )
    closer = answer(
        found(1, 1950, 1960),
        found(2, 2005, 2095),
        found(3, 2130, 2150),
        says=(Span(text="A small one", interval=1), Span(text=" and a rest.", interval=3)),
    )
    merged = merge(first, [Zoom(1900, 2200, (1,))], [closer])
    assert merged.intervals == (found(1, 1950, 1960), found(2, 2005, 2095), found(3, 2120, 2140))
    assert merged.rationale == (
        Span(text="Two.\n", interval=3),
        Span(text="A small one", interval=1),
        Span(text=" and a rest."),
    )


def test_two_proposals_of_one_event_become_one() -> None:
    first = answer(
        found(1, 2000, 2040, type_id="a"),
        found(2, 2045, 2060, type_id="a"),
        says=(Span(text="One, ", interval=1), Span(text="two.", interval=2)),
    )
    zooms = [Zoom(1950, 2100, (1, 2))]
    merged = merge(first, zooms, [answer(found(1, 2001, 2059))])
    assert merged.intervals == (found(1, 2001, 2059, type_id="a"),)
    assert [span.interval for span in merged.rationale] == [1, 1]


def test_results_of_different_zooms_are_united_when_they_are_one_event() -> None:
    first = answer(found(1, 2000, 2040, type_id="a"), found(2, 2060, 2100, type_id="a"))
    zooms = [Zoom(1960, 2080, (1,)), Zoom(2020, 2140, (2,))]
    closer = [answer(found(1, 2003, 2075)), answer(found(1, 2050, 2098))]
    assert merge(first, zooms, closer).intervals == (found(1, 2003, 2098, type_id="a"),)


def test_a_plan_counts_a_zoom_per_proposal_at_most() -> None:
    plan = windows_plan(500, 1.5)
    assert (plan.first, plan.zooms, plan.total) == (500, 750, 1250)
    assert windows_plan(10, 100).zooms == 10 * MOST_ZOOMS
