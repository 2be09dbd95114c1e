"""The stages of a chain over an open run of Train: how each stands, and the way to it."""

import streamlit as st

from pages.components import session
from pages.components.kept import keep
from pages.components.train_run import state_word
from pages.components.words import plain
from pages.components.workflows.chains import chain_of, stage_of
from pages.components.workflows.overview import STATE_COLOURS
from pages.components.workflows.running import Run
from storage.rows import ModelVersion


def show_stages(found: list[Run], opened: Run, versions: dict[str, ModelVersion]) -> None:
    """Show the chain that the open run is a stage of; nothing for a run alone."""
    by_id = {run.job.id: run for run in found}
    chain = chain_of([run.job for run in found], opened.job)
    if len(chain) < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for number, job in enumerate(chain, start=1):
            if number > 1:
                st.markdown(":gray[:material/arrow_forward:]", width="content")
            _stage(by_id[job.id], number, job.id == opened.job.id, versions.get(job.id))


def _stage(run: Run, number: int, shown: bool, version: ModelVersion | None) -> None:
    made = f" · v{version.number}" if version is not None else ""
    name = f"{number} {stage_of(run.job)}{made}"
    st.badge(state_word(run), color=STATE_COLOURS[run.state])
    if shown:
        st.markdown(f"**{plain(name)}**", width="content")
        return
    st.button(
        plain(name),
        key=f"train_stage_{run.job.id}",
        type="tertiary",
        on_click=keep,
        args=(session.TRAIN_RUN, run.job.id),
    )
