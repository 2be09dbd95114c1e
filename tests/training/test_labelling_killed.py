"""A batch's process is killed, and goes on: nothing is lost, nothing that is stored is asked again.

`benchmarks.teacher` does the same with a thousand items, many kills and faults.
"""

import json
import random
import time
from pathlib import Path

from label_batches import batch_of, endpoint, made_folder

from tests.openai_server import OpenAiServer
from training import launcher
from training.label_folder import LabelFolder

N_ITEMS = 40


def stored(folder: LabelFolder) -> set[str]:
    """Digests, as the server makes them, of the requests whose exchange is on the disk."""
    exchanges = [json.loads(path.read_bytes()) for path in folder.exchanges.glob("*/*.json")]
    return {one["exchange"]["model"].rsplit("-", 1)[-1] for one in exchanges}


def kill_after(folder: LabelFolder, server: OpenAiServer, n_answered: int) -> None:
    """Run the batch in its own process until the server has answered so many in all."""
    process = launcher.launch(folder.run, "training.answer")
    while process.poll() is None and sum(server.answered.values()) < n_answered:
        time.sleep(0.005)
    launcher.kill(folder.run)
    assert process.wait() == -9
    while server.in_flight:
        time.sleep(0.005)


def test_a_killed_process_goes_on_and_asks_nothing_again_that_is_stored(tmp_path: Path) -> None:
    moments = sorted(random.Random(5).sample(range(1, N_ITEMS - 10), 3))
    with OpenAiServer(latency_s=0.05, looks=False, names_requests=True) as server:
        folder = made_folder(tmp_path, batch_of(endpoint(server.url)), N_ITEMS)
        before: list[tuple[set[str], int]] = []
        for moment in moments:
            kill_after(folder, server, moment)
            before.append((stored(folder), len(server.digests)))
        assert launcher.launch(folder.run, "training.answer").wait() == 0
        in_flight: set[str] = set()
        for on_disk, n_before in before:
            assert on_disk & set(server.digests[n_before:]) == set()
            in_flight |= set(server.digests[:n_before]) - on_disk
        assert {digest for digest, n in server.answered.items() if n > 1} <= in_flight
    answers = folder.run.answers()[0]
    assert sorted(one.item_id for one in answers) == sorted(f"item {n}" for n in range(N_ITEMS))
    status = folder.run.status()
    assert status is not None
    assert (status.state, status.step) == ("done", N_ITEMS)
