"""Health in one line: worker, disk, GPU. Reads the system; changes nothing."""

import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from typing import Literal

from storage import Store
from training.launcher import worker_is_starting, worker_lives


@dataclass(frozen=True)
class Health:
    """State of the machine as the app needs it."""

    worker: Literal["ok", "starting", "not running"]
    disk_free_gb: float
    gpu: str

    @property
    def line(self) -> str:
        """Everything in one line for people."""
        return (
            f"worker {self.worker} · disk {self.disk_free_gb:,.0f} GB free · {self.gpu or 'no GPU'}"
        )


def health(store: Store) -> Health:
    """Look at the worker's lock, the disk under the data folder, and the GPU."""
    starting = "starting" if worker_is_starting(store.home) else "not running"
    return Health(
        worker="ok" if worker_lives(store.home) else starting,
        disk_free_gb=shutil.disk_usage(store.home).free / 1e9,
        gpu=gpu_name(),
    )


@cache
def gpu_name() -> str:
    """Return the first GPU's name as the driver's own tool says it; empty when there is none."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ""
    found = subprocess.run(
        [tool, "--query-gpu=name", "--format=csv,noheader"],
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )
    return found.stdout.splitlines()[0].strip() if found.returncode == 0 and found.stdout else ""
