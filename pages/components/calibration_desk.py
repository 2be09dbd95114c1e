"""The desk of a calibration round: the plot of Review, blind; then at once how it was."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from core.answers import AnswerContent
from core.calibration import Practised, differences, is_same, overlap
from core.errors import AppError
from core.series import SeriesData, display_zone
from pages.components import session
from pages.components.cached import series_data
from pages.components.chart import Action, ChartData, ChartEvent, Panel, Phrase, chart
from pages.components.guideline_parts import show_one
from pages.components.marks import NEUTRAL, PEOPLE
from pages.components.page import Page
from pages.components.review_audit import HOW
from pages.components.review_buttons import (
    EDIT,
    MARK_WORDS,
    NONE_WORDS,
    SAVE,
    guideline_action,
)
from pages.components.review_editor import show_editor
from pages.components.review_edits import edited
from pages.components.review_guideline import open_guideline, show_guideline
from pages.components.review_panels import findings_of, headline_of
from pages.components.review_view import BELOW_PX, Beside, chart_of, content_marks, default_rows
from pages.components.words import plain
from pages.components.workflows.calibrating import (
    drafts_of,
    practice_desk,
    practise,
    standing_types,
)
from pages.components.workflows.drafting import content_of
from pages.components.workflows.guiding import Examples
from pages.components.workflows.keymap import GUIDELINE, Keymap, load_keymap
from pages.components.workflows.reviewing import OPTION, Desk, draft_now, start_edit
from pages.components.workflows.rounds import Round

NEXT = "next"
NO_ANOMALY = "no_anomaly"
YOURS, AGREED = "you", "agreed"
LINE_PX, MOST_LINES = 40, 4
"""Room below the plot for what differs."""


def show_practice(page: Page, one: Round) -> None:
    """Show the next item of a round, or how the last one was answered."""
    if is_shown(one):
        _feedback(page, one, session.get(session.CALIBRATION_SHOWN))
    elif one.left:
        _ask(page, one, one.left[0])


def is_shown(one: Round) -> bool:
    """Tell whether how the last item was answered is being looked at."""
    shown: Practised | None = session.get(session.CALIBRATION_SHOWN)
    return shown is not None and shown.round_id == one.started.round_id


def _ask(page: Page, one: Round, item_id: str) -> None:
    desk = practice_desk(page.store, page.project.id, page.person, item_id)
    series = series_data(page.store, desk.series)
    # Edits of a round are drafts of their own; a window may be waiting in Review as well.
    practising = replace(page, person=drafts_of(page.person))
    if message := session.get(session.CALIBRATION_MESSAGE):
        st.error(plain(message), icon=":material/error:")
    data = _chart(page, desk, series, _place(one))
    how = HOW.get(desk.question.kind, "")
    blind = Panel("Blind", NEUTRAL, "", empty=f"{how} The agreed label comes then.")
    data = replace(data, panels=(blind,))
    if desk.draft is None:
        keymap = load_keymap(page.store, page.project.id, page.person)
        data = replace(data, actions=tuple(_actions(desk, keymap)))
    chart(data, session.CALIBRATION_CHART, on_event=_handler(page, practising, one, desk))
    if desk.draft is not None:
        show_editor(practising, desk, desk.draft)
    show_guideline(page, desk)


def _place(one: Round) -> str:
    return f"Calibration, {len(one.answers) + 1} of {len(one.started.item_ids)}"


def _chart(page: Page, desk: Desk, series: SeriesData, place: str) -> ChartData:
    beside = Beside(zone=display_zone(page.project.zone, desk.series.info)[0])
    handled = str(session.get(session.CALIBRATION_HANDLED, ""))
    data = chart_of(desk, series, handled, default_rows(desk), beside)
    return replace(data, heading=f"{place} · {data.heading}")


def _actions(desk: Desk, keymap: Keymap) -> list[Action]:
    kind = desk.question.kind
    if desk.question.eventful:
        guideline = [guideline_action(keymap.key(GUIDELINE))] if kind == "anomaly" else []
        return [
            Action(EDIT, MARK_WORDS[kind], keymap.key(EDIT), PEOPLE, primary=True),
            Action(NO_ANOMALY, NONE_WORDS[kind], keymap.key(NO_ANOMALY)),
            *guideline,
        ]
    return [
        Action(f"{OPTION}{option.key}", option.name, str(n) if n <= 9 else "", help=option.meaning)
        for n, option in enumerate(desk.question.options, start=1)
    ]


def _handler(page: Page, practising: Page, one: Round, desk: Desk) -> Callable[[ChartEvent], None]:
    def happened(event: ChartEvent) -> None:
        session.put(session.CALIBRATION_HANDLED, event.nonce)
        session.drop(session.CALIBRATION_MESSAGE)
        try:
            _act(page, practising, one, desk, event)
        except AppError as error:
            session.put(session.CALIBRATION_MESSAGE, str(error))

    return happened


def _act(page: Page, practising: Page, one: Round, desk: Desk, event: ChartEvent) -> None:
    if desk.draft is not None and edited(practising, desk, event):
        return
    store, project_id = page.store, page.project.id
    content: AnswerContent | None = None
    match event.action:
        case action if action == EDIT:
            start_edit(store, desk, practising.person, event.painted or desk.painted)
        case action if action == GUIDELINE:
            open_guideline(desk)
        case action if action == SAVE and desk.draft is not None:
            draft = draft_now(store, desk, practising.person)
            content = content_of(draft, desk.item, desk.question)
        case action if action == NO_ANOMALY:
            content = AnswerContent(kind=desk.question.kind)
        case action if action.startswith(OPTION):
            key = desk.question.option(action.removeprefix(OPTION)).key
            content = AnswerContent(kind="pattern", label=key)
        case _:
            return
    if content is not None:
        answer = practise(store, project_id, one, desk, content)
        session.put(session.CALIBRATION_SHOWN, answer)


def _feedback(page: Page, one: Round, answer: Practised) -> None:
    desk = practice_desk(page.store, page.project.id, page.person, answer.item_id)
    desk = replace(desk, draft=None)
    series = series_data(page.store, desk.series)
    told = [(answer.agreed, AGREED), (answer.given, YOURS)]
    lines = differences(answer, _names(desk))
    data = replace(
        _chart(page, desk, series, f"Calibration, {len(one.answers)} answered"),
        marks=tuple(
            mark
            for content, lane in told
            for mark in content_marks(desk.question, content, lane, lane, PEOPLE)
        ),
        lanes=tuple((lane, PEOPLE) for _, lane in told) if desk.question.eventful else (),
        panels=(
            _panel(desk, answer.agreed, AGREED, "The agreed label"),
            replace(_panel(desk, answer.given, YOURS, "Yours"), beside=_verdict(answer)),
        ),
        actions=(Action(NEXT, "Next", "enter", primary=True),),
        reserve=BELOW_PX + LINE_PX * min(max(1, len(lines)), MOST_LINES),
    )
    chart(data, session.CALIBRATION_CHART, on_event=_next)
    if not lines:
        st.markdown(":material/check: Nothing differs.")
    for line in lines:
        st.markdown(f":material/difference: {plain(line[:1].upper() + line[1:])}.")
    _guidelines(page, desk, answer)


def _panel(desk: Desk, content: AnswerContent, owner: str, title: str) -> Panel:
    return Panel(
        title=title,
        colour=PEOPLE,
        headline=headline_of(desk.question, content),
        findings=findings_of(desk, content, owner),
        phrases=tuple(
            Phrase(
                one.text, "" if one.interval is None else f"{owner}:{one.interval}", one.interval
            )
            for one in content.rationale
        ),
    )


def _verdict(answer: Practised) -> str:
    shared = overlap(answer)
    said = "says the same" if is_same(answer) else "differs"
    return said if shared is None else f"{said}, IoU {shared:.2f}"


def _next(event: ChartEvent) -> None:
    session.put(session.CALIBRATION_HANDLED, event.nonce)
    if event.action == NEXT:
        session.drop(session.CALIBRATION_SHOWN)


def _names(desk: Desk) -> dict[str, str]:
    """Return what people call types (by id) and patterns (by key)."""
    return desk.question.sorts | {one.key: one.name for one in desk.question.options}


def _guidelines(page: Page, desk: Desk, answer: Practised) -> None:
    """Show the guideline of each type that was agreed or said."""
    if desk.question.kind != "anomaly":
        return
    types = {one.id: one for one in desk.question.types}
    used = dict.fromkeys([*standing_types(answer.agreed), *standing_types(answer.given)])
    policy = page.store.policies.current(page.project.id)
    examples = Examples(page.store, page.project.id)
    for key in used:
        if key in types:
            with st.container(border=True):
                show_one(page, examples, types[key], policy.guideline(key))
