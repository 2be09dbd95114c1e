"""A home that the first version of the schema filled opens with everything it held."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from storage_samples import answer, events, filled, series

from core.errors import StoreError
from core.ids import new_id
from storage import Store, open_store
from storage.backup import back_up, restore
from storage.database import Database
from storage.migrate import alembic_config

NEW_TABLES = ("series_revisions", "annotations", "log_entries", "imported_labels")
_KEPT = ("series", "items", "answers", "corrections", "gold_ranges", "questions", "projects")


def rows(path: Path, table: str) -> list[dict[str, object]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1")]


@pytest.fixture
def old_home(tmp_path: Path) -> Iterator[Path]:
    """A home at schema 0001: filled by the stores of today, copied row by row into old tables."""
    modern = open_store(tmp_path / "modern")
    project_id = modern.projects.default().id
    one, two, _ = filled(modern, 3)
    modern.answers.add_many(project_id, [answer(one)])
    modern.corrections.record(
        project_id, one.id, "ana", "fix", expected_sequence=0, content=events((1, 5))
    )
    modern.gold.reserve(project_id, [(two.series_id, 0, 64)], "drawn")
    modern.series.archive(project_id, two.series_id)
    modern.close()
    old = tmp_path / "modern" / "old.db"
    database = Database(old, foreign_keys=False)
    with database.connect() as connection:
        command.upgrade(alembic_config(connection), "0001")
    database.close()
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("ATTACH DATABASE ? AS modern", (str(modern.home / "understudy.db"),))
        for (table,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
            "AND name != 'alembic_version'"
        ).fetchall():
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            columns = ", ".join(f'"{name}"' for name in names)
            connection.execute(
                f"INSERT INTO {table} ({columns}) SELECT {columns} FROM modern.{table}"
            )
        connection.commit()
    for path in modern.home.glob("understudy.db*"):
        path.unlink()
    old.rename(modern.home / "understudy.db")
    yield modern.home


def check(store: Store) -> None:
    project_id = store.projects.default().id
    listed = store.series.list(project_id, include_archived=True)
    assert [(row.info.name, row.revision, row.archived) for row in listed] == [
        ("pump 0", 1, False),
        ("pump 1", 1, True),
        ("pump 2", 1, False),
    ]
    for seed, row in enumerate(listed):
        (revision,) = store.series.revisions(project_id, row.id)
        assert (revision.number, revision.content_hash) == (1, row.content_hash)
        assert revision.created_at == row.created_at
        assert store.series.data(row, 1).values.tobytes() == series(seed).values.tobytes()
    assert store.series.news(project_id) == []
    assert len(store.corrections.current(project_id)) == 1


def test_an_old_home_opens_with_all_its_rows(old_home: Path) -> None:
    path = old_home / "understudy.db"
    before = {table: rows(path, table) for table in _KEPT}
    assert len(before["series"]) == 3 and "revision" not in before["series"][0]

    store = open_store(old_home)

    for table in _KEPT:
        after = [
            {name: value for name, value in row.items() if name in old}
            for row, old in zip(rows(path, table), before[table], strict=True)
        ]
        assert after == before[table]
    check(store)
    # and it can be worked with: the same content is known, history cannot be rewritten
    project_id = store.projects.default().id
    known = store.series.list(project_id)[0]
    assert store.series.add(project_id, series(0), known.info) == (known, False)
    for table in ("series_revisions", "corrections"):
        with pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only"):
            _delete(path, table)


def test_a_backup_of_an_old_home_opens_too(old_home: Path, tmp_path: Path) -> None:
    done = back_up(old_home, tmp_path / "copy.tar")
    restore(tmp_path / "copy.tar", tmp_path / "restored")

    assert (done.manifest.series, done.manifest.missing_series) == (3, 0)
    check(open_store(tmp_path / "restored"))


def test_a_migration_that_fails_leaves_the_home_as_it_was(old_home: Path) -> None:
    path = old_home / "understudy.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(
            "INSERT INTO items VALUES (?, 'gone', 'gone', 0, 1, 'gone', '')", (new_id(),)
        )
        connection.commit()

    with pytest.raises(StoreError, match="left at its old schema; restore a backup"):
        open_store(old_home)

    assert rows(path, "alembic_version") == [{"version_num": "0001"}]
    with closing(sqlite3.connect(path)) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert not names & set(NEW_TABLES)


def _delete(path: Path, table: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"DELETE FROM {table}")
