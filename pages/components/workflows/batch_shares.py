"""What each of a batch will be asked: how many requests and pictures, at what price. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from core.questions import kind_of
from core.render_settings import RenderSettings
from core.series import view_window
from core.shown import Shown
from core.teachers.cost import CostEstimate, MeasuredTokens, estimate
from core.teachers.endpoint import Endpoint
from core.teachers.judge import judge_request
from core.two_pass import MOST_ZOOMS
from pages.components.workflows.batch_plan import BatchPlan
from storage import Store
from storage.teachers import TeacherState
from training.label_records import BatchTeacher, ModelBatch


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


def prompt_chars(store: Store, project_id: str, plan: BatchPlan, batch: ModelBatch) -> int:
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


def share_of(
    teacher: BatchTeacher, n_left: int, chars: int, batch: ModelBatch, known: TeacherState
) -> TeacherShare:
    """Return what a teacher will be asked for the answers that it has not given.

    Args:
        chars: of one request's text, its schema included.
        known: what was measured of it.
    """
    endpoint, render = teacher.endpoint, teacher.render
    extra = MOST_ZOOMS if batch.two_pass else 0
    requests = (n_left, n_left * (1 + extra))
    first = 2 if batch.overview else 1
    pictures = (n_left * first, n_left * (first + extra))
    size = _size(render)
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


def judge_share(plan: BatchPlan, batch: ModelBatch) -> TeacherShare | None:
    """Return what the judge will be asked; None without one, or where there is nothing to choose.

    Each answer is judged on the pictures it was made from. Answers of one window in the same words
    make one request, so that at least one a window is sent.
    """
    if batch.judge is None or not batch.several:
        return None
    most = plan.n_windows * len(batch.teachers) * batch.samples
    requests = (plan.n_windows, most)
    each = 2 if batch.overview else 1
    chars = len(judge_request(plan.question, "answer", ()).text)
    sizes = [_size(batch.teachers[0].render)] * each
    costs = [estimate(n, chars, sizes, batch.judge) for n in requests]
    pictures = (requests[0] * each, requests[1] * each)
    return TeacherShare(batch.judge, most, requests, pictures, _span(costs), None)


def _size(render: RenderSettings) -> tuple[int, int]:
    return round(render.width_in * render.dpi), round(render.height_in * render.dpi)


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
