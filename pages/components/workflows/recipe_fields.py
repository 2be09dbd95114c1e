"""The fields of a recipe's config with the notes written under them, for a form. No Streamlit.

The notes are read from the source, so that there is no second list that could drift.
"""

import ast
import inspect
from dataclasses import dataclass, fields
from types import ModuleType
from typing import Any

from core.errors import ConfigError

CONFIG_SUFFIX = "Config"

# Shown first; whatever else a config has is folded under "Expert settings".
BASIC = ("student", "cpu_minutes", "steps", "correction_weight", "seed")


@dataclass(frozen=True)
class FormField:
    """One setting: its name, default, note, and whether it belongs to the folded part.

    `choices` are what the field's metadata offers; another text may be given all the same, and the
    config refuses what it does not know.
    """

    name: str
    default: int | float | str | bool
    note: str
    expert: bool
    choices: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name as people read it."""
        words = self.name.replace("_", " ").capitalize()
        return words.replace("Cpu ", "CPU ")


def config_class(recipe: ModuleType) -> type[Any]:
    """Return the config dataclass that the recipe's module defines."""
    for name, value in vars(recipe).items():
        if name.endswith(CONFIG_SUFFIX) and value.__module__ == recipe.__name__:
            return value
    raise ConfigError(
        f"the recipe {recipe.__name__} defines no class named ...{CONFIG_SUFFIX}, so there is "
        "nothing to set; add its frozen config dataclass"
    )


def form_fields(config: type[Any]) -> list[FormField]:
    """Return the fields in their order, the basic ones first."""
    notes = _notes(config)
    found = [
        FormField(
            f.name,
            f.default,  # type: ignore[arg-type] # recipes give every field a plain default
            notes.get(f.name, ""),
            f.name not in BASIC,
            tuple(f.metadata.get("choices", ())),
        )
        for f in fields(config)
    ]
    order = {name: place for place, name in enumerate(BASIC)}
    return sorted(found, key=lambda field: order.get(field.name, len(order)))


def _notes(config: type[Any]) -> dict[str, str]:
    """Return the text under each field: the string that follows its annotation."""
    tree = ast.parse(inspect.getsource(config)).body[0]
    assert isinstance(tree, ast.ClassDef)
    notes: dict[str, str] = {}
    for field, after in zip(tree.body, tree.body[1:], strict=False):
        is_field = isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        is_note = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        if is_field and is_note:
            notes[field.target.id] = " ".join(str(after.value.value).split())  # type: ignore[union-attr] # checked just above
    return notes
