"""Rows and cells that cannot be read: listed, downloadable, and the consent to go on without."""

from collections.abc import Sequence

import streamlit as st

from core.ingest import Problem, ProblemsError
from pages.components.words import count, plain
from pages.components.workflows.problem_files import failing_rows, problems_csv
from pages.components.workflows.uploading import Desk, Upload

SHOWN = 200


def show_refusal(desk: Desk, upload: Upload, error: ProblemsError) -> None:
    """Say why the file is not stored, and offer to go on without it or to put the file away."""
    st.error(plain(str(error)), icon=":material/error:")
    show_problems(upload, error.problems, error.total)
    settings = desk.chosen(upload)
    rows = failing_rows(error.problems, settings)
    where = "with a wrong number of cells or no readable time" if rows else ""
    label = "Leave these rows out" if rows else "Read these cells as missing"
    if error.total == 1:
        label = "Leave this row out" if rows else "Read this cell as missing"
    update = {"on_bad_row": "leave_out"} if rows else {"on_bad_cell": "missing"}
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(label, key=f"upload_{upload.key}_allow", icon=":material/rule:", help=where):
            desk.settings[upload.key] = settings.model_copy(update=update)
            st.rerun()
        if st.button("Abandon this file", key=f"upload_{upload.key}_abandon", type="tertiary"):
            desk.put_away([upload.key])
            st.rerun()


def show_consent(desk: Desk, upload: Upload, problems: Sequence[Problem]) -> None:
    """Tell what is left out by consent, and offer to take the consent back."""
    if not problems:
        return
    with st.expander(
        f"{count(len(problems), 'place')} not read, as you allowed", icon=":material/rule:"
    ):
        show_problems(upload, problems, len(problems))
        if st.button("Refuse them again", key=f"upload_{upload.key}_refuse", type="tertiary"):
            desk.settings[upload.key] = desk.chosen(upload).model_copy(
                update={"on_bad_row": "refuse", "on_bad_cell": "refuse"}
            )
            st.rerun()


def show_problems(upload: Upload, problems: Sequence[Problem], total: int) -> None:
    """List the first places and offer all of them as a file."""
    st.dataframe(
        [
            {"Line": p.line, "Column": p.column, "Value": p.value, "Reason": p.reason}
            for p in problems[:SHOWN]
        ],
        hide_index=True,
        height=min(250, 40 + 35 * len(problems)),
        alt="Places that cannot be read",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download the list",
            data=lambda: problems_csv(problems),
            file_name=f"{upload.name.rsplit('/', 1)[-1]}.problems.csv",
            mime="text/csv",
            icon=":material/download:",
            key=f"upload_{upload.key}_problems",
        )
        if len(problems) > SHOWN or total > len(problems):
            held = f"the file holds {len(problems):,}" if total > len(problems) else "the file all"
            st.caption(f"The first {SHOWN:,} of {total:,}; {held}.", width="content")
