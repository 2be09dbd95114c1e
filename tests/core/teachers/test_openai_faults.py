"""Each way in which an endpoint can fail: repeated or not, said in words, and without secrets."""

import logging
import traceback

import pytest

from core.answers import Problem
from core.teachers.exchange import Exchange
from core.teachers.openai_reply import Failure, quotable, read_response
from core.teachers.patience import Patience
from tests.core.teachers.asking import KEY, PNG, QUICK, ask, endpoint, request
from tests.openai_server import FAULTS, OpenAiServer

PASSING: dict[str, Problem] = {
    "429": "rate_limit",
    "429-date": "rate_limit",
    "429-ms": "rate_limit",
    "500": "server",
    "503": "server",
    "drop": "connection",
    "cut": "not_json",
    "html": "not_json",
    "empty": "empty",
}
FINAL: dict[str, tuple[Problem, bool, str]] = {
    "401": ("request", True, "the key in TEST_KEY was sent"),
    "404": ("request", True, "knows no model 'reader'"),
    "redirect": ("request", True, "elsewhere.invalid"),
    "quota": ("rate_limit", True, "no credit left"),
    "filter-400": ("refusal", False, "filtered the request"),
    "refusal": ("refusal", False, "declined to answer"),
    "filter": ("refusal", False, "declined to answer"),
    "length": ("truncated", False, "cut at 2048 tokens"),
}


@pytest.mark.parametrize(("fault", "problem"), PASSING.items())
def test_a_passing_failure_is_repeated_and_reported(fault: str, problem: Problem) -> None:
    with OpenAiServer(faults=[fault, fault]) as server:
        asked = ask(endpoint(server.url))
    assert asked.exchange.tries == 3
    assert asked.retried == [problem, problem]


@pytest.mark.parametrize(("fault", "problem"), PASSING.items())
def test_a_failure_that_does_not_pass_is_given_up(fault: str, problem: Problem) -> None:
    with OpenAiServer(faults=[fault] * 10) as server:
        asked = ask(endpoint(server.url))
    tries = QUICK.tries_of(problem)
    assert tries == (3 if problem == "empty" else 6)
    assert len(server.received) == tries
    assert (asked.failed.problem, asked.failed.ends_batch) == (problem, False)
    assert str(asked.failed).endswith(f"(after {tries} tries)")


def test_a_timeout_is_repeated_less_often_as_it_costs_its_time() -> None:
    with OpenAiServer(faults=["hang"] * 3) as server:
        asked = ask(endpoint(server.url, timeout_s=0.05))
    assert asked.retried == ["timeout"] * 2
    assert (asked.failed.problem, asked.failed.ends_batch) == ("timeout", False)
    assert "no answer within 0.05 s" in str(asked.failed)


@pytest.mark.parametrize(("fault", "expected"), FINAL.items())
def test_a_failure_that_cannot_pass_is_not_repeated(
    fault: str, expected: tuple[Problem, bool, str]
) -> None:
    problem, ends_batch, words = expected
    with OpenAiServer(faults=[fault]) as server:
        asked = ask(endpoint(server.url))
    assert len(server.received) == 1
    assert (asked.failed.problem, asked.failed.ends_batch) == (problem, ends_batch)
    assert words in str(asked.failed)
    assert asked.retried == []


def test_what_was_said_and_paid_is_kept_with_the_failure() -> None:
    with OpenAiServer(faults=["length", "refusal"]) as server:
        to = endpoint(server.url, concurrency=1)
        cut, refused = (ask(to).failed.exchange for _ in range(2))
    assert cut is not None and refused is not None
    assert (cut.finish, cut.text[:13]) == ("length", '{"intervals":')
    assert refused.text == "I cannot help with that."
    assert refused.tokens_out == 6


def test_tokens_of_answers_without_a_word_are_paid_as_well() -> None:
    with OpenAiServer(faults=["empty"]) as server:
        exchange = ask(endpoint(server.url)).exchange
    assert exchange.tokens_in == 2 * (len(request().text) // 4 + 400)


@pytest.mark.parametrize("fault", ["rubbish", "outside"])
def test_an_answer_that_does_not_fit_is_an_answer_to_the_client(fault: str) -> None:
    with OpenAiServer(faults=[fault]) as server:
        assert ask(endpoint(server.url)).exchange.tries == 1


def test_a_pause_longer_than_is_waited_for_ends_the_batch() -> None:
    with OpenAiServer(faults=["429"], retry_after=3600) as server:
        failed = ask(endpoint(server.url)).failed
    assert (failed.problem, failed.ends_batch) == ("rate_limit", True)
    assert "asks for a pause of 3,600 s" in str(failed)


def test_one_refused_worker_holds_back_all() -> None:
    with OpenAiServer(faults=["429-ms"], retry_after=80) as server:
        to = endpoint(server.url, concurrency=2)
        asked = ask(to, *(request(sample=sample) for sample in range(6)))
    assert asked.retried == ["rate_limit"]
    # The other worker's request may be on its way already; no further one comes before the pause.
    assert sum(got.at < server.received[0].at + 0.08 for got in server.received) <= 2


def test_a_refused_key_says_that_none_was_found() -> None:
    with OpenAiServer(faults=["401", "401"]) as server:
        named = ask(endpoint(server.url), key=None).failed
        unnamed = ask(endpoint(server.url, key_name=""), key=None).failed
    assert "no key was sent, as TEST_KEY holds none" in str(named)
    assert "no key was sent, as the endpoint names none" in str(unnamed)


def test_a_key_that_is_quoted_with_stars_is_taken_out_as_well() -> None:
    assert quotable(f"Wrong key {KEY[:8]}****6789, sorry", KEY) == "'Wrong key [key] sorry'"


def test_an_error_is_quoted_with_its_code_and_parameter_in_one_line() -> None:
    body = '{"error": {"message": "No\\n such  thing", "code": "c", "param": "p", "type": null}}'
    failure = read_response(endpoint("http://h/v1"), 400, {}, body, None)
    assert isinstance(failure, Failure)
    assert "(HTTP 400, 'No such thing (c, p)')" in failure.message


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "hang"])
def test_no_failure_tells_the_key_or_the_picture(
    fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    with OpenAiServer(faults=[fault] * 12) as server:
        (result,) = ask(endpoint(server.url), patience=Patience(1, 1)).results
    if isinstance(result, BaseException):
        told = [repr(result), *traceback.format_exception(result)]
        assert (result.__cause__, result.__context__) == (None, None)
    else:
        told = [result.model_dump_json()]
    told += [record.getMessage() for record in caplog.records]
    assert server.received[0].headers["authorization"] == f"Bearer {KEY}"
    picture = server.received[0].body["messages"][0]["content"][1]["image_url"]["url"]
    assert KEY not in "".join(told)
    assert picture[40:90] not in "".join(told)
    assert server.received[0].pictures == [PNG]


def test_on_a_flaky_network_every_request_is_answered_once() -> None:
    rates = {"429": 0.06, "500": 0.06, "drop": 0.06, "html": 0.06, "cut": 0.06}
    with OpenAiServer(rates=rates, seed=3) as server:
        to = endpoint(server.url, concurrency=8)
        asked = ask(to, *(request(text=f"{request().text}\n{n}") for n in range(40)))
    assert [type(one) for one in asked.results] == [Exchange] * 40
    assert sorted(server.answered.values()) == [1] * 40
    assert len(server.received) == 40 + len(asked.retried)
    assert set(asked.retried) == {"rate_limit", "server", "connection", "not_json"}
