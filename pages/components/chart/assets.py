"""Files the browser loads once and keeps: plotly.js from its installed package and our scripts.

They are copied into the app's static folder under names that carry their content's hash, so a
browser never shows an old one. Inline they would travel again with every change (4.9 MB).
"""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

STATIC = Path(__file__).resolve().parents[3] / "static"
FRONTEND = Path(__file__).resolve().parent / "frontend"


@dataclass(frozen=True)
class Assets:
    """Paths relative to the static folder."""

    plotly: str
    main: str
    style: str


@cache
def publish(static: Path = STATIC) -> Assets:
    """Copy the files into the static folder where they are missing. Raises OSError if it cannot."""
    plotly = Path(str(files("plotly") / "package_data" / "plotly.min.js"))
    plotly_name = f"plotly-{_digest([plotly])}.min.js"
    _copy(plotly, static / plotly_name)
    scripts = sorted(path for path in FRONTEND.iterdir() if path.suffix in (".js", ".css"))
    folder = f"chart-{_digest(scripts)}"
    for script in scripts:
        _copy(script, static / folder / script.name)
    return Assets(plotly_name, f"{folder}/main.js", f"{folder}/chart.css")


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _copy(source: Path, target: Path) -> None:
    """Copy through a temporary file: two starts at once never leave half a script."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent)
    os.close(handle)
    shutil.copyfile(source, temporary)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(target)
