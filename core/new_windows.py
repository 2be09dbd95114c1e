"""Which windows cover the samples that came to a series since it was asked about. Pure."""

from collections.abc import Iterable, Sequence

from core.series import cut_windows

SHORTEST_WINDOW = 16
"""A window of fewer new samples than this takes stored ones before them along."""

Window = tuple[int, int]
"""Half-open absolute samples `[start, stop)`."""


def covered_samples(windows: Iterable[Window], first: int = 0) -> int:
    """Return how many samples from `first` on lie in at least one of the windows."""
    covered, reach = 0, first
    for start, stop in sorted(windows):
        covered += max(0, stop - max(start, reach))
        reach = max(reach, stop)
    return covered


def covered_until(windows: Iterable[Window]) -> int:
    """Return the sample up to which the windows cover a series without a hole from its start."""
    reach = 0
    for start, stop in sorted(windows):
        if start > reach:
            break
        reach = max(reach, stop)
    return reach


def new_windows(
    windows_there: Sequence[Window], old_n: int, new_n: int, length: int, overlap: int
) -> list[Window]:
    """Cut the samples that came after sample `old_n`, and what was not yet asked before it.

    The first window shares `overlap` samples with the last one there. When fewer than `length`
    samples came, the window is short, but takes at least 16 samples, so that something is seen.

    Args:
        windows_there: the windows of the question on the series; they stay as they are.
        old_n: samples when it was last asked.
        new_n: samples now.

    Raises:
        DataError: for an impossible length or overlap.
    """
    reach = min(covered_until(windows_there), old_n)
    if reach == 0:
        return cut_windows(new_n, length, overlap)
    if covered_samples(windows_there) >= new_n:
        return []
    start = max(0, min(reach - overlap, new_n - min(length, SHORTEST_WINDOW)))
    cut = cut_windows(new_n - start, length, overlap)
    there = set(windows_there)
    moved = [(start + first, start + stop) for first, stop in cut]
    return [window for window in moved if window not in there]


def windows_now(
    windows_there: Sequence[Window], lengths: Sequence[int], length: int, overlap: int
) -> list[Window]:
    """Return the windows to ask a continued series with: those there, and new ones at its end.

    Args:
        windows_there: the windows of the question on the series so far.
        lengths: samples of each revision, the first one first.
    """
    n = lengths[-1]
    reach = covered_until(windows_there)
    if reach < lengths[0]:  # it was never asked as a whole
        return cut_windows(n, length, overlap)
    if reach < n:
        new = new_windows(windows_there, reach, n, length, overlap)
        return [*sorted(windows_there), *new]
    there = set(windows_there)
    if any(there.issuperset(cut_windows(one, length, overlap)) for one in lengths):
        return sorted(windows_there)
    return cut_windows(n, length, overlap)  # somebody wants it cut in another way
