"""What was said is kept by what was asked: nothing is asked twice, and no half file is believed."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from core.answers import Problem
from core.teachers.exchange import AskFailed, Exchange, ModelRequest
from core.teachers.exchanges import CachedClient, Exchanges
from core.teachers.openai_vlm import OpenAiClient
from core.teachers.recorded import RecordedClient
from tests.core.teachers.asking import KEY, QUICK, endpoint, request
from tests.openai_server import OpenAiServer

EXCHANGE = Exchange(text="{}", model="m-1", tokens_in=900, tokens_out=50, cost_usd=0.1, seconds=2.5)
HIT = EXCHANGE.model_copy(update={"cached": True, "cost_usd": 0.0, "seconds": 0.0, "tries": 0})


class Slow:
    """A client that answers when it is let, or fails with a problem, and counts."""

    def __init__(self, problem: Problem | None = None) -> None:
        self.go = asyncio.Event()
        self.asked = self.cancelled = 0
        self.closed = False
        self._problem = problem

    async def ask(self, request: ModelRequest) -> Exchange:
        self.asked += 1
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self._problem is not None:
            raise AskFailed("no answer", self._problem, exchange=EXCHANGE)
        return EXCHANGE

    async def close(self) -> None:
        self.closed = True


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_an_exchange_comes_back_as_it_was_put(tmp_path: Path) -> None:
    exchanges = Exchanges(tmp_path / "exchanges")
    exchanges.put("sig", "d1", EXCHANGE)
    assert exchanges.get("sig", "d1") == EXCHANGE
    assert exchanges.get("sig", "d2") is None
    assert exchanges.get("other", "d1") is None


def test_a_file_lies_in_one_of_256_folders_and_nothing_beside_it(tmp_path: Path) -> None:
    Exchanges(tmp_path).put("sig", "d1", EXCHANGE)
    (path,) = files(tmp_path)
    assert path.parent.parent == tmp_path
    assert path.name[:2] == path.parent.name
    assert (len(path.stem), path.suffix) == (64, ".json")


def test_the_last_exchange_put_wins_and_a_forgotten_one_is_gone(tmp_path: Path) -> None:
    exchanges = Exchanges(tmp_path)
    exchanges.put("sig", "d1", EXCHANGE)
    exchanges.put("sig", "d1", HIT)
    assert exchanges.get("sig", "d1") == HIT
    exchanges.forget("sig", "d1")
    exchanges.forget("sig", "d1")
    assert exchanges.get("sig", "d1") is None


@pytest.mark.parametrize("content", [b"", b'{"signature": "sig", "dig', b"\xff\xfe", b"[1]"])
def test_a_torn_or_foreign_file_is_asked_again_with_a_line_in_the_log(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    exchanges = Exchanges(tmp_path)
    exchanges.put("sig", "d1", EXCHANGE)
    (path,) = files(tmp_path)
    path.write_bytes(content)
    assert exchanges.get("sig", "d1") is None
    assert [(record.levelno, path.name in record.getMessage()) for record in caplog.records] == [
        (logging.WARNING, True)
    ]


def test_a_file_of_another_request_is_not_believed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    exchanges = Exchanges(tmp_path)
    exchanges.put("sig", "d1", EXCHANGE)
    (path,) = files(tmp_path)
    content = path.read_bytes()
    exchanges.forget("sig", "d1")
    exchanges.put("sig", "d2", EXCHANGE)
    files(tmp_path)[0].write_bytes(content)
    assert exchanges.get("sig", "d2") is None
    assert "belongs to another request" in caplog.text


def test_the_second_run_asks_nothing_and_costs_nothing(tmp_path: Path) -> None:
    async def run(url: str) -> list[Exchange]:
        to = endpoint(url)
        client = CachedClient(
            OpenAiClient(to, key=KEY, patience=QUICK), Exchanges(tmp_path), to.signature
        )
        try:
            return [await client.ask(request(sample=sample)) for sample in range(3)]
        finally:
            await client.close()

    with OpenAiServer(faults=["429", "html"]) as server:
        first, second = asyncio.run(run(server.url)), asyncio.run(run(server.url))
    assert sum(server.answered.values()) == 3
    assert len(server.received) == 5
    assert [one.cached for one in [*first, *second]] == [False] * 3 + [True] * 3
    assert [one.cost_usd for one in second] == [0.0] * 3
    assert [one.tokens_in for one in second] == [one.tokens_in for one in first]
    stored = b"".join(path.read_bytes() for path in files(tmp_path))
    assert KEY.encode() not in stored
    assert len(files(tmp_path)) == 3


def test_an_exchange_is_on_the_disk_before_it_is_returned(tmp_path: Path) -> None:
    exchanges = Exchanges(tmp_path)

    async def run() -> Exchange | None:
        slow = Slow()
        slow.go.set()
        await CachedClient(slow, exchanges, "sig").ask(request())
        return exchanges.get("sig", request().digest)

    assert asyncio.run(run()) == EXCHANGE


def test_callers_of_one_request_share_it_and_one_of_them_pays(tmp_path: Path) -> None:
    async def run() -> tuple[list[Exchange], int]:
        slow = Slow()
        client = CachedClient(slow, Exchanges(tmp_path), "sig")
        waiting = [asyncio.create_task(client.ask(request())) for _ in range(3)]
        await until(lambda: slow.asked == 1)
        slow.go.set()
        return await asyncio.gather(*waiting), slow.asked

    results, asked = asyncio.run(run())
    assert asked == 1
    assert sorted(results, key=lambda one: one.cached) == [EXCHANGE, HIT, HIT]


def test_a_caller_that_leaves_takes_nothing_from_the_others(tmp_path: Path) -> None:
    async def run() -> tuple[Exchange, int]:
        slow = Slow()
        client = CachedClient(slow, Exchanges(tmp_path), "sig")
        leaving, staying = (asyncio.create_task(client.ask(request())) for _ in range(2))
        await until(lambda: slow.asked == 1)
        leaving.cancel()
        await asyncio.wait([leaving])
        slow.go.set()
        return await staying, slow.cancelled

    assert asyncio.run(run()) == (EXCHANGE, 0)


def test_a_request_that_nobody_waits_for_is_cancelled_and_can_be_asked_again(
    tmp_path: Path,
) -> None:
    async def run() -> tuple[int, Exchange, int]:
        slow = Slow()
        client = CachedClient(slow, Exchanges(tmp_path), "sig")
        leaving = asyncio.create_task(client.ask(request()))
        await until(lambda: slow.asked == 1)
        leaving.cancel()
        await until(lambda: slow.cancelled == 1)
        slow.go.set()
        exchange = await client.ask(request())
        await client.close()
        return slow.cancelled, exchange, slow.asked

    assert asyncio.run(run()) == (1, EXCHANGE, 2)


@pytest.mark.parametrize("problem", ["truncated", "refusal", "empty", "request"])
def test_what_is_not_usable_is_not_kept(tmp_path: Path, problem: Problem) -> None:
    async def run() -> int:
        slow = Slow(problem)
        slow.go.set()
        client = CachedClient(slow, Exchanges(tmp_path), "sig")
        for _ in range(2):
            with pytest.raises(AskFailed, match="no answer"):
                await client.ask(request())
        return slow.asked

    assert asyncio.run(run()) == 2
    assert files(tmp_path) == []


def test_a_recorded_model_says_what_it_said_before_and_nothing_else(tmp_path: Path) -> None:
    exchanges = Exchanges(tmp_path)
    exchanges.put("sig", request().digest, EXCHANGE)
    client = RecordedClient(exchanges, "sig")
    assert asyncio.run(client.ask(request())) == HIT
    with pytest.raises(AskFailed, match="was never put to sig") as caught:
        asyncio.run(client.ask(request(sample=1)))
    assert (caught.value.problem, caught.value.ends_batch) == ("request", False)


async def until(condition: Callable[[], bool]) -> None:
    """Let other tasks and threads go on until something holds; the test's own limit is a minute."""
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.001)
