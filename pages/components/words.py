"""Small helpers for text that people read: counts, and names shown as they stand. Pure."""

import re

# What Streamlit's Markdown acts on: emphasis, code, links, math, colour directives and icons, HTML.
_ACTIVE = re.compile(r"([\\`*_\[\]$<>~#|:])")

LONGEST_NAME = 80


def count(n: int, noun: str) -> str:
    """Say a number of things: `1 review`, `2,000 reviews`."""
    return f"{n:,} {noun}" + "s" * (n != 1)


def plain(name: str) -> str:
    """Return Markdown that shows a name of a file, series or channel as it stands."""
    return _ACTIVE.sub(r"\\\1", " ".join(name.split()))


def shorten(name: str) -> str:
    """Leave out the middle of a name that is too long for a heading."""
    return name if len(name) <= LONGEST_NAME else f"{name[:48]}…{name[-24:]}"


def byte_size(n: int) -> str:
    """Say a number of bytes in the largest unit that leaves at least one: `2.1 GB`."""
    for size, unit in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if n >= size:
            return f"{n / size:.3g} {unit}"
    return count(n, "byte")
