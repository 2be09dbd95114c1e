"""Small examples of every question kind, with and without reasons."""

import numpy as np

from core.answers import AnswerContent, FoundInterval, Span
from core.questions.base import EventType, Option, Question
from core.series import WindowView
from training.examples import Progress, TrainingExample

SHAPES = Question(
    id="q-shape",
    family_id="f-shape",
    kind="pattern",
    name="Shape",
    text="Which way does it go?",
    options=(Option(key="up", wordings=("up",)), Option(key="down", wordings=("down",))),
)
EVENTS = Question(
    id="q-event",
    family_id="f-event",
    kind="anomaly",
    name="Events",
    text="Where does it stand out?",
    types=(EventType(id="t1", key="spike", name="spike"),),
)
WORDS = Question(
    id="q-words", family_id="f-words", kind="open", name="Words", text="What happens here?"
)
N, START = 60, 400


def line(direction: str, seed: int) -> WindowView:
    """Return a noisy line; samples 400 to 459."""
    rng = np.random.default_rng(seed)
    slope = np.linspace(0, 1, N) * (1 if direction == "up" else -1)
    return WindowView((slope + rng.normal(0, 0.02, N))[:, None], start=START)


def spiked(place: int, seed: int) -> WindowView:
    """Return noise with one high sample at a place of the window."""
    values = np.random.default_rng(seed).normal(0, 0.02, N)
    values[place] = 3.0
    return WindowView(values[:, None], start=START)


def shape_example(direction: str, seed: int, **more: object) -> TrainingExample:
    """Return a reviewed line with a true reason."""
    reason = Span(text=f"It {'rises' if direction == 'up' else 'falls'} over samples 0 to 59.")
    content = AnswerContent(kind="pattern", label=direction, rationale=(reason,))
    given = {"source": "correction", "item_id": f"shape-{seed}", "group": f"s{seed}", **more}
    return TrainingExample("q-shape", line(direction, seed), content, **given)


def event_content(place: int, *words: str) -> AnswerContent:
    """Return the answer that names one sample."""
    found = FoundInterval(number=1, start=START + place, stop=START + place + 1)
    return AnswerContent(
        kind="anomaly",
        intervals=(found,),
        rationale=tuple(Span(text=text, interval=1) for text in words),
    )


def event_example(place: int, seed: int, **more: object) -> TrainingExample:
    """Return a reviewed spike with a reason."""
    given = {"source": "correction", "item_id": f"event-{seed}", "group": f"e{seed}", **more}
    content = event_content(place, "One sample is far above the rest.")
    return TrainingExample("q-event", spiked(place, seed), content, **given)


def open_example(seed: int, **more: object) -> TrainingExample:
    """Return a reviewed description."""
    content = AnswerContent(kind="open", rationale=(Span(text="It climbs steadily."),))
    given = {"source": "correction", "item_id": f"open-{seed}", "group": f"o{seed}", **more}
    return TrainingExample("q-words", line("up", seed), content, **given)


def some_examples() -> list[TrainingExample]:
    """Return a few of each kind, two of them for validation."""
    return [
        *(shape_example("up" if seed % 2 else "down", seed) for seed in range(4)),
        *(event_example(10 + 5 * seed, 20 + seed) for seed in range(4)),
        open_example(40),
        shape_example("up", 50, split="validation"),
        event_example(33, 51, split="validation"),
    ]


class Kept:
    """Keeps what a fit reports."""

    def __init__(self) -> None:
        self.reports: list[Progress] = []

    def __call__(self, progress: Progress) -> None:
        self.reports.append(progress)
