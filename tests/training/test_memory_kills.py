"""The system's count of processes killed for memory, in every place where it may stand."""

from pathlib import Path

import pytest

from training.memory_kills import memory_kills


def lay(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize(
    ("files", "count"),
    [
        ({}, 0),  # a system that does not tell
        ({"proc/vmstat": "pgfault 9\noom_kill 4\n"}, 4),
        (
            {
                "proc/self/cgroup": "0::/user.slice/app\n",
                "sys/fs/cgroup/user.slice/app/memory.events": "oom 7\noom_kill 2\n",
                "proc/vmstat": "oom_kill 40\n",  # strangers' as well
            },
            2,
        ),
        (
            {
                "proc/self/cgroup": "5:cpu:/x\n4:memory:/docker/1\n",
                "sys/fs/cgroup/memory/memory.oom_control": "under_oom 0\noom_kill 3\n",
            },
            3,
        ),
    ],
)
def test_the_count_of_the_own_group_comes_first(
    tmp_path: Path, files: dict[str, str], count: int
) -> None:
    lay(tmp_path, files)

    assert memory_kills(tmp_path) == count


def test_this_system_answers_with_a_number() -> None:
    assert memory_kills() >= 0
