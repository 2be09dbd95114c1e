"""A home of the schema before findings opens with all it held, and findings can be kept in it."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from storage_samples import answer, filled

from core.annotations import LogEntry, Put, new_mark
from core.ids import new_id, utc_now
from core.mutes import Mute
from core.screening import screen
from storage import open_store
from storage.database import Database
from storage.migrate import alembic_config

NEW = ("detections", "mute_events", "findings_seen")


Columns = dict[str, list[str]]


def columns(path: Path) -> Columns:
    """Return the columns of each table."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
            "AND name != 'alembic_version'"
        ).fetchall()
        return {
            name: [f'"{row[1]}"' for row in connection.execute(f"PRAGMA table_info({name})")]
            for (name,) in names
        }


def dump(path: Path, wanted: Columns) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of these columns."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            name: connection.execute(
                f"SELECT {', '.join(these)} FROM {name} ORDER BY 1, 2"
            ).fetchall()
            for name, these in wanted.items()
        }


@pytest.fixture
def old_home(tmp_path: Path) -> Path:
    """A home at schema 0002: filled by the stores of today, copied row by row into old tables."""
    home = tmp_path / "home"
    modern = open_store(home)
    project_id = modern.projects.default().id
    one, two = filled(modern, 2)
    modern.answers.add_many(project_id, [answer(one), answer(two)])
    mark = Put(mark=new_mark("ana", 1, 5))
    modern.annotations.record(project_id, one.series_id, "ana", [mark])
    modern.events.add_many(
        project_id, [LogEntry(id=new_id(), series_id=None, tick=5, text="pump replaced")]
    )
    modern.close()
    (home / "understudy.db").rename(home / "modern.db")
    database = Database(home / "understudy.db", foreign_keys=False)
    with database.connect() as connection:
        command.upgrade(alembic_config(connection), "0002")
    database.close()
    there = columns(home / "understudy.db")
    held = dump(home / "modern.db", there)
    with closing(sqlite3.connect(home / "understudy.db")) as connection:
        for name, rows in held.items():
            for row in rows:
                marks = ", ".join("?" * len(row))
                connection.execute(
                    f"INSERT INTO {name} ({', '.join(there[name])}) VALUES ({marks})", row
                )
        connection.commit()
    return home


def test_an_old_home_opens_with_all_its_rows_and_takes_findings(old_home: Path) -> None:
    there = columns(old_home / "understudy.db")
    assert not {*NEW} & there.keys()
    before = dump(old_home / "understudy.db", there)
    assert len(before["answers"]) == 2 and len(before["annotations"]) == 1
    store = open_store(old_home)
    assert dump(old_home / "understudy.db", there) == before
    project_id = store.projects.default().id
    assert len(store.findings.said(project_id, ["rules"])) == 2
    assert store.detections.newest(project_id) == []
    assert store.mutes.list(project_id, include_lifted=True) == []
    row = store.series.list(project_id)[0]
    found = screen(store.series.data(row), "robust_z", row.id, row.revision)
    store.detections.add_many(project_id, "job", [found])
    now = utc_now()
    mute = Mute(
        id=new_id(),
        person="ana",
        reason="known",
        created_at=now,
        until=now + timedelta(days=1),
        series_id=row.id,
    )
    store.mutes.add(project_id, mute)
    store.findings.see(project_id, "ana", now)
    store.close()
    again = open_store(old_home)
    assert again.detections.newest(project_id) == [found]
    assert [state.mute for state in again.mutes.list(project_id)] == [mute]
    assert again.findings.seen_until(project_id, "ana") == now
