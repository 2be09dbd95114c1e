"""What the chart is given and what it gives back, in absolute half-open samples.

Knows nothing of Streamlit, of items or of stores: pages translate their facts into marks, panels
and actions, and read events.
"""

from dataclasses import dataclass
from typing import Literal

from core.intervals import Interval
from core.series import SeriesData
from pages.components.chart.scores import ScoreStrip

Mode = Literal["zoom", "pan", "draw"]
Layout = Literal["rows", "overlay"]
Instant = Literal["", "independent", "correlation", "open"]
"""The icon of a change point: of its cause, `open` while nobody said it; "" for an interval."""


@dataclass(frozen=True)
class Channel:
    """How people call a channel, and its unit (empty when unknown)."""

    name: str
    unit: str = ""


@dataclass(frozen=True)
class Mark:
    """An interval `[start, stop)` drawn in its author's lane and on its channels.

    `ref` joins it to rationale phrases: what shares a ref lights together. Empty `channels` means
    all channels. `colour` is the author's hue, `text` the event's type. The edges of a `movable`
    mark can be dragged while the mode is "draw". With an `instant` it is a change point: a line at
    its first sample under a flag with this icon and its text.
    """

    ref: str
    number: int
    start: int
    stop: int
    lane: str
    colour: str
    channels: tuple[int, ...] = ()
    text: str = ""
    movable: bool = False
    instant: Instant = ""


@dataclass(frozen=True)
class Phrase:
    """A piece of a rationale. `check` is the icon beside it, `measured` what the data says.

    Attributes:
        id: names it where a person may judge it; empty where there is nothing to judge.
        said: the words it was given with, where a person changed them.
        verdict, told: what a person made of it, in a word, and who says so.
    """

    text: str
    ref: str = ""
    number: int | None = None
    check: Literal["", "confirmed", "contradicted", "not_checkable"] = ""
    measured: str = ""
    id: str = ""
    said: str = ""
    verdict: Literal["", "right", "wrong", "changed"] = ""
    told: str = ""


@dataclass(frozen=True)
class PhraseTouch:
    """What a person wants of a phrase: `verb` names it, `text` are its new words."""

    id: str
    verb: str
    text: str = ""


@dataclass(frozen=True)
class Finding:
    """One line of an answer: an interval with number, type and place, already in words."""

    ref: str
    number: int
    text: str
    where: str
    confidence: str = ""
    instant: Instant = ""


@dataclass(frozen=True)
class Panel:
    """One answer beside the others: who, what, which intervals, and why.

    `beside` says how it stands to what the person said, where they said it first; `badge` what the
    person said of the answer as a whole.
    """

    title: str
    colour: str
    headline: str
    note: str = ""
    findings: tuple[Finding, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    empty: str = ""
    beside: str = ""
    badge: str = ""


@dataclass(frozen=True)
class Action:
    """A button with a key; `id` comes back in the event.

    Group 0 stands below the panels, group 1 beside the heading, `LINE` beside the line that
    compares the answers, others on lines of their own. `local` is done by the chart itself.
    """

    id: str
    label: str
    key: str = ""
    colour: str = ""
    primary: bool = False
    help: str = ""
    disabled: bool = False
    group: int = 0
    local: bool = False


LINE = -1


@dataclass(frozen=True)
class Binding:
    """A key that people may choose: what it does, the key it has, in all fields as shown."""

    id: str
    words: str
    key: str


@dataclass(frozen=True)
class Told:
    """What the desk says beside its answers.

    Attributes:
        saved: "saved 12:03:11", of what the store has committed; "not saved: ..." after an error.
        note: what just happened, over the plot, until the next event.
        line: how the answers differ, in one line above the actions.
        history: all that was decided, the oldest first: when, who, what, how.
        bindings: the keys that people may choose.
        refused: why the key that was asked for last cannot be had.
    """

    saved: str = ""
    note: str = ""
    line: str = ""
    history: tuple[tuple[str, str, str, str], ...] = ()
    bindings: tuple[Binding, ...] = ()
    refused: str = ""


@dataclass(frozen=True)
class Painted:
    """What a picture shows: an item, the answers on it, and how many decisions it had then.

    Comes back with every event, so that nothing is decided on what was not on the screen.
    """

    item_id: str
    answer_ids: tuple[str, ...] = ()
    version: int = 0


@dataclass(frozen=True)
class Ghost:
    """The series itself, drawn faintly at another time: what stood there `shift` earlier.

    Times shift by `shift_seconds`; an axis of samples by `shift_samples`. Both count forwards: the
    value of an hour ago is drawn with `shift_seconds=3600`.
    """

    label: str
    shift_seconds: float | None = None
    shift_samples: int = 0


@dataclass(frozen=True, eq=False)
class LinkedChannel:
    """A channel of another series, in a row of its own below, joined by time and read-only.

    `source` is how people call that series. It may be sampled at other times, or in another unit
    of time; where the two series share no time, its row stays empty.
    """

    series: SeriesData
    channel: int
    name: str
    source: str
    unit: str = ""


@dataclass(frozen=True)
class LogMark:
    """An entry of the event log: a tick under the plot, in the series' unit or as a sample."""

    id: str
    tick: int
    text: str
    kind: str = ""
    end: int | None = None


@dataclass(frozen=True, eq=False)
class ChartData:
    """Everything one chart shows.

    Attributes:
        series: times and values; only what is drawn is sent to the browser.
        channels: one description per channel of the series.
        view: identity of what is looked at. While it stays the same the zoom stays too.
        heading: one line above the plot, cut short when it does not fit.
        zone: IANA zone of the time axis; named once, below it.
        zone_known: False when the file stated no zone and `zone` only stands in for it.
        shown: samples `[start, stop)` that can be seen at all; the whole series when None.
        window: samples in full ink; what lies outside is shaded. None shades nothing.
        detail: samples drawn as finely as the limit allows when `shown` is long.
        rows: channels drawn, in this order; all when empty.
        mode: what dragging does: zoom, pan, or draw an interval on a channel.
        height: most pixels of the plot alone.
        reserve: pixels the page needs below the chart; with any, the plot shrinks until all of it
            fits the browser window.
        compact: panels at their smallest.
        handled: `nonce` of the last event Python dealt with; keys wait for it.
        resample: report the visible range, so that Python can send finer detail.
        overview: a strip below the plot shows the whole and where one is.
        layout: a row per channel, or all channels over each other.
        normalise: each channel from its least to its greatest value, so that shapes compare.
        ghosts: the series itself at other times, faint.
        linked: channels of other series over the same time, fainter, below the own ones.
        log: entries of the event log, as ticks in a track of their own.
        strips: scores of all samples of the series, each a low track of its own below the plot.
        instants: what is drawn and moved are change points, one sample each.
        editable: marks that are `movable` can be edited, new ones made, by mouse and keys.
        selected: `ref` of the mark that is selected.
        goto: samples `[start, stop)` to show: at first, and whenever `goto_id` changes.
        alt: what the picture shows, in words, for who cannot see it.
        types: (id, name) of the types an interval can have.
        told: what a desk says beside its answers.
    """

    series: SeriesData
    channels: tuple[Channel, ...]
    view: str
    heading: str = ""
    zone: str = "UTC"
    zone_known: bool = True
    shown: tuple[int, int] | None = None
    window: tuple[int, int] | None = None
    detail: tuple[int, int] | None = None
    rows: tuple[int, ...] = ()
    marks: tuple[Mark, ...] = ()
    lanes: tuple[tuple[str, str], ...] = ()
    panels: tuple[Panel, ...] = ()
    actions: tuple[Action, ...] = ()
    painted: Painted = Painted("")
    mode: Mode = "zoom"
    highlight: str = ""
    height: int = 320
    reserve: int = 0
    compact: bool = False
    handled: str = ""
    resample: bool = False
    overview: bool = False
    layout: Layout = "rows"
    normalise: bool = False
    ghosts: tuple[Ghost, ...] = ()
    linked: tuple[LinkedChannel, ...] = ()
    log: tuple[LogMark, ...] = ()
    strips: tuple[ScoreStrip, ...] = ()
    instants: bool = False
    editable: bool = False
    selected: str = ""
    goto: tuple[int, int] | None = None
    goto_id: str = ""
    alt: str = ""
    types: tuple[tuple[str, str], ...] = ()
    told: Told = Told()


@dataclass(frozen=True)
class ChartEvent:
    """What a person did in the chart since the last run; empty fields when nothing.

    Attributes:
        visible: samples `[start, stop)` in sight after a zoom or pan.
        drawn: an interval drawn on one channel.
        moved: (ref, start, stop) of a mark after one of its edges was dragged to a sample.
        deleted: `ref` of a mark to be removed.
        split: (ref, sample): the mark becomes `[start, sample)` and `[sample, stop)`.
        merged: (ref, ref): the two marks become one, from the earlier start to the later stop.
        selected: `ref` of the mark that is now selected, "" when none is; None when unchanged.
        cursor: sample under the cursor; None when unchanged.
        clicked: `ref` of the mark clicked.
        phrase: what is to be done to a phrase.
        action: id of the action pressed, by mouse or key, never before the paint.
        on: `ref` of the mark that was selected when the action was pressed.
        rebound: (binding, key) that a person wants; two empty texts ask for the first keys again.
        painted: what was on the screen when it happened.
        seconds: time since that paint.
        nonce: identity of the event, to be handed back in `ChartData.handled`.
        failed: why the browser could not show the chart; empty when it could.
    """

    visible: tuple[int, int] | None = None
    drawn: Interval | None = None
    moved: tuple[str, int, int] | None = None
    deleted: str = ""
    split: tuple[str, int] | None = None
    merged: tuple[str, str] | None = None
    selected: str | None = None
    cursor: int | None = None
    clicked: str = ""
    phrase: PhraseTouch | None = None
    action: str = ""
    on: str = ""
    rebound: tuple[str, str] | None = None
    painted: Painted | None = None
    seconds: float | None = None
    nonce: str = ""
    failed: str = ""
