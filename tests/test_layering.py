"""Imports go one way: app -> pages -> {core, training, storage}; see docs/decisions.md."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("core", "storage", "training", "pages")
FORBIDDEN = {
    "core": {"storage", "training", "pages", "streamlit", "sqlalchemy", "alembic"},
    "storage": {"training", "pages", "streamlit", "openai", "torch", "transformers"},
    "training": {"storage", "pages", "streamlit", "sqlalchemy", "openai"},
    "pages": {"sqlalchemy", "openai", "torch", "transformers", "peft", "trl"},
}
# The composition root of the worker process, in several files, is allowed what
# pages/components/services.py is. No other one: what it knows is handed on in the run's folder.
EXCEPTIONS = {
    ("training/worker.py", "storage"),
    ("training/worker_bench.py", "storage"),
    ("training/worker_chain.py", "storage"),
    ("training/worker_label.py", "storage"),
    ("training/worker_material.py", "storage"),
    ("training/worker_prepare.py", "storage"),
    ("training/worker_results.py", "storage"),
    ("training/worker_tending.py", "storage"),
}
# Files whose part of a package may load the heavy libraries, at the moment they are used.
TORCH_HOMES = (
    "core/students/",
    "training/recipes/",
    "training/__main__.py",
    "training/several_cards.py",
)
TORCH = {"torch", "transformers", "peft", "trl", "safetensors"}


def imported_packages(tree: ast.AST) -> Iterator[str]:
    """Yield the top-level name of every import in the tree, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.split(".")[0]


def sources(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_what_lies_below_it(package: str) -> None:
    assert sources(package), f"{package}/ holds no Python file"
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(package)
        for name in imported_packages(ast.parse(path.read_text()))
        if name in FORBIDDEN[package]
        and (path.relative_to(ROOT).as_posix(), name) not in EXCEPTIONS
    ]
    assert wrong == []


@pytest.mark.parametrize("package", ["core", "training"])
def test_torch_stays_in_students_and_recipes(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(package)
        if not path.relative_to(ROOT).as_posix().startswith(TORCH_HOMES)
        for name in imported_packages(ast.parse(path.read_text()))
        if name in TORCH
    ]
    assert wrong == []


def test_pages_are_short_enough_to_read_in_one_go() -> None:
    lengths = {p.name: len(p.read_text().splitlines()) for p in (ROOT / "pages").glob("*.py")}
    assert {name: n for name, n in lengths.items() if n > 150} == {}


def test_session_state_is_touched_in_one_file_only() -> None:
    allowed = {ROOT / "pages/components/session.py"}
    touching = [
        path.relative_to(ROOT).as_posix()
        for path in sources("pages")
        if path not in allowed and "st.session_state" in path.read_text()
    ]
    assert touching == []
