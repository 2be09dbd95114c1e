"""A text that a person edited, as an answer: words left as they were keep what they point to.

No Streamlit. An open answer is text; its spans and places are not edited one by one.
"""

import re
from collections.abc import Sequence

from core.answers import AnswerContent, FoundInterval, Span
from core.questions.open import check_words
from core.questions.steps import sentences


def retold(text: str, said: Sequence[Span], found: Sequence[FoundInterval]) -> AnswerContent:
    """Return an edited text as an open answer.

    Args:
        text: what it says now.
        said: the spans it said before.
        found: the intervals these point to. One whose words are all gone is gone as well.

    Raises:
        AnswerError: when the text holds no word.
    """
    check_words(text)
    spans = reworded(text.strip(), said)
    before, now = ({span.interval for span in each} for each in (said, spans))
    kept = [one for one in found if one.number in now or one.number not in before]
    numbers = {one.number: place for place, one in enumerate(kept, start=1)}
    return AnswerContent(
        kind="open",
        intervals=tuple(one.model_copy(update={"number": numbers[one.number]}) for one in kept),
        rationale=tuple(
            span
            if span.interval is None
            else span.model_copy(update={"interval": numbers[span.interval]})
            for span in spans
        ),
    )


def reworded(text: str, said: Sequence[Span]) -> tuple[Span, ...]:
    """Cut a text into the spans found again in it, in their order, and sentences of new words."""
    spans: list[Span] = []
    done = 0
    for span in said:
        words = span.text.strip()
        if not words or (span.interval is None and span.claim is None):
            continue
        place = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)").search(text, done)
        if place is None:
            continue
        spans += [Span(text=sentence) for sentence in sentences(text[done : place.start()])]
        spans.append(span.model_copy(update={"text": words}))
        done = place.end()
    return (*spans, *(Span(text=sentence) for sentence in sentences(text[done:])))
