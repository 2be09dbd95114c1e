"""Who can be asked again what they answered: the rules here, a model at its endpoint, a student.

No Streamlit. Only the very author of an answer is asked: another one would show their difference,
not the change's.
"""

import asyncio
import json
from dataclasses import dataclass
from itertools import product

from core.answers import Answer, AnswerContent, Call
from core.errors import AppError
from core.questions import kind_of
from core.render import render_overview, render_png
from core.render_settings import STANDARD, RenderSettings
from core.series import SeriesData, WindowView, view_window
from core.shown import Shown
from core.teachers import MODELS, TEACHERS, visual
from core.teachers.base import Ask
from core.teachers.endpoint import Endpoint
from core.teachers.exchange import ClientSetup
from core.teachers.exchanges import CachedClient, Exchanges
from core.teachers.keys import key_is_there
from core.teachers.rules import RULES_AUTHOR
from pages.components.workflows.asking_models import form_of, render_of
from pages.components.workflows.batch_shares import share_of
from pages.components.workflows.probe_student import ask_student
from pages.components.workflows.reviewing import Desk
from pages.components.workflows.teaching import local_only
from storage import Store
from storage.rows import ModelVersion
from training.label_records import BatchTeacher, ModelBatch

EXCHANGES = "exchanges"


@dataclass(frozen=True)
class Asker:
    """The author of an answer, as far as they can be asked again.

    Attributes:
        why_not: why they cannot; empty when they can.
        price: what asking takes, in words.
        batch: how a model was asked, and will be.
        version: the student's model.
    """

    answer: Answer
    why_not: str = ""
    price: str = ""
    batch: ModelBatch | None = None
    version: ModelVersion | None = None

    @property
    def render(self) -> RenderSettings:
        """How the pictures are drawn that show both windows."""
        return STANDARD if self.batch is None else self.batch.teachers[0].render


@dataclass(frozen=True)
class SaidAgain:
    """What came of asking; `content` is None when that was no answer, and `message` says why."""

    content: AnswerContent | None
    message: str = ""
    prompt: str = ""
    raw_text: str = ""
    calls: tuple[Call, ...] = ()
    cost_usd: float | None = None


def asker_of(store: Store, desk: Desk, answer: Answer) -> Asker:
    """Find out whether an answer's author can be asked again, and at what price."""
    match answer.author.kind:
        case "rules":
            if answer.author != RULES_AUTHOR:
                return Asker(answer, "the built-in rules have changed since this answer")
            return Asker(answer, price="Asked on this machine at once, at no cost.")
        case "teacher":
            return _model(store, desk, answer)
        case "student":
            return _student(store, desk.item.project_id, answer)
        case _:
            return Asker(answer, "only the rules, models and students can be asked again")


def ask_again(
    store: Store, desk: Desk, series: SeriesData, asker: Asker, view: WindowView
) -> SaidAgain:
    """Ask an author about a changed window.

    Raises:
        AppError: when they cannot be asked.
    """
    if asker.batch is not None:
        asker.batch.check_local(local_only(store, desk.item.project_id))
        return asyncio.run(_ask_model(store, desk, series, asker.batch, asker.answer, view))
    if asker.version is not None:
        return SaidAgain(ask_student(desk, series, asker.version, view))
    reply = TEACHERS["rules"]().answer(Ask(desk.question, view, prompt=""))
    return SaidAgain(reply.content, raw_text=reply.raw_text)


# -- models


def _model(store: Store, desk: Desk, answer: Answer) -> Asker:
    project_id, name = desk.item.project_id, answer.author.name
    named = [one for one in store.teachers.list(project_id) if one.name == name]
    if not named:
        return Asker(answer, f"{name} is no longer among the teachers")
    asked = [batch for one in named for batch in _ways(store, project_id, one)]
    batch = next(
        (one for one in asked if one.author(one.teachers[0], desk.question) == answer.author), None
    )
    if batch is None:
        return Asker(
            answer,
            f"{name} was changed since it answered (its model, its settings, its pictures or the "
            "prompt), so its answer of now would differ for that reason too",
        )
    endpoint = batch.teachers[0].endpoint
    try:
        batch.check_local(local_only(store, project_id))
    except AppError as error:
        return Asker(answer, str(error))
    if endpoint.key_name and not key_is_there(endpoint.key_name):
        return Asker(answer, f"there is no key in {endpoint.key_name}")
    view = view_window(store.series.data(desk.series), desk.item.start, desk.item.stop)
    kind = kind_of(desk.question)
    shown = Shown(batch.teachers[0].render, batch.overview, desk.series.info.channel_units)
    chars = len(kind.prompt(desk.question, view, answer.option_order, shown))
    chars += len(json.dumps(kind.schema(desk.question)))
    share = share_of(
        batch.teachers[0], 1, chars, batch, store.teachers.state(project_id, endpoint.id)
    )
    return Asker(answer, price=share.cost.sentence, batch=batch)


def _ways(store: Store, project_id: str, endpoint: Endpoint) -> list[ModelBatch]:
    """Return the ways in which an endpoint may have been asked: its answers tell which it was."""
    teacher = BatchTeacher(
        endpoint=endpoint,
        render=render_of(endpoint),
        form=form_of(store.teachers.state(project_id, endpoint.id)),
    )
    return [
        ModelBatch(
            teachers=(teacher,),
            two_pass=two_pass,
            overview=overview,
            local_only=local_only(store, project_id),
        )
        for two_pass, overview in product((False, True), repeat=2)
    ]


async def _ask_model(
    store: Store,
    desk: Desk,
    series: SeriesData,
    batch: ModelBatch,
    answer: Answer,
    view: WindowView,
) -> SaidAgain:
    teacher = batch.teachers[0]
    folder = store.home / EXCHANGES
    setup = ClientSetup(exchanges=folder, local_only=batch.local_only, form=teacher.form)
    client = CachedClient(
        MODELS[batch.client](teacher.endpoint, setup),
        Exchanges(folder),
        teacher.endpoint.signature,
    )
    shown = Shown(teacher.render, batch.overview, desk.series.info.channel_units)
    ask = visual.VisualAsk(
        question=desk.question,
        view=view,
        shown=shown,
        picture=render_png(view, teacher.render),
        overview=_overview(series, view, teacher.render) if batch.overview else b"",
        option_order=answer.option_order,
        sample=answer.sample,
    )
    passes = 2 if batch.two_pass and desk.question.kind == "anomaly" else 1
    try:
        said = await visual.answer(ask, client, _draw, store.renders.put, passes)
    finally:
        await client.close()
    first = said.calls[0]
    return SaidAgain(
        said.content,
        said.message,
        first.prompt,
        said.calls[-1].raw_text,
        said.calls,
        said.cost_usd,
    )


def _overview(series: SeriesData, view: WindowView, settings: RenderSettings) -> bytes:
    """Draw the whole series as it would be with the changed window in it."""
    whole = view_window(series, 0, series.n_samples)
    values = whole.values.copy()
    values[view.start : view.stop] = view.values
    changed = WindowView(values, 0, whole.seconds, whole.origin_s)
    return render_overview(changed, view.start, view.stop, settings)


async def _draw(view: WindowView, shown: Shown) -> bytes:
    return render_png(view, shown.settings)


# -- students


def _student(store: Store, project_id: str, answer: Answer) -> Asker:
    versions = store.versions.list(project_id)
    found = next((one for one in versions if one.author_version == answer.author.version), None)
    if found is None or not found.folder.is_dir():
        return Asker(answer, "the model of this student is not on this machine any more")
    price = "Asked on this machine in a process of its own, at no cost; that takes some seconds."
    return Asker(answer, price=price, version=found)
