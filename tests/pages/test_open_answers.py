"""Open answers: shown with their places and checks, decided on, reworded, left out of learning."""

from pathlib import Path

import numpy as np
import pytest

from core.answers import AnswerContent, Claim, FoundInterval, Span
from core.errors import AnswerError, ConfigError, StoreError
from core.questions.base import Question
from core.review import Item
from pages.components.explore_answers import summary
from pages.components.review_buttons import actions_of
from pages.components.review_view import chart_of
from pages.components.workflows.agreeing import people_agree
from pages.components.workflows.asking import add_open_question
from pages.components.workflows.drawing import ensure_draw
from pages.components.workflows.learning import what_there_is
from pages.components.workflows.preflight import preflight
from pages.components.workflows.review_queue import build_queue
from pages.components.workflows.reviewing import decide, load_desk, save_edit, start_edit
from pages.components.workflows.rewording import retold, reworded
from storage import Store
from tests.pages.review_app import opened, press
from tests.pages.review_project import RULES, answered, review_store

APP = str(Path(__file__).resolve().parents[2] / "app.py")
SHIFT = FoundInterval(number=1, start=240, stop=280, channels=(1,))
SPIKE = FoundInterval(number=2, start=400, stop=401, channels=(0,))
LEVEL = Span(
    text="ch2 is higher by 4 for 40 samples",
    interval=1,
    claim=Claim(kind="level", start=240, stop=280, channel=1, value=4.0),
)
SAID = AnswerContent(
    kind="open",
    intervals=(SHIFT, SPIKE),
    rationale=(
        Span(text="A slow wave. "),
        LEVEL,
        Span(text="; "),
        Span(
            text="ch1 has a spike of 9",
            interval=2,
            claim=Claim(kind="spike", start=400, stop=401, channel=0, value=9.0),
        ),
        Span(text="."),
    ),
)
TEXT = "A slow wave. ch2 is higher by 4 for 40 samples; ch1 has a spike of 9."


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return review_store(tmp_path, n=1)


@pytest.fixture
def project_id(store: Store) -> str:
    return store.projects.default().id


@pytest.fixture
def question(store: Store, project_id: str) -> Question:
    return add_open_question(store, project_id, "What happens here?")


@pytest.fixture
def item(store: Store, project_id: str, question: Question) -> Item:
    """An item of the open question on a whole series of three channels, answered by the rules."""
    series = next(row for row in store.series.list(project_id) if row.n_channels == 3)
    (item,) = store.items.add_many(project_id, [(series.id, 0, series.n_samples, question.id)])
    answered(store, project_id, item, RULES, SAID)
    return item


def label_of(store: Store, item: Item) -> AnswerContent | None:
    return store.corrections.current(item.project_id)[item.id].content


def test_an_open_question_has_a_text_is_added_once_and_named_by_its_beginning(
    store: Store, project_id: str
) -> None:
    text = "Describe the course of the pressure   over the whole shift, please."
    question = add_open_question(store, project_id, text)
    assert question.text == "Describe the course of the pressure over the whole shift, please."
    assert question.name == "Describe the course of the pressure…"
    assert add_open_question(store, project_id, text) == question
    kinds = sorted(one.kind for one in store.questions.current(project_id))
    assert kinds == ["anomaly", "open", "pattern"]
    with pytest.raises(ConfigError, match="no text"):
        add_open_question(store, project_id, " \n")


def test_the_desk_shows_text_places_and_checks_and_offers_no_anomaly_decision(
    store: Store, item: Item
) -> None:
    desk = load_desk(store, item.project_id, "me", item.id)
    (panel,) = chart_of(desk, store.series.data(desk.series), "").panels
    assert panel.headline == "text, 2 places"
    assert "".join(phrase.text for phrase in panel.phrases) == TEXT
    assert [(p.number, p.check) for p in panel.phrases] == [
        (None, ""),
        (1, "confirmed"),
        (None, ""),
        (2, "contradicted"),
        (None, ""),
    ]
    assert [found.text for found in panel.findings] == ["place", "place"]
    answer = desk.answers[0].id
    assert [action.id for action in actions_of(desk)] == [
        *(
            f"accept:{answer}",
            "edit",
            "reject",
            "not_sure",
            "skip",
            "undo",
            "redo",
            "history",
            "examine",
        )
    ]


def test_an_open_answer_is_turned_down_but_not_as_no_anomaly(store: Store, item: Item) -> None:
    for decision in ("reject", "not_sure", "skip"):
        desk = load_desk(store, item.project_id, "me", item.id)
        decide(store, desk, "me", decision, desk.painted, None)
    events = store.corrections.events(item.project_id, item.id)
    assert [event.decision for event in events] == ["reject", "not_sure", "skip"]
    desk = load_desk(store, item.project_id, "me", item.id)
    with pytest.raises(StoreError, match="does not ask for anomalies"):
        decide(store, desk, "me", "no_anomaly", desk.painted, None)


def test_the_text_is_edited_and_words_left_alone_keep_their_place(store: Store, item: Item) -> None:
    at = opened(store, item.id)
    press(at, "edit")
    (box,) = [one for one in at.text_area if one.label == "What happens here"]
    assert box.value == TEXT
    box.set_value("A wave. ch2 is higher by 4 for 40 samples. No spike.").run()
    again = opened(store, item.id)
    press(again, "save")
    assert store.corrections.events(item.project_id, item.id)[0].decision == "fix"
    assert label_of(store, item) == AnswerContent(
        kind="open",
        intervals=(SHIFT,),
        rationale=(Span(text="A wave. "), LEVEL, Span(text=". No spike.")),
    )


def test_an_item_that_nobody_answered_can_be_answered_in_own_words(
    store: Store, project_id: str, question: Question
) -> None:
    series = store.series.list(project_id)[0]
    (bare,) = store.items.add_many(project_id, [(series.id, 0, 100, question.id)])
    desk = load_desk(store, project_id, "me", bare.id)
    draft = start_edit(store, desk, "me", desk.painted)
    with pytest.raises(AnswerError, match="no word in it"):
        save_edit(store, desk, "me", draft, None)
    draft = draft.model_copy(update={"rationale": "It is."})
    save_edit(store, desk, "me", draft, None)
    assert label_of(store, bare) == AnswerContent(kind="open", rationale=(Span(text="It is."),))


@pytest.mark.parametrize(
    ("text", "places", "numbers", "why"),
    [
        (TEXT, (SHIFT, SPIKE), [1, 2], "nothing was changed"),
        ("ch1 has a spike of 9", (SPIKE,), [1], "the second place becomes the first"),
        ("ch1 has a spike of 90", (), [], "a longer number is another word"),
        ("ch1 has a spike of 9. " + LEVEL.text, (SHIFT,), [1], "only in their order"),
    ],
)
def test_places_stay_with_their_words(
    text: str, places: tuple[FoundInterval, ...], numbers: list[int], why: str
) -> None:
    content = retold(text, SAID.rationale, SAID.intervals)
    assert content.rationale_text == text, why
    assert [(one.start, one.stop) for one in content.intervals] == [
        (one.start, one.stop) for one in places
    ], why
    assert [span.interval for span in content.rationale if span.interval] == numbers, why


def test_a_place_that_no_words_pointed_to_stays() -> None:
    content = retold("New words.", [Span(text="Old.")], [SHIFT])
    assert content.intervals == (SHIFT,)
    assert reworded("New words. More.", []) == (Span(text="New words. "), Span(text="More."))


def test_lists_show_the_beginning_of_a_text(question: Question) -> None:
    assert summary(question, SAID) == TEXT
    long = AnswerContent(kind="open", rationale=(Span(text="word " * 40),))
    assert summary(question, long) == " ".join(["word"] * 16) + "…"


def test_gold_is_not_drawn_from_open_questions_and_hides_none_of_them(
    store: Store, project_id: str, item: Item
) -> None:
    ensure_draw(store, project_id, np.random.default_rng(0))
    store.gold.reserve(project_id, [(item.series_id, 0, 300)], "time_block")
    queue = build_queue(store, project_id)
    assert item.id in queue.order
    assert item.id not in queue.drawn
    assert load_desk(store, project_id, "me", item.id).gold is None


def test_training_leaves_open_questions_out_and_says_why(
    store: Store, project_id: str, item: Item
) -> None:
    before = what_there_is(store, project_id)
    assert {material.question.kind for material in before.questions} == {"pattern", "anomaly"}
    assert [question.name for question in before.left_out] == ["What happens here?"]
    said = [finding.text for finding in preflight(store, project_id, before)]
    assert (
        "Left out of this run: “What happens here?” is answered in free text, which only a "
        "reasoning student learns to write, from examples; its answers stay in Review and Explore."
    ) in said


def test_texts_are_accepted_as_they_stand_and_not_compared(store: Store, item: Item) -> None:
    for person in ("ana", "ben"):
        desk = load_desk(store, item.project_id, person, item.id)
        decide(store, desk, person, f"accept:{desk.answers[0].id}", desk.painted, None)
    assert label_of(store, item) == SAID
    assert people_agree(store, item.project_id, item.question_id) == []
