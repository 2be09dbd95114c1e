"""The built-in rules on an `open` question: what they measured, in sentences.

The course of each channel (where it goes, its highest and lowest place), then the finds of the
finders. Of the course only what the claim checks confirm is said.
"""

from core.answers import AnswerContent, Claim, Direction, Feature, Span
from core.checks_stretch import FLAT_SHARE
from core.measure import WindowFacts
from core.questions.base import Question
from core.series import WindowView
from core.teachers.rules_anomaly import find_events
from core.teachers.rules_words import number, sample, stated, where

MOST_CHANNELS = 4
"""The course of so many channels is told: more is no text that anybody reads."""


def describe(question: Question, view: WindowView) -> AnswerContent:
    """Say what happens in the window; its events are the intervals, typed where there are types."""
    facts = WindowFacts(view)
    found = find_events(question, view)
    told = range(min(view.values.shape[1], MOST_CHANNELS))
    course = [span for channel in told for span in _course(channel, view, facts)]
    return AnswerContent(
        kind="open", intervals=found.intervals, rationale=(*course, *found.rationale)
    )


def _course(channel: int, view: WindowView, facts: WindowFacts) -> list[Span]:
    """Say where a channel goes from start to end, and where it is highest and lowest."""
    measured = facts.channel(channel)
    on = where(channel, view.values.shape[1])
    if len(measured.inside(view.start, view.stop)) == 0:
        return [Span(text=f"There are no values{on}. ")]
    climb = measured.climb(view.start, view.stop)
    if climb is None:
        return []
    flat = abs(climb) <= FLAT_SHARE * measured.spread
    going: Direction = "flat" if flat else "up" if climb > 0 else "down"
    said = {
        "flat": f"From start to end{on} the values stay about level",
        "up": f"From start to end{on} the values go up by {number(climb)}",
        "down": f"From start to end{on} the values go down by {number(-climb)}",
    }[going]
    claim = Claim(
        kind="direction", start=view.start, stop=view.stop, channel=channel, direction=going
    )
    spans = [
        stated(said, claim, facts),
        _extreme("maximum", channel, view, facts),
        _extreme("minimum", channel, view, facts),
    ]
    there = [span for span in spans if span is not None]
    joined = [one for span in there for one in (span, Span(text="; "))]
    return [*joined[:-1], Span(text=". ")] if there else []


def _extreme(feature: Feature, channel: int, view: WindowView, facts: WindowFacts) -> Span | None:
    highest = feature == "maximum"
    place = facts.channel(channel).extremes(highest=highest)[0]
    on = where(channel, view.values.shape[1])
    value = float(view.values[place - view.start, channel])
    text = f"the {'highest' if highest else 'lowest'} value{on}, {number(value)}, is at "
    claim = Claim(kind="position", start=place, stop=place + 1, channel=channel, feature=feature)
    return stated(text + sample(place), claim, facts)
