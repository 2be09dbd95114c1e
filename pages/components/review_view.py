"""A desk turned into what the chart shows. No Streamlit, no store."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.annotations import Mark as Drawn
from core.answers import Answer, AnswerContent
from core.questions.base import CAUSE_NAMES, Question
from core.series import SeriesData
from pages.components.chart import Action, Channel, ChartData, LogMark, Mark
from pages.components.chart.data import Told
from pages.components.chart.lines import LIMIT
from pages.components.chart.scores import ScoreStrip
from pages.components.explore_answers import instant_of
from pages.components.marks import PEOPLE, RULES, author_colour, author_words
from pages.components.review_buttons import actions_of, edit_actions
from pages.components.review_panels import panels_of, type_name
from pages.components.review_phrase_view import MARK, PHRASE_PX, id_of, phrase_actions, phrase_marks
from pages.components.workflows.drafting import DraftInterval, EditDraft
from pages.components.workflows.keymap import DEFAULT_KEYS, Keymap
from pages.components.workflows.phrase_work import PhraseDesk
from pages.components.workflows.proposing import shows_proposals
from pages.components.workflows.reviewing import Desk
from pages.components.workflows.scoring import Proposal, stretch_marks
from storage.rows import StoredSeries

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
    """What stands beside the item: zone, log, marks of Explore, scores, phrases, keys."""

    zone: str = "UTC"
    log: tuple[LogMark, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    proposal: Proposal | None = None
    phrases: PhraseDesk = field(default_factory=PhraseDesk)
    keymap: Keymap = DEFAULT_KEYS
    told: Told = field(default_factory=Told)
    strips: tuple[ScoreStrip, ...] = ()


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
    opened = beside.phrases.open
    drawing = opened is not None or (draft is not None and desk.question.eventful)
    window = (desk.item.start, desk.item.stop)
    marks = [mark for answer in desk.answers for mark in _answer_marks(desk, answer)]
    if draft is not None:
        marks += draft_marks(desk, draft)
    elif desk.label is not None and desk.label.content is not None:
        marks += _label_marks(desk, desk.label.content, desk.label.event.id)
    if desk.question.kind == "anomaly":
        marks += _drawn_marks(desk, beside.drawn)
    marks += phrase_marks(desk, beside.phrases, LABEL_LANE)
    # While intervals are edited their fields need the room: what a detector said was taken over.
    scored = beside.proposal if shows_proposals(desk) and draft is None and not opened else None
    actions = _actions(desk, scored, beside.keymap)
    if opened is not None:
        actions = phrase_actions(desk, opened)
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
        panels=tuple(panels_of(desk, series, beside.phrases, beside.keymap)),
        actions=tuple(actions),
        painted=desk.painted,
        mode="draw" if drawing else "zoom",
        instants=desk.question.kind == "change_point",
        height=PLOT_PX,
        reserve=BELOW_PX + PHRASE_PX * bool(opened) if draft is None else _editor_px(draft),
        compact=draft is not None,
        handled=handled,
        resample=desk.shown[1] - desk.shown[0] > LIMIT,
        overview=True,
        log=beside.log,
        strips=(*(() if scored is None else (scored.strip,)), *beside.strips),
        editable=drawing,
        selected="" if opened is None else f"{MARK}{id_of(opened.key)}",
        alt=_alt(desk, len(marks)),
        told=beside.told,
    )


def _actions(desk: Desk, scored: Proposal | None, keymap: Keymap) -> list[Action]:
    if desk.draft is None:
        return actions_of(desk, scored, keymap)
    changes = desk.question.kind == "change_point"
    return edit_actions(keymap, typed=bool(desk.question.sorts), causes=changes)


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
    found = {c for a in desk.answers for i in a.content.intervals for c in i.concerned}
    return tuple(sorted([*sorted(found), *(c for c in range(n) if c not in found)][:MOST_ROWS]))


def heading_of(desk: Desk) -> str:
    """Say in one line what is asked of which stretch of which series."""
    item = desk.item
    whole = (item.start, item.stop) == (0, desk.series.n_samples)
    parts = [desk.question.text if whole else desk.question.name]
    if not whole:
        parts.append(f"samples {item.start:,} to {item.stop - 1:,} of {desk.series.n_samples:,}")
    if desk.gold in ("drawn", "time_block"):
        parts.append(
            "gold: this change waits for a second person"
            if desk.gold_change
            else "gold: your answer measures models and trains none"
        )
    elif desk.gold:
        parts.append("gold by construction: a decision here changes no figure")
    # The name last: it is the longest, and the line is cut at its end.
    return " · ".join([*parts, desk.series.info.name])


def _editor_px(draft: EditDraft) -> int:
    if draft.kind == "open":
        return BELOW_PX + EDITOR_TEXT_PX
    rows = min(max(len(draft.intervals), 1), MOST_EDITOR_ROWS)
    return BELOW_PX + EDITOR_PX + rows * EDITOR_ROW_PX


def _lanes(desk: Desk, proposal: Proposal | None) -> tuple[tuple[str, str], ...]:
    if not desk.question.eventful:
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
            found.concerned,
            "" if content.kind == "open" and found.sort is None else question.name_of(found),
            instant=instant_of(content, found.cause),
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


def _concerned(one: DraftInterval) -> tuple[int, ...]:
    pairs = one.pairs if one.cause == "correlation" else ()
    return tuple(sorted({*one.channels, *(channel for pair in pairs for channel in pair)}))


def draft_marks(desk: Desk, draft: EditDraft) -> list[Mark]:
    """Return the intervals of an edit as marks whose edges can be moved."""
    return [
        Mark(
            f"{DRAFT}{one.id}",
            number,
            one.start,
            max(one.stop, one.start + 1),
            DRAFT_LANE,
            PEOPLE,
            _concerned(one),
            CAUSE_NAMES[one.cause] if one.cause else type_name(desk.question, one.type_id),
            movable=True,
            instant="" if draft.kind != "change_point" else one.cause or "open",
        )
        for number, one in enumerate(draft.intervals, start=1)
    ]
