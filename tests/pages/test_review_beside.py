"""Review beside the item: zone, event log, marks made in Explore, and edits made in the plot."""

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.annotations import LogEntry
from core.errors import AnswerError
from core.ids import new_id
from core.intervals import Interval
from pages.components import session
from pages.components.chart import ChartEvent
from pages.components.page import Page
from pages.components.review_actions import handler
from pages.components.review_beside import beside_of
from pages.components.review_view import DRAFT, chart_of
from pages.components.services import Services
from pages.components.workflows.annotating import add_mark
from pages.components.workflows.drafting import (
    DraftInterval,
    EditDraft,
    inside_window,
    merge_intervals,
    split_interval,
)
from pages.components.workflows.reviewing import Desk, load_desk, start_edit
from storage import Store
from tests.pages.review_project import BASE_NS, desk_of, review_store

APP = str(Path(__file__).resolve().parents[2] / "app.py")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return review_store(tmp_path, n=2)


def page_of(store: Store) -> Page:
    return Page(store=store, project=store.projects.default(), person="me")


def edited(store: Store) -> Desk:
    """Return the desk of an anomaly item with an edit begun: the rules' two intervals."""
    desk = desk_of(store, "anomaly")
    start_edit(store, desk, "me", desk.painted)
    return load_desk(store, desk.item.project_id, "me", desk.item.id)


def test_marks_made_in_explore_lie_in_the_peoples_lane_to_look_at(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    spike = desk.question.type_named("spike").id
    add_mark(store, desk.series, "ana", Interval(start=300, stop=320))
    add_mark(store, desk.series, "me", Interval(start=30, stop=40, channels=(2,)), spike)
    picture = chart_of(
        desk, store.series.data(desk.series), "", beside=beside_of(page_of(store), desk)
    )
    people = [mark for mark in picture.marks if mark.lane == "people"]
    assert [(m.number, m.start, m.stop, m.channels, m.movable, m.text) for m in people] == [
        (1, 30, 40, (2,), False, "spike, marked in Explore by me"),
        (2, 300, 320, (), False, "event, marked in Explore by ana"),
    ]


def test_only_marks_in_sight_are_shown_and_on_gold_only_ones_own(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    for person, start in (("me", 10), ("ana", 250)):
        add_mark(store, desk.series, person, Interval(start=start, stop=start + 5))
    (part,) = store.items.add_many(
        desk.item.project_id, [(desk.series.id, 200, 400, desk.question.id)]
    )
    narrow = load_desk(store, desk.item.project_id, "me", part.id)
    data, beside = store.series.data(desk.series), beside_of(page_of(store), narrow)
    shown = [m.start for m in chart_of(narrow, data, "", beside=beside).marks if m.lane == "people"]
    assert shown == [250]
    gold = beside_of(page_of(store), replace(desk, gold="drawn"))
    assert [one.person for one in gold.drawn] == ["me"]


def test_the_axis_is_in_the_projects_zone_only_where_the_file_says_its_own(store: Store) -> None:
    store.projects.set_zone(store.projects.default().id, "Asia/Tokyo")
    desk = desk_of(store, "anomaly")
    assert beside_of(page_of(store), desk).zone == "Europe/Berlin"
    info = replace(desk.series.info, zone_known=True)
    sure = replace(desk, series=replace(desk.series, info=info))
    assert beside_of(page_of(store), sure).zone == "Asia/Tokyo"


def test_the_event_log_and_the_overview_stand_below_the_plot(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    entry = LogEntry(
        id=new_id(),
        series_id=None,
        tick=BASE_NS + 1000 * 10**9,
        end=None,
        text="valve closed",
        kind="batch",
        source="typed",
        person="me",
    )
    store.events.add_many(desk.item.project_id, [entry])
    picture = chart_of(
        desk, store.series.data(desk.series), "", beside=beside_of(page_of(store), desk)
    )
    assert [(mark.text, mark.tick) for mark in picture.log] == [("valve closed", entry.tick)]
    assert picture.overview


def test_the_charts_keys_edit_only_while_intervals_are_edited(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    data = store.series.data(desk.series)
    assert not chart_of(desk, data, "").editable
    assert chart_of(edited(store), data, "").editable


def test_the_peoples_lane_is_there_before_anybody_decided(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    picture = chart_of(desk, store.series.data(desk.series), "")
    assert [lane for lane, _ in picture.lanes] == ["built-in rules", "people"]


def draft() -> EditDraft:
    return EditDraft(
        kind="anomaly",
        intervals=(
            DraftInterval(id="a", start=10, stop=20, channels=(1,), phrase="up"),
            DraftInterval(id="b", start=30, stop=40, channels=(0,), type_id="t"),
        ),
    )


def spans(one: EditDraft) -> list[tuple[int, int]]:
    return [(interval.start, interval.stop) for interval in one.intervals]


def test_a_split_gives_two_intervals_that_keep_what_was_said() -> None:
    halves = split_interval(draft(), "a", 14)
    assert spans(halves) == [(10, 14), (14, 20), (30, 40)]
    assert [one.phrase for one in halves.intervals] == ["up", "up", ""]
    assert len({one.id for one in halves.intervals} - {"a"}) == 3
    assert split_interval(draft(), "a", 10) == draft()


def test_merged_intervals_cover_both_and_what_lies_between() -> None:
    (one,) = merge_intervals(draft(), "a", "b").intervals
    assert (one.start, one.stop, one.channels) == (10, 40, (0, 1))
    assert (one.type_id, one.phrase) == ("t", "up")
    assert merge_intervals(draft(), "a", "gone") == draft()


def test_samples_in_the_context_alone_are_refused(store: Store) -> None:
    item = desk_of(store, "anomaly").item
    assert inside_window(item, -5, 5) == (0, 5)
    with pytest.raises(AnswerError, match="samples 600 to 609 lie in the shaded context"):
        inside_window(item, 600, 610)


def told(store: Store, event: ChartEvent) -> EditDraft:
    """Let the desk deal with an event of the plot, and return the draft as it is stored."""
    desk = edited(store)
    handler(page_of(store), desk)(event)
    kept = load_desk(store, desk.item.project_id, "me", desk.item.id).draft
    assert kept is not None
    return kept


def first_ref(store: Store) -> str:
    found = edited(store).draft
    assert found is not None
    return f"{DRAFT}{found.intervals[0].id}"


@pytest.mark.filterwarnings("ignore")  # session state outside of a running page
def test_edits_of_the_plot_are_kept_in_the_draft(store: Store) -> None:
    before = spans(told(store, ChartEvent()))
    assert before == [(240, 280), (400, 401)]
    assert spans(told(store, ChartEvent(split=(first_ref(store), 250)))) == [
        (240, 250),
        (250, 280),
        (400, 401),
    ]
    assert spans(told(store, ChartEvent(deleted=first_ref(store)))) == [(250, 280), (400, 401)]
    drawn = ChartEvent(drawn=Interval(start=500, stop=700))
    assert spans(told(store, drawn))[-1] == (500, 600)
    desk = edited(store)
    assert desk.draft is not None
    first, second, _ = (f"{DRAFT}{one.id}" for one in desk.draft.intervals)
    assert spans(told(store, ChartEvent(merged=(first, second)))) == [(250, 401), (500, 600)]


def test_without_the_chart_intervals_are_typed_as_samples_or_times(store: Store) -> None:
    desk = edited(store)
    at = AppTest.from_file(APP, default_timeout=30)
    at.session_state[session.SERVICES] = Services(store=store, worker=False)
    key = session.REVIEW_CHART
    at.session_state[f"{key}_failed"] = "no static files"
    at.query_params["item"] = desk.item.id
    at.run()
    at.switch_page("pages/review.py").run()
    assert not at.exception
    at.text_input(key=f"{key}_typed_first_new_2").set_value("100")
    at.text_input(key=f"{key}_typed_last_new_2").set_value("119")
    at.button(key=f"{key}_typed_take").click().run()
    assert not at.exception
    kept = load_desk(store, desk.item.project_id, "me", desk.item.id).draft
    assert kept is not None
    assert spans(kept)[-1] == (100, 120)
    # The third one, changed by its fields.
    ref = f"{DRAFT}{kept.intervals[-1].id}"
    at.selectbox(key=f"{key}_typed_which").set_value(ref).run()
    at.text_input(key=f"{key}_typed_last_{ref}_100_120").set_value("129")
    at.button(key=f"{key}_typed_take").click().run()
    kept = load_desk(store, desk.item.project_id, "me", desk.item.id).draft
    assert kept is not None
    assert spans(kept)[-1] == (100, 130)
    at.button(key=f"{key}_typed_delete").click().run()
    assert not at.exception
    kept = load_desk(store, desk.item.project_id, "me", desk.item.id).draft
    assert kept is not None
    assert len(kept.intervals) == 2
