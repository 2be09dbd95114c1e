"""The `series` student: reads windows through its encoder and answers in its own words.

A pattern label is the language model's mean log-probability per token of each option's wording.
Intervals and every position in a rationale come from heads on the encoder; words come from the
language model, of whichever size it is; levels and heights are measured by code. Options, wordings
and event types are looked up exactly: what it was not trained on is refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self, cast

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from core.answers import AnswerContent, Claim, FoundInterval, Span
from core.checks_stretch import measured_value
from core.errors import ConfigError
from core.measure import WindowFacts
from core.model import Frozen
from core.questions.base import Option, Question
from core.series import WindowView
from core.students import CONFIG_FILE
from core.students.language import Language, Prefix, build_language, soft_width
from core.students.lookup import trained_question
from core.students.series_decoder import POCKET
from core.students.series_detectors import n_features, refuse_unknown, sample_features
from core.students.series_events import (
    EventRules,
    Found,
    Probabilities,
    certainty,
    find_events,
    numbered,
)
from core.students.series_features import Blurred
from core.students.series_input import N_PATCHES, Prepared, on_grid, prepare
from core.students.series_net import Encoded, SeriesNet
from core.students.series_words import (
    NONE,
    SIGNS,
    WHY,
    option_words,
    spans_from,
)
from core.students.sizes import Base, Body, Size

WEIGHTS_FILE = "model.safetensors"
_CHUNK = 64


class SeriesConfig(Frozen):
    """Everything about a student but its weights.

    Attributes:
        questions: what it was trained on, options and types in the order of its heads.
        tokens: its vocabulary.
        slots: keys of the positions it can point to in a pattern's rationale.
        rules: how probabilities become intervals, by id of the anomaly question.
        explains: ids of the questions whose answers it gives reasons for.
        temperatures: what the scores of options are divided by, by id of the pattern question, so
            that a confidence is how often the label is right; 1 where it could not be learned.
        size: which of the three sizes it has.
        base: the language model it was trained on; None for `pocket`, which is trained whole.
        decoder: transformers configuration of the language model of `pocket`.
        width: channels of its encoder.
        body: the shape of its encoder.
        detectors: keys of the detectors whose scores its event heads read.
        blurred: what an excursion counts for where a steep cycle blurs it
            (`series_features.event_features`); students from before it counted for nothing keep it.
    """

    student: Literal["series"] = "series"
    questions: tuple[Question, ...]
    tokens: tuple[str, ...]
    slots: tuple[str, ...] = ()
    rules: dict[str, EventRules] = Field(default_factory=dict)
    explains: tuple[str, ...] = ()
    temperatures: dict[str, float] = Field(default_factory=dict)
    size: Size = "pocket"
    base: Base | None = None
    decoder: dict[str, Any] = Field(default_factory=lambda: dict(POCKET))
    width: int = 64
    body: Body = "conv"
    detectors: tuple[str, ...] = ()
    blurred: Blurred = "kept"


class SeriesModel(torch.nn.Module):
    """The trainable whole: encoder with heads, and what is trained of the language model."""

    def __init__(self, config: SeriesConfig) -> None:
        super().__init__()
        self.net = SeriesNet(
            [len(q.options) for q in config.questions if q.kind == "pattern"],
            [len(q.types) for q in config.questions if q.kind == "anomaly"],
            len(config.slots),
            config.width,
            soft_width(config),
            n_features(config.detectors),
            config.body,
        )
        self.decoder = build_language(config)

    @property
    def language(self) -> Language:
        """The language model; its weights are saved under the older name `decoder`."""
        return cast(Language, self.decoder)


def event_token(place: int, event_type: int) -> str:
    """Return the token that asks for words about an event of this type."""
    return f"<event:{place}:{event_type}>"


def window_rows(prepared: Sequence[Prepared]) -> tuple[Tensor, Tensor]:
    """Return the channels of windows on the patch grid (rows, GRID) and each row's window."""
    rows = torch.cat([on_grid(torch.from_numpy(p.values)) for p in prepared])
    counts = torch.tensor([len(p.values) for p in prepared])
    return rows, torch.repeat_interleave(torch.arange(len(prepared)), counts)


@torch.no_grad()
def event_probabilities(
    model: SeriesModel, head: int, window: Prepared, features: np.ndarray
) -> tuple[Encoded, Probabilities]:
    """Return the encoded window and (channels, 1 + types, n) probabilities of an event head."""
    values = torch.from_numpy(window.values)
    owner = torch.zeros(len(values), dtype=torch.long)
    encoded = model.net.encode(values, owner, 1)
    logits = model.net.event_logits(head, encoded, torch.from_numpy(features), owner)
    return encoded, logits.softmax(dim=1).numpy()


class SeriesStudent:
    """A trained student; see the module. `name` is "series"."""

    name = "series"

    def __init__(self, config: SeriesConfig, model: SeriesModel) -> None:
        self.config = config
        self.model = model.eval()

    @torch.no_grad()
    def answer(self, question: Question, views: Sequence[WindowView]) -> list[AnswerContent]:
        """Answer the question on each window, in order; positions are absolute samples."""
        trained = trained_question(question, self.config.questions)
        kinds = [q.id for q in self.config.questions if q.kind == question.kind]
        head = kinds.index(trained.id)
        if question.kind == "pattern":
            return [
                content
                for chunk in _chunks(views)
                for content in self._patterns(question, trained, chunk)
            ]
        return [
            self._anomalies(question, trained, view, *self._events(head, view)) for view in views
        ]

    @torch.no_grad()
    def answer_with_scores(
        self, question: Question, view: WindowView
    ) -> tuple[AnswerContent, NDArray[np.float64]]:
        """Answer an anomaly question on a window; also (n,) how sure an event is at each sample.

        A score is the probability of all event types together, 1 - P(background), in [0, 1], on the
        channel where it is highest.
        """
        trained = trained_question(question, self.config.questions)
        head = [q.id for q in self.config.questions if q.kind == "anomaly"].index(trained.id)
        encoded, probabilities = self._events(head, view)
        # the sum, for 1 - P(background) rounds to 0 where it is small
        scores = probabilities[:, 1:].astype(np.float64).sum(axis=1).max(axis=0)
        return self._anomalies(question, trained, view, encoded, probabilities), scores

    @torch.no_grad()
    def event_probabilities(self, head: int, view: WindowView) -> Probabilities:
        """Return (channels, 1 + types, n) probabilities of anomaly question number `head`."""
        return self._events(head, view)[1]

    def save(self, folder: Path) -> None:
        """Write weights (safetensors) and configuration into `folder`, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        save_file(weights_of(self.model), folder / WEIGHTS_FILE)
        (folder / CONFIG_FILE).write_text(self.config.model_dump_json(indent=1))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a student written by `save`.

        Raises:
            ConfigError: if a file is missing or damaged, or belongs to another version's network.
        """
        path = folder / CONFIG_FILE
        try:
            config = SeriesConfig.model_validate_json(path.read_text())
            weights = load_file(folder / WEIGHTS_FILE)
        except (OSError, ValueError, SafetensorError) as error:
            raise ConfigError(
                f"the student in {folder} cannot be read ({error}); its files are missing, damaged "
                "or of another version: train the model again"
            ) from error
        refuse_unknown(config.detectors)
        with torch.random.fork_rng():
            model = SeriesModel(config)
        refuse_other_network(model, weights, folder)
        load_weights(model, weights)
        return cls(config, model)

    @torch.no_grad()
    def option_probabilities(
        self, question: Question, views: Sequence[WindowView]
    ) -> NDArray[np.float64]:
        """Return (windows, options) how likely each option of a pattern question is.

        Options are in the order in which the student was trained on them, without those not asked.
        """
        trained = trained_question(question, self.config.questions)
        scored = [self._scored(question, trained, chunk) for chunk in _chunks(views)]
        return np.concatenate([one.probabilities for one in scored])

    def _scored(
        self, question: Question, trained: Question, views: Sequence[WindowView]
    ) -> "_Scored":
        prepared = [prepare(view) for view in views]
        encoded = self.model.net.encode(*window_rows(prepared), len(views))
        language = self.model.language
        place = self.config.questions.index(trained)
        prefix = language.prefix(self.model.net.soft_tokens(encoded), place)
        asked = {option.key: option for option in question.options}
        # The order of training, whatever the order asked: sums then round alike as well.
        options = [asked[o.key] for o in trained.options if o.key in asked]
        scores = language.score(prefix, language.blocks([option.name for option in options]))
        scores = scores / self.config.temperatures.get(trained.id, 1.0)
        return _Scored(prefix, encoded, options, scores.softmax(dim=1).double().numpy())

    def _patterns(
        self, question: Question, trained: Question, views: Sequence[WindowView]
    ) -> list[AnswerContent]:
        scored = self._scored(question, trained, views)
        options, probabilities = scored.options, scored.probabilities
        best = probabilities.argmax(axis=1)
        names = [options[i].name for i in best]
        reasons = self._reasons(trained, scored.prefix, scored.encoded, names, views)
        return [
            AnswerContent(
                kind="pattern",
                label=options[best[i]].key,
                scores={o.key: float(p) for o, p in zip(options, probabilities[i], strict=True)},
                confidence=float(probabilities[i].max()),
                rationale=reasons[i],
            )
            for i in range(len(views))
        ]

    def _reasons(
        self,
        trained: Question,
        prefix: Prefix,
        encoded: Encoded,
        labels: Sequence[str],
        views: Sequence[WindowView],
    ) -> list[tuple[Span, ...]]:
        """Let the decoder write why, and put the position head's samples into its words."""
        if trained.id not in self.config.explains:
            return [() for _ in views]
        # The head has a row even where no rationale that was learned from spoke of a position.
        places = head_positions(self.model.net.positions(encoded))[:, : len(self.config.slots)]
        reasons: list[tuple[Span, ...]] = [() for _ in views]
        for label in dict.fromkeys(labels):
            rows = [i for i, other in enumerate(labels) if other == label]
            texts = self.model.language.write(prefix.rows(rows), [*option_words(label), WHY])
            for i, tokens in zip(rows, texts, strict=True):
                claims = PatternClaims(self.config.slots, places[i], views[i])
                reasons[i] = spans_from(tokens, claims, claims.facts)
        return reasons

    def _events(self, head: int, view: WindowView) -> tuple[Encoded, Probabilities]:
        config = self.config
        features = sample_features(view, config.detectors, config.blurred)
        return event_probabilities(self.model, head, prepare(view), features)

    def _anomalies(
        self,
        question: Question,
        trained: Question,
        view: WindowView,
        encoded: Encoded,
        probabilities: Probabilities,
    ) -> AnswerContent:
        found = find_events(probabilities, self.config.rules[trained.id])
        by_key = {event_type.key: event_type.id for event_type in question.types}
        ids = [by_key.get(event_type.key) for event_type in trained.types]
        intervals = numbered(found, ids, view.start)
        found = [event for event in found if ids[event.type] is not None]
        return AnswerContent(
            kind="anomaly",
            intervals=intervals,
            confidence=round(certainty(probabilities), 4),
            rationale=self._event_reasons(trained, encoded, probabilities, found, intervals, view),
        )

    def _event_reasons(
        self,
        trained: Question,
        encoded: Encoded,
        probabilities: Probabilities,
        events: Sequence[Found],
        intervals: Sequence[FoundInterval],
        view: WindowView,
    ) -> tuple[Span, ...]:
        if trained.id not in self.config.explains:
            return ()
        place_of = self.config.questions.index(trained)
        language = self.model.language
        prefix = language.prefix(self.model.net.soft_tokens(encoded), place_of)
        facts = WindowFacts(view)
        if not intervals:
            # The sample that the head finds the least ordinary, for words on what was dismissed.
            least = np.unravel_index(probabilities[:, 0].argmin(), probabilities[:, 0].shape)
            channel, place = int(least[0]), view.start + int(least[1])
            claims = RangeClaims(facts, place, place + 1, channel)
            tokens = language.write(prefix, [NONE])[0]
            return spans_from(tokens, claims, facts)
        spans: list[Span] = []
        for found, event in zip(intervals, events, strict=True):
            channel, value = strongest(facts, found)
            prompt = [event_token(place_of, event.type), SIGNS[0] if value >= 0 else SIGNS[1]]
            tokens = language.write(prefix, prompt)[0]
            claims = RangeClaims(facts, found.start, found.stop, channel)
            on_channel = found.model_copy(update={"channels": (channel,)})
            said = spans_from(tokens, claims, facts, on_channel)
            if spans and said and not said[0].text.startswith(" "):
                spans.append(Span(text=" "))
            spans += said
        return tuple(spans)


@dataclass(frozen=True, eq=False)
class _Scored:
    """Windows with the options asked of them, and how likely each is: (windows, options)."""

    prefix: Prefix
    encoded: Encoded
    options: Sequence[Option]
    probabilities: NDArray[np.float64]


def weights_of(model: SeriesModel) -> dict[str, Tensor]:
    """Return copies of all weights; tied ones once."""
    kept: dict[str, Tensor] = {}
    seen: set[int] = set()
    for name, value in model.state_dict().items():
        if value.data_ptr() not in seen or value.numel() == 0:
            kept[name] = value.detach().clone().contiguous()
        seen.add(value.data_ptr())
    return kept


def refuse_other_network(model: SeriesModel, weights: dict[str, Tensor], folder: Path) -> None:
    """Raise ConfigError when weights do not fit the network that this version builds."""
    own = {name: tuple(value.shape) for name, value in weights_of(model).items()}
    saved = {name: tuple(value.shape) for name, value in weights.items()}
    odd = sorted(name for name in own.keys() | saved.keys() if own.get(name) != saved.get(name))
    if odd:
        here, there = own.get(odd[0], "none"), saved.get(odd[0], "none")
        raise ConfigError(
            f"the weights in {folder / WEIGHTS_FILE} are of another network: {len(odd)} parts "
            f"differ, such as {odd[0]!r} ({there} there, {here} in this version). A student cannot "
            "be carried over to another network: train the model again"
        )


def load_weights(model: SeriesModel, weights: dict[str, Tensor]) -> None:
    """Fill a model with `weights_of` another one; tied weights follow."""
    own = model.state_dict()
    for name, value in weights.items():
        own[name].copy_(value)


def head_positions(logits_B_S_P: Tensor) -> np.ndarray:
    """Return (windows, slots) positions in [0, 1]: the median of each slot's distribution."""
    total = logits_B_S_P.softmax(dim=2).cumsum(dim=2)
    patch = (total < 0.5).sum(dim=2).clamp_max(N_PATCHES - 1)
    after = total.gather(2, patch[..., None])[..., 0]
    before = total.gather(2, (patch - 1).clamp_min(0)[..., None])[..., 0] * (patch > 0)
    inside = ((0.5 - before) / (after - before).clamp_min(1e-6)).clamp(0, 1)
    return ((patch + inside) / N_PATCHES).numpy()


def strongest(facts: WindowFacts, found: FoundInterval) -> tuple[int, float]:
    """Return the channel on which an interval departs most, and by how many noises."""
    channels = found.channels or tuple(range(facts.view.values.shape[1]))

    def departure(channel: int) -> float:
        one = facts.channel(channel)
        value = one.spike(found.start, found.stop)
        return (value or 0.0) / (one.noise or one.spread or 1.0)

    best = max(channels, key=lambda channel: abs(departure(channel)))
    return best, departure(best)


class PatternClaims:
    """Makes the claims of a pattern's rationale from the position head and measurements."""

    def __init__(self, slots: Sequence[str], places: np.ndarray, view: WindowView) -> None:
        n = len(view.values)
        self.view = view
        self.facts = WindowFacts(view)
        self.samples = {
            slot: round(n * _snapped(float(place)))
            for slot, place in zip(slots, places, strict=True)
        }

    def __call__(self, name: str, count: int) -> Claim | None:
        start = self.samples.get(f"{name}#{count}.start")
        stop = self.samples.get(f"{name}#{count}.stop")
        if start is None or stop is None:
            return None
        n = len(self.view.values)
        start = min(start, n - 1)
        stop = min(n, max(stop, start + 1))
        offset = self.view.start
        return measured_claim(name, offset + start, offset + stop, 0, self.facts)


class RangeClaims:
    """Makes claims about one range that the event head found; values are measured by code."""

    def __init__(self, facts: WindowFacts, start: int, stop: int, channel: int) -> None:
        self.facts, self.start, self.stop, self.channel = facts, start, stop, channel

    def __call__(self, name: str, count: int) -> Claim | None:
        return measured_claim(name, self.start, self.stop, self.channel, self.facts)


def measured_claim(name: str, start: int, stop: int, channel: int, facts: WindowFacts) -> Claim:
    """Return the claim `kind:detail` over a range, with the value measured there."""
    kind, _, detail = name.partition(":")
    measured = facts.channel(channel)
    common = {"start": start, "stop": stop, "channel": channel}
    match kind:
        case "position":
            return Claim.model_validate({"kind": kind, "feature": detail, **common})
        case "direction":
            return Claim.model_validate({"kind": kind, "direction": detail, **common})
        case "level":
            value = measured.level(start, stop)
        case "spike":
            value = measured.spike(start, stop)
        case _:
            value = measured_value(kind, measured, start, stop)
    shown = None if value is None else float(f"{value:.4g}")
    return Claim.model_validate(
        {"kind": kind, "value": shown, "direction": detail or None, **common}
    )


def _snapped(place: float) -> float:
    """Move a position in the first or last patch to the window's edge."""
    if place < 1 / N_PATCHES:
        return 0.0
    return 1.0 if place > 1 - 1 / N_PATCHES else place


def _chunks(views: Sequence[WindowView]) -> Iterator[Sequence[WindowView]]:
    for first in range(0, len(views), _CHUNK):
        yield views[first : first + _CHUNK]
