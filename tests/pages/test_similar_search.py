"""Similar stretches are found across a project's series."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.series import SeriesData, SeriesInfo
from pages.components.workflows.similar_search import hit_place, search_similar
from storage import open_store

SHAPE = np.concatenate([np.linspace(0, 1, 20), np.linspace(1, -1, 10), np.linspace(-1, 0, 10)])


def with_shape(seed: int, start: int, time: bool) -> SeriesData:
    """Return two channels of noise; the second holds the shape."""
    values = np.random.default_rng(seed).normal(0, 0.05, (400, 2))
    values[start : start + 40, 1] += SHAPE
    ticks = np.arange(400, dtype=np.int64) * 60_000_000_000 if time else None
    return SeriesData(values, ticks)


def test_a_shape_is_found_in_another_series_with_its_place(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    project = store.projects.default().id
    data = with_shape(1, 100, time=False)
    info = SeriesInfo("home", ("a", "b"))
    home, _ = store.series.add(project, data, info)
    other, _ = store.series.add(project, with_shape(2, 250, True), SeriesInfo("other", ("c", "d")))
    told: list[str] = []

    hits = search_similar(
        store, home, data, 1, (100, 140), everywhere=True, report=lambda _, name: told.append(name)
    )
    here = search_similar(store, home, data, 1, (100, 140), everywhere=False)

    assert abs(hits[0].match.start - 250) <= 1
    assert (hits[0].series.id, hits[0].channel_name) == (other.id, "d")
    assert (
        hits[0].values.tolist()
        == with_shape(2, 250, True).values[hits[0].match.start : hits[0].match.stop, 1].tolist()
    )
    assert hit_place(hits[0], "UTC").startswith("1970-01-01 04:")
    assert hits[0].match.likeness > hits[1].match.likeness
    assert told == ["home", "other"]
    assert {hit.series.id for hit in here} == {home.id}
    assert hit_place(here[0], "UTC") == f"sample {here[0].match.start:,}"


def test_a_place_is_said_in_the_zone_its_own_series_is_shown_in(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    project = store.projects.default().id
    data = with_shape(1, 100, True)
    for known, said in ((True, "1970-01-01 02:"), (False, "1970-01-01 01:")):
        info = SeriesInfo(f"known {known}", ("a", "b"), zone="UTC", zone_known=known)
        moved = SeriesData(data.values + known, data.time)
        row, _ = store.series.add(project, moved, info)
        (hit, *_) = search_similar(store, row, moved, 1, (100, 140), everywhere=False)
        hit = replace(hit, tick=60 * 60 * 1_000_000_000)
        assert hit_place(hit, "Europe/Berlin").startswith(said)


def test_progress_is_a_share_of_all_samples(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    project = store.projects.default().id
    home, _ = store.series.add(project, with_shape(1, 100, False), SeriesInfo("home", ("a", "b")))
    store.series.add(project, with_shape(2, 250, False), SeriesInfo("other", ("c", "d")))
    shares: list[float] = []
    search_similar(
        store, home, with_shape(1, 100, False), 1, (100, 140), everywhere=True,
        report=lambda share, _: shares.append(share),
    )  # fmt: skip
    assert shares == pytest.approx([0.0, 0.5])
