"""Requests arrive as they were made, in the form that the endpoint takes, and at a bounded pace."""

import socket
import subprocess
import sys

import pytest

from core.teachers.openai_dialect import FORMS, Dialect
from tests.core.teachers.asking import KEY, PNG, TAGS, ask, endpoint, request
from tests.openai_server import OpenAiServer


def test_importing_the_teachers_and_the_client_loads_no_sdk() -> None:
    code = (
        "import sys, core.teachers, core.teachers.openai_vlm, core.teachers.connection;"
        "print([name for name in ('openai', 'httpx2') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_prompt_picture_and_schema_arrive_as_they_were_given() -> None:
    asked = request()
    with OpenAiServer() as server:
        ask(endpoint(server.url, max_tokens=500, temperature=0.2), asked)
    (got,) = server.received
    assert got.pictures == [PNG]
    text, picture = got.body["messages"][0].pop("content")
    assert text == {"type": "text", "text": asked.text}
    assert picture["image_url"].keys() == {"url"}  # the detail is the endpoint's to choose
    assert got.body == {
        "model": "reader",
        "messages": [{"role": "user"}],
        "max_tokens": 500,
        "temperature": 0.2,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": asked.schema},
        },
    }


def test_a_repair_goes_on_from_what_was_said() -> None:
    with OpenAiServer() as server:
        ask(endpoint(server.url), request(earlier=(("I see a line.", "Write JSON."),)))
    first, *later = server.received[0].body["messages"]
    assert len(first["content"]) == 2
    assert later == [
        {"role": "assistant", "content": "I see a line."},
        {"role": "user", "content": "Write JSON."},
    ]


def test_a_request_without_pictures_and_schema_is_plain_text() -> None:
    with OpenAiServer() as server:
        exchange = ask(endpoint(server.url), request(text="Hello", pictures=(), schema=None))
    (got,) = server.received
    assert got.body["messages"] == [{"role": "user", "content": "Hello"}]
    assert "response_format" not in got.body
    assert (exchange.exchange.form, exchange.exchange.text) == ("text", "There is no picture.")


def test_an_exchange_tells_model_tokens_cost_and_form() -> None:
    with OpenAiServer() as server:
        exchange = ask(endpoint(server.url), request()).exchange
    tokens_in, tokens_out = len(request().text) // 4 + 400, len(exchange.text) // 4
    assert (exchange.model, exchange.finish, exchange.form) == ("reader-test", "stop", "schema")
    assert (exchange.tokens_in, exchange.tokens_out) == (tokens_in, tokens_out)
    assert exchange.cost_usd == pytest.approx((2 * tokens_in + 8 * tokens_out) / 1e6)
    assert (exchange.tries, exchange.cached) == (1, False)


@pytest.mark.parametrize("says_why", [True, False])
@pytest.mark.parametrize(
    ("refuses", "form"),
    [
        ({"json_schema"}, "json"),
        ({"json_schema", "json_object"}, "tags"),
        ({"temperature"}, "schema"),
        ({"max_tokens"}, "schema"),
    ],
)
def test_what_an_endpoint_refuses_is_left_out_and_remembered(
    refuses: set[str], form: str, says_why: bool
) -> None:
    with OpenAiServer(refuses=refuses, says_why=says_why) as server:
        to = endpoint(server.url, concurrency=1)
        asked = ask(to, request(), request(sample=1), request(sample=2))
    exchanges = [one for one in asked.results if not isinstance(one, BaseException)]
    assert [one.form for one in exchanges] == [form] * 3
    assert [one.tries for one in exchanges][1:] == [1, 1]
    assert asked.form == form
    assert asked.retried == []  # a parameter less is no retry
    assert not refuses & {*server.received[-1].body}


def test_two_things_refused_without_a_reason_leave_the_plainest_request() -> None:
    with OpenAiServer(refuses={"max_tokens", "temperature"}, says_why=False) as server:
        asked = ask(endpoint(server.url))
    assert asked.exchange.form == "tags"
    assert server.received[-1].body.keys() == {"model", "messages", "max_completion_tokens"}


def test_tags_are_asked_for_in_words() -> None:
    with OpenAiServer() as server:
        exchange = ask(endpoint(server.url, structured="tags")).exchange
    text = server.received[0].body["messages"][0]["content"][0]["text"]
    assert text == f"{request().text}\n\n{TAGS}"
    assert exchange.text == "<anomaly>True</anomaly><index>(41, 41)</index>"


def test_a_form_that_was_found_before_is_used_from_the_start() -> None:
    with OpenAiServer(refuses={"json_schema"}) as server:
        assert ask(endpoint(server.url), form="json").exchange.tries == 1


def test_a_form_that_was_chosen_is_not_given_up() -> None:
    with OpenAiServer(refuses={"json_schema"}) as server:
        failed = ask(endpoint(server.url, structured="schema")).failed
    assert failed.problem == "request"
    assert "json_schema is not supported" in str(failed)


def test_after_an_answer_a_refusal_without_a_reason_is_the_requests_own() -> None:
    with OpenAiServer(faults=["", "400"]) as server:
        to = endpoint(server.url, concurrency=1)
        first, second = ask(to, request(), request(sample=1)).results
    assert len(server.received) == 2
    assert not isinstance(first, BaseException)
    assert "refuses the request" in str(second)


def test_too_high_a_limit_is_not_taken_for_an_unknown_parameter() -> None:
    said = "max_tokens is too large: 90000. This model supports at most 16384 completion tokens."
    assert Dialect("schema").without(said) is None


def test_the_limit_of_tokens_changes_its_name_first_and_is_left_out_then() -> None:
    newer = Dialect("schema").without("Unsupported parameter: 'max_tokens'")
    assert newer == Dialect("schema", limit="max_completion_tokens")
    assert newer.without("unknown field max_completion_tokens") == Dialect("schema", limit="none")


def test_every_doubt_changes_one_thing_and_the_last_all() -> None:
    assert list(Dialect("schema").doubts()) == [
        Dialect("json"),
        Dialect("tags"),
        Dialect("schema", temperature=False),
        Dialect("schema", limit="max_completion_tokens"),
        Dialect("tags", limit="max_completion_tokens", temperature=False),
    ]
    assert FORMS == ("schema", "json", "tags")


def test_no_more_requests_than_the_endpoint_may_serve_are_on_their_way() -> None:
    with OpenAiServer(latency_s=0.02) as server:
        to = endpoint(server.url, concurrency=3)
        ask(to, *(request(sample=sample) for sample in range(9)))
    assert server.most_in_flight == 3
    assert len(server.received) == 9


def test_the_key_is_sent_and_nothing_that_the_sdk_finds_in_its_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-house")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-another-house")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer other\nX-Secret: other")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # must not stand before a local one
    with OpenAiServer() as server:
        ask(endpoint(server.url))
        ask(endpoint(server.url, key_name=""), key=None)
    with_key, without = (got.headers for got in server.received)
    assert with_key["authorization"] == f"Bearer {KEY}"
    assert "authorization" not in without
    assert without.keys() == {
        *("host", "user-agent", "connection", "content-type", "content-length"),
        *("accept", "accept-encoding"),
    }


def test_local_only_reaches_localhost_by_name_and_by_address() -> None:
    with OpenAiServer() as server:
        for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
            assert ask(endpoint(url), local_only=True).exchange.finish == "stop"


@pytest.mark.parametrize("host", ["10.0.0.5", "192.168.1.20", "8.8.8.8", "0.0.0.0", "[fe80::1]"])
def test_local_only_refuses_any_other_host_before_a_byte_is_sent(host: str) -> None:
    failed = ask(endpoint(f"http://{host}:9/v1"), local_only=True).failed
    assert (failed.problem, failed.ends_batch) == ("request", True)
    assert "not on this machine" in str(failed)
    assert "nothing was sent" in str(failed)


def test_local_only_does_not_follow_a_redirect_off_the_machine() -> None:
    with OpenAiServer(faults=["redirect"]) as server:
        failed = ask(endpoint(server.url), local_only=True).failed
    assert len(server.received) == 1
    assert (failed.problem, failed.ends_batch) == ("request", True)
    assert "elsewhere.invalid" in str(failed)


def test_an_endpoint_that_nobody_can_reach_ends_the_batch() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
        asked = ask(endpoint(url), *(request(sample=sample) for sample in range(3)))
    failures = [one for one in asked.results if isinstance(one, Exception)]
    assert [getattr(one, "problem", "") for one in failures] == ["connection"] * 3
    assert [getattr(one, "ends_batch", False) for one in failures] == [True] * 3
    assert "could not be reached since" in str(failures[0])
    assert "resume when it is back (after 6 tries)" in str(failures[0])
    assert asked.retried == ["connection"] * 15
