"""Gold on the pages: changes that wait, more of it, its size, and versions marked by lineage."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_project import LENGTH, RULES, SmallProject, asked_project, pattern, with_version
from streamlit.testing.v1 import AppTest

from core.errors import ConfigError, ConflictError, StoreError
from core.gold_size import Stratum, needed
from core.lineage import Learned
from core.review import Item
from pages.components import session
from pages.components.cached import learned_of
from pages.components.services import Services
from pages.components.workflows.comparing import evaluation_of
from pages.components.workflows.drawing import ensure_draw
from pages.components.workflows.gold_changes import answer_change, gold_changes, n_waiting
from pages.components.workflows.gold_more import draw_more, may_draw_more, pool_of
from pages.components.workflows.gold_sizing import size_of
from pages.components.workflows.learning import start_training
from pages.components.workflows.reviewing import load_desk
from pages.components.workflows.version_lineage import marks_of, measure_again
from training.material import GoldBook
from training.snapshot import StoredExample
from training.worker_results import gold_truths

UP, DOWN = pattern("linear_increase"), pattern("linear_decrease")


@pytest.fixture
def small(tmp_path: Path) -> SmallProject:
    """36 series; 12 of them are drawn gold whose patterns were reviewed with answers in sight."""
    small = asked_project(tmp_path, n_series=36)
    gold = small.pattern_items[:12]
    small.store.gold.reserve(
        small.project_id, [(item.series_id, 0, LENGTH) for item in gold], "drawn"
    )
    for number, item in enumerate(gold):
        say(small, item, UP if number % 2 == 0 else DOWN)
    return small


def say(small: SmallProject, item: Item, content: object, person: str = "ann") -> str:
    """Decide on an item with the rules' answer in sight; return the decision's id."""
    store, project_id = small.store, small.project_id
    event = store.corrections.record(
        project_id,
        item.id,
        person,
        "fix",
        expected_sequence=store.corrections.sequences(project_id).get(item.id, 0),
        answer_ids=[one.id for one in store.answers.for_item(project_id, item.id)],
        content=content,  # type: ignore[arg-type] # an answer's content
    )
    return event.id


def truth(small: SmallProject, item: Item) -> str | None:
    return gold_truths(small.store, small.project_id, small.pattern.id)[item.id].label


def test_a_change_waits_is_listed_and_counts_once_somebody_else_approves(
    small: SmallProject,
) -> None:
    item = small.pattern_items[0]
    assert gold_changes(small.store, small.project_id) == []
    change = say(small, item, DOWN)

    (listed,) = gold_changes(small.store, small.project_id)
    assert (listed.correction_id, listed.item_id, listed.person) == (change, item.id, "ann")
    assert (listed.before, listed.after) == ("linear increase", "linear decrease")
    assert truth(small, item) == "linear_increase"
    assert load_desk(small.store, small.project_id, "ann", item.id).gold_change
    assert n_waiting(small.store, small.project_id, small.pattern.id) == 1
    assert n_waiting(small.store, small.project_id, small.anomaly.id) == 0

    with pytest.raises(StoreError, match="own, and a change of gold needs a second person"):
        answer_change(small.store, small.project_id, listed, "ann", approve=True)
    answer_change(small.store, small.project_id, listed, "bo", approve=True)
    assert truth(small, item) == "linear_decrease"
    assert gold_changes(small.store, small.project_id) == []
    assert not load_desk(small.store, small.project_id, "ann", item.id).gold_change
    with pytest.raises(ConflictError, match="waits no more"):
        answer_change(small.store, small.project_id, listed, "cy", approve=False)


def test_a_change_that_was_turned_down_is_listed_apart(small: SmallProject) -> None:
    item = small.pattern_items[0]
    say(small, item, DOWN)
    (listed,) = gold_changes(small.store, small.project_id)
    answer_change(small.store, small.project_id, listed, "bo", approve=False, note="look again")

    assert gold_changes(small.store, small.project_id) == []
    (returned,) = gold_changes(small.store, small.project_id, returned=True)
    assert (returned.correction_id, returned.returned_by) == (listed.correction_id, "bo")
    assert truth(small, item) == "linear_increase"


def test_a_change_of_edges_alone_is_said_with_its_samples(small: SmallProject) -> None:
    item = small.anomaly_items[0]
    say(small, item, small.spike(20))
    say(small, item, small.spike(21))

    (listed,) = gold_changes(small.store, small.project_id)
    assert (listed.before, listed.after) == ("spike 20 to 21", "spike 21 to 22")


def test_the_size_says_what_is_missing_over_all_and_of_each_class(small: SmallProject) -> None:
    size = size_of(small.store, small.project_id, small.pattern)

    assert (size.n, size.needed, size.compared) == (12, needed(0.2), 0)
    assert size.short == (
        Stratum("linear increase", 6, size.short[0].draws),
        Stratum("linear decrease", 6, size.short[1].draws),
    )
    with_version(small)
    evaluation_of(small.store, small.store.versions.list(small.project_id)[0])
    after = size_of(small.store, small.project_id, small.pattern)
    assert after.compared == 12
    assert after.differing == pytest.approx((2 + 2) / 22)  # the rules are wrong on 2 of the 12


def test_more_gold_is_drawn_at_random_until_half_of_the_series_are_gold(tmp_path: Path) -> None:
    small = asked_project(tmp_path, n_series=60)
    store, project_id, question = small.store, small.project_id, small.pattern.id
    assert not may_draw_more(store, project_id)  # nothing was drawn yet
    ensure_draw(store, project_id, np.random.default_rng(1))
    before = {one.series_id for one in store.gold.ranges(project_id)}
    inside = pool_of(store, project_id, question).inside
    left = pool_of(store, project_id, question).left

    added = draw_more(store, project_id, question, len(inside) + 5, np.random.default_rng(2))

    book = GoldBook(store.gold.ranges(project_id))
    items = {item.id: item for item in small.pattern_items}
    assert all(one.becomes_gold and book.reason(items[one.item_id]) == "drawn" for one in added)
    assert {one.item_id for one in added} >= {item.id for item in inside}
    assert len({one.series_id for one in store.gold.ranges(project_id)} - before) == 5
    assert pool_of(store, project_id, question).left == left - len(added)
    with pytest.raises(ConfigError, match="are left when half of the series stay to learn from"):
        draw_more(store, project_id, question, left, np.random.default_rng(3))
    start_training(store, project_id)
    assert not may_draw_more(store, project_id)
    with pytest.raises(ConfigError, match="gold was fixed by the first training"):
        draw_more(store, project_id, question, 1)


def test_any_window_may_come_next_and_reviewed_ones_as_well(tmp_path: Path) -> None:
    small = asked_project(tmp_path, n_series=60)
    ensure_draw(small.store, small.project_id, np.random.default_rng(1))
    pool = pool_of(small.store, small.project_id, small.pattern.id)
    decided = next(iter(pool.series.values()))[0]
    say(small, decided, UP)
    again = pool_of(small.store, small.project_id, small.pattern.id)
    assert decided in again.series[decided.series_id]
    assert again.left == pool.left
    bulk = small.pattern_items[[i.id for i in small.pattern_items].index(decided.id)]
    small.store.corrections.record(
        small.project_id, bulk.id, "ann", "reject", expected_sequence=1, how="bulk"
    )
    assert decided.series_id not in pool_of(small.store, small.project_id, bulk.question_id).series


def test_versions_are_marked_when_gold_or_what_they_learned_has_changed(
    small: SmallProject,
) -> None:
    store = small.store
    version = with_version(small)
    evaluation_of(store, version)
    learned = {small.pattern_items[20].id: Learned(UP, True), "left": Learned(UP, False)}
    say(small, small.pattern_items[20], UP)

    def mark() -> tuple[str, str]:
        now = store.versions.get(version.id)
        found = marks_of(store, [now], lambda _: learned, "UTC")[version.id]
        return found.gold.split("; ")[-1], found.learned

    assert mark() == ("", "")
    say(small, small.pattern_items[0], DOWN)  # waits: nothing changed yet
    say(small, small.pattern_items[20], DOWN)
    say(small, small.anomaly_items[0], small.spike(20))  # gold without a truth until now
    assert mark() == (
        "1 gold item came since: measure again",
        "trained on 1 label that was corrected since",
    )
    (change,) = gold_changes(store, small.project_id)
    answer_change(store, small.project_id, change, "bo", approve=True)
    assert mark()[0] == "1 gold label changed since, 1 gold item came since: measure again"

    measure_again(store, [store.versions.get(version.id)])

    assert mark()[0] == ""
    before = evaluation_of(store, store.versions.get(version.id)).before
    assert before is not None
    assert before.gold_changed == 1
    assert "points of accuracy" in before.verdict


def test_a_student_that_reads_no_labels_learned_none_whatever_its_snapshot_holds(
    small: SmallProject,
) -> None:
    version, item = with_version(small), small.pattern_items[0]
    label = StoredExample(
        item_id=item.id,
        question_id=item.question_id,
        series_id=item.series_id,
        content_hash="of-the-series",
        start=item.start,
        stop=item.stop,
        content=UP,
        pseudo=None,
        source="correction",
        split="train",
        group=item.series_id,
    )
    folder = small.store.snapshots.get(small.project_id, version.snapshot_hash).folder
    folder.mkdir(parents=True)
    (folder / "examples.jsonl").write_text(f"{label.model_dump_json()}\n")
    assert list(learned_of(small.store, version)) == [item.id]
    assert learned_of(small.store, replace(version, student="correlation")) == {}


def test_models_says_what_waits_how_much_is_enough_and_what_it_read_before(
    small: SmallProject,
) -> None:
    with_version(small)
    first = captions(small)
    assert any("gold: " in one and "more to tell a 3-point difference" in one for one in first)
    assert not any("second person" in one or "Measured again" in one for one in first)

    say(small, small.pattern_items[0], DOWN)
    assert any("1 change of gold waits for a second person" in one for one in captions(small))

    (change,) = gold_changes(small.store, small.project_id)
    answer_change(small.store, small.project_id, change, "bo", approve=True)
    (said,) = [one for one in captions(small) if "Measured again on" in one]
    assert "after 1 label of the gold of" in said


def captions(small: SmallProject) -> list[str]:
    app = AppTest.from_file(Path(__file__).parents[2] / "app.py", default_timeout=60)
    app.session_state[session.SERVICES] = Services(store=small.store, worker=False)
    app.run()
    app.switch_page("pages/models.py")
    app.run()
    assert not app.exception
    return [one.value for one in app.caption]


def test_train_says_how_much_gold_is_missing_and_draws_more(tmp_path: Path) -> None:
    small = asked_project(tmp_path, n_series=60)
    ensure_draw(small.store, small.project_id, np.random.default_rng(1))
    small.answer(small.pattern_items[0], RULES, UP)
    app = AppTest.from_file(Path(__file__).parents[2] / "app.py", default_timeout=60)
    app.session_state[session.SERVICES] = Services(store=small.store, worker=False)
    app.run()
    app.switch_page("pages/train.py")
    app.run()
    assert any("0 gold: 1,742 more to tell" in one.value for one in app.caption)
    n = len(small.store.gold.draw(small.project_id))
    wanted = app.number_input(key=f"gold_more_{small.pattern.id}").value
    app.button(key=f"gold_draw_{small.pattern.id}").click().run()
    assert not app.exception
    assert len(small.store.gold.draw(small.project_id)) == n + wanted
