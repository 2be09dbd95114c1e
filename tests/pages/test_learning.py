"""What there is to learn from, and how a training starts, on a real store."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_project import (
    LABELS,
    NONE,
    SmallProject,
    asked_project,
    empty_project,
    pattern,
    series_of,
    with_gold,
)

from core.errors import ConfigError
from core.ids import utc_now
from core.questions.defaults import default_change_point_question
from pages.components.workflows.drawing import DRAWN, draw_gold, ensure_draw, replacements
from pages.components.workflows.learning import (
    advice,
    start_training,
    what_there_is,
)
from pages.components.workflows.preflight import preflight, require
from storage.rows import GoldRange
from training.material import GoldBook
from training.requests import TrainRequest
from training.worker_results import gold_truths


@pytest.fixture
def small(tmp_path: Path) -> SmallProject:
    return with_gold(asked_project(tmp_path))


def test_gold_is_counted_apart_from_what_can_be_learned(small: SmallProject) -> None:
    state = what_there_is(small.store, small.project_id)
    asked = {material.question.kind: material for material in state.questions}
    assert asked["pattern"].n_items == 24
    assert asked["pattern"].pseudo_labels == {"built-in rules": 16}
    assert (asked["pattern"].gold_answered, asked["pattern"].gold_items) == (8, 8)
    assert state.n_examples == 32
    assert state.gold_reviews_missing == 0


def test_a_persons_label_replaces_the_pseudo_label(small: SmallProject) -> None:
    item = small.pattern_items[0]
    small.decide(item, "fix", pattern("cubic"))
    material = next(
        m for m in what_there_is(small.store, small.project_id).questions if m.n_corrected
    )
    chosen = {one.item.id: one for one in material.learnable}[item.id]
    assert (chosen.source, chosen.content.label) == ("correction", "cubic")
    assert material.corrections == {"fix": 1}


def test_a_window_on_which_people_disagree_teaches_nothing_until_it_is_settled(
    small: SmallProject,
) -> None:
    store, project_id, item = small.store, small.project_id, small.pattern_items[0]
    small.decide(item, "fix", pattern("cubic"))
    before = what_there_is(store, project_id)
    store.corrections.record(
        project_id, item.id, "bo", "fix", expected_sequence=1, content=pattern("sigmoid")
    )

    now = what_there_is(store, project_id)
    assert (before.n_disputed, now.n_disputed) == (0, 1)
    assert now.n_examples == before.n_examples - 1
    # nor does it fall back to what the teacher said
    assert item.id not in {one.item.id for m in now.questions for one in m.learnable}
    assert what_there_is(store, project_id, only_undisputed=False).n_examples == before.n_examples

    store.corrections.record(
        project_id,
        item.id,
        "lea",
        "fix",
        expected_sequence=2,
        content=pattern("cubic"),
        how="adjudication",
    )
    settled = what_there_is(store, project_id)
    assert (settled.n_disputed, settled.n_examples) == (0, before.n_examples)


def test_a_rejected_item_is_left_out(small: SmallProject) -> None:
    small.decide(small.pattern_items[0], "reject")
    state = what_there_is(small.store, small.project_id)
    learned = {one.item.id for m in state.questions for one in m.learnable}
    assert small.pattern_items[0].id not in learned
    assert state.n_examples == 31


def test_a_decision_on_gold_is_no_correction_to_learn_from(small: SmallProject) -> None:
    small.decide(small.pattern_items[-1], "fix", pattern("cubic"))
    state = what_there_is(small.store, small.project_id)
    assert [material.corrections for material in state.questions] == [{}, {}]


def test_gold_by_construction_keeps_its_imported_truth(small: SmallProject) -> None:
    item = small.pattern_items[-1]
    small.decide(item, "fix", pattern("cubic"))
    assert gold_truths(small.store, small.project_id, small.pattern.id)[item.id].label == LABELS[1]


def test_drawn_gold_is_true_as_people_say_now(tmp_path: Path) -> None:
    small = asked_project(tmp_path)
    item = small.pattern_items[0]
    small.store.gold.reserve(small.project_id, [(item.series_id, 0, 64)], "drawn")
    assert gold_truths(small.store, small.project_id, small.pattern.id) == {}
    small.decide(item, "fix", pattern("cubic"))
    truths = gold_truths(small.store, small.project_id, small.pattern.id)
    assert {key: content.label for key, content in truths.items()} == {item.id: "cubic"}


def test_the_first_draw_takes_whole_series_and_half_becomes_gold(tmp_path: Path) -> None:
    small = asked_project(tmp_path)
    drawn = ensure_draw(small.store, small.project_id, np.random.default_rng(3))
    gold = GoldBook(small.store.gold.ranges(small.project_id))
    items = {item.id: item for item in small.store.items.list(small.project_id)}
    assert len(drawn) == 2 * DRAWN
    assert len({items[one.item_id].question_id for one in drawn[:DRAWN]}) == 1
    for one in drawn:
        assert (gold.reason(items[one.item_id]) == "drawn") == one.becomes_gold
        assert gold.may_learn(items[one.item_id]) != one.becomes_gold
    assert ensure_draw(small.store, small.project_id) == drawn


def test_a_draw_that_fell_short_is_added_to_when_more_is_asked(tmp_path: Path) -> None:
    small = empty_project(tmp_path)

    def ask(first: int, n: int) -> None:
        rows = small.store.series.add_many(small.project_id, series_of(first + n)[first:])
        windows = [(row.id, 0, row.n_samples, small.anomaly.id) for row in rows]
        small.store.items.add_many(small.project_id, windows)

    ask(0, 1)
    alone = ensure_draw(small.store, small.project_id, np.random.default_rng(0))
    assert [one.becomes_gold for one in alone] == [False]
    assert small.store.gold.ranges(small.project_id) == []

    ask(1, 29)
    drawn = ensure_draw(small.store, small.project_id, np.random.default_rng(0))
    assert drawn[:1] == alone
    assert sum(one.becomes_gold for one in drawn) == DRAWN // 2 == len(drawn) - DRAWN // 2
    assert len(small.store.gold.ranges(small.project_id)) == DRAWN // 2
    assert ensure_draw(small.store, small.project_id) == drawn


def test_a_few_series_of_one_question_take_no_more_gold_than_they_may(tmp_path: Path) -> None:
    small = asked_project(tmp_path)
    nine = {item.series_id for item in small.pattern_items[:9]}
    items = [
        item
        for item in small.store.items.list(small.project_id)
        if item.question_id == small.anomaly.id or item.series_id in nine
    ]
    lengths = {item.series_id: item.stop for item in items}
    held = [GoldRange(one, 0, 64, "drawn", utc_now()) for one in sorted(nine)[:5]]
    draw = draw_gold(items, lengths, np.random.default_rng(2), held=held)
    assert nine.isdisjoint(series_id for series_id, _, _ in draw.ranges)


def test_no_draw_where_gold_came_by_construction(small: SmallProject) -> None:
    assert ensure_draw(small.store, small.project_id) == []


def test_a_single_series_gives_its_gold_from_one_block_of_time(tmp_path: Path) -> None:
    small = empty_project(tmp_path)
    ((data, info),) = series_of(1, length=4096)
    stored, _ = small.store.series.add(small.project_id, data, info)
    windows = [(stored.id, start, start + 64, small.anomaly.id) for start in range(0, 4096, 64)]
    items = small.store.items.add_many(small.project_id, windows)
    draw = draw_gold(items, {stored.id: 4096}, np.random.default_rng(1))
    assert draw.reason == "time_block"
    ((_, start, stop),) = draw.ranges
    assert (stop - start) == 16 * 64
    by_id = {item.id: item for item in items}
    for one in draw.items:
        item = by_id[one.item_id]
        inside = start <= item.start and item.stop <= stop
        assert inside == one.becomes_gold
        if not inside:  # a gap of one window keeps the neighbours out
            assert item.stop <= start - 64 or item.start >= stop + 64


def test_a_training_locks_gold_and_waits_for_the_answers(small: SmallProject) -> None:
    job = start_training(small.store, small.project_id, settings={"steps": 20}, after=("some-job",))
    request = TrainRequest.read(job.params)
    assert (request.recipe, request.settings, request.after) == (
        "pseudo_label",
        {"steps": 20},
        ("some-job",),
    )
    assert request.only_undisputed
    assert small.store.gold.is_locked(small.project_id)
    assert (job.kind, job.state, job.title) == ("train", "queued", "Training 1")


def test_a_training_without_gold_draws_it_first(tmp_path: Path) -> None:
    small = asked_project(tmp_path)
    start_training(small.store, small.project_id)
    n_drawn = len(small.store.gold.draw(small.project_id))
    state = what_there_is(small.store, small.project_id)
    assert state.gold_reviews_missing == n_drawn == 2 * DRAWN
    assert "40 reviews are missing" in advice(state)


def test_a_gold_review_without_a_truth_is_asked_for_again(tmp_path: Path) -> None:
    small = empty_project(tmp_path)
    ((data, info),) = series_of(1, length=4096)
    stored, _ = small.store.series.add(small.project_id, data, info)
    windows = [(stored.id, start, start + 64, small.anomaly.id) for start in range(0, 4096, 64)]
    items = {one.id: one for one in small.store.items.add_many(small.project_id, windows)}
    drawn = ensure_draw(small.store, small.project_id)
    gold = [one.item_id for one in drawn if one.becomes_gold]

    def missing() -> int:
        return what_there_is(small.store, small.project_id).gold_reviews_missing

    assert (len(drawn), missing()) == (20, 20)
    small.decide(items[gold[0]], "not_sure")
    assert missing() == 20
    labels = small.store.corrections.current(small.project_id)
    book = GoldBook(small.store.gold.ranges(small.project_id))
    (again,) = replacements(list(items.values()), drawn, book, labels)
    assert again not in gold and book.reason(items[again]) == "time_block"
    small.decide(items[again], "no_anomaly", NONE)
    assert missing() == 19


def test_a_question_first_asked_after_the_training_gets_gold_reviews_too(tmp_path: Path) -> None:
    small = empty_project(tmp_path)
    ((data, info),) = series_of(1, length=4096)
    stored, _ = small.store.series.add(small.project_id, data, info)
    windows = [(stored.id, start, start + 64) for start in range(0, 4096, 64)]
    small.store.items.add_many(small.project_id, [(*one, small.anomaly.id) for one in windows])
    ensure_draw(small.store, small.project_id)
    small.store.gold.lock(small.project_id)
    small.store.items.add_many(small.project_id, [(*one, small.pattern.id) for one in windows])
    state = what_there_is(small.store, small.project_id)
    assert state.gold_reviews_missing == 20 + DRAWN // 2


def test_preflight_finds_nothing_to_learn_from_in_an_empty_project(tmp_path: Path) -> None:
    small = empty_project(tmp_path)
    findings = preflight(
        small.store, small.project_id, what_there_is(small.store, small.project_id)
    )
    assert findings[0].blocks
    with pytest.raises(ConfigError, match=r"Training cannot start yet.*no window outside gold"):
        require(findings)


def test_preflight_lists_a_question_that_cannot_be_learned_and_lets_the_other_go(
    small: SmallProject,
) -> None:
    for item in small.anomaly_items:
        small.decide(item, "accept", NONE)
    findings = preflight(
        small.store, small.project_id, what_there_is(small.store, small.project_id)
    )
    assert [finding.blocks for finding in findings] == [False]
    assert "Left out of this run" in findings[0].text


def test_preflight_blocks_when_no_question_can_be_learned(tmp_path: Path) -> None:
    small = asked_project(tmp_path, n_series=4)
    findings = preflight(
        small.store, small.project_id, what_there_is(small.store, small.project_id)
    )
    blocking = [finding.text for finding in findings if finding.blocks]
    assert len(blocking) == 2
    assert all("labelled windows" in text for text in blocking)


def test_preflight_warns_while_answers_still_come_in(small: SmallProject) -> None:
    small.store.jobs.enqueue(small.project_id, "label", "rules", {})
    findings = preflight(
        small.store, small.project_id, what_there_is(small.store, small.project_id)
    )
    said = [finding.text[:27] for finding in findings if not finding.blocks]
    assert "Answers are still coming in" in said


def test_a_decision_on_gold_is_nothing_new_to_learn_from_but_an_undo_is(
    small: SmallProject,
) -> None:
    small.decide(small.pattern_items[0], "fix", pattern("cubic"))
    folder = small.store.home / "snapshots" / "h"
    small.store.snapshots.add(small.project_id, "h", folder, {"questions": []})
    small.decide(small.pattern_items[-1], "fix", pattern("cubic"))  # gold
    small.decide(small.pattern_items[1], "skip")
    assert what_there_is(small.store, small.project_id).new_corrections == 0
    for _ in range(3):
        small.store.corrections.undo(small.project_id, "ann")
    assert what_there_is(small.store, small.project_id).new_corrections == 2


def test_the_advice_names_new_corrections_after_a_snapshot(small: SmallProject) -> None:
    small.store.snapshots.add(small.project_id, "abc", small.store.home / "snapshots/abc", {})
    for item in small.pattern_items[:3]:
        small.decide(item, "fix", pattern("cubic"))
    state = what_there_is(small.store, small.project_id)
    assert (state.new_corrections, state.new_pseudo_labels) == (3, 0)
    assert "32 windows are few" in advice(state)
    enough = replace(state, questions=state.questions * 4)
    assert advice(enough).startswith("3 corrections and 0 pseudo-labels came")
    assert "would learn the same" in advice(replace(enough, new_corrections=0))


def test_what_is_learned_without_labels_is_not_called_few(small: SmallProject) -> None:
    state = what_there_is(small.store, small.project_id)
    one = state.questions[0]
    changes = replace(one, question=default_change_point_question(), learnable=one.learnable[:5])
    alone = replace(state, questions=(changes,), n_snapshots=0, gold_reviews_missing=0)
    assert alone.without_labels
    assert advice(alone).startswith("5 windows to learn from, which needs nobody's labels")
    assert not replace(state, questions=(one, changes)).without_labels
