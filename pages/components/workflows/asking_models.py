"""A batch asked of models, before it starts: who gets how many pictures, what that costs. Pure
planning over the store; no Streamlit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.axis import axis_of
from core.errors import ConfigError
from core.questions.base import Question
from core.questions.pattern import option_order
from core.render import render_overview, render_png
from core.render_presets import PRESETS
from core.render_settings import STANDARD, RenderSettings
from core.selection_records import Weights
from core.series import SeriesData, WindowView, view_window
from core.shown import Shown
from core.teachers.endpoint import Endpoint
from core.teachers.exchange import Form, ModelRequest
from core.teachers.visual import VisualAsk, first_request
from pages.components.workflows.batch_plan import BatchPlan
from pages.components.workflows.batch_shares import (
    TeacherShare,
    judge_share,
    prompt_chars,
    share_of,
)
from pages.components.workflows.serving import add_items
from pages.components.workflows.teaching import local_only
from storage import Store
from storage.rows import Job, StoredSeries
from storage.teachers import TeacherState
from training.label_records import BatchTeacher, ModelBatch
from training.requests import LabelRequest

DEFAULT_WEIGHTS = Weights()
REPLAY = "recorded"
"""The client that answers from what was said before and sends nothing."""
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
class ModelPlan:
    """A batch asked of models, before it is asked: nothing of it is stored yet."""

    plan: BatchPlan
    batch: ModelBatch
    shares: tuple[TeacherShare, ...]
    judged: TeacherShare | None = None
    """What the judge is asked besides; None without one."""

    @property
    def asked(self) -> tuple[TeacherShare, ...]:
        """The shares of all who are asked, the judge's last; nobody where nothing is sent."""
        if self.batch.client == REPLAY:
            return ()
        judged = (self.judged,) if self.judged is not None and self.n_left else ()
        return (*(share for share in self.shares if share.n_left), *judged)

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
        low = sum(share.n_pictures[0] for share in self.asked)
        return low, sum(share.n_pictures[1] for share in self.asked)

    @property
    def usd(self) -> tuple[float, float] | None:
        """What it costs, low and high; None when a price is unknown."""
        costs = [share.cost.usd for share in self.asked]
        known = [one for one in costs if one is not None]
        if len(known) < len(costs):
            return None
        return sum(low for low, _ in known), sum(high for _, high in known)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Who receives the pictures."""
        return tuple(dict.fromkeys(share.endpoint.host for share in self.asked))


def render_of(endpoint: Endpoint) -> RenderSettings:
    """Return the picture settings that an endpoint names."""
    if endpoint.picture not in PRESETS:
        raise ConfigError(
            f"{endpoint.name!r} wants pictures drawn as {endpoint.picture!r}, and this version "
            f"draws {', '.join(PRESETS)}; choose one of them in its form"
        )
    return PRESETS[endpoint.picture]


def form_of(state: TeacherState) -> Form | None:
    """Return the form of structured output that an endpoint is known to take."""
    return _FORMS.get(state.form)


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
            BatchTeacher(endpoint=one, render=render_of(one), form=form_of(states[one.id]))
            for one in chosen
        ),
        client=REPLAY if choice.replay else "openai_vlm",
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
    chars = prompt_chars(store, project_id, plan, batch)
    shares = tuple(
        share_of(one, left[one.endpoint.id], chars, batch, states[one.endpoint.id])
        for one in batch.teachers
    )
    return ModelPlan(plan, batch, shares, judge_share(plan, batch))


def start_models(store: Store, project_id: str, planned: ModelPlan) -> Job:
    """Store the items of a plan and queue the batch."""
    plan = planned.plan
    if not plan.windows:
        raise ConfigError(
            "no series is chosen, so there is nothing to ask; choose at least one series"
        )
    windows = [(*window, plan.question.id) for window in plan.windows]
    items = add_items(store, project_id, windows)
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
    endpoints = [one.endpoint for one in batch.teachers]
    endpoints += [batch.judge] if batch.judge is not None and batch.several else []
    unpriced = [one.name for one in endpoints if one.price_in is None or one.price_out is None]
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
        if item.question_id == plan.question.id
        and (item.series_id, item.start, item.stop) in wanted
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


def positions_mean(planned: ModelPlan, view: WindowView) -> str:
    """Say what the numbers of an answer mean, as the picture's axis shows them."""
    return axis_of(planned.batch.teachers[0].render, view).extent
