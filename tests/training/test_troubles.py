"""Which trouble an error is, and what its last word says."""

import errno
from pathlib import Path

import pytest

from core.errors import ConfigError
from core.job_states import Trouble
from training.troubles import diverged, explain, trouble_of


class OutOfMemoryError(RuntimeError):
    """Named as torch's own is."""


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (MemoryError(), "memory"),
        (OutOfMemoryError("CUDA"), "memory"),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: ..."), "memory"),
        (RuntimeError("CUDA out of memory. Tried to allocate"), "memory"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "memory"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk"),
        (RuntimeError("write failed: No space left on device"), "disk"),
        (FileNotFoundError(errno.ENOENT, "gone", "model.safetensors"), "missing"),
        (diverged(7, "loss"), "diverged"),
        (ConfigError("memory is spelt wrong: out of memory"), ""),  # an error that says what to do
        (PermissionError(errno.EACCES, "denied"), ""),
        (RuntimeError("a bug"), ""),
        (ValueError("out of memory"), ""),
    ],
)
def test_an_error_is_known_by_what_it_is(error: Exception, trouble: Trouble) -> None:
    assert trouble_of(error) == trouble


def test_last_words_say_what_to_do() -> None:
    folder = Path("/home/runs/1")
    full = explain(OSError(errno.ENOSPC, "No space left on device"), folder)
    gone = explain(FileNotFoundError(errno.ENOENT, "gone", "a.npy"), folder)

    assert full == (
        "the disk of /home/runs/1 is full, so the run could not go on; make room and start it "
        "again: it goes on from what was stored"
    )
    assert gone.startswith("the file a.npy is missing, which the run needs; bring it back from a")
    assert explain(diverged(7, "loss"), folder).startswith(
        "at step 7 the loss is no finite number, so nothing more can be learned; the checkpoint"
    )
    assert explain(RuntimeError("a bug"), folder) == "RuntimeError: a bug"
