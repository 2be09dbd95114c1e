"""The form of a recipe is built from its config class and the notes written in it."""

import dataclasses

import pytest

from core.errors import ConfigError
from pages.components.workflows import recipe_fields
from pages.components.workflows.recipe_fields import BASIC, config_class, form_fields
from training.recipes import RECIPES


@pytest.mark.parametrize("name", list(RECIPES))
def test_every_setting_of_every_recipe_has_a_note(name: str) -> None:
    config = config_class(RECIPES[name].load())
    fields = form_fields(config)
    assert {field.name for field in fields} == {f.name for f in dataclasses.fields(config)}
    assert [field.name for field in fields if not field.note] == []
    assert config(**{field.name: field.default for field in fields}) == config()


@pytest.mark.parametrize("name", list(RECIPES))
def test_the_basic_settings_a_recipe_has_come_first_in_their_order(name: str) -> None:
    fields = form_fields(config_class(RECIPES[name].load()))
    names = {field.name for field in fields}
    basic = [field.name for field in fields if not field.expert]
    assert basic == [name for name in BASIC if name in names]
    assert [field.name for field in fields][: len(basic)] == basic


def test_every_basic_setting_is_one_of_some_recipe() -> None:
    known = {f.name for name in RECIPES for f in form_fields(config_class(RECIPES[name].load()))}
    assert set(BASIC) <= known


def test_a_note_is_the_text_under_its_field() -> None:
    fields = {f.name: f for f in form_fields(config_class(RECIPES["pseudo_label"].load()))}
    assert fields["seed"].note.startswith("Fixes the weights")
    assert fields["correction_weight"].label == "Correction weight"


def test_a_module_without_a_config_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"defines no class named \.\.\.Config"):
        config_class(recipe_fields)
