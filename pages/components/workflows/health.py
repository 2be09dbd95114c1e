"""Health in one line: worker, disk, GPU. Reads the system; changes nothing."""

import shutil
import subprocess
from dataclasses import dataclass
from functools import cache

from storage import Store

WORKER_SILENT_AFTER_S = 30
LOW_DISK_GB = 2.0


@dataclass(frozen=True)
class Health:
    """State of the machine as the app needs it."""

    worker_alive: bool
    disk_free_gb: float
    gpu: str

    @property
    def line(self) -> str:
        """Everything in one line for people."""
        worker = "worker ok" if self.worker_alive else "worker not running"
        return f"{worker} · disk {self.disk_free_gb:,.0f} GB free · {self.gpu or 'no GPU'}"

    @property
    def good(self) -> bool:
        """Whether work can go on without a person looking into it."""
        return self.worker_alive and self.disk_free_gb >= LOW_DISK_GB


def health(store: Store) -> Health:
    """Look at the worker's heartbeat, the disk under the data folder, and the GPU."""
    alive = any(worker.alive(WORKER_SILENT_AFTER_S) for worker in store.jobs.workers())
    return Health(
        worker_alive=alive,
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
