"""What is sent to a model and what comes back, apart from who carries it and what it means."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Protocol

from core.answers import Problem
from core.errors import TeacherError
from core.model import Frozen

Form = Literal["schema", "json", "tags"]
"""How structured output is asked for, once it is known what the endpoint takes."""


@dataclass(frozen=True, eq=False)
class ModelRequest:
    """One message with pictures.

    Attributes:
        text: the whole prompt.
        pictures: PNGs, in the order in which the prompt speaks of them.
        schema: JSON schema of the wanted answer; None when free text is wanted.
        tags: words that ask for the tag form, appended where an endpoint knows no JSON.
        sample: which of several answers to the same request this is to be.
        earlier: turns to go on from, as (what the model said, what is asked now): a repair.
    """

    text: str
    pictures: tuple[bytes, ...] = ()
    schema: dict[str, Any] | None = None
    tags: str = ""
    sample: int = 0
    earlier: tuple[tuple[str, str], ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all of it; with the endpoint's signature it names an exchange."""
        parts = [self.text, json.dumps(self.schema, sort_keys=True), self.tags, str(self.sample)]
        parts += [text for turn in self.earlier for text in turn]
        parts += [hashlib.sha256(picture).hexdigest() for picture in self.pictures]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class Exchange(Frozen):
    """What a model said to a request.

    Attributes:
        finish: the endpoint's reason for ending (`stop`, `length`, ...), empty when it gave none.
        form: how the answer was asked for: `schema`, `json`, `tags`, or `text` without a schema.
        tries: how many HTTP requests it took.
        cached: taken from an earlier exchange.
    """

    text: str
    model: str = ""
    finish: str = ""
    form: str = "text"
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost_usd: float | None = None
    seconds: float = 0.0
    tries: int = 1
    cached: bool = False


class AskFailed(TeacherError):
    """A model gave no answer.

    Attributes:
        problem: what kind of failure, for the batch's counts.
        ends_batch: no other request can go better (key, model, address): stop asking.
        exchange: what came back all the same, to be kept.
    """

    def __init__(
        self,
        message: str,
        problem: Problem,
        *,
        ends_batch: bool = False,
        exchange: Exchange | None = None,
    ) -> None:
        super().__init__(message)
        self.problem: Problem = problem
        self.ends_batch = ends_batch
        self.exchange = exchange


@dataclass(frozen=True)
class ClientSetup:
    """What a client is made with besides its endpoint.

    Attributes:
        exchanges: the folder of what was said before.
        local_only: refuse an endpoint that is not on this machine.
        form: the form of structured output that the endpoint took before.
        on_retry: told of each problem after which a request is sent again.
    """

    exchanges: Path
    local_only: bool = False
    form: Form | None = None
    on_retry: Callable[[Problem], None] = lambda problem: None


class ModelClient(Protocol):
    """Carries requests to a model: over the network, or out of what was said before."""

    async def ask(self, request: ModelRequest) -> Exchange:
        """Return what the model says; raises AskFailed when nothing usable comes back."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
