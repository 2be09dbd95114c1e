"""Explore's plot, and what a key, a drag or a button in it does to the person's own marks.

Events run before the page does. Every change is stored at once; an AppError becomes the message
above the plot, and range and selection stay where they are.
"""

from collections.abc import Callable, Sequence

from core.annotations import LogEntry, Mark
from core.errors import AppError, ConflictError
from pages.components import session
from pages.components.chart import Action, Channel, ChartData, ChartEvent, LogMark, Painted, chart
from pages.components.explore_marks import OWN, Bench, Scene
from pages.components.explore_state import (
    look,
    looking,
    note_mark,
    note_shown,
    say,
    shown_mark,
)
from pages.components.explore_toolbar import Shown
from pages.components.marks import PEOPLE
from pages.components.page import Page
from pages.components.words import count
from pages.components.workflows.annotating import (
    add_mark,
    change_mark,
    merge_marks,
    remove_mark,
    split_mark,
)
from pages.components.workflows.context import from_ns
from storage.rows import StoredSeries

UNDO, REDO, CHECKED = "undo", "redo", "checked"
PLOT_PX, ROW_PX = 620, 210
BELOW_PX = 176
"""Pixels kept below the plot: the selected interval's fields and the names of the tabs."""
Check = Callable[[tuple[int, int]], None]


def show_plot(page: Page, bench: Bench, shown: Shown, check: Check) -> tuple[int, int]:
    """Draw the series with its marks; return the samples in sight."""
    now, row, scene, question = looking(), bench.row, bench.scene, bench.question
    units = row.info.channel_units or ("",) * row.n_channels
    can_undo, can_redo = page.store.annotations.can(page.project.id, row.id, page.person)
    n_rows = 1 if shown.layout == "overlay" else len(shown.rows) or row.n_channels
    n_rows += len(shown.linked)
    marks = scene.shown(shown.lanes)
    event = chart(
        ChartData(
            series=bench.data,
            channels=tuple(
                Channel(name, unit)
                for name, unit in zip(row.info.channel_names, units, strict=True)
            ),
            view=row.id,
            heading=f"{count(len(scene.own), 'mark')} of yours"
            if scene.own
            else "No mark of yours yet",
            zone=shown.zone,
            zone_known=row.info.zone_known,
            detail=now.visible,
            rows=shown.rows,
            marks=marks,
            lanes=((OWN, PEOPLE),),
            actions=_actions(can_undo, can_redo),
            painted=Painted(row.id),  # no key acts on a series before its picture is there
            mode="zoom",
            height=min(PLOT_PX, 150 + ROW_PX * n_rows),
            reserve=BELOW_PX,
            handled=now.handled,
            resample=True,
            overview=True,
            layout=shown.layout,
            normalise=shown.normalise,
            ghosts=shown.ghosts,
            linked=shown.linked,
            log=tuple(log_marks(row, bench.log)),
            strips=() if shown.proposal is None else (shown.proposal.strip,),
            editable=True,
            selected=now.selected if any(mark.ref == now.selected for mark in marks) else "",
            goto=now.visible,
            goto_id=now.goto_id,
            alt=_alt(row, shown, scene),
            types=() if question is None else tuple((t.id, t.name) for t in question.types),
        ),
        key=session.EXPLORE_CHART,
        on_event=_handler(page, row, check),
    )
    note_shown(scene.own)
    if event.visible is not None and event.visible != looking().visible:
        look(visible=event.visible)
    return looking().visible or (0, row.n_samples)


def log_marks(row: StoredSeries, log: Sequence[LogEntry]) -> list[LogMark]:
    """Return log entries as ticks under the plot."""
    return [
        LogMark(
            id=entry.id,
            tick=from_ns(entry.tick, row.unit) if row.has_time else entry.tick,
            text=entry.text,
            kind=entry.kind,
            end=None if entry.end is None or not row.has_time else from_ns(entry.end, row.unit),
        )
        for entry in log
    ]


def _actions(can_undo: bool, can_redo: bool) -> tuple[Action, ...]:
    return (
        Action(UNDO, "Undo", "u", group=1, help="Your latest change here", disabled=not can_undo),
        Action(REDO, "Redo", "shift+u", group=1, help="Your latest undo", disabled=not can_redo),
        Action(
            CHECKED,
            "Stretch is checked",
            "k",
            group=1,
            help="What is in sight is labelled with your marks; with none it has no anomaly",
        ),
    )


def _alt(row: StoredSeries, shown: Shown, scene: Scene) -> str:
    n = len(shown.rows) or row.n_channels
    linked = "".join(f", {one.name} of {one.source} below" for one in shown.linked)
    return (
        f"{row.info.name}: {row.n_samples:,} samples, {n} of {row.n_channels} channels drawn"
        f"{linked}, {len(scene.own)} own marks, {len(scene.marks) - len(scene.own)} marks of others"
    )


def _handler(page: Page, row: StoredSeries, check: Check) -> Callable[[ChartEvent], None]:
    def happened(event: ChartEvent) -> None:
        look(handled=event.nonce)
        if event.visible is not None:
            look(visible=event.visible)
        if event.cursor is not None:
            look(cursor=event.cursor)
        if event.action != CHECKED:  # a check may be the second word on what was said
            say()
        try:
            _act(page, row, event, check)
        except ConflictError as error:
            say(error=f"{error}.")
        except AppError as error:
            say(error=str(error))

    return happened


def _act(page: Page, row: StoredSeries, event: ChartEvent, check: Check) -> None:
    store, person, here = page.store, page.person, (page.project.id, row.id)
    if event.drawn is not None:
        _stored(add_mark(store, row, person, event.drawn, looking().type_id))
    elif event.moved is not None:
        ref, start, stop = event.moved
        seen = shown_mark(ref)
        _stored(change_mark(store, row, person, ref, seen, start=start, stop=stop))
    elif event.split is not None:
        ref, sample = event.split
        first, second = split_mark(store, row, person, ref, sample, shown_mark(ref))
        note_mark(second)
        _stored(first)
    elif event.merged is not None:
        one, other = event.merged
        seen = (shown_mark(one), shown_mark(other))
        _stored(merge_marks(store, row, person, one, other, seen))
    elif event.deleted:
        remove_mark(store, row, person, event.deleted, shown_mark(event.deleted))
        look(selected="")
    elif event.action == UNDO:
        store.annotations.undo(*here, person)
    elif event.action == REDO:
        store.annotations.redo(*here, person)
    elif event.action == CHECKED:
        check(looking().visible or (0, row.n_samples))
    elif event.selected is not None:
        look(selected=event.selected)
    elif event.clicked:
        look(selected=event.clicked)


def _stored(mark: Mark) -> None:
    """Select a mark that was changed here."""
    note_mark(mark)
    look(selected=mark.id)
