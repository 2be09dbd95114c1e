"""The set-up script says in one sentence what is wrong, and does nothing twice."""

import importlib.util
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def setup_env() -> ModuleType:
    spec = importlib.util.spec_from_file_location("setup_env", ROOT / "scripts/setup_env.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_old_python_is_told_so(
    setup_env: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup_env, "sys", SimpleNamespace(version_info=(3, 9), stderr=sys.stderr))
    with pytest.raises(SystemExit, match="1"):
        setup_env.check_python()
    assert "Python 3.9 is too old, 3.11 or newer is needed" in capsys.readouterr().err


def test_a_python_without_venv_is_told_so(
    setup_env: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(setup_env, "PYTHON", str(tmp_path / "none"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="1"):
        setup_env.make_venv()
    assert "this Python has no venv module" in capsys.readouterr().err


def test_a_taken_port_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, str(ROOT / "scripts/setup_env.py"), "run"],
            capture_output=True,
            text=True,
            env={"PORT": str(port), "PATH": "", "HOME": str(tmp_path)},
            timeout=300,
            check=False,
        )
    assert done.returncode == 1
    assert f"port {port} is taken" in done.stderr
    assert "make run PORT=" in done.stderr


def test_what_is_no_port_is_refused(
    setup_env: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "http")
    with pytest.raises(SystemExit, match="1"):
        setup_env.run()
    assert "PORT=http is no port number" in capsys.readouterr().err


def test_an_installed_set_is_not_installed_again(
    setup_env: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(setup_env, "VENV", str(tmp_path))
    assert not setup_env.is_installed("requirements.txt")
    stamp = tmp_path / "installed-requirements.txt"
    stamp.write_text(setup_env.digest_of("requirements.txt"))
    assert setup_env.is_installed("requirements.txt")
    stamp.write_text("of an older list")
    assert not setup_env.is_installed("requirements.txt")
