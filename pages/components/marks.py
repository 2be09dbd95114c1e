"""The one meaning of every mark: hue is the author, an icon is the check, text is the type.

Colour-blind safe (Okabe and Ito). Vermilion is for errors alone. Knows nothing of Streamlit.
"""

from core.answers import Author, AuthorKind

TEACHER = "#E69F00"
STUDENT = "#0072B2"
PEOPLE = "#009E73"
RULES = "#CC79A7"
NEUTRAL = "#808A94"
ERROR = "#D55E00"

AUTHOR_COLOURS: dict[AuthorKind, str] = {
    "teacher": TEACHER,
    "rules": RULES,
    "student": STUDENT,
    "person": PEOPLE,
    "simulated": PEOPLE,
    "import": NEUTRAL,
    "baseline": NEUTRAL,
}
AUTHOR_WORDS: dict[AuthorKind, str] = {
    "teacher": "teacher",
    "rules": "built-in rules",
    "student": "student",
    "person": "people",
    "simulated": "simulated people",
    "import": "imported labels",
    "baseline": "baseline",
}

# A claim's status is said by an icon beside the phrase, never by colour alone.
CHECK_ICONS: dict[str, str] = {
    "confirmed": ":material/check_circle:",
    "contradicted": ":material/cancel:",
    "not_checkable": ":material/help:",
}


def author_colour(author: Author) -> str:
    """Return the hue of an author's marks."""
    return AUTHOR_COLOURS[author.kind]


def author_words(author: Author) -> str:
    """Return how pages call an author: the built-in rules by that name, everyone else by theirs."""
    if author.kind in ("rules", "person", "simulated", "import") or author.name == author.kind:
        return AUTHOR_WORDS[author.kind]
    return f"{AUTHOR_WORDS[author.kind]} {author.name}"


def title_of(author: Author) -> str:
    """Return an author's name as a heading."""
    words = author_words(author)
    return words[:1].upper() + words[1:]
