"""Pictures: the same bytes for the same numbers, nothing but numbers in them, any input drawn."""

import threading
from io import BytesIO

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from core.render import render_hash, render_png
from core.series import SeriesData, SeriesInfo, WindowView, view_window


def walk(n: int, channels: int = 1, seed: int = 1) -> WindowView:
    steps = np.random.default_rng(seed).normal(size=(n, channels))
    return WindowView(np.cumsum(steps, axis=0))


def ink(png: bytes) -> np.ndarray:
    """Say which pixels are dark inside the panel, away from labels and frame."""
    pixels = np.asarray(Image.open(BytesIO(png)))
    return pixels[20:350, 92:784] < 0x80


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
