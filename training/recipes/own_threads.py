"""A training leaves torch as it found it: its threads and its random state."""

from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def own_threads(threads: int) -> Generator[None]:
    """Compute with this many threads, and leave torch's random state as it was."""
    import torch  # when used: the app reads the recipes' settings without it

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with torch.random.fork_rng():
            yield
    finally:
        torch.set_num_threads(before)
