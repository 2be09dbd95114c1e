"""The types of events of a project: rows with ids that stay, names that people change.

A name or meaning holds no colour. A colour on this app's pages says who spoke, and pictures for
teachers are drawn in other colours than plots for people, so it would name nothing that is there.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from core.errors import ConfigError
from core.model import Frozen
from core.questions.base import EventType, Question

LONGEST_NAME, LONGEST_MEANING = 60, 300
_NAMES = (
    "amber|aqua|beige|black|blue|brown|crimson|cyan|golden|gray|green|grey|indigo|khaki|lilac|lime|"
    "magenta|maroon|mauve|navy|ochre|olive|orange|pink|purple|red|scarlet|silver|teal|turquoise|"
    "vermilion|violet|white|yellow"
)
# Kinds of noise that are named by a colour, which nobody looks for in a plot.
_NOISE = re.compile(r"\b(?:white|pink|red|brown|blue|violet|gray|grey)[ -]noise\b", re.IGNORECASE)
_COLOUR = re.compile(rf"\b({_NAMES})(?:ish)?\b", re.IGNORECASE)


class KnownType(Frozen):
    """The newest version of a type of a project.

    Attributes:
        standing: False once retired: nobody is asked for it and no new label has it; the labels
            that have it keep it.
    """

    type: EventType
    standing: bool = True


def colour_in(text: str) -> str:
    """Return the first colour that a text names, as it stands there; empty when it names none."""
    found = _COLOUR.search(_NOISE.sub("", text))
    return "" if found is None else found[1]


def checked_words(name: str, meaning: str, others: Iterable[EventType] = ()) -> tuple[str, str]:
    """Return a type's name and meaning without needless blanks.

    Args:
        others: the other types of the project, retired ones too: a name is used once.

    Raises:
        ConfigError: for an empty, long or taken name, or a colour.
    """
    name, meaning = " ".join(name.split()), " ".join(meaning.split())
    if not name:
        raise ConfigError("the type has no name, so nobody could choose it; give it one")
    if len(name) > LONGEST_NAME or len(meaning) > LONGEST_MEANING:
        raise ConfigError(
            f"the name has {len(name)} letters and the meaning {len(meaning)}; buttons hold "
            f"{LONGEST_NAME} and questions {LONGEST_MEANING}: say it shorter"
        )
    if colour := colour_in(name) or colour_in(meaning):
        raise ConfigError(
            f"the words name a colour, “{colour}”; a colour on a plot says who marked something, "
            "and teachers see plots in other colours than you: say what the values do instead"
        )
    taken = [one for one in others if name.casefold() in (one.name.casefold(), one.key.casefold())]
    if taken:
        raise ConfigError(
            f"there is a type “{taken[0].name}” already, retired ones counted, and two of one name "
            "could not be told apart; choose another name, or bring that one back"
        )
    return name, meaning


def key_for(name: str, taken: Collection[str]) -> str:
    """Return the word that models use for a new type: letters, digits and underscores."""
    key = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_") or "type"
    number = 2
    found = key
    while found in taken:
        found, number = f"{key}_{number}", number + 1
    return found


def read_now(
    question: Question, known: Mapping[str, KnownType], used: Collection[str] = ()
) -> Question:
    """Return a question with its types as they are called now, for people to read and choose from.

    Those that are standing, in the question's order and new ones after them, then retired ones that
    are in use. A question that has no types of its own stays as it is.

    Args:
        known: all types of the project by id.
        used: ids of types in answers and labels that are shown.
    """
    if question.kind != "anomaly":
        return question
    own = [one.id for one in question.types]
    ids = [*(one for one in own if one in known), *(one for one in known if one not in own)]
    standing = [known[one].type for one in ids if known[one].standing]
    retired = [known[one].type for one in ids if not known[one].standing and one in used]
    return question.model_copy(update={"types": (*standing, *retired)})


def newest_versions(questions: Sequence[Question]) -> dict[str, Question]:
    """Return the newest version of the family of each question, by the id of any version."""
    newest: dict[str, Question] = {}
    for one in questions:
        if one.family_id not in newest or one.version > newest[one.family_id].version:
            newest[one.family_id] = one
    return {one.id: newest[one.family_id] for one in questions}
