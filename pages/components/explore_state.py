"""Where a person is in Explore: which series, which samples in sight, which mark is selected.

Kept in the session; the address tells the same, so that a reload or another browser finds it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from core.annotations import Mark
from core.ids import new_id
from pages.components import session
from pages.components.workflows.linking import ViewLink, inside, read_link
from storage.rows import StoredSeries

LINKS_KEPT = 200
"""Every zoom writes an address; those that come back late are among the last ones."""


@dataclass(frozen=True)
class Looking:
    """What is looked at, and what was said about the last thing done.

    Attributes:
        visible: samples in sight; None for all of them.
        goto_id: changes when the plot has to jump to `visible`.
        selected: `ref` of the selected mark.
        cursor: sample under the plot's cursor.
        handled: nonce of the last event of the plot that was dealt with.
        error, notice, warning: said beside the page's head until the next thing is done.
        unseen: a stretch and its channels out of sight, whose check waits for a second word.
        type_id: type of the person's last interval, which a new one begins with.
        back: what the notice offers to take back: a "check" or a "log" entry, and its id.
        before: the view of the same series that was left by a step: Back returns to it.
        address: the address as it was written last.
        seen: addresses that were read or written here: none of them makes the plot jump again.
    """

    series: str = ""
    visible: tuple[int, int] | None = None
    goto_id: str = ""
    selected: str = ""
    cursor: int | None = None
    handled: str = ""
    type_id: str | None = None
    error: str = ""
    notice: str = ""
    warning: str = ""
    unseen: tuple[tuple[int, int], tuple[int, ...]] | None = None
    back: tuple[str, str] | None = None
    before: ViewLink | None = None
    address: ViewLink | None = None
    seen: tuple[ViewLink, ...] = ()


def looking() -> Looking:
    """Return where the person is."""
    return session.get(session.EXPLORE_LOOKING) or Looking()


def look(**changes: Any) -> Looking:
    """Change where the person is, and return it."""
    now = replace(looking(), **changes)
    session.put(session.EXPLORE_LOOKING, now)
    return now


def jump(visible: tuple[int, int] | None, selected: str | None = None) -> None:
    """Make the plot show these samples, and select a mark when one is named."""
    chosen = looking().selected if selected is None else selected
    look(visible=visible, selected=chosen, goto_id=new_id())


def say(
    error: str = "", notice: str = "", back: tuple[str, str] | None = None, warning: str = ""
) -> None:
    """Say what came of the last thing done, in place of what was said before."""
    look(error=error, notice=notice, back=back, warning=warning, unseen=None)


def open_series(series_id: str, visible: tuple[int, int] | None = None) -> None:
    """Look at a series, from its beginning or at some samples, as a step that Back takes back."""
    now = looking()
    look(
        before=now.address if now.series == series_id else None,
        series=series_id,
        visible=visible,
        goto_id=new_id(),
        selected="",
        cursor=None,
    )
    say()
    link = ViewLink(series_id, visible)
    st.query_params.from_dict(link.params())
    note_link(link)


def follow_link() -> None:
    """Take over what the address says: another series (Back, say), or a view not seen here yet.

    What this session wrote itself comes back late, and must not make the plot jump.
    """
    link = read_link(st.query_params)
    now = looking()
    back = link == now.before
    if not link.series or (link.series == now.series and link in now.seen and not back):
        return
    look(
        before=None,
        series=link.series,
        visible=link.visible,
        goto_id=new_id(),
        selected=link.mark,
        cursor=None,
    )
    say()
    note_link(link)


def start_at(row: StoredSeries) -> None:
    """Settle on the series that is shown; a linked range is cut to the samples it has."""
    now = looking()
    visible = inside(now.visible, row.n_samples)
    if now.series != row.id or visible != now.visible:
        look(series=row.id, visible=visible, goto_id=now.goto_id or new_id())


def note_link(link: ViewLink) -> None:
    """Remember an address that this session read or wrote."""
    others = [one for one in looking().seen if one != link]
    look(seen=(*others[-LINKS_KEPT:], link), address=link)


def note_shown(marks: Iterable[Mark]) -> None:
    """Remember the person's own marks as this session shows them."""
    session.put(session.EXPLORE_SHOWN, {mark.id: mark for mark in marks})


def note_mark(mark: Mark) -> None:
    """Remember a mark that was changed here: the next change may come before it is drawn again."""
    session.put(session.EXPLORE_SHOWN, {**session.get(session.EXPLORE_SHOWN, {}), mark.id: mark})


def shown_mark(mark_id: str) -> Mark | None:
    """Return an own mark as this session showed it last; None when it did not."""
    return session.get(session.EXPLORE_SHOWN, {}).get(mark_id)
