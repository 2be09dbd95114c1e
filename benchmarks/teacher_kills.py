"""Kill a batch again and again at seeded random moments: is anything lost, or asked again?

The server reads the pictures and answers from them, and a few per cent of requests go wrong
(`FAULTS`, seeded). The batch's process gets SIGKILL when the server has answered a random number of
requests and a random part of the latency has passed, and is started again. The model's name in an
answer holds the digest of its request, so a stored exchange tells which request it answers.

    kills              how many found the process at work
    lost               items with neither an answer nor a recorded failure at the end
    asked_again        requests that came after a kill though their exchange was on the disk at it
    in_flight_at_kill  requests that had come before a kill, without an exchange on the disk at it
    twice              requests that were answered more than once
    twice_other        of these, requests that were in flight at no kill
    wrong              answers whose one interval does not hold the spike of their window

`lost`, `asked_again`, `twice_other` must be 0.
"""

import json
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.teacher_server import Server, served
from core.answers import Answer
from core.blobs import read_parquet
from core.series import SeriesData
from tests.training.label_batches import LENGTH, batch_of, endpoint, made_folder
from training import launcher
from training.label_folder import LabelFolder

FAULTS = {"429": 0.03, "500": 0.02, "drop": 0.02, "html": 0.02, "cut": 0.02}
_LOOK_S = 0.02


def killed(items: int, concurrency: int, latency_s: float, kills: int, seed: int) -> dict[str, Any]:
    """Run one batch to its end through all kills, and return what came of it."""
    rng = random.Random(seed)
    moments = sorted(rng.sample(range(1, items), kills))
    faults = [f"--fault={name}={share}" for name, share in FAULTS.items()]
    before: list[tuple[set[str], int]] = []
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as home,
        served(latency_s, "--names-requests", "--seed", str(seed), *faults) as server,
    ):
        asked = endpoint(server.url, concurrency=concurrency)
        folder = made_folder(Path(home), batch_of(asked), items)
        for moment in moments:
            if _interrupted(folder, server, moment, rng.uniform(0, latency_s)):
                before.append((_on_disk(folder), len(server.requests()["received"])))
        launcher.launch(folder.run, "training.answer").wait()
        requests, counts = server.requests(), server.counts()
        figures = _figures(folder, requests["received"], set(requests["twice"]), before)
    figures = {
        "seed": seed,
        "items": items,
        "kills": len(before),
        "requests": counts["received"],
        **figures,
        "seconds": round(time.monotonic() - began, 1),
    }
    print(f"kills: {figures}", flush=True)
    return figures


def _interrupted(folder: LabelFolder, server: Server, moment: int, after_s: float) -> bool:
    """Run the batch, kill it a little after so many answers, and wait for what was under way.

    False when the process had ended before.
    """
    process = launcher.launch(folder.run, "training.answer")
    while process.poll() is None and server.counts()["answered"] < moment:
        time.sleep(_LOOK_S)
    time.sleep(after_s)
    alive = process.poll() is None
    launcher.kill(folder.run)
    process.wait()
    while server.counts()["in_flight"]:
        time.sleep(_LOOK_S)
    return alive


def _on_disk(folder: LabelFolder) -> set[str]:
    """Return the digests, as the server made them, of the requests whose exchange is stored."""
    stored = [json.loads(path.read_bytes()) for path in folder.exchanges.glob("*/*.json")]
    return {one["exchange"]["model"].rsplit("-", 1)[-1] for one in stored}


def _figures(
    folder: LabelFolder,
    received: list[str],
    twice: set[str],
    before: list[tuple[set[str], int]],
) -> dict[str, Any]:
    """Compare what is in the folder with what the server received before and after each kill."""
    in_flight: set[str] = set()
    asked_again: set[str] = set()
    for on_disk, n_before in before:
        in_flight |= set(received[:n_before]) - on_disk
        asked_again |= on_disk & set(received[n_before:])
    answers, failures = folder.run.answers()[0], folder.failures()[0]
    settled = [one.item_id for one in [*answers, *failures]]
    status = folder.run.status()
    return {
        "state": None if status is None else status.state,
        "answers": len(answers),
        "failures": len(failures),
        "lost": len(folder.run.asks()) - len(set(settled)),
        "settled_twice": len(settled) - len(set(settled)),
        "asked_again": len(asked_again),
        "in_flight_at_kill": len(in_flight),
        "twice": len(twice),
        "twice_other": len(twice - in_flight),
        "wrong": _wrong(folder, answers),
    }


def _wrong(folder: LabelFolder, answers: list[Answer]) -> int:
    series: SeriesData = read_parquet(folder.path.parent / "series.parquet")
    spikes = series.values.reshape(-1, LENGTH).argmax(axis=1)
    wrong = 0
    for one in answers:
        place = int(one.item_id.split()[1])
        at = place * LENGTH + int(spikes[place])
        found = one.content.intervals
        wrong += len(found) != 1 or not found[0].start <= at < found[0].stop
    return wrong
