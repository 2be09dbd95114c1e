"""Settings of all tests: what is the same for thousands of them is computed once."""

import shutil
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A deadline measures the machine's load, not the code.
settings.register_profile("any-load", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-load")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the files of browser tests evenly over the others, slow ones first; files stay whole.

    They take longest. Several browsers and servers at once wait for each other until their patience
    ends, and as the last files of a run slow ones would keep the other processes idle.
    """
    files = [list(same) for _, same in groupby(items, key=lambda item: item.path)]
    slow = [file for file in files if file[0].get_closest_marker("browser")]
    quick = [file for file in files if not file[0].get_closest_marker("browser")]
    quick.sort(key=lambda file: not any(item.get_closest_marker("slow") for item in file))
    apart = len(quick) // (len(slow) + 1)
    spread: list[list[pytest.Item]] = []
    for place, file in enumerate(reversed(slow)):  # the walk through the whole app takes longest
        spread += [file, *quick[place * apart : (place + 1) * apart]]
    spread += quick[len(slow) * apart :]
    items[:] = [item for file in spread for item in file]


@pytest.fixture(scope="session", autouse=True)
def packages_are_scanned_once() -> None:
    """Let Streamlit look through the installed packages once, not in every `AppTest`."""
    from streamlit.components.v2 import manifest_scanner

    found = manifest_scanner.scan_component_manifests()
    manifest_scanner.scan_component_manifests = lambda max_workers=None: found


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the newest schema."""
    from storage.migrate import migrate

    path = tmp_path_factory.mktemp("migrated") / "empty.db"
    migrate(path)
    return path


@pytest.fixture(autouse=True)
def new_databases_are_copies(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Begin tests of pages and jobs with a copy of a migrated database; the store's own migrate."""
    if request.path.relative_to(request.config.rootpath).parts[1] not in ("pages", "training"):
        return
    empty: Path = request.getfixturevalue("migrated")

    from storage import store
    from storage.migrate import migrate

    def copy_or_migrate(path: Path) -> None:
        if path.exists():
            migrate(path)
        else:
            shutil.copyfile(empty, path)

    monkeypatch.setattr(store, "migrate", copy_or_migrate)
