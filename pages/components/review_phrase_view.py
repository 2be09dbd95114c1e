"""Phrases of the desk as the chart shows them: who says what of each, their marks, their keys.

No Streamlit.
"""

from collections.abc import Sequence
from typing import Literal

from core.answers import AnswerContent
from core.phrases import PhraseKey, PhraseState, as_judged
from core.verdicts import Check
from pages.components.chart import Action, Mark, Phrase
from pages.components.marks import PEOPLE
from pages.components.review_buttons import UNDO
from pages.components.workflows.phrase_work import OpenPhrase, PhraseDesk, sources, told
from pages.components.workflows.reviewing import Desk

DONE = "phrase_done"
LINK = "phrase_link:"
MARK = "phrase:"
PHRASE_PX = 84
"""Pixels below the chart while the interval of a phrase is being chosen."""
MOST_KEYS = 9
Verdict = Literal["", "right", "wrong", "changed"]


def id_of(key: PhraseKey) -> str:
    """Return how the chart names a phrase."""
    return f"{key[0]}#{key[1]}"


def key_of(phrase_id: str) -> PhraseKey:
    """Return the phrase that the chart names so."""
    source_id, _, span = phrase_id.rpartition("#")
    return source_id, int(span)


def phrases_of(
    content: AnswerContent, owner: str, checks: Sequence[Check | None], phrases: PhraseDesk
) -> tuple[Phrase, ...]:
    """Return the rationale's pieces as people leave them, numbered like the intervals.

    Args:
        content: the answer as it was given.
        checks: of the answer as it is now, one per span.
    """
    now = as_judged(content, owner, phrases.states)
    found: list[Phrase] = []
    for place, (given, span, check) in enumerate(
        zip(content.rationale, now.rationale, checks, strict=True)
    ):
        if not span.text:
            continue
        key = owner, place
        state = phrases.states.get(key)
        found.append(
            Phrase(
                text=span.text,
                ref=_ref(key, state, span.interval),
                number=span.interval,
                check="" if check is None else check.status,
                measured="" if check is None else check.measured,
                id=id_of(key) if any(map(str.isalpha, given.text)) else "",
                said=given.text.strip() if state is not None and state.reworded else "",
                verdict=_verdict(state),
                told="" if state is None else told(state),
            )
        )
    return tuple(found)


def _ref(key: PhraseKey, state: PhraseState | None, number: int | None) -> str:
    if number is None:
        return ""
    own = state is not None and state.relinked
    return f"{MARK}{id_of(key)}" if own else f"{key[0]}:{number}"


def _verdict(state: PhraseState | None) -> Verdict:
    if state is None:
        return ""
    if state.body.verdict in ("right", "wrong"):
        return "right" if state.body.verdict == "right" else "wrong"
    return "changed" if state.changed else ""


def phrase_marks(desk: Desk, phrases: PhraseDesk, lane: str) -> list[Mark]:
    """Return the intervals that people gave to phrases; the one being worked on can be dragged."""
    moving = phrases.open.key if phrases.open is not None and phrases.open.how == "move" else None
    marks: list[Mark] = []
    for source_id, content in sources(desk).items():
        now = as_judged(content, source_id, phrases.states)
        for place, span in enumerate(now.rationale):
            key = source_id, place
            state = phrases.states.get(key)
            if span.interval is None or (key != moving and not (state and state.relinked)):
                continue
            one = now.intervals[span.interval - 1]
            text = f"“{span.text.strip()}”"
            marks.append(
                Mark(
                    f"{MARK}{id_of(key)}",
                    one.number,
                    one.start,
                    one.stop,
                    lane,
                    PEOPLE,
                    one.channels,
                    text,
                    movable=key == moving,
                )
            )
    return marks


def phrase_actions(desk: Desk, opened: OpenPhrase) -> list[Action]:
    """Return what can be done while a phrase's interval is chosen: link by number, undo, leave."""
    actions = [Action(DONE, "Done", "escape", PEOPLE, primary=True)]
    if opened.how == "link":
        for one in sources(desk)[opened.key[0]].intervals:
            place = (
                f"sample {one.start:,}"
                if one.stop - one.start == 1
                else (f"samples {one.start:,} to {one.stop - 1:,}")
            )
            key = str(one.number) if one.number <= MOST_KEYS else ""
            actions.append(Action(f"{LINK}{one.number}", f"Link to {place}", key))
    told_ = "Take back what you did last"
    return [*actions, Action(UNDO, "Undo", "u", group=1, help=told_)]
