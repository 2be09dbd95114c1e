"""What a run's labels said: told in names, opened in Review as a group, never against blindness."""

import json
from pathlib import Path

import pytest
from small_project import LABELS, SmallProject, asked_project, pattern, with_gold
from streamlit.testing.v1 import AppTest

from core.noise.report import ErrorCluster, ExampleNoise, NoiseReport, QuestionNoise
from core.queue_filter import QueueFilter
from pages.components import session
from pages.components.review_filter import filter_words
from pages.components.services import Services
from pages.components.workflows.labels_said import (
    group_reason,
    is_labels_group,
    items_of_group,
    labels_said,
)
from pages.components.workflows.queue_memo import QueueMemo
from pages.components.workflows.queue_now import Wish, queue_now
from pages.components.workflows.running import read_run
from storage.rows import Job
from training.run_folder import RunFolder

APP = Path(__file__).parents[2] / "app.py"
RISE, FALL = LABELS


@pytest.fixture
def small(tmp_path: Path) -> SmallProject:
    return with_gold(asked_project(tmp_path))


def example(item_id: str, suspected: bool = False, **more: object) -> ExampleNoise:
    given = {
        "item_id": item_id, "split": "train", "said": RISE, "label": RISE, "learned": RISE,
        "thinks": FALL, "confidence": 0.9, "given_probability": 0.2, "suspected": suspected,
    }  # fmt: skip
    return ExampleNoise.model_validate(given | more)


def run_with_report(small: SmallProject, study: bool = True) -> Job:
    """A done training whose noise.json doubts two labels and tells of one systematic error."""
    ids = [item.id for item in small.pattern_items]
    job = small.store.jobs.enqueue(small.project_id, "train", "Training 1", {})
    RunFolder.create(job.folder, {"kind": "train", "settings": {"study": study, "steps": 40}})
    found = QuestionNoise(
        question_id=small.pattern.id,
        options=(RISE, FALL),
        n_corrections=3,
        n_suspected=2,
        n_relabelled=1,
        wrong_share=0.25 if study else None,
        confusion=None,
        reviews_random=None,
        stopped_by="held-out labels",
        clusters=(
            ErrorCluster(
                said=RISE, true=FALL, corrected=(ids[0], ids[1]), confirmed=1,
                suspected=(ids[3], ids[4]), inherited=1,
            ),
        ),
        examples=(
            example(ids[0], correction="learned"),
            example(ids[1], correction="forgotten"),
            example(ids[2], suspected=True),
            example(ids[3], suspected=True),
            example(ids[4]),
        ),
    )  # fmt: skip
    (job.folder / "noise.json").write_text(NoiseReport(questions=(found,)).model_dump_json())
    small.store.jobs.update(job.id, state="running")
    return small.store.jobs.update(job.id, state="done", message="trained")


def test_a_report_is_told_in_names_with_what_still_waits(small: SmallProject) -> None:
    job, memo = run_with_report(small), QueueMemo(small.project_id)
    small.decide(small.pattern_items[3], "fix", pattern(FALL))
    said = labels_said(small.store, small.project_id, memo, read_run(job))
    assert said is not None and said.studied
    (one,) = said.questions
    assert (one.n_labels, one.n_suspected, one.n_relabelled, one.wrong_share) == (5, 2, 1, 0.25)
    assert one.corrections == {"learned": 1, "forgotten": 1}
    (error,) = one.systematic
    assert (error.said, error.true) == ("linear increase", "linear decrease")
    assert (error.n_corrected, error.n_confirmed, error.n_suspected) == (2, 1, 2)
    assert (error.n_inherited, error.n_open) == (1, 1)
    assert said.n_open == 2  # 2 and 4 of the three doubted ones; 3 is decided


def test_a_run_without_a_report_has_nothing_to_say(small: SmallProject) -> None:
    job = small.store.jobs.enqueue(small.project_id, "train", "Training 1", {})
    memo = QueueMemo(small.project_id)
    assert labels_said(small.store, small.project_id, memo, read_run(job)) is None


def test_a_group_holds_all_that_a_run_doubts_or_one_systematic_error(small: SmallProject) -> None:
    job, memo = run_with_report(small), QueueMemo(small.project_id)
    ids = [item.id for item in small.pattern_items]
    everything = f"labels:{job.id}"
    one = f"labels:{job.id}:{small.pattern.id}:0"
    assert set(items_of_group(small.store, memo, everything)) == {ids[2], ids[3], ids[4]}
    assert list(items_of_group(small.store, memo, one)) == [ids[3], ids[4]]
    assert list(items_of_group(small.store, memo, "labels:gone")) == []
    assert group_reason(small.store, one)[0] == "suspected wrong by Training 1"
    assert is_labels_group(one) and not is_labels_group("teacher misses spikes")
    assert filter_words(QueueFilter(group=one)) == "suspected wrong labels"


@pytest.mark.parametrize(("blind_share", "shown"), [(0.0, [2, 3, 4]), (1.0, [])])
def test_the_queue_shows_a_group_and_nothing_that_is_to_be_decided_blind(
    small: SmallProject, blind_share: float, shown: list[int]
) -> None:
    job, memo = run_with_report(small), QueueMemo(small.project_id)
    policy = small.store.policies.current(small.project_id)
    changed = policy.model_copy(update={"blind_share": blind_share})
    small.store.policies.save(small.project_id, "ann", changed)
    key = f"labels:{job.id}"
    groups = {key: items_of_group(small.store, memo, key)}
    wish = Wish(filter=QueueFilter(group=key))
    now = queue_now(small.store, small.project_id, "ann", memo, wish, groups=groups)
    assert set(now.left) == {small.pattern_items[place].id for place in shown}


def test_train_links_a_systematic_error_to_its_items(small: SmallProject) -> None:
    job = run_with_report(small)
    app = open_train(small)
    text = " ".join(one.value for one in app.markdown)
    assert "Teacher says **linear increase** where corrections say **linear decrease**" in text
    assert "2 suspected wrong, 1 learned as another label, about 25% of the teacher's" in text
    assert "the student says 1 as corrected; 1 it did once and no longer" in text
    links = [one.proto for one in app.page_link if one.proto.page == "review"]
    keys = [json.loads(_filter(one.query_string))["group"] for one in links]
    assert keys == [f"labels:{job.id}:{small.pattern.id}:0", f"labels:{job.id}"]


def test_a_study_that_was_off_is_said_to_be_off(small: SmallProject) -> None:
    run_with_report(small, study=False)
    app = open_train(small)
    said = [one.value for one in app.caption if "study of the labels was off" in one.value]
    assert len(said) == 1
    assert "suspected wrong," not in " ".join(one.value for one in app.markdown)


def _filter(query: str) -> str:
    from urllib.parse import parse_qs

    return parse_qs(query)["filter"][0]


def open_train(small: SmallProject) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state[session.SERVICES] = Services(store=small.store, worker=False)
    app.run()
    app.switch_page("pages/train.py").run()
    assert not app.exception
    return app
