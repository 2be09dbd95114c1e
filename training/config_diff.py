"""In which settings runs differ: only what is not the same everywhere. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

OWN = frozenset({"job_id", "kind", "snapshot"})
"""What every run has for itself, or what another entry says better."""
UNSET = "–"
HASH_LENGTH = 8


@dataclass(frozen=True)
class Differing:
    """One setting and what each run has there, in the order of the runs; `–` where it is not."""

    name: str
    values: tuple[str, ...]


def config_diff(configs: Sequence[Mapping[str, Any]]) -> list[Differing]:
    """Return the settings in which the configurations differ, by name; none for a single one."""
    flat = [_flat(config) for config in configs]
    names = sorted({name for one in flat for name in one})
    rows = [Differing(name, tuple(one.get(name, UNSET) for one in flat)) for name in names]
    return [row for row in rows if len(set(row.values)) > 1]


def _flat(config: Mapping[str, Any], above: str = "") -> dict[str, str]:
    """Return every leaf by its dotted name; the settings of the recipe go without their group."""
    found: dict[str, str] = {}
    for name, value in config.items():
        if not above and name in OWN:
            continue
        if isinstance(value, Mapping):
            found |= _flat(value, "settings." if name == "settings" else f"{above}{name}.")
        else:
            found[f"{above}{name}".removeprefix("settings.")] = _said(name, value)
    return found


def _said(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if name.endswith("_hash"):
        return str(value)[:HASH_LENGTH]
    return f"{value:g}" if isinstance(value, float) else str(value)
