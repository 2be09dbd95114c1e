"""Testing a connection shows what the endpoint understood of a picture with a known spike."""

import asyncio
from typing import Any

import pytest

from core.teachers import connection
from core.teachers.connection import SPIKE, ConnectionReport
from core.teachers.exchange import Exchange, ModelRequest
from tests.core.teachers.asking import KEY, endpoint
from tests.openai_server import OpenAiServer


class Saying:
    """A client that says one thing."""

    def __init__(self, text: str) -> None:
        self._text = text

    async def ask(self, request: ModelRequest) -> Exchange:
        return Exchange(text=self._text, seconds=1.25)

    async def close(self) -> None: ...


def tried(text: str) -> ConnectionReport:
    return asyncio.run(connection.try_out(Saying(text), "here"))


def report(server: OpenAiServer, **changes: Any) -> ConnectionReport:
    return asyncio.run(connection.test_connection(endpoint(server.url, **changes), KEY))


def test_an_endpoint_that_sees_the_spike_is_right() -> None:
    with OpenAiServer() as server:
        found = report(server)
    assert (found.ok, found.right, found.understood) == (True, True, "spike at sample 41")
    assert (found.model, found.form) == ("reader-test", "schema")
    assert found.latency_s is not None and found.tokens_in is not None
    assert found.tokens_out is not None
    assert found.cost_usd == pytest.approx((2 * found.tokens_in + 8 * found.tokens_out) / 1e6)
    assert len(server.received) == 1


def test_an_endpoint_without_json_answers_in_tags() -> None:
    with OpenAiServer(refuses={"json_schema", "json_object"}) as server:
        found = report(server)
    assert (found.right, found.form, found.understood) == (True, "tags", "anomaly at sample 41")


def test_a_failure_is_in_the_report() -> None:
    with OpenAiServer(faults=["404"]) as server:
        found = report(server)
    assert (found.ok, found.right, found.model) == (False, None, "")
    assert "knows no model 'reader'" in found.message


def test_a_person_who_waits_is_not_kept_waiting_by_many_tries() -> None:
    with OpenAiServer(faults=["empty", "empty"]) as server:
        assert not report(server).ok
    assert len(server.received) == 1


def test_an_answer_that_cannot_be_read_is_shown() -> None:
    found = tried("I see a line.")
    assert (found.ok, found.right, found.understood) == (False, None, "'I see a line.'")
    assert "here answered, but not as asked" in found.message


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("<anomaly>False</anomaly>", "no anomaly"),
        ("<anomaly>True</anomaly><index>(3, 5)</index>", "anomaly from sample 3 to 5"),
        # The spike is in it, and so is nearly everything else.
        ("<anomaly>True</anomaly><index>(0, 60)</index>", "anomaly from sample 0 to 60"),
        (
            "<anomaly>True</anomaly><index>(41, 41), (50, 50)</index>",
            "anomaly at sample 41 and anomaly at sample 50",
        ),
    ],
)
def test_a_wrong_answer_is_readable_and_wrong(text: str, understood: str) -> None:
    found = tried(text)
    assert (found.ok, found.right) == (True, False)
    assert found.message == (
        f"here answered in 1.2 s: {understood}, but the only anomaly is at sample 41."
    )


def test_the_generated_window_has_its_largest_value_at_the_spike() -> None:
    view = connection.example_view()
    assert int(view.values.argmax()) == SPIKE
