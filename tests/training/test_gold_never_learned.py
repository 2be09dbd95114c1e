"""Nothing of gold reaches anything that learns, whatever path it takes. Over random projects.

Two properties of each path in `PATHS`: no window that it gives shares a sample with gold, and what
it gives is the same to the byte whatever people, teachers or imports say on gold. A new path into
training belongs into that dict.
"""

import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from core.answers import Answer, AnswerContent, Author, FoundInterval, Span
from core.desk_events import Comment, PhraseJudged, Preference, Reviewed
from core.exports.read import CHAT_FILE
from core.ids import new_id, utc_now
from core.review import Item
from core.series import SeriesData, SeriesInfo
from pages.components.workflows.exporting import Wish, discard, export
from pages.components.workflows.scoring import known_of
from storage import Store, open_store
from training import snapshot
from training.material import GoldBook, choose
from training.phrases import PHRASES
from training.requests import LabelRequest, TrainRequest
from training.worker_label import people_said
from training.worker_prepare import prepare
from training.worker_results import teacher_answers

LENGTH, WINDOW, STEP, N_SERIES = 320, 64, 48, 14
RULES, IMPORT = Author(kind="rules", name="built-in rules"), Author(kind="import", name="a file")


@dataclass(frozen=True)
class Learned:
    """What a path gives: the windows it is about, and all of it as text."""

    windows: tuple[tuple[str, int, int], ...]
    text: str


@dataclass(frozen=True)
class Project:
    """A random project: whole gold series, blocks of time, and a copy of a gold series."""

    store: Store
    project_id: str
    items: tuple[Item, ...]
    copy_of_gold: str
    rng: np.random.Generator

    @property
    def gold(self) -> GoldBook:
        return GoldBook(self.store.gold.ranges(self.project_id))

    def touching(self) -> list[Item]:
        """The items that share a sample with gold."""
        return [i for i in self.items if self.gold.touches(i.series_id, i.start, i.stop)]

    def say(self, item: Item, *, how_many: int) -> None:
        """Say of an item all that can be said, at random."""
        store, project_id, rng = self.store, self.project_id, self.rng
        shown = store.answers.for_item(project_id, item.id)
        for _ in range(how_many):
            event = store.corrections.record(
                project_id,
                item.id,
                str(rng.choice(["ann", "bo"])),
                "fix",
                expected_sequence=store.corrections.sequences(project_id).get(item.id, 0),
                answer_ids=[shown[0].id] if rng.random() < 0.5 else [],
                content=content(item, rng),
            )
            for body in (
                PhraseJudged(
                    source_id=shown[0].id,
                    span=0,
                    verdict="right" if rng.random() < 0.5 else "wrong",
                    said="it moves",
                    text="it moves",
                ),
                Preference(better_id=event.id, worse_id=shown[0].id),
                Comment(text="look"),
                Reviewed(correction_id=event.id, verdict="approved"),
            ):
                store.desk_events.record(project_id, item.id, "cy", body)
        store.answers.add_many(project_id, [answer(item, IMPORT, content(item, rng))])


def content(item: Item, rng: np.random.Generator) -> AnswerContent:
    """An anomaly answer with none to two events."""
    starts = sorted(rng.choice(WINDOW - 8, size=int(rng.integers(0, 3)), replace=False).tolist())
    found = [
        FoundInterval(number=k, start=item.start + at, stop=item.start + at + 4)
        for k, at in enumerate(starts, start=1)
    ]
    return AnswerContent(kind="anomaly", intervals=tuple(found), rationale=(Span(text="it moves"),))


def answer(item: Item, author: Author, said: AnswerContent) -> Answer:
    return Answer(id=new_id(), item_id=item.id, author=author, content=said, created_at=utc_now())


def random_project(home: Path, seed: int) -> Project:
    rng = np.random.default_rng(seed)
    store = open_store(home)
    project_id = store.projects.default().id
    values = rng.normal(size=(N_SERIES, LENGTH))
    whole = rng.permutation(N_SERIES - 1)[:3]
    values[-1] = 2 * values[whole[0]] + 3  # a copy: scaled, and moved
    stored = store.series.add_many(
        project_id,
        [
            (SeriesData(one[:, None]), SeriesInfo(f"line {n}", ("value",)))
            for n, one in enumerate(values)
        ],
    )
    anomaly = next(q for q in store.questions.current(project_id) if q.kind == "anomaly")
    windows = [
        (row.id, start, start + WINDOW, anomaly.id)
        for row in stored
        for start in range(0, LENGTH - WINDOW + 1, STEP)
    ]
    items = store.items.add_many(project_id, windows)
    store.answers.add_many(project_id, [answer(one, RULES, content(one, rng)) for one in items])
    store.gold.reserve(project_id, [(stored[n].id, 0, LENGTH) for n in whole], "drawn")
    free = [n for n in range(N_SERIES - 1) if n not in whole]
    blocks = [
        (stored[n].id, first, first + WINDOW + STEP)
        for n in rng.permutation(free)[:3]
        for first in [STEP * int(rng.integers(0, 4))]
    ]
    store.gold.reserve(project_id, blocks, "time_block")
    made = Project(store, project_id, tuple(items), stored[-1].id, rng)
    for item in items:
        if rng.random() < 0.6:
            made.say(item, how_many=1)
    return made


def in_snapshot(project: Project) -> Learned:
    """Pseudo-labels, corrections and judged phrases: all that a training run is given."""
    job = project.store.jobs.enqueue(
        project.project_id, "train", "a training", TrainRequest(recipe="pseudo_label").params()
    )
    job.folder.mkdir(parents=True, exist_ok=True)
    prepare(project.store, job)
    (newest, *_) = project.store.snapshots.list(project.project_id)
    lines = [
        line
        for name in ("examples.jsonl", PHRASES)
        for line in (newest.folder / name).read_text().splitlines()
    ]
    found = [json.loads(line) for line in lines]
    assert any("span" in one for one in found), "no phrase is learned: the test proves nothing"
    return Learned(
        tuple((one["series_id"], one["start"], one["stop"]) for one in found),
        "\n".join([newest.content_hash, *lines]),
    )


def trusted(project: Project) -> Learned:
    """What people said, by which an answer is chosen among several to be learned."""
    request = LabelRequest(teacher="rules", item_ids=tuple(one.id for one in project.items))
    job = project.store.jobs.enqueue(project.project_id, "label", "a batch", request.params())
    said = people_said(project.store, job)
    by_id = {item.id: item for item in project.items}
    return Learned(
        tuple((by_id[i].series_id, by_id[i].start, by_id[i].stop) for i in said),
        repr(sorted((i, one.model_dump_json()) for i, one in said.items())),
    )


def marked(project: Project) -> Learned:
    """What people marked, by which a detector is chosen and a threshold set."""
    store, project_id = project.store, project.project_id
    series = sorted({item.series_id for item in project.items})
    known = {one: known_of(store, project_id, one) for one in series}
    return Learned(
        tuple(
            (one, start, stop)
            for one, found in known.items()
            if found is not None
            for start, stop in [*found.reviewed, *((e.start, e.stop) for e in found.events)]
        ),
        repr(known),
    )


def chat_file(project: Project) -> Learned:
    """The export for fine-tuning elsewhere."""
    made = export(project.store, project.project_id, Wish("chat"), lambda _share, _said: None)
    with zipfile.ZipFile(made.path) as archive:
        text = archive.read(CHAT_FILE).decode()
    discard(project.store, made)
    by_id = {item.id: item for item in project.items}
    items = [by_id[json.loads(line)["metadata"]["item_id"]] for line in text.splitlines()]
    return Learned(tuple((i.series_id, i.start, i.stop) for i in items), text)


PATHS: dict[str, Callable[[Project], Learned]] = {
    "snapshot": in_snapshot,
    "trusted": trusted,
    "marked": marked,
    "chat": chat_file,
}
COPIES_STAY_OUT = ("snapshot", "chat")
"""Paths that also leave out near-duplicates of gold series."""


@pytest.fixture(scope="module", params=[1, 2])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return random_project(tmp_path_factory.mktemp("home") / "home", request.param)


def shared(project: Project, windows: Sequence[tuple[str, int, int]]) -> list[object]:
    return [one for one in windows if project.gold.touches(*one)]


@pytest.mark.parametrize("path", PATHS)
def test_no_path_gives_a_window_of_gold_nor_anything_that_is_said_there(
    project: Project, path: str
) -> None:
    before = PATHS[path](project)
    assert len(before.windows) > 10
    assert shared(project, before.windows) == []
    if path in COPIES_STAY_OUT:
        assert project.copy_of_gold not in {series_id for series_id, _, _ in before.windows}

    for item in project.touching():
        project.say(item, how_many=2)

    assert PATHS[path](project) == before


def test_what_a_student_sees_does_not_depend_on_the_samples_of_gold(
    project: Project, tmp_path: Path
) -> None:
    in_snapshot(project)
    (newest, *_) = project.store.snapshots.list(project.project_id)
    _, _, examples, _ = snapshot.load(newest.folder)
    hashes = {row.id: row.content_hash for row in project.store.series.list(project.project_id)}
    arrays = newest.folder / "arrays"
    kept = {path: path.read_bytes() for path in arrays.glob("*.npy")}
    for one in project.store.gold.ranges(project.project_id):
        path = arrays / f"{hashes[one.series_id]}.npy"
        values = np.load(path)
        values[one.start : one.stop] = np.nan
        np.save(path, values)

    _, _, again, windows = snapshot.load(newest.folder)

    assert any(np.isnan(window.view.values).all() for window in windows)  # gold did change
    for one, other in zip(examples, again, strict=True):
        assert np.array_equal(one.view.values, other.view.values)
    for path, content_then in kept.items():
        path.write_bytes(content_then)


def test_a_path_that_forgot_gold_would_be_noticed(project: Project) -> None:
    store, project_id = project.store, project.project_id
    question_id = project.items[0].question_id
    said = {k: a.content for k, a in teacher_answers(store, project_id, question_id).items()}
    careless = choose(project.items, said, store.corrections.current(project_id), GoldBook([]))
    windows = [(one.item.series_id, one.item.start, one.item.stop) for one in careless]
    assert len(shared(project, windows)) == len(project.touching()) > 0
