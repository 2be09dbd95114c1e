"""Settings of files of one shape: a person's choice is repeated, a consent is not."""

from pathlib import Path

import pytest

from core.ingest import Proposal, Settings, propose, shape_key
from pages.components.workflows.remembering import recall, remember
from pages.components.workflows.uploading import Desk, Upload
from storage import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "home")


def proposal(text: str = "time,flow,spare\n2024-01-01,1.5,2\n2024-01-02,2.5,3\n") -> Proposal:
    return propose("pump.csv", text.encode())


def kept(store: Store, found: Proposal, **choices: object) -> None:
    project = store.projects.default().id
    remember(store, project, "pump.csv", found, found.settings.model_copy(update=choices))


def again(store: Store, found: Proposal) -> Settings | None:
    remembered = recall(store, store.projects.default().id, found)
    return remembered.settings if remembered else None


def test_nothing_is_remembered_of_a_shape_never_seen(store: Store) -> None:
    assert again(store, proposal()) is None


def test_a_choice_is_repeated_for_the_same_columns_with_when_and_where(store: Store) -> None:
    found = proposal()
    kept(store, found, value_columns=("flow",))
    remembered = recall(store, store.projects.default().id, found)
    assert remembered is not None
    assert remembered.settings.value_columns == ("flow",)
    assert remembered.words == (
        f"Read as on {remembered.at.day} {remembered.at:%b %Y}: same columns as pump.csv."
    )
    other = proposal("time,flow,other\n2024-01-01,1.5,2\n2024-01-02,2.5,3\n")
    assert again(store, other) is None


def test_what_was_only_detected_is_not_put_above_a_files_own_evidence(store: Store) -> None:
    found = proposal()
    kept(store, found)
    assert again(store, found) is None


def test_a_consent_to_leave_out_is_not_repeated(store: Store) -> None:
    found = proposal()
    kept(store, found, value_columns=("flow",), on_bad_cell="missing", on_bad_row="leave_out")
    settings = again(store, found)
    assert settings is not None
    assert (settings.on_bad_cell, settings.on_bad_row) == ("refuse", "refuse")


def test_the_desk_reads_as_remembered_and_finds_the_way_back(store: Store, tmp_path: Path) -> None:
    found = proposal()
    kept(store, found, value_columns=("flow",))
    project = store.projects.default().id
    desk = Desk(tmp_path / "scratch", recall=lambda one: recall(store, project, one))
    text = "time,flow,spare\n2024-02-01,1.5,2\n2024-02-02,2.5,3\n"
    desk.add([Upload("1", "february.csv", text.encode())])
    file = desk.files["1"]
    ((_, info),) = desk.build(file).series
    assert (info.name, info.channel_names) == ("february", ("flow",))
    desk.as_detected(file)
    assert desk.build(file).series[0][1].channel_names == ("flow", "spare")


def test_what_does_not_fit_this_file_gives_way_to_what_was_detected(
    store: Store, tmp_path: Path
) -> None:
    found = proposal()
    axis = found.settings.time.model_copy(update={"format": "%d.%m.%Y"})
    kept(store, found, time=axis)
    project = store.projects.default().id
    desk = Desk(tmp_path / "scratch", recall=lambda one: recall(store, project, one))
    desk.add([Upload("1", "february.csv", b"time,flow,spare\n2024-02-01,1,2\n2024-02-02,2,3\n")])
    assert desk.build(desk.files["1"]).series[0][0].n_samples == 2
    assert desk.remembered(desk.files["1"]) is None


def test_what_another_version_wrote_is_passed_over(store: Store) -> None:
    found = proposal()
    kept(store, found, value_columns=("flow",))
    project = store.projects.default().id
    key = f"ingest:{shape_key(found)}"
    held = store.settings.get(project, key)
    store.settings.set(project, key, {**held, "settings": {"colour": "blue"}})
    assert again(store, found) is None
