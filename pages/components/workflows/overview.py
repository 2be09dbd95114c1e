"""What Home tells: counts, the next useful steps, recent jobs. Reads the store; no Streamlit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pages.components.workflows.review_queue import to_review
from storage import Store
from storage.rows import Job, JobState, SeenState

RECENT_JOBS = 6
NEWS_NAMED = 3
"""So many continued series are named; the others are counted."""
MODELS = ("teacher", "rules", "student")
"""Kinds of authors whose answers count as answers here; imports and baselines are for measuring."""

BadgeColour = Literal["gray", "blue", "green", "red"]

STATE_COLOURS: dict[JobState, BadgeColour] = {
    "queued": "gray",
    "running": "blue",
    "paused": "gray",
    "done": "green",
    "failed": "red",
    "stopped": "gray",
    "lost": "red",
}


@dataclass(frozen=True)
class NextStep:
    """A page to go to and why."""

    page: str
    action: str
    reason: str
    icon: str


@dataclass(frozen=True)
class RecentJob:
    """One line about a job."""

    title: str
    state: SeenState
    colour: BadgeColour
    message: str


@dataclass(frozen=True)
class Overview:
    """Counts and lists of a project."""

    n_series: int
    n_items: int
    n_answers: int
    n_reviewed: int
    next_steps: tuple[NextStep, ...]
    recent: tuple[RecentJob, ...]


def overview(store: Store, project_id: str) -> Overview:
    """Gather what Home shows."""
    n_series = len(store.series.list(project_id))
    items = store.items.list(project_id)
    counts = store.answers.counts_by_author(project_id)
    n_answers = sum(n for author, n in counts.items() if author.startswith(MODELS))
    decided = store.corrections.current(project_id)
    waiting = sum(item.id not in decided for item in to_review(store, project_id))
    jobs = store.jobs.list(project_id)
    news = [(row.info.name, n) for row, n in store.series.news(project_id)]
    versions = store.versions.list(project_id)
    return Overview(
        n_series=n_series,
        n_items=len(items),
        n_answers=n_answers,
        n_reviewed=len(decided),
        next_steps=next_steps(
            n_series, len(items), n_answers, waiting, len(versions), news_words(news)
        ),
        recent=tuple(recent(job) for job in jobs[:RECENT_JOBS]),
    )


def news_words(news: Sequence[tuple[str, int]]) -> str:
    """Say which continued series have new samples that nobody was asked about; "" for none."""
    if not news:
        return ""
    (name, n), *others = news
    told = [f"{n:,} new sample{'s' * (n != 1)} arrived in {name}"]
    told += [f"{n:,} in {name}" for name, n in others[: NEWS_NAMED - 1]]
    if len(news) > NEWS_NAMED:
        told.append(f"more in {len(news) - NEWS_NAMED} other series")
    *first, last = told
    return f"{', '.join(first)} and {last}" if first else last


def next_steps(
    n_series: int, n_items: int, n_answers: int, waiting: int, n_versions: int, news: str = ""
) -> tuple[NextStep, ...]:
    """Return the useful steps, the most useful first; `news` tells of new samples."""
    steps: list[NextStep] = []
    upload = NextStep("upload", "Upload series", "the first step", ":material/upload_file:")
    ask = NextStep("teachers", "Ask", "no question has been asked yet", ":material/school:")
    review = NextStep(
        "review", "Review", f"{waiting:,} items wait for a decision", ":material/rate_review:"
    )
    train = NextStep(
        "train", "Train", "teach a student what was answered", ":material/model_training:"
    )
    compare = NextStep(
        "models",
        "Compare",
        f"{n_versions} model version" + "s" * (n_versions != 1),
        ":material/leaderboard:",
    )
    if n_series == 0:
        return (upload,)
    if n_items == 0:
        return (replace(ask, reason=news or ask.reason), replace(upload, reason="more of them"))
    if news:
        steps.append(NextStep("teachers", "Ask about new samples", news, ask.icon))
    if waiting:
        steps.append(review)
    if n_versions:
        steps.append(compare)
    if n_answers:
        steps.append(train)
    if news:
        return tuple(steps)
    if not n_answers:
        # Items that came with imported labels alone: nothing of them is to be reviewed.
        return (replace(ask, reason="nobody has answered yet"), *steps)
    return (*steps, NextStep("teachers", "Ask more", "other series or another question", ask.icon))


def recent(job: Job) -> RecentJob:
    """Describe a job in one line."""
    step, total = job.progress.get("step", 0), job.progress.get("total", 0)
    running = f"{step:,} of {total:,}" if job.state == "running" and total else ""
    said = job.message if job.state != "running" else running
    if job.kind == "train" and job.state == "done" and said:
        said = f"When it ended: {said}"  # reviews since then may have changed the verdict
    return RecentJob(job.title, job.seen, STATE_COLOURS[job.state], said)
