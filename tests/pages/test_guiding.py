"""Guidelines: what is offered as an example, that gold never is, and what a blind desk hides."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import ConfigError
from core.intervals import Interval
from core.policy import Example, Guideline, LabelPolicy
from core.render import render_overview
from pages.components.cached import EXAMPLE_SETTINGS, example_picture
from pages.components.review_guideline import first_type, without_item
from pages.components.workflows.asking import questions_by_kind
from pages.components.workflows.blind import AuditLook
from pages.components.workflows.guiding import Examples, example_view, readable, with_guideline
from pages.components.workflows.reviewing import load_desk
from storage import Store
from tests.pages.policy_project import decided_store, items_of_kind


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return decided_store(tmp_path)


@pytest.fixture
def project_id(store: Store) -> str:
    return store.projects.default().id


def type_id(store: Store, key: str) -> str:
    question = questions_by_kind(store, store.projects.default().id)["anomaly"]
    return question.type_named(key).id


def test_events_that_people_labelled_are_offered_as_good_ones(
    store: Store, project_id: str
) -> None:
    offers = Examples(store, project_id).good(type_id(store, "level_shift"))
    decided = items_of_kind(store, "anomaly")[:6]
    assert {one.example.series_id for one in offers} == {
        item.series_id for number, item in enumerate(decided) if number % 3 != 2
    }
    assert {one.what for one in offers} == {"labelled by ann"}
    assert {one.example.interval.channels for one in offers} == {(1,)}


def test_near_misses_are_what_models_took_for_it_and_events_of_other_types(
    store: Store, project_id: str
) -> None:
    offers = Examples(store, project_id).near_misses(
        type_id(store, "spike"), lambda _: "level shift"
    )
    told = [one.what for one in offers]
    assert told[0] == "built-in rules took it for one; ann did not"
    assert "a level shift for ann" in told
    assert all(one.example.interval.length > 1 for one in offers if "shift" in one.what)


def test_what_shares_samples_with_gold_is_neither_offered_nor_stored_nor_shown(
    store: Store, project_id: str
) -> None:
    shift = type_id(store, "level_shift")
    offer = Examples(store, project_id).good(shift)[0]
    guideline = Guideline(type_id=shift, words="up and stays", good=(offer.example,))
    kept = with_guideline(store, project_id, LabelPolicy(), guideline)
    assert kept.guideline(shift) == guideline

    # Beside the event, and in its picture.
    store.gold.reserve(project_id, [(offer.example.series_id, 281, 330)], "drawn")

    examples = Examples(store, project_id)
    assert offer.key not in {one.key for one in examples.good(shift)}
    assert readable(examples, guideline) == (guideline.model_copy(update={"good": ()}), 1)
    with pytest.raises(ConfigError, match="shares samples with gold"):
        with_guideline(store, project_id, LabelPolicy(), guideline)


def test_an_empty_guideline_leaves_the_policy(store: Store, project_id: str) -> None:
    spike = type_id(store, "spike")
    policy = with_guideline(
        store, project_id, LabelPolicy(), Guideline(type_id=spike, words="  up and back ")
    )
    assert policy.guidelines == (Guideline(type_id=spike, words="up and back"),)
    assert with_guideline(store, project_id, policy, Guideline(type_id=spike)).guidelines == ()


def test_the_picture_shows_the_channels_of_the_event_and_what_is_around_it(
    store: Store, project_id: str
) -> None:
    offer = Examples(store, project_id).good(type_id(store, "level_shift"))[0]
    stored = store.series.get(project_id, offer.example.series_id)
    data = store.series.data(stored)
    view = example_view(data, offer.example)
    place = offer.example.interval
    around = round(1.5 * place.length)
    assert (view.start, view.stop) == (place.start - around, place.stop + around)
    assert (view.values[:, 0] == data.values[view.start : view.stop, 1]).all()
    drawn = render_overview(view, place.start, place.stop, EXAMPLE_SETTINGS)
    assert example_picture(data, offer.example) == drawn


def test_a_blind_desk_hides_examples_from_its_own_window(store: Store, project_id: str) -> None:
    item = items_of_kind(store, "anomaly")[7]
    other = items_of_kind(store, "anomaly")[0]
    here, there = (
        Example(series_id=one.series_id, interval=Interval(start=240, stop=280))
        for one in (item, other)
    )
    guideline = Guideline(type_id="t", good=(here, there), near_misses=(here,))
    desk = load_desk(store, project_id, "bo", item.id)
    assert without_item(desk, guideline) == guideline
    blind = replace(desk, audit=AuditLook("a batch", "blind"))
    assert without_item(blind, guideline) == Guideline(type_id="t", good=(there,))


def test_the_guideline_opens_at_the_type_that_the_desk_speaks_of(
    store: Store, project_id: str
) -> None:
    desk = load_desk(store, project_id, "bo", items_of_kind(store, "anomaly")[7].id)
    assert first_type(desk).key == "level_shift"
    assert first_type(replace(desk, answers=())).key == "spike"
