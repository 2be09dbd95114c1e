"""The same few items, answered again and again while a model learns: how its reasoning changes.

They are chosen once, from validation items where there are any, as different as they come; what is
written on them is the likeliest text at that step, nothing drawn. One line each lies beside the
checkpoints of a training. Pure.
"""

import random
from collections.abc import Sequence
from pathlib import Path

from core.model import Frozen
from training import files
from training.examples import TrainingExample
from training.run_folder import RunFolder

FILE = "probes.jsonl"
N_PROBES = 5


class Probe(Frozen):
    """What the model wrote on one of the fixed items after a step; 0 is before the first.

    Attributes:
        reward: what the text earned, None where nothing is rewarded.
        score: how right it is by the question kind's score, in [0, 1].
    """

    step: int
    item_id: str
    text: str
    score: float
    reward: float | None = None


def choose(
    examples: Sequence[TrainingExample], seed: int, n: int = N_PROBES
) -> list[TrainingExample]:
    """Choose the fixed items: validation items first, one of each question and answer in turn."""
    held = [one for one in examples if one.split == "validation"] or list(examples)
    shuffled = random.Random(f"probes {seed}").sample(held, len(held))
    by_kind: dict[tuple[str, str], list[TrainingExample]] = {}
    for one in shuffled:
        said = one.content.label or ("events" if one.content.intervals else "none")
        by_kind.setdefault((one.question_id, said), []).append(one)
    chosen: list[TrainingExample] = []
    while len(chosen) < min(n, len(held)):
        for several in by_kind.values():
            if several and len(chosen) < n:
                chosen.append(several.pop())
    return chosen


def append(folder: Path, probes: Sequence[Probe]) -> None:
    """Add what was written after one step."""
    folder.mkdir(parents=True, exist_ok=True)
    files.append_lines(folder / FILE, [one.model_dump_json() for one in probes])


def read(folder: Path) -> list[Probe]:
    """Return all probes of a training, the oldest first; each item and step once."""
    lines, _ = files.read_lines(folder / FILE)
    found = [Probe.model_validate_json(line) for line in lines]
    # A run that went on from an earlier step wrote the later ones again: the last line counts.
    latest = {(one.step, one.item_id): one for one in found}
    return sorted(latest.values(), key=lambda one: one.step)


def of_run(folder: RunFolder, name: str = "student") -> list[Probe]:
    """Return the probes of a run's training; empty for one that has none."""
    return read(folder.checkpoints / name)


def by_item(probes: Sequence[Probe]) -> dict[str, list[Probe]]:
    """Return the probes of each item in the order of the steps."""
    found: dict[str, list[Probe]] = {}
    for one in probes:
        found.setdefault(one.item_id, []).append(one)
    return found
