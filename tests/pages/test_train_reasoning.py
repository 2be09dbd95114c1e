"""Train with a reasoning student: what is offered, what is folded, a chain, and a live run."""

import json
import re
import struct
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from small_project import SmallProject, asked_project, pattern, with_gold
from streamlit.testing.v1 import AppTest

from pages.components import session
from pages.components.services import Services
from pages.components.train_form import Retry
from pages.components.workflows.run_alarms import FILE
from storage.rows import Job
from training import devices, probes
from training.alarms import Alarm
from training.devices import Device
from training.files import append_lines
from training.probes import Probe
from training.requests import TrainRequest
from training.run_folder import RunFolder, RunStatus

APP = Path(__file__).parents[2] / "app.py"


@pytest.fixture
def small(tmp_path: Path) -> SmallProject:
    return with_gold(asked_project(tmp_path))


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a card and with memory for a model of 4 B, whatever this one has."""
    cpu = Device(name="cpu", kind="cpu", free=64 * 10**9, total=64 * 10**9)
    monkeypatch.setattr(devices, "devices", lambda: [cpu])


@pytest.fixture
def base(tmp_path: Path) -> str:
    """A folder that looks like a small image-text model; nothing loads it here."""
    folder = tmp_path / "a model"
    folder.mkdir()
    save_file({"weights": np.zeros((10, 10))}, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps({"model_type": "qwen2_5_vl"}))
    return str(folder)


def huge(folder: Path) -> str:
    """A folder whose weights' header tells of a million million parameters."""
    folder.mkdir()
    header = json.dumps({"w": {"dtype": "F32", "shape": [10**6, 10**6], "data_offsets": [0, 4]}})
    data = struct.pack("<Q", len(header)) + header.encode() + b"\0" * 4
    (folder / "model.safetensors").write_bytes(data)
    (folder / "config.json").write_text(json.dumps({"model_type": "qwen2_5_vl"}))
    return str(folder)


def open_train(small: SmallProject, base: str = "") -> AppTest:
    """Open the page; with `base` a reasoning student that begins with it is chosen already.

    A test cannot type what a selectbox does not offer; what a run began with is offered.
    """
    app = AppTest.from_file(APP, default_timeout=120)
    app.session_state[session.SERVICES] = Services(store=small.store, worker=False)
    app.run()
    if base:
        settings = {"base": base}
        app.session_state[session.TRAIN_RETRY] = Retry(recipe="reasoner_sft", settings=settings)
    app.switch_page("pages/train.py").run()
    assert not app.exception
    return app


def text_of(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error]
    return "\n".join(str(element.value) for element in parts).replace("\\", "")


def test_the_series_student_comes_first_and_its_form_is_as_it_was(small: SmallProject) -> None:
    app = open_train(small)
    assert app.segmented_control(key="train_family_").value == "series"
    assert app.number_input(key="train_steps").value == 400
    assert "**Pseudo-labels and corrections into a series student**" in text_of(app)


def test_a_model_that_is_not_here_is_said_with_its_licence_and_fetched_only_if_agreed(
    small: SmallProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    app = open_train(small)
    app.segmented_control(key="train_family_").set_value("vlm").run()
    said = text_of(app)
    assert "Apache-2.0: commercial use is permitted; a download of 8.9 GB" in said
    fetch = app.checkbox(key="train_fetch_Qwen/Qwen3-VL-4B-Instruct")
    assert not fetch.value
    assert app.button(key="train_start").disabled
    assert "The model to begin with is not on this machine. **Tick the box beside it" in said
    fetch.set_value(True).run()
    assert not app.button(key="train_start").disabled


def test_a_preset_queues_its_chain(small: SmallProject, base: str) -> None:
    app = open_train(small, base)
    app.pills(key="train_way_").set_value("timemaster").run()
    said = text_of(app)
    assert "Settings as in langfengQ/TimeMaster" in said
    assert "**1 SFT**" in said and "**2 GRPO**" in said
    assert app.number_input(key="train_timemastergrpo_accumulate").value == 64
    app.number_input(key="train_timemasterreasoner_sft_steps").set_value(3).run()
    app.button(key="train_start").click().run()
    assert not app.exception

    grpo, sft = small.store.jobs.list(small.project_id, "train")
    assert (sft.after, grpo.after) == (None, sft.id)
    first, second = TrainRequest.read(sft.params), TrainRequest.read(grpo.params)
    assert (first.settings["base"], first.settings["steps"]) == (base, 3)
    assert (second.recipe, second.settings["accumulate"]) == ("grpo", 64)
    assert not first.may_fetch


def test_one_recipe_alone_is_queued_with_its_base(small: SmallProject, base: str) -> None:
    app = open_train(small, base)
    app.pills(key="train_way_").set_value("reasoner_sft").run()
    app.button(key="train_start").click().run()
    (job,) = small.store.jobs.list(small.project_id, "train")
    assert job.title == "Training 1"
    request = TrainRequest.read(job.params)
    assert (request.recipe, request.preset, request.settings["base"]) == ("reasoner_sft", "", base)


def test_what_cannot_run_here_is_folded_with_what_is_missing(
    small: SmallProject, tmp_path: Path
) -> None:
    app = open_train(small, huge(tmp_path / "huge"))
    (folded,) = [one for one in app.expander if one.label.startswith("Cannot run on this machine")]
    said = "\n".join(one.value for one in folded.markdown)
    assert "**TimeMaster**" in said
    assert "SFT of a model of 1000.0 B takes" in said
    assert [one.key for one in app.button if one.key == "train_start"] == []


def test_a_folder_without_weights_says_so_and_nothing_can_start(
    small: SmallProject, tmp_path: Path
) -> None:
    folder = tmp_path / "bare"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    app = open_train(small, str(folder))
    assert "The weights are absent" in app.error[0].value
    assert [one.key for one in app.button if one.key == "train_start"] == []


def test_three_examples_are_shown_as_the_model_will_see_them(
    small: SmallProject, base: str
) -> None:
    small.decide(small.pattern_items[0], "fix", pattern("cubic"))
    app = open_train(small, base)
    assert "Estimated on the CPU: 600 MB" in text_of(app)
    assert app.get("image") == []
    app.session_state["train_before"] = True
    app.run()
    assert not app.exception

    assert len(app.get("image")) == 3
    html = [one.proto.body for one in app.get("html")]
    assert sum("The picture shows a window of 64 samples" in one for one in html) == 3
    assert any("&lt;class&gt;" in one for one in html)
    assert not any(re.search(r"line-\d", one) for one in html)  # no name of a series
    said = text_of(app)
    assert "none of the 32 windows shares a sample with gold" in said
    assert "windows to learn from" in said and "0 phrases of people" in said
    (table,) = [one.value for one in app.dataframe if "Target" in one.value.columns]
    corrected = table[table["From"] == "people's decisions"]
    assert list(corrected["Question"]) == ["pattern"]


def test_pairs_are_told_by_origin_before_a_training_by_preferences(
    small: SmallProject, base: str
) -> None:
    app = open_train(small, base)
    app.session_state["train_before"] = True
    app.pills(key="train_way_").set_value("dpo").run()
    assert "Preference pairs: 0 from people, 0 from selection; sampling may add up to" in text_of(
        app
    )


def live_run(small: SmallProject, recipe: str = "grpo", **settings: object) -> Job:
    """Put a run of a reasoning recipe into the table, with numbers, an alarm and probes."""
    request = TrainRequest(recipe=recipe, settings={"base": "/gone", **settings})
    job = small.store.jobs.enqueue(small.project_id, "train", "Training 1", request.params())
    folder = RunFolder.create(
        job.folder, {"kind": "train", "recipe": recipe, "settings": request.settings}
    )
    for step in (1, 2, 3, 4):
        numbers = {"reward": 0.1 * step, "rewards/accuracy/mean": 0.1, "kl": 0.02 * step}
        folder.append_metrics(
            {
                "stage": "training the student",
                "step": step,
                "total": 40,
                "loss": 0.01,
                "validation": None,
                "at": 100.0 + 2 * step,
                "windows": 4,
                "rss_mb": 700.0,
                "numbers": numbers,
            }
        )
    folder.write_status(RunStatus(state="running", stage="training the student", step=4, total=40))
    student = folder.checkpoints / "student"
    item = small.pattern_items[0].id
    probes.append(
        student,
        [
            Probe(step=0, item_id=item, text="it falls <b>", score=0.0, reward=0.0),
            Probe(step=4, item_id=item, text="it rises <b>", score=1.0, reward=1.0),
        ],
    )
    alarm = Alarm(kind="kl", step=3, message="the model has moved away", pauses=True)
    append_lines(student / FILE, [alarm.model_dump_json()])
    small.store.jobs.update(job.id, state="running")
    return job


def test_a_live_run_shows_its_terms_its_alarms_and_what_it_writes(small: SmallProject) -> None:
    job = live_run(small)
    app = open_train(small)
    said = text_of(app)
    assert "**It has moved far from its beginning**, step 3. The model has moved away." in said
    assert "Measured by its own steps: 2 s a step and 700 MB of memory" in said
    (chart,) = [one for one in app.get("plotly_chart") if f"terms_{job.id}" in one.proto.id]
    assert "Reward  <b>0.4</b>" in chart.proto.spec.encode().decode("unicode_escape")
    assert "KL  <b>0.08</b>" in chart.proto.spec.encode().decode("unicode_escape")
    assert "**At the start** · :material/cancel: right to 0% · reward 0.00" in said
    assert "**After step 4** · :material/check_circle: right to 100% · reward 1.00" in said
    html = "\n".join(one.proto.body for one in app.get("html"))
    assert "rises</span>" in html and "&lt;b&gt;" in html


def test_a_later_stage_says_what_it_waits_for(small: SmallProject) -> None:
    job = live_run(small, "reasoner_sft")
    request = TrainRequest(recipe="grpo", preset="timemaster")
    small.store.jobs.enqueue(
        small.project_id, "train", "Training 2", request.params(), after=job.id
    )
    app = open_train(small)
    lines = [one.label for one in app.button if one.key and one.key.startswith("train_stage_")]
    assert lines == ["2 GRPO"]
    (stage,) = [one for one in app.button if one.label == "2 GRPO"]
    stage.click().run()
    assert "Starts when “Training 1” is done, with the student that it makes." in text_of(app)
