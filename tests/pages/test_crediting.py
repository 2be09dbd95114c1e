"""What a training by preferences changed, asked of two real tiny versions in their own process."""

import pytest
import torch

from benchmarks.tiny_vlm import write_tiny
from core.answers import Author
from core.errors import JobError
from core.students.vlm import VlmConfig, VlmStudent
from core.students.vlm_base import load, with_adapters
from pages.components import session
from pages.components.review_credit import TAB, WAYS
from pages.components.workflows.crediting import credit_of, side_by_side, tuned_versions
from pages.components.workflows.reviewing import Desk, load_desk
from storage import Store
from tests.pages.review_app import opened
from tests.pages.review_project import desk_of, pattern_content, review_store
from tests.pages.small_project import made
from training.run_folder import RunFolder

pytestmark = pytest.mark.slow

TEXT = "<think>It climbs <b>.</think><class>linear_increase</class>"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A project whose first pattern item a student answered that DPO trained from a tiny model."""
    home = tmp_path_factory.mktemp("credit")
    store = review_store(home / "home", n=1)
    desk = desk_of(store, "pattern")
    base = write_tiny(home / "base")
    folder = store.home / "runs" / "job-1"
    tuned(str(base), desk).save(folder / "model")
    settings = {"base": str(base), "beta": 0.1}
    RunFolder.create(folder, {"kind": "train", "recipe": "dpo", "settings": settings})
    project_id = desk.item.project_id
    summary = {"questions": [desk.question.id]}
    store.snapshots.add(project_id, "hash", store.home / "snapshots" / "hash", summary)
    version = store.versions.add(
        project_id,
        student="vlm",
        job_id="job-1",
        snapshot_hash="hash",
        folder=folder / "model",
        author_version="job-1",
    )
    author = Author(kind="student", name="student", version=version.author_version)
    said = made(desk.item, author, pattern_content("linear_increase", 0.9))
    store.answers.add_many(project_id, [said.model_copy(update={"raw_text": TEXT})])
    return store


def tuned(base: str, desk: Desk) -> VlmStudent:
    """A student with adapters that do something, as if trained: fresh ones change nothing."""
    vlm = with_adapters(load(base, device="cpu"), rank=2, seed=1)
    with torch.no_grad():
        for name, value in vlm.model.named_parameters():
            if "lora_B" in name:
                value.normal_(std=0.2, generator=torch.Generator().manual_seed(len(name)))
    config = VlmConfig(base=vlm.base, questions=(desk.question,), max_new_tokens=6)
    return VlmStudent(config, vlm)


def fresh(store: Store, kind: str) -> Desk:
    item = desk_of(store, kind).item
    return load_desk(store, item.project_id, "me", item.id)


def test_only_a_version_that_dpo_made_and_that_knows_the_question_is_offered(store: Store) -> None:
    (found,) = tuned_versions(store, fresh(store, "pattern"))
    assert (found.version.number, found.beta) == (1, 0.1)
    assert tuned_versions(store, fresh(store, "anomaly")) == []


def test_the_credit_of_each_token_comes_from_a_process_of_its_own(store: Store) -> None:
    desk = fresh(store, "pattern")
    found = credit_of(store, desk, tuned_versions(store, desk)[0], TEXT)
    assert "".join(found.tokens) == TEXT
    assert max(abs(shade) for shade in found.shades) == 1.0


def test_samples_that_are_no_answers_are_told_in_plain_words(store: Store) -> None:
    desk = fresh(store, "pattern")
    with pytest.raises(JobError, match="none of the 2 sampled texts is an answer"):
        side_by_side(store, desk, tuned_versions(store, desk)[0], n=2)


def test_the_drawer_draws_an_answers_words_over_their_credit(store: Store) -> None:
    at = opened(store, fresh(store, "pattern").item.id)
    at.session_state["examine_tabs"] = TAB
    at.button(key=f"{session.REVIEW_CHART}_examine").click().run()
    assert not at.exception
    at.button(key="credit_ask").click().run(timeout=120)
    assert not at.exception
    html = "\n".join(one.proto.body for one in at.get("html"))
    assert "&lt;think&gt;" in html or "&lt;" in html
    assert "<b>" not in html
    assert "background: rgba(" in html
    assert any("They show what the training changed" in one.value for one in at.caption)


def test_without_such_a_version_the_drawer_has_no_such_tab(store: Store) -> None:
    at = opened(store, fresh(store, "anomaly").item.id)
    at.button(key=f"{session.REVIEW_CHART}_examine").click().run()
    assert TAB not in [one.label for one in at.tabs]
    assert set(WAYS) == {"majority", "weighted", "best_of_n"}
