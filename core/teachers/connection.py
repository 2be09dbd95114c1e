"""Whether an endpoint answers as it should: one small generated picture with a known spike."""

import numpy as np

from core.answers import AnswerContent
from core.errors import AnswerError
from core.model import Frozen
from core.questions import kind_of
from core.questions.base import Question
from core.questions.defaults import default_anomaly_question
from core.questions.prompts import tags_prompt
from core.questions.wire import shortened
from core.render import render_png
from core.series import WindowView
from core.teachers.endpoint import Endpoint
from core.teachers.exchange import AskFailed, ModelClient, ModelRequest
from core.teachers.openai_vlm import OpenAiClient
from core.teachers.patience import Patience

SAMPLES = 64
SPIKE = 41
"""The sample of the only anomaly in the picture that is sent."""
_NEAR = 2
_TRIES = 2  # a person waits for the result


class ConnectionReport(Frozen):
    """What came of one request.

    Attributes:
        ok: the endpoint answered, and the answer could be read.
        right: the spike, and nothing else, was found; None when no answer could be read. A model
            that cannot find it will hardly find anything.
        understood: the answer in words.
        form: how the answer was asked for: schema, json or tags.
        latency_s: seconds of the request.
        cost_usd: None when a price is unknown.
        message: the result in a sentence, or what went wrong and what to do.
    """

    ok: bool
    right: bool | None = None
    understood: str = ""
    model: str = ""
    form: str = ""
    latency_s: float | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost_usd: float | None = None
    message: str


async def test_connection(
    endpoint: Endpoint, key: str | None, *, local_only: bool = False
) -> ConnectionReport:
    """Ask the endpoint where the spike in a generated picture is; failures are in the report."""
    client = OpenAiClient(
        endpoint,
        key=key,
        local_only=local_only,
        patience=Patience(tries=_TRIES, costly_tries=1),
    )
    try:
        return await try_out(client, endpoint.host)
    finally:
        await client.close()


async def try_out(client: ModelClient, host: str) -> ConnectionReport:
    """Ask any client where the spike is; `host` is who is said to have answered."""
    question, view = default_anomaly_question(), example_view()
    kind = kind_of(question)
    request = ModelRequest(
        text=kind.prompt(question, view, ()),
        pictures=(render_png(view),),
        schema=kind.schema(question),
        tags=tags_prompt(question),
    )
    try:
        exchange = await client.ask(request)
    except AskFailed as failed:
        return ConnectionReport(ok=False, message=str(failed))
    try:
        content = kind.parse(question, view, exchange.text)
    except AnswerError as error:
        content, message = None, f"{host} answered, but not as asked: {error}"
        right, understood = None, shortened(exchange.text, 200)
    else:
        right, understood = _is_right(content), _in_words(question, content)
        verdict = "which is right" if right else f"but the only anomaly is at sample {SPIKE}"
        message = f"{host} answered in {exchange.seconds:.1f} s: {understood}, {verdict}."
    return ConnectionReport(
        ok=content is not None,
        right=right,
        understood=understood,
        model=exchange.model,
        form=exchange.form,
        latency_s=exchange.seconds,
        tokens_in=exchange.tokens_in,
        tokens_out=exchange.tokens_out,
        cost_usd=exchange.cost_usd,
        message=message,
    )


def example_view() -> WindowView:
    """Return the generated window: small fluctuations around 20, and a spike of 5 at `SPIKE`."""
    values = 20 + np.random.default_rng(0).normal(0, 0.15, (SAMPLES, 1))
    values[SPIKE] += 5
    return WindowView(values=values)


def _is_right(content: AnswerContent) -> bool:
    """Say whether the one interval holds the spike and reaches at most a few samples beyond."""
    return len(content.intervals) == 1 and all(
        SPIKE - _NEAR <= found.start <= SPIKE < found.stop <= SPIKE + 1 + _NEAR
        for found in content.intervals
    )


def _in_words(question: Question, content: AnswerContent) -> str:
    if not content.intervals:
        return "no anomaly"
    return " and ".join(
        f"{'anomaly' if one.type_id is None else question.type_of(one.type_id).name} "
        + (f"at sample {one.start}" if one.stop == one.start + 1 else "")
        + (f"from sample {one.start} to {one.stop - 1}" if one.stop > one.start + 1 else "")
        for one in content.intervals
    )
