"""Models: whether the student is better, whether it may serve, what it is made of, its versions."""

import streamlit as st

from core.errors import AppError
from core.evaluation import Evaluation, QuestionEvaluation
from pages.components import session
from pages.components.guard import require
from pages.components.job_panel import show_jobs
from pages.components.kept import keep, kept, kept_choice
from pages.components.messages import errors_shown
from pages.components.model_chain import show_chain
from pages.components.model_changes import show_balance, show_changes
from pages.components.model_confidence import show_confidence
from pages.components.model_gate import show_promotion
from pages.components.model_lineage import show_lineage
from pages.components.model_rationales import show_rationales
from pages.components.model_scores import show_scores
from pages.components.model_serving import download_button
from pages.components.model_slices import show_slices
from pages.components.model_verdict import show_verdict
from pages.components.model_versions import show_versions
from pages.components.page import Page, page_setup
from pages.components.workflows.chain_results import has_stages
from pages.components.workflows.comparing import ask_student, evaluation_of, unanswered
from pages.components.workflows.promoting import class_names
from storage.rows import ModelVersion

VERSION_PARAM = "version"


def chosen_version(versions: list[ModelVersion]) -> ModelVersion:
    """Return the version the address names, else the newest one that is not retired."""
    wanted = kept(VERSION_PARAM)
    for version in versions:
        if version.id == wanted:
            keep(VERSION_PARAM, version.id)
            return version
    if wanted is not None:
        st.warning("The address names a version that is not here; the newest one is shown instead.")
    return next((version for version in versions if version.state != "retired"), versions[0])


def choose(evaluation: Evaluation, staged: bool) -> tuple[QuestionEvaluation, str]:
    """Let people pick the question, and what of it they look at; `staged`: it was made in steps."""
    by_kind = {str(question.kind): question for question in evaluation.questions}
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        kind = next(iter(by_kind))
        if len(by_kind) > 1:
            kind = kept_choice(
                "Question", list(by_kind), lambda one: by_kind[one].name, session.MODELS_QUESTION
            )
        against = by_kind[kind].against("teacher")
        words = {
            "scores": "Everyone on gold",
            "fixed": f"Fixed: {len(against.fixed) if against else 0}",
            "broken": f"Broke: {len(against.broken) if against else 0}",
            "parts": "Where",
            "confidence": "Confidence",
            "rationales": "Rationales",
            "lineage": "Lineage",
            "versions": "Versions",
        }
        if staged:
            words = {"scores": words.pop("scores"), "chain": "Stages", **words}
        if not by_kind[kind].authors:
            words = {one: words[one] for one in ("lineage", "versions")}
        view = kept_choice("View", list(words), words.__getitem__, session.MODELS_VIEW)
    return by_kind[kind], view


def ask_button(page: Page, version: ModelVersion) -> None:
    """Have the student answer what it has not answered yet."""
    waiting = len(unanswered(page.store, version))
    if waiting == 0:
        return
    if st.button(
        f"Answer {waiting:,} new items",
        icon=":material/model_training:",
        key="models_ask",
        disabled=any(not job.ended for job in page.store.jobs.list(page.project.id, "answer")),
        help="Those it has not answered yet. Its answers then stand beside the teacher's in "
        "Review.",
    ):
        with errors_shown():
            require(page, "ask", f"student v{version.number}")
            job = ask_student(page.store, version)
            st.toast(f"Queued: {job.title}", icon=":material/check:")
            st.rerun()


page = page_setup("Models")
store, project_id = page.store, page.project.id
st.title("Models")
versions = store.versions.list(project_id)
if not versions:
    st.info(
        "There is no student yet. A student is trained from the teacher's answers and your "
        "corrections; then this page says whether it is better than its teacher.",
        icon=":material/model_training:",
    )
    st.page_link("pages/train.py", label="Train a student", icon=":material/model_training:")
    st.stop()

version = chosen_version(versions)
try:
    evaluation = evaluation_of(store, version)
except AppError as error:
    st.error(str(error), icon=":material/error:")
    show_versions(page, versions, version)
    st.stop()

st.markdown(f"**Student v{version.number}** on gold, the items kept away from all learning:")
show_verdict(page.store, evaluation, version)
with show_promotion(page, version, evaluation):
    download_button(page, version, evaluation)
    ask_button(page, version)
if any(not job.ended for job in store.jobs.list(project_id, "answer")):
    show_jobs(page, "answer", empty="")

result, view = choose(evaluation, has_stages(store, version, evaluation))
question = store.types.questions(project_id)[result.question_id]
against = result.against("teacher")
if view == "scores":
    show_scores(result, question, version)
elif view in ("fixed", "broken"):
    item_ids = () if against is None else against.fixed if view == "fixed" else against.broken
    show_balance(against)
    show_changes(page, version, question, item_ids, key=f"{view}_page")
elif view == "chain":
    show_chain(page, version, question)
elif view == "parts":
    show_slices(result, version, class_names(store, version))
elif view == "confidence":
    show_confidence(result, version)
elif view == "rationales":
    show_rationales(result)
elif view == "lineage":
    show_lineage(page, version)
else:
    show_versions(page, versions, version)
