"""The app, its worker and a browser for `benchmarks.review_kills`: started, held, killed.

`benchmarks/review_held/sitecustomize.py` is what holds: no code of the product knows of it.
"""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Generator
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, Playwright

from benchmarks.app_server import APP, ROOT, address_of, free_port, launch
from training.launcher import worker_lives

SIZE = {"width": 1440, "height": 900}
WAIT_S = 120.0
LOOK_S = 0.02


class App:
    """The Streamlit server of a home, and the worker that it starts."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.held = home.parent / "held"
        self.held.mkdir()
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return address_of(self.port)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        path = f"{ROOT / 'benchmarks' / 'review_held'}{os.pathsep}{ROOT}"
        held = {"PYTHONPATH": path, "REVIEW_HELD": str(self.held)}
        env = {**held, "UNDERSTUDY_HOME": str(self.home)}
        self._process = launch(APP, self.port, env, self.home.parent / "server.log")

    def kill(self) -> None:
        """Kill the server at once."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def kill_worker(self) -> bool:
        """Kill the worker at once; False when none was at work."""
        record = self.home / "worker.start.json"
        with contextlib.suppress(psutil.NoSuchProcess, FileNotFoundError):
            worker = psutil.Process(json.loads(record.read_text())["pid"])
            alive = worker.status() != psutil.STATUS_ZOMBIE
            worker.kill()
            worker.wait(10)
            return alive
        return False

    def wait_for_worker(self) -> None:
        """Wait until a worker is at work: it holds its lock then."""
        until = time.monotonic() + WAIT_S
        while not worker_lives(self.home):
            if time.monotonic() > until:
                raise SystemExit(f"no worker came; see {self.home / 'worker.log'}")
            time.sleep(LOOK_S)

    @contextlib.contextmanager
    def holding(self, role: str) -> Generator[None]:
        """Hold the next write of the app or of the worker open until the `with` ends."""
        hold, held = self.held / f"hold-{role}", self.held / f"held-{role}"
        held.unlink(missing_ok=True)
        hold.touch()
        try:
            yield
        finally:
            hold.unlink()

    def is_held(self, role: str, wait_s: float = WAIT_S) -> bool:
        """Wait for a write to be held; True when the database really is locked by it."""
        until = time.monotonic() + wait_s
        while not (self.held / f"held-{role}").exists():
            if time.monotonic() > until:
                return False
            time.sleep(LOOK_S)
        return self._is_locked()

    def _is_locked(self) -> bool:
        probe = sqlite3.connect(self.home / "understudy.db", timeout=0, isolation_level=None)
        try:
            probe.execute("BEGIN IMMEDIATE")
            probe.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return True
        finally:
            probe.close()
        return False


class Chromium:
    """A browser with one page on the desk."""

    def __init__(self, playwright: Playwright) -> None:
        self._playwright = playwright
        self._browser: Browser | None = None
        self._page: Page | None = None

    @property
    def page(self) -> Page:
        assert self._page is not None
        return self._page

    def start(self) -> None:
        """Start the browser and open an empty page."""
        self._browser = self._playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        self._page = self._browser.new_page(
            viewport=SIZE  # pyright: ignore[reportArgumentType] # a plain dict will do
        )

    def kill(self) -> None:
        """Kill the browser's processes at once."""
        chromes = [one for one in psutil.Process().children(recursive=True) if _is_chrome(one)]
        for one in chromes:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(chromes, timeout=10)

    def close(self) -> None:
        """End it in peace."""
        if self._browser is not None and self._browser.is_connected():
            self._browser.close()


def _is_chrome(process: psutil.Process) -> bool:
    try:
        return "chrom" in process.name()
    except psutil.NoSuchProcess:
        return False
