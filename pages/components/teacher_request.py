"""The exact request, to be looked at before anything is sent: prompt, pictures, schema."""

import streamlit as st

from pages.components.page import Page
from pages.components.words import plain
from pages.components.workflows.asking_models import ModelPlan, example_of


def show_request(page: Page, planned: ModelPlan) -> None:
    """Offer a look at what the first window's request holds."""
    if not planned.plan.windows:
        return
    with st.popover("Look at the exact request", icon=":material/visibility:"):
        _request(page, planned)


def _request(page: Page, planned: ModelPlan) -> None:
    n = planned.plan.n_windows
    place = 1
    if n > 1:
        place = st.number_input("Window", 1, n, 1, key="teachers_example")
    for teacher, share in enumerate(planned.shares):
        request = example_of(page.store, page.project.id, planned, int(place) - 1, teacher)
        st.markdown(f"**{plain(share.endpoint.name)}** · {plain(share.endpoint.base_url)}")
        for picture in request.pictures:
            st.image(picture)
        st.code(request.text, language=None, wrap_lines=True)
        if request.schema is not None:
            with st.expander("Schema of the answer"):
                st.json(request.schema)
    st.caption(
        "Options are shuffled anew for each window. No file, series or channel name is in it."
    )
