"""What the columns of a file are for; the form stays small with hundreds of them."""

from collections.abc import Sequence
from typing import cast

import pandas as pd
import streamlit as st

from core.ingest import Proposal, Settings, TimeAxis
from pages.components import session
from pages.components.words import count
from pages.components.workflows.uploading import Desk

FEW_COLUMNS = 12
"""Up to this many columns are shown as tags; more become rows of a table."""
WIDE = {"together": "One series", "each": "One for each channel"}
LONG = {"together": "One series", "each": "One for each id"}
USES = ("channel", "answer", "not used")


def edit_columns(
    desk: Desk, proposal: Proposal, base: Settings, time: TimeAxis, key: str
) -> dict[str, object]:
    """Which columns are channels, which give answers away, and how many series they make."""
    free = [c.name for c in proposal.columns if c.name not in time.columns]
    # Widgets whose choices depend on a choice above are new ones when that changes.
    key = f"{key}_{time.columns}"
    ids = ["(none: columns are channels)", *free]
    id_column = st.selectbox(
        "Column that names the series of a row",
        ids,
        index=ids.index(base.id_column) if base.id_column in ids else 0,
        key=f"{key}_id",
        help="For long tables: one row per series and time. Wide tables have none.",
    )
    long = id_column != ids[0]
    free = [name for name in free if not long or name != id_column]
    edit = _edit_tags if len(free) <= FEW_COLUMNS else _edit_table
    answers, values = edit(desk, free, base, f"{key}_{id_column}")
    names = LONG if long else WIDE
    split = base.split
    if long or len(values) > 1:
        split = st.segmented_control(
            "Makes",
            list(names),
            default=base.split,
            format_func=lambda choice: names[choice],
            key=f"{key}_split_{long}",
            required=True,
        )
    return {
        "layout": "long" if long else "wide",
        "id_column": id_column if long else None,
        "answer_columns": tuple(answers),
        "value_columns": tuple(values),
        "split": split,
    }


def _edit_tags(
    _desk: Desk, free: Sequence[str], base: Settings, key: str
) -> tuple[list[str], list[str]]:
    """Few columns: one list of tags for each use."""
    answers = st.multiselect(
        "Answers, kept apart",
        free,
        default=[name for name in base.answer_columns if name in free],
        key=f"{key}_answers",
        help="Labels and classes give the truth away, so they never become channels.",
        placeholder="none found",
    )
    if answers:
        st.caption("Kept apart as labels; models never see them.")
    left = [name for name in free if name not in answers]
    values = st.multiselect(
        "Channels",
        left,
        default=[name for name in base.value_columns if name in left],
        key=f"{key}_values_{answers}",
    )
    return answers, values


def _edit_table(
    desk: Desk, free: Sequence[str], base: Settings, key: str
) -> tuple[list[str], list[str]]:
    """Many columns: what they are in one line, and a table of bounded height to change it."""
    key = f"{key}_uses"
    # The table's edits are kept as differences, so what it starts from must not move under them;
    # when it is drawn anew, it starts from what is chosen by now.
    if session.get(key) is None or key not in desk.column_bases:
        desk.column_bases[key] = [_use(name, base) for name in free]
    frame = pd.DataFrame({"Column": list(free), "Use": desk.column_bases[key]})
    line = st.container()
    with st.expander("Choose columns", icon=":material/view_column:"):
        edited = st.data_editor(
            frame,
            hide_index=True,
            height=280,
            disabled=["Column"],
            column_config={
                "Use": st.column_config.SelectboxColumn(options=list(USES), required=True)
            },
            key=key,
        )
    uses = cast(list[str], edited["Use"].tolist())
    answers = [name for name, use in zip(free, uses, strict=True) if use == "answer"]
    values = [name for name, use in zip(free, uses, strict=True) if use == "channel"]
    unused = len(free) - len(answers) - len(values)
    line.markdown(f"**{count(len(values), 'channel')}**  \n:small[{spread(values)}]")
    if answers:
        line.caption(
            f"{count(len(answers), 'answer column')} ({spread(answers)}) kept apart as labels; "
            "models never see them."
        )
    if unused:
        line.caption(f"{count(unused, 'column')} not used.")
    return answers, values


def spread(names: Sequence[str], ends: int = 3) -> str:
    """Name the first and the last of many columns."""
    few = len(names) <= 2 * ends
    shown = list(names) if few else [*names[:ends], "…", *names[-ends:]]
    return ", ".join(name if name == "…" else f"`{name.replace('`', '')}`" for name in shown)


def _use(name: str, base: Settings) -> str:
    if name in base.answer_columns:
        return "answer"
    return "channel" if name in base.value_columns else "not used"
