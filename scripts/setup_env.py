"""Set up `.venv`, then run or test the app: what `make run` and `make test` call.

Only the standard library, and syntax that Python 3.6 still reads, so that a Python which is too old
can say so:  python3 scripts/setup_env.py run|test|install
"""

import hashlib
import importlib.util
import ipaddress
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from typing import NoReturn

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(BIN, "python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)


def stop(sentence: str) -> NoReturn:
    """Say in one sentence what is wrong, and end."""
    sys.stderr.write("\nUnderstudy: " + sentence + "\n")
    raise SystemExit(1)


def check_python() -> None:
    if sys.version_info < OLDEST:
        have = f"{sys.version_info[0]}.{sys.version_info[1]}"
        stop(
            f"Python {have} is too old, 3.11 or newer is needed; install one and run "
            "'make run PYTHON=python3.11' (or its name)."
        )


def make_venv() -> None:
    if os.path.exists(PYTHON):
        return
    # Debian splits ensurepip off; without it venv fails half-way.
    if any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")):
        stop(
            "this Python has no venv module; install it (on Debian and Ubuntu: "
            "'sudo apt install python3-venv') and run the command again."
        )
    import venv

    print("Making the environment .venv ...", flush=True)
    if os.path.isdir(VENV):
        shutil.rmtree(VENV)  # without an interpreter it is a half-made one
    venv.EnvBuilder(with_pip=True).create(VENV)


def digest_of(requirements: str) -> str:
    digest = hashlib.sha256()
    for name in ("requirements.txt", requirements):
        with open(os.path.join(ROOT, name), "rb") as handle:
            digest.update(handle.read())
    return digest.hexdigest()


def is_installed(requirements: str) -> bool:
    """Tell whether this very content was installed before (into this environment)."""
    stamp = os.path.join(VENV, "installed-" + requirements)
    if not os.path.exists(stamp):
        return False
    with open(stamp) as handle:
        return handle.read() == digest_of(requirements)


def install(requirements: str) -> None:
    """Install a requirements file unless it is installed; the developers' one holds the other."""
    if is_installed(requirements) or is_installed("requirements-dev.txt"):
        return
    print(f"Installing what {requirements} lists (the first time takes minutes) ...", flush=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    index = os.environ.get("TORCH_INDEX", "")
    if index:
        with open(os.path.join(ROOT, "requirements.txt")) as handle:
            torch = [line.strip() for line in handle if line.startswith("torch==")]
        if subprocess.call([*pip, "--index-url", index, *torch]):
            stop(f"torch could not be installed from TORCH_INDEX={index}; see pip's lines above.")
    if subprocess.call([*pip, "-r", os.path.join(ROOT, requirements)]):
        stop(f"pip could not install {requirements}; its lines above say why (network, disk?).")
    with open(os.path.join(VENV, "installed-" + requirements), "w") as handle:
        handle.write(digest_of(requirements))


def read_address() -> str:
    """Return the address to listen on: of this machine alone unless ADDRESS says otherwise."""
    address = os.environ.get("UNDERSTUDY_ADDRESS", "").strip() or "127.0.0.1"
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        stop(
            f"ADDRESS={address} is no address of this machine; give its number in the network, or "
            "0.0.0.0 for all of them: 'make run ADDRESS=0.0.0.0'."
        )


def read_hosts() -> "list[str]":
    """Return the names that browsers may use; none at all stands for any."""
    given = os.environ.get("UNDERSTUDY_ALLOWED_HOSTS", "")
    hosts = [host.strip() for host in given.split(",") if host.strip()]
    for host in hosts:
        if "/" in host or " " in host:
            stop(
                f"ALLOWED_HOSTS holds '{host}', which is no name of a machine; give names alone, "
                "with commas: 'make run ALLOWED_HOSTS=labels.lan,192.168.1.20'."
            )
    # Whoever sits at the machine itself is never locked out.
    return [*hosts, "localhost", "127.0.0.1"] if hosts else []


def say_who_reaches(address: str, hosts: "list[str]") -> None:
    """Warn on the terminal when other machines reach the app."""
    if ipaddress.ip_address(address).is_loopback:
        return
    names = "under " + ", ".join(hosts) if hosts else "under any name (ALLOWED_HOSTS narrows it)"
    print(
        f"Understudy listens on {address}: other machines reach it, {names}.\n"
        "It speaks http, so passphrases and data can be read on the way: see docs/team.md.",
        flush=True,
    )


def port_is_free(port: int, address: str) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def run() -> None:
    port = os.environ.get("PORT", "8501")
    if not port.isdigit() or not 0 < int(port) < 65536:
        stop(f"PORT={port} is no port number; give one from 1 to 65535.")
    address, hosts = read_address(), read_hosts()
    if not port_is_free(int(port), address):
        stop(
            f"port {port} is taken (is Understudy running already? then open "
            f"http://127.0.0.1:{port}); stop the other program or choose another port: "
            "'make run PORT=8502'."
        )
    command = [PYTHON, "-m", "streamlit", "run", os.path.join(ROOT, "app.py")]
    command += ["--server.port", port, "--server.address", address]
    for host in hosts:
        command += ["--server.allowedHosts", host]
    if os.environ.get("HEADLESS"):
        command += ["--server.headless", "true"]
    say_who_reaches(address, hosts)
    try:
        code = subprocess.call(command, cwd=ROOT)
    except KeyboardInterrupt:
        code = 0
    raise SystemExit(code)


def test() -> None:
    for check in (["ruff", "format", "--check", "."], ["ruff", "check", "."]):
        passed(check, subprocess.call(said(check), cwd=ROOT))
    # Types are checked while the tests run: that takes minutes of one core. What several processes
    # compute at once is quickest with a thread each.
    types = ["pyright"]
    with tempfile.TemporaryFile("w+") as output:
        checking = subprocess.Popen(said(types), cwd=ROOT, stdout=output, stderr=output)
        tests = ["pytest", "-q", "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
        code = subprocess.call(said(tests), cwd=ROOT, env=dict(os.environ, OMP_NUM_THREADS="1"))
        checked = checking.wait()
        output.seek(0)
        print(f"-- what pyright said\n{output.read()}", flush=True)
    passed(tests, code)
    passed(types, checked)


def said(check: "list[str]") -> "list[str]":
    """Announce a check; return its command line."""
    print(f"-- {' '.join(check)}", flush=True)
    return [PYTHON, "-m", *check]


def passed(check: "list[str]", code: int) -> None:
    """End here unless a check went well."""
    if code:
        stop(f"'{' '.join(check)}' failed; its lines above say where.")


def main(arguments: "list[str]") -> None:
    check_python()
    make_venv()
    what = arguments[0] if arguments else "run"
    install("requirements-dev.txt" if what == "test" else "requirements.txt")
    commands = {"run": run, "test": test, "install": lambda: None}
    if what not in commands:
        stop(f"'{what}' is no command; use run, test or install.")
    commands[what]()


if __name__ == "__main__":
    main(sys.argv[1:])
