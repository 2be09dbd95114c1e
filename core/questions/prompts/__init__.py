"""The wordings of prompts: text files with a version each, read once.

`<name>.v<version>.txt` holds paragraphs with `$places`; a paragraph with a place that says nothing
is left out. A changed wording is a new file, as answers name the one they were asked with
(`anomaly.v1`).

    <kind>                  what is asked of a window, by question kind
    refine                  a second, closer look at what was proposed
    repair                  what was wrong with an answer, said to the model that gave it
    <kind>.tags             the form for endpoints that know no JSON
    <kind>.<form>           the whole of what a student that reads pictures is asked (`Form`)
"""

from functools import cache
from importlib.resources import files
from string import Template

from core.axis import axis_of
from core.errors import ConfigError
from core.questions.base import Question
from core.questions.words import describe_positions, describe_window, rationale_hint
from core.series import WindowView
from core.shown import Form, Shown

PROMPT_VERSIONS: dict[str, int] = {
    "pattern": 1,
    "anomaly": 1,
    "open": 1,
    "change_point": 1,
    "refine": 1,
    "repair": 1,
    "pattern.tags": 1,
    "anomaly.tags": 1,
    "open.tags": 1,
    "pattern.direct": 1,
    "pattern.reasons": 1,
    "pattern.extended": 1,
    "anomaly.direct": 1,
    "anomaly.reasons": 1,
    "anomaly.steps": 1,
    "open.direct": 1,
    "change_point.tags": 1,
}
_NEAREST: dict[Form, Form] = {"extended": "reasons", "steps": "reasons", "reasons": "direct"}
"""What is asked for where a kind has no wording for a form."""


def prompt_version(name: str) -> str:
    """Return the name and version of a wording, `anomaly.v1`; raises ConfigError."""
    if name not in PROMPT_VERSIONS:
        raise ConfigError(
            f"there is no prompt {name!r}; add a file and its version, or use one of "
            f"{', '.join(PROMPT_VERSIONS)}"
        )
    return f"{name}.v{PROMPT_VERSIONS[name]}"


def asked(name: str, question: Question, view: WindowView, shown: Shown, **more: str) -> str:
    """Return a wording filled in with a question and what is known of a window.

    In another form than JSON it is the wording of that form, or of the nearest that the kind has.
    """
    types = [
        f"- `{event_type.key}` ({event_type.name}): {event_type.meaning}".rstrip(": ")
        for event_type in question.types
    ]
    if shown.form != "json":
        name = f"{name}.{form_of(name, shown.form)}"
    return _filled(
        name,
        domain=question.domain,
        window=describe_window(view, shown),
        question=question.text,
        types="\n".join(types),
        type="a key, or null" if types else "null",
        positions=describe_positions(axis_of(shown.settings, view)),
        claims=rationale_hint(view),
        **more,
    )


def form_of(name: str, form: Form) -> Form:
    """Return the form that is asked for when this one is wanted of a kind."""
    while form in _NEAREST and f"{name}.{form}" not in PROMPT_VERSIONS:
        form = _NEAREST[form]
    return form


def refine_prompt(question: Question, view: WindowView, shown: Shown) -> str:
    """Return what is asked in a second look at a part of a window that was proposed."""
    return asked("refine", question, view, shown)


def repair_prompt(error: str) -> str:
    """Return what is said to a model whose answer could not be used."""
    return _filled("repair", error=error.rstrip(". "))


def tags_prompt(question: Question) -> str:
    """Return the words that ask for an answer in tags, for endpoints that know no JSON."""
    return _filled(f"{question.kind}.tags")


def _filled(name: str, **said: str) -> str:
    parts = [Template(part) for part in _paragraphs(prompt_version(name))]
    there = [part for part in parts if all(said[place].strip() for place in part.get_identifiers())]
    return "\n\n".join(part.substitute(said).strip() for part in there)


@cache
def _paragraphs(version: str) -> tuple[str, ...]:
    text = (files(__name__) / f"{version}.txt").read_text(encoding="utf-8")
    return tuple(text.split("\n\n"))
