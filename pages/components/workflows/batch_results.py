"""What came of a batch: cost, errors by kind, what can be asked again. No Streamlit."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.answers import FailedAnswer
from core.errors import ConfigError, JobError
from core.teachers.endpoint import Endpoint
from pages.components.workflows.asking_models import queue_models
from storage import Store
from storage.rows import Job
from training.label_records import ModelBatch
from training.requests import LabelRequest

PROBLEMS: dict[str, tuple[str, str]] = {
    "unparsable": ("answer that could not be read", "answers that could not be read"),
    "refusal": ("refusal", "refusals"),
    "truncated": ("answer cut at the token limit", "answers cut at the token limit"),
    "empty": ("empty answer", "empty answers"),
    "not_json": ("reply that was no completion", "replies that were no completion"),
    "timeout": ("timeout", "timeouts"),
    "rate_limit": ("“too many requests” (429)", "“too many requests” (429)"),
    "server": ("server error (5xx)", "server errors (5xx)"),
    "connection": ("failed connection", "failed connections"),
    "request": ("refused request", "refused requests"),
    "broken": ("window that could not be shown", "windows that could not be shown"),
}
"""What people read for a `Problem` that kept a request from an answer: of one, of several."""


@dataclass(frozen=True)
class BatchFacts:
    """One batch as the list shows it.

    Attributes:
        failed, again: requests by kind of problem: those that gave no answer, those sent again.
        cost_usd: paid so far; None when a price is unknown.
        n_open: failures that no later answer has settled.
        judged: explanations that a judge scored, and how many there were; (0, 0) without one.
        unreadable: why the request cannot be read, empty when it can.
    """

    job: Job
    models: ModelBatch | None
    failed: Mapping[str, int]
    again: Mapping[str, int]
    cost_usd: float | None
    n_cached: int
    n_open: int
    judged: tuple[int, int] = (0, 0)
    unreadable: str = ""


def batch_facts(store: Store, job: Job) -> BatchFacts:
    """Gather what is known of a batch; the counts are the run's own.

    A batch of another version of the program, whose request cannot be read, is shown all the same.
    """
    models, unreadable = None, ""
    try:
        models = LabelRequest.read(job.params).models
    except JobError as error:
        unreadable = str(error)
    counts: Mapping[str, int] = job.progress.get("counts", {})
    return BatchFacts(
        job=job,
        models=models,
        failed=_of(counts, "failed_"),
        again=_of(counts, "again_"),
        cost_usd=job.progress.get("cost_usd"),
        n_cached=int(counts.get("cached", 0)),
        n_open=0 if models is None else len(open_failures(store, job)),
        judged=(int(counts.get("judged", 0)), int(counts.get("to_judge", 0))),
        unreadable=unreadable,
    )


def _of(counts: Mapping[str, int], prefix: str) -> dict[str, int]:
    found = {key.removeprefix(prefix): n for key, n in counts.items() if key.startswith(prefix)}
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def problem_words(counts: Mapping[str, int]) -> str:
    """Say counts by kind of problem: `3 timeouts, 1 refusal`."""
    return ", ".join(f"{n:,} {PROBLEMS[key][n != 1]}" for key, n in counts.items())


def open_failures(store: Store, job: Job) -> list[FailedAnswer]:
    """Return the batch's failures that no later answer has settled."""
    own = {one.id for one in store.failures.for_job(job.project_id, job.id)}
    if not own:
        return []
    return [one for one in store.failures.open(job.project_id) if one.id in own]


def failure_rows(store: Store, job: Job) -> list[dict[str, str]]:
    """Return the open failures as rows of a table: where, what, and what was said."""
    failed = open_failures(store, job)
    names = {one.id: one.info.name for one in store.series.list(job.project_id)}
    items = {item.id: item for item in store.items.list(job.project_id)}
    return [
        {
            "series": names.get(items[one.item_id].series_id, "a hidden series"),
            "samples": f"{items[one.item_id].start:,} to {items[one.item_id].stop - 1:,}",
            "teacher": one.author.name,
            "problem": PROBLEMS[one.problem][0],
            "why": one.message,
            "what was said": next((c.raw_text for c in reversed(one.calls) if c.raw_text), ""),
        }
        for one in failed
        if one.item_id in items
    ]


def retry_failed(store: Store, job: Job) -> Job:
    """Queue the windows that gave no answer again, asked of the same models in the same way.

    Raises:
        ConfigError: when none is open any more, or one of the models was removed.
    """
    batch = LabelRequest.read(job.params).models
    item_ids = list(dict.fromkeys(one.item_id for one in open_failures(store, job)))
    if batch is None or not item_ids:
        raise ConfigError(
            f"nothing of “{job.title}” is open any more: every window it failed at has been "
            "answered since; look at the newer batches"
        )
    return queue_models(
        store,
        job.project_id,
        item_ids,
        _as_set_now(store, job.project_id, batch),
        f"{len(item_ids):,} windows once more",
    )


def go_on(store: Store, job: Job, budget_usd: float | None = None) -> Job:
    """Resume a batch that rests; with another budget when one is given.

    Raises:
        ConfigError: when one of its models was removed.
    """
    request = LabelRequest.read(job.params)
    if request.models is None:
        return store.jobs.resume(job.id)
    batch = _as_set_now(store, job.project_id, request.models)
    if budget_usd is not None:
        batch = batch.model_copy(update={"budget_usd": budget_usd})
    changed = request.model_copy(update={"models": batch})
    return store.jobs.resume(job.id, changed.params())


_SET_NOW = ("key_name", "timeout_s", "concurrency", "price_in", "price_out")
"""What a batch takes over from an edit of its endpoint: it shapes no answer."""


def _as_set_now(store: Store, project_id: str, batch: ModelBatch) -> ModelBatch:
    """Return a batch with what people set since: another key, limit or price.

    What shapes answers stays as it was when the batch began, and so does everything where the
    address was changed: a key goes nowhere but to the address it was entered for.
    """
    there = {one.id: one for one in store.teachers.list(project_id)}

    def now(asked: Endpoint) -> Endpoint:
        standing = there.get(asked.id)
        if standing is None:
            raise ConfigError(
                f"{asked.name!r} was removed, so nothing more is sent to {asked.host}; what it "
                "answered is kept: start a batch with another teacher for the rest"
            )
        if standing.base_url != asked.base_url:
            return asked
        return asked.model_copy(update={name: getattr(standing, name) for name in _SET_NOW})

    teachers = tuple(
        one.model_copy(update={"endpoint": now(one.endpoint)}) for one in batch.teachers
    )
    judge = None if batch.judge is None else now(batch.judge)
    return batch.model_copy(update={"teachers": teachers, "judge": judge})


def key_names(store: Store, job: Job) -> list[str]:
    """Return the variables whose keys a batch needs to go on, the judge's too.

    Raises:
        ConfigError: when one of its models was removed.
    """
    batch = LabelRequest.read(job.params).models
    if batch is None:
        return []
    batch = _as_set_now(store, job.project_id, batch)
    judge = [] if batch.judge is None else [batch.judge.key_name]
    return [*(one.endpoint.key_name for one in batch.teachers), *judge]
