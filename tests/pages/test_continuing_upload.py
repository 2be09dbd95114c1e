"""A file at hand beside the stored series: what is offered, proposed, joined and stored."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import ConflictError
from core.series import SeriesData, SeriesInfo
from pages.components.workflows.continuing_upload import Offers, plan_join
from pages.components.workflows.storing_upload import store_files
from pages.components.workflows.upload_table import Verdict, judge, table
from pages.components.workflows.uploading import Desk, Upload
from storage import Store, open_store
from storage.rows import StoredSeries

MINUTE = 60_000_000_000


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "home")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "scratch")


def series(first: int, stop: int, times: float = 1.0) -> SeriesData:
    """Minutes `first` to `stop`, each with its own number as value."""
    minutes = np.arange(first, stop, dtype=np.int64)
    return SeriesData(minutes[:, None] * times, minutes * MINUTE)


def info(name: str, source: str = "") -> SeriesInfo:
    return SeriesInfo(name=name, channel_names=("flow",), source=source)


def stored_pump(store: Store) -> StoredSeries:
    row, _ = store.series.add(store.projects.default().id, series(0, 10), info("pump", "pump.csv"))
    return row


def csv(first: int, stop: int, times: float = 1.0) -> bytes:
    rows = [
        f"1970-01-01 {m // 60:02d}:{m % 60:02d}:00,{m * times:.1f}\n" for m in range(first, stop)
    ]
    return ("time,flow\n" + "".join(rows)).encode()


def verdicts(store: Store, desk: Desk, *files: tuple[str, bytes]) -> list[Verdict]:
    desk.add(Upload(name, name, raw) for name, raw in files)
    rows = store.series.list(store.projects.default().id)
    offers = Offers()
    return judge(
        desk, list(desk.files.values()), rows, lambda data, info: offers(store, rows, data, info)
    )


def test_an_overlap_that_is_equal_proposes_to_join(store: Store) -> None:
    pump = stored_pump(store)
    (offer,) = Offers()(store, [pump], series(6, 13), info("week 2"))
    assert (offer.stored.id, offer.proposed) == (pump.id, True)
    assert offer.words == "3 new samples; 4 overlap, all equal"


def test_another_machine_with_the_same_columns_is_offered_and_not_proposed(store: Store) -> None:
    pump = stored_pump(store)
    (offer,) = Offers()(store, [pump], series(20, 30), info("fan", "fan.csv"))
    assert not offer.proposed
    (same_hours,) = Offers()(store, [pump], series(5, 15, times=7.0), info("fan", "fan.csv"))
    assert not same_hours.proposed


def test_the_same_name_at_later_times_proposes_to_join(store: Store) -> None:
    pump = stored_pump(store)
    (offer,) = Offers()(store, [pump], series(10, 12), info("pump", "pump.csv"))
    assert offer.proposed
    assert offer.words == "2 new samples"


def test_an_archived_series_is_not_offered(store: Store) -> None:
    pump = stored_pump(store)
    store.series.archive(pump.project_id, pump.id)
    rows = store.series.list(pump.project_id, include_archived=True)
    assert Offers()(store, rows, series(6, 13), info("pump")) == ()


def test_a_file_that_continues_says_so_and_joins(store: Store, desk: Desk) -> None:
    pump = stored_pump(store)
    (verdict,) = found = verdicts(store, desk, ("pump.csv", csv(8, 14)))
    assert verdict.state == "joins"
    row = table(found).iloc[0]
    assert (row["State"], row["Note"]) == (
        "continues",
        "pump: 4 new samples; 2 overlap, all equal",
    )
    done = store_files(store, pump.project_id, found)
    assert (done.created, done.existing) == ((), ())
    assert [(r.id, r.revision, r.n_samples, note) for r, note in done.joined] == [
        (pump.id, 2, 14, "pump.csv: 4 new samples; 2 overlap, all equal")
    ]
    (now,) = store.series.list(pump.project_id)
    assert "Continued from pump.csv: 4 new samples; 2 overlap, all equal." in now.info.treatments


def test_what_differs_in_the_overlap_keeps_the_stored_values(store: Store) -> None:
    pump = stored_pump(store)
    changed = series(6, 12)
    values = changed.values.copy()
    values[1, 0] = 99.0
    join = plan_join(store, pump, [(SeriesData(values, changed.time), info("pump", "pump.csv"))])
    assert join.note == "pump.csv: 2 new samples; 4 overlap, 3 equal; 1 value differs: " + (
        "what is stored is kept"
    )
    assert list(join.data.values[:, 0]) == [float(k) for k in range(12)]


def test_a_person_may_store_it_on_its_own(store: Store, desk: Desk) -> None:
    pump = stored_pump(store)
    (verdict,) = verdicts(store, desk, ("pump.csv", csv(8, 14)))
    desk.joins[verdict.parts[0].data.content_hash] = ""
    (verdict,) = found = verdicts(store, desk)
    assert verdict.state == "ready"
    done = store_files(store, pump.project_id, found)
    assert [row.n_samples for row in done.created] == [6]
    assert [r.n_samples for r in store.series.list(pump.project_id)] == [10, 6]


def test_two_files_join_one_series_in_the_order_of_their_times(store: Store, desk: Desk) -> None:
    pump = stored_pump(store)
    found = verdicts(store, desk, ("c.csv", csv(11, 15)), ("b.csv", csv(8, 13)))
    for verdict in found:
        desk.joins[verdict.parts[0].data.content_hash] = pump.id
    done = store_files(store, pump.project_id, verdicts(store, desk))
    ((row, note),) = done.joined
    assert (row.n_samples, row.revision) == (15, 2)
    assert note == "b.csv: 3 new samples; 2 overlap, all equal; c.csv: 2 new samples; " + (
        "2 overlap, all equal"
    )
    join = plan_join(store, pump, [(series(11, 15), info("c")), (series(8, 13), info("b"))])
    assert [list(places) for places in join.places] == [[11, 12, 13, 14], [8, 9, 10, 11, 12]]


def test_nothing_is_stored_when_one_file_cannot_join_any_more(store: Store, desk: Desk) -> None:
    pump = stored_pump(store)
    found = verdicts(store, desk, ("pump.csv", csv(8, 14)), ("fan.csv", csv(0, 5, times=3.0)))
    # Meanwhile another person joined the same file.
    join = plan_join(store, pump, [(series(0, 14), info("pump"))])
    store.series.extend(
        pump.project_id, pump.id, join.data, join.info, expected_revision=1, source="pump.csv"
    )
    with pytest.raises(ConflictError, match="the series is at revision 2"):
        store_files(store, pump.project_id, found)
    assert [row.info.name for row in store.series.list(pump.project_id)] == ["pump"]
