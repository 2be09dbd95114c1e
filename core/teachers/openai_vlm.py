"""Asks a vision-language model behind any OpenAI-compatible chat-completions endpoint.

OpenAI, vLLM, Ollama, LM Studio and the llama.cpp server are spoken to at their `.../v1`; Azure at
`https://RESOURCE.openai.azure.com/openai/v1`, where the deployment's name is the model and the key
goes the same way. The `openai` package is imported when a client is made.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from core.answers import Problem
from core.teachers.cost import cost_usd
from core.teachers.endpoint import Endpoint
from core.teachers.exchange import AskFailed, Exchange, Form, ModelRequest
from core.teachers.openai_dialect import Dialect, Negotiation, body_of, first_dialect
from core.teachers.openai_reply import Failure, Said
from core.teachers.openai_transport import Transport
from core.teachers.patience import Gate, Patience

log = logging.getLogger("core.teachers")


class OpenAiClient:
    """Carries requests to one endpoint, at most `endpoint.concurrency` at a time.

    Retried, as `Patience` says: 429, 5xx, timeouts, failed connections, what is no completion, and
    answers without a word. A 429 holds back all workers. Not retried: a refused key, model, address
    or request (the first three end a batch), a refusal, an answer cut at the token limit. When a
    request has used up its tries without a connection, and no worker has reached the endpoint since
    it began, the endpoint counts as dead, which ends a batch too.

    Args:
        key: the key itself; None sends none.
        local_only: refuse an endpoint that is not on this machine.
        form: the form of structured output that the endpoint took before; only for `auto`.
        on_retry: told of each problem after which the request is sent again.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        key: str | None,
        local_only: bool = False,
        form: Form | None = None,
        on_retry: Callable[[Problem], None] = lambda problem: None,
        patience: Patience | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._transport = Transport(endpoint, key, local_only=local_only)
        self._on_retry, self._patience = on_retry, patience or Patience()
        self._dialect, self._proven = first_dialect(endpoint, form), False
        self._gate = Gate()
        self._slots = asyncio.Semaphore(endpoint.concurrency)

    @property
    def form(self) -> Form:
        """How structured answers are asked for now, to be given to the next client."""
        return self._dialect.form

    async def ask(self, request: ModelRequest) -> Exchange:
        """Return what the model says; `seconds` are the last try's, tokens and cost all tries'.

        Raises:
            AskFailed: when nothing usable comes back.
        """
        async with self._slots:
            return await self._ask(request)

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    async def _ask(self, request: ModelRequest) -> Exchange:
        began, tries, failures = time.monotonic(), 0, 0
        search = Negotiation(self._dialect_for(request), proven=self._proven)
        paid: list[Said] = []
        while True:
            await self._gate.passing()
            tries, sent = tries + 1, time.monotonic()
            reply = await self._transport.send(body_of(request, self._endpoint, search.dialect))
            form = search.dialect.form if request.schema is not None else "text"
            if isinstance(reply, Said):
                self._gate.heard()
                self._remember(search.dialect, request)
                return self._usable(
                    reply, self._exchange([*paid, reply], form, tries, time.monotonic() - sent)
                )
            if reply.reached:
                self._gate.heard()
            if reply.said is not None:
                paid.append(reply.said)
            failure = search.refused(reply)
            if failure is None:
                continue
            failures += 1
            if not self._may_repeat(failure, failures):
                kept = self._exchange(paid, form, tries, time.monotonic() - sent) if paid else None
                raise self._given_up(failure, began, tries, kept)
            self._on_retry(failure.problem)
            await self._pause(failure, failures)

    def _dialect_for(self, request: ModelRequest) -> Dialect:
        """Return the dialect to begin with: without a schema there are no forms to try."""
        return self._dialect if request.schema is not None else replace(self._dialect, forms=())

    def _remember(self, dialect: Dialect, request: ModelRequest) -> None:
        """Keep the dialect in which an endpoint answered."""
        if request.schema is None:
            dialect = replace(dialect, form=self._dialect.form, forms=self._dialect.forms)
        else:
            self._proven = True
        if dialect != self._dialect:
            log.info("%s is asked as %s from now on", self._endpoint.host, dialect)
            self._dialect = dialect

    def _exchange(self, said: Sequence[Said], form: str, tries: int, seconds: float) -> Exchange:
        """Return the last of what was said, with the tokens of all of it: all was paid for."""
        tokens_in = _total([one.tokens_in for one in said])
        tokens_out = _total([one.tokens_out for one in said])
        return Exchange(
            text=said[-1].text or said[-1].refusal,
            model=said[-1].model,
            finish=said[-1].finish,
            form=form,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            cost_usd=cost_usd(self._endpoint, tokens_in, tokens_out),
            seconds=seconds,
            tries=tries,
        )

    def _usable(self, said: Said, exchange: Exchange) -> Exchange:
        """Return the exchange; raise AskFailed, which keeps it, for a refusal or a cut answer."""
        model = f"{self._endpoint.model} at {self._endpoint.host}"
        if said.refusal or said.finish == "content_filter":
            raise AskFailed(
                f"{model} declined to answer; its words are kept: reword the question or its "
                "domain sentence, or ask another teacher",
                "refusal",
                exchange=exchange,
            )
        if said.finish == "length":
            raise AskFailed(
                f"the answer of {model} was cut at {self._endpoint.max_tokens} tokens; "
                "raise the endpoint's limit of tokens",
                "truncated",
                exchange=exchange,
            )
        return exchange

    def _may_repeat(self, failure: Failure, failures: int) -> bool:
        return (
            failure.again
            and failures < self._patience.tries_of(failure.problem)
            and not self._asks_too_much(failure)
        )

    def _asks_too_much(self, failure: Failure) -> bool:
        return (failure.wait_s or 0.0) > self._patience.most_asked_s

    async def _pause(self, failure: Failure, failures: int) -> None:
        seconds = self._patience.wait_s(failures, failure.wait_s)
        if failure.problem == "rate_limit" or failure.wait_s is not None:
            self._gate.shut(seconds)
        else:
            await asyncio.sleep(seconds)

    def _given_up(
        self, failure: Failure, began: float, tries: int, exchange: Exchange | None
    ) -> AskFailed:
        """Return the error for a failure that is not, or no more, repeated."""
        message, ends_batch = failure.message, failure.ends_batch
        if self._asks_too_much(failure):
            message += f"; it asks for a pause of {failure.wait_s:,.0f} s: resume after that"
            ends_batch = True
        elif not failure.reached and self._gate.silent_since(began):
            since = datetime.now(UTC).timestamp() - (time.monotonic() - began)
            message += (
                f"; it could not be reached since {datetime.fromtimestamp(since, UTC):%H:%M:%S} "
                "UTC: resume when it is back"
            )
            ends_batch = True
        if tries > 1:
            message += f" (after {tries} tries)"
        return AskFailed(message, failure.problem, ends_batch=ends_batch, exchange=exchange)


def _total(counts: Sequence[int | None]) -> int | None:
    """Return the sum; None when any of them is unknown."""
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
