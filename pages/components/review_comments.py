"""Comments on the item on the desk: the threads, a new one, and why an item was sent back.

They fold into one button of the desk's head, so that the desk keeps its place below it. On a blind
item people see their own words alone: anybody else's may say what the answer is.
"""

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from core.comments import Said, Thread, readable, threads
from core.errors import AppError
from core.intervals import Interval
from pages.components import session
from pages.components.page_value import Page
from pages.components.words import count, plain
from pages.components.workflows.commenting import comment, take_back
from pages.components.workflows.opinions import returned_note
from pages.components.workflows.reviewing import Desk
from storage import Store

Place = tuple[str, Interval | None]


def show_returned(page: Page, desk: Desk) -> None:
    """Say that the item was sent back to this person, by whom and why."""
    returned = returned_note(page.store, desk.item, page.person)
    if returned is not None:
        st.warning(
            f"**{plain(returned.by)}** sent it back: {plain(returned.note)}", icon=":material/undo:"
        )


def show_comments(page: Page, desk: Desk) -> None:
    """Show the button with the threads behind it."""
    found = threads(page.store.desk_events.list(page.project.id, desk.item.id))
    shown = readable(found, page.person, desk.blind)
    hidden = _n_said(found) - _n_said(shown)
    with st.popover(_label(shown), icon=":material/comment:", key="review_comments"):
        show_problem()
        for thread in shown:
            show_thread(page, thread)
        if hidden:
            st.caption(
                f"{count(hidden, 'comment')} of others come after your decision: they could give "
                "the answer away."
            )
        _new_comment(page, desk)


def show_problem() -> None:
    """Say why the last comment was not stored, once."""
    if problem := session.get(session.COMMENT_PROBLEM):
        st.error(plain(problem), icon=":material/error:")
        session.drop(session.COMMENT_PROBLEM)


def _n_said(found: list[Thread]) -> int:
    return sum(1 + len(one.replies) for one in found)


def _label(shown: list[Thread]) -> str:
    if not shown:
        return "Comment"
    n_open = sum(one.open_question for one in shown)
    return count(len(shown), "comment") + (f", {n_open} open" if n_open else "")


def show_thread(page: Page, thread: Thread) -> None:
    """Show a comment, what was answered, and the ways to answer, close or take back."""
    with st.container(border=True):
        _said(page, thread.first, ":material/contact_support: " if thread.open_question else "")
        for reply in thread.replies:
            _said(page, reply, ":material/subdirectory_arrow_right: ")
        _reply(page, thread)


def _said(page: Page, said: Said, icon: str) -> None:
    event, body = said.event, said.comment
    parts = [f"**{plain(event.person)}**", when(event.created_at)]
    if body.asks_lead:
        parts.append("asks the lead")
    if body.interval is not None:
        parts.append(f"samples {body.interval.start:,} to {body.interval.stop - 1:,}")
    if body.closes:
        parts.append("closed it")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{icon}{' · '.join(parts)}  \n{plain(body.text)}", width="stretch")
        if event.person == page.person:
            st.button(
                "",
                icon=":material/undo:",
                key=f"comment_back_{event.id}",
                help="Take it back",
                type="tertiary",
                on_click=_stored,
                args=(lambda: take_back(*_by(page), event.id, page.identity),),
            )


def _reply(page: Page, thread: Thread) -> None:
    event = thread.first.event
    key = f"{session.COMMENT_REPLY}{event.id}"

    def answer(closes: bool) -> None:
        comment(
            page.store,
            page.project.id,
            event.item_id,
            page.person,
            str(session.get(key, "")),
            replies_to=event.id,
            closes=closes,
            identity=page.identity,
        )

    with st.form(f"form_{key}", border=False, clear_on_submit=True):
        st.text_input("Answer", label_visibility="collapsed", placeholder="Answer", key=key)
        with st.container(horizontal=True):
            st.form_submit_button(
                "Answer",
                key=f"comment_answer_{event.id}",
                on_click=_stored,
                args=(lambda: answer(closes=False),),
            )
            if thread.open_question:
                st.form_submit_button(
                    "Close" if page.person == event.person else "Answer and close",
                    key=f"comment_close_{event.id}",
                    icon=":material/check:",
                    on_click=_stored,
                    args=(lambda: answer(closes=True),),
                )


def _new_comment(page: Page, desk: Desk) -> None:
    places = _places(desk)

    def add() -> None:
        comment(
            page.store,
            page.project.id,
            desk.item.id,
            page.person,
            str(session.get(session.COMMENT_TEXT, "")),
            interval=places[int(session.get(session.COMMENT_ABOUT) or 0)][1],
            asks_lead=bool(session.get(session.COMMENT_ASKS)),
            identity=page.identity,
        )

    with st.form("comment_new", border=False, clear_on_submit=True):
        st.text_area("Comment", height=80, key=session.COMMENT_TEXT)
        st.selectbox(
            "About",
            range(len(places)),
            format_func=lambda number: places[number][0],
            key=session.COMMENT_ABOUT,
        )
        st.checkbox("Ask the lead", key=session.COMMENT_ASKS, help="It waits for them on People.")
        st.form_submit_button(
            "Add", icon=":material/send:", key="comment_add", on_click=_stored, args=(add,)
        )


def _by(page: Page) -> tuple[Store, str, str]:
    return page.store, page.project.id, page.person


def _stored(what: Callable[[], object]) -> None:
    """Do it before the page runs again, and keep what went wrong for the panel to say."""
    try:
        what()
    except AppError as error:
        session.put(session.COMMENT_PROBLEM, str(error))


def _places(desk: Desk) -> list[Place]:
    """Return what a comment can be about: the window, and every interval in sight."""
    contents = [answer.content for answer in desk.answers]
    if desk.label is not None and desk.label.content is not None:
        contents.append(desk.label.content)
    found: dict[tuple[int, int], Place] = {}
    for one in (found for content in contents for found in content.intervals):
        words = f"{desk.question.name_of(one)}, {one.start:,} to {one.stop - 1:,}"
        found.setdefault((one.start, one.stop), (words, one.interval))
    if desk.draft is not None:
        for row in desk.draft.intervals:
            if row.stop > row.start:
                words = f"your edit, {row.start:,} to {row.stop - 1:,}"
                place = Interval(start=row.start, stop=row.stop, channels=row.channels)
                found.setdefault((row.start, row.stop), (words, place))
    return [("the whole window", None), *(found[key] for key in sorted(found))]


def when(at: datetime) -> str:
    """Say a moment as the desk does elsewhere."""
    return f"{at.astimezone():%d %b %H:%M}"
