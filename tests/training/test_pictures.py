"""Pictures on disk: drawn once, found by their bytes, and never a part of one."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import JobError
from core.render_presets import PRESETS
from core.render_settings import STANDARD
from core.series import WindowView
from training.pictures import PictureFolder, key_of


def test_a_window_is_drawn_once(tmp_path: Path) -> None:
    folder, drawings = PictureFolder(tmp_path), iter([b"first", b"second"])
    assert folder.drawn("key", lambda: next(drawings)) == b"first"
    assert folder.drawn("key", lambda: next(drawings)) == b"first"
    assert folder.drawn("other", lambda: next(drawings)) == b"second"


@pytest.mark.parametrize("left", [b"", b"fir"])
def test_a_picture_of_which_a_power_cut_left_a_part_is_drawn_again(
    tmp_path: Path, left: bytes
) -> None:
    folder = PictureFolder(tmp_path)
    folder.drawn("key", lambda: b"first")
    name = folder.keep(b"first")
    (tmp_path / f"{name}.png").write_bytes(left)
    assert folder.drawn("key", lambda: b"first") == b"first"
    assert folder.read(name) == b"first"


def test_a_picture_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(JobError, match="restore it from a backup"):
        PictureFolder(tmp_path).read("0" * 64)


def test_a_key_tells_apart_all_that_changes_a_picture() -> None:
    values = np.arange(4.0)[:, None]
    view, settings = WindowView(values), next(one for one in PRESETS.values() if one != STANDARD)
    keys = {
        key_of(view, STANDARD),
        key_of(view, settings),
        key_of(view, STANDARD, "overview"),
        key_of(WindowView(values + 1), STANDARD),
        key_of(WindowView(values, start=4), STANDARD),
        key_of(WindowView(values.reshape(2, 2)), STANDARD),
    }
    assert len(keys) == 6
    assert key_of(WindowView(values.copy()), STANDARD) in keys
