"""A Streamlit server for the benchmarks that drive a browser: started, and waited for."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "app.py"
WAIT_S = 120.0


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def address_of(port: int) -> str:
    """Return where a server on a port answers."""
    return f"http://127.0.0.1:{port}"


def launch(script: Path, port: int, env: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
    """Start a server on a script and wait until it answers.

    Args:
        env: variables on top of this process's own.
        log: file that all it prints is added to.

    Raises:
        SystemExit: when it ends, or does not answer in time.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", str(script)),
                *("--server.port", str(port), "--server.headless", "true"),
            ],
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1", **env},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{address_of(port)}/_stcore/health", timeout=1).close()
            return process
        time.sleep(0.1)
    process.kill()
    raise SystemExit(f"the server did not start; see {log}")
