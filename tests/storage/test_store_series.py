"""Series come back bit by bit, once per content and project, and edits do not overwrite edits."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from storage_samples import info, series

from core.blobs import read_parquet
from core.errors import ConflictError, StoreError
from core.series import SeriesData
from storage import Store


def same_bits(one: SeriesData, other: SeriesData) -> bool:
    """Compare two series bit by bit: NaNs of different payload and -0.0 differ from 0.0."""
    times = (one.time is None) == (other.time is None) and (
        one.time is None or np.array_equal(one.time, other.time)
    )
    return (
        times
        and one.unit == other.unit
        and one.values.shape == other.values.shape
        and one.values.tobytes() == other.values.tobytes()
        and np.array_equal(one.source_row, other.source_row)
    )


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    values=hnp.arrays(
        np.float64,
        hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=20),
        elements=st.floats(width=64),
    ),
    has_time=st.booleans(),
    data=st.data(),
)
def test_any_series_comes_back_bit_by_bit(
    store: Store, values: np.ndarray, has_time: bool, data: st.DataObject
) -> None:
    n = len(values)
    ticks = st.lists(st.integers(-(2**63), 2**63 - 1), min_size=n, max_size=n)
    time_ = np.array(sorted(data.draw(ticks)), np.int64) if has_time else None
    rows = np.array(data.draw(st.permutations(range(n))), np.int64)
    unit = data.draw(st.sampled_from(["ns", "us"])) if has_time else "ns"
    # ordered as integers may still overflow as differences; such an axis is no series
    if time_ is not None and np.any(np.diff(time_) < 0):
        return
    given_series = SeriesData(values, time_, unit, rows)

    # its own project: one that holds this content already keeps the source rows it has
    project_id = store.projects.add("one example").id
    stored, _ = store.series.add(project_id, given_series, info(channels=values.shape[1]))

    assert same_bits(store.series.data(stored), given_series)


def test_times_before_1900_and_irregular_steps_are_kept(store: Store, project_id: str) -> None:
    # 1677 is as far back as nanoseconds reach; microseconds go to before the year 1
    ticks = np.array([-62_135_596_800_000_001, -3_000_000_000_000_000, -5, -5, 7], np.int64)
    values = np.array([[np.nan, 1.0], [-0.0, np.inf], [5e-324, np.nan], [1, 2], [3, 4]])
    given_series = SeriesData(values, ticks, "us", np.array([4, 0, 3, 1, 2]))

    stored, created = store.series.add(project_id, given_series, info(channels=2), "upload")

    assert created
    assert (stored.first_tick, stored.last_tick, stored.unit) == (ticks[0], 7, "us")
    assert (stored.n_samples, stored.n_channels, stored.has_time) == (5, 2, True)
    assert same_bits(store.series.data(stored), given_series)


def test_the_same_content_is_stored_once_per_project(store: Store, project_id: str) -> None:
    first, created = store.series.add(project_id, series(), info("first"))
    again, created_again = store.series.add(project_id, series(), info("second"))

    assert (created, created_again) == (True, False)
    assert again == first
    assert [one.info.name for one in store.series.list(project_id)] == ["first"]


def test_projects_share_a_blob_but_not_their_rows(store: Store, project_id: str) -> None:
    other = store.projects.add("other")
    mine, _ = store.series.add(project_id, series(), info("mine"))
    theirs, created = store.series.add(other.id, series(), info("theirs"))

    assert created
    assert theirs.id != mine.id
    assert store.series.blob_path(mine.content_hash) == store.series.blob_path(theirs.content_hash)
    with pytest.raises(StoreError, match="belongs to another project"):
        store.series.get(other.id, mine.id)


def test_each_project_keeps_its_own_source_rows(store: Store, project_id: str) -> None:
    other = store.projects.add("other")
    sorted_file = series(n=4)
    shuffled_file = replace(sorted_file, source_row=np.array([2, 0, 3, 1]))
    mine, _ = store.series.add(project_id, sorted_file, info())
    theirs, _ = store.series.add(other.id, shuffled_file, info())

    assert store.series.data(mine).source_row.tolist() == [0, 1, 2, 3]
    assert store.series.data(theirs).source_row.tolist() == [2, 0, 3, 1]


def test_many_series_are_stored_in_order_and_duplicates_once(store: Store, project_id: str) -> None:
    given_series = [(series(seed), info(f"s{seed}")) for seed in (3, 1, 3, 2)]

    stored = store.series.add_many(project_id, given_series, "example")

    assert [one.info.name for one in stored] == ["s3", "s1", "s3", "s2"]
    assert [one.info.name for one in store.series.list(project_id)] == ["s3", "s1", "s2"]


def test_lists_are_searched_and_filtered(store: Store, project_id: str) -> None:
    store.series.add(project_id, series(1), info("Pump north"), "upload")
    store.series.add(project_id, series(2, channels=2), info("valve", channels=2), "example")
    hidden, _ = store.series.add(project_id, series(3), info("pump south"), "upload")
    store.series.archive(project_id, hidden.id)

    def names(**filters: object) -> list[str]:
        return [one.info.name for one in store.series.list(project_id, **filters)]  # type: ignore[arg-type]  # keywords are checked by the call

    assert names() == ["Pump north", "valve"]
    assert names(search="pUMP ") == ["Pump north"]
    assert names(search="c1") == ["valve"]  # a channel's name
    assert names(search="%") == []  # no wildcard
    assert names(origin="example") == ["valve"]
    assert names(search="pump", include_archived=True) == ["Pump north", "pump south"]
    store.series.archive(project_id, hidden.id, archived=False)
    assert names(search="pump") == ["Pump north", "pump south"]


def test_an_edit_of_an_old_version_is_a_conflict(store: Store, project_id: str) -> None:
    stored, _ = store.series.add(project_id, series(), info("pump"))
    edited = store.series.update_info(
        project_id, stored.id, replace(stored.info, name="fan", zone="Europe/Paris"), 1
    )

    assert (edited.version, edited.info.name, edited.info.zone) == (2, "fan", "Europe/Paris")
    assert edited.content_hash == stored.content_hash
    with pytest.raises(ConflictError, match=r"version 1 .* 'fan', but it is at version 2"):
        store.series.update_info(project_id, stored.id, info("late"), 1)
    assert store.series.get(project_id, stored.id) == edited


def test_a_missing_or_damaged_blob_is_named(store: Store, project_id: str) -> None:
    stored, _ = store.series.add(project_id, series(), info())
    path = store.series.blob_path(stored.content_hash)
    whole = path.read_bytes()

    path.write_bytes(whole[:-40])
    with pytest.raises(StoreError, match="restore it from a backup"):
        store.series.data(stored)
    path.unlink()
    with pytest.raises(StoreError, match="cannot be read"):
        store.series.data(stored)


def test_a_blob_with_other_samples_is_not_passed_off(store: Store, project_id: str) -> None:
    one, other = store.series.add_many(project_id, [(series(1), info()), (series(2), info())])
    path = store.series.blob_path(one.content_hash)
    path.write_bytes(store.series.blob_path(other.content_hash).read_bytes())

    with pytest.raises(StoreError, match="holds other samples"):
        store.series.data(one)


def test_a_second_upload_heals_a_damaged_blob(store: Store, project_id: str) -> None:
    stored, _ = store.series.add(project_id, series(), info())
    store.series.blob_path(stored.content_hash).write_bytes(b"")

    _, created = store.series.add(project_id, series(), info())

    assert not created
    assert same_bits(store.series.data(stored), series())


def test_runs_can_read_a_blob_without_the_store(store: Store, project_id: str) -> None:
    stored, _ = store.series.add(project_id, series(), info())

    assert same_bits(read_parquet(store.series.blob_path(stored.content_hash)), series())


def test_nothing_unfinished_is_left_beside_the_blobs(
    store: Store, project_id: str, home: Path
) -> None:
    store.series.add_many(project_id, [(series(seed), info()) for seed in range(5)])

    assert {path.suffix for path in (home / "blobs").rglob("*") if path.is_file()} == {".parquet"}
