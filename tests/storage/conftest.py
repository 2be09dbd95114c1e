"""A real store on a real file, in a folder whose name has a space and a percent sign."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Store, open_store


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "my home 100%"


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    opened = open_store(home)
    yield opened
    opened.close()


@pytest.fixture
def project_id(store: Store) -> str:
    return store.projects.default().id
