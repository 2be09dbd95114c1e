"""What a version is made of, what it says when asked again, and what is in its download."""

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from small_project import LABELS, SmallProject, asked_project, pattern, with_gold, with_version

from core.answers import AnswerContent, Author
from core.errors import JobError
from core.lineage import Learned
from core.students.majority import MajorityConfig, MajorityStudent
from pages.components.workflows.comparing import evaluation_of
from pages.components.workflows.exporting_version import zip_version
from pages.components.workflows.learning import may_teach, start_training, what_there_is
from pages.components.workflows.replaying import replay, replayable
from pages.components.workflows.version_lineage import learned_by, learned_lines, origin_of
from storage.rows import ModelVersion
from training.run_folder import RunFolder
from training.snapshot import learned_labels
from training.worker_prepare import prepare

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def small(tmp_path: Path) -> SmallProject:
    return with_gold(asked_project(tmp_path / "home", n_series=36), n_gold=12)


def with_model(small: SmallProject, version: ModelVersion) -> ModelVersion:
    """Give a version a model that loads without torch: the majority baseline."""
    shares = {small.pattern.id: {o.key: float(o.key == LABELS[0]) for o in small.pattern.options}}
    config = MajorityConfig(
        questions=(small.pattern, small.anomaly), shares={**shares, small.anomaly.id: {}}
    )
    MajorityStudent(config).save(version.folder)
    return version


def trained_like(small: SmallProject, students: tuple[str, ...] = ()) -> ModelVersion:
    """Register a version whose snapshot the worker made of what there is to learn."""
    job = start_training(small.store, small.project_id, students=students)
    prepare(small.store, job)
    return small.store.versions.add(
        small.project_id,
        student="series",
        job_id=job.id,
        snapshot_hash=RunFolder(job.folder).config()["snapshot_hash"],
        folder=job.folder / "model",
        author_version=job.id,
    )


def learned(small: SmallProject, version: ModelVersion) -> dict[str, AnswerContent]:
    folder = small.store.snapshots.get(small.project_id, version.snapshot_hash).folder
    return {key: one.content for key, one in learned_labels(folder).items()}


def labels_of(small: SmallProject) -> Callable[[ModelVersion], dict[str, Learned]]:
    """Return what gives the labels that a version learned from."""

    def of(version: ModelVersion) -> dict[str, Learned]:
        snapshot = small.store.snapshots.get(small.project_id, version.snapshot_hash)
        return learned_labels(snapshot.folder)

    return of


def test_a_version_names_its_run_and_whose_labels_it_learned(small: SmallProject) -> None:
    small.decide(small.pattern_items[3], "fix", pattern("cubic"))
    version = trained_like(small)
    origin = origin_of(small.store, version, labels_of(small)(version))
    assert (origin.job, origin.n_learned, origin.students) == ("Training 1", 48, ())
    assert [(one.name, one.kind, one.version, one.n) for one in origin.sources] == [
        ("built-in rules", "rules", "1", 47),
        ("ann", "person", "", 1),
    ]
    assert origin.sources[1].item_ids == (small.pattern_items[3].id,)
    lines = learned_lines(
        small.store, version, labels_of(small)(version), origin.sources[1].item_ids
    )
    assert lines == [(small.pattern_items[3].id, "line-3", "cubic")]


def test_an_item_names_the_versions_that_learned_from_it_and_gold_names_none(
    small: SmallProject,
) -> None:
    trained_like(small)
    small.decide(small.pattern_items[3], "reject")
    trained_like(small)
    of = labels_of(small)
    assert learned_by(small.store, small.project_id, small.pattern_items[0].id, of) == [1, 2]
    assert learned_by(small.store, small.project_id, small.pattern_items[3].id, of) == [1]
    assert learned_by(small.store, small.project_id, small.pattern_items[-1].id, of) == []


# -- a student that teaches


def answered_alone(small: SmallProject, version: ModelVersion) -> str:
    """Ask the student alone about windows outside gold that no teacher was asked about."""
    item, other = small.pattern_items[:2]
    windows = [(one.series_id, 0, 32, small.pattern.id) for one in (item, other)]
    author = Author(kind="student", name="student", version=version.author_version)
    made = small.store.items.add_many(small.project_id, windows)
    for one in made:
        small.answer(one, author, pattern("cubic"))
    small.answer(item, author, pattern("convex"))  # here a teacher answered too
    return made[0].id


def test_nothing_is_learned_from_a_student_unless_it_is_chosen(small: SmallProject) -> None:
    version = small.store.versions.promote(with_version(small).id, "ann")
    alone = answered_alone(small, version)
    assert may_teach(small.store, small.project_id) == [(version, 2)]
    n = what_there_is(small.store, small.project_id).n_examples
    chosen = what_there_is(small.store, small.project_id, students=[version.id])
    assert chosen.n_examples == n + 2
    assert chosen.questions[0].pseudo_labels | chosen.questions[1].pseudo_labels == {
        "built-in rules": 24,
        "student": 2,
    }
    assert alone not in learned(small, trained_like(small))


def test_a_chosen_student_teaches_where_no_teacher_did_and_is_named(small: SmallProject) -> None:
    version = small.store.versions.promote(with_version(small).id, "ann")
    alone = answered_alone(small, version)
    made = trained_like(small, (version.id,))
    said = learned(small, made)
    assert said[alone].label == "cubic"
    assert said[small.pattern_items[0].id].label == LABELS[0]  # the teacher's, not the student's
    named = [{"number": 1, "author_version": "job-1"}]
    assert small.store.snapshots.get(small.project_id, made.snapshot_hash).summary["also_from"] == (
        named
    )
    assert RunFolder(made.folder.parent).config()["also_from"] == named
    origin = origin_of(small.store, made, labels_of(small)(made))
    assert origin.students == (1,)
    assert ("student", "job-1", 2) in [(one.kind, one.version, one.n) for one in origin.sources]


# -- asked again


def test_a_replay_says_whether_the_stored_answer_comes_again(small: SmallProject) -> None:
    version = with_model(small, with_version(small))
    item = small.pattern_items[-1]  # it said the other label then
    found = replay(small.store, small.project_id, "ann", item.id, version)
    stored = found.stored
    assert stored is not None and found.same is not None
    assert found.now.label == LABELS[0]
    assert found.same.sameness == "differs"
    n_answers = len(small.store.answers.for_item(small.project_id, item.id))
    author = Author(kind="student", name="student", version=version.author_version)
    small.answer(item, author, found.now)
    again = replay(small.store, small.project_id, "ann", item.id, version)
    assert again.same is not None and again.same.sameness == "identical"
    # what a replay says is not stored: one more answer, the one stored by hand
    assert len(small.store.answers.for_item(small.project_id, item.id)) == n_answers + 1


def test_a_version_whose_model_is_gone_cannot_be_asked(small: SmallProject) -> None:
    version = with_version(small)
    assert replayable(small.store, small.project_id) == []
    with pytest.raises(JobError, match="not on this machine any more"):
        replay(small.store, small.project_id, "ann", small.pattern_items[0].id, version)


# -- the download


def exported(small: SmallProject, version: ModelVersion, folder: Path) -> str:
    made = zip_version(
        small.store, version, evaluation_of(small.store, version), labels_of(small)(version)
    )
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        archive.extractall(folder)
        assert sorted(archive.namelist()) == ["student-v1/README.md", "student-v1/config.json"]
    return (folder / "student-v1" / "README.md").read_text()


def test_the_lines_of_the_card_run_in_an_empty_folder(small: SmallProject, tmp_path: Path) -> None:
    version = with_model(small, with_version(small))
    empty = tmp_path / "empty"
    empty.mkdir()
    card = exported(small, version, empty)
    ask, load = re.findall(r"```python\n(.*?)```", card, re.S)
    assert len(load.strip().splitlines()) == 3
    ran = subprocess.run(
        [sys.executable, "-c", f"{ask}\n{load}\nprint(answers[0].label)"],
        cwd=empty,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (ran.stdout.strip(), ran.stderr) == (LABELS[0], "")


def test_the_card_says_what_it_learned_and_how_it_fared(
    small: SmallProject, tmp_path: Path
) -> None:
    small.decide(small.pattern_items[3], "fix", pattern("cubic"))
    version = with_model(small, trained_like(small))
    for item in small.pattern_items[-12:]:
        author = Author(kind="student", name="student", version=version.author_version)
        small.answer(item, author, pattern(LABELS[0]))
    card = exported(small, version, tmp_path / "out")
    assert f"48 labelled windows, snapshot `{version.snapshot_hash}`" in card
    assert "- 47 by the built-in rules, which read the numbers\n- 1 by people" in card
    assert "n = 12 gold items" in card
    assert "- student, n = 12: accuracy 50\N{NO-BREAK SPACE}% (25 to 75)" in card
    assert "ann" not in re.findall(r"\w+", card)
    assert "line-" not in card  # what the series are called


def test_without_its_model_there_is_nothing_to_export(small: SmallProject) -> None:
    version = replace(with_version(small), folder=Path("/nowhere"))
    with pytest.raises(JobError, match="nothing to export"):
        zip_version(small.store, version, evaluation_of(small.store, version), {})
