"""Small helpers for text that people read: counts, and names shown as they stand. Pure."""

import re

# What Streamlit's Markdown acts on: emphasis, code, links, math, colour directives and icons, HTML.
_ACTIVE = re.compile(r"([\\`*_\[\]$<>~#|:])")

_BRACKETS = re.compile(r"\s*[\[(]([^\[\]()]*)[\])]\s*$")

LONGEST_NAME = 80


def count(n: int, noun: str) -> str:
    """Say a number of things: `1 review`, `2,000 reviews`."""
    return f"{n:,} {noun}" + "s" * (n != 1)


def plain(name: str) -> str:
    """Return Markdown that shows a name of a file, series or channel as it stands."""
    return _ACTIVE.sub(r"\\\1", " ".join(name.split()))


def shorten(name: str, longest: int = LONGEST_NAME) -> str:
    """Leave out the middle of a name that is too long, by default for a heading."""
    if len(name) <= longest:
        return name
    return f"{name[: longest * 6 // 10]}…{name[-(longest * 3 // 10) :]}"


def with_unit(name: str, unit: str) -> str:
    """Name a channel with its unit, once: `flow (l/s)`, but `Druck [bar]` as it stands."""
    return f"{name} ({unit})" if unit and without_unit(name, unit) == name else name


def without_unit(name: str, unit: str) -> str:
    """Leave out the unit in brackets at a name's end, for where the unit stands beside it."""
    found = _BRACKETS.search(name) if unit else None
    told = found is not None and " ".join(found[1].split()) == " ".join(unit.split())
    return name[: found.start()] if found and told and found.start() else name


def byte_size(n: int) -> str:
    """Say a number of bytes in the largest unit that leaves at least one: `2.1 GB`."""
    for size, unit in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if n >= size:
            return f"{n / size:.3g} {unit}"
    return count(n, "byte")
