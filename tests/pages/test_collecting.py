"""What a long collection leaves alive is not walked again by the next one."""

import gc
from collections.abc import Iterator

import pytest

from pages.components import collecting


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave the collector as it was."""
    thresholds, callbacks = gc.get_threshold(), list(gc.callbacks)
    gc.callbacks.clear()
    yield
    gc.set_threshold(*thresholds)
    gc.callbacks[:] = callbacks
    gc.unfreeze()


def test_after_a_long_collection_what_is_alive_is_set_aside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(collecting, "LONG_S", 0.0)
    collecting.set_aside()
    gc.collect()
    assert gc.get_freeze_count() > 10_000
    assert len(gc.get_objects()) < gc.get_freeze_count()


def test_all_is_looked_at_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "LONG_S", 0.0)
    collecting.set_aside()
    gc.collect()
    monkeypatch.setattr(collecting, "LONG_S", 1e9)
    gc.collect()
    assert gc.get_freeze_count() > 10_000
    monkeypatch.setattr(collecting, "LOOK_AGAIN_S", 0.0)
    gc.collect()
    assert gc.get_freeze_count() == 0


def test_asking_twice_adds_one_watcher() -> None:
    collecting.set_aside()
    collecting.set_aside()
    assert len(gc.callbacks) == 1
