"""What a run writes on its few fixed items, then and now. No Streamlit.

The texts are the run's own, from its folder; nothing is asked here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pages.components.workflows.comparing import place_of
from pages.components.workflows.running import Run
from storage import Store
from training.probes import Probe, by_item, of_run
from training.run_folder import RunFolder


@dataclass(frozen=True)
class Watched:
    """One fixed item: where it is, and what was written on it, the oldest first."""

    item_id: str
    place: str
    texts: tuple[Probe, ...]

    @property
    def steps(self) -> list[int]:
        """The steps after which it was asked."""
        return [one.step for one in self.texts]

    def at(self, step: int) -> Probe:
        """Return what was written at a step, or at the latest one before it."""
        return [one for one in self.texts if one.step <= step][-1]


@dataclass(frozen=True)
class Piece:
    """Some words, and whether the other text has them too."""

    text: str
    shared: bool


def watched_of(store: Store, run: Run) -> list[Watched]:
    """Return the fixed items of a run; empty for one that has none."""
    found = by_item(of_run(RunFolder(run.job.folder)))
    if not found:
        return []
    project_id = run.job.project_id
    items = {one.id: one for one in store.items.list(project_id) if one.id in found}
    series = {one.id: one for one in store.series.list(project_id, include_archived=True)}
    return [
        Watched(item_id, place_of(series[items[item_id].series_id], items[item_id]), tuple(texts))
        for item_id, texts in found.items()
        if item_id in items
    ]


def pieces(before: str, now: str) -> tuple[list[Piece], list[Piece]]:
    """Cut two texts into words that both have and words that only one has, in their order."""
    first, second = before.split(), now.split()
    left: list[Piece] = []
    right: list[Piece] = []
    matcher = SequenceMatcher(a=first, b=second, autojunk=False)
    for how, a, b, c, d in matcher.get_opcodes():
        _add(left, first[a:b], how == "equal")
        _add(right, second[c:d], how == "equal")
    return left, right


def _add(found: list[Piece], words: Sequence[str], shared: bool) -> None:
    if words:
        found.append(Piece(" ".join(words), shared))
