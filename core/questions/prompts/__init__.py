"""The wordings of prompts: text files with a version each, read once.

`<name>.v<version>.txt` holds paragraphs with `$places`; a paragraph that is nothing but a place
that says nothing is left out. A changed wording is a new file, as answers name the one they were
asked with (`anomaly.v1`).

    pattern, anomaly        what is asked of a window, by question kind
    refine                  a second, closer look at what was proposed
    repair                  what was wrong with an answer, said to the model that gave it
    <kind>.tags             the form for endpoints that know no JSON
"""

from functools import cache
from importlib.resources import files
from string import Template

from core.errors import ConfigError

PROMPT_VERSIONS: dict[str, int] = {
    "pattern": 1,
    "anomaly": 1,
    "refine": 1,
    "repair": 1,
    "pattern.tags": 1,
    "anomaly.tags": 1,
}


def prompt_version(name: str) -> str:
    """Return the name and version of a wording, `anomaly.v1`; raises ConfigError."""
    if name not in PROMPT_VERSIONS:
        raise ConfigError(
            f"there is no prompt {name!r}; add a file and its version, or use one of "
            f"{', '.join(PROMPT_VERSIONS)}"
        )
    return f"{name}.v{PROMPT_VERSIONS[name]}"


def filled(name: str, **said: str) -> str:
    """Return a wording with its places filled in; a place without words is an error of ours."""
    written = (Template(part).substitute(said) for part in _paragraphs(prompt_version(name)))
    return "\n\n".join(text.strip() for text in written if text.strip())


def repair_prompt(error: str) -> str:
    """Return what is said to a model whose answer could not be used."""
    return filled("repair", error=error.rstrip(". "))


def tags_prompt(kind: str) -> str:
    """Return the words that ask for the tag form of a kind's answers; raises ConfigError."""
    return filled(f"{kind}.tags")


@cache
def _paragraphs(version: str) -> tuple[str, ...]:
    text = (files(__name__) / f"{version}.txt").read_text(encoding="utf-8")
    return tuple(text.split("\n\n"))
