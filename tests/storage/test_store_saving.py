"""New series and longer ones are saved together: all of them, or nothing."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import ConflictError, StoreError
from core.series import SeriesData, SeriesInfo
from storage import Store, open_store
from storage.rows import LongerSeries, StoredSeries


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "home")


def series(*values: float) -> SeriesData:
    return SeriesData(np.array(values, dtype=np.float64)[:, None])


def info(name: str) -> SeriesInfo:
    return SeriesInfo(name=name, channel_names=("flow",))


def first(store: Store) -> StoredSeries:
    stored, _ = store.series.add(store.projects.default().id, series(1, 2, 3), info("pump"))
    return stored


def longer(stored: StoredSeries, data: SeriesData, revision: int = 1) -> LongerSeries:
    return LongerSeries(stored.id, data, stored.info, revision, "monday.csv", "2 new samples")


def test_new_and_longer_series_are_saved_in_one_go(store: Store) -> None:
    pump = first(store)
    added, extended = store.series.save(
        pump.project_id,
        [(series(7, 8), info("fan"))],
        [longer(pump, series(1, 2, 3, 4, 5))],
    )
    assert [(row.info.name, row.revision) for row in added] == [("fan", 1)]
    assert [(row.id, row.revision, row.n_samples) for row in extended] == [(pump.id, 2, 5)]
    assert [r.source for r in store.series.revisions(pump.project_id, pump.id)] == [
        "pump",
        "monday.csv",
    ]


@pytest.mark.parametrize(
    ("data", "revision", "error", "message"),
    [
        (series(1, 2, 9, 4), 1, StoreError, "the first 3 samples differ"),
        (series(1, 2, 3, 4), 2, ConflictError, "compared with revision 2"),
    ],
)
def test_nothing_is_saved_when_one_of_them_cannot_be(
    store: Store, data: SeriesData, revision: int, error: type[StoreError], message: str
) -> None:
    pump = first(store)
    with pytest.raises(error, match=message):
        store.series.save(
            pump.project_id, [(series(7, 8), info("fan"))], [longer(pump, data, revision)]
        )
    assert [row.info.name for row in store.series.list(pump.project_id)] == ["pump"]


def test_a_longer_series_that_another_one_holds_takes_the_new_ones_back(store: Store) -> None:
    pump = first(store)
    store.series.add(pump.project_id, series(1, 2, 3, 4), info("twin"))
    with pytest.raises(StoreError, match="would become the same as 'twin'"):
        store.series.save(
            pump.project_id,
            [(series(7, 8), info("fan"))],
            [longer(pump, series(1, 2, 3, 4))],
        )
    assert [row.info.name for row in store.series.list(pump.project_id)] == ["pump", "twin"]
