"""Cancel a run: it ends at once, and what it had saved is removed.

"Stop and save" is the other way: the run comes to the end of a step, saves, and can be resumed.
After a cancel the configuration, the curves and the log stay, so that one can see what was tried.
"""

import shutil
import time

from training import launcher
from training.run_folder import RunFolder

MARK = "cancelled"
REMOVED = ("checkpoints", "model", "baselines")
REMOVED_FILES = ("contestants.json", "answers.jsonl", "noise.json")
WAIT_S = 5.0


def cancel(folder: RunFolder) -> bool:
    """End the process of a run without asking and remove what it had saved.

    False when it had come to its own end before: then all of it is kept. Ask the queue for a stop
    first: a run that is found dead without one would count as lost.
    """
    folder.ask_to_stop()
    launcher.kill(folder)
    until = time.monotonic() + WAIT_S
    while launcher.is_alive(folder) and time.monotonic() < until:
        time.sleep(0.02)
    status = folder.status()
    if status is not None and status.state == "done":
        return False
    (folder.path / MARK).touch()
    for name in REMOVED:
        shutil.rmtree(folder.path / name, ignore_errors=True)
    for name in REMOVED_FILES:
        (folder.path / name).unlink(missing_ok=True)
    return True


def is_cancelled(folder: RunFolder) -> bool:
    """Tell whether the run was cancelled."""
    return (folder.path / MARK).exists()
