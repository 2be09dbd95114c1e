"""What a batch asked of models holds: its config, and the lines it writes beside its answers."""

import hashlib
from collections.abc import Sequence

from pydantic import Field

from core.answers import Author
from core.errors import ConfigError
from core.model import Frozen
from core.questions.base import Question
from core.questions.prompts import prompt_version
from core.render_settings import RenderSettings
from core.selection_records import Weights
from core.teachers.endpoint import Endpoint
from core.teachers.exchange import Form


class BatchTeacher(Frozen):
    """A model that a batch asks, with the pictures it is shown."""

    endpoint: Endpoint
    render: RenderSettings = RenderSettings()
    form: Form | None = None
    """How it is known to take structured output."""


class ModelBatch(Frozen):
    """What a batch asks of models.

    Attributes:
        client: key in `core.teachers.MODELS`: who carries the requests.
        samples: answers of each teacher to each item.
        two_pass: show each proposed event again, zoomed, and take its edges from there.
        overview: show the whole series beside the window.
        budget_usd: stop before more than this is spent; None for no limit.
        weights: of the terms by which one of several answers is chosen.
        judge: a model that scores rationales for that choice; None for none.
        local_only: refuse every endpoint that is not on this machine.
    """

    teachers: tuple[BatchTeacher, ...] = Field(min_length=1)
    client: str = "openai_vlm"
    samples: int = Field(default=1, ge=1, le=16)
    two_pass: bool = False
    overview: bool = False
    budget_usd: float | None = Field(default=None, gt=0)
    weights: Weights = Weights()
    judge: Endpoint | None = None
    local_only: bool = False

    @property
    def several(self) -> bool:
        """Whether an item gets several answers, of which one is to be chosen."""
        return len(self.teachers) * self.samples > 1

    @property
    def away(self) -> tuple[str, ...]:
        """The hosts beyond this machine that would receive pictures."""
        endpoints = [one.endpoint for one in self.teachers]
        endpoints += [] if self.judge is None else [self.judge]
        return tuple(sorted({one.host for one in endpoints if not one.is_local}))

    def check_local(self, local_only: bool) -> None:
        """Raise ConfigError when pictures would go where the project sends none."""
        if local_only and self.away:
            raise ConfigError(
                f"the batch would send pictures to {', '.join(self.away)}, and this project asks "
                "endpoints on this machine only; choose a local one, or have a lead lift that rule"
            )

    def author(self, teacher: BatchTeacher, question: Question) -> Author:
        """Return who signs: the version tells apart all that shapes an answer."""
        shaping = (
            teacher.endpoint.signature,
            teacher.render.digest,
            prompt_version(question.kind),
            self.two_pass,
            self.overview,
        )
        version = hashlib.sha256(repr(shaping).encode()).hexdigest()[:12]
        return Author(kind="teacher", name=teacher.endpoint.name, version=version)

    def authors(self, question: Question) -> list[Author]:
        """Return everybody who signs an answer to the question."""
        return [self.author(teacher, question) for teacher in self.teachers]


class Spent(Frozen):
    """One exchange that was paid for, noted when it came in."""

    endpoint_id: str
    form: str
    cost_usd: float | None
    tokens_in: int | None
    tokens_out: int | None
    seconds: float


class Learned(Frozen):
    """What a batch learned of an endpoint: how it takes structured output, and its usual cost."""

    endpoint_id: str
    endpoint_version: int
    form: str
    """Empty when it was not asked for structured output."""
    n: int
    tokens_in: float | None = None
    tokens_out: float | None = None
    latency_s: float | None = None


def learned(endpoint: Endpoint, spent: Sequence[Spent]) -> Learned:
    """Sum up the exchanges of one endpoint."""
    own = [one for one in spent if one.endpoint_id == endpoint.id]
    tokens_in = [one.tokens_in for one in own if one.tokens_in is not None]
    tokens_out = [one.tokens_out for one in own if one.tokens_out is not None]
    return Learned(
        endpoint_id=endpoint.id,
        endpoint_version=endpoint.version,
        form=next((one.form for one in reversed(own) if one.form != "text"), ""),
        n=len(own),
        tokens_in=sum(tokens_in) / len(tokens_in) if tokens_in else None,
        tokens_out=sum(tokens_out) / len(tokens_out) if tokens_out else None,
        latency_s=sum(one.seconds for one in own) / len(own) if own else None,
    )


Unit = tuple[str, Author, int]
"""(item id, who is asked, which sample): one thing to ask."""
