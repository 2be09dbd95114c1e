"""What people made of phrases: the last word stands, undo takes it back, pairs come of it."""

from core.answers import AnswerContent, Claim, FoundInterval, Span
from core.desk_events import Comment, DeskEvent, PhraseJudged, PhraseVerdict
from core.ids import utc_now
from core.intervals import Interval
from core.phrases import as_judged, pair_of, phrase_pairs, phrase_states
from core.review import Item

SHIFT = Interval(start=240, stop=280, channels=(1,))
LATER = Interval(start=300, stop=340, channels=(1,))
WORDS = "the level rises by 4"
ITEM = Item(id="i", project_id="p", series_id="s", start=0, stop=600, question_id="q")
CONTENT = AnswerContent(
    kind="anomaly",
    intervals=(
        FoundInterval(number=1, start=240, stop=280, channels=(1,), type_id="shift"),
        FoundInterval(number=2, start=400, stop=401),
    ),
    rationale=(
        Span(
            text=f" {WORDS}; ",
            interval=1,
            claim=Claim(kind="level", start=240, stop=280, channel=1, value=4.0),
        ),
        Span(text="a spike", interval=2),
        Span(text="a second one", interval=2),
        Span(text="calm elsewhere"),
    ),
)


def judged(
    verdict: PhraseVerdict,
    text: str = WORDS,
    interval: Interval | None = SHIFT,
    *,
    span: int = 0,
    said: str = WORDS,
    said_interval: Interval | None = SHIFT,
    person: str = "Ana",
    event_id: str = "e",
    item_id: str = "i",
) -> DeskEvent:
    body = PhraseJudged(
        source_id="a",
        span=span,
        verdict=verdict,
        said=said,
        text=text,
        said_interval=said_interval,
        interval=interval,
    )
    return said_event(event_id, body, person, item_id)


def said_event(
    event_id: str,
    body: PhraseJudged | Comment | None,
    person: str = "Ana",
    item_id: str = "i",
    undoes: str | None = None,
) -> DeskEvent:
    return DeskEvent(
        id=event_id,
        project_id="p",
        item_id=item_id,
        person=person,
        created_at=utc_now(),
        body=body,
        undoes=undoes,
    )


def pairs(*events: DeskEvent) -> list[tuple[str, Interval | None, str]]:
    found = phrase_pairs(events, {"i": ITEM})
    return [(one.text, one.interval, one.verdict) for one in found]


def test_the_last_standing_word_on_a_phrase_is_its_state() -> None:
    events = [
        judged("wrong", event_id="1"),
        said_event("2", Comment(text="look at this")),
        judged("right", event_id="3", person="Ben"),
    ]
    (state,) = phrase_states(events).values()
    assert (state.key, state.person, state.body.verdict) == (("a", 0), "Ben", "right")
    undone = [*events, said_event("4", None, "Ben", undoes="3")]
    assert phrase_states(undone)["a", 0].person == "Ana"


def test_a_verdict_alone_makes_one_pair() -> None:
    assert pairs(judged("right")) == [(WORDS, SHIFT, "right")]
    assert pairs(judged("wrong")) == [(WORDS, SHIFT, "wrong")]


def test_what_is_replaced_is_the_worse_one_of_two_pairs() -> None:
    assert pairs(judged("moved", interval=LATER)) == [
        (WORDS, LATER, "right"),
        (WORDS, SHIFT, "wrong"),
    ]
    assert pairs(judged("reworded", "it rises by 3")) == [
        ("it rises by 3", SHIFT, "right"),
        (WORDS, SHIFT, "wrong"),
    ]
    assert pairs(judged("unlinked", interval=None)) == [
        (WORDS, None, "right"),
        (WORDS, SHIFT, "wrong"),
    ]


def test_words_that_only_got_an_interval_were_not_wrong() -> None:
    assert pairs(judged("linked", said_interval=None)) == [(WORDS, SHIFT, "right")]


def test_what_was_moved_and_moved_back_says_nothing() -> None:
    assert pairs(judged("moved", interval=LATER), judged("moved", event_id="2")) == []


def test_two_people_who_differ_both_count_and_an_item_left_out_does_not() -> None:
    events = [
        judged("wrong"),
        judged("right", person="Ben", event_id="2"),
        judged("wrong", item_id="gold", span=1, event_id="3"),
    ]
    found = phrase_pairs(events, {"i": ITEM})
    assert [(one.person, one.verdict) for one in found] == [("Ana", "wrong"), ("Ben", "right")]


def test_a_moved_phrase_takes_its_claim_along_and_the_place_of_its_interval() -> None:
    states = phrase_states([judged("moved", interval=LATER)])
    now = as_judged(CONTENT, "a", states)
    assert [(one.number, one.start, one.stop, one.type_id) for one in now.intervals] == [
        (1, 300, 340, "shift"),
        (2, 400, 401, None),
    ]
    claim = now.rationale[0].claim
    assert claim is not None
    assert (claim.start, claim.stop, claim.value) == (300, 340, 4.0)


def test_an_interval_that_another_phrase_points_to_stays_beside_the_moved_one() -> None:
    spike = Interval(start=400, stop=401)
    event = judged("moved", "a spike", LATER, span=1, said="a spike", said_interval=spike)
    now = as_judged(CONTENT, "a", phrase_states([event]))
    assert [one.start for one in now.intervals] == [240, 400, 300]
    assert [span.interval for span in now.rationale] == [1, 3, 2, None]


def test_reworded_phrases_have_no_claim_and_keep_the_blanks_around_them() -> None:
    now = as_judged(CONTENT, "a", phrase_states([judged("reworded", "it rises by 3")]))
    assert now.rationale[0] == Span(text=" it rises by 3 ", interval=1)


def test_a_phrase_can_be_linked_to_an_interval_that_is_there_and_unlinked() -> None:
    linked = judged(
        "linked", "calm elsewhere", SHIFT, span=3, said="calm elsewhere", said_interval=None
    )
    assert as_judged(CONTENT, "a", phrase_states([linked])).rationale[3].interval == 1
    unlinked = judged("unlinked", interval=None)
    now = as_judged(CONTENT, "a", phrase_states([unlinked]))
    assert now.rationale[0].interval is None
    assert now.intervals == CONTENT.intervals


def test_phrases_of_another_source_change_nothing() -> None:
    assert as_judged(CONTENT, "b", phrase_states([judged("moved", interval=LATER)])) == CONTENT


def test_the_pair_of_a_span_is_its_words_and_its_interval() -> None:
    assert pair_of(CONTENT, 0) == (WORDS + ";", SHIFT)
    assert pair_of(CONTENT, 3) == ("calm elsewhere", None)
