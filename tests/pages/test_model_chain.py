"""Models after a chain of trainings: what each stage brought on gold, and the items behind it."""

from pathlib import Path

import pytest
from small_project import (
    LABELS,
    SmallProject,
    asked_project,
    made,
    pattern,
    with_gold,
    with_version,
)
from streamlit.testing.v1 import AppTest

from core.answers import Author
from pages.components import session
from pages.components.services import Services
from pages.components.workflows.chain_results import stage_results, versions_of_chain
from storage.rows import ModelVersion
from training.contestants import BEFORE_TRAINING

APP = Path(__file__).parents[2] / "app.py"


@pytest.fixture
def small(tmp_path: Path) -> SmallProject:
    return with_gold(asked_project(tmp_path, n_series=36), n_gold=24)


def chain(small: SmallProject, wrong: tuple[int, ...]) -> list[ModelVersion]:
    """One version per stage, each from a job after the one before; `wrong` patterns of each."""
    found: list[ModelVersion] = []
    for n_wrong in wrong:
        after = found[-1].job_id if found else None
        job = small.store.jobs.enqueue(small.project_id, "train", "a stage", {}, after=after)
        found.append(with_version(small, job.id, wrong=n_wrong))
    return found


def says_before_training(small: SmallProject, version: ModelVersion, wrong: int) -> None:
    """Have the model before training answer the gold patterns; the last `wrong` are wrong."""
    author = Author(kind="baseline", name=BEFORE_TRAINING, version=version.author_version)
    gold = {one.series_id for one in small.store.gold.ranges(small.project_id)}
    places = [i for i, item in enumerate(small.pattern_items) if item.series_id in gold]
    answers = [
        made(small.pattern_items[i], author, pattern(LABELS[(i + (i in places[-wrong:])) % 2]))
        for i in places
    ]
    small.store.answers.add_many(small.project_id, answers)


def open_models(small: SmallProject, **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state[session.SERVICES] = Services(store=small.store, worker=False)
    app.run()
    app.switch_page("pages/models.py")
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def test_each_stage_is_held_against_the_one_before_and_the_first(small: SmallProject) -> None:
    sft, rl = chain(small, wrong=(8, 1))
    says_before_training(small, sft, wrong=20)

    base, first, second = stage_results(small.store, rl, small.pattern)

    assert [one.name for one in (base, first, second)] == [
        "Before training",
        "Student v1",
        "Student v2",
    ]
    assert [round(one.estimate.value or 0, 4) for one in (base, first, second)] == [
        round(4 / 24, 4),
        round(16 / 24, 4),
        round(23 / 24, 4),
    ]
    assert base.gained is None and base.n == 24
    assert first.gained is not None and first.gained.verdict == "better"
    assert second.gained is not None and second.since is not None
    assert (len(second.gained.fixed), len(second.gained.broken)) == (7, 0)
    assert (len(second.since.fixed), len(second.since.broken)) == (19, 0)
    assert "the model before training" in second.since.sentence
    assert "student v1" in second.gained.sentence
    assert [one.number for one in versions_of_chain(small.store, sft)] == [1]


def test_the_page_shows_stages_and_the_items_that_the_chain_won(small: SmallProject) -> None:
    _, rl = chain(small, wrong=(8, 1))
    app = open_models(small, version=rl.id, view="chain", question="pattern")

    lines = [one.value for one in app.markdown]
    assert any(line.startswith("**Student v1**: where the chain begins") for line in lines)
    assert any("**Student v2**" in line and "+29.2 points of accuracy" in line for line in lines)
    (items,) = [one for one in app.segmented_control if one.key == "chain_items"]
    assert items.options == ["Best: 7 won", "Worst: 0 lost"]
    items.set_value("worst").run()
    assert "No gold item is on this list." in [one.value for one in app.caption]


def test_a_student_that_was_made_at_once_has_no_stages(small: SmallProject) -> None:
    with_version(small)
    app = open_models(small)
    (view,) = [one for one in app.segmented_control if one.key == session.MODELS_VIEW]
    assert "Stages" not in view.options
