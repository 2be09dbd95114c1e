"""The command line of the benchmarks for those who have weights, and the published settings."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from benchmarks.reasoner_stages import RECIPES, STAGES, Settings, StageName
from core.errors import AppError, ConfigError
from core.render_presets import PRESETS as RENDERS
from core.students.vlm_licences import SUGGESTED
from training.examples import TrainingStopped
from training.presets import PRESETS

TINY_TOKENS = 40
TINY = (
    "sft.steps=80",
    "sft.batch_size=8",
    "sft.accumulate=1",
    "sft.lora_rank=0",
    "sft.learning_rate=0.01",
    "sft.n_validation=2",
    "sft.n_probes=1",
    "rejection_sampling.samples=2",
    "rejection_sampling.steps=2",
    "rejection_sampling.batch_size=2",
    "rejection_sampling.accumulate=1",
    "rejection_sampling.lora_rank=2",
    "rejection_sampling.n_validation=2",
    "dpo.samples=4",
    "dpo.steps=2",
    "dpo.accumulate=2",
    "dpo.lora_rank=2",
    "dpo.validate_on=2",
    "grpo.steps=2",
    "grpo.group_size=2",
    "grpo.accumulate=2",
    "grpo.lora_rank=2",
    "grpo.validate_on=2",
    "grpo.pause_at_kl=0",
)


def parser(about: str, stages: Sequence[StageName]) -> argparse.ArgumentParser:
    """Return the options that both benchmarks have; `stages` are those that run by default."""
    made = argparse.ArgumentParser(description=about.splitlines()[0])
    made.add_argument("--base", default=SUGGESTED, help="a model's id or folder, or a version's")
    made.add_argument("--data", type=Path, help="the folder of the data")
    made.add_argument("--work", type=Path, help="keeps everything there, and goes on from it")
    made.add_argument("--stages", nargs="+", choices=STAGES, default=list(stages))
    made.add_argument("--limit", type=int, default=0, help="series of each part at most; 0: all")
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--validation-share", type=float, default=0.1, help="of the training series")
    made.add_argument("--render", choices=tuple(RENDERS), help="how windows are drawn")
    made.add_argument("--max-new-tokens", type=int, help="tokens that an answer may take")
    made.add_argument("--batch-size", type=int, default=8, help="test windows asked at once")
    made.add_argument(
        "--set", nargs="+", default=[], metavar="STAGE.SETTING=VALUE", help="as sft.steps=400"
    )
    made.add_argument("--tiny", action="store_true", help="tiny data and a tiny random model")
    return made


def carried_out(
    given: Any,
    benchmark: Callable[[Any, Path], dict[str, Any]],
    write_data: Callable[..., Path],
    texts: tuple[str, ...],
) -> dict[str, Any]:
    """Run a benchmark with its options and a work folder; returns and prints what it measured.

    Args:
        write_data: writes tiny data into a folder, by a seed.
        texts: answers as the tiny model learns them.
    """
    with tempfile.TemporaryDirectory() as scratch, said_plainly():
        work: Path = given.work or Path(scratch)
        if given.tiny:
            tiny(given, work / "tiny", write_data, texts)
        if given.data is None:
            raise ConfigError("--data names no folder; give one, or --tiny")
        result = benchmark(given, work)
    print(json.dumps(result))
    return result


@contextmanager
def said_plainly() -> Generator[None]:
    """Print what recipes tell of their data, and end with the text of an error alone."""
    log = logging.getLogger("training")
    told = logging.StreamHandler(sys.stdout)
    log.addHandler(told)
    before = log.level
    log.setLevel(logging.INFO)
    try:
        yield
    except (AppError, TrainingStopped) as error:
        raise SystemExit(str(error)) from error
    finally:
        log.removeHandler(told)
        log.setLevel(before)


def tiny(given: Any, folder: Path, write_data: Callable[..., Path], texts: tuple[str, ...]) -> None:
    """Write tiny data and a tiny model, and set everything small that was not set.

    Args:
        write_data: writes the data into a folder, by a seed.
        texts: answers as they are learned, which the tokenizer then knows, so that they are short.
    """
    from benchmarks.tiny_vlm import Tiny, write_tiny

    os.environ["HF_HUB_OFFLINE"] = "1"
    if not (folder / "base").is_dir():
        write_data(folder / "data", seed=given.seed)
        part = write_tiny(folder / "base.part", "llava", Tiny(texts=texts * 20))
        part.rename(folder / "base")
    given.data, given.base = folder / "data", str(folder / "base")
    given.max_new_tokens = given.max_new_tokens or TINY_TOKENS
    given.set = [*TINY, *given.set]


def published(recipe: str, *presets: str) -> dict[str, Any]:
    """Return the settings of a recipe in the first of these published chains that has it.

    Without how long an answer may be, which is an option of its own and the same for all stages.
    """
    for key in presets:
        for stage in PRESETS[key].stages:
            if stage.recipe == recipe:
                return {name: x for name, x in stage.settings.items() if name != "max_new_tokens"}
    return {}


def settings_of(given: Sequence[str], settings: Settings) -> dict[StageName, dict[str, Any]]:
    """Return settings by stage with those of a command line, `sft.steps=50`, on top.

    Raises:
        ConfigError: one names no stage or no setting of it, or its value is of another type.
    """
    found: dict[StageName, dict[str, Any]] = {
        stage: dict(settings.get(stage, {})) for stage in RECIPES
    }
    for text in given:
        where, _, value = text.partition("=")
        name, _, key = where.partition(".")
        stage: StageName | None = next((one for one in RECIPES if one == name), None)
        options = () if stage is None else fields(RECIPES[stage][1])
        known = {one.name: one.default for one in options}
        if stage is None or key not in known or key == "base":
            raise ConfigError(
                f"{text!r} sets nothing; write STAGE.SETTING=VALUE with a stage of "
                f"{', '.join(RECIPES)} and one of its settings"
                + (f": {', '.join(sorted(set(known) - {'base'}))}" if known else "")
            )
        found[stage][key] = _value(text, value, type(known[key]))
    return found


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return a table as lines, its columns under each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def per_cent(found: Sequence[float] | float | None) -> str:
    """Return a share, or [share, low, high], in per cent; `-` where it is undefined."""
    if found is None:
        return "-"
    if isinstance(found, float | int):
        return f"{100 * found:.1f}"
    value, low, high = (100 * one for one in found)
    return f"{value:.1f} [{low:.0f}, {high:.0f}]"


def _value(text: str, value: str, wanted: type) -> Any:
    if wanted is str:
        return value
    try:
        read = json.loads(value.lower() if wanted is bool else value)
    except ValueError:
        read = None
    if wanted is float and type(read) is int:
        read = float(read)
    if type(read) is not wanted:
        raise ConfigError(f"{text!r} is no {wanted.__name__}; give one, as in sft.steps=400")
    return read
