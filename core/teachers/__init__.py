"""Teachers by name. Each entry imports its own file and SDK: importing the package loads none.

To add one: a file with a class that provides `core.teachers.base.Teacher`, and a line here.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.teachers.base import Teacher


def _rules() -> "Teacher":
    from core.teachers.rules import RulesTeacher

    return RulesTeacher()


TEACHERS: dict[str, "Callable[[], Teacher]"] = {"rules": _rules}
