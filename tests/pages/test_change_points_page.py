"""Change points on the pages: drawn, marked, given a cause, decided on, listed, asked, left out."""

from pathlib import Path

import pytest

from core.answers import AnswerContent, FoundInterval, Span
from core.errors import AnswerError, StoreError
from core.findings import Finding
from core.generate_changes import change_series
from core.intervals import Interval
from core.questions.base import Question
from core.review import Item
from core.series import SeriesData, SeriesInfo, view_window
from core.teachers.rules import rules_on
from pages.components import session
from pages.components.chart import ChartEvent
from pages.components.chart.payload import chart_payload
from pages.components.explore_answers import summary
from pages.components.page import Page
from pages.components.review_buttons import CAUSE
from pages.components.review_edits import edited
from pages.components.review_view import DRAFT, chart_of
from pages.components.workflows.asking import add_change_question, questions_by_kind
from pages.components.workflows.change_example import (
    N_GOLD,
    N_SERIES,
    add_change_example,
    has_change_example,
)
from pages.components.workflows.drafting import (
    DraftInterval,
    content_of,
    draft_from,
    moved_to,
    with_cause,
)
from pages.components.workflows.finding import gather
from pages.components.workflows.keymap import DEFAULT_KEYS
from pages.components.workflows.learning import what_there_is
from pages.components.workflows.repeating import repeat_type
from pages.components.workflows.reviewing import Desk, decide, load_desk, save_edit, start_edit
from storage import Store
from tests.pages.review_app import opened, press
from tests.pages.review_project import RULES, STUDENT, answered, review_store
from training.snapshot import preflight

NAMES = ("a rather long name of the first channel, drive side", "flow", "third", "fourth")
LOST = FoundInterval(
    number=1, start=300, stop=301, cause="correlation", pairs=((0, 1), (0, 2)), confidence=0.8
)
ALONE = FoundInterval(number=2, start=420, stop=421, cause="independent", channels=(1,))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return review_store(tmp_path, n=1)


@pytest.fixture
def project_id(store: Store) -> str:
    return store.projects.default().id


@pytest.fixture
def question(store: Store, project_id: str) -> Question:
    return add_change_question(store, project_id)


@pytest.fixture
def item(store: Store, project_id: str, question: Question) -> Item:
    """A series of which channels part, with the question asked and answered by the rules."""
    made = change_series("lost", 301)
    data = SeriesData(made.data.values[:, :3])
    stored, _ = store.series.add(project_id, data, SeriesInfo("mill", NAMES[:3]))
    (item,) = store.items.add_many(project_id, [(stored.id, 0, data.n_samples, question.id)])
    answered(
        store, project_id, item, RULES, rules_on(question)(view_window(data, 0, data.n_samples))
    )
    return item


def desk_at(store: Store, item: Item, person: str = "me") -> Desk:
    return load_desk(store, item.project_id, person, item.id)


def label_of(store: Store, item: Item) -> AnswerContent | None:
    return store.corrections.current(item.project_id)[item.id].content


def page_of(store: Store, person: str = "me") -> Page:
    return Page(store, store.projects.default(), person)


def test_a_project_begins_without_the_question_and_gets_it_once(
    store: Store, project_id: str
) -> None:
    assert set(questions_by_kind(store, project_id)) == {"pattern", "anomaly"}
    first = add_change_question(store, project_id)
    assert add_change_question(store, project_id) == first
    assert set(questions_by_kind(store, project_id)) == {"pattern", "anomaly", "change_point"}


def test_both_causes_are_told_apart_by_icon_and_words_and_hue_stays_the_authors(
    store: Store, item: Item
) -> None:
    content = AnswerContent(kind="change_point", intervals=(LOST, ALONE))
    answered(store, item.project_id, item, STUDENT, content, at=1)
    desk = desk_at(store, item)
    picture = chart_of(desk, store.series.data(desk.series), "")
    marks = [mark for mark in picture.marks if mark.lane == "student series"]
    assert [(one.instant, one.text, one.channels) for one in marks] == [
        ("correlation", "correlation change", (0, 1, 2)),
        ("independent", "independent change", (1,)),
    ]
    assert len({one.colour for one in marks}) == 1
    assert [one.where for one in picture.panels[-1].findings] == [
        "sample 300, ch1–ch2, ch1–ch3",
        "sample 420, ch2",
    ]
    assert [one.instant for one in picture.panels[-1].findings] == ["correlation", "independent"]
    assert chart_payload(picture)["instants"] is True
    assert "Edit" in {one.label for one in picture.actions}
    assert {one.id: one.label for one in picture.actions}["no_anomaly"] == "No change"
    assert "guideline" not in {one.id for one in picture.actions}


def test_what_the_rules_say_of_pairs_is_confirmed_beside_its_words(
    store: Store, item: Item
) -> None:
    desk = desk_at(store, item)
    (panel,) = chart_of(desk, store.series.data(desk.series), "").panels
    assert panel.headline == "1: correlation change"
    assert {phrase.check for phrase in panel.phrases if phrase.ref} == {"confirmed"}
    assert "lost." in "".join(phrase.text for phrase in panel.phrases)


def test_no_change_is_a_decision_and_has_its_own_words(store: Store, item: Item) -> None:
    desk = desk_at(store, item)
    decide(store, desk, "me", "no_anomaly", desk.painted, None)
    assert label_of(store, item) == AnswerContent(kind="change_point")
    panel = chart_of(desk_at(store, item), store.series.data(desk.series), "").panels[-1]
    assert panel.headline == "no change" and panel.note.startswith("no change,")


def test_a_change_point_is_placed_given_a_cause_moved_and_saved_by_events_of_the_plot(
    store: Store, item: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "get", lambda key, default=None: default)
    monkeypatch.setattr(session, "put", lambda key, value: None)
    page = page_of(store)
    desk = desk_at(store, item)
    decide(store, desk, "me", "reject", desk.painted, None)  # the edit begins from nothing
    answered_by = desk_at(store, item)
    start_edit(store, answered_by, "me", answered_by.painted)
    draft = desk_at(store, item).draft
    assert draft is not None and draft.kind == "change_point"
    for one in draft.intervals:
        assert edited(page, desk_at(store, item), ChartEvent(deleted=f"{DRAFT}{one.id}"))
    drawn = ChartEvent(drawn=Interval(start=100, stop=130, channels=(2,)))
    assert edited(page, desk_at(store, item), drawn)
    (made,) = _draft(store, item)
    assert (made.start, made.stop, made.cause, made.channels) == (100, 101, None, (2,))
    with pytest.raises(AnswerError, match="change point 1 has no cause"):
        save_edit(store, desk_at(store, item), "me", desk_at(store, item).draft or pytest.fail(), 1)
    ref = f"{DRAFT}{made.id}"
    edited(page, desk_at(store, item), ChartEvent(action=f"{CAUSE}independent", on=ref))
    edited(page, desk_at(store, item), ChartEvent(moved=(ref, 100, 108)))  # its end was dragged
    assert not edited(page, desk_at(store, item), ChartEvent())
    assert edited(page, desk_at(store, item), ChartEvent(split=(ref, 101)))
    (moved,) = _draft(store, item)
    assert (moved.start, moved.stop, moved.cause) == (107, 108, "independent")
    save_edit(store, desk_at(store, item), "me", desk_at(store, item).draft or pytest.fail(), 1)
    label = label_of(store, item)
    assert label is not None
    assert [(one.start, one.cause, one.channels) for one in label.intervals] == [
        (107, "independent", (2,))
    ]


def _draft(store: Store, item: Item) -> tuple[DraftInterval, ...]:
    draft = desk_at(store, item).draft
    assert draft is not None
    return draft.intervals


def test_pairs_belong_to_a_correlation_and_channels_to_the_rest(
    store: Store, item: Item, question: Question
) -> None:
    content = AnswerContent(kind="change_point", intervals=(LOST, ALONE))
    draft = draft_from(content, "change_point", (), 0)
    assert content_of(draft, item, question).intervals == tuple(
        one.model_copy(update={"confidence": None}) for one in content.intervals
    )
    first = draft.intervals[0].id
    alone = content_of(with_cause(draft, first, "independent"), item, question)
    assert alone.intervals[0].pairs == () and alone.intervals[0].cause == "independent"
    assert moved_to(draft, first, 305, 310).intervals[0].start == 305
    with pytest.raises(AnswerError, match="place one first"):
        with_cause(draft.model_copy(update={"intervals": ()}), "", "independent")


def test_separators_between_phrases_are_no_words_of_an_edit(item: Item) -> None:
    said = AnswerContent(
        kind="change_point",
        intervals=(LOST,),
        rationale=(Span(text="They part"), Span(text="; "), Span(text="here", interval=1)),
    )
    draft = draft_from(said, "change_point", (), 0)
    assert (draft.rationale, draft.intervals[0].phrase) == ("They part", "here")


def test_the_last_cause_is_repeated_in_an_edit_and_no_change_on_the_desk(
    store: Store, project_id: str, question: Question, item: Item
) -> None:
    other = change_series("nothing", 3)
    stored, _ = store.series.add(project_id, other.data, other.info)
    (second,) = store.items.add_many(project_id, [(stored.id, 0, 500, question.id)])
    desk = desk_at(store, second)
    with pytest.raises(StoreError, match="no cause of"):
        repeat_type(store, desk, "me", draft_from(_alone(), "change_point", (), 0), "")
    first = desk_at(store, item)
    decide(store, first, "me", f"accept:{first.answers[0].id}", first.painted, None)
    draft = repeat_type(store, desk, "me", draft_from(_alone(), "change_point", (), 0), "")
    assert draft.intervals[0].cause == "correlation"


def _alone() -> AnswerContent:
    found = ALONE.model_copy(update={"number": 1})
    return AnswerContent(kind="change_point", intervals=(found,))


def test_the_editor_offers_cause_sample_and_pairs_and_keeps_what_is_typed(
    store: Store, item: Item
) -> None:
    at = opened(store, item.id)
    press(at, "edit")
    cause = next(box for box in at.selectbox if box.label == "1 · cause")
    assert cause.options == ["independent change", "correlation change"]
    assert cause.value == "correlation"
    pairs = next(box for box in at.multiselect if box.label == "Pairs")
    assert pairs.options == ["ch1–ch2", "ch1–ch3", "ch2–ch3"]
    place = next(box for box in at.number_input if box.label == "New from sample")
    place.set_value(int(place.value or 0) + 7).run()
    cause = next(box for box in at.selectbox if box.label == "1 · cause")
    cause.set_value("independent").run()
    assert "Channels" in {box.label for box in at.multiselect}
    press(at, "save")
    label = label_of(store, item)
    rules = store.answers.for_item(item.project_id, item.id)[0].content
    assert label is not None
    assert label.intervals[0].start == rules.intervals[0].start + 7
    assert (label.intervals[0].cause, label.intervals[0].pairs) == ("independent", ())


def test_findings_list_change_points_beside_anomalies_and_no_kind_rejects_the_other(
    store: Store, project_id: str, item: Item
) -> None:
    def changes() -> list[Finding]:
        return [one for one in gather(store, project_id, {}).findings if "change" in one.type]

    (found,) = changes()
    assert (found.type, found.status) == ("correlation change", "new")
    anomaly = questions_by_kind(store, project_id)["anomaly"]
    (calm,) = store.items.add_many(project_id, [(item.series_id, 0, item.stop, anomaly.id)])
    store.corrections.record(project_id, calm.id, "me", "no_anomaly", expected_sequence=0)
    assert changes()[0].status == "new"
    desk = desk_at(store, item)
    decide(store, desk, "me", "no_anomaly", desk.painted, None)
    assert changes()[0].status == "rejected"


def test_labels_teach_no_series_student_and_that_is_said(
    store: Store, project_id: str, question: Question, item: Item
) -> None:
    state = what_there_is(store, project_id)
    assert question.id in {one.question.id for one in state.questions}  # measured on gold
    said = preflight([question], [])[question.id]
    assert "“Change points” is about change points" in said and "not from labels" in said


def test_an_answer_is_said_in_a_few_words(question: Question) -> None:
    both = AnswerContent(kind="change_point", intervals=(LOST, ALONE))
    assert summary(question, both) == "2: correlation change, independent change"
    assert summary(question, AnswerContent(kind="change_point")) == "no change"


def test_the_example_is_added_once_with_gold_of_known_truth(tmp_path: Path) -> None:
    store = review_store(tmp_path, n=0)
    project_id = store.projects.default().id
    assert not has_change_example(store, project_id)
    add_change_example(store, project_id)
    add_change_example(store, project_id)
    question = questions_by_kind(store, project_id)["change_point"]
    assert has_change_example(store, project_id)
    assert len(store.items.list(project_id, question.id)) == N_SERIES
    assert len(store.gold.ranges(project_id)) == N_GOLD
    truths = store.answers.latest(project_id, question.id, "import")
    assert len(truths) == N_GOLD
    causes = {one.cause for answer in truths.values() for one in answer.content.intervals}
    assert causes == {"independent", "correlation"}


def test_with_gold_locked_the_example_brings_none(tmp_path: Path) -> None:
    store = review_store(tmp_path, n=2)
    project_id = store.projects.default().id
    store.gold.reserve(project_id, [(store.series.list(project_id)[0].id, 0, 10)], "drawn")
    store.gold.lock(project_id)
    add_change_example(store, project_id)
    assert len(store.gold.ranges(project_id)) == 1
    question = questions_by_kind(store, project_id)["change_point"]
    assert store.answers.latest(project_id, question.id, "import") == {}


def test_the_keys_of_both_causes_are_free_in_an_edit() -> None:
    edits = {DEFAULT_KEYS.key(one) for one in ("undo", "redo", "repeat")}
    assert not edits & {"a", "j"}
