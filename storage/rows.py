"""What the stores give back: frozen values, free of any session.

Folders are absolute paths here; the database keeps them relative to the home, so that a home can be
moved or restored elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from core.answers import Author, Cause, ChannelPair
from core.ids import utc_now
from core.job_states import ENDED, LIVE, JobState, SeenState, seen
from core.series import SeriesData, SeriesInfo, TimeUnit

JobKind = Literal["label", "train", "answer", "bench", "screen"]
VersionState = Literal["candidate", "serving", "retired"]
VersionChange = Literal["registered", "promoted", "rolled_back", "retired"]
GoldReason = Literal["construction", "drawn", "time_block"]


def author_key(author: Author) -> str:
    """Return the author as one text: `kind:name`, with `:version` when there is one."""
    parts = (author.kind, author.name, author.version)
    return ":".join(part for part in parts if part)


@dataclass(frozen=True)
class Project:
    """A project: what owns series, questions, people and versions."""

    id: str
    name: str
    zone: str
    created_at: datetime


@dataclass(frozen=True)
class StoredSeries:
    """A series as the database knows it; `Series.data` reads its samples.

    Attributes:
        first_tick, last_tick: int64 ticks of `unit`; None for a series on a sample index.
        rows_key: names the file of this project's own `source_row`, empty when the blob's holds.
        version: goes up with every edit of `info`; name it when editing.
        revision: 1, and one more with every file that continued the series.
    """

    id: str
    project_id: str
    content_hash: str
    info: SeriesInfo
    n_samples: int
    n_channels: int
    unit: TimeUnit
    first_tick: int | None
    last_tick: int | None
    origin: str
    version: int
    created_at: datetime
    archived: bool
    rows_key: str = ""
    revision: int = 1

    @property
    def has_time(self) -> bool:
        """True when samples have times, False on a sample index."""
        return self.first_tick is not None


@dataclass(frozen=True, eq=False)
class LongerSeries:
    """What a stored series is to become: the samples it has, and new ones after them.

    Attributes:
        expected_revision: the revision that `data` begins with.
        source: the file that brought the new samples.
        note: what joined the two, in words.
        expected_version: the version of the description that `info` was made from; None when it is
            to replace whatever is there.
    """

    series_id: str
    data: SeriesData
    info: SeriesInfo
    expected_revision: int
    source: str
    note: str = ""
    expected_version: int | None = None


@dataclass(frozen=True)
class SeriesRevision:
    """A series as one file left it; the samples of a revision begin with those of the one before.

    Attributes:
        source: the file that brought the samples after those of the revision before.
        note: what was said about joining it (conflicts, samples left out), in sentences.
    """

    series_id: str
    number: int
    content_hash: str
    rows_key: str
    n_samples: int
    unit: TimeUnit
    first_tick: int | None
    last_tick: int | None
    source: str
    note: str
    created_at: datetime


@dataclass(frozen=True)
class GoldRange:
    """Samples `[start, stop)` of a series that are reserved for evaluation."""

    series_id: str
    start: int
    stop: int
    reason: GoldReason
    created_at: datetime


@dataclass(frozen=True)
class Job:
    """A request for a run and the cached state of its folder.

    `device` is where its run computes, chosen when it starts ("cpu", "cuda:0"); empty before.
    `after` is the id of the job that must be done first: the stage before it in a chain.
    """

    id: str
    project_id: str
    kind: JobKind
    title: str
    params: Mapping[str, Any]
    state: JobState
    stop_requested: bool
    pause_requested: bool
    device: str
    folder: Path
    progress: Mapping[str, Any]
    message: str
    worker_id: str | None
    lease_until: datetime | None
    pid: int | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    after: str | None = None

    @property
    def live(self) -> bool:
        """True while the job waits for its turn or is in work: it changes by itself."""
        return self.state in LIVE

    @property
    def ended(self) -> bool:
        """True when the job will not change any more, unless it is queued again."""
        return self.state in ENDED

    @property
    def seen(self) -> SeenState:
        """The word that people read for where the job is, "stopping" and "pausing" among them."""
        return seen(self.state, self.stop_requested, self.pause_requested)


@dataclass(frozen=True)
class WorkerInfo:
    """A worker process and its last sign of life."""

    id: str
    pid: int
    started_at: datetime
    beat_at: datetime

    def alive(self, within_s: float = 15.0) -> bool:
        """Return whether the last sign of life is at most `within_s` seconds old."""
        return utc_now() - self.beat_at <= timedelta(seconds=within_s)


@dataclass(frozen=True)
class Snapshot:
    """An immutable, content-hashed set of training examples."""

    id: str
    project_id: str
    content_hash: str
    folder: Path
    summary: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True)
class ModelVersion:
    """What a run produced; `number` counts 1, 2, ... in the project."""

    id: str
    project_id: str
    number: int
    student: str
    job_id: str
    snapshot_hash: str
    folder: Path
    author_version: str
    state: VersionState
    evaluation: Mapping[str, Any] | None
    created_at: datetime

    @property
    def author(self) -> Author:
        """Who its answers are by."""
        return Author(kind="student", name="student", version=self.author_version)


@dataclass(frozen=True)
class VersionEvent:
    """Something that happened to a model version; `reason` is why it was promoted all the same."""

    version_id: str
    change: VersionChange
    person: str
    created_at: datetime
    reason: str = ""


@dataclass(frozen=True)
class DrawnItem:
    """An item of the random first draw; half of them become gold."""

    item_id: str
    becomes_gold: bool


@dataclass(frozen=True)
class Event:
    """One interval of an answer, with where it came from: a row of a list of events."""

    answer_id: str
    item_id: str
    series_id: str
    author: Author
    number: int
    start: int
    stop: int
    channels: tuple[int, ...]
    type_id: str | None
    confidence: float | None
    cause: Cause | None = None
    pairs: tuple[ChannelPair, ...] = ()
