"""A person's word on a phrase: right, wrong, re-worded, moved, linked, unlinked. No Streamlit.

Each is recorded at once; what it leaves of the phrase is checked against the data as it stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.answers import AnswerContent
from core.desk_events import DeskEvent, PhraseJudged, PhraseVerdict
from core.errors import StoreError
from core.intervals import Interval
from core.people import Identity
from core.phrases import PhraseKey, PhraseState, pair_of, phrase_states
from pages.components.workflows.drafting import inside_window
from pages.components.workflows.reviewing import Desk
from storage import Store

How = Literal["move", "link"]


@dataclass(frozen=True)
class OpenPhrase:
    """A phrase whose interval is being chosen on the plot."""

    key: PhraseKey
    how: How


@dataclass(frozen=True)
class PhraseDesk:
    """What people said of the phrases of an item so far, and which one is being worked on."""

    states: Mapping[PhraseKey, PhraseState] = field(default_factory=dict[PhraseKey, PhraseState])
    open: OpenPhrase | None = None

    def pair(self, content: AnswerContent, key: PhraseKey) -> tuple[str, Interval | None]:
        """Return a phrase's words and interval as they stand."""
        state = self.states.get(key)
        if state is None:
            return pair_of(content, key[1])
        return state.body.text.strip(), state.body.interval


def phrase_desk(store: Store, desk: Desk, open_: OpenPhrase | None = None) -> PhraseDesk:
    """Gather it; nothing on a blind look, and nothing is open while the item is being edited."""
    if desk.blind:
        return PhraseDesk()
    states = phrase_states(store.desk_events.list(desk.item.project_id, desk.item.id))
    there = open_ is not None and desk.draft is None and open_.key[0] in sources(desk)
    return PhraseDesk(states, open_ if there else None)


def sources(desk: Desk) -> dict[str, AnswerContent]:
    """Return what was said on a desk, with words that may be judged, by the id of who said it."""
    found = {answer.id: answer.content for answer in desk.answers}
    if desk.label is not None and desk.label.content is not None:
        found[desk.label.event.id] = desk.label.content
    return found


def judge(
    store: Store,
    desk: Desk,
    person: str,
    key: PhraseKey,
    verdict: PhraseVerdict,
    *,
    text: str = "",
    interval: Interval | None = None,
    identity: Identity = "typed",
) -> DeskEvent | None:
    """Record a person's word on a phrase as it stands; None where they have said that already.

    Args:
        text: the new words, for `reworded`.
        interval: where it points to now, for `moved` and `linked`; cut to the window.

    Raises:
        StoreError: when the desk shows no such phrase, or it has nothing to move, link or unlink.
        AnswerError: when the interval lies outside of the window.
    """
    content = sources(desk).get(key[0])
    if content is None or not 0 <= key[1] < len(content.rationale):
        raise StoreError(
            "the phrase is no longer on the screen, so nothing was recorded; choose it again"
        )
    said, said_interval = pair_of(content, key[1])
    now = phrase_desk(store, desk)
    words, where = now.pair(content, key)
    match verdict:
        case "wrong":
            words, where = said, said_interval
        case "reworded":
            words = _some(text)
        case "moved" | "linked":
            where = _inside(desk, interval, where if verdict == "moved" else None)
        case "unlinked":
            where = _none(where)
        case _:
            pass
    body = PhraseJudged(
        source_id=key[0],
        span=key[1],
        verdict=verdict,
        said=said,
        text=words,
        said_interval=said_interval,
        interval=where,
    )
    state = now.states.get(key)
    if state is not None and (state.person, state.body) == (person, body):
        return None
    project_id, item_id = desk.item.project_id, desk.item.id
    return store.desk_events.record(project_id, item_id, person, body, identity=identity)


def told(state: PhraseState) -> str:
    """Say who left a phrase how: `re-worded and moved, says Ana`."""
    body = state.body
    parts = [body.verdict] if body.verdict in ("right", "wrong") else []
    parts += ["re-worded"] * state.reworded
    if state.relinked:
        ends = body.said_interval is not None, body.interval is not None
        parts.append({(False, True): "linked", (True, False): "unlinked"}.get(ends, "moved"))
    return f"{' and '.join(parts) or 'as it was given'}, says {state.person}"


def _some(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise StoreError(
            "the new words are empty, so the phrase stays as it is; call it wrong where it should "
            "not be said at all"
        )
    return words


def _inside(desk: Desk, wanted: Interval | None, before: Interval | None) -> Interval:
    if wanted is None:
        raise StoreError("no interval was chosen, so the phrase stays as it is; choose one")
    start, stop = inside_window(desk.item, wanted.start, wanted.stop)
    # What is dragged keeps its channels.
    channels = wanted.channels if before is None else before.channels
    return Interval(start=start, stop=stop, channels=channels)


def _none(where: Interval | None) -> None:
    if where is None:
        raise StoreError("the phrase points to no interval, so there is nothing to unlink")
