"""The batch builder's end: who is asked, how, what that sends where and costs, and Start."""

import streamlit as st

from core.errors import AppError
from core.selection_records import Weights
from pages.components.guard import require
from pages.components.job_panel import duration
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.services import hand_keys_on
from pages.components.teacher_request import show_request
from pages.components.teacher_screening import worth_asking
from pages.components.words import count, plain, shorten
from pages.components.workflows.asking import TEACHER_NAMES, start_batch
from pages.components.workflows.asking_models import (
    DEFAULT_WEIGHTS,
    REPLAY,
    ModelChoice,
    ModelPlan,
    plan_models,
    start_models,
)
from pages.components.workflows.batch_plan import BatchPlan
from pages.components.workflows.teaching import TeacherLine
from pages.components.workflows.worth_asking import saved_words

RULES = "rules"


def choose_who(lines: list[TeacherLine]) -> list[str]:
    """Let people choose who is asked: the rules, or one or several models."""
    names = {RULES: TEACHER_NAMES[RULES]}
    names |= {one.endpoint.id: plain(shorten(one.endpoint.name, 40)) for one in lines}
    usable = [RULES, *(line.endpoint.id for line in lines if not line.barred)]
    chosen = st.pills(
        "Who",
        usable,
        format_func=names.__getitem__,
        selection_mode="multi",
        default=[RULES],
        key="teachers_who",
        help="Several models answer each window apart; the best answer is chosen, all are kept.",
    )
    return list(chosen)


def show_start(page: Page, plan: BatchPlan, who: list[str], lines: list[TeacherLine]) -> None:
    """Show what the batch asks, sends and costs, and start it."""
    models = [one for one in who if one != RULES]
    if not who:
        st.info("Choose who is asked.", icon=":material/arrow_upward:")
    elif RULES in who and models:
        st.info(
            "The rules and models are asked in batches of their own: choose one or the other.",
            icon=":material/call_split:",
        )
    elif models:
        _models(page, plan, models, lines)
    else:
        _rules(page, plan)


def _rules(page: Page, plan: BatchPlan) -> None:
    name = TEACHER_NAMES[RULES]
    st.markdown(f"{plan.words} · {name} · no cost · nothing leaves this machine")
    with errors_shown():
        if _start_button():
            require(page, "ask", plan.title)
            job = start_batch(page.store, page.project.id, plan, RULES)
            st.toast(f"Queued: {plain(job.title)}", icon=":material/check:")


def _start_button(disabled: bool = False) -> bool:
    return st.button(
        "Start",
        type="primary",
        icon=":material/play_arrow:",
        key="teachers_start",
        disabled=disabled,
    )


def _models(page: Page, chosen: BatchPlan, models: list[str], lines: list[TeacherLine]) -> None:
    plan = worth_asking(page, chosen)
    choice = _choice(chosen, models, lines)
    if plan is None:
        return
    try:
        planned = plan_models(page.store, page.project.id, plan, choice)
    except AppError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    st.markdown(plan.words + " · " + _answers(planned))
    if planned.n_left:
        st.markdown(_where(planned))
        saved = ""
        if plan.left_out:
            whole = plan_models(page.store, page.project.id, plan.whole, choice)
            saved = f" {saved_words(planned, whole)}"
        st.caption(_cost(planned) + saved)
    with errors_shown():
        with st.container(horizontal=True):
            started = _start_button(disabled=not planned.n_left)
            show_request(page, planned)
        if started:
            require(page, "ask", plan.title)
            hand_keys_on(share.endpoint.key_name for share in planned.asked)
            job = start_models(page.store, page.project.id, planned)
            st.toast(f"Queued: {plain(job.title)}", icon=":material/check:")


def _answers(planned: ModelPlan) -> str:
    n_models, samples = len(planned.shares), planned.batch.samples
    said = f"**{count(planned.n_left, 'answer')}** to ask for"
    if n_models * samples > 1:
        said += f" ({count(n_models, 'teacher')} × {count(samples, 'answer')} each)"
    if planned.n_there:
        said += f", {planned.n_there:,} are there already and cost nothing"
    return said


def _where(planned: ModelPlan) -> str:
    if planned.batch.client == REPLAY:
        return ":material/computer: nothing is sent: what was never said stays without an answer"
    low, high = planned.n_pictures
    pictures = count(low, "picture") if low == high else f"{low:,} to {high:,} pictures"
    go = "goes" if high == 1 else "go"
    away = set(planned.batch.away)
    hosts = [
        f"**{plain(one)}**" + ("" if one in away else " (this machine)") for one in planned.hosts
    ]
    icon = ":material/cloud_upload:" if away & set(planned.hosts) else ":material/computer:"
    return f"{icon} {pictures} {go} to {' and '.join(hosts)}"


def _cost(planned: ModelPlan) -> str:
    said = [plain(share.cost.sentence) for share in planned.asked]
    times = [share.seconds for share in planned.asked]
    known = [one for one in times if one is not None]
    if known and len(known) == len(times):
        low, high = max(one[0] for one in known), max(one[1] for one in known)
        span = duration(low) if low == high else f"{duration(low)} to {duration(high)}"
        said.append(f"About {span} at the pace that was measured.")
    return " ".join(said)


def _choice(plan: BatchPlan, models: list[str], lines: list[TeacherLine]) -> ModelChoice:
    """Let people choose how the models are asked; what is folded has good defaults."""
    with st.expander("How they are asked"):
        left, right = st.columns(2)
        samples = left.number_input(
            "Answers of each teacher",
            1,
            16,
            1,
            key="teachers_samples",
            help="More than one needs a temperature above 0 to differ; the best is chosen.",
        )
        budget = right.number_input(
            "Budget (USD)",
            0.01,
            value=None,
            step=1.0,
            key="teachers_budget",
            placeholder="no limit",
            help="The batch pauses before it spends more; raise it to go on.",
        )
        two_pass = left.checkbox(
            "Two looks",
            key="teachers_two_pass",
            disabled=plan.question.kind != "anomaly",
            help="Each proposed event is shown again, zoomed, and its edges are taken from there.",
        )
        overview = right.checkbox(
            "Overview picture",
            key="teachers_overview",
            help="A second picture shows the whole series with the window marked.",
        )
        replay = st.checkbox(
            "Answer only from what was said before",
            key="teachers_replay",
            help="Nothing is sent: windows that were never asked stay without an answer.",
        )
        judge, weights = "", DEFAULT_WEIGHTS
        if len(models) * int(samples) > 1:
            judge, weights = _selection(lines)
    return ModelChoice(
        teacher_ids=tuple(models),
        samples=int(samples),
        two_pass=bool(two_pass),
        overview=bool(overview),
        budget_usd=None if budget is None else float(budget),
        judge_id=judge,
        weights=weights,
        replay=bool(replay),
    )


_TERMS = {
    "accuracy": ("Right", "agrees with a reviewed label outside gold, else with the others"),
    "grounding": ("Grounded", "its claims are confirmed by the data"),
    "axes": ("Axes", "positions, values and units are those of the axes"),
    "clarity": ("Clear", "neither curt nor long-winded, no repetition, in steps"),
    "judge": ("Judge", "the score of the judge, when there is one"),
}


def _selection(lines: list[TeacherLine]) -> tuple[str, Weights]:
    """Let people set by what one of several answers is chosen."""
    st.caption("One answer is chosen by these weights; what each scored is kept with it.")
    fields: dict[str, float] = {}
    columns = st.columns(3)
    for place, (term, (label, told)) in enumerate(_TERMS.items()):
        fields[term] = columns[place % 3].number_input(
            label,
            0.0,
            10.0,
            float(getattr(DEFAULT_WEIGHTS, term)),
            step=0.1,
            key=f"teachers_weight_{term}",
            help=told,
        )
    names = {"": "nobody", **{one.endpoint.id: one.endpoint.name for one in lines}}
    judge = columns[2].selectbox(
        "Who judges",
        list(names),
        format_func=names.__getitem__,
        key="teachers_judge",
        help="A model that is shown picture and text and scores them; it costs as much again.",
    )
    if not any(fields.values()):
        st.caption(":orange[All weights are 0: the usual ones are taken.]")
        return str(judge), DEFAULT_WEIGHTS
    return str(judge), Weights(**fields)
