"""A series that later files continue: nothing stored moves, what was gold stays gold."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text
from storage_samples import answer, events, info, know_type, series

from core.errors import ConflictError, StoreError
from core.series import SeriesData
from storage import Store, open_store
from storage.rows import StoredSeries


def longer(n_new: int = 6, seed: int = 0, value: float = 0.0) -> SeriesData:
    """The series of that seed, and samples after it."""
    return SeriesData(np.concatenate([series(seed).values, np.full((n_new, 1), value)]))


def extend(store: Store, stored: StoredSeries, data: SeriesData) -> StoredSeries:
    return store.series.extend(
        stored.project_id,
        stored.id,
        data,
        stored.info,
        expected_revision=stored.revision,
        source="monday.csv",
    )


@pytest.fixture
def stored(store: Store, project_id: str) -> StoredSeries:
    return store.series.add(project_id, series(), replace(info(), source="pump.csv"))[0]


def test_a_continued_series_keeps_its_id_and_all_that_it_was(
    store: Store, stored: StoredSeries
) -> None:
    described = replace(stored.info, treatments=("Continued from monday.csv.",))
    after = store.series.extend(
        stored.project_id,
        stored.id,
        longer(),
        described,
        expected_revision=1,
        source="monday.csv",
        note="6 new samples",
    )

    assert (after.id, after.revision, after.n_samples, after.version) == (stored.id, 2, 70, 2)
    assert after.info == described
    store.close()
    again = open_store(store.home).series
    assert again.get(stored.project_id, stored.id) == after
    assert again.data(after).values.tobytes() == longer().values.tobytes()
    assert again.data(after, revision=1).values.tobytes() == series().values.tobytes()
    told = [
        (r.number, r.n_samples, r.source, r.note)
        for r in again.revisions(stored.project_id, stored.id)
    ]
    assert told == [(1, 64, "pump.csv", ""), (2, 70, "monday.csv", "6 new samples")]
    with pytest.raises(StoreError, match="'pump' has no revision 3"):
        again.data(after, revision=3)


def test_items_answers_and_decisions_keep_their_samples(store: Store, stored: StoredSeries) -> None:
    project_id = stored.project_id
    question = store.questions.current(project_id)[0]
    (item,) = store.items.add_many(project_id, [(stored.id, 0, 64, question.id)])
    know_type(store)
    said = answer(item, events((3, 9)))
    store.answers.add_many(project_id, [said])
    store.corrections.record(
        project_id, item.id, "ana", "fix", expected_sequence=0, content=events((4, 9))
    )

    after = extend(store, stored, longer())

    assert store.items.list(project_id, series_id=after.id) == [item]
    assert store.answers.for_item(project_id, item.id) == [said]
    label = store.corrections.current(project_id)[item.id]
    assert label.content is not None and label.content.intervals[0].start == 4
    store.items.add_many(project_id, [(stored.id, 60, 70, question.id)])


def test_a_file_that_was_stored_before_is_still_known(store: Store, stored: StoredSeries) -> None:
    after = extend(store, stored, longer())

    assert store.series.add(stored.project_id, series(), info("again")) == (after, False)
    assert store.series.add(stored.project_id, longer(), info("again")) == (after, False)
    assert len(store.series.list(stored.project_id)) == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (longer(seed=1), r"the first 64 samples differ from those stored of 'pump'"),
        (series(), r"64 samples cannot continue 'pump', which has 64 already"),
        (SeriesData(longer().values[:, [0, 0]]), r"2 channels and no times cannot continue"),
        (SeriesData(longer().values, np.arange(70)), r"1 channels and times in ns cannot"),
        (
            SeriesData(longer().values, source_row=np.arange(70)[::-1].copy()),
            r"the first 64 samples differ",
        ),
    ],
)
def test_what_does_not_begin_with_the_stored_samples_is_refused(
    store: Store, stored: StoredSeries, data: SeriesData, reason: str
) -> None:
    with pytest.raises(StoreError, match=reason):
        extend(store, stored, data)
    assert store.series.get(stored.project_id, stored.id) == stored


def test_minus_zero_is_not_zero_and_a_nan_keeps_its_bits(store: Store, project_id: str) -> None:
    odd = np.array([[0.0], [np.nan]])
    row, _ = store.series.add(project_id, SeriesData(odd), info())

    with pytest.raises(StoreError, match="the first 2 samples differ"):
        extend(store, row, SeriesData(np.array([[-0.0], [np.nan], [1.0]])))
    assert extend(store, row, SeriesData(np.array([[0.0], [np.nan], [1.0]]))).revision == 2


def test_a_series_cannot_become_another_one(store: Store, stored: StoredSeries) -> None:
    store.series.add(stored.project_id, longer(), info("fan"))

    with pytest.raises(StoreError, match="'pump' would become the same as 'fan'"):
        extend(store, stored, longer())
    assert store.series.get(stored.project_id, stored.id) == stored
    assert len(store.series.revisions(stored.project_id, stored.id)) == 1


def test_a_second_continuation_of_one_state_is_a_conflict(
    store: Store, stored: StoredSeries
) -> None:
    extend(store, stored, longer())

    with pytest.raises(ConflictError, match=r"with revision 1 of 'pump', but .* at revision 2"):
        extend(store, stored, longer(9))
    after = store.series.get(stored.project_id, stored.id)
    store.series.update_info(stored.project_id, stored.id, info("renamed"), after.version)
    with pytest.raises(ConflictError, match=r"you edited version 2 of .* 'renamed'"):
        store.series.extend(
            stored.project_id,
            stored.id,
            longer(9),
            after.info,
            expected_revision=2,
            source="c.csv",
            expected_version=after.version,
        )


def continue_once(home: str, series_id: str, value: float) -> int:
    """Continue a series three times, each time from what it is at that moment."""
    store = open_store(Path(home))
    project_id = store.projects.default().id
    conflicts = done = 0
    while done < 3:
        stored = store.series.get(project_id, series_id)
        values = np.concatenate([store.series.data(stored).values, [[value + done]]])
        try:
            extend(store, stored, SeriesData(values))
            done += 1
        except ConflictError:
            conflicts += 1
    store.close()
    return conflicts


def test_processes_that_continue_at_once_lose_no_sample(store: Store, stored: StoredSeries) -> None:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as pool:
        home, given = [str(store.home)] * 2, [stored.id] * 2
        list(pool.map(continue_once, home, given, [10.0, 20.0]))

    after = store.series.get(stored.project_id, stored.id)
    assert (after.revision, after.n_samples) == (7, 70)
    new = store.series.data(after).values[64:, 0].tolist()
    assert sorted(new) == [10.0, 11.0, 12.0, 20.0, 21.0, 22.0]
    lengths = [one.n_samples for one in store.series.revisions(stored.project_id, stored.id)]
    assert lengths == [64, 65, 66, 67, 68, 69, 70]


def test_nothing_is_half_stored_when_writing_stops(
    store: Store, stored: StoredSeries, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt  # the process is ended between the rows

    monkeypatch.setattr("storage.series.keep_gold_whole", stop)
    with pytest.raises(KeyboardInterrupt):
        extend(store, stored, longer())
    monkeypatch.undo()

    assert store.series.get(stored.project_id, stored.id) == stored
    assert store.series.data(stored).n_samples == 64
    assert extend(store, stored, longer()).revision == 2


def test_the_first_revision_cannot_be_rewritten(store: Store, stored: StoredSeries) -> None:
    for statement in ("UPDATE series_revisions SET note = 'x'", "DELETE FROM series_revisions"):
        with (
            pytest.raises(StoreError, match="series_revisions is append-only"),
            store.db.write() as session,
        ):
            session.execute(text(statement))


@pytest.mark.parametrize("reason", ["drawn", "construction"])
def test_a_series_that_is_gold_whole_stays_gold_whole(
    store: Store, stored: StoredSeries, reason: str
) -> None:
    project_id = stored.project_id
    store.gold.reserve(project_id, [(stored.id, 0, 64)], reason)  # type: ignore[arg-type] # a literal
    store.gold.lock(project_id)

    again = extend(store, extend(store, stored, longer()), longer(8))

    told = [(r.start, r.stop, r.reason) for r in store.gold.ranges(project_id)]
    assert told == [(0, 64, reason), (0, 70, reason), (0, 72, reason)]
    question = store.questions.current(project_id)[0]
    new = store.items.add_many(project_id, [(again.id, 60, 72, question.id)])
    assert store.gold.items(project_id) == new


def test_a_series_continued_while_gold_was_drawn_is_reserved_whole(
    store: Store, stored: StoredSeries
) -> None:
    project_id = stored.project_id
    question = store.questions.current(project_id)[0]
    (item,) = store.items.add_many(project_id, [(stored.id, 0, 64, question.id)])
    drawn = [(stored.id, 0, stored.n_samples)]

    extend(store, stored, longer())
    store.gold.add_to_draw(project_id, 0, [(item.id, True)], drawn)
    store.gold.reserve(project_id, [(stored.id, 0, 64)], "time_block")

    told = [(r.start, r.stop, r.reason) for r in store.gold.ranges(project_id)]
    assert told == [(0, 70, "drawn"), (0, 64, "time_block")]


def test_a_reserved_block_of_time_does_not_grow(store: Store, stored: StoredSeries) -> None:
    store.gold.reserve(stored.project_id, [(stored.id, 0, 64)], "time_block")

    extend(store, stored, longer())

    assert [(r.start, r.stop) for r in store.gold.ranges(stored.project_id)] == [(0, 64)]


def test_news_are_new_samples_that_no_item_covers(store: Store, stored: StoredSeries) -> None:
    project_id = stored.project_id
    other, _ = store.series.add(project_id, series(1), info("fan"))
    question = store.questions.current(project_id)[0]
    assert store.series.news(project_id) == []

    after = extend(store, stored, longer(34))
    fan = extend(store, other, longer(5, seed=1))
    assert store.series.news(project_id) == [(after, 34), (fan, 5)]
    assert store.series.lengths(project_id) == {after.id: (64, 98), fan.id: (64, 69)}
    store.items.add_many(project_id, [(after.id, 50, 70, question.id)])
    assert store.series.news(project_id) == [(after, 28), (fan, 5)]
    store.items.add_many(project_id, [(after.id, 62, 98, question.id)])
    store.series.archive(project_id, fan.id)
    assert store.series.news(project_id) == []
    assert store.series.news(store.projects.add("other").id) == []
