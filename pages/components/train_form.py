"""The form of a recipe, built from its config dataclass; expert settings are folded."""

from typing import Any

import streamlit as st

from pages.components.workflows.recipe_fields import FormField, form_fields


def recipe_form(config: type[Any]) -> dict[str, Any]:
    """Show one input per field of the config and return what is set, by name."""
    fields = form_fields(config)
    basic = [field for field in fields if not field.expert]
    expert = [field for field in fields if field.expert]
    values: dict[str, Any] = {}
    for column, field in zip(st.columns(max(1, len(basic))), basic, strict=False):
        values[field.name] = _input(column, field)
    if expert:
        with st.popover("Expert settings", icon=":material/tune:"):
            columns = st.columns(3)
            for place, field in enumerate(expert):
                values[field.name] = _input(columns[place % 3], field)
    return values


def _input(place: Any, field: FormField) -> Any:
    key = f"train_{field.name}"
    if isinstance(field.default, bool):
        return place.checkbox(field.label, field.default, key=key, help=field.note)
    if isinstance(field.default, int):
        return int(
            place.number_input(field.label, value=field.default, step=1, key=key, help=field.note)
        )
    if isinstance(field.default, float):
        return float(
            place.number_input(
                field.label,
                value=field.default,
                format="%.4g",
                step=field.default / 10 or 0.1,
                key=key,
                help=field.note,
            )
        )
    return place.text_input(field.label, str(field.default), key=key, help=field.note)
