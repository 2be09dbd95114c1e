"""Set up `.venv`, then run or test the app: what `make run` and `make test` call.

Only the standard library, and syntax that an old Python still reads, so that a Python which is too
old can say so:  python3 scripts/setup_env.py run|test|install
"""

import hashlib
import os
import shutil
import socket
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(BIN, "python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)


def stop(sentence):
    """Say in one sentence what is wrong, and end."""
    sys.stderr.write("\nUnderstudy: " + sentence + "\n")
    raise SystemExit(1)


def check_python():
    if sys.version_info < OLDEST:
        stop(
            "Python %d.%d is too old, %d.%d or newer is needed; install one and run "
            "'make run PYTHON=python3.11' (or its name)." % (sys.version_info[:2] + OLDEST)
        )


def make_venv():
    if os.path.exists(PYTHON):
        return
    try:
        import ensurepip  # noqa: F401  (Debian splits it off; without it venv fails half-way)
        import venv
    except ImportError:
        stop(
            "this Python has no venv module; install it (on Debian and Ubuntu: "
            "'sudo apt install python3-venv') and run the command again."
        )
    print("Making the environment .venv ...")
    if os.path.isdir(VENV):
        shutil.rmtree(VENV)  # without an interpreter it is a half-made one
    venv.EnvBuilder(with_pip=True).create(VENV)


def install(requirements):
    """Install a requirements file unless this very content was installed before."""
    path = os.path.join(ROOT, requirements)
    digest = hashlib.sha256()
    for name in ("requirements.txt", requirements):
        with open(os.path.join(ROOT, name), "rb") as handle:
            digest.update(handle.read())
    stamp = os.path.join(VENV, "installed-" + requirements)
    if os.path.exists(stamp):
        with open(stamp) as handle:
            if handle.read() == digest.hexdigest():
                return
    print("Installing what %s lists (the first time takes minutes) ..." % requirements)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    torch_index = os.environ.get("TORCH_INDEX", "")
    if torch_index:
        with open(os.path.join(ROOT, "requirements.txt")) as handle:
            torch = [line.strip() for line in handle if line.startswith("torch==")]
        if subprocess.call(pip + ["--index-url", torch_index] + torch):
            stop(
                "torch could not be installed from TORCH_INDEX=%s; see pip's lines above."
                % torch_index
            )
    if subprocess.call(pip + ["-r", path]):
        stop(
            "pip could not install %s; its lines above say why (network, disk space?)."
            % requirements
        )
    with open(stamp, "w") as handle:
        handle.write(digest.hexdigest())


def port_is_free(port):
    probe = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name != "nt":
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    finally:
        probe.close()
    return True


def run():
    port = os.environ.get("PORT", "8501")
    if not port.isdigit() or not 0 < int(port) < 65536:
        stop("PORT=%s is no port number; give one from 1 to 65535." % port)
    if not port_is_free(int(port)):
        stop(
            "port %s is taken (is Understudy running already? then open http://127.0.0.1:%s); "
            "stop the other program or choose another port: 'make run PORT=8502'." % (port, port)
        )
    command = [PYTHON, "-m", "streamlit", "run", os.path.join(ROOT, "app.py")]
    command += ["--server.port", port, "--browser.gatherUsageStats", "false"]
    if os.environ.get("HEADLESS"):
        command += ["--server.headless", "true"]
    try:
        raise SystemExit(subprocess.call(command, cwd=ROOT))
    except KeyboardInterrupt:
        raise SystemExit(0)


def test():
    subprocess.check_call([PYTHON, "-m", "pyright", "--version"], cwd=ROOT)
    checks = [
        ["ruff", "format", "--check", "."],
        ["ruff", "check", "."],
        ["pyright"],
        ["pytest", "-q", "-n", "2", "--dist", "loadfile"],
    ]
    for check in checks:
        print("-- " + " ".join(check), flush=True)
        if subprocess.call([PYTHON, "-m"] + check, cwd=ROOT):
            stop("'%s' failed; its lines above say where." % " ".join(check))


def main(arguments):
    check_python()
    make_venv()
    what = arguments[0] if arguments else "run"
    install("requirements-dev.txt" if what == "test" else "requirements.txt")
    if what == "run":
        run()
    elif what == "test":
        test()
    elif what != "install":
        stop("'%s' is no command; use run, test or install." % what)


main(sys.argv[1:])
