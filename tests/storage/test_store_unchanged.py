"""What was read is kept until anybody commits anything, in this process or in another."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import StoreError
from core.policy import LabelPolicy
from storage import Store, open_store
from storage.unchanged import Unchanged


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database file in WAL mode with one row."""
    found = tmp_path / "one.db"
    with closing(sqlite3.connect(found)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE rows (value TEXT)")
        connection.execute("INSERT INTO rows VALUES ('first')")
        connection.commit()
    return found


def test_what_was_read_is_read_again_only_after_a_commit(path: Path) -> None:
    unchanged, reads = Unchanged(path), list[int]()

    def read() -> int:
        reads.append(1)
        return len(reads)

    assert [unchanged.kept("a", read), unchanged.kept("a", read)] == [1, 1]
    with closing(sqlite3.connect(path)) as other:
        other.execute("INSERT INTO rows VALUES ('second')")
        assert unchanged.kept("a", read) == 1  # not committed: nobody else sees it
        other.commit()
        assert unchanged.kept("a", read) == 2
    assert unchanged.kept("b", read) == 3
    unchanged.close()
    assert unchanged.kept("a", read) == 4  # another connection counts from another number
    unchanged.close()


def test_a_commit_while_something_is_read_makes_it_out_of_date(path: Path) -> None:
    unchanged = Unchanged(path)

    def overtaken() -> str:
        with closing(sqlite3.connect(path)) as other:
            other.execute("INSERT INTO rows VALUES ('meanwhile')")
            other.commit()
        return "before"

    assert unchanged.kept("a", overtaken) == "before"
    assert unchanged.kept("a", lambda: "after") == "after"
    unchanged.close()


def test_a_database_that_is_damaged_meanwhile_is_told_in_words(
    store: Store, project_id: str
) -> None:
    path = store.home / "understudy.db"
    store.close()
    path.write_bytes(b"no database" * 1_000)
    for read in (store.policies.current, store.corrections.events):
        with pytest.raises(StoreError, match="damaged"):
            read(project_id)


def test_another_process_s_policy_people_and_settings_hold_at_once(
    store: Store, project_id: str
) -> None:
    other = open_store(store.home)
    for version in range(3):
        assert store.policies.current(project_id).version == version
        other.policies.save(project_id, "ana", LabelPolicy(version=version))
        other.settings.set(project_id, "one", [version])
        kept = store.settings.get(project_id, "one")
        kept.append("a caller's own")
        assert store.settings.get(project_id, "one") == [version]
    other.close()
