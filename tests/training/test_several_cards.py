"""Several cards at once: the shipped configurations, and the door that they start."""

from pathlib import Path

import pytest

from training import several_cards
from training.run_folder import RunFolder

CONFIGURATIONS = sorted(Path("training/accelerate").glob("*.yaml"))


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.stem)
def test_a_configuration_is_read_by_accelerate(path: Path) -> None:
    from accelerate.commands.config.config_args import load_config_from_file

    read = load_config_from_file(str(path))
    kinds = {"ddp": "MULTI_GPU", "fsdp": "FSDP"}
    assert str(read.distributed_type).rsplit(".", 1)[-1] == kinds[path.stem]
    assert read.mixed_precision == "bf16"
    assert bool(read.fsdp_config) == (path.stem == "fsdp")


def test_both_ways_are_shipped() -> None:
    assert [path.stem for path in CONFIGURATIONS] == ["ddp", "fsdp"]


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.stem)
def test_the_command_in_a_configuration_is_one_that_accelerate_takes(path: Path) -> None:
    from accelerate.commands.launch import launch_command_parser

    lines = [line.strip("# \\") for line in path.read_text().splitlines()[1:3]]
    words = " ".join(lines).split()
    assert words[:2] == ["accelerate", "launch"]
    read = launch_command_parser().parse_args(words[2:])
    assert read.config_file == str(path)
    assert read.module
    assert read.training_script == "training.several_cards"
    assert read.training_script_args == ["--run-dir", "RUN"]


def test_a_recipe_of_series_students_is_refused(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, {"kind": "train", "recipe": "pseudo_label"})
    assert several_cards.main(["--run-dir", str(tmp_path)]) == 1
    status = folder.status()
    assert status is not None
    assert "one processor is enough" in status.message
