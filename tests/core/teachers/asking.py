"""What tests of clients ask: one small picture and one question, by a client without waits."""

import asyncio
from collections.abc import Sequence
from typing import Any

from core.answers import Problem
from core.questions import kind_of
from core.questions.defaults import default_anomaly_question
from core.render import render_png
from core.teachers.connection import example_view
from core.teachers.endpoint import Endpoint
from core.teachers.exchange import AskFailed, Exchange, ModelRequest
from core.teachers.openai_vlm import OpenAiClient
from core.teachers.patience import Patience

KEY = "sk-secret-0123456789"
QUICK = Patience(first_wait_s=0.001, most_wait_s=0.002)
QUESTION, VIEW = default_anomaly_question(), example_view()
PNG = render_png(VIEW)
TAGS = "Answer <anomaly>True</anomaly><index>(first, last)</index>."


def request(**changes: Any) -> ModelRequest:
    """Return a request for the spike in the example; `changes` are fields of the request."""
    kind = kind_of(QUESTION)
    text = kind.prompt(QUESTION, VIEW, ())
    given = {"text": text, "pictures": (PNG,), "schema": kind.schema(QUESTION), "tags": TAGS}
    return ModelRequest(**{**given, **changes})


def endpoint(url: str, **changes: Any) -> Endpoint:
    """Return an endpoint with prices, whose key is named TEST_KEY."""
    given = {"id": "e", "name": "test", "base_url": url, "model": "reader", "key_name": "TEST_KEY"}
    return Endpoint(**{**given, "price_in": 2.0, "price_out": 8.0, **changes})


class Asked:
    """What several requests in parallel came to, in order, and what the client said meanwhile."""

    def __init__(
        self,
        to: Endpoint,
        requests: Sequence[ModelRequest],
        *,
        key: str | None = KEY,
        patience: Patience = QUICK,
        **options: Any,
    ) -> None:
        self.retried: list[Problem] = []
        self.form = ""
        self.results = asyncio.run(self._ask(to, requests, key, patience, options))

    async def _ask(
        self,
        to: Endpoint,
        requests: Sequence[ModelRequest],
        key: str | None,
        patience: Patience,
        options: dict[str, Any],
    ) -> list[Exchange | BaseException]:
        client = OpenAiClient(
            to, key=key, patience=patience, on_retry=self.retried.append, **options
        )
        try:
            waiting = (client.ask(one) for one in requests)
            return await asyncio.gather(*waiting, return_exceptions=True)
        finally:
            self.form = client.form
            await client.close()

    @property
    def exchange(self) -> Exchange:
        """The only exchange; raises what was raised instead."""
        (result,) = self.results
        if isinstance(result, BaseException):
            raise result
        return result

    @property
    def failed(self) -> AskFailed:
        """The only failure."""
        (result,) = self.results
        assert isinstance(result, AskFailed), result
        return result


def ask(to: Endpoint, *requests: ModelRequest, **options: Any) -> Asked:
    """Put requests to an endpoint all at once; one without any."""
    return Asked(to, requests or [request()], **options)
