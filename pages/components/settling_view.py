"""Other people's labels before a lead, turned into what the chart shows. No Streamlit, no store."""

from collections.abc import Sequence
from dataclasses import replace

from core.review import Correction
from core.series import SeriesData, display_zone
from pages.components.chart import Action, ChartData, Mark, Panel
from pages.components.chart.lines import LIMIT
from pages.components.marks import PEOPLE, author_colour, author_words
from pages.components.review_buttons import edit_actions
from pages.components.review_panels import findings_of, headline_of, panels_of
from pages.components.review_phrase_view import phrases_of
from pages.components.review_view import (
    DRAFT_LANE,
    PLOT_PX,
    channels_of,
    content_marks,
    default_rows,
    draft_marks,
    heading_of,
)
from pages.components.workflows.adjudicating import Case
from pages.components.workflows.keymap import UNDO
from pages.components.workflows.phrase_work import PhraseDesk
from pages.components.workflows.reviewing import Desk

TAKE, EDIT_OF = "take:", "edit:"
UNCLEAR, LATER, APPROVE, SEND_BACK = "unclear", "later", "approve", "send_back"
EDIT_KEYS = ("e", "f", "g")
FOOT_PX, EDITOR_PX = 16, 260
DECIDED = {
    "accept": "accepted an answer",
    "fix": "gave their own",
    "reject": "says that no answer is right",
    "not_sure": "not sure",
}


def case_chart(
    case: Case,
    series: SeriesData,
    labels: Sequence[Correction],
    actions: Sequence[Action],
    zone: str,
    handled: str,
) -> ChartData:
    """Return the picture of an item with a lane for each of `labels`, and one for each model."""
    desk = case.desk
    drawing = desk.draft is not None and desk.question.eventful
    marks = [mark for label in labels for mark in _marks(desk, label)]
    for answer in desk.answers:
        lane, colour = author_words(answer.author), author_colour(answer.author)
        marks += content_marks(desk.question, answer.content, answer.id, lane, colour)
    if desk.draft is not None:
        marks += draft_marks(desk, desk.draft)
    window = (desk.item.start, desk.item.stop)
    return ChartData(
        series=series,
        channels=channels_of(desk.series),
        view=desk.item.id,
        heading=heading_of(desk),
        zone=display_zone(zone, desk.series.info)[0],
        zone_known=desk.series.info.zone_known,
        shown=desk.shown,
        window=window if window != desk.shown else None,
        rows=default_rows(desk),
        marks=tuple(marks),
        lanes=_lanes(desk, labels),
        panels=tuple(_panels(case, series, labels)),
        actions=tuple(
            edit_actions(causes=desk.question.kind == "change_point")
            if desk.draft is not None
            else actions
        ),
        painted=desk.painted,
        mode="draw" if drawing else "zoom",
        instants=desk.question.kind == "change_point",
        height=PLOT_PX,
        reserve=FOOT_PX if desk.draft is None else EDITOR_PX,
        compact=True,
        handled=handled,
        resample=desk.shown[1] - desk.shown[0] > LIMIT,
        overview=True,
        editable=drawing,
        alt=f"{heading_of(desk)}: labels of {', '.join(one.person for one in labels)}",
    )


def settling_actions(case: Case) -> list[Action]:
    """Return what a lead can do with a dispute: take a side, edit one, or call it unclear."""
    sides = case.state.sides
    take = [
        Action(f"{TAKE}{side.id}", f"{side.person} is right", str(number), PEOPLE)
        for number, side in enumerate(sides, start=1)
    ]
    edit = [
        Action(
            f"{EDIT_OF}{side.id}",
            f"Edit {side.person}'s",
            EDIT_KEYS[number] if number < len(EDIT_KEYS) else "",
            help="Begin with this label; what you save settles it",
        )
        for number, side in enumerate(sides)
    ]
    unclear = Action(
        UNCLEAR, "Unclear", "x", help="No label: nothing is learned from it or measured on it"
    )
    return [*take, *edit, unclear, *_always("Take back what you settled last")]


def approving_actions(case: Case) -> list[Action]:
    """Return what a lead can do with one person's label."""
    return [
        Action(APPROVE, "Approve", "a", PEOPLE, primary=True, help="The label stands"),
        Action(
            SEND_BACK,
            "Send back ...",
            "b",
            help=f"With a note; {case.decision.person} meets it first",
        ),
        *_always("Take back your latest approval, or what you sent back last"),
    ]


def _always(undo: str) -> list[Action]:
    return [
        Action(LATER, "Later", "k", help="Comes again after the others"),
        Action(UNDO, "Undo", "u", group=1, help=undo),
    ]


def _lanes(desk: Desk, labels: Sequence[Correction]) -> tuple[tuple[str, str], ...]:
    if not desk.question.eventful:
        return ()
    lanes = [(one.person, PEOPLE) for one in labels]
    lanes += [(author_words(a.author), author_colour(a.author)) for a in desk.answers]
    if desk.draft is not None:
        lanes.append((DRAFT_LANE, PEOPLE))
    return tuple(lanes)


def _marks(desk: Desk, label: Correction) -> list[Mark]:
    content = label.content
    if content is None:
        return []
    return content_marks(desk.question, content, label.id, label.person, PEOPLE)


def _panels(case: Case, series: SeriesData, labels: Sequence[Correction]) -> list[Panel]:
    desk = case.desk
    models = panels_of(desk, series) if desk.answers else []
    panels = [*(_label_panel(desk, label) for label in labels), *models]
    # Without its id a phrase is only read: what is right about it is said on the desk.
    return [
        replace(panel, phrases=tuple(replace(one, id="") for one in panel.phrases))
        for panel in panels
    ]


def _label_panel(desk: Desk, label: Correction) -> Panel:
    content = label.content
    none = label.decision == "no_anomaly"
    said = desk.question.nothing if none else DECIDED.get(label.decision, label.decision)
    blind = "" if label.answer_ids else ", blind"
    unchecked = () if content is None else (None,) * len(content.rationale)
    return Panel(
        title=label.person,
        colour=PEOPLE,
        headline=said if content is None else headline_of(desk.question, content),
        note=f"{said}{blind}, {label.created_at.astimezone():%d %b %H:%M}",
        findings=() if content is None else findings_of(desk, content, label.id),
        phrases=() if content is None else phrases_of(content, label.id, unchecked, PhraseDesk()),
    )
