"""Lets `benchmarks.review_kills` hold a write of another process open, to kill something meanwhile.

Python loads this file in every process whose PYTHONPATH names its folder: the app, and the worker
that the app starts. A process that is about to commit looks for the file `hold-app` or
`hold-worker` in the folder `$REVIEW_HELD`; while it is there the process waits, its transaction
open, and has written its id into `held-app` or `held-worker`.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any

POLL_S = 0.005
HOLDS = {"app": "INSERT INTO corrections", "worker": ""}
"""Whose commits can be held, and which statement they must have made; empty for any write."""


def _role() -> str | None:
    named = " ".join(sys.orig_argv)
    if "streamlit" in named:
        return "app"
    return "worker" if "training.worker" in named else None


def _install(folder: Path, role: str) -> None:
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    hold, held = folder / f"hold-{role}", folder / f"held-{role}"

    def note(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        wrote = statement.lstrip().startswith(("INSERT", "UPDATE", "DELETE"))
        if wrote and HOLDS[role] in statement:
            connection.info["review_wrote"] = True

    def wait(connection: Any) -> None:
        if connection.info.pop("review_wrote", False) and hold.exists():
            held.write_text(str(os.getpid()))
            while hold.exists():
                time.sleep(POLL_S)

    event.listen(Engine, "before_cursor_execute", note)
    event.listen(Engine, "commit", wait)


if "REVIEW_HELD" in os.environ and (found := _role()) is not None:
    _install(Path(os.environ["REVIEW_HELD"]), found)
