"""Checkpoints: the last two are kept, a damaged one is noticed and the one before is taken."""

import logging
from pathlib import Path

import pytest
import torch

from training.recipes import checkpoints


def write(folder: Path, *steps: int) -> None:
    for step in steps:
        checkpoints.write(folder, step, {"step": step, "model": torch.full((2,), float(step))})


def step_of(folder: Path) -> int | None:
    state = checkpoints.newest(folder)
    return None if state is None else int(state["step"])


def test_the_newest_is_taken_and_the_last_two_are_kept(tmp_path: Path) -> None:
    write(tmp_path, 2, 4, 10)

    assert [path.name.split("-")[1] for path in checkpoints.found(tmp_path)] == [
        "00000004",
        "00000010",
    ]
    assert step_of(tmp_path) == 10
    assert step_of(tmp_path / "nothing here") is None


@pytest.mark.parametrize("damage", ["cut", "one bit", "empty"])
def test_a_damaged_one_is_removed_and_the_one_before_is_taken(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, 100, 200)
    newest = checkpoints.found(tmp_path)[-1]
    data = bytearray(newest.read_bytes())
    data[len(data) // 2] ^= 1
    whole = {"cut": data[:-10], "one bit": data, "empty": b""}
    newest.write_bytes(whole[damage])

    with caplog.at_level(logging.WARNING):
        assert step_of(tmp_path) == 100

    assert caplog.messages[0].startswith("the checkpoint of step 200 is damaged and not used")
    assert not newest.exists()


def test_with_all_of_them_damaged_there_is_none(tmp_path: Path) -> None:
    write(tmp_path, 1, 2)
    for path in checkpoints.found(tmp_path):
        path.write_bytes(b"rubbish")

    assert step_of(tmp_path) is None


def test_a_half_written_one_is_no_checkpoint(tmp_path: Path) -> None:
    write(tmp_path, 1)
    (tmp_path / "checkpoint.new").write_bytes(b"half")

    assert step_of(tmp_path) == 1
    write(tmp_path, 2)
    assert step_of(tmp_path) == 2


def test_one_of_an_earlier_version_is_taken_and_then_replaced(tmp_path: Path) -> None:
    torch.save({"step": 7}, tmp_path / "checkpoint.pt")
    assert step_of(tmp_path) == 7

    write(tmp_path, 8)
    assert [path.name.split("-")[1] for path in tmp_path.glob("*.pt")] == ["00000008"]
