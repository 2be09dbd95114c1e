"""Models: whether the student is better, everyone on gold, what changed, and the versions."""

import streamlit as st

from core.errors import AppError
from core.evaluation import Evaluation, QuestionEvaluation
from pages.components import session
from pages.components.job_panel import show_jobs
from pages.components.kept import kept_choice
from pages.components.messages import errors_shown
from pages.components.model_changes import show_changes
from pages.components.model_rationales import show_rationales
from pages.components.model_scores import show_scores
from pages.components.model_verdict import show_verdict
from pages.components.model_versions import promote_button, show_versions
from pages.components.page import Page, page_setup
from pages.components.workflows.comparing import ask_student, evaluation_of, unanswered
from storage.rows import ModelVersion

VERSION_PARAM = "version"


def chosen_version(versions: list[ModelVersion]) -> ModelVersion:
    """Return the version the address names, else the newest one that is not retired."""
    wanted = st.query_params.get(VERSION_PARAM)
    if wanted is not None:
        for version in versions:
            if version.id == wanted:
                return version
        st.warning("The address names a version that is not here; the newest one is shown instead.")
    return next((version for version in versions if version.state != "retired"), versions[0])


def choose_question(evaluation: Evaluation) -> QuestionEvaluation:
    """Let people pick the question whose numbers are shown."""
    by_kind = {str(question.kind): question for question in evaluation.questions}
    if len(by_kind) == 1:
        return evaluation.questions[0]
    chosen = kept_choice(
        "Question",
        list(by_kind),
        lambda kind: by_kind[kind].name,
        session.MODELS_QUESTION,
        labelled=False,
    )
    return by_kind[chosen]


def ask_button(page: Page, version: ModelVersion) -> None:
    """Have the student answer what it has not answered yet."""
    waiting = len(unanswered(page.store, version))
    if st.button(
        f"Answer {waiting:,} new items with this student",
        icon=":material/model_training:",
        disabled=waiting == 0,
        key="models_ask",
        help="Its answers then stand beside the teacher's in Review.",
    ):
        with errors_shown():
            job = ask_student(page.store, version)
            st.toast(f"Queued: {job.title}", icon=":material/check:")


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
    evaluation = None

if evaluation is not None:
    st.markdown(f"**Student v{version.number}** on gold, the items kept away from all learning:")
    show_verdict(evaluation, version)
with st.container(horizontal=True, vertical_alignment="center"):
    promote_button(page, version)
    if evaluation is not None:
        ask_button(page, version)
show_jobs(page, "answer", empty="")

if evaluation is not None:
    result = choose_question(evaluation)
    question = store.questions.get(result.question_id)
    if result.authors:
        st.subheader("Everyone on gold", divider="gray")
        show_scores(result, question, version)
        st.subheader("What changed against the teacher", divider="gray")
        show_changes(page, result, question, version)
        st.subheader("Do its rationales hold?", divider="gray")
        show_rationales(result)

st.subheader("Versions", divider="gray")
show_versions(page, versions, version)
