"""Where a run can compute: the CPU, and the CUDA devices that `nvidia-smi` tells of.

Asked from the worker's process, which must not load torch for it. A machine without the program,
or one whose driver does not answer, has a CPU and nothing else.
"""

import logging
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence, Set
from typing import Literal

import psutil

from core.model import Frozen

log = logging.getLogger("training.devices")

DeviceKind = Literal["cpu", "cuda"]
CPU = "cpu"
_ASK_S = 10.0
_MIB = 1024 * 1024


class Holder(Frozen):
    """A process that holds memory of a device, in bytes."""

    pid: int
    name: str
    used: int


class Device(Frozen):
    """A device with its memory in bytes; `uuid` names a CUDA device whatever its order is."""

    name: str
    kind: DeviceKind
    free: int
    total: int
    title: str = ""
    uuid: str = ""
    holders: tuple[Holder, ...] = ()


def devices() -> list[Device]:
    """Return the devices of this machine, the CPU first."""
    return [cpu(), *_cuda_devices()]


def cpu() -> Device:
    """Return the CPU, with the machine's memory; runs of several lanes share it."""
    memory = psutil.virtual_memory()
    return Device(name=CPU, kind="cpu", free=memory.available, total=memory.total)


def choose(
    found: Sequence[Device], usable: Set[DeviceKind], busy: Set[str] = frozenset()
) -> Device | None:
    """Return the device to start a run on: of those it can use and no run is on, the freest.

    A CUDA device comes before the CPU. None when all that it can use are busy.
    """
    there = [one for one in found if one.kind in usable and one.name not in busy]
    return max(there, key=lambda one: (one.kind == "cuda", one.free), default=None)


def variables(device: Device) -> Mapping[str, str]:
    """Return the environment that shows a run its own device and no other one."""
    return {"UNDERSTUDY_DEVICE": device.kind, "CUDA_VISIBLE_DEVICES": device.uuid}


def _cuda_devices() -> list[Device]:
    rows = _ask("--query-gpu=index,uuid,name,memory.free,memory.total")
    if not rows:
        return []
    held = _ask("--query-compute-apps=gpu_uuid,pid,process_name,used_memory")
    return [
        Device(
            name=f"cuda:{index}",
            kind="cuda",
            free=_bytes(free),
            total=_bytes(total),
            title=title,
            uuid=uuid,
            holders=tuple(
                Holder(pid=int(pid), name=os.path.basename(name), used=_bytes(used))
                for on, pid, name, used in held
                if on == uuid and pid.isdigit()
            ),
        )
        for index, uuid, title, free, total in rows
    ]


def _ask(query: str) -> list[list[str]]:
    """Return the rows of a query; none where the program is missing or does not answer."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    command = [program, query, "--format=csv,noheader,nounits"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=_ASK_S, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("nvidia-smi does not answer, so only the CPU is used: %s", error)
        return []
    width = query.count(",") + 1
    rows = [[cell.strip() for cell in line.split(",")] for line in said.stdout.splitlines()]
    return [row for row in rows if len(row) == width]


def _bytes(mebibytes: str) -> int:
    """Read a number of MiB; drivers write "[N/A]" where they do not know."""
    return int(mebibytes) * _MIB if mebibytes.isdigit() else 0
