"""One key to the next place of the series where two of teacher, student and people differ."""

from collections.abc import Callable
from dataclasses import replace

from pages.components import session
from pages.components.cached import queue_memo
from pages.components.chart import Action, ChartData, ChartEvent
from pages.components.page import Page
from pages.components.review_actions import go_to
from pages.components.workflows.differing import Spot, next_spot, spots_in_series
from pages.components.workflows.keymap import LAST_SPOT, NEXT_SPOT, load_keymap
from pages.components.workflows.reviewing import Desk

AROUND = 3
LEAST_AROUND = 40
"""Samples around a place that is gone to, in lengths of it, and at least."""


def with_spots(page: Page, desk: Desk, data: ChartData) -> ChartData:
    """Add the keys, idle where the series has no such place, and show the one that was gone to.

    They stand there all the same: the buttons beside them keep their places between items.
    """
    if desk.blind or desk.draft is not None:
        return data
    idle = not _spots(page, desk)
    keymap = load_keymap(page.store, page.project.id, page.person)
    told = "To the next place of this series where two of teacher, student and people differ"
    before = "To the one before"
    keys = (
        Action(NEXT_SPOT, "Differs", keymap.key(NEXT_SPOT), group=1, help=told, disabled=idle),
        Action(LAST_SPOT, "Back", keymap.key(LAST_SPOT), group=1, help=before, disabled=idle),
    )
    here: Spot | None = session.get(session.REVIEW_SPOT)
    data = replace(data, actions=(*data.actions, *keys))
    if here is None or here.item_id != desk.item.id:
        return data
    around = max(LEAST_AROUND, AROUND * (here.stop - here.start))
    first, last = data.shown or (0, desk.series.n_samples)
    shown = max(first, here.start - around), min(last, here.stop + around)
    return replace(data, goto=shown, goto_id=f"{here.item_id}:{here.start}:{here.stop}")


def spot_handler(
    page: Page, desk: Desk, others: Callable[[ChartEvent], None]
) -> Callable[[ChartEvent], None]:
    """Deal with the two keys; every other event is left to `others`."""

    def happened(event: ChartEvent) -> None:
        if event.action not in (NEXT_SPOT, LAST_SPOT):
            others(event)
            return
        session.put(session.REVIEW_HANDLED, event.nonce)
        session.drop(session.REVIEW_MESSAGE)
        _go(page, desk, back=event.action == LAST_SPOT)

    return happened


def _go(page: Page, desk: Desk, back: bool) -> None:
    here: Spot | None = session.get(session.REVIEW_SPOT)
    if here is None or here.item_id != desk.item.id:
        edge = desk.item.stop if back else desk.item.start - 1
        here = Spot(desk.item.id, edge, edge)
    found = next_spot(_spots(page, desk), here, back)
    if found is None:
        way = "before" if back else "after"
        session.put(session.REVIEW_MESSAGE, f"No difference {way} this one in this series.")
        return
    session.put(session.REVIEW_SPOT, found)
    go_to(found.item_id)


def _spots(page: Page, desk: Desk) -> list[Spot]:
    return spots_in_series(page.store, queue_memo(page.store, page.project.id), desk.item)
