"""A continued series: asking again asks about what is new, and Home says that something came."""

from pathlib import Path

import numpy as np
import pytest
from small_project import (
    RULES,
    SmallProject,
    asked_project,
    empty_project,
    made,
    with_gold,
)

from core.answers import Answer, AnswerContent, Author
from core.series import SeriesData, SeriesInfo, cut_windows
from pages.components.workflows.asking import (
    continued_series,
    lengths_to_cut,
    plan_batch,
    start_batch,
    suggest_cutting,
)
from pages.components.workflows.batch_plan import Cutting
from pages.components.workflows.overview import news_words, overview
from storage.rows import StoredSeries
from training import worker_prepare, worker_results
from training.worker_results import gold_truths


def samples(n: int, seed: int = 0) -> SeriesData:
    """The first n samples of a long recording."""
    return SeriesData(np.random.default_rng(seed).normal(size=(7000, 1))[:n])


def pump(small: SmallProject, n: int) -> StoredSeries:
    info = SeriesInfo("pump-3", ("flow",))
    return small.store.series.add(small.project_id, samples(n), info)[0]


def continue_to(small: SmallProject, row: StoredSeries, n: int) -> StoredSeries:
    return small.store.series.extend(
        small.project_id,
        row.id,
        samples(n),
        row.info,
        expected_revision=row.revision,
        source="monday.csv",
    )


def windows(small: SmallProject, row: StoredSeries, cutting: Cutting) -> list[tuple[int, int]]:
    known = continued_series(small.store, small.project_id, [row], small.anomaly)
    plan = plan_batch([row], small.anomaly, cutting, known)
    return [(start, stop) for _, start, stop in plan.windows]


def ask(small: SmallProject, row: StoredSeries, cutting: Cutting) -> int:
    """Ask, and return how many items the project has afterwards."""
    known = continued_series(small.store, small.project_id, [row], small.anomaly)
    plan = plan_batch([row], small.anomaly, cutting, known)
    start_batch(small.store, small.project_id, plan, "rules")
    return small.store.items.count(small.project_id)


def test_asking_again_makes_items_of_the_new_samples_alone(tmp_path: Path) -> None:
    small, cutting = empty_project(tmp_path), Cutting(300, 30)
    row = pump(small, 1000)
    there = cut_windows(1000, 300, 30)
    assert ask(small, row, cutting) == len(there)

    row = continue_to(small, row, 1034)
    assert ask(small, row, cutting) == len(there) + 1
    assert ask(small, row, cutting) == len(there) + 1  # nothing came in between
    row = continue_to(small, row, 1400)
    # any cutting will do: what was asked is not asked again in other pieces
    assert windows(small, row, Cutting(128, 16)) == [
        *there,
        (970, 1034),
        (1018, 1146),
        (1130, 1258),
        (1242, 1370),
        (1272, 1400),
    ]


def test_a_series_that_nobody_was_asked_about_is_cut_whole(tmp_path: Path) -> None:
    small = empty_project(tmp_path)
    row = continue_to(small, pump(small, 1000), 1034)

    assert windows(small, row, Cutting(300, 30)) == cut_windows(1034, 300, 30)


def test_new_samples_do_not_tip_the_suggested_cutting(tmp_path: Path) -> None:
    small = empty_project(tmp_path)
    row = pump(small, 6700)
    before = suggest_cutting([6700])
    row = continue_to(small, row, 6734)
    assert suggest_cutting([6734]) != before

    known = continued_series(small.store, small.project_id, [row], small.anomaly)
    assert suggest_cutting(lengths_to_cut([row], known)) == before


def test_a_plan_tells_how_many_of_its_windows_were_there(tmp_path: Path) -> None:
    small, cutting = empty_project(tmp_path), Cutting(300, 30)
    row = pump(small, 1000)
    ask(small, row, cutting)
    row = continue_to(small, row, 1034)
    known = continued_series(small.store, small.project_id, [row], small.anomaly)

    plan = plan_batch([row], small.anomaly, cutting, known)

    assert (plan.n_windows, plan.n_there) == (5, 4)


def answer_all(small: SmallProject) -> None:
    items = small.store.items.list(small.project_id)
    answers = [made(item, RULES, AnswerContent(kind="anomaly")) for item in items]
    small.store.answers.add_many(small.project_id, answers)


def test_home_tells_of_new_samples_until_they_are_asked_about(tmp_path: Path) -> None:
    small, cutting = empty_project(tmp_path), Cutting(300, 30)
    row = pump(small, 1000)
    ask(small, row, cutting)
    answer_all(small)
    row = continue_to(small, row, 1034)

    first, *others = overview(small.store, small.project_id).next_steps
    assert (first.page, first.action) == ("teachers", "Ask about new samples")
    assert first.reason == "34 new samples arrived in pump-3"
    assert [step.page for step in others] == ["review", "train"]
    ask(small, row, cutting)
    steps = overview(small.store, small.project_id).next_steps
    assert [step.action for step in steps] == ["Review", "Train", "Ask more"]


@pytest.mark.parametrize(
    ("news", "words"),
    [
        ([], ""),
        ([("a", 1)], "1 new sample arrived in a"),
        ([("a", 1200), ("b", 2)], "1,200 new samples arrived in a and 2 in b"),
        (
            [("a", 3), ("b", 2), ("c", 4), ("d", 5), ("e", 6)],
            "3 new samples arrived in a, 2 in b, 4 in c and more in 2 other series",
        ),
    ],
)
def test_news_are_said_in_one_sentence(news: list[tuple[str, int]], words: str) -> None:
    assert news_words(news) == words


def test_labels_of_a_file_are_no_truth_even_on_gold_by_construction(tmp_path: Path) -> None:
    small = with_gold(asked_project(tmp_path))
    store, project_id, question_id = small.store, small.project_id, small.anomaly.id
    before = gold_truths(store, project_id, question_id)
    item = small.anomaly_items[-1]
    said = made(item, Author(kind="import", name="labels.json"), small.spike(40))
    store.answers.add_many(project_id, [said])

    assert gold_truths(store, project_id, question_id) == before
    assert item.id in before
    learned = worker_results.teacher_answers(store, project_id, question_id)
    assert {answer.author.kind for answer in learned.values()} == {"rules"}


def test_a_training_after_a_continuation_reads_the_samples_of_today(tmp_path: Path) -> None:
    small = with_gold(asked_project(tmp_path))
    store, project_id = small.store, small.project_id
    row = store.series.list(project_id)[0]
    values = np.concatenate([store.series.data(row).values, np.ones((40, 1))])
    longer = store.series.extend(
        project_id, row.id, SeriesData(values), row.info, expected_revision=1, source="b.csv"
    )
    (item,) = store.items.add_many(project_id, [(row.id, 60, 104, small.anomaly.id)])
    store.answers.add_many(project_id, [replace_item(small, item.id, small.anomaly_items[1].id)])
    job = store.jobs.enqueue(project_id, "train", "t", {"recipe": "pseudo_label"})

    worker_prepare.prepare(store, job)

    (snapshot,) = store.snapshots.list(project_id)
    arrays = {path.stem for path in (snapshot.folder / "arrays").glob("*.npy")}
    assert longer.content_hash in arrays
    assert row.content_hash not in arrays
    assert snapshot.summary["n_series"] == 16


def replace_item(small: SmallProject, item_id: str, like: str) -> Answer:
    """The rules' answer on one item, given on another."""
    (known,) = small.store.answers.for_item(small.project_id, like)
    return known.model_copy(update={"id": f"{item_id}-a", "item_id": item_id})
