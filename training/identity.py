"""What a training run is: run.json says of what its weights are a function, weights.sha256 which.

The same snapshot, recipe, settings, seed, versions and code give the same weights on the CPU of
one kind of machine. A run that goes on under other ones gets one entry more.
"""

import hashlib
import logging
import platform
import shutil
import subprocess
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from core.model import Frozen
from training import files

log = logging.getLogger("training")

RUN_FILE = "run.json"
WEIGHTS_FILE = "weights.sha256"
_PACKAGES = ("torch", "numpy")
_ROOT = Path(__file__).resolve().parents[1]


class Identity(Frozen):
    """Of what a run's weights are a function.

    `base` names what the student begins with and its revision. `code` is the SHA-256 of the sources
    of core and training, `commit` the one they were checked out from, empty where it is not known.
    """

    snapshot_hash: str
    recipe: str
    base: str
    settings: dict[str, Any]
    seed: int | None
    threads: int | None
    device: str
    versions: dict[str, str]
    platform: str
    code: str
    commit: str


class Executions(Frozen):
    """The identities under which a run was at work, in their order."""

    executions: tuple[Identity, ...] = ()


def identity(config: Mapping[str, Any], settings: Mapping[str, Any], base: str) -> Identity:
    """Return what this process is about to train, from its config and the machine it is on."""
    return Identity(
        snapshot_hash=str(config.get("snapshot_hash", "")),
        recipe=str(config["recipe"]),
        base=base,
        settings=dict(settings),
        seed=settings.get("seed"),
        threads=settings.get("threads"),
        device=str(config.get("device", "cpu")),
        versions={"python": platform.python_version(), **{one: version(one) for one in _PACKAGES}},
        platform=f"{platform.system()} {platform.machine()}",
        code=code_hash(),
        commit=_commit(),
    )


def note(folder: Path, now: Identity) -> None:
    """Write run.json; a run that goes on under another identity gets an entry and says so."""
    before = read(folder)
    if before and before[-1] == now:
        return
    if before:
        log.warning("the run goes on under another %s", ", ".join(_differing(before[-1], now)))
    whole = Executions(executions=(*before, now))
    files.write_json(folder / RUN_FILE, whole.model_dump(mode="json"))


def read(folder: Path) -> tuple[Identity, ...]:
    """Return the identities under which a run was at work; none before it was."""
    if not (folder / RUN_FILE).exists():
        return ()
    return Executions.model_validate(files.read_json(folder / RUN_FILE)).executions


def code_hash() -> str:
    """Return one hash of the sources that a training runs."""
    digest = hashlib.sha256()
    for path in sorted([*(_ROOT / "core").rglob("*.py"), *(_ROOT / "training").rglob("*.py")]):
        digest.update(f"{path.relative_to(_ROOT).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def write_weights_hash(folder: Path) -> str:
    """Hash the weights in a saved student's folder and leave the hash beside them."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".json":
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    files.write_atomically(folder / WEIGHTS_FILE, digest.hexdigest() + "\n")
    return digest.hexdigest()


def weights_hash(model: Path) -> str:
    """Return the hash of a trained model's weights; empty where none was left."""
    path = model / WEIGHTS_FILE
    return path.read_text().strip() if path.exists() else ""


def _differing(before: Identity, now: Identity) -> list[str]:
    old, new = before.model_dump(), now.model_dump()
    return [name for name in new if old[name] != new[name]]


def _commit() -> str:
    git = shutil.which("git")
    if git is None or not (_ROOT / ".git").exists():
        return ""
    said = subprocess.run(
        [git, "-C", str(_ROOT), "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    )
    return said.stdout.strip() if said.returncode == 0 else ""
