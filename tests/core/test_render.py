"""Pictures: the same bytes for the same numbers, nothing but numbers in them, any input drawn."""

import json
import threading
from io import BytesIO

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from core.render import (
    render_hash,
    render_overview,
    render_png,
    render_record,
    render_versions,
)
from core.render_presets import PRESETS
from core.render_settings import STANDARD, RenderSettings
from core.series import SeriesData, SeriesInfo, WindowView, view_window


def walk(n: int, channels: int = 1, seed: int = 1) -> WindowView:
    steps = np.random.default_rng(seed).normal(size=(n, channels))
    return WindowView(np.cumsum(steps, axis=0))


def timed(n: int, channels: int = 1, step: float = 60.0) -> WindowView:
    return WindowView(walk(n, channels).values, 5_000, np.arange(n) * step, origin_s=1.7e9)


def picture(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png)))


def ink(png: bytes) -> np.ndarray:
    """Say which pixels are dark inside the panel, away from labels and frame."""
    return picture(png)[20:350, 92:784] < 0x80


def test_a_picture_is_800_by_400_pixels_and_tells_of_no_tool_or_date() -> None:
    picture = Image.open(BytesIO(render_png(walk(300))))
    assert (picture.format, picture.size, picture.info) == ("PNG", (800, 400), {})


def test_the_same_numbers_give_the_same_bytes_whatever_was_drawn_before() -> None:
    first = render_png(walk(300, 2))
    render_png(WindowView(1e6 * walk(4096, 2, seed=2).values))
    render_png(WindowView(np.full((1, 2), np.nan)))
    assert render_png(walk(300, 2)) == first


def test_threads_do_not_draw_into_each_other() -> None:
    views = [walk(400, seed=seed) for seed in range(6)]
    alone = [render_png(view) for view in views]
    together: dict[int, bytes] = {}

    def draw(number: int) -> None:
        together[number] = render_png(views[number])

    threads = [threading.Thread(target=draw, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[number] for number in range(6)] == alone


def test_a_persons_own_style_changes_nothing() -> None:
    view = walk(300, 13)  # more than 12 channels: the figure is made anew
    plain = render_png(view)
    with mpl.rc_context({"lines.linewidth": 9, "axes.facecolor": "red", "font.size": 20}):
        assert render_png(view) == plain


def test_names_units_and_the_place_in_the_series_are_not_in_the_picture() -> None:
    values = walk(100).values
    one = SeriesData(np.concatenate([values, values]), np.arange(200) * 10**9)
    two = SeriesData(values)
    # Descriptions exist beside the data and have no way into a view.
    SeriesInfo(name="linear_increase.csv", channel_names=("anomaly",))
    assert render_png(view_window(one, 100, 200)) == render_png(view_window(two, 0, 100))


def test_other_numbers_give_another_hash() -> None:
    one, two = render_png(walk(50)), render_png(walk(50, seed=2))
    assert len(render_hash(one)) == 64
    assert render_hash(one) == render_hash(one) != render_hash(two)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([[5.0]], id="one sample"),
        pytest.param([[np.nan]], id="one missing sample"),
        pytest.param([[3.0]] * 50, id="constant"),
        pytest.param([[0.0]] * 50, id="constant 0"),
        pytest.param([[np.nan]] * 50, id="nothing but gaps"),
        pytest.param([[np.inf], [-np.inf], [1.0], [2.0]], id="endless values"),
        pytest.param([[1e300], [-1e300], [1.0]], id="values near the limit"),
        pytest.param([[1e149], [-1e149], [1.0]], id="the largest values drawn"),
        pytest.param([[1e9], [1e9 + 1e-6]], id="a difference in the last digit"),
        pytest.param([[5e-324], [0.0]], id="the smallest difference there is"),
        pytest.param([[1.0] * 12] * 3, id="the most panels"),
        pytest.param([[1.0] * 13] * 3, id="strips"),
        pytest.param([[1.0] * 200] * 3, id="200 channels"),
    ],
)
def test_anything_a_series_may_hold_is_drawn_without_a_warning(values: list[list[float]]) -> None:
    picture = Image.open(BytesIO(render_png(WindowView(np.array(values)))))
    assert picture.size[0] == 800
    assert 400 <= picture.size[1] <= 1600


def test_a_gap_is_white_and_a_lonely_sample_is_a_dot() -> None:
    values = np.zeros((101, 1))
    values[40:61] = np.nan
    columns = ink(render_png(WindowView(values))).any(axis=0)
    assert columns[:270].all() and columns[-270:].all()
    assert not columns[290:400].any()
    values[50] = 0.0
    columns = ink(render_png(WindowView(values))).any(axis=0)
    assert 1 <= columns[290:400].sum() <= 6


def test_more_than_12_channels_make_the_picture_taller() -> None:
    heights = [
        Image.open(BytesIO(render_png(walk(30, channels)))).size[1] for channels in (12, 40, 200)
    ]
    assert heights == [400, 666, 1600]


def test_the_presets_are_named_as_their_settings() -> None:
    assert {name: settings.name for name, settings in PRESETS.items()} == {
        name: name for name in ("standard", "fine", "visanom", "clock", "robust", "overlaid")
    }
    assert len({settings.digest for settings in PRESETS.values()}) == len(PRESETS)
    assert PRESETS["standard"] == STANDARD


@pytest.mark.parametrize("settings", PRESETS.values(), ids=PRESETS.keys())
def test_every_preset_gives_the_same_bytes_whatever_was_drawn_before(
    settings: RenderSettings,
) -> None:
    view = timed(300, 2)
    first = render_png(view, settings)
    render_png(timed(900, 2, step=1e5), settings)
    render_png(timed(900, 2, step=1e5))
    assert render_png(view, settings) == first
    size = (round(settings.width_in * settings.dpi), round(settings.height_in * settings.dpi))
    assert Image.open(BytesIO(first)).size == size


def test_pixels_are_inches_times_dpi() -> None:
    settings = RenderSettings(width_in=6, height_in=3, dpi=150)
    assert Image.open(BytesIO(render_png(walk(50), settings))).size == (900, 450)


def test_a_thicker_line_is_more_ink_and_no_grid_is_less() -> None:
    view = walk(500)
    thin, thick = (ink(render_png(view, RenderSettings(line_width=w))).sum() for w in (0.5, 3))
    assert thick > 3 * thin
    settings = (STANDARD, RenderSettings(grid=False))
    panels = [picture(render_png(view, one))[20:350, 92:784] for one in settings]
    # From the frame's top to its bottom without a white pixel: a line of the grid.
    assert [int((panel < 255).all(axis=0).sum()) for panel in panels] == [9, 0]


def test_downsampling_keeps_a_spike_of_one_sample() -> None:
    values = np.sin(np.arange(50_000) / 500)[:, None]
    values[33_333] = 20
    thin = RenderSettings(downsampling="minmax")
    spike = 92 + round(691 * 33_333 / 50_000)
    column = picture(render_png(WindowView(values), thin))[20:350, spike - 3 : spike + 4]
    assert (column < 0x80).any(axis=1).sum() > 250


def test_the_robust_range_lets_an_outlier_leave_the_picture() -> None:
    values = walk(1000).values
    values[500] = 1e4
    own, robust = (ink(render_png(WindowView(values), PRESETS[k])) for k in ("standard", "robust"))
    assert own.any(axis=1).sum() > 300
    heights = [np.ptp(np.flatnonzero(one[:, 50:300].any(axis=1))) for one in (own, robust)]
    assert heights[0] < 10 < 100 < heights[1]


def test_overlaid_channels_differ_in_colour_and_the_legend_is_above_the_panel() -> None:
    png = render_png(walk(300, 4), PRESETS["overlaid"])
    assert Image.open(BytesIO(png)).mode == "RGB"
    pixels = picture(png).astype(int)
    saturated = np.ptp(pixels, axis=2) > 100
    assert saturated[:25].any()
    assert not saturated[27:29].any()
    assert saturated[30:350].any()


def test_more_than_12_channels_are_strips_also_when_overlaid() -> None:
    view = walk(30, 13)
    assert render_png(view, PRESETS["overlaid"]) == render_png(view)


def test_on_a_time_axis_samples_lie_where_their_times_are() -> None:
    seconds = np.concatenate([np.arange(50.0), 950 + np.arange(50.0)])
    view = WindowView(np.zeros((100, 1)), 0, seconds)
    values = view.values.copy()
    values[50] = 1.0
    by_sample = ink(render_png(WindowView(values, 0, seconds)))
    by_time = ink(render_png(WindowView(values, 0, seconds), RenderSettings(x_axis="time")))
    peaks = [np.flatnonzero(one[:80].any(axis=0)).max() for one in (by_sample, by_time)]
    assert peaks[0] == pytest.approx(346, abs=8)
    assert peaks[1] == pytest.approx(661, abs=8)


def test_the_window_axis_has_the_same_bytes_whenever_and_wherever_the_window_lies() -> None:
    view = timed(300)
    assert render_png(view) == render_png(WindowView(view.values))


@pytest.mark.parametrize("channels", [1, 5, 40])
def test_an_overview_is_half_as_high_and_shades_the_window(channels: int) -> None:
    series = WindowView(walk(20_000, channels).values)
    pixels = picture(render_overview(series, 5_000, 10_000))
    assert pixels.shape == (200, 800)
    shaded = (pixels[10:158, 88:788] == 0xD4).mean(axis=0) > 0.2
    found = np.flatnonzero(shaded) / 700
    assert found.min() == pytest.approx(0.25, abs=0.01)
    assert found.max() == pytest.approx(0.5, abs=0.01)


def test_an_overview_leaves_no_shade_behind_and_a_short_window_is_still_seen() -> None:
    series = WindowView(walk(100_000).values)
    one = render_overview(series, 10, 20)
    render_overview(series, 50_000, 60_000)
    assert render_overview(series, 10, 20) == one
    assert render_overview(series, 99_000, 99_010) != one


def test_an_overview_is_labelled_by_the_windows_axis() -> None:
    values = walk(1000).values
    here = WindowView(values, 0)
    assert render_overview(here, 100, 200) != render_overview(here, 101, 201)
    moved = WindowView(values, 7_000)
    assert render_overview(moved, 7_100, 7_200) == render_overview(here, 100, 200)
    by_sample = RenderSettings(x_axis="sample")
    assert render_overview(moved, 7_100, 7_200, by_sample) != render_overview(
        here, 100, 200, by_sample
    )


def test_a_record_says_settings_and_versions() -> None:
    record = json.loads(render_record(PRESETS["fine"]))
    assert RenderSettings.model_validate(record["settings"]) == PRESETS["fine"]
    assert record["digest"] == PRESETS["fine"].digest
    assert record["versions"] == render_versions()
    assert record["versions"]["matplotlib"] == mpl.__version__


def test_the_name_of_settings_does_not_change_the_picture() -> None:
    other = STANDARD.model_copy(update={"name": "mine", "version": 3})
    assert render_png(walk(50), other) == render_png(walk(50))


def test_the_standard_picture_is_the_one_that_was_recorded() -> None:
    # The versions that requirements.txt pins drew them; others may draw other bytes.
    ramp = np.linspace(0, 1, 200)[:, None] * [1.0, -2.0]
    digests = [render_hash(render_png(WindowView(ramp[:, :n])))[:16] for n in (1, 2)]
    assert digests == ["c5cb6a1cd8b263f1", "2e044cc68fe15e67"]
