"""Where a signal's mean changes: ruptures' C kernel implementation behind a typed door."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportOptionalSubscript=false

import ruptures

from core.finders.robust import Array


def cuts_by_penalty(values: Array, penalty: float, min_size: int) -> list[int]:
    """Return the first sample of each later piece (PELT); each cut costs `penalty`."""
    found = ruptures.KernelCPD(kernel="linear", min_size=min_size).fit(values[:, None])
    return [int(cut) for cut in found.predict(pen=penalty)[:-1]]


def best_cut(values: Array, min_size: int = 2) -> int:
    """Return the first sample of the second of two pieces; both have at least `min_size`."""
    found = ruptures.KernelCPD(kernel="linear", min_size=min_size).fit(values[:, None])
    return int(found.predict(n_bkps=1)[0])
