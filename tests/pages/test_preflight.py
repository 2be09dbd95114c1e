"""The preflight: every problem at once, with what to do; a machine is plain values here."""

from pathlib import Path

import pytest
from small_project import SmallProject, asked_project, pattern, with_gold

from core.errors import ConfigError
from core.teachers.endpoint import Endpoint
from pages.components.workflows import preflight_machine as machine
from pages.components.workflows.learning import start_training, what_there_is
from pages.components.workflows.preflight import NO_PLAN, Plan, preflight
from pages.components.workflows.recipe_fields import config_class
from training.devices import Device, Holder
from training.pace import Cost
from training.recipes import RECIPES
from training.worker_prepare import prepare

GB = 10**9
CPU = Device(name="cpu", kind="cpu", free=8 * GB, total=16 * GB)


@pytest.fixture
def small(tmp_path: Path) -> SmallProject:
    return with_gold(asked_project(tmp_path))


def texts(small: SmallProject, plan: Plan = NO_PLAN) -> list[str]:
    state = what_there_is(small.store, small.project_id)
    return [one.whole for one in preflight(small.store, small.project_id, state, plan)]


def card(free: int, *holders: Holder) -> Device:
    return Device(
        name="cuda:0", kind="cuda", free=free, total=24 * GB, title="NVIDIA X", holders=holders
    )


# -- the machine


def test_a_full_disk_says_what_is_needed_and_what_is_free() -> None:
    (found,) = machine.disk(free=400_000_000, samples=300_000_000)
    assert found.blocks
    assert found.text.startswith("Only 400 MB are free")
    assert "about 800 MB" in found.text
    assert machine.disk(free=900_000_000, samples=300_000_000) == []


def test_memory_goes_by_earlier_runs_and_blocks_only_what_can_never_fit() -> None:
    cost = Cost(seconds=60, memory_mb=12_000, n=1)
    (note,) = machine.memory(8 * GB, 16 * GB, 0, cost)
    assert not note.blocks
    assert "about 12 GB of memory, as an earlier one did; 8 GB of 16 GB" in note.text
    (never,) = machine.memory(8 * GB, 10 * GB, 0, cost)
    assert never.blocks
    (guess,) = machine.memory(GB, 16 * GB, 100_000_000, None)
    assert "about 1.3 GB of memory, by estimate" in guess.text
    assert machine.memory(8 * GB, 16 * GB, 0, None) == []


def test_a_busy_card_names_who_holds_it_and_a_teachers_server_by_its_port() -> None:
    server = Holder(pid=41, name="python", used=9_100_000_000)
    other = Holder(pid=42, name="blender", used=2 * GB)
    local = Endpoint(id="e", name="qwen here", base_url="http://localhost:8000/v1", model="q")
    away = local.model_copy(update={"base_url": "http://gpu.example:9000/v1", "name": "away"})
    (found,) = machine.cards(
        [CPU, card(GB, other, server)], "2.9.0", [away, local], {8000: 41, 9000: 42}
    )
    assert not found.blocks
    assert found.text == (
        "NVIDIA X has 1 GB of 24 GB free. Held by your teacher server “qwen here” (process 41), "
        "9.1 GB, blender (process 42), 2 GB."
    )
    assert machine.cards([CPU, card(20 * GB, server)], "2.9.0", [local], {8000: 41}) == []


def test_a_card_that_this_torch_cannot_use_is_said() -> None:
    (found,) = machine.cards([CPU, card(20 * GB)], "2.9.0+cpu", [], {})
    assert "torch 2.9.0+cpu is the build without CUDA" in found.text
    assert machine.cards([CPU], "2.9.0+cpu", [], {}) == []


def test_missing_packages_are_named_with_the_command() -> None:
    assert machine.missing_packages(("torch", "no-such-package")) == ["no-such-package"]
    (found,) = machine.packages(["peft", "gguf"])
    assert found.blocks
    assert "`pip install peft gguf`" in found.fix


# -- the material


def test_rare_classes_are_named(small: SmallProject) -> None:
    small.decide(small.pattern_items[0], "fix", pattern("sigmoid"))
    said = [one for one in texts(small) if "hardly any labels" in one]
    assert said == [
        "“Anomalies” has hardly any labels of spike (4). A student rarely learns those: review or "
        "ask about more of them.",
        "“Overall pattern” has hardly any labels of sigmoid (1). A student rarely learns those: "
        "review or ask about more of them.",
    ]


def test_near_copies_of_gold_are_counted(small: SmallProject) -> None:
    alone = {item.series_id: item.series_id for item in small.pattern_items}
    gold = small.pattern_items[-1].series_id
    # the first series is a near-copy of a gold one: a window per question is left out
    copies = alone | {small.pattern_items[0].series_id: gold}
    assert not any("near-copies" in one for one in texts(small, Plan(groups=alone)))
    (said,) = [one for one in texts(small, Plan(groups=copies)) if "near-copies" in one]
    assert said.startswith("2 windows lie in near-copies of gold series")


def test_settings_that_do_not_fit_together_block(small: SmallProject) -> None:
    config = config_class(RECIPES["pseudo_label"].load())
    state = what_there_is(small.store, small.project_id)
    plan = Plan(stages=((config, {"rounds": 2, "study": False}),))
    first = preflight(small.store, small.project_id, state, plan)[0]
    assert first.blocks
    assert first.text.startswith("Rounds=2 need the study, which is off")
    with pytest.raises(ConfigError):
        config(rounds=2, study=False)


def test_a_damaged_snapshot_blocks_and_one_that_is_gone_does_not(small: SmallProject) -> None:
    job = start_training(small.store, small.project_id)
    prepare(small.store, job)
    (taken,) = small.store.snapshots.list(small.project_id)
    assert not any("damaged" in one for one in texts(small))
    lost = next(path for path in (taken.folder / "arrays").iterdir() if "seconds" not in path.name)
    lost.unlink()
    (said,) = [one for one in texts(small) if "damaged" in one]
    assert f"the samples {lost.stem[:12]} are missing" in said
    assert f"Move its folder {taken.folder} away" in said
    (taken.folder / "manifest.json").unlink()
    assert not any("damaged" in one for one in texts(small))
