"""Intervals edited in a real browser: to the sample, by keys or by the mouse, nothing lost."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Serve

pytestmark = pytest.mark.browser
RANGE = "() => document.querySelector('.us-graph')._fullLayout.xaxis.range.map(String)"
N = 3_000_000


@pytest.fixture(autouse=True)
def home(folder: Path) -> Path:
    """Where the app keeps its marks: empty at the start of a test."""
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    return home


@pytest.fixture(scope="module")
def address(serve_once: Callable[[str], str]) -> str:
    """The address of the test app."""
    return serve_once("edit_app.py")


def keep(home: Path, *spans: tuple[int, int], axis: str = "regular") -> None:
    """Put marks of one's own on disk before the app starts."""
    marks = [
        {"ref": f"m:{k}", "start": start, "stop": stop, "channels": []}
        for k, (start, stop) in enumerate(spans, start=1)
    ]
    (home / f"marks-{axis}.json").write_text(json.dumps(marks))


def spans(home: Path, axis: str = "regular") -> list[tuple[int, int]]:
    """The `[start, stop)` of the marks on disk, in order of start."""
    marks: list[dict[str, Any]] = json.loads((home / f"marks-{axis}.json").read_text())
    return sorted((mark["start"], mark["stop"]) for mark in marks)


def log(home: Path) -> list[str]:
    """What Python was told, line by line."""
    return (home / "marks-regular.log").read_text().splitlines()


def opened(page: Page, address: str, axis: str = "regular") -> Locator:
    """Open the app and return the status line."""
    page.goto(f"{address}/?axis={axis}")
    expect(page.locator(".us-chart[data-painted]")).to_be_visible(timeout=30_000)
    return page.locator(".us-status-text")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def cursor(status: Locator) -> int:
    """The sample under the cursor, as the status line says it."""
    found = re.search(r"cursor ([\d,]+)", status.inner_text())
    assert found, status.inner_text()
    return int(found[1].replace(",", ""))


def at(page: Page, sample: int) -> tuple[float, float]:
    """Where a sample of the regular series lies on the screen, at three quarters of the height."""
    x, y = page.evaluate(
        """sample => {
            const graph = document.querySelector('.us-graph')
            const box = graph.getBoundingClientRect()
            const { xaxis, yaxis } = graph._fullLayout
            const [low, high] = xaxis.range.map(one => xaxis.r2l(one))
            const first = (1700000000 + 3600) * 1000 + 100
            return [box.left + xaxis._offset + xaxis.l2p(first + sample * 100),
                    box.top + yaxis._offset + yaxis._length * 0.75]
        }""",
        sample,
    )
    return x, y


def drag(page: Page, start: tuple[float, float], stop: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*stop, steps=5)
    page.mouse.up()


def test_an_interval_is_labelled_to_the_sample_by_keys_alone(
    page: Page, address: str, home: Path
) -> None:
    status = opened(page, address)
    press(page, "b", *["+"] * 12)
    page.wait_for_timeout(700)
    begun = cursor(status)
    press(page, "i", "2", "Period", "Period", "1", "Shift+Period", "Period")
    assert cursor(status) == begun + 31
    press(page, "o")
    expect(status).to_contain_text(f"{begun:,} to {begun + 31:,} (32 samples, 3.1 s)")
    press(page, "g", "Comma", "Comma", "Comma", "2", "Comma", "Comma", "Comma")
    press(page, "g", "Period", "1", "Period")
    expect(status).to_contain_text(f"{begun - 33:,} to {begun + 42:,} (76 samples, 7.5 s)")
    expect(page.get_by_text(f"m:1 {begun - 33} {begun + 43}")).to_be_visible()
    assert spans(home) == [(begun - 33, begun + 43)]
    page.reload()
    expect(page.get_by_text(f"m:1 {begun - 33} {begun + 43}")).to_be_visible(timeout=30_000)
    expect(page.locator(".us-bar")).to_have_count(2, timeout=30_000)
    press(page, "n", "n")
    expect(status).to_contain_text(f"{begun - 33:,} to {begun + 42:,}")


def test_nudges_show_at_once_and_reach_python_together(
    page: Page, address: str, home: Path
) -> None:
    keep(home, (1_500_000, 1_600_000))
    status = opened(page, address)
    press(page, "n", "n", "g", *["Period"] * 20)
    expect(status).to_contain_text("1,500,020 to 1,599,999")
    expect(page.get_by_text("m:1 1500020 1600000")).to_be_visible()
    assert log(home) == ["moved m:1 1500020 1600000"]


def test_a_nudge_is_not_lost_when_the_page_is_reloaded_at_once(
    page: Page, address: str, home: Path
) -> None:
    keep(home, (1_500_000, 1_600_000))
    opened(page, address)
    press(page, "n", "n", "g", "Period", "Period")
    page.reload()
    expect(page.get_by_text("m:1 1500002 1600000")).to_be_visible(timeout=30_000)
    assert spans(home) == [(1_500_002, 1_600_000)]


def test_a_nudge_goes_before_the_action_that_follows_it(
    page: Page, address: str, home: Path
) -> None:
    status = opened(page, address)
    press(page, "b")
    here = cursor(status)
    press(page, "i", "Period", "o", "k")
    expect(page.get_by_text(f"check after 1 marks, cursor {here + 1}")).to_be_visible()
    assert spans(home) == [(here, here + 2)]


def test_split_merge_and_delete_by_keys(page: Page, address: str, home: Path) -> None:
    keep(home, (1_000_000, 2_000_000))
    status = opened(page, address)
    press(page, "b", "n", "n")
    middle = cursor(status)
    press(page, "v")
    expect(status).to_contain_text(f"{middle:,} to 1,999,999")
    expect(page.get_by_text(f"m:2 1000000 {middle} | m:3 {middle} 2000000")).to_be_visible()
    press(page, "p", "m")
    expect(page.get_by_text("m:4 1000000 2000000", exact=True)).to_be_visible()
    expect(status).to_contain_text("1,000,000 to 1,999,999")
    press(page, "Delete")
    expect(page.get_by_text("no marks")).to_be_visible()
    assert log(home)[0] == f"split m:1 {middle}"
    assert log(home)[1:] == ["merged m:2 m:3", "deleted m:4"]


def test_the_zoom_stays_whatever_is_edited(page: Page, address: str) -> None:
    opened(page, address)
    press(page, "b", *["+"] * 6)
    page.wait_for_timeout(700)
    before = page.evaluate(RANGE)
    press(page, "i", "3", "Period", "o")
    expect(page.get_by_text("m:1 ")).to_be_visible()
    press(page, "Delete")
    expect(page.get_by_text("no marks")).to_be_visible()
    assert page.evaluate(RANGE) == before


def test_the_mouse_draws_drags_edges_moves_and_selects(
    page: Page, address: str, home: Path
) -> None:
    status = opened(page, address)
    page.keyboard.down("Shift")
    drag(page, at(page, 1_000_000), at(page, 1_400_000))
    page.keyboard.up("Shift")
    expect(page.get_by_text("m:1 ")).to_be_visible()
    ((start, stop),) = spans(home)
    assert abs(start - 1_000_000) < 3_000
    assert abs(stop - 1_400_000) < 3_000
    drag(page, at(page, stop - 1), at(page, 1_600_000))
    expect(page.get_by_text(f"m:1 {start} 16")).to_be_visible()
    ((start, stop),) = spans(home)
    bar = page.locator(".us-own").bounding_box()
    assert bar is not None
    x, y = bar["x"] + bar["width"] / 4, bar["y"] + bar["height"] / 2
    drag(page, (x, y), (x + 200, y))
    expect(page.get_by_text(f"m:1 {start} {stop}")).to_have_count(0)
    ((moved, ended),) = spans(home)
    assert ended - moved == stop - start
    page.mouse.click(*at(page, 200_000))
    expect(status).not_to_contain_text("Ana")
    page.mouse.click(*at(page, (moved + ended) // 2))
    expect(status).to_contain_text(f"{moved:,} to {ended - 1:,}")
    page.mouse.dblclick(*at(page, (moved + ended) // 2))
    page.wait_for_timeout(300)
    low, high = at(page, moved)[0], at(page, ended)[0]
    assert high - low > 600


def test_escape_drops_what_is_begun_then_the_selection_and_keeps_the_zoom(
    page: Page, address: str, home: Path
) -> None:
    keep(home, (1_000_000, 2_000_000))
    status = opened(page, address)
    press(page, "+", "+", "b", "i")
    page.wait_for_timeout(300)  # the range follows with the next frame
    before = page.evaluate(RANGE)
    expect(status).to_contain_text("begun at")
    press(page, "Escape")
    expect(status).not_to_contain_text("begun at")
    press(page, "n")
    expect(status).to_contain_text("Ana 1")
    press(page, "Escape")
    expect(status).not_to_contain_text("Ana 1")
    page.keyboard.down("Shift")
    page.mouse.move(*at(page, 1_300_000))
    page.mouse.down()
    page.mouse.move(*at(page, 1_350_000))
    press(page, "Escape")
    page.mouse.up()
    page.keyboard.up("Shift")
    page.wait_for_timeout(600)
    assert spans(home) == [(1_000_000, 2_000_000)]
    assert page.evaluate(RANGE) == before


def test_marks_of_others_are_selected_but_never_changed(
    page: Page, address: str, home: Path
) -> None:
    status = opened(page, address)
    press(page, "n")
    expect(status).to_contain_text("built-in rules 1, level shift")
    expect(status).to_contain_text("read-only")
    press(page, "Delete", "g", "v", "m")
    expect(status).to_contain_text("this interval is read-only")
    press(page, "b", "i", "Period", "o")
    expect(page.get_by_text("m:1 ")).to_be_visible()
    assert len(spans(home)) == 1
    expect(page.locator(".us-bar[data-ref='r:0']")).to_have_count(1)


def test_uneven_times_and_equal_ones_are_reached_sample_by_sample(
    page: Page, address: str, home: Path
) -> None:
    status = opened(page, address, "irregular")
    press(page, "b", *["+"] * 14)
    page.wait_for_timeout(700)
    press(page, "b")
    begun = cursor(status)
    press(page, "i", "Period", "Period", "Period", "o")
    expect(page.get_by_text(f"m:1 {begun} {begun + 4}")).to_be_visible()
    press(page, "g", "g", "Comma")
    expect(page.get_by_text(f"m:1 {begun} {begun + 3}")).to_be_visible()
    assert spans(home, "irregular") == [(begun, begun + 3)]


def test_hundreds_of_marks_have_nodes_only_where_they_can_be_told_apart(
    page: Page, address: str
) -> None:
    opened(page, address, "many")
    few = page.locator(".us-bar").count()
    assert 150 < few < 400
    expect(page.locator(".us-bar").nth(3)).to_have_attribute(
        "title", re.compile("and [123] more here: zoom in")
    )
    press(page, "b", *["+"] * 20)
    expect(page.locator(".us-bar").first).not_to_have_class(re.compile("us-tiny"))
    assert page.locator(".us-bar").count() < 20


def test_the_sheet_of_keys_opens_takes_the_keys_and_closes(page: Page, address: str) -> None:
    status = opened(page, address)
    press(page, "?")
    sheet = page.get_by_role("dialog", name="Keys")
    expect(sheet).to_contain_text("split at the cursor")
    expect(sheet).to_contain_text("Check")
    before = status.inner_text()
    press(page, "i", "b")
    press(page, "Escape")
    expect(sheet).to_have_count(0)
    assert status.inner_text() == before
    page.get_by_role("button", name="keys ?").click()
    expect(sheet).to_be_visible()
    press(page, "h")
    expect(sheet).to_have_count(0)


def test_no_key_edits_while_somebody_types(page: Page, address: str) -> None:
    status = opened(page, address)
    page.get_by_label("a field").click()
    page.keyboard.type("bio.")
    assert page.get_by_label("a field").input_value() == "bio."
    expect(status).to_contain_text("none yet")


def test_without_the_component_intervals_are_typed(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    script = tmp_path / "edit_app.py"
    shutil.copyfile(Path(__file__).parent / "edit_app.py", script)
    (tmp_path / "static").mkdir()
    page.goto(serve(script))
    page.get_by_label("First sample or time").fill("1,000")
    page.get_by_label("Last sample or time").fill("1,099")
    page.get_by_role("button", name="Add interval").click()
    expect(page.get_by_text("m:1 1000 1100")).to_be_visible()
    assert spans(tmp_path / "home") == [(1000, 1100)]


def test_keys_work_before_the_plot_was_touched(page: Page, address: str) -> None:
    opened(page, address)
    whole = page.evaluate(RANGE)
    press(page, "ArrowUp")
    page.wait_for_function("whole => (" + RANGE + ")().join() !== whole.join()", arg=whole)
    press(page, "Home")
    page.wait_for_function("whole => (" + RANGE + ")().join() === whole.join()", arg=whole)
    press(page, "PageDown")
    expect(page.locator(".us-status-text")).to_contain_text("built-in rules 1")


def test_a_tick_of_the_wheel_zooms_by_a_fifth(page: Page, address: str) -> None:
    opened(page, address)
    page.mouse.move(*at(page, N // 2))
    width = "() => { const [a, b] = (" + RANGE + ")().map(Date.parse); return b - a }"
    before = page.evaluate(width)
    page.mouse.wheel(0, -100)
    page.wait_for_timeout(600)
    assert 0.78 < page.evaluate(width) / before < 0.86


def test_intervals_on_the_same_samples_are_one_step(page: Page, address: str, home: Path) -> None:
    keep(home, (N // 50, N // 50 + 40), (1_500_000, 1_500_100))
    status = opened(page, address)
    press(page, "n")
    expect(status).to_contain_text("Ana 1")
    press(page, "n")
    expect(status).to_contain_text("Ana 2")
    press(page, "n")
    expect(status).to_contain_text("Ana 1")
