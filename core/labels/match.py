"""Which series a label file's keys speak of: by path, then by name without ending."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from core.labels.model import LabelFile

_PACKED = re.compile(r"\.(gz|bz2|xz|zip)$", re.IGNORECASE)
_UPLOADED = re.compile(r"^[0-9a-f]{8}-(?=.)")  # what Label Studio puts in front of a file's name


def matches(label_file: LabelFile, names: Mapping[str, tuple[str, str]]) -> dict[str, list[str]]:
    """Return per key the ids of the series it speaks of: none, one, or several to choose from.

    Args:
        label_file: what was read.
        names: per series id its name and the name of the file it came from ("" when unknown).
    """
    folder = _parts(label_file.name)[:-1]
    return {
        key: _in_folder(folder, key, names) or _of_key(key, names) for key in label_file.entries
    }


def _in_folder(
    folder: tuple[str, ...], key: str, names: Mapping[str, tuple[str, str]]
) -> list[str]:
    """Return the series whose file lies where the label file's own folder says it does."""
    path = (*folder, *_parts(key))
    return [i for i, (_, source) in names.items() if folder and _parts(source) == path]


def _of_key(key: str, names: Mapping[str, tuple[str, str]]) -> list[str]:
    """Try the surest way first; the first way that finds any series decides."""
    exact = [i for i, (name, _) in names.items() if name == key]
    if exact:
        return exact
    for wanted in dict.fromkeys((key, _without_upload(key))):
        parts = _parts(wanted)
        tails = {i: _shared_tail(parts, _parts(source)) for i, (_, source) in names.items()}
        longest = max(tails.values(), default=0)
        if longest:
            return [i for i, shared in tails.items() if shared == longest]
        for by in (_by_source, _by_name):
            if found := [i for i, pair in names.items() if by(wanted, *pair)]:
                return found
    return []


def _by_source(key: str, name: str, source: str) -> bool:
    """Compare file names without ending; the folders differ."""
    del name
    return bool(source) and _stem(source) == _stem(key)


def _by_name(key: str, name: str, source: str) -> bool:
    """Compare with the series' own name; one of several of a file is called `file · part`."""
    del source
    return _stem(key) in (name.lower(), name.lower().partition(" · ")[0])


def _shared_tail(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Return the length of the shorter path if the longer one ends with it, else 0."""
    n = min(len(one), len(other))
    return n if n and one[-n:] == other[-n:] else 0


def _parts(path: str) -> tuple[str, ...]:
    plain = _PACKED.sub("", path.replace("\\", "/").lower())
    return tuple(part for part in PurePosixPath(plain).parts if part not in ("/", "."))


def _stem(path: str) -> str:
    parts = _parts(path)
    last = parts[-1] if parts else ""
    # Only a short ending of letters is one: "run 1.2" has none.
    return re.sub(r"\.[a-z][a-z0-9]{0,7}$", "", last)


def _without_upload(key: str) -> str:
    return _UPLOADED.sub("", PurePosixPath(key).name)
