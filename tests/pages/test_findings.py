"""Findings: one list of what everybody says, and how many of it one wants to see."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from review_project import RULES, answered, review_store
from streamlit.testing.v1 import AppTest

from core.annotations import LogEntry, Put, new_mark
from core.answers import AnswerContent, Author, FoundInterval
from core.errors import ConfigError
from core.findings import findings_table
from core.ids import new_id, utc_now
from core.questions import kind_of
from core.review import Decision, Item
from core.screening import Detection, Screened
from core.sensitivity import ALL_REPORTED, STOPS
from core.series import SeriesData, SeriesInfo, WindowView, view_window
from core.teachers import TEACHERS
from core.teachers.base import Ask
from pages.components import session
from pages.components.services import Services
from pages.components.workflows.asking import questions_by_kind
from pages.components.workflows.finding import Listing, Ticks, gather, news_words, unseen
from pages.components.workflows.finding_facts import (
    Known,
    claims_of,
    destination,
    export_rows,
    facts_of,
    status_words,
    tally,
)
from pages.components.workflows.finding_view import Query, base_words, select
from pages.components.workflows.muting import KIND, Wish, log_choices, mute_of, mute_words
from pages.components.workflows.screening import screening, start_screening, to_screen
from storage import Store
from training.answer_findings import findings_of

APP = Path(__file__).parents[2] / "app.py"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Three series with a level shift at 240 and a spike at 400 by the rules, students agreeing."""
    return review_store(tmp_path / "home", n=3, students=True)


def project_of(store: Store) -> str:
    return store.projects.default().id


def listing_of(store: Store) -> Listing:
    return gather(store, project_of(store), Ticks())


def seen_by_detector(
    store: Store, series_id: str, *ranges: tuple[int, int, float, bool], channel: int = 1
) -> None:
    found = Screened(
        id=new_id(),
        series_id=series_id,
        revision=1,
        method="robust_z",
        n_samples=600,
        threshold=5.0,
        period=8,
        note="",
        seconds=0.0,
        created_at=utc_now(),
        detections=tuple(
            Detection(start=a, stop=b, channels=(channel,), peak=9.0, quantile=q, reported=reported)
            for a, b, q, reported in ranges
        ),
    )
    store.detections.add_many(project_of(store), "job", [found])


def first_series(store: Store) -> str:
    return store.series.list(project_of(store))[0].id


def who(listing: Listing, series_id: str) -> list[tuple[str, ...]]:
    return [
        tuple(said.kind for said in one.said)
        for one in listing.findings
        if one.place.series_id == series_id
    ]


def test_what_rules_student_detector_and_a_person_say_of_one_event_is_one_row(
    store: Store,
) -> None:
    series_id = first_series(store)
    seen_by_detector(store, series_id, (238, 285, 0.99, True))
    store.annotations.record(
        project_of(store), series_id, "ana", [Put(mark=new_mark("ana", 241, 279))]
    )
    listing = listing_of(store)
    assert who(listing, series_id) == [("person", "student", "rules", "detector"), ("rules",)]
    assert len(listing.findings) == 6
    assert listing.statuses.tolist().count("confirmed") == 1


def test_the_newest_answer_of_a_name_counts_and_the_serving_students_before_it(
    store: Store,
) -> None:
    project_id = project_of(store)
    anomaly = questions_by_kind(store, project_id)["anomaly"]
    item = store.items.list(project_id, anomaly.id)[0]
    answered(store, project_id, item, RULES, AnswerContent(kind="anomaly"), at=60)
    listing = listing_of(store)
    assert who(listing, item.series_id) == [("student",)]


def test_a_decision_confirms_what_it_says_and_rejects_the_rest_of_its_window(
    store: Store,
) -> None:
    project_id = project_of(store)
    anomaly = questions_by_kind(store, project_id)["anomaly"]
    one, two, three = store.items.list(project_id, anomaly.id)
    kept = AnswerContent(
        kind="anomaly", intervals=(FoundInterval(number=1, start=240, stop=280, channels=(1,)),)
    )
    decided: list[tuple[Item, Decision, AnswerContent | None]] = [
        (one, "fix", kept),
        (two, "no_anomaly", None),
        (three, "not_sure", None),
    ]
    for item, decision, content in decided:
        store.corrections.record(
            project_id, item.id, "ana", decision, expected_sequence=0, content=content
        )
    listing = listing_of(store)
    by_series = {
        item.series_id: [f.status for f in listing.findings if f.place.series_id == item.series_id]
        for item in (one, two, three)
    }
    assert by_series == {
        one.series_id: ["confirmed", "rejected"],
        two.series_id: ["rejected", "rejected"],
        three.series_id: ["unsure", "unsure"],
    }


def test_the_slider_takes_in_hints_to_the_right_and_never_moves_what_is_decided(
    store: Store,
) -> None:
    project_id, series_id = project_of(store), first_series(store)
    seen_by_detector(store, series_id, (20, 30, 0.97, False), (500, 520, 0.92, False))
    anomaly = questions_by_kind(store, project_id)["anomaly"]
    two = store.items.list(project_id, anomaly.id)[1]
    store.corrections.record(project_id, two.id, "ana", "no_anomaly", expected_sequence=0)
    listing, now = listing_of(store), utc_now()

    def n(stop: float, **more: object) -> int:
        return len(select(listing, Query(stop=stop, **more), now).rows)  # type: ignore[arg-type]

    assert (n(ALL_REPORTED), n(0.95), n(0.9)) == (4, 5, 6)
    assert n(STOPS[0], shows=("rejected",)) == 2
    shown = select(listing, Query(), now)
    assert shown.counts == [n(stop) for stop in STOPS]


def test_filters_and_search_work_together_over_words_authors_and_types(store: Store) -> None:
    listing, now = listing_of(store), utc_now()

    def found(**more: object) -> int:
        return len(select(listing, Query(**more), now).rows)  # type: ignore[arg-type]

    assert found() == 6
    assert found(search="PUMP-1 spike") == 1
    assert found(search="flow rules") == 3
    assert found(kinds=("student",)) == 3
    assert found(types=("spike",)) == 3
    assert found(series_ids=(first_series(store),)) == 2
    assert found(search="nothing of this") == 0


@pytest.mark.parametrize("sort", ["latest", "earliest", "series", "unusual", "said"])
def test_every_order_keeps_all_rows(store: Store, sort: str) -> None:
    listing = listing_of(store)
    rows = select(listing, Query(sort=sort), utc_now()).rows  # type: ignore[arg-type]
    assert sorted(rows.tolist()) == list(range(6))
    first = listing.places.first_us[rows]
    if sort == "latest":
        assert (np.diff(first) <= 0).all()
    if sort == "earliest":
        assert (np.diff(first) >= 0).all()


def test_claims_are_checked_against_the_data(store: Store) -> None:
    listing = listing_of(store)
    reader = store.series.data
    shift, spike = (
        next(f for f in listing.findings if f.type.casefold().startswith(name))
        for name in ("level", "spike")
    )
    both = facts_of(store, project_of(store), listing, [shift, spike], reader, {})
    assert [tally(facts or ()) for facts in both] == [
        # The teacher's claim, and what the student says in words alone.
        {"confirmed": 2, "contradicted": 0, "not_checkable": 0},
        {"confirmed": 0, "contradicted": 1, "not_checkable": 0},
    ]
    assert both[1] is not None and both[1][0].text == "ch1 has a spike of 9 at sample 400"


def test_without_time_nothing_is_claimed_to_be_known(store: Store) -> None:
    listing = listing_of(store)
    found = facts_of(
        store, project_of(store), listing, listing.findings, store.series.data, {}, within_s=-1.0
    )
    assert found == [None] * 6


def test_facts_are_looked_up_once(store: Store) -> None:
    listing, known, reads = listing_of(store), {}, []

    def reader(row: object) -> SeriesData:
        reads.append(row)
        return store.series.data(row)  # type: ignore[arg-type]

    for _ in range(2):
        facts_of(store, project_of(store), listing, listing.findings, reader, known)
    assert len(reads) == 6  # two answers on each of three series


def test_a_finding_opens_in_review_where_an_item_holds_it_and_in_explore_elsewhere(
    store: Store,
) -> None:
    project = store.projects.default()
    listing = listing_of(store)
    params = destination(store, project, listing, 0)
    assert store.items.get(project.id, params["item"]).series_id == (
        listing.findings[0].place.series_id
    )
    bare = store.series.list(project.id)[-1]  # a series of the pattern question alone
    seen_by_detector(store, bare.id, (100, 120, 0.99, True), channel=0)
    listing = listing_of(store)
    place = next(k for k, f in enumerate(listing.findings) if f.place.series_id == bare.id)
    params = destination(store, project, listing, place)
    assert params == {"series": bare.id, "range": "50-170"}


def test_what_is_exported_names_everything(store: Store) -> None:
    listing, now = listing_of(store), utc_now()
    shown = select(listing, Query(search="pump-0", sort="earliest"), now)
    rows = shown.rows.tolist()
    facts = facts_of(
        store,
        project_of(store),
        listing,
        [listing.findings[row] for row in rows],
        store.series.data,
        {},
    )
    table = findings_table(export_rows(listing, rows, [-1, -1], facts)).to_pylist()
    assert [(r["series"], r["start"], r["type"], r["status"]) for r in table] == [
        ("pump-0.csv", 236, "level shift", "new"),
        ("pump-0.csv", 400, "spike", "new"),
    ]
    assert table[0]["channels"] == ["flow"]
    assert (table[1]["confirmed"], table[1]["contradicted"]) == (0, 1)
    assert 0 < table[0]["score"] <= 1


def wish(**more: object) -> Wish:
    # Tomorrow: late in the evening the UTC day is over already in zones to the east.
    tomorrow = utc_now().date() + timedelta(days=1)
    given: dict[str, object] = {"reason": "weekly flush", "until": tomorrow}
    return Wish(**{**given, **more})  # type: ignore[arg-type]


def test_a_mute_hides_counts_what_it_hides_and_lifting_shows_it_again(store: Store) -> None:
    project_id = project_of(store)
    mute = store.mutes.add(project_id, mute_of(wish(type="spike"), "ana", "UTC"))
    listing, now = listing_of(store), utc_now()
    shown = select(listing, Query(), now)
    assert (len(shown.rows), shown.hidden, shown.n_hidden) == (3, [3], 3)
    muted = select(listing, Query(shows=("muted",)), now)
    assert len(muted.rows) == 3
    place = int(muted.rows[0])
    assert status_words(listing, place, int(muted.muted[place])) == "muted: weekly flush"
    store.mutes.lift(project_id, "ana", mute.id)
    assert len(select(listing_of(store), Query(), now).rows) == 6


def test_a_mute_that_is_over_hides_nothing(store: Store) -> None:
    store.mutes.add(project_of(store), mute_of(wish(type="spike"), "ana", "UTC"))
    listing = listing_of(store)
    later = utc_now() + timedelta(days=3)
    assert len(select(listing, Query(), later).rows) == 6
    assert select(listing, Query(), later).hidden == [0]


def test_what_a_person_confirmed_is_never_muted(store: Store) -> None:
    project_id, series_id = project_of(store), first_series(store)
    store.annotations.record(
        project_id, series_id, "ana", [Put(mark=new_mark("ana", 400, 401, channels=(0,)))]
    )
    store.mutes.add(project_id, mute_of(wish(series_id=series_id), "ana", "UTC"))
    listing = listing_of(store)
    shown = select(listing, Query(series_ids=(series_id,)), utc_now())
    assert [listing.statuses[row] for row in shown.rows] == ["confirmed"]


def test_a_mute_is_said_in_words(store: Store) -> None:
    project = store.projects.default()
    series_id = first_series(store)
    (entry,) = store.events.add_many(
        project.id,
        [LogEntry(id=new_id(), series_id=None, tick=0, text="flush", kind="maintenance")],
    )
    listing, log = listing_of(store), log_choices(store, project)
    assert [*log] == [KIND + "maintenance", entry.id]
    said = wish(
        series_id=series_id,
        channels=(1,),
        said_by=("rules", "rules"),
        weekdays=(0, 6),
        log=KIND + "maintenance",
        around_s=600.0,
    )
    assert mute_words(mute_of(said, "ana", "Europe/Berlin"), listing, log) == (
        "findings that built-in rules alone says in flow of pump-0.csv on Mon, Sun "
        "(Europe/Berlin) at every “maintenance” or within 10 min"
    )


def test_a_wish_without_a_reason_or_a_condition_is_refused_in_words() -> None:
    with pytest.raises(ConfigError, match="nothing was muted: the mute gives no reason"):
        mute_of(wish(reason=" ", type="spike"), "ana", "UTC")
    with pytest.raises(ConfigError, match="names no condition"):
        mute_of(wish(), "ana", "UTC")


def test_unseen_is_what_was_said_after_a_persons_moment(store: Store) -> None:
    listing, now = listing_of(store), utc_now()
    assert int(unseen(listing, None, now).sum()) == 6
    assert int(unseen(listing, now, now).sum()) == 0
    seen_by_detector(store, first_series(store), (20, 30, 0.99, True), (500, 510, 0.9, False))
    later = listing_of(store)
    assert int(unseen(later, now, utc_now()).sum()) == 1
    assert news_words(later, now, utc_now()) == "Findings: 1 this week, 1 unseen"
    assert news_words(listing, now, now + timedelta(days=400)) == ""


def test_series_that_are_new_or_continued_are_not_screened_yet(store: Store) -> None:
    project_id = project_of(store)
    rows = store.series.list(project_id)
    assert screening(store, project_id).sentence == ("0 of 6 series are screened; 6 never were.")
    for row in rows[:5]:
        seen_by_detector(store, row.id, (20, 30, 0.99, True))
    row = rows[0]
    data = store.series.data(row)
    assert data.time is not None
    more = SeriesData(
        values=np.vstack([data.values, data.values[:50]]),
        time=np.concatenate([data.time, data.time[-1] + np.arange(1, 51) * 10**9]),
        source_row=np.arange(650),
    )
    store.series.extend(project_id, row.id, more, row.info, expected_revision=1, source="b.csv")
    found = screening(store, project_id)
    assert found.sentence == (
        "4 of 6 series are screened; 1 never were, 1 not since they were continued."
    )
    assert {*to_screen(found, "robust_z")} == {rows[0].id, rows[5].id}
    assert len(to_screen(found, "stl")) == 6


def test_starting_a_screening_queues_it_and_nothing_to_screen_is_refused(store: Store) -> None:
    project_id = project_of(store)
    job = start_screening(store, project_id, "robust_z", [first_series(store)])
    assert (job.kind, job.title) == ("screen", "Screening: Robust z-score, 1 series")
    with pytest.raises(ConfigError, match="0 series were to be screened"):
        start_screening(store, project_id, "robust_z", [])


def open_page(store: Store, page: str = "findings") -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    app.session_state[session.SERVICES] = Services(store=store, worker=False)
    app.run()
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app


def headline(app: AppTest) -> str:
    return next(m.value for m in app.markdown if m.value.startswith("#### "))


def test_the_page_counts_and_the_slider_changes_the_count(store: Store) -> None:
    seen_by_detector(store, first_series(store), (20, 30, 0.97, False))
    app = open_page(store)
    assert headline(app).startswith("#### 6 findings")
    app.select_slider[0].set_value(0.9).run()
    assert not app.exception
    assert headline(app).startswith("#### 7 findings")


def test_the_slider_stays_where_it_is_when_a_filter_changes_the_counts(store: Store) -> None:
    seen_by_detector(store, first_series(store), (20, 30, 0.97, False))
    app = open_page(store)
    app.select_slider[0].set_value(0.95).run()
    app.text_input(key="findings_search").set_value("pump-0").run()
    app.text_input(key="findings_search").set_value("pump").run()
    assert app.select_slider[0].value == 0.95
    assert headline(app).startswith("#### 7 findings")


def test_the_slider_stands_where_it_was_after_a_look_at_another_page(store: Store) -> None:
    seen_by_detector(store, first_series(store), (20, 30, 0.97, False))
    app = open_page(store)
    app.select_slider[0].set_value(0.95).run()
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/findings.py").run()
    assert app.select_slider[0].value == 0.95
    assert headline(app).startswith("#### 7 findings")


def test_a_hint_beside_a_report_leaves_the_reports_score_and_order(store: Store) -> None:
    series_id = first_series(store)
    seen_by_detector(store, series_id, (238, 285, 0.99999, False))
    listing = listing_of(store)
    shown = select(listing, Query(), utc_now())
    scores = [listing.findings[row].score or 0.0 for row in shown.rows]
    assert scores == sorted(scores, reverse=True)
    assert max(scores) < 0.99999


def test_findings_are_chosen_and_ordered_by_what_the_data_say_of_claims(store: Store) -> None:
    listing, known = listing_of(store), Known()
    assert {*claims_of(listing, known).tolist()} == {"unknown"}
    facts_of(
        store,
        project_of(store),
        listing,
        listing.findings,
        lambda row: store.series.data(row),
        known,
    )
    claims = claims_of(listing, known)
    wrong = np.flatnonzero(claims == "contradicted")
    assert 0 < len(wrong) < len(claims)
    chosen = select(listing, Query(claims=("contradicted",)), utc_now(), claims)
    assert sorted(chosen.rows.tolist()) == wrong.tolist()
    ordered = select(listing, Query(sort="claims"), utc_now(), claims)
    assert sorted(ordered.rows[: len(wrong)].tolist()) == wrong.tolist()


def test_how_often_is_counted_over_the_series_that_a_search_names(store: Store) -> None:
    listing = listing_of(store)
    whole = listing.reach().seconds
    assert whole > 0
    assert base_words(listing, Query()) == base_words(listing, Query(search="spike"))
    store.series.add_many(
        project_of(store),
        [
            (
                SeriesData(np.zeros((3, 1)), np.array([0, 10**9, 10**18], np.int64)),
                SeriesInfo("thirty years", ("x",)),
            )
        ],
    )
    mixed = listing_of(store)
    assert mixed.reach().seconds > 100 * whole
    assert base_words(mixed, Query(search="pump")) == base_words(listing, Query(search="pump"))


def test_a_lifted_mute_is_listed_and_can_be_set_again(store: Store) -> None:
    project_id = project_of(store)
    mute = store.mutes.add(project_id, mute_of(wish(type="spike"), "ana", "UTC"))
    store.mutes.lift(project_id, "ana", mute.id)
    app = open_page(store)
    assert any("Lifted before: 1." in caption.value for caption in app.caption)
    app.session_state[session.FINDINGS_SET_AGAIN] = {"row": 0}
    app.run()
    assert [state.mute.id for state in store.mutes.list(project_id)] == [mute.id]


def test_all_seen_is_remembered_and_home_tells_of_what_comes_after(store: Store) -> None:
    app = open_page(store)
    app.button(key="findings_seen").click().run()
    assert not app.exception
    assert store.findings.seen_until(project_of(store), "me") is not None
    assert [b.key for b in app.button if b.key == "findings_seen"] == []


def test_without_series_and_without_findings_the_page_says_what_to_do(tmp_path: Path) -> None:
    from small_project import empty_project, series_of

    small = empty_project(tmp_path)
    app = open_page(small.store)
    assert "There is no series yet" in app.info[0].value
    small.store.series.add_many(small.project_id, series_of(2))
    app = open_page(small.store)
    assert "Nobody has found anything yet" in app.info[0].value
    app.button(key="findings_screen").click().run()
    assert not app.exception
    assert [job.kind for job in small.store.jobs.list(small.project_id)] == ["screen"]


def test_authors_names_and_series_names_are_text(store: Store) -> None:
    project_id = project_of(store)
    anomaly = questions_by_kind(store, project_id)["anomaly"]
    item = store.items.list(project_id, anomaly.id)[0]
    odd = Author(kind="teacher", name="**bold** <b>x</b> $1$")
    content = AnswerContent(kind="anomaly", intervals=(FoundInterval(number=1, start=5, stop=9),))
    answered(store, project_id, item, odd, content)
    app = open_page(store)
    app.text_input(key="findings_search").set_value("bold").run()
    assert not app.exception
    assert headline(app).startswith("#### 1 finding")
    assert not any("<b>x</b>" in markdown.value for markdown in app.markdown)


def test_the_command_finds_the_table_that_the_page_exports(tmp_path: Path) -> None:
    """The same samples, shown to the rules as one window, by either way."""
    store = review_store(tmp_path / "home", n=3, students=False)
    project_id = project_of(store)
    old = store.series.data(store.series.list(project_id)[0])
    data = SeriesData(old.values + 1.0, old.time)
    (row,) = store.series.add_many(project_id, [(data, SeriesInfo("new", ("flow", "level")))])
    question = questions_by_kind(store, project_id)["anomaly"]
    rules = TEACHERS["rules"]()

    def ask(view: WindowView) -> AnswerContent:
        prompt = kind_of(question).prompt(question, view, ())
        return rules.answer(Ask(question, view, prompt, ())).content

    (item,) = store.items.add_many(project_id, [(row.id, 0, row.n_samples, question.id)])
    answered(store, project_id, item, rules.author, ask(view_window(data, 0, row.n_samples)), at=60)
    listing = listing_of(store)
    shown = select(listing, Query(series_ids=(row.id,), kinds=("rules",), sort="series"), utc_now())
    facts = facts_of(
        store, project_id, listing, listing.findings, lambda one: store.series.data(one), {}
    )
    rows = shown.rows.tolist()
    page = export_rows(listing, rows, [-1] * len(rows), [facts[place] for place in rows])
    found = findings_of(row.info.name, data, row.info, [(question, ask)], "rules")
    assert found
    assert [replace(one, series_id="", item_id="") for one in page] == found
