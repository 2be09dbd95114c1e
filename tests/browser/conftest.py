"""A real Chromium and a real server for the tests marked `browser`."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 40
Serve = Callable[[Path], str]


def _launch(playwright: Playwright) -> Browser:
    """Start Debian's Chromium when it is there, else the one that Playwright installed."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        return playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-background-networking"]
        )
    except Error as error:
        pytest.skip(f"no Chromium for browser tests: {str(error).splitlines()[0]}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a file: while Playwright is open no other event loop runs in its thread."""
    with sync_playwright() as playwright:
        found = _launch(playwright)
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page of 1440 x 900 in a context of its own."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{log.read_text()}")


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Return a function that serves a script with its own data folder and gives its address."""
    started: list[subprocess.Popen[bytes]] = []

    def start(script: Path) -> str:
        port = _free_port()
        log = tmp_path / "server.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "streamlit", "run", str(script)),
                    *("--server.port", str(port), "--server.headless", "true"),
                ],
                cwd=ROOT,
                env={
                    **os.environ,
                    "PYTHONPATH": str(ROOT),
                    "UNDERSTUDY_HOME": str(tmp_path / "home"),
                    "OMP_NUM_THREADS": "1",
                },
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        started.append(process)
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, process, log)
        return url

    yield start
    for process in started:
        process.terminate()
        process.wait(timeout=10)
    _end_worker(tmp_path / "home")


def _end_worker(home: Path) -> None:
    """End the worker that pages started: it outlives the server on purpose, but not a test."""
    record = home / "worker.start.json"
    if not record.exists():
        return
    try:
        worker = psutil.Process(json.loads(record.read_text())["pid"])
        worker.terminate()
        worker.wait(timeout=10)
    except psutil.NoSuchProcess:
        return
