"""How many processes the system has killed for lack of memory: Linux counts them.

The count of this process's own control group is taken where there is one, because the count of the
whole machine rises with every stranger's process as well.
"""

from pathlib import Path


def memory_kills(root: Path = Path("/")) -> int:
    """Return the count so far; 0 on systems that do not tell."""
    for path in _counters(root):
        try:
            lines = path.read_text().splitlines()
        except OSError:  # another layout of control groups: the next place may have it
            continue
        for line in lines:
            name, _, value = line.partition(" ")
            if name == "oom_kill" and value.strip().isdigit():
                return int(value)
    return 0


def _counters(root: Path) -> list[Path]:
    groups = root / "sys/fs/cgroup"
    found: list[Path] = []
    own = root / "proc/self/cgroup"
    for line in own.read_text().splitlines() if own.exists() else []:
        _, controllers, path = line.split(":", 2)
        inside = path.strip("/")
        if not controllers:
            found += [groups / inside / "memory.events", groups / "memory.events"]
        elif "memory" in controllers.split(","):
            v1 = groups / "memory"
            found += [v1 / inside / "memory.oom_control", v1 / "memory.oom_control"]
    return [*found, root / "proc/vmstat"]
