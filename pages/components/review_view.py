"""A desk turned into what the chart shows: marks, panels and actions. No Streamlit, no store."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.annotations import Mark as Drawn
from core.answers import Answer, AnswerContent
from core.questions.base import Question
from core.rationale import Check, check_answer, segments
from core.series import SeriesData, view_window
from pages.components.chart import (
    Action,
    Channel,
    ChartData,
    Finding,
    LogMark,
    Mark,
    Panel,
    Phrase,
)
from pages.components.chart.lines import LIMIT
from pages.components.explore_answers import summary
from pages.components.marks import PEOPLE, RULES, author_colour, author_words, title_of
from pages.components.review_audit import (
    agreement_note,
    blind_panel,
    failed_panels,
    next_action,
)
from pages.components.words import count
from pages.components.workflows.drafting import EditDraft
from pages.components.workflows.proposing import proposed, shows_proposals
from pages.components.workflows.reviewing import ACCEPT, OPTION, Desk
from pages.components.workflows.scoring import Proposal, stretch_marks
from storage.rows import StoredSeries

UNDO, REDO, EDIT, SAVE, CANCEL = "undo", "redo", "edit", "save", "cancel"
PROPOSE = "propose"
PLOT_PX = 560
BELOW_PX = 16
EDITOR_PX = 96
EDITOR_ROW_PX = 84
EDITOR_TEXT_PX = 180
"""Pixels below the chart: nothing but a margin, or the editor and each of its rows, or a text."""
MOST_EDITOR_ROWS = 3
MOST_ROWS = 6
DRAFT = "draft:"
DRAFT_LANE = "your edit"
LABEL_LANE = "people"


@dataclass(frozen=True)
class Beside:
    """What stands on the series apart from the item: zone, log, marks of Explore, a detector."""

    zone: str = "UTC"
    log: tuple[LogMark, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    proposal: Proposal | None = None


def chart_of(
    desk: Desk,
    series: SeriesData,
    handled: str,
    rows: tuple[int, ...] = (),
    beside: Beside | None = None,
) -> ChartData:
    """Return the picture of a desk; in edit mode dragging draws and the draft has its own lane.

    There the chart's keys edit too: the desk has none of its own but Enter and Escape then.
    """
    draft = desk.draft
    beside = beside or Beside(desk.series.info.zone)
    drawing = draft is not None and desk.question.kind == "anomaly"
    window = (desk.item.start, desk.item.stop)
    marks = [mark for answer in desk.answers for mark in _answer_marks(desk, answer)]
    if draft is not None:
        marks += _draft_marks(desk, draft)
    elif desk.label is not None and desk.label.content is not None:
        marks += _label_marks(desk, desk.label.content, desk.label.event.id)
    if desk.question.kind == "anomaly":
        marks += _drawn_marks(desk, beside.drawn)
    # While intervals are edited their fields need the room: what a detector said was taken over.
    scored = beside.proposal if shows_proposals(desk) and draft is None else None
    if scored is not None:
        marks += stretch_marks(scored, desk.series.n_channels, desk.shown)
    return ChartData(
        series=series,
        channels=channels_of(desk.series),
        view=desk.item.id,
        heading=heading_of(desk),
        zone=beside.zone,
        zone_known=desk.series.info.zone_known,
        shown=desk.shown,
        window=window if window != desk.shown else None,
        rows=rows,
        marks=tuple(marks),
        lanes=_lanes(desk, scored),
        panels=tuple(_panels(desk, series)),
        actions=tuple(_edit_actions() if draft is not None else actions_of(desk, scored)),
        painted=desk.painted,
        mode="draw" if drawing else "zoom",
        height=PLOT_PX,
        reserve=BELOW_PX if draft is None else _editor_px(draft),
        compact=draft is not None,
        handled=handled,
        resample=desk.shown[1] - desk.shown[0] > LIMIT,
        overview=True,
        log=beside.log,
        strips=() if scored is None else (scored.strip,),
        editable=drawing,
        alt=_alt(desk, len(marks)),
    )


def channels_of(stored: StoredSeries) -> tuple[Channel, ...]:
    """Name channels for people; with several, also as models call them (`ch1`, ...)."""
    names = stored.info.channel_names
    units = stored.info.channel_units or ("",) * len(names)
    if len(names) == 1:
        return (Channel(names[0], units[0]),)
    return tuple(
        Channel(f"ch{number} {name}", unit)
        for number, (name, unit) in enumerate(zip(names, units, strict=True), start=1)
    )


def default_rows(desk: Desk) -> tuple[int, ...]:
    """Return the channels drawn at first: all, or those with intervals and the first ones."""
    n = desk.series.n_channels
    if n <= MOST_ROWS:
        return tuple(range(n))
    found = {c for a in desk.answers for i in a.content.intervals for c in i.channels}
    return tuple(sorted([*sorted(found), *(c for c in range(n) if c not in found)][:MOST_ROWS]))


def heading_of(desk: Desk) -> str:
    """Say in one line what is asked of which stretch of which series."""
    item = desk.item
    whole = (item.start, item.stop) == (0, desk.series.n_samples)
    parts = [desk.question.text if whole else desk.question.name]
    if not whole:
        parts.append(f"samples {item.start:,} to {item.stop - 1:,} of {desk.series.n_samples:,}")
    if desk.gold in ("drawn", "time_block"):
        parts.append("gold: your answer measures models and trains none")
    elif desk.gold:
        parts.append("gold by construction: a decision here changes no figure")
    # The name last: it is the longest, and the line is cut at its end.
    return " · ".join([*parts, desk.series.info.name])


def actions_of(desk: Desk, proposal: Proposal | None = None) -> list[Action]:
    """Return the decisions possible on a desk, with their keys.

    Where no answer is in sight none can be accepted or called wrong.
    """
    has_teacher = any(answer.author.kind == "teacher" for answer in desk.answers)
    keys = {"teacher": "t", "student": "s", "rules": "b" if has_teacher else "t"}
    used: set[str] = set()
    actions = next_action(desk)
    for answer in desk.answers:
        key = keys[answer.author.kind] if keys[answer.author.kind] not in used else ""
        used.add(key)
        actions.append(
            Action(
                f"{ACCEPT}{answer.id}",
                f"Accept {answer.author.kind}",
                key,
                author_colour(answer.author),
                primary=not actions,
            )
        )
    anomaly = desk.question.kind == "anomaly"
    edit = "Mark events" if anomaly and desk.blind else "Edit"
    told = "Change the words" if desk.question.kind == "open" else "Change types, places and words"
    actions.append(Action(EDIT, edit, "e", PEOPLE, help=told))
    if anomaly:
        if not desk.blind and not desk.second_look:
            actions.append(_propose(desk, proposal))
        actions.append(Action("no_anomaly", "No anomaly", "n"))
    if not desk.blind:
        told = "No answer is right, and mine is not known"
        actions.append(Action("reject", "None right", "x", help=told))
    actions.append(Action("not_sure", "Not sure", "q"))
    if not desk.second_look:
        actions.append(Action("skip", "Skip", "k", help="Comes again at the end"))
    actions += [
        Action(UNDO, "Undo", "u", group=1, help="Take back your latest decision"),
        Action(REDO, "Redo", "shift+u", group=1, help="Take back your latest undo"),
    ]
    for number, option in enumerate(desk.question.options, start=1):
        key = str(number) if number <= 9 else ""
        actions.append(
            Action(f"{OPTION}{option.key}", option.name, key, group=2, help=option.meaning)
        )
    return actions


def _propose(desk: Desk, proposal: Proposal | None) -> Action:
    """Show a detector first, then take what it proposes; on gold not before the decision."""
    words, told, disabled = "Show a detector", "Scores under the plot, without labels", False
    if not shows_proposals(desk):
        told, disabled = "Gold: no detector before your decision", True
    elif proposal is not None:
        n = len(proposed(proposal, desk.item, desk.series.n_channels).intervals)
        words, disabled = f"Edit detector's {n}" if n else "Detector: none here", n == 0
        told = f"Begin an edit with what {proposal.name} finds here"
        told = told if n else f"{proposal.name} finds nothing in this window"
    return Action(PROPOSE, words, "d", RULES, help=told, disabled=disabled)


def _editor_px(draft: EditDraft) -> int:
    if draft.kind == "open":
        return BELOW_PX + EDITOR_TEXT_PX
    rows = min(max(len(draft.intervals), 1), MOST_EDITOR_ROWS)
    return BELOW_PX + EDITOR_PX + rows * EDITOR_ROW_PX


def _edit_actions() -> list[Action]:
    return [
        Action(SAVE, "Save edit", "enter", primary=True),
        Action(CANCEL, "Cancel", "escape", help="Drop the edit"),
    ]


def _lanes(desk: Desk, proposal: Proposal | None) -> tuple[tuple[str, str], ...]:
    if desk.question.kind != "anomaly":
        return ()
    lanes = [(author_words(a.author), author_colour(a.author)) for a in desk.answers]
    if proposal is not None:
        lanes.append((proposal.name, RULES))
    # The people's lane is there also while it is empty: the rows below stay where they are.
    lanes.append((LABEL_LANE, PEOPLE))
    if desk.draft is not None:
        lanes.append((DRAFT_LANE, PEOPLE))
    return tuple(lanes)


def _answer_marks(desk: Desk, answer: Answer) -> list[Mark]:
    lane, colour = author_words(answer.author), author_colour(answer.author)
    return content_marks(desk.question, answer.content, answer.id, lane, colour)


def _label_marks(desk: Desk, content: AnswerContent, owner: str) -> list[Mark]:
    return content_marks(desk.question, content, owner, LABEL_LANE, PEOPLE)


def content_marks(
    question: Question, content: AnswerContent, owner: str, lane: str, colour: str
) -> list[Mark]:
    """Return an answer's intervals as marks; `owner` joins them to its phrases."""
    return [
        Mark(
            f"{owner}:{found.number}",
            found.number,
            found.start,
            found.stop,
            lane,
            colour,
            found.channels,
            _type_name(question, found.type_id),
        )
        for found in content.intervals
    ]


def _drawn_marks(desk: Desk, drawn: Sequence[Drawn]) -> list[Mark]:
    """What people marked in Explore, to look at: it is no answer to the question."""
    names = {one.id: one.name for one in desk.question.types}
    first, last = desk.shown
    inside = [mark for mark in drawn if mark.start < last and mark.stop > first]
    return [
        Mark(
            ref=mark.id,
            number=number,
            start=mark.start,
            stop=mark.stop,
            lane=LABEL_LANE,
            colour=PEOPLE,
            channels=mark.channels,
            text=f"{names.get(mark.type_id or '', 'event')}, marked in Explore by {mark.person}",
        )
        for number, mark in enumerate(sorted(inside, key=lambda one: (one.start, one.stop)), 1)
    ]


def _alt(desk: Desk, n_marks: int) -> str:
    start, stop = desk.item.start, desk.item.stop
    return f"{desk.question.name}: samples {start:,} to {stop - 1:,}, {n_marks} intervals"


def _draft_marks(desk: Desk, draft: EditDraft) -> list[Mark]:
    return [
        Mark(
            f"{DRAFT}{one.id}",
            number,
            one.start,
            max(one.stop, one.start + 1),
            DRAFT_LANE,
            PEOPLE,
            one.channels,
            _type_name(desk.question, one.type_id),
            movable=True,
        )
        for number, one in enumerate(draft.intervals, start=1)
    ]


def _panels(desk: Desk, series: SeriesData) -> list[Panel]:
    view = view_window(series, desk.item.start, desk.item.stop)
    panels = [
        Panel(
            title=title_of(answer.author),
            colour=author_colour(answer.author),
            headline=_headline(desk.question, answer.content),
            note=_note(desk, answer),
            beside=agreement_note(desk, answer),
            findings=findings_of(desk, answer.content, answer.id),
            phrases=phrases_of(
                answer.content,
                answer.id,
                check_answer(answer.content, view, answer.render),
            ),
        )
        for answer in desk.answers
    ]
    panels += failed_panels(desk)
    if desk.label is not None and desk.draft is None:
        decided = _label_panel(desk, desk.label.content, desk.label.event.id)
        # What the others are held against comes first.
        panels = [decided, *panels] if desk.second_look else [*panels, decided]
    if desk.blind:
        panels.append(blind_panel(desk))
    elif not panels:
        panels.append(Panel("Nobody has answered yet", PEOPLE, "", empty="Answer it yourself."))
    return panels


def _label_panel(desk: Desk, content: AnswerContent | None, owner: str) -> Panel:
    assert desk.label is not None  # the caller looked
    event = desk.label.event
    said = event.decision.replace("_", " ")
    blind = desk.audit is not None and desk.audit.decision == event
    return Panel(
        title=f"Decided by {event.person}",
        colour=PEOPLE,
        headline=said if content is None else _headline(desk.question, content),
        note=f"{said}{', blind' * blind}, {event.created_at.astimezone():%d %b %H:%M}",
        findings=() if content is None else findings_of(desk, content, owner),
        phrases=()
        if content is None
        else phrases_of(content, owner, [None] * len(content.rationale)),
    )


def _headline(question: Question, content: AnswerContent) -> str:
    """Say an answer in a few words; of a text, which stands below, how many places it points to."""
    if content.kind == "open":
        return f"text, {count(len(content.intervals), 'place')}"
    return summary(question, content)


def findings_of(desk: Desk, content: AnswerContent, owner: str) -> tuple[Finding, ...]:
    """Return an answer's intervals in words: type, place, channels, confidence."""
    unnamed = "place" if content.kind == "open" else "event"
    return tuple(
        Finding(
            f"{owner}:{found.number}",
            found.number,
            _type_name(desk.question, found.type_id) or unnamed,
            _where(desk, found.start, found.stop, found.channels),
            "" if found.confidence is None else f"{found.confidence:.2f}",
        )
        for found in content.intervals
    )


def phrases_of(
    content: AnswerContent, owner: str, checks: Sequence[Check | None]
) -> tuple[Phrase, ...]:
    """Return the rationale's pieces, numbered like the intervals, with what the data says."""
    numbers = {found.number for found in content.intervals}
    phrases: list[Phrase] = []
    for piece in segments(content, list(checks)):
        number = piece.number if piece.number in numbers else None
        state: Literal["", "confirmed", "contradicted", "not_checkable"] = piece.status or ""
        ref = "" if number is None else f"{owner}:{number}"
        phrases.append(Phrase(piece.text, ref, number, state, piece.measured))
    return tuple(phrases)


def _note(desk: Desk, answer: Answer) -> str:
    question, content = desk.question, answer.content
    parts = [] if content.confidence is None else [f"self-reported {content.confidence:.2f}"]
    ranked = sorted(content.scores.items(), key=lambda pair: -pair[1])[:2]
    if content.kind == "pattern" and len(ranked) == 2:
        key, score = ranked[1]
        parts.append(f"next {question.option(key).name} {score:.2f}")
    if desk.selection is not None and desk.selection.chosen_answer_id == answer.id:
        parts.append(f"chosen of {len(desk.selection.body['scored'])} answers")
    return ", ".join(parts)


def _where(desk: Desk, start: int, stop: int, channels: tuple[int, ...]) -> str:
    place = f"sample {start:,}" if stop - start == 1 else f"samples {start:,} to {stop - 1:,}"
    if desk.series.n_channels == 1:
        return place
    return f"{place}, " + (", ".join(f"ch{c + 1}" for c in channels) or "all channels")


def _type_name(question: Question, type_id: str | None) -> str:
    return question.type_of(type_id).name if type_id else ""
