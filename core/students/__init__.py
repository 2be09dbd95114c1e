"""The students. A student is one file plus one line here; torch loads when one is used."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.errors import ConfigError
from core.students.base import Student

CONFIG_FILE = "config.json"


def _series(folder: Path) -> Student:
    from core.students.series import SeriesStudent

    return SeriesStudent.load(folder)


def _correlation(folder: Path) -> Student:
    from core.students.correlation import CorrelationStudent

    return CorrelationStudent.load(folder)


def _features(folder: Path) -> Student:
    from core.students.features import FeatureStudent

    return FeatureStudent.load(folder)


def _majority(folder: Path) -> Student:
    from core.students.majority import MajorityStudent

    return MajorityStudent.load(folder)


def _vlm(folder: Path) -> Student:
    from core.students.vlm import VlmStudent

    return VlmStudent.load(folder)


STUDENTS: dict[str, Callable[[Path], Student]] = {
    "series": _series,
    "correlation": _correlation,
    "features": _features,
    "majority": _majority,
    "vlm": _vlm,
}

WITHOUT_LABELS = frozenset({"correlation"})
"""Students that learn from series as they are; labels measure them and teach them nothing."""


def load_student(folder: Path | str) -> Student:
    """Read the student that `save` wrote into `folder`; its config.json says which one it is."""
    return STUDENTS[student_name(folder)](Path(folder))


def student_name(folder: Path | str) -> str:
    """Return which student was saved into `folder`, a key of `STUDENTS`; reads no weights."""
    folder = Path(folder)
    path = folder / CONFIG_FILE
    if not path.is_file():
        raise ConfigError(
            f"{folder} holds no {CONFIG_FILE}, so it is no saved student; "
            "give the folder that a training run wrote its model into"
        )
    name = _name(path)
    if name is None or name not in STUDENTS:
        known = ", ".join(STUDENTS)
        raise ConfigError(
            f"{path} names the student {name!r}, which this version does not know; "
            f"it knows {known}. Train the model again"
        )
    return name


def is_student(source: str) -> bool:
    """Tell whether a model to begin with is a student that was saved here, by its folder."""
    path = Path(source).expanduser() / CONFIG_FILE
    return bool(source) and path.is_file() and _name(path) in STUDENTS


def _name(path: Path) -> str | None:
    """Return what config.json calls the student; ConfigError when it cannot be read."""
    try:
        config: Any = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{path} cannot be read ({error}), so it is not known which student lies there; the "
            "file is damaged: train the model again"
        ) from error
    return str(config.get("student")) if isinstance(config, dict) else None
