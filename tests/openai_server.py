"""A real HTTP server on loopback that speaks the chat-completions protocol, with faults on order.

    python -m tests.openai_server --port 0 --latency 0.1

prints its address and serves until it is interrupted. A GET of the address tells its counts, and
one of `<address>/requests` the digests of all requests in the order they came, and of those
answered twice. In a test it is a context manager:

    with OpenAiServer(faults=["429", "html"]) as server:
        Endpoint(id="e", name="test", base_url=server.url, model="reader")

It decodes the picture it receives, reads the drawn line (`tests.picture_reader`) and answers from
it, in the form asked for (`tests.picture_answers`). It stands in for an endpoint, not for a model:
no accuracy of it is ever to be quoted as a teacher's.
"""

import argparse
import hashlib
import json
import random
import socket
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.picture_answers import answer_to, pictures_of, prompt_of

FAULTS = {
    "429": "too many requests, Retry-After 0 seconds unless `retry_after` says otherwise",
    "429-date": "too many requests, Retry-After as an HTTP date a moment ago",
    "429-ms": "too many requests, retry-after-ms",
    "quota": "429 of an account without credit",
    "500": "server error",
    "503": "server error",
    "hang": "no answer within `hang_s`",
    "drop": "the connection is closed without a response",
    "cut": "a body that ends in the middle of its JSON",
    "html": "a page with status 200",
    "empty": "a completion without a word",
    "refusal": "a message with `refusal`",
    "filter": "finish_reason content_filter",
    "filter-400": "status 400 of a content filter",
    "length": "an answer cut at the token limit",
    "outside": "an interval outside the window",
    "rubbish": "a completion that is no answer",
    "redirect": "a redirect to `redirect_to`",
    "401": "a refused key, quoted back",
    "404": "an unknown model",
    "400": "a refused request, without a reason",
    "echo": "a refused request that quotes all that it received",
}


@dataclass
class Received:
    """One request as it arrived, `at` in monotonic seconds: body, headers by lower-case name."""

    body: dict[str, Any]
    headers: dict[str, str]
    pictures: list[bytes]
    fault: str
    at: float

    @cached_property
    def digest(self) -> str:
        """SHA-256 of model and messages."""
        asked = json.dumps([self.body["model"], self.body["messages"]])
        return hashlib.sha256(asked.encode()).hexdigest()


@dataclass
class OpenAiServer:
    """The server; it runs inside a `with`.

    Attributes:
        faults: what happens to the next requests, in order; "" answers one properly.
        rates: share of requests per fault once the queue is empty, drawn with `seed`.
        refuses: what the endpoint does not know: `json_schema`, `json_object`, `temperature`,
            `max_tokens`, `max_completion_tokens`.
        says_why: whether such a refusal names the parameter.
        retry_after: seconds (429) or milliseconds (429-ms) of the header.
        received: all requests, also those with faults; `answered` counts by digest those that got
            a proper completion; `most_in_flight` is the highest number at one time.
        looks: whether it reads the picture; else it answers at once that nothing stands out.
        names_requests: end the name of the model with the request's digest, so that an exchange
            that was stored tells which request it answers.
    """

    faults: Iterable[str] = ()
    rates: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0
    refuses: frozenset[str] | set[str] = frozenset()
    says_why: bool = True
    latency_s: float = 0.0
    hang_s: float = 5.0
    retry_after: float = 0
    redirect_to: str = "http://elsewhere.invalid/v1/chat/completions"
    port: int = 0
    keeps: bool = True
    looks: bool = True
    names_requests: bool = False

    def __post_init__(self) -> None:
        self.queue = deque(self.faults)
        self.received: list[Received] = []
        self.answered: Counter[str] = Counter()
        self.digests: list[str] = []
        self.in_flight = self.most_in_flight = 0
        self.closing = threading.Event()
        self.lock = threading.Lock()
        self._random = random.Random(self.seed)
        self._httpd = _Httpd(("127.0.0.1", self.port), _Handler)
        self._httpd.owner = self
        self.url = f"http://127.0.0.1:{self._httpd.server_address[1]}/v1"
        self._thread = threading.Thread(
            target=self._httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._httpd.shutdown()
        self._thread.join()
        self.close()

    def close(self) -> None:
        """Let go of the port; the end of a `with` does so, too."""
        self._httpd.server_close()

    def counts(self) -> dict[str, int]:
        """Return how many requests came, were answered, and were answered more than once."""
        with self.lock:
            return {
                "received": len(self.digests),
                "answered": sum(self.answered.values()),
                "twice": sum(count > 1 for count in self.answered.values()),
                "most_in_flight": self.most_in_flight,
                "in_flight": self.in_flight,
            }

    def next_fault(self) -> str:
        """Return what happens to the request that has just come."""
        if self.queue:
            return self.queue.popleft()
        draw = self._random.random()
        for fault, rate in self.rates.items():
            draw -= rate
            if draw < 0:
                return fault
        return ""


class _Httpd(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    owner: OpenAiServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news; any other error is."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body in one packet

    def do_POST(self) -> None:
        assert isinstance(self.server, _Httpd)
        owner = self.server.owner
        size = int(self.headers["content-length"])
        raw = self.rfile.read(size)
        if len(raw) < size:  # a client that was killed while it was sending
            self.close_connection = True
            return
        body = json.loads(raw)
        headers = {name.lower(): value for name, value in self.headers.items()}
        got = Received(body, headers, pictures_of(body), "", time.monotonic())
        digest = got.digest  # worked out before the lock: the picture is part of it
        with owner.lock:
            got.fault = owner.next_fault()
            owner.digests.append(digest)
            owner.in_flight += 1
            owner.most_in_flight = max(owner.most_in_flight, owner.in_flight)
            if owner.keeps:
                owner.received.append(got)
        try:
            if owner.latency_s:
                time.sleep(owner.latency_s)
            self._respond(owner, got)
        finally:
            with owner.lock:
                owner.in_flight -= 1

    def do_GET(self) -> None:
        """Tell the counts or the requests, for whoever has the server in another process."""
        assert isinstance(self.server, _Httpd)
        owner = self.server.owner
        if self.path.endswith("/requests"):
            with owner.lock:
                twice = [digest for digest, n in owner.answered.items() if n > 1]
                self._send_json(200, {"received": owner.digests, "twice": twice})
        else:
            self._send_json(200, owner.counts())

    def _respond(self, owner: OpenAiServer, got: Received) -> None:
        unknown = _unknown(got.body, owner)
        if not self.path.endswith("/v1/chat/completions"):
            self._error(404, f"no such path: {self.path}")
        elif unknown:
            self._error(400, f"Unsupported parameter: {unknown}" if owner.says_why else "bad input")
        elif got.fault and got.fault not in ("outside", "rubbish", "length"):
            self._fault(owner, got)
        else:
            self._answer(owner, got)

    def _answer(self, owner: OpenAiServer, got: Received) -> None:
        try:
            text = answer_to(got.body, outside=got.fault == "outside", looks=owner.looks)
        except ValueError as error:
            return self._error(400, str(error))
        with owner.lock:
            owner.answered[got.digest] += 1
        finish = "stop"
        if got.fault == "rubbish":
            text = "I see a line."
        if got.fault == "length":
            text, finish = text[: len(text) // 2], "length"
        said = _completion(got, text, finish=finish)
        if owner.names_requests:
            said["model"] += f"-{got.digest}"
        self._send_json(200, said)

    def _fault(self, owner: OpenAiServer, got: Received) -> None:
        match got.fault:
            case "429":
                self._error(429, "slow down", {"Retry-After": f"{owner.retry_after:g}"})
            case "429-date":
                self._error(429, "slow down", {"Retry-After": formatdate(usegmt=True)})
            case "429-ms":
                self._error(429, "slow down", {"retry-after-ms": f"{owner.retry_after:g}"})
            case "quota":
                self._error(429, "no credit", code="insufficient_quota")
            case "500" | "503":
                self._error(int(got.fault), "overloaded")
            case "hang":
                owner.closing.wait(owner.hang_s)
                self.close_connection = True
            case "drop":
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
            case "cut":
                self._send(200, json.dumps(_completion(got, "yes"))[:40], "application/json")
            case "html":
                self._send(200, "<html><body>Sign in</body></html>", "text/html")
            case "empty":
                self._send_json(200, _completion(got, ""))
            case "refusal":
                self._send_json(200, _completion(got, None, refusal="I cannot help with that."))
            case "filter":
                self._send_json(200, _completion(got, "", finish="content_filter"))
            case "filter-400":
                self._error(400, "filtered by the policy", code="content_filter")
            case "redirect":
                self._send(307, "", "text/plain", {"Location": owner.redirect_to})
            case "401":
                self._error(401, f"Incorrect API key: {got.headers.get('authorization')}")
            case "404":
                self._error(404, f"The model {got.body['model']} does not exist")
            case "400":
                self._error(400, "bad input")
            case "echo":
                self._error(400, f"cannot take {json.dumps([got.body, got.headers])}")
            case unknown:
                raise ValueError(f"no such fault: {unknown!r}; use one of {', '.join(FAULTS)}")

    def _error(
        self, status: int, message: str, headers: dict[str, str] | None = None, code: str = ""
    ) -> None:
        error = {"message": message, "type": "error", "code": code or None}
        self._send(status, json.dumps({"error": error}), "application/json", headers)

    def _send_json(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, json.dumps(body), "application/json")

    def _send(
        self, status: int, text: str, kind: str, headers: dict[str, str] | None = None
    ) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: tests read `received`."""


def _unknown(body: dict[str, Any], owner: OpenAiServer) -> str:
    """Return the parameter of a request that the endpoint refuses, empty for none."""
    kind = body.get("response_format", {}).get("type", "")
    if kind in owner.refuses:
        return f"response_format of type {kind} is not supported"
    return next((f"'{name}' is not supported" for name in owner.refuses if name in body), "")


def _completion(
    got: Received, text: str | None, *, finish: str = "stop", refusal: str | None = None
) -> dict[str, Any]:
    message = {"role": "assistant", "content": text, "refusal": refusal}
    # A quarter of the characters, and 400 per picture: counts that tests can work out.
    tokens_in = len(prompt_of(got.body)) // 4 + 400 * len(got.pictures)
    tokens_out = len(text or refusal or "") // 4
    return {
        "id": f"chatcmpl-{got.digest[:12]}",
        "object": "chat.completion",
        "created": 0,
        "model": f"{got.body['model']}-test",
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
        "usage": {
            "prompt_tokens": tokens_in,
            "completion_tokens": tokens_out,
            "total_tokens": tokens_in + tokens_out,
        },
    }


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds per answer")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="NAME=SHARE",
        help=f"a share of requests that goes wrong: {', '.join(FAULTS)}",
    )
    parser.add_argument("--blind", action="store_true", help="answer without reading the picture")
    parser.add_argument(
        "--names-requests", action="store_true", help="name the request in the model's name"
    )
    given = parser.parse_args()
    rates = {name: float(share) for name, share in (one.split("=") for one in given.fault)}
    server = OpenAiServer(
        port=given.port,
        latency_s=given.latency,
        seed=given.seed,
        rates=rates,
        keeps=False,
        looks=not given.blind,
        names_requests=given.names_requests,
    )
    with server:
        print(server.url, flush=True)  # noqa: T201 (the address is what the command is for)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
