"""A view of a series as a link: which series, which samples, which mark. No Streamlit.

The address says `series=<id>&range=<start>-<stop>&mark=<id>`, with `[start, stop)` in samples.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

SERIES, RANGE, MARK = "series", "range", "mark"
_RANGE = re.compile(r"(\d{1,15})-(\d{1,15})")


@dataclass(frozen=True)
class ViewLink:
    """What a link opens; empty parts say nothing."""

    series: str = ""
    visible: tuple[int, int] | None = None
    mark: str = ""

    def params(self) -> dict[str, str]:
        """Return the parameters of the address."""
        found = {SERIES: self.series, MARK: self.mark}
        if self.visible is not None:
            found[RANGE] = f"{self.visible[0]}-{self.visible[1]}"
        return {name: found[name] for name in (SERIES, RANGE, MARK) if found.get(name)}


def read_link(params: Mapping[str, str]) -> ViewLink:
    """Read the parameters of an address; a range that is none is left out."""
    found = _RANGE.fullmatch(params.get(RANGE, ""))
    visible = None
    if found and int(found[1]) < int(found[2]):
        visible = int(found[1]), int(found[2])
    return ViewLink(params.get(SERIES, ""), visible, params.get(MARK, ""))


def inside(visible: tuple[int, int] | None, n_samples: int) -> tuple[int, int] | None:
    """Cut a linked range to the samples the series has; None when it has none of them."""
    if visible is None or visible[0] >= n_samples:
        return None
    return visible[0], min(visible[1], n_samples)
