"""Answers: what a teacher, a student or a person said on an item. The JSON here is canonical."""

from datetime import datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from core.intervals import Interval
from core.model import Frozen

QuestionKind = Literal["pattern", "anomaly", "open", "change_point"]
Cause = Literal["independent", "correlation"]
"""What changed at a change point: single channels by themselves, or how channels move together."""
ChannelPair = tuple[int, int]
"""Two 0-based channels, the lower one first."""
AuthorKind = Literal["teacher", "rules", "student", "baseline", "person", "import", "simulated"]
ClaimKind = Literal[
    "position",
    "level",
    "direction",
    "spike",
    "change",
    "trend",
    "period",
    "variance",
    "missing",
    "correlation",
]
Direction = Literal["up", "down", "flat"]
Feature = Literal["maximum", "minimum", "change", "midpoint"]

CallPurpose = Literal["answer", "repair", "refine", "judge"]
Problem = Literal[
    "unparsable",  # text that is no answer to the question, also after a repair
    "refusal",  # the model declined
    "truncated",  # the answer was cut at the token limit
    "empty",  # nothing came back
    "not_json",  # the endpoint sent something else than its protocol says, HTML for example
    "timeout",
    "rate_limit",
    "server",  # 5xx
    "connection",
    "request",  # the endpoint refuses the request itself: key, model, parameter
    "broken",  # this program failed on the window
]
"""Why a model's answer is missing; the words of `FailedAnswer.problem` and of a batch's counts."""

SCHEMA_VERSION = 1


class Claim(Frozen):
    """A statement about the data that a machine can check, over absolute samples `[start, stop)`.

    position:  `feature` (maximum, minimum, change, midpoint) lies inside `[start, stop)`.
    level:     the level in `[start, stop)` differs from its surroundings by `value` (data units).
    direction: the values in `[start, stop)` go `direction`.
    spike:     the largest excursion in `[start, stop)` from its surroundings is `value` (signed).
    change:    the largest step of the level inside `[start, stop)` is `value` (signed).
    trend:     a straight line through `[start, stop)` climbs by `value` over it, or goes
               `direction`.
    period:    what repeats in `[start, stop)` takes `value` samples a turn.
    variance:  the fluctuation in `[start, stop)` is `value` times that of the rest of the window,
               or larger (`direction` up), smaller (down), alike (flat).
    missing:   `value` samples of `[start, stop)` are missing; without a value, most of them.
    correlation: from `start` on, up to `stop`, `channel` and `other` move together less than before
               (`direction` down: lost), more (up: gained), or as before (flat); with a `value`,
               their correlation is that much in `[start, stop)`. Before is as long a stretch that
               ends at `start`, as far as the window has it.

    `unit` says what `value` counts where that is not the above: `%` per cent, and `x` how many
    times as much, of the level around a level or spike, before a change, at the start of a trend,
    or of the usual fluctuation; `s`, `min`, `h`, `d` for a period. Any other unit is the data's
    own, which nothing here knows, and is taken as it is.
    """

    kind: ClaimKind
    start: int
    stop: int
    channel: int = 0
    value: float | None = None
    direction: Direction | None = None
    feature: Feature | None = None
    unit: str = ""
    other: int | None = None

    @model_validator(mode="after")
    def _two_channels(self) -> Self:
        if (self.kind == "correlation") != (self.other is not None):
            raise ValueError(
                "a claim about a correlation names two channels, and no other claim does; give "
                "`other` with the kind correlation alone"
            )
        if self.other is not None and self.other == self.channel:
            raise ValueError("a channel has no correlation with itself; name two channels")
        return self


class Span(Frozen):
    """A piece of a rationale; `interval` is the local number of the interval it points to."""

    text: str
    interval: int | None = None
    claim: Claim | None = None


class FoundInterval(Frozen):
    """One event of an answer: absolute samples `[start, stop)`; events are numbered 1, 2, ...

    A change point at sample t, the first of the new regime, is the event `[t, t + 1)`. It may say
    its `cause`, None where nobody said it, and with the cause correlation the `pairs` of channels
    whose relation changed.
    """

    number: int
    start: int
    stop: int
    channels: tuple[int, ...] = ()
    type_id: str | None = None
    confidence: float | None = None
    cause: Cause | None = None
    pairs: tuple[ChannelPair, ...] = ()

    @model_validator(mode="after")
    def _pairs_in_order(self) -> Self:
        if self.pairs and self.cause != "correlation":
            raise ValueError(
                "pairs of channels belong to a change of correlation; give the cause correlation, "
                "or channels instead of pairs"
            )
        if any(not 0 <= a < b for a, b in self.pairs) or len(set(self.pairs)) < len(self.pairs):
            raise ValueError(
                f"the pairs {self.pairs} are not different pairs of two channels; give each pair "
                "once, the lower channel first"
            )
        return self

    @property
    def sort(self) -> str | None:
        """What sort of event it is: its cause, or the id of its type; None where nobody said."""
        return self.cause or self.type_id

    @property
    def concerned(self) -> tuple[int, ...]:
        """The channels it is about: those named, and those of its pairs; all of them when empty."""
        of_pairs = {channel for pair in self.pairs for channel in pair}
        return tuple(sorted({*self.channels, *of_pairs}))

    @property
    def interval(self) -> Interval:
        """The range without number, type and confidence."""
        return Interval(start=self.start, stop=self.stop, channels=self.channels)


class AnswerContent(Frozen):
    """What was answered, apart from who said it.

    `label` is an option's key (pattern). `intervals` may be empty: "no anomaly" is an answer.
    `scores` holds one number per option key (pattern; sums to 1 when they are probabilities).
    `confidence` is the author's own, "self-reported" until an audit calibrates it.
    """

    kind: QuestionKind
    label: str | None = None
    intervals: tuple[FoundInterval, ...] = ()
    scores: dict[str, float] = Field(default_factory=dict)
    confidence: float | None = None
    rationale: tuple[Span, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        numbers = [found.number for found in self.intervals]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError(f"intervals are numbered {numbers}; number them 1, 2, ... in order")
        for found in self.intervals:
            Interval(start=found.start, stop=found.stop)
        pointed = {span.interval for span in self.rationale if span.interval is not None}
        if not pointed <= set(numbers):
            raise ValueError(f"the rationale points to intervals {pointed}; there are {numbers}")
        if self.kind == "pattern" and self.label is None:
            raise ValueError("a pattern answer needs a label")
        if self.kind == "change_point":
            long = [found for found in self.intervals if found.stop - found.start != 1]
            if long:
                raise ValueError(
                    f"a change point is one instant, and {long[0].number} covers "
                    f"[{long[0].start}, {long[0].stop}); give the first sample of the new regime"
                )
        elif any(found.cause is not None for found in self.intervals):
            raise ValueError(f"events of an answer of kind {self.kind} have no cause; leave it out")
        return self

    @property
    def rationale_text(self) -> str:
        """The rationale as one text."""
        return "".join(span.text for span in self.rationale)


class Author(Frozen):
    """Who answered. `version` tells two answers of one model apart (a model version's id, say)."""

    kind: AuthorKind
    name: str
    version: str = ""


class Call(Frozen):
    """One exchange with a model on the way to an answer: what was shown, asked and said.

    Attributes:
        start, stop: absolute samples of the window that was shown, `[start, stop)`.
        render_hashes: SHA-256 of the pictures sent, in order; an overview comes after the window.
        model: as the endpoint named it, which may be more exact than what was asked for.
        cached: the exchange was taken from an earlier one; it cost nothing.
        error: why its text is no answer; empty when it is one.
    """

    purpose: CallPurpose
    start: int
    stop: int
    prompt: str
    raw_text: str = ""
    render_hashes: tuple[str, ...] = ()
    model: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost_usd: float | None = None
    seconds: float | None = None
    cached: bool = False
    error: str = ""


GENERATOR = Author(kind="import", name="generator")
"""Who made a generated series, and so knows its truth: of all imports the only one that counts as
truth, on series that are gold by construction."""


class Answer(Frozen):
    """An answer with its provenance; immutable once stored.

    Attributes:
        sample: 0, 1, ... of several answers that one author gave to one item.
        prompt_version: names the prompt file (`anomaly.v1`); empty where none was used.
        render: JSON of the picture's settings and of the versions that drew it.
        calls: every exchange that led here, in order; empty for an author that is no model.
    """

    id: str
    item_id: str
    author: Author
    content: AnswerContent
    created_at: datetime
    raw_text: str = ""
    prompt: str = ""
    option_order: tuple[str, ...] = ()
    render_hash: str = ""
    job_id: str = ""
    seconds: float | None = None
    cost_usd: float | None = None
    sample: int = 0
    prompt_version: str = ""
    render: str = ""
    calls: tuple[Call, ...] = ()
    schema_version: int = SCHEMA_VERSION


class FailedAnswer(Frozen):
    """A try at an item that gave no answer, with everything that was said; it can be tried again.

    Kept apart from answers, so that whoever reads answers never meets one without content.
    """

    id: str
    item_id: str
    author: Author
    problem: Problem
    message: str
    created_at: datetime
    sample: int = 0
    option_order: tuple[str, ...] = ()
    job_id: str = ""
    seconds: float | None = None
    cost_usd: float | None = None
    calls: tuple[Call, ...] = ()
