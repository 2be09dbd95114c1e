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


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("UNDERSTUDY_ADDRESS", "labels.lan", "ADDRESS=labels.lan is no address of this machine"),
        ("UNDERSTUDY_ALLOWED_HOSTS", "http://a.lan", "ALLOWED_HOSTS holds 'http://a.lan'"),
    ],
)
def test_an_address_that_cannot_be_listened_on_is_refused(
    setup_env: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variable: str,
    value: str,
    says: str,
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SystemExit, match="1"):
        setup_env.run()
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("address", "hosts", "options", "warned"),
    [
        ("", "", ["--server.address", "127.0.0.1"], False),
        (
            "0.0.0.0",
            "labels.lan, 10.0.0.7",
            ["--server.address", "0.0.0.0"]
            + [
                option
                for host in ("labels.lan", "10.0.0.7", "localhost", "127.0.0.1")
                for option in ("--server.allowedHosts", host)
            ],
            True,
        ),
    ],
    ids=["this machine alone", "other desks"],
)
def test_one_setting_lets_other_desks_in_with_a_warning(
    setup_env: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    address: str,
    hosts: str,
    options: list[str],
    warned: bool,
) -> None:
    called: list[list[str]] = []
    monkeypatch.setenv("PORT", "8999")
    monkeypatch.setenv("UNDERSTUDY_ADDRESS", address)
    monkeypatch.setenv("UNDERSTUDY_ALLOWED_HOSTS", hosts)
    monkeypatch.delenv("HEADLESS", raising=False)
    monkeypatch.setattr(setup_env, "port_is_free", lambda port, address: True)
    monkeypatch.setattr(
        setup_env.subprocess, "call", lambda command, cwd: called.append(command) or 0
    )
    with pytest.raises(SystemExit, match="0"):
        setup_env.run()
    assert called[0][-len(options) :] == options
    assert ("passphrases and data can be read on the way" in capsys.readouterr().out) == warned
