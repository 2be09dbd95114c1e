"""What can be measured on what, and how a bench is started. Knows no Streamlit."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.detectors import DETECTORS
from core.errors import ConfigError
from pages.components.words import count
from pages.components.workflows.server_files import list_files
from storage import Store
from storage.rows import Job
from training.bench_records import (
    BenchMethod,
    TruthKind,
)
from training.requests import BenchRequest
from training.worker_bench import bench_methods, bench_series

LABEL_FILE = "labels.json"
TRUTHS: dict[TruthKind, str] = {
    "folder": "A folder with labels",
    "imported": "Imported labels",
    "reviewed": "Reviewed windows",
    "generated": "Generated series",
}


def labelled_folders(root: Path) -> dict[str, int]:
    """Return the folders below `root` that can be measured on, with their number of label files.

    Paths are relative, "." is `root` itself; a folder counts what lies below it, too.
    """
    found: dict[str, int] = {}
    for file in list_files(root, LABEL_FILE).files:
        path = Path(file.path)
        if path.name == LABEL_FILE:
            for folder in path.parents:
                found[folder.as_posix()] = found.get(folder.as_posix(), 0) + 1
    return dict(sorted(found.items(), key=lambda pair: (pair[0] != ".", pair[0])))


@dataclass(frozen=True)
class Known:
    """How much of a project is known to be true in one way."""

    n_series: int = 0
    n_events: int = 0
    n_samples: int = 0

    @property
    def words(self) -> str:
        """Say how much it is."""
        return (
            f"{self.n_series:,} series, {self.n_samples:,} samples of them, with "
            f"{count(self.n_events, 'event')}"
        )


def known(store: Store, project_id: str, truth: TruthKind, annotator: str = "") -> Known:
    """Return how much of the project would be measured on."""
    request = BenchRequest(truth=truth, annotator=annotator, methods=("none",))
    series = bench_series(store, project_id, request, store.home)
    n_events = sum(len(one.truth) for one in series)
    return Known(len(series), n_events, sum(one.n_looked for one in series))


def annotators(store: Store, project_id: str) -> dict[str, int]:
    """Return who made imported labels that speak for whole series, with how many label sets."""
    found: dict[str, int] = {}
    for one in store.imports.list(project_id):
        if one.kind == "anomaly" and one.complete:
            found[one.annotator] = found.get(one.annotator, 0) + 1
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def choices(store: Store, project_id: str, truth: TruthKind) -> list[BenchMethod]:
    """Return what can be measured on a truth: stored answers only on the project's own series."""
    found = bench_methods(store, project_id, store.home).values()
    return [one for one in found if truth != "folder" or one.kind != "answers"]


def usual(methods: Sequence[BenchMethod]) -> list[str]:
    """Return the keys chosen at first: all but the detectors that take long, and the chooser."""
    return [
        one.key
        for one in methods
        if one.kind not in ("detector", "chooser")
        or (one.kind == "detector" and DETECTORS[one.key.partition(":")[2]]().linear)
    ]


def meaning_of(method: BenchMethod) -> str:
    """Say in one line what a method does."""
    if method.kind == "detector":
        return DETECTORS[method.key.partition(":")[2]]().meaning
    return {
        "rules": "the committee of detectors and curve fits, window by window",
        "student": "your trained model, window by window",
        "answers": "what was answered before; only the windows it answered count",
        "chooser": "the detector that is expected to do best on each series, without its labels",
    }[method.kind]


def start_bench(store: Store, project_id: str, request: BenchRequest, about: str) -> Job:
    """Queue a bench; raises ConfigError when imported labels were not declared to be true."""
    if request.truth == "imported" and not request.declared_by:
        raise ConfigError(
            "imported labels are what somebody else said, not truth; declare that they are true "
            "for this bench, or choose another truth"
        )
    n_before = len(store.jobs.list(project_id, "bench"))
    title = f"Bench {n_before + 1}: {about}"
    return store.jobs.enqueue(project_id, "bench", title, request.params())
