"""Backup and restore: the same home again, or a sentence that says why not."""

import io
import tarfile
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest
from storage_samples import answer, events, filled

from core.annotations import LogEntry, Put, new_mark
from core.errors import StoreError
from core.intervals import Interval
from core.series import SeriesData
from storage import Store, open_store
from storage.backup import back_up, main, restore


def fill(store: Store) -> None:
    project_id = store.projects.default().id
    one, two, _ = filled(store, 3)
    shown = answer(one)
    store.answers.add_many(project_id, [shown, answer(two)])
    store.corrections.record(
        project_id,
        one.id,
        "ana",
        "fix",
        expected_sequence=0,
        answer_ids=[shown.id],
        content=events((1, 5)),
    )
    store.gold.reserve(project_id, [(two.series_id, 0, 64)], "drawn")
    store.renders.put(b"a picture")
    (store.home / "exchanges" / "ab").mkdir(parents=True)
    (store.home / "exchanges" / "ab" / "abcd.json").write_text('{"text": "no anomaly"}')
    job = store.jobs.enqueue(project_id, "train", "first", {})
    (job.folder / "model").mkdir(parents=True)
    (job.folder / "model" / "weights.safetensors").write_bytes(b"\x00\x01" * 1000)
    (job.folder / "status.json.tmp").write_text("half written")
    version = store.versions.add(
        project_id,
        student="series",
        job_id=job.id,
        snapshot_hash="s",
        folder=job.folder / "model",
        author_version="1",
    )
    store.versions.promote(version.id, "lee")
    stored = store.series.list(project_id)[0]
    series_id = stored.id
    longer = SeriesData(np.concatenate([store.series.data(stored).values, np.ones((6, 1))]))
    store.series.extend(
        project_id, series_id, longer, stored.info, expected_revision=1, source="b.csv"
    )
    store.annotations.record(project_id, series_id, "ana", [Put(mark=new_mark("ana", 60, 70))])
    store.annotations.record(project_id, series_id, "ana", [Put(mark=new_mark("ana", 1, 2))])
    store.annotations.undo(project_id, series_id, "ana")
    store.events.add_many(project_id, [LogEntry(id="e", series_id=None, tick=5, text="start-up")])
    labels = [(Interval(start=1, stop=4), "spike")]
    store.imports.add(project_id, series_id, "anomaly", "bob", "l.json", labels, True, 1)


def contents(store: Store) -> dict[str, object]:
    """Return all that a home holds, by reading it through the store."""
    project_id = store.projects.default().id
    items = store.items.list(project_id)
    serving = store.versions.serving(project_id)
    assert serving is not None
    return {
        "series": store.series.list(project_id),
        "samples": [store.series.data(s).values.tobytes() for s in store.series.list(project_id)],
        "questions": store.questions.list(project_id),
        "items": items,
        "answers": store.answers.for_items(project_id, [item.id for item in items]),
        "corrections": store.corrections.events(project_id),
        "gold": store.gold.ranges(project_id),
        "jobs": [(job.id, job.state) for job in store.jobs.list(project_id)],
        "history": store.versions.history(project_id),
        "revisions": [
            store.series.revisions(project_id, s.id) for s in store.series.list(project_id)
        ],
        "first samples": [
            store.series.data(s, 1).values.tobytes() for s in store.series.list(project_id)
        ],
        "marks": [
            (
                store.annotations.current(project_id, s.id),
                store.annotations.can(project_id, s.id, "ana"),
            )
            for s in store.series.list(project_id)
        ],
        "log": store.events.list(project_id),
        "imports": store.imports.list(project_id),
        "weights": (serving.folder / "weights.safetensors").read_bytes(),
    }


def files(home: Path) -> dict[str, bytes]:
    folders = ("blobs", "renders", "exchanges", "runs")
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for folder in folders
        for path in (home / folder).rglob("*")
        if path.is_file() and path.suffix != ".tmp"
    }


def test_a_restored_home_is_the_same_in_another_place(store: Store, tmp_path: Path) -> None:
    fill(store)
    before = contents(store)
    done = back_up(store.home, tmp_path / "copy.tar")

    restore(tmp_path / "copy.tar", tmp_path / "elsewhere")

    restored = open_store(tmp_path / "elsewhere")
    assert contents(restored) == before
    assert files(restored.home) == files(store.home)
    assert (done.manifest.series, done.manifest.corrections, done.manifest.missing_series) == (
        3,
        1,
        0,
    )
    assert done.manifest.files == len(files(store.home))
    assert not list(tmp_path.glob("*.part"))


def test_a_backup_is_consistent_while_the_app_writes(store: Store, tmp_path: Path) -> None:
    items = filled(store, 2)
    project_id = store.projects.default().id
    stop = Event()

    def keep_writing() -> None:
        while not stop.is_set():
            # two rows per transaction: a backup has both or none
            store.answers.add_many(project_id, [answer(item) for item in items])

    writer = Thread(target=keep_writing)
    writer.start()
    try:
        for n in range(3):
            back_up(store.home, tmp_path / f"{n}.tar")
    finally:
        stop.set()
        writer.join()

    for n in range(3):
        restore(tmp_path / f"{n}.tar", tmp_path / f"home {n}")
        answers = open_store(tmp_path / f"home {n}").answers
        first, second = (len(answers.for_item(project_id, item.id)) for item in items)
        assert first == second


def test_a_home_that_is_not_empty_is_kept_or_moved_aside(store: Store, tmp_path: Path) -> None:
    back_up(store.home, tmp_path / "copy.tar")
    filled(store, 1)
    store.close()

    with pytest.raises(StoreError, match="is not empty"):
        restore(tmp_path / "copy.tar", store.home)
    done = restore(tmp_path / "copy.tar", store.home, force=True)

    assert done.moved_to is not None
    old, new = open_store(done.moved_to), open_store(store.home)
    assert len(old.series.list(old.projects.default().id)) == 1
    assert new.series.list(new.projects.default().id) == []


def test_a_home_whose_worker_lives_is_not_replaced(store: Store, tmp_path: Path) -> None:
    back_up(store.home, tmp_path / "copy.tar")
    store.jobs.beat("w", 4711)

    with pytest.raises(StoreError, match=r"worker \(process 4711\) is using"):
        restore(tmp_path / "copy.tar", store.home, force=True)


def test_a_damaged_home_can_be_replaced(store: Store, tmp_path: Path) -> None:
    back_up(store.home, tmp_path / "copy.tar")
    store.close()
    (store.home / "understudy.db").write_bytes(b"no database at all" * 300)

    restore(tmp_path / "copy.tar", store.home, force=True)

    assert [project.name for project in open_store(store.home).projects.list()] == ["Default"]


def test_a_cut_backup_restores_nothing(store: Store, tmp_path: Path) -> None:
    fill(store)
    back_up(store.home, tmp_path / "copy.tar")
    whole = (tmp_path / "copy.tar").read_bytes()

    for share in (0.0, 0.3, 0.9):
        (tmp_path / "cut.tar").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(StoreError, match="nothing was restored"):
            restore(tmp_path / "cut.tar", tmp_path / "new")
        assert not (tmp_path / "new").exists()
    assert not list(tmp_path.glob("new.restoring*"))


@pytest.mark.parametrize("name", ["../outside", "runs/../../outside", "/etc/outside", "other/x"])
def test_a_tar_with_foreign_names_writes_nothing(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "bad.tar", "w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = 1
        tar.addfile(entry, io.BytesIO(b"x"))

    with pytest.raises(StoreError, match="which no backup does"):
        restore(tmp_path / "bad.tar", tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["bad.tar"]


def test_missing_samples_are_told(store: Store, tmp_path: Path, capsys: object) -> None:
    filled(store, 2)
    stored = store.series.list(store.projects.default().id)[0]
    store.series.blob_path(stored.content_hash).unlink()

    assert back_up(store.home, tmp_path / "copy.tar").manifest.missing_series == 1


def test_samples_of_an_earlier_revision_are_missed_too(store: Store, tmp_path: Path) -> None:
    fill(store)
    project_id = store.projects.default().id
    first = store.series.list(project_id)[0]
    store.series.blob_path(store.series.revisions(project_id, first.id)[0].content_hash).unlink()

    manifest = back_up(store.home, tmp_path / "copy.tar").manifest

    assert (manifest.series, manifest.missing_series) == (3, 1)


def test_the_command_says_what_it_did(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(store, 2)
    copy, new = tmp_path / "copy.tar", tmp_path / "new"

    assert main(["--home", str(store.home), "--to", str(copy)]) == 0
    assert main(["--home", str(new), "--restore", str(copy)]) == 0
    assert main(["--home", str(new), "--restore", str(copy), "--force"]) == 0
    told = capsys.readouterr().out.splitlines()

    assert told[0] == f"backed up {store.home} to {copy}: 2 series, 0 decisions and 2 files"
    assert told[1] == f"restored {copy} to {new}: 2 series, 0 decisions and 2 files"
    assert told[2].startswith(f"{told[1]}; what was there before is in {new}.before-restore-")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--to", "copy.tar"], "holds no understudy.db, so there is nothing to back up"),
        (["--restore", "gone.tar"], "could not be restored"),
    ],
)
def test_the_command_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    door, name = arguments

    assert main(["--home", str(tmp_path / "none"), door, str(tmp_path / name)]) == 1
    told = capsys.readouterr()

    assert complaint in told.err
    assert "Traceback" not in told.err
    assert told.out == ""
