"""Which image-text models are suggested, what their licences permit, and what a download takes.

The facts were read in public and are given with their source; nobody here is a lawyer. Of a model
that is not listed the licence is unknown, and that is said. No torch, no network: a page shows
this before anything is fetched.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.errors import ConfigError

Commercial = Literal["yes", "no", "with conditions", "unknown"]
GB = 1e9
ROOM = 1.1
"""How much more than a model's own size the disk must have: files are written beside each other."""


@dataclass(frozen=True)
class ModelFacts:
    """What is known of a model before it is fetched.

    Attributes:
        parameters: in thousand millions, counted from its configuration.
        download_gb: of its weight files, in 10^9 bytes: two bytes a parameter.
        licence: its name; empty when unknown.
        commercial: whether the licence permits commercial use.
        source: where the licence was read.
    """

    id: str
    parameters: float
    download_gb: float | None
    licence: str
    commercial: Commercial
    source: str = ""
    remark: str = ""

    @property
    def licence_said(self) -> str:
        """The licence as one sentence."""
        if self.commercial == "unknown":
            return "licence unknown: read the model's card before it is used"
        said = {
            "yes": "commercial use is permitted",
            "no": "research only, no commercial use",
            "with conditions": "commercial use under conditions",
        }[self.commercial]
        return f"{self.licence}: {said}"


_QWEN = "github.com/QwenLM/Qwen3-VL issues 963 and 1273"
MODELS: tuple[ModelFacts, ...] = (
    ModelFacts(
        "Qwen/Qwen2.5-VL-7B-Instruct",
        8.3,
        16.6,
        "Apache-2.0",
        "yes",
        _QWEN,
        "the papers' larger model (VisAnomReasoner 7B)",
    ),
    ModelFacts(
        "Qwen/Qwen3-VL-4B-Instruct",
        4.4,
        8.9,
        "Apache-2.0",
        "yes",
        "github.com/Robbyant/lingbot-vla issue 64",
        "the smaller one whose licence permits commercial use",
    ),
    ModelFacts(
        "Qwen/Qwen2.5-VL-3B-Instruct",
        3.8,
        7.5,
        "Qwen Research License",
        "no",
        _QWEN,
        "the papers' smaller model (TimeMaster, VisAnomReasoner 3B)",
    ),
)
SUGGESTED = MODELS[1].id
"""Fits one card of 24 GB with room for training, and its licence permits commercial use."""


@dataclass(frozen=True)
class Download:
    """What fetching a model would take.

    Attributes:
        there: it lies on this machine already, so nothing is fetched.
        free_gb: of the disk that it would be written to, in 10^9 bytes.
    """

    facts: ModelFacts
    there: bool
    free_gb: float

    @property
    def fits(self) -> bool | None:
        """Whether the disk has room; None when the model's size is not known."""
        if self.there or self.facts.download_gb is None:
            return True if self.there else None
        return self.free_gb >= ROOM * self.facts.download_gb

    @property
    def said(self) -> str:
        """Licence, size and room as text for people."""
        size = self.facts.download_gb
        if self.there:
            fetched = "it lies on this machine already"
        elif size is None:
            fetched = f"its size is unknown; {self.free_gb:.0f} GB are free"
        else:
            fetched = f"a download of {size:.1f} GB; {self.free_gb:.0f} GB are free"
        return f"{self.facts.licence_said}; {fetched}"


def facts_of(source: str) -> ModelFacts:
    """Return what is known of a model by its id or path; a licence that is not known is said so."""
    for one in MODELS:
        if one.id.lower() == source.lower():
            return one
    return ModelFacts(source, 0.0, None, "", "unknown")


def download_of(source: str) -> Download:
    """Say what fetching a model would take; a folder is there already."""
    there = Path(source).expanduser().is_dir() or (_cached(source) is not None)
    disk = _existing(hub_folder())
    return Download(facts_of(source), there, shutil.disk_usage(disk).free / GB)


def refuse_download(source: str) -> None:
    """Raise ConfigError when the disk has no room for a model that would have to be fetched."""
    download = download_of(source)
    if download.fits is False:
        raise ConfigError(
            f"the image-text model {source!r} takes {download.facts.download_gb:.1f} GB and "
            f"{download.free_gb:.1f} GB are free in {hub_folder()}; make room, set HF_HOME to a "
            "larger disk, or give the folder of a model that is on this machine"
        )


def hub_folder() -> Path:
    """Return where models from the hub are kept."""
    home = Path(os.environ.get("HF_HOME", "~/.cache/huggingface"))
    return Path(os.environ.get("HF_HUB_CACHE", home / "hub")).expanduser()


def _cached(source: str) -> Path | None:
    """Return the folder of a model that was fetched before, with weights in it."""
    folder = hub_folder() / f"models--{source.replace('/', '--')}" / "snapshots"
    found = sorted(folder.glob("*/*.safetensors")) if folder.is_dir() else []
    return found[0].parent if found else None


def _existing(folder: Path) -> Path:
    """Return the nearest folder that exists, whose disk is the one that counts."""
    while not folder.exists():
        folder = folder.parent
    return folder
