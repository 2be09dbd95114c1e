"""A batch is audited by a random sample, by what people decide before they see the answers."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from core.answers import AnswerContent, Author
from core.errors import ConfigError
from core.metrics.finite import share_of_batch
from pages.components.workflows.auditing import (
    AuditCounts,
    audit_counts,
    audit_progress,
    audited,
    chosen_items,
    draw_audit,
    report_for,
)
from pages.components.workflows.reviewing import decide, load_desk
from storage import Store, open_store
from tests.pages.audit_project import (
    TEACHER,
    answer_of,
    answered_batch,
    failure_of,
    pattern_items,
    teacher_says,
)
from tests.pages.nothing_blind import nothing_blind

RIGHT, WRONG = "convex", "cubic"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder to copy, which is quicker than to make one for each test."""
    made = tmp_path_factory.mktemp("home")
    store = open_store(made)
    nothing_blind(store, store.projects.default().id)
    store.close()
    return made


@pytest.fixture
def store(home: Path, tmp_path: Path) -> Store:
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    return open_store(tmp_path)


@pytest.fixture
def project_id(store: Store) -> str:
    return store.projects.default().id


def decided(store: Store, item_id: str, action: str, person: str = "me") -> None:
    desk = load_desk(store, store.projects.default().id, person, item_id)
    decide(store, desk, person, action, desk.painted, None)


def test_a_sample_is_a_random_part_of_what_was_answered_or_failed(
    store: Store, project_id: str
) -> None:
    items = pattern_items(store, 10)
    job = answered_batch(store, items[:8], [RIGHT] * 6 + [None] * 2)
    draw = draw_audit(store, project_id, job.id, 5, "ana", seed=1)
    assert (draw.job_id, draw.population, draw.seed, draw.person) == (job.id, 8, 1, "ana")
    assert len(set(draw.item_ids)) == 5
    assert set(draw.item_ids) <= {item.id for item in items[:8]}
    everything = draw_audit(store, project_id, job.id, 99, "ana")
    assert set(everything.item_ids) == {item.id for item in items[:8]}


def test_every_item_is_as_likely_to_be_drawn_as_any_other() -> None:
    drawn = Counter(one for seed in range(600) for one in chosen_items("abcdef", 2, seed, ()))
    # 200 each on average, with a standard deviation of 11.5
    assert set(drawn) == set("abcdef")
    assert max(abs(n - 200) for n in drawn.values()) < 4 * 11.5


def test_a_larger_sample_keeps_the_earlier_items_first(store: Store, project_id: str) -> None:
    job = answered_batch(store, pattern_items(store, 9), [RIGHT] * 9)
    first = draw_audit(store, project_id, job.id, 3, "me", seed=4)
    assert draw_audit(store, project_id, job.id, 2, "me") == first
    second = draw_audit(store, project_id, job.id, 5, "ana")
    assert second.item_ids[:3] == first.item_ids
    assert (len(second.item_ids), second.seed) == (5, first.seed)
    other = answered_batch(store, pattern_items(store, 9), [RIGHT] * 9)
    assert draw_audit(store, project_id, other.id, 5, "me", seed=4).item_ids == second.item_ids
    whole = draw_audit(store, project_id, job.id, 9, "me")
    assert draw_audit(store, project_id, job.id, 10, "me") == whole


def test_items_that_came_later_have_their_places_in_the_same_random_order(
    store: Store, project_id: str
) -> None:
    items = pattern_items(store, 40)
    job = answered_batch(store, items[:10], [RIGHT] * 10)
    first = draw_audit(store, project_id, job.id, 5, "me", seed=2)
    store.answers.add_many(
        project_id, [answer_of(one, teacher_says(RIGHT), job) for one in items[10:]]
    )
    second = draw_audit(store, project_id, job.id, 6, "me")
    one_go = answered_batch(store, items, [RIGHT] * 40)
    alike = draw_audit(store, project_id, one_go.id, len(second.item_ids), "me", seed=2)
    assert second.item_ids[:5] == first.item_ids
    assert set(second.item_ids) == set(alike.item_ids)
    assert second.population == 40


def test_gold_whose_truth_is_known_is_not_drawn(store: Store, project_id: str) -> None:
    items = pattern_items(store, 4)
    store.gold.reserve(project_id, [(items[0].series_id, 0, 64)], "construction")
    store.gold.reserve(project_id, [(items[1].series_id, 0, 64)], "drawn")
    job = answered_batch(store, items, [RIGHT] * 4)
    draw = draw_audit(store, project_id, job.id, 4, "me")
    assert set(draw.item_ids) == {item.id for item in items[1:]}
    assert draw.population == 3


def test_what_somebody_has_met_with_the_answers_in_sight_is_not_drawn(
    store: Store, project_id: str
) -> None:
    items = pattern_items(store, 4)
    decided(store, items[0].id, f"option:{RIGHT}")  # before anybody answered: blind by itself
    job = answered_batch(store, items, [RIGHT] * 4)
    decided(store, items[1].id, f"option:{RIGHT}")
    decided(store, items[2].id, "skip")
    draw = draw_audit(store, project_id, job.id, 4, "me")
    assert set(draw.item_ids) == {items[0].id, items[3].id}
    assert audit_progress(store, project_id, draw) == (1, 2)


def test_an_empty_batch_cannot_be_audited(store: Store, project_id: str) -> None:
    job = answered_batch(store, [], [])
    with pytest.raises(ConfigError, match="5 items were asked for, of 0 that this batch tried"):
        draw_audit(store, project_id, job.id, 5, "me")
    full = answered_batch(store, pattern_items(store, 2), [RIGHT] * 2)
    with pytest.raises(ConfigError, match="ask for at least one"):
        draw_audit(store, project_id, full.id, 0, "me")


def test_an_answer_is_paired_with_the_decision_made_blind(store: Store, project_id: str) -> None:
    items = pattern_items(store, 4)
    job = answered_batch(store, items, [RIGHT, WRONG, None, RIGHT])
    draw = draw_audit(store, project_id, job.id, 4, "me")
    for item in items[:3]:
        decided(store, item.id, f"option:{RIGHT}")
    decided(store, items[3].id, "not_sure")
    rows = {one.item_id: one for one in audited(store, project_id, draw)[TEACHER]}
    assert rows.keys() == {item.id for item in items[:3]}
    given = [rows[item.id].given for item in items[:3]]
    assert [one and one.label for one in given] == [RIGHT, WRONG, None]
    first = rows[items[0].id]
    assert first.truth == AnswerContent(kind="pattern", label=RIGHT)
    assert (first.group, first.window, first.confidence) == (items[0].series_id, (0, 64), 0.8)
    assert audit_counts(store, project_id, draw) == AuditCounts(4, 4, 1, 0)


def test_a_change_of_mind_after_the_answers_were_seen_does_not_alter_the_audit(
    store: Store, project_id: str
) -> None:
    (item,) = pattern_items(store, 1)
    job = answered_batch(store, [item], [WRONG])
    draw = draw_audit(store, project_id, job.id, 1, "me")
    decided(store, item.id, f"option:{RIGHT}")
    (answer,) = load_desk(store, project_id, "me", item.id).answers
    decided(store, item.id, f"accept:{answer.id}")
    (pair,) = audited(store, project_id, draw)[TEACHER]
    assert pair.truth.label == RIGHT
    assert audit_counts(store, project_id, draw) == AuditCounts(1, 1, 0, 1)
    current = store.corrections.current(project_id)[item.id].content
    assert current == answer.content


def test_an_undone_decision_does_not_count_and_somebody_elses_blind_one_does(
    store: Store, project_id: str
) -> None:
    (item,) = pattern_items(store, 1)
    job = answered_batch(store, [item], [WRONG])
    draw = draw_audit(store, project_id, job.id, 1, "me")
    decided(store, item.id, f"option:{RIGHT}")
    store.corrections.undo(project_id, "me")
    assert audit_progress(store, project_id, draw) == (0, 1)
    decided(store, item.id, f"option:{WRONG}")  # with the answer in sight by now
    assert audit_progress(store, project_id, draw) == (0, 1)
    decided(store, item.id, "option:gaussian", person="ana")
    assert audit_progress(store, project_id, draw) == (1, 1)
    (pair,) = audited(store, project_id, draw)[TEACHER]
    assert pair.truth.label == "gaussian"


def test_a_retry_that_answered_stands_for_its_failure_and_extra_samples_for_nothing(
    store: Store, project_id: str
) -> None:
    (item,) = pattern_items(store, 1)
    job = answered_batch(store, [item], [None])
    other = TEACHER.model_copy(update={"name": "other"})
    store.answers.add_many(
        project_id,
        [
            answer_of(item, teacher_says(RIGHT), job),
            answer_of(item, teacher_says(WRONG), job, sample=1),
        ],
    )
    store.failures.add_many(project_id, [failure_of(item, job, other)])
    draw = draw_audit(store, project_id, job.id, 1, "me")
    decided(store, item.id, f"option:{RIGHT}")
    found = audited(store, project_id, draw)
    labels = {one.name: row.given and row.given.label for one, (row,) in found.items()}
    assert labels == {"gpt-test": RIGHT, "other": None}


def test_a_report_speaks_of_each_teacher_and_of_the_whole_batch(
    store: Store, project_id: str
) -> None:
    items = pattern_items(store, 12)
    job = answered_batch(store, items, [RIGHT] * 9 + [WRONG] * 2 + [None])
    late = Author(kind="teacher", name="late")
    store.answers.add_many(
        project_id, [answer_of(one, teacher_says(WRONG), job, late) for one in items[:6]]
    )
    draw = draw_audit(store, project_id, job.id, 8, "me", seed=3)
    for item_id in draw.item_ids[:5]:
        decided(store, item_id, f"option:{RIGHT}")
    reports = report_for(store, project_id, draw)
    assert list(reports) == [TEACHER, late]
    (audit,) = reports[TEACHER].questions
    said = {one.item_id: one.given for one in audited(store, project_id, draw)[TEACHER]}
    right = sum(given is not None and given.label == RIGHT for given in said.values())
    assert (audit.n, audit.drawn, audit.population) == (5, 8, 12)
    assert audit.right == share_of_batch(right, 5, 12)
    (other,) = reports[late].questions
    met = set(draw.item_ids) & {item.id for item in items[:6]}
    assert (other.drawn, other.population) == (len(met), 6)
