"""Audits: what counts as right, every figure by hand, and what is advised."""

from collections.abc import Sequence

import numpy as np
import pytest

from core.answers import AnswerContent, FoundInterval
from core.audit import FAILED, NO_ANOMALY, Audited, AuditReport, Bin, QuestionAudit, Sample
from core.audit_calibration import calibration_of
from core.audit_errors import error_kind
from core.audit_figures import audit_teacher
from core.audit_marks import Unit, is_right
from core.audit_words import headline, weak_classes
from core.errors import DataError, StoreError
from core.metrics import Estimate, accuracy, wilson
from core.questions.defaults import default_anomaly_question, default_pattern_question

PATTERN, ANOMALY = default_pattern_question(), default_anomaly_question()
FREE = PATTERN.model_copy(update={"id": "free", "options": ()})
KEYS = [option.key for option in PATTERN.options]
Events = Sequence[tuple[int, int] | tuple[int, int, str]]


def labelled(
    number: int, truth: str, given: str | None, group: str = "", confidence: float | None = None
) -> Audited:
    return Audited(
        item_id=f"i{number:03}",
        question=PATTERN,
        group=group or f"s{number}",
        window=(0, 100),
        given=None if given is None else AnswerContent(kind="pattern", label=given),
        truth=AnswerContent(kind="pattern", label=truth),
        confidence=confidence,
    )


def marked(number: int, truth: Events, given: Events | None, group: str = "") -> Audited:
    return Audited(
        item_id=f"i{number:03}",
        question=ANOMALY,
        group=group or f"s{number}",
        window=(0, 1000),
        given=None if given is None else events(given),
        truth=events(truth),
    )


def events(ranges: Events) -> AnswerContent:
    found = [
        FoundInterval(
            number=number,
            start=one[0],
            stop=one[1],
            type_id=ANOMALY.type_named(one[2]).id if len(one) == 3 else None,
        )
        for number, one in enumerate(ranges, 1)
    ]
    return AnswerContent(kind="anomaly", intervals=tuple(found))


def audit(
    rows: Sequence[Audited], population: int = 1_000_000, drawn: int | None = None
) -> QuestionAudit:
    sample = Sample(drawn=drawn or len(rows), population=population)
    return audit_teacher(rows, {rows[0].question.id: sample}).questions[0]


def mostly_right(n: int, n_wrong: int, *, alike: bool = False) -> list[Audited]:
    """Return items of all classes in turn; the first ones wrong, alike or each in its own way."""
    rows = [labelled(k, KEYS[k % 9], KEYS[k % 9]) for k in range(n)]
    for k in range(n_wrong):
        place = 9 * k if alike else k
        truth = place % 9
        given = 1 if alike else (truth + 1 + k % 8) % 9
        rows[place] = labelled(place, KEYS[truth], KEYS[given])
    return rows


# what is right


@pytest.mark.parametrize(
    ("truth", "given", "right"),
    [
        ([], [], True),
        ([(100, 200)], [(199, 300)], True),  # one shared sample is an overlap
        ([(100, 200)], [(200, 300)], False),  # touching is none
        ([(100, 200)], [], False),  # missed
        ([], [(100, 200)], False),  # invented
        ([(100, 200)], [(100, 150), (150, 200)], False),  # split: one is invented
        ([(100, 200, "spike")], [(100, 200, "stuck")], True),  # types are not compared
        ([(100, 200), (1000, 1200)], [(100, 200)], True),  # the other lies outside the window
        ([], None, False),  # failed
    ],
)
def test_an_anomaly_answer_is_right_when_nothing_is_missed_or_invented(
    truth: Events, given: Events | None, right: bool
) -> None:
    assert is_right(marked(0, truth, given)) is right


@pytest.mark.parametrize(("accepted", "right"), [(True, True), (False, False), (None, False)])
def test_an_answer_that_cannot_be_compared_is_right_when_it_was_accepted(
    accepted: bool | None, right: bool
) -> None:
    said = AnswerContent(kind="pattern", label="anything")
    one = Audited("i", FREE, "s", (0, 9), said, said, accepted=accepted)
    assert is_right(one) is right


# figures


def test_failures_count_as_wrong_and_are_no_labels() -> None:
    rows = [labelled(k, "cubic", "cubic") for k in range(6)]
    rows += [labelled(6, "cubic", None), labelled(7, "cubic", "convex")]
    found = audit(rows)
    assert (found.n, found.failed) == (8, 1)
    assert (found.right.value, found.answered) == (0.75, accuracy(6, 7))
    assert (found.right.low, found.right.high) == pytest.approx(wilson(6, 8), abs=1e-4)


def test_classes_have_their_own_share_and_the_matrix_holds_failures() -> None:
    rows = [
        labelled(0, "cubic", "cubic"),
        labelled(1, "cubic", "convex"),
        labelled(2, "cubic", None),
        labelled(3, "gaussian", "gaussian"),
    ]
    found = audit(rows)
    assert [(one.key, one.right, one.total) for one in found.by_class] == [
        ("cubic", 1, 3),
        ("gaussian", 1, 1),
    ]
    assert found.by_class[0].share == accuracy(1, 3)
    labels = found.confusion.labels
    assert labels == (*KEYS, FAILED)
    row = dict(zip(labels, found.confusion.counts[labels.index("cubic")], strict=True))
    assert {key: n for key, n in row.items() if n} == {"cubic": 1, "convex": 1, FAILED: 1}


def test_the_share_of_a_batch_that_was_reviewed_in_large_part_is_narrower() -> None:
    rows = mostly_right(30, 6)
    assert audit(rows, 60).right == Estimate(value=0.8, low=40 / 60, high=53 / 60)
    assert audit(rows, 30).right == Estimate(value=0.8, low=0.8, high=0.8)


def test_event_figures_by_hand() -> None:
    rows = [
        marked(0, [(100, 200, "spike")], [(100, 200, "stuck")]),  # found, score 1/2 for the type
        marked(1, [(100, 200), (300, 400)], [(100, 200), (500, 600)]),  # one missed, one invented
        marked(2, [], [(10, 20), (30, 40)]),  # two invented
        marked(3, [], []),
        marked(4, [(100, 200)], None),  # failed
    ]
    found = audit(rows)
    assert found.right.value == 0.4
    assert found.figures["score"].value == pytest.approx((0.5 + 0.5 + 0 + 1 + 0) / 5)
    assert found.figures["event_recall"].value == 0.5  # 2 of 4
    assert found.figures["false_alarms"].value == 0.75  # 3 in 4 answers
    assert [(one.key, one.right, one.total) for one in found.by_class] == [
        ("spike", 1, 1),
        ("event", 1, 3),
        (NO_ANOMALY, 1, 2),
    ]


def test_the_matrix_of_events_shows_missed_and_invented_ones() -> None:
    rows = [
        marked(0, [(100, 200, "spike")], [(100, 200, "stuck")]),
        marked(1, [(100, 200, "spike"), (300, 400, "stuck")], [(500, 600, "spike")]),
        marked(2, [], []),
        marked(3, [(100, 200, "spike")], None),
    ]
    found = audit(rows).confusion
    cells = {
        (true, given): n
        for true, row in zip(found.labels, found.counts, strict=True)
        for given, n in zip(found.labels, row, strict=True)
        if n
    }
    assert cells == {
        ("spike", "stuck"): 1,
        ("spike", NO_ANOMALY): 1,
        ("stuck", NO_ANOMALY): 1,
        (NO_ANOMALY, "spike"): 1,
        (NO_ANOMALY, NO_ANOMALY): 1,
        ("spike", FAILED): 1,
    }


# calibration


def test_calibration_by_hand() -> None:
    found = calibration_of([(0.9, True), (1.0, False), (0.9, True), (0.1, False)])
    low = Bin(low=0.0, high=0.2, n=1, said=0.1, right=accuracy(0, 1))
    high = Bin(low=0.8, high=1.0, n=3, said=found.bins[1].said, right=accuracy(2, 3))
    assert found.bins == (low, high)
    assert high.said == pytest.approx(2.8 / 3)
    # 3/4 * |0.9333 - 0.6667| + 1/4 * |0.1 - 0|
    assert found.error == pytest.approx(0.75 * (2.8 - 2) / 3 + 0.025)
    assert found.brier == pytest.approx((0.01 + 1 + 0.01 + 0.01) / 4)
    assert (found.said, found.right) == (pytest.approx(0.725), accuracy(2, 4))


@pytest.mark.parametrize(
    ("said", "n_right", "verdict"),
    [
        (0.95, 20, "overconfident"),  # right in 50 %, at most 65
        (0.2, 20, "underconfident"),
        (0.6, 20, "no difference that so few reviews could show"),
    ],
)
def test_the_calibration_sentence_goes_by_the_interval(
    said: float, n_right: int, verdict: str
) -> None:
    found = calibration_of([(said, k < n_right) for k in range(40)])
    assert found.sentence.endswith(f"of 40: {verdict}.")


def test_a_teacher_without_confidence_has_no_calibration() -> None:
    found = audit([labelled(k, "cubic", "cubic") for k in range(3)]).calibration
    assert (found.n, found.bins, found.error, found.brier) == (0, (), None, None)
    assert found.sentence == "No confidence reported."


# kinds of errors


def units(pairs: Sequence[tuple[str, str]]) -> list[Unit]:
    return [Unit(truth, given) for truth, given in pairs]


def test_the_same_mistake_again_and_again_is_systematic() -> None:
    found = audit(mostly_right(60, 6, alike=True)).errors
    assert (found.kind, found.n) == ("systematic", 6)
    assert found.by_mistake == pytest.approx(1 / 2001)  # no draw was as extreme
    assert found.by_series is None, "every item has its own series"
    assert found.commonest is not None
    assert found.commonest.model_dump() == {"truth": KEYS[0], "given": KEYS[1], "n": 6}


def test_mistakes_that_never_repeat_look_random() -> None:
    found = audit(mostly_right(60, 8)).errors
    assert (found.kind, found.n, found.by_mistake) == ("random", 8, 1.0)


def test_wrong_answers_in_few_series_are_systematic() -> None:
    rows = mostly_right(60, 6)
    rows = [labelled(k, one.truth.label or "", one.given and one.given.label, f"s{k // 6}")
            for k, one in enumerate(rows)]  # fmt: skip
    found = audit(rows).errors
    # All 6 wrong ones fill one of 10 series: chance 10 / C(60, 6), about 2e-7.
    assert (found.kind, found.by_series) == ("systematic", pytest.approx(1 / 2001))


def test_four_wrong_answers_are_too_few_to_name_a_kind() -> None:
    assert audit(mostly_right(60, 4, alike=True)).errors.kind == "too few to tell"
    assert audit(mostly_right(60, 0)).errors.kind == "none"


def test_the_chance_of_a_repeated_mistake_is_that_of_its_exact_count() -> None:
    # Two wrong of 4 items in 2 classes of 2, 2 labels to choose: the same class in 1 of 3 draws,
    # then the same label in 1 of 2: 1/6.
    pairs = units([("a", "x"), ("a", "x"), ("b", "b"), ("b", "b")])
    found = error_kind(pairs, [(f"s{k}", not one.right) for k, one in enumerate(pairs)], 2)
    assert found.by_mistake == pytest.approx(1 / 6, abs=0.03)


def test_the_chance_of_sharing_a_series_is_that_of_its_exact_count() -> None:
    # Two wrong of 4 items in 2 series of 2: the same series in 1 of 3 orders.
    items = [("s", True), ("s", True), ("t", False), ("t", False)]
    assert error_kind([], items, 1).by_series == pytest.approx(1 / 3, abs=0.04)


def test_random_errors_are_seldom_called_systematic() -> None:
    called = 0
    for seed in range(120):
        rng = np.random.default_rng(seed)
        truth = rng.integers(0, 9, 40)
        given = np.where(rng.random(40) < 0.3, (truth + rng.integers(1, 9, 40)) % 9, truth)
        pairs = units([(KEYS[t], KEYS[g]) for t, g in zip(truth, given, strict=True)])
        items = [(f"s{k % 12}", not one.right) for k, one in enumerate(pairs)]
        called += error_kind(pairs, items, 8, seed).kind == "systematic"
    assert called <= 12  # 6 expected; more than 12 has a chance of 1 in 100


def test_missing_one_type_throughout_is_systematic() -> None:
    rows = [
        *(marked(k, [(100, 200, "stuck")], []) for k in range(8)),
        *(marked(10 + k, [(100, 200, "spike")], [(100, 200, "spike")]) for k in range(10)),
        *(marked(30 + k, [], []) for k in range(10)),
    ]
    found = audit(rows)
    assert found.errors.kind == "systematic"
    assert "most often stuck value missed (8×)" in found.advice.sentence
    assert headline(AuditReport(questions=(found,))) == (
        "audited 28 of 28: 71\xa0%, 53..85; weak on stuck value; training: correct first"
    )


# advice


def test_random_errors_of_a_good_teacher_are_useful() -> None:
    found = audit(mostly_right(30, 6), drawn=40).advice
    assert (found.use, found.more) == ("useful", 0)
    assert found.sentence.startswith("The 6 wrong answers look random. Random errors largely")


def test_systematic_errors_are_corrected_first_at_any_accuracy() -> None:
    found = audit(mostly_right(60, 6, alike=True)).advice
    assert found.use == "correct first"
    assert "linear increase taken for linear decrease (6×). Such errors" in found.sentence


def test_a_poor_teacher_is_corrected_first() -> None:
    found = audit(mostly_right(60, 40)).advice
    assert found.use == "correct first"
    assert found.sentence.startswith("Fewer than 60\xa0% of the labels are right, so correct")


def test_too_few_reviews_say_how_many_more() -> None:
    found = audit(mostly_right(12, 2)).advice
    assert (found.use, found.more) == ("cannot tell yet", 8)
    assert found.sentence == "Cannot tell yet: 8 more reviews are needed."
    assert audit(mostly_right(12, 2), population=14).advice.more == 2, "the batch has no more"
    assert audit(mostly_right(12, 0), population=12).advice.use == "useful", "all were reviewed"


def test_failures_among_the_reviewed_ask_for_more_reviews() -> None:
    rows = [labelled(k, KEYS[k % 9], KEYS[k % 9] if k < 10 else None) for k in range(15)]
    # 10 answers are missing, and one review in three brings none: 15 more.
    assert audit(rows).advice.more == 15
    found = audit([labelled(k, "cubic", None) for k in range(25)]).advice
    assert (found.use, found.more) == ("cannot tell yet", 0)
    assert found.sentence.startswith("None of the reviewed items has an answer")


def test_a_class_seen_twice_is_never_called_weak() -> None:
    rows = [labelled(k, "cubic", "cubic") for k in range(28)]
    twice = [labelled(28 + k, "convex", "cubic") for k in range(2)]
    thrice = [*twice, labelled(30, "convex", "cubic")]
    assert weak_classes(audit(rows + twice)) == []
    assert weak_classes(audit(rows + thrice)) == ["convex"]


def test_an_interval_across_the_border_says_how_many_more() -> None:
    # 21 of 30 are 70 %, 52 to 83. Of 30 + m, 70 %: Wilson's low end passes 60 % at m = 58.
    found = audit(mostly_right(30, 9)).advice
    assert (found.use, found.more) == ("cannot tell yet", 58)
    assert wilson(62, 88)[0] > 0.6 > wilson(61, 87)[0]


def test_a_share_at_the_border_is_not_worth_more_reviews() -> None:
    found = audit(mostly_right(30, 12)).advice
    assert (found.use, found.more) == ("correct first", 0)
    assert found.sentence.startswith("Too close to 60\xa0%")


def test_failures_alone_do_not_make_labels_worse() -> None:
    rows = [labelled(k, KEYS[k % 9], KEYS[k % 9] if k % 2 else None) for k in range(60)]
    found = audit(rows)
    assert (found.right.value, found.answered.value, found.advice.use) == (0.5, 1.0, "useful")


# headline, storage


def test_the_headline_says_it_in_one_line() -> None:
    found = audit_teacher(mostly_right(30, 6), {PATTERN.id: Sample(40, 100_000)})
    assert headline(found) == "audited 30 of 40: 80\xa0%, 63..90; training: useful"
    assert headline(AuditReport(questions=())) == "not audited yet"


def test_several_questions_are_named_in_the_headline() -> None:
    rows = [*mostly_right(2, 0), marked(100, [], [])]
    samples = {PATTERN.id: Sample(2, 100_000), ANOMALY.id: Sample(1, 100_000)}
    line = headline(audit_teacher(rows, samples))
    assert "Overall pattern: audited 2 of 2: 100\xa0%, 34..100" in line
    assert "Anomalies: audited 1 of 1: 100\xa0%, 21..100" in line


def test_an_audit_does_not_depend_on_the_order_of_reviews() -> None:
    rows = [marked(k, [(100, 200)], [(100, 200)] if k % 3 else [], f"s{k % 7}") for k in range(30)]
    assert audit(rows) == audit(rows[::-1])


def test_a_report_survives_its_json_and_rubbish_is_refused() -> None:
    samples = {ANOMALY.id: Sample(2, 50)}
    found = audit_teacher([marked(0, [(1, 9)], [(1, 9)]), marked(1, [], None)], samples)
    assert AuditReport.from_json(found.to_json()) == found
    with pytest.raises(StoreError, match="compute it from the reviews again"):
        AuditReport.from_json('{"version": 1}')


@pytest.mark.parametrize("sample", [None, Sample(1, 50), Sample(5, 4)])
def test_numbers_that_do_not_fit_are_refused(sample: Sample | None) -> None:
    rows = [labelled(0, "cubic", "cubic"), labelled(1, "cubic", "cubic")]
    with pytest.raises(DataError, match="do not fit a sample"):
        audit_teacher(rows, {} if sample is None else {PATTERN.id: sample})


def test_an_item_given_twice_is_refused() -> None:
    with pytest.raises(DataError, match="was given twice"):
        audit([labelled(0, "cubic", "cubic")] * 2)


def test_every_question_is_audited_on_its_own() -> None:
    said = AnswerContent(kind="pattern", label="x")
    free = Audited("i000", FREE, "s", (0, 9), said, said, accepted=True)
    samples = {PATTERN.id: Sample(1, 9), FREE.id: Sample(1, 9)}
    found = audit_teacher([labelled(0, "cubic", "convex"), free], samples).questions
    assert {one.question_id: one.right.value for one in found} == {PATTERN.id: 0.0, "free": 1.0}
