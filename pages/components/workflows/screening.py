"""Screening: which series no detector has seen as they are now, and asking for it. No Streamlit."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.detectors import DETECTORS
from core.errors import ConfigError
from pages.components.workflows.finding_sources import detector_name
from storage import Store
from storage.rows import Job, StoredSeries
from training.requests import CHOSEN_DETECTOR as CHOSEN
from training.requests import ScreenRequest

QUICK = "robust_z"
FEW = 40
"""Up to so many series choosing is preset: it takes several seconds for each."""


@dataclass(frozen=True)
class Screening:
    """How far the series of a project are screened.

    Attributes:
        n_series: series that are not hidden.
        never: of these, no detector has seen any state of them.
        grown: a detector has seen them before a later file continued them, and none since.
        by_method: the detectors that have seen a series as it is now, by its id.
    """

    n_series: int
    never: tuple[StoredSeries, ...]
    grown: tuple[StoredSeries, ...]
    by_method: dict[str, frozenset[str]]

    @property
    def n_screened(self) -> int:
        """Series that some detector has seen as they are now."""
        return self.n_series - len(self.never) - len(self.grown)

    @property
    def sentence(self) -> str:
        """Say how far it is, naming what is not screened yet."""
        if self.n_screened == self.n_series:
            return f"All {self.n_series:,} series are screened."
        missing = [f"{len(self.never):,} never were"] if self.never else []
        if self.grown:
            missing.append(f"{len(self.grown):,} not since they were continued")
        told = ", ".join(missing)
        return f"{self.n_screened:,} of {self.n_series:,} series are screened; {told}."


def screening(store: Store, project_id: str) -> Screening:
    """Compare the series with what was screened of them."""
    rows = store.series.list(project_id)
    seen = store.detections.revisions(project_id)
    methods = {method for _, method in seen}
    by_method = {
        row.id: frozenset(m for m in methods if seen.get((row.id, m)) == row.revision)
        for row in rows
    }
    open_rows = [row for row in rows if not by_method[row.id]]
    known = {series_id for series_id, _ in seen}
    return Screening(
        n_series=len(rows),
        never=tuple(row for row in open_rows if row.id not in known),
        grown=tuple(row for row in open_rows if row.id in known),
        by_method=by_method,
    )


def preset(found: Screening) -> str:
    """Return what to screen with unless a person chooses: a quick one where series are many."""
    return CHOSEN if len(found.never) + len(found.grown) <= FEW else QUICK


def to_screen(found: Screening, method: str) -> list[str]:
    """Return the ids of the series that this detector has not seen as they are now.

    What is to be chosen is not known before: then those that no detector has seen.
    """
    if method == CHOSEN:
        return [row.id for row in (*found.never, *found.grown)]
    return [series_id for series_id, methods in found.by_method.items() if method not in methods]


def start_screening(store: Store, project_id: str, method: str, series_ids: Sequence[str]) -> Job:
    """Queue a screening of these series.

    Raises:
        ConfigError: when there is nothing to screen.
    """
    if not series_ids or method not in (CHOSEN, *DETECTORS):
        raise ConfigError(
            f"{len(series_ids)} series were to be screened by {method!r}, so there is nothing to "
            f"do; choose some, and one of {', '.join(DETECTORS)}"
        )
    by = "the detector suggested for each" if method == CHOSEN else detector_name(method)
    title = f"Screening: {by}, {len(series_ids):,} series"
    request = ScreenRequest(method=method, series_ids=tuple(series_ids))
    return store.jobs.enqueue(project_id, "screen", title, request.params())
