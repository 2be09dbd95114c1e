"""How a model answers one window: pictures, prompt, exchange, reading, one repair, a second look.

Every exchange on the way is kept as a `Call`, also those that failed, so that whoever reads an
answer can see what was shown and said. An answer that cannot be read is sent back once, with what
was wrong with it. With two passes each proposed event is shown again, zoomed, and its edges are
taken from there by the rule of `core.two_pass`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from core.answers import AnswerContent, Call, CallPurpose, Problem
from core.axis import axis_of
from core.errors import AnswerError
from core.questions import kind_of
from core.questions.base import Question
from core.questions.prompts import refine_prompt, repair_prompt, tags_prompt
from core.series import WindowView
from core.shown import Shown
from core.teachers.exchange import AskFailed, Exchange, ModelClient, ModelRequest
from core.two_pass import merge, proposals, zoomed

Draw = Callable[[WindowView, Shown], Awaitable[bytes]]
"""Draws a window as it is shown."""
Keep = Callable[[bytes], str]
"""Stores a picture and returns the hash it is found by."""


@dataclass(frozen=True, eq=False)
class VisualAsk:
    """One question on one window, as a model gets it.

    Attributes:
        picture: PNG of the window.
        overview: PNG of the whole series with the window marked; empty for none.
        option_order: option keys in the order shown (pattern); empty otherwise.
        sample: which of several answers to the same question this is to be.
    """

    question: Question
    view: WindowView
    shown: Shown
    picture: bytes
    overview: bytes = b""
    option_order: tuple[str, ...] = ()
    sample: int = 0


@dataclass(frozen=True)
class Said:
    """What came of it: an answer, or why there is none; and all that was exchanged.

    Attributes:
        digests: of the requests that were made, by which their exchanges are kept.
    """

    calls: tuple[Call, ...]
    digests: tuple[str, ...] = ()
    content: AnswerContent | None = None
    problem: Problem = "unparsable"
    message: str = ""

    @property
    def cost_usd(self) -> float | None:
        """What it cost; None when a price or the number of tokens is unknown."""
        costs = [call.cost_usd for call in self.calls]
        known = [cost for cost in costs if cost is not None]
        return None if len(known) < len(costs) else sum(known)


def first_request(ask: VisualAsk) -> ModelRequest:
    """Return the request that is sent first: the very prompt, pictures and schema."""
    kind = kind_of(ask.question)
    return ModelRequest(
        text=kind.prompt(ask.question, ask.view, ask.option_order, ask.shown),
        pictures=(ask.picture, ask.overview) if ask.overview else (ask.picture,),
        schema=kind.schema(ask.question, axis_of(ask.shown.settings, ask.view)),
        tags=tags_prompt(ask.question),
        sample=ask.sample,
    )


@dataclass
class _Talk:
    """The exchanges of one answer so far."""

    client: ModelClient
    keep: Keep
    question: Question
    calls: list[Call] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)

    async def read(
        self, request: ModelRequest, view: WindowView, shown: Shown, purpose: CallPurpose
    ) -> AnswerContent:
        """Ask, read, and send back once what cannot be read; raises AskFailed."""
        exchange = await self._ask(request, view, purpose)
        try:
            return self._parsed(exchange, view, shown)
        except AnswerError as error:
            self._mark(str(error))
            turn = (exchange.text, repair_prompt(str(error)))
        again = ModelRequest(
            text=request.text,
            pictures=request.pictures,
            schema=request.schema,
            tags=request.tags,
            sample=request.sample,
            earlier=(turn,),
        )
        repaired = await self._ask(again, view, "repair")
        try:
            return self._parsed(repaired, view, shown)
        except AnswerError as error:
            self._mark(str(error))
            message = f"also when it was asked to repair its answer: {error}"
            raise AskFailed(message, "unparsable", exchange=repaired) from error

    def _parsed(self, exchange: Exchange, view: WindowView, shown: Shown) -> AnswerContent:
        axis = axis_of(shown.settings, view)
        return kind_of(self.question).parse(self.question, view, exchange.text, axis)

    async def _ask(self, request: ModelRequest, view: WindowView, purpose: CallPurpose) -> Exchange:
        asked = request.text if not request.earlier else request.earlier[-1][1]
        call = Call(
            purpose=purpose,
            start=view.start,
            stop=view.stop,
            prompt=asked,
            render_hashes=tuple(self.keep(picture) for picture in request.pictures),
        )
        self.digests.append(request.digest)
        try:
            exchange = await self.client.ask(request)
        except AskFailed as failed:
            said = _with(call, failed.exchange) if failed.exchange is not None else call
            self.calls.append(said.model_copy(update={"error": str(failed)}))
            raise
        self.calls.append(_with(call, exchange))
        return exchange

    def _mark(self, error: str) -> None:
        self.calls[-1] = self.calls[-1].model_copy(update={"error": error})


async def answer(ask: VisualAsk, client: ModelClient, draw: Draw, keep: Keep, passes: int) -> Said:
    """Have a model answer one question; what it fails at is in the result.

    Args:
        passes: 2 shows each proposed event again, zoomed, and takes its edges from there.

    Raises:
        AskFailed: only when asking anything else is in vain too (`ends_batch`).
    """
    talk = _Talk(client, keep, ask.question)
    try:
        content = await talk.read(first_request(ask), ask.view, ask.shown, "answer")
        if passes > 1 and content.intervals:
            content = await _refined(ask, content, talk, draw)
    except AskFailed as failed:
        if failed.ends_batch:
            raise
        return Said(tuple(talk.calls), tuple(talk.digests), None, failed.problem, str(failed))
    return Said(tuple(talk.calls), tuple(talk.digests), content)


async def _refined(
    ask: VisualAsk, content: AnswerContent, talk: _Talk, draw: Draw
) -> AnswerContent:
    """Show each proposal zoomed; one that fails keeps the edges it was proposed with."""
    zooms = proposals(content, ask.view, ask.shown.settings)
    refined: list[AnswerContent | None] = []
    shown = replace(ask.shown, overview=False, zoom=True)
    for zoom in zooms:
        view = zoomed(ask.view, zoom)
        request = ModelRequest(
            text=refine_prompt(ask.question, view, shown),
            pictures=(await draw(view, shown),),
            schema=kind_of(ask.question).schema(ask.question, axis_of(shown.settings, view)),
            tags=tags_prompt(ask.question),
            sample=ask.sample,
        )
        try:
            refined.append(await talk.read(request, view, shown, "refine"))
        except AskFailed as failed:
            if failed.ends_batch:
                raise
            refined.append(None)
    return merge(content, zooms, refined)


def _with(call: Call, exchange: Exchange) -> Call:
    return call.model_copy(
        update={
            "raw_text": exchange.text,
            "model": exchange.model,
            "tokens_in": exchange.tokens_in,
            "tokens_out": exchange.tokens_out,
            "cost_usd": exchange.cost_usd,
            "seconds": exchange.seconds,
            "cached": exchange.cached,
        }
    )
