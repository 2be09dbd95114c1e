"""A judge of explanations costs money too: it keeps the budget, is counted, and told of."""

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from label_batches import batch_of, endpoint, made_folder, run_label

from core.teachers.judge import ASPECTS
from tests.openai_server import OpenAiServer
from training.door import Paused

FAIR = json.dumps({"explanation": "fair", **dict.fromkeys(ASPECTS, 3)})


@contextmanager
def judge_saying(text: str, tokens: int = 1000) -> Generator[tuple[str, list[int]]]:
    """An endpoint that always says the same; gives its address and the number of each request."""
    asked: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            asked.append(len(asked))
            choice = {"index": 0, "finish_reason": "stop", "message": {"content": text}}
            usage = {"prompt_tokens": tokens, "completion_tokens": 0}
            body = json.dumps({"model": "judge", "choices": [choice], "usage": usage}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_judge_keeps_the_budget_too(tmp_path: Path) -> None:
    with OpenAiServer() as server, judge_saying(FAIR) as (url, asked):
        batch = batch_of(
            endpoint(server.url, price_in=0.0, price_out=0.0),
            samples=2,
            budget_usd=2.5,
            judge=endpoint(url, "judge", concurrency=1, price_in=1000.0, price_out=0.0),
        )
        folder = made_folder(tmp_path, batch, 6)
        with pytest.raises(Paused, match="budget"):
            run_label(folder)
    assert len(asked) == 2  # a dollar each


def test_what_a_judge_cost_is_told(tmp_path: Path) -> None:
    with OpenAiServer() as server, judge_saying(FAIR) as (url, asked):
        batch = batch_of(
            endpoint(server.url, price_in=0.0, price_out=0.0),
            samples=2,
            judge=endpoint(url, "judge", concurrency=1, price_in=1000.0, price_out=0.0),
        )
        folder = made_folder(tmp_path, batch, 2)
        run_label(folder)
    status = folder.run.status()
    assert status is not None
    assert status.cost_usd == pytest.approx(len(asked))


def test_a_judge_that_scored_nothing_is_told(tmp_path: Path) -> None:
    with OpenAiServer() as server, judge_saying("I see a line.") as (url, _):
        batch = batch_of(endpoint(server.url), samples=2, judge=endpoint(url, "judge"))
        said = run_label(made_folder(tmp_path, batch, 2))
    assert said == "4 of 4 answered; the judge scored 0 of 4 explanations"


def test_a_judge_whose_key_is_refused_is_asked_once(tmp_path: Path) -> None:
    with OpenAiServer() as server, OpenAiServer(rates={"401": 1.0}) as judge:
        batch = batch_of(endpoint(server.url), samples=2, judge=endpoint(judge.url, "judge"))
        with pytest.raises(Paused, match="refuses access"):
            run_label(made_folder(tmp_path, batch, 6))
    assert len(judge.received) <= 2  # both answers of the first window
