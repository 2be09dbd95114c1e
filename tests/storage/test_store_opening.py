"""Opening a home: made when missing, upgraded when old, refused in words when unusable."""

import multiprocessing
import sqlite3
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from core.errors import StoreError
from storage import Store, open_store
from storage.database import Database
from storage.migrate import alembic_config, migrate
from storage.tables import Base


def test_a_new_home_has_one_project_with_the_default_questions(store: Store) -> None:
    (project,) = store.projects.list()

    assert (project.name, project.zone) == ("Default", "UTC")
    assert [question.kind for question in store.questions.current(project.id)] == [
        "anomaly",
        "pattern",
    ]


def test_opening_again_changes_nothing(home: Path) -> None:
    first = open_store(home)
    second = open_store(home)

    assert second.projects.list() == first.projects.list()
    assert second.questions.list(second.projects.default().id) == first.questions.list(
        first.projects.default().id
    )


def test_every_connection_is_durable_and_checks_references(store: Store) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 30000, "foreign_keys": 1}
    for _ in range(2):
        with store.db.read() as session:
            seen = {name: session.scalar(text(f"PRAGMA {name}")) for name in wanted}
        assert seen == wanted
        store.close()


def test_migrations_make_exactly_the_tables_of_the_code(tmp_path: Path) -> None:
    path = tmp_path / "understudy.db"
    migrate(path)
    migrate(path)  # current already: nothing to do

    database = Database(path)
    with database.connect() as connection:
        command.check(alembic_config(connection))  # raises when the tables differ from the code
        made = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")))
    database.close()
    assert made == {*Base.metadata.tables, "alembic_version", "sqlite_sequence"}


def _open_and_name_project(home: str) -> str:
    opened = open_store(Path(home))
    project = opened.projects.default().id
    opened.close()
    return project


def test_processes_that_start_together_share_one_project(home: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(3, mp_context=spawn) as pool:
        projects = set(pool.map(_open_and_name_project, [str(home)] * 3))

    assert len(projects) == 1
    assert [project.id for project in open_store(home).projects.list()] == list(projects)


def test_a_database_of_a_newer_version_is_refused(home: Path) -> None:
    open_store(home).close()
    with closing(sqlite3.connect(home / "understudy.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    with pytest.raises(StoreError, match=r"schema 9999, which a newer version .* update the app"):
        open_store(home)


def test_a_file_that_is_no_database_is_refused(home: Path) -> None:
    home.mkdir()
    (home / "understudy.db").write_bytes(b"this is a text, not a database" * 200)

    with pytest.raises(StoreError, match=r"is damaged .* restore a backup"):
        open_store(home)


def test_a_database_with_broken_pages_is_refused_when_they_are_read(home: Path) -> None:
    opened = open_store(home)
    opened.close()
    with closing(sqlite3.connect(home / "understudy.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
    content = bytearray((home / "understudy.db").read_bytes())
    content[4096:] = b"\x55" * (len(content) - 4096)
    (home / "understudy.db").write_bytes(content)

    with pytest.raises(StoreError, match=r"is damaged .* restore a backup"):
        open_store(home)


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")

    with pytest.raises(StoreError, match=r"cannot be made .* UNDERSTUDY_HOME"):
        open_store(tmp_path / "home")
