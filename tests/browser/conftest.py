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
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from pages.components.chart.assets import publish

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 40
Serve = Callable[[Path], str]


def _launch(playwright: Playwright) -> Browser:
    """Start Debian's Chromium when it is there, else the one that Playwright installed."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        return playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-background-networking", "--disable-gpu"],
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
    with _serving(tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for all tests of a file."""
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The app, served once to all tests of a file, over the data in `folder / "home"`.

    A server takes seconds to start and to draw its first page; tests that share one have items of
    their own.
    """
    with _serving(folder) as start:
        yield start(ROOT / "app.py")


@pytest.fixture(scope="module")
def serve_once(folder: Path) -> Iterator[Callable[[str], str]]:
    """Return a function that serves one of the scripts here to all tests of a file.

    Its static folder is filled as at the start of the real app. Every page is a session of its own.
    """
    with _serving(folder) as start:

        def start_copy(name: str) -> str:
            publish(folder / "static")
            return start(Path(shutil.copyfile(Path(__file__).with_name(name), folder / name)))

        yield start_copy


@contextmanager
def _serving(folder: Path) -> Iterator[Serve]:
    started: list[subprocess.Popen[bytes]] = []

    def start(script: Path) -> str:
        port = _free_port()
        log = folder / "server.log"
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
                    "UNDERSTUDY_HOME": str(folder / "home"),
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
    _end_worker(folder / "home")


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
