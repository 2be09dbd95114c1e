"""The README stays true: every page, seam and setting it should name exists and is named."""

import re
from pathlib import Path

import pytest

from core.detectors import DETECTORS
from core.finders import FINDERS
from core.questions import KINDS
from core.students import STUDENTS
from core.teachers import TEACHERS
from pages.components.navigation import SECTIONS
from training.recipes import RECIPES

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()


def test_every_page_of_the_navigation_is_on_the_tour() -> None:
    titles = [title for pages in SECTIONS.values() for _, title in pages]
    assert [title for title in titles if f"| **{title}** |" not in README] == []


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"make ([a-z]+)", README))
    assert named <= targets
    assert {"run", "test", "backup", "restore"} <= named


@pytest.mark.parametrize(
    ("registry", "name", "path"),
    [
        (KINDS, "KINDS", "core/questions/__init__.py"),
        (TEACHERS, "TEACHERS", "core/teachers/__init__.py"),
        (DETECTORS, "DETECTORS", "core/detectors/__init__.py"),
        (FINDERS, "FINDERS", "core/finders/__init__.py"),
        (STUDENTS, "STUDENTS", "core/students/__init__.py"),
        (RECIPES, "RECIPES", "training/recipes/__init__.py"),
    ],
)
def test_every_seam_is_named_with_its_dict(
    registry: dict[str, object], name: str, path: str
) -> None:
    assert f"`{name}` in `{path}`" in README
    assert name in (ROOT / path).read_text()
    for key in registry:
        assert f"`{key}`" in README, f"the README does not name {key!r} of {name}"


@pytest.mark.parametrize(
    "setting", ["UNDERSTUDY_HOME", "UNDERSTUDY_REAL_DATA", "PORT", "TORCH_INDEX"]
)
def test_every_setting_is_named_and_read_somewhere(setting: str) -> None:
    assert f"`{setting}`" in README
    readers = [*ROOT.glob("*/**/*.py"), ROOT / "Makefile", ROOT / ".ci/run"]
    own = [path for path in readers if ".venv" not in path.parts and path != Path(__file__)]
    assert any(setting in path.read_text() for path in own)


def test_no_setting_of_the_environment_goes_unnamed() -> None:
    sources = [
        p for d in ("core", "storage", "training", "pages") for p in (ROOT / d).rglob("*.py")
    ]
    read = {
        name for path in sources for name in re.findall(r"\bUNDERSTUDY_[A-Z_]+\b", path.read_text())
    }
    assert {name for name in read if f"`{name}`" not in README} == set()


def test_the_files_and_commands_it_points_to_exist() -> None:
    for name in re.findall(r"`((?:core|training|storage|docs|benchmarks)/[\w/.-]+)`", README):
        assert (ROOT / name).exists(), name
    for module in re.findall(r"python -m ([\w.]+)", README):
        assert (ROOT / (module.replace(".", "/") + ".py")).exists(), module
    for image in re.findall(r"\((docs/images/[\w.-]+)\)", README):
        assert (ROOT / image).exists(), image
