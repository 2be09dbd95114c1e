"""The built-in rules through the whole way: page's start of the worker, queue, run, database."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from core.series import SeriesData, SeriesInfo
from storage import open_store
from training import launcher
from training.requests import LabelRequest
from training.run_folder import RunFolder


def test_the_rules_answer_both_questions_soon_after_the_page_starts_the_worker(tmp_path: Path):
    store = open_store(tmp_path / "home")
    project = store.projects.default().id
    rng = np.random.default_rng(0)
    series = [SeriesData(np.linspace(0, 5, 300)[:, None] + rng.normal(size=(300, 1)) / 9)]
    rows = store.series.add_many(project, [(s, SeriesInfo("a", ("x",))) for s in series], "upload")
    items = store.items.add_many(
        project,
        [(row.id, 0, 300, q.id) for row in rows for q in store.questions.current(project)],
    )
    request = LabelRequest(teacher="rules", item_ids=tuple(item.id for item in items))
    launcher.ensure_worker(store.home)
    job = store.jobs.enqueue(project, "label", "rules", request.params())
    until = time.monotonic() + 60
    while not store.jobs.get(job.id).ended and time.monotonic() < until:
        time.sleep(0.05)

    ended = store.jobs.get(job.id)
    for worker in store.jobs.workers():
        os.kill(worker.pid, signal.SIGTERM)
    while launcher.worker_lives(store.home) and time.monotonic() < until:
        time.sleep(0.05)
    assert (ended.state, ended.message) == ("done", "2 of 2 answered"), RunFolder(
        job.folder
    ).log_tail()
    for item in items:
        (answer,) = store.answers.for_item(project, item.id)
        assert (answer.author.kind, answer.author.name) == ("rules", "built-in rules")
    store.close()


@pytest.mark.parametrize(
    ("modules", "unwanted"),
    [
        ("training.worker", ["torch", "scipy", "pandas", "matplotlib", "streamlit"]),
        ("training.answer, core.teachers.rules", ["torch", "matplotlib", "sqlalchemy"]),
        ("training.launcher, training.requests", ["torch", "scipy", "sqlalchemy"]),
    ],
)
def test_what_must_start_quickly_loads_nothing_heavy(modules: str, unwanted: list[str]):
    code = f"import sys, {modules}; print([m for m in {unwanted} if m in sys.modules])"
    printed = subprocess.run(
        [sys.executable, "-c", code],
        cwd=launcher.REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert printed == "[]\n"
