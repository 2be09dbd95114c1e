"""A batch asked of models, before it starts: who gets how many pictures, what that costs. Pure
planning over the store; no Streamlit.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.axis import axis_of
from core.errors import ConfigError
from core.questions import kind_of
from core.questions.base import Question
from core.questions.pattern import option_order
from core.render import render_overview, render_png
from core.render_presets import PRESETS
from core.render_settings import STANDARD, RenderSettings
from core.selection_records import Weights
from core.series import SeriesData, WindowView, view_window
from core.shown import Shown
from core.teachers.cost import CostEstimate, MeasuredTokens, estimate
from core.teachers.endpoint import Endpoint
from core.teachers.exchange import Form, ModelRequest
from core.teachers.visual import VisualAsk, first_request
from core.two_pass import MOST_ZOOMS
from pages.components.workflows.batch_plan import BatchPlan
from pages.components.workflows.teaching import local_only
from storage import Store
from storage.rows import Job, StoredSeries
from storage.teachers import TeacherState
from training.label_records import BatchTeacher, ModelBatch
from training.requests import LabelRequest

DEFAULT_WEIGHTS = Weights()
_FORMS: Mapping[str, Form] = {"schema": "schema", "json": "json", "tags": "tags"}


@dataclass(frozen=True)
class ModelChoice:
    """What people choose: who is asked, how often, how, and what it may cost."""

    teacher_ids: tuple[str, ...]
    samples: int = 1
    two_pass: bool = False
    overview: bool = False
    budget_usd: float | None = None
    judge_id: str = ""
    weights: Weights = DEFAULT_WEIGHTS
    replay: bool = False


@dataclass(frozen=True)
class TeacherShare:
    """What one teacher of a batch will be asked.

    Attributes:
        n_left: answers that it has not given before.
        n_requests, n_pictures: at least and at most (a second look is taken at what is found).
        seconds: at the last measured latency; None before the first measurement.
    """

    endpoint: Endpoint
    n_left: int
    n_requests: tuple[int, int]
    n_pictures: tuple[int, int]
    cost: CostEstimate
    seconds: tuple[float, float] | None


@dataclass(frozen=True)
class ModelPlan:
    """A batch asked of models, before it is asked: nothing of it is stored yet."""

    plan: BatchPlan
    batch: ModelBatch
    shares: tuple[TeacherShare, ...]

    @property
    def n_left(self) -> int:
        """How many answers are still to be given."""
        return sum(share.n_left for share in self.shares)

    @property
    def n_there(self) -> int:
        """How many answers were given before, to the same question by the same teachers."""
        asked = self.plan.n_windows * len(self.shares) * self.batch.samples
        return asked - self.n_left

    @property
    def n_pictures(self) -> tuple[int, int]:
        """How many pictures leave this program, at least and at most."""
        low, high = zip(*(share.n_pictures for share in self.shares), strict=True)
        return sum(low), sum(high)

    @property
    def usd(self) -> tuple[float, float] | None:
        """What it costs, low and high; None when a price is unknown."""
        costs = [share.cost.usd for share in self.shares]
        known = [one for one in costs if one is not None]
        if len(known) < len(costs):
            return None
        return sum(low for low, _ in known), sum(high for _, high in known)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Who receives the pictures."""
        endpoints = [share.endpoint for share in self.shares if share.n_left]
        endpoints += [] if self.batch.judge is None else [self.batch.judge]
        return tuple(dict.fromkeys(one.host for one in endpoints))


def render_of(endpoint: Endpoint) -> RenderSettings:
    """Return the picture settings that an endpoint names."""
    if endpoint.picture not in PRESETS:
        raise ConfigError(
            f"{endpoint.name!r} wants pictures drawn as {endpoint.picture!r}, and this version "
            f"draws {', '.join(PRESETS)}; choose one of them in its form"
        )
    return PRESETS[endpoint.picture]


def plan_models(store: Store, project_id: str, plan: BatchPlan, choice: ModelChoice) -> ModelPlan:
    """Work out who would be asked what.

    Raises:
        ConfigError: when nobody is chosen, a teacher may not be asked, or a budget cannot be kept.
    """
    there = {one.id: one for one in store.teachers.list(project_id)}
    chosen = [there[one] for one in choice.teacher_ids if one in there]
    if not chosen:
        raise ConfigError(
            "no teacher is chosen, so nobody can be asked; choose one, or add one on the left"
        )
    judge = there.get(choice.judge_id)
    states = {one.id: store.teachers.state(project_id, one.id) for one in chosen}
    batch = ModelBatch(
        teachers=tuple(
            BatchTeacher(endpoint=one, render=render_of(one), form=_FORMS.get(states[one.id].form))
            for one in chosen
        ),
        client="recorded" if choice.replay else "openai_vlm",
        samples=choice.samples,
        two_pass=choice.two_pass and plan.question.kind == "anomaly",
        overview=choice.overview,
        budget_usd=choice.budget_usd,
        weights=choice.weights,
        judge=judge,
    )
    batch.check_local(local_only(store, project_id))
    _check_budget(batch)
    left = _left(store, project_id, plan, batch)
    chars = _prompt_chars(store, project_id, plan, batch)
    shares = tuple(
        _share(one, left[one.endpoint.id], chars, batch, states[one.endpoint.id])
        for one in batch.teachers
    )
    return ModelPlan(plan, batch, shares)


def start_models(store: Store, project_id: str, planned: ModelPlan) -> Job:
    """Store the items of a plan and queue the batch."""
    plan = planned.plan
    if not plan.windows:
        raise ConfigError(
            "no series is chosen, so there is nothing to ask; choose at least one series"
        )
    items = store.items.add_many(
        project_id, [(one, start, stop, plan.question.id) for one, start, stop in plan.windows]
    )
    return queue_models(store, project_id, [item.id for item in items], planned.batch, plan.title)


def queue_models(
    store: Store, project_id: str, item_ids: Sequence[str], batch: ModelBatch, what: str
) -> Job:
    """Queue a batch on items that are there; `what` is for people."""
    names = " + ".join(one.endpoint.name for one in batch.teachers)
    request = LabelRequest(item_ids=tuple(item_ids), models=batch)
    return store.jobs.enqueue(project_id, "label", f"{names}: {what}", request.params())


def example_of(
    store: Store, project_id: str, planned: ModelPlan, place: int = 0, teacher: int = 0
) -> ModelRequest:
    """Return the very request for one of the windows: prompt, pictures, schema."""
    series_id, start, stop = planned.plan.windows[place]
    stored = store.series.get(project_id, series_id)
    return request_for(
        planned.plan.question,
        stored,
        store.series.data(stored),
        (start, stop),
        planned.batch.teachers[teacher].render,
        overview=planned.batch.overview,
    )


def request_for(
    question: Question,
    stored: StoredSeries,
    data: SeriesData,
    window: tuple[int, int],
    settings: RenderSettings = STANDARD,
    *,
    overview: bool = False,
) -> ModelRequest:
    """Return the request that a window makes; the option order is an example of a shuffled one."""
    view = view_window(data, *window)
    shown = Shown(settings, overview=overview, units=stored.info.channel_units)
    whole = view_window(data, 0, data.n_samples)
    ask = VisualAsk(
        question=question,
        view=view,
        shown=shown,
        picture=render_png(view, settings),
        overview=render_overview(whole, *window, settings) if overview else b"",
        option_order=option_order(question, f"{stored.id}:{window}"),
    )
    return first_request(ask)


def _check_budget(batch: ModelBatch) -> None:
    unpriced = [
        one.endpoint.name
        for one in batch.teachers
        if one.endpoint.price_in is None or one.endpoint.price_out is None
    ]
    if batch.budget_usd is not None and unpriced:
        raise ConfigError(
            f"the prices of {', '.join(unpriced)} are unknown, so a budget of "
            f"${batch.budget_usd:,.2f} cannot be kept; enter its prices, or leave the budget out"
        )


def _left(store: Store, project_id: str, plan: BatchPlan, batch: ModelBatch) -> dict[str, int]:
    """Return by endpoint how many answers it has not given to the plan's windows."""
    wanted = set(plan.windows)
    items = [
        item.id
        for item in store.items.list(project_id, plan.question.id)
        if (item.series_id, item.start, item.stop) in wanted
    ]
    said = store.answers.for_items(project_id, items)
    left: dict[str, int] = {}
    for teacher in batch.teachers:
        author = batch.author(teacher, plan.question)
        given = sum(
            len({one.sample for one in answers if one.author == author} & {*range(batch.samples)})
            for answers in said.values()
        )
        left[teacher.endpoint.id] = plan.n_windows * batch.samples - given
    return left


def _prompt_chars(store: Store, project_id: str, plan: BatchPlan, batch: ModelBatch) -> int:
    """Return the characters of a request's text and schema, measured on the first window."""
    if not plan.windows:
        return 0
    series_id, start, stop = plan.windows[0]
    stored = store.series.get(project_id, series_id)
    view = view_window(store.series.data(stored), start, stop)
    kind, question = kind_of(plan.question), plan.question
    shown = Shown(
        batch.teachers[0].render, overview=batch.overview, units=stored.info.channel_units
    )
    prompt = kind.prompt(question, view, tuple(one.key for one in question.options), shown)
    return len(prompt) + len(json.dumps(kind.schema(question)))


def _share(
    teacher: BatchTeacher, n_left: int, chars: int, batch: ModelBatch, known: TeacherState
) -> TeacherShare:
    endpoint, render = teacher.endpoint, teacher.render
    extra = MOST_ZOOMS if batch.two_pass else 0
    requests = (n_left, n_left * (1 + extra))
    first = 2 if batch.overview else 1
    pictures = (n_left * first, n_left * (first + extra))
    size = (round(render.width_in * render.dpi), round(render.height_in * render.dpi))
    measured = None
    if known.tokens_in is not None and known.tokens_out is not None:
        measured = MeasuredTokens(known.tokens_in, known.tokens_out)
    costs = [
        estimate(n, chars, [size] * (first if n == n_left else 1), endpoint, measured)
        for n in dict.fromkeys(requests)
    ]
    seconds = None
    if known.latency_s is not None:
        pace = known.latency_s / endpoint.concurrency
        seconds = (requests[0] * pace, requests[1] * pace)
    return TeacherShare(endpoint, n_left, requests, pictures, _span(costs), seconds)


def _span(costs: Sequence[CostEstimate]) -> CostEstimate:
    low, high = costs[0], costs[-1]
    usd = None if low.usd is None or high.usd is None else (low.usd[0], high.usd[1])
    return CostEstimate(
        requests=high.requests,
        tokens_in=(low.tokens_in[0], high.tokens_in[1]),
        tokens_out=(low.tokens_out[0], high.tokens_out[1]),
        usd=usd,
        sentence=high.sentence,
    )


def positions_mean(planned: ModelPlan, view: WindowView) -> str:
    """Say what the numbers of an answer mean, as the picture's axis shows them."""
    return axis_of(planned.batch.teachers[0].render, view).extent
