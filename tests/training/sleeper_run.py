"""A run that does next to nothing, for tests: `python -m tests.training.sleeper_run`.

It counts to config["total"] and keeps a checkpoint every 10 steps; config["mode"] makes it break.
A batch_size in its settings that is above config["fits"] does not fit into memory.
"""

import errno
import os
import signal
import subprocess
import sys
import time

from core.errors import ConfigError
from training import door
from training.door import StopFlag
from training.run_folder import RunFolder, RunStatus


def work(folder: RunFolder, stop: StopFlag) -> str:
    """Count, slowly."""
    config = folder.config()
    if config.get("mode") == "refuse":
        raise ConfigError("the mode is 'refuse', which cannot run; choose another")
    if config.get("mode") == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if config.get("settings", {}).get("batch_size", 0) > config.get("fits", 1e9):
        raise MemoryError
    if config.get("mode") == "child":
        subprocess.Popen(["sleep", "60"])
    total = int(config["total"])
    kept = [int(path.stem.removeprefix("step_")) for path in folder.checkpoints.glob("step_*")]
    for step in range(max(kept, default=0) + 1, total + 1):
        if stop.halts() and config.get("mode") != "deaf":
            raise stop.halted(f"at step {step} of {total}")
        folder.append_metrics({"step": step})
        checkpoint = (step - 1) // 10 * 10 or None
        status = RunStatus(state="running", step=step, total=total, checkpoint=checkpoint)
        folder.write_status(status)
        if step % 10 == 0:
            folder.checkpoints.mkdir(exist_ok=True)
            (folder.checkpoints / f"step_{step}.txt").touch()
        if config.get("mode") == "die" and step == 25:
            os.kill(os.getpid(), signal.SIGKILL)
        if config.get("mode") == "break" and step == 5:
            raise RuntimeError("a bug")
        if config.get("mode") == "full" and step == 5:
            (folder.path / "big.new").touch()
            raise OSError(errno.ENOSPC, "No space left on device")
        time.sleep(0.01)
    return f"counted to {total}"


if __name__ == "__main__":
    sys.exit(door.run(None, __doc__ or "", work))
