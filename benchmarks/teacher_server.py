"""The test server of `benchmarks.teacher`, as a process of its own."""

import contextlib
import json
import subprocess
import sys
import urllib.request
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Server:
    """Where the server is, and what it says of itself."""

    url: str

    def counts(self) -> dict[str, int]:
        """Return how many requests were received, answered, answered twice, and are in flight."""
        with urllib.request.urlopen(self.url) as response:
            return json.load(response)

    def requests(self) -> dict[str, list[str]]:
        """Return digests: of all requests `received`, in order, and of those answered `twice`."""
        with urllib.request.urlopen(f"{self.url}/requests") as response:
            return json.load(response)


@contextlib.contextmanager
def served(latency_s: float, *options: str) -> Generator[Server]:
    """Serve for as long as the `with` lasts; `options` are those of `tests.openai_server`."""
    command = [sys.executable, "-m", "tests.openai_server", "--latency", str(latency_s), *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Server(process.stdout.readline().strip())
        finally:
            process.terminate()
