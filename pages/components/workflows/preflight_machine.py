"""What of the machine speaks against a training: disk, memory, cards, packages. No Streamlit.

Nothing heavy is loaded for it: the build of torch is read from its package's metadata.
"""

import importlib.metadata
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from core.teachers.endpoint import Endpoint
from pages.components.words import byte_size
from training.devices import Device, Holder
from training.pace import Cost

DISK_LEAST = 500_000_000
"""Bytes that must be free whatever is trained: checkpoints are written beside their successor."""
MEMORY_LEAST = 900_000_000
"""Bytes that a training of the example takes (0.64 GB measured), with room; more data take more."""
COPIES = 4
"""Times that a training holds its samples: as stored, cut, as tensors, and in a batch."""
NEEDED = ("torch", "safetensors", "scikit-learn")
"""Packages that every training imports."""
CPU_BUILD = "+cpu"
CARD_LEAST = 2_000_000_000
"""Bytes of a card below which hardly any training fits."""


@dataclass(frozen=True)
class Finding:
    """One line of the preflight list; a blocking one keeps the training from starting.

    `fix` says what to do, where the text does not.
    """

    text: str
    blocks: bool = False
    fix: str = ""

    @property
    def whole(self) -> str:
        """What is the matter and what to do."""
        return f"{self.text} {self.fix}".strip()


def disk(free: int, samples: int) -> list[Finding]:
    """Compare the free bytes under the data folder with what a run will write.

    Args:
        samples: bytes of the samples that a snapshot holds.
    """
    needed = DISK_LEAST + samples
    if free >= needed:
        return []
    return [
        Finding(
            f"Only {byte_size(free)} are free under the data folder; a training needs about "
            f"{byte_size(needed)} for its snapshot and checkpoints.",
            blocks=True,
            fix="Free some, or move the data folder to a larger disk (UNDERSTUDY_HOME).",
        )
    ]


def memory(available: int, total: int, samples: int, cost: Cost | None) -> list[Finding]:
    """Compare the memory that is free with what a run will take.

    Args:
        cost: of a training, from earlier ones; None leaves it to an estimate.
    """
    held = cost.memory_mb if cost is not None else None
    needed = int(held * 1e6) if held is not None else MEMORY_LEAST + COPIES * samples
    if available >= needed:
        return []
    said = "as an earlier one did" if held is not None else "by estimate"
    return [
        Finding(
            f"A training takes about {byte_size(needed)} of memory, {said}; "
            f"{byte_size(available)} of {byte_size(total)} are free.",
            blocks=needed > total,
            fix="Close other programs, or learn from fewer or shorter series.",
        )
    ]


def packages(missing: Sequence[str]) -> list[Finding]:
    """Name the packages that are not installed."""
    if not missing:
        return []
    return [
        Finding(
            f"Not installed, and needed to train: {', '.join(missing)}.",
            blocks=True,
            fix=f"Run `pip install {' '.join(missing)}` in the app's environment and start the "
            "app again.",
        )
    ]


def missing_packages(names: Sequence[str] = NEEDED) -> list[str]:
    """Return those of the packages that are not installed."""
    return [name for name in names if not _version(name)]


def cards(
    found: Sequence[Device], torch: str, endpoints: Sequence[Endpoint], listening: Mapping[int, int]
) -> list[Finding]:
    """Say which cards are busy and with what, and whether torch can use any.

    Args:
        found: devices of the machine, the CPU among them.
        torch: version of the package, "" when it is not installed.
        endpoints: of the project's teachers.
        listening: ports that processes listen on, with their process ids.
    """
    graphic = [one for one in found if one.kind == "cuda"]
    notes = [_busy(one, endpoints, listening) for one in graphic if one.free < CARD_LEAST]
    if graphic and torch.endswith(CPU_BUILD):
        notes.append(
            Finding(
                f"The machine has a {graphic[0].title or graphic[0].name}, but torch {torch} is "
                "the build without CUDA: a training runs on the CPU.",
                fix="Install the build with CUDA (pytorch.org says which) to use the card.",
            )
        )
    return notes


def _busy(device: Device, endpoints: Sequence[Endpoint], listening: Mapping[int, int]) -> Finding:
    ports = {pid: port for port, pid in listening.items()}
    holders = ", ".join(
        f"{_holder(one, endpoints, ports.get(one.pid))}, {byte_size(one.used)}"
        for one in sorted(device.holders, key=lambda one: -one.used)
    )
    held = f" Held by {holders}." if holders else ""
    return Finding(
        f"{device.title or device.name} has {byte_size(device.free)} of {byte_size(device.total)} "
        f"free.{held}",
        fix="A training that needs the card waits or fails: stop what holds it, or train on the "
        "CPU.",
    )


def _holder(one: Holder, endpoints: Sequence[Endpoint], port: int | None) -> str:
    """Name the process that holds a card: a teacher's server by the port it listens on."""
    for endpoint in endpoints:
        if endpoint.is_local and port is not None and urlsplit(endpoint.base_url).port == port:
            return f"your teacher server “{endpoint.name}” (process {one.pid})"
    return f"{one.name or 'a process'} (process {one.pid})"


def listening_ports(pids: Sequence[int]) -> dict[int, int]:
    """Return the ports that these processes listen on, with the process; the rest is not ours."""
    found: dict[int, int] = {}
    for pid in pids:
        try:
            links = psutil.Process(pid).net_connections(kind="inet")
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        found |= {one.laddr.port: pid for one in links if one.status == psutil.CONN_LISTEN}
    return found


def torch_version() -> str:
    """Return the installed version of torch, "" without one; torch itself is not loaded."""
    return _version("torch")


def free_disk(home: Path) -> int:
    """Return the bytes that are free under a folder."""
    return shutil.disk_usage(home).free


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
