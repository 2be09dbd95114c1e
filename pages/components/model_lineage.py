"""Where a version comes from: its run, its snapshot, and whose labels it learned."""

from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from core.provenance import Source
from core.students import WITHOUT_LABELS
from pages.components.cached import learned_of
from pages.components.kept import kept_page
from pages.components.marks import AUTHOR_WORDS
from pages.components.page import Page
from pages.components.words import count, plain
from pages.components.workflows.version_lineage import learned_by, learned_lines, origin_of
from storage.rows import ModelVersion

PER_PAGE = 8


def show_lineage(page: Page, version: ModelVersion) -> None:
    """Show run, snapshot and sources, and the labels of one source as links into Review."""
    learned = learned_of(page.store, version)
    origin = origin_of(page.store, version, learned)
    when = origin.snapshot_at.astimezone(ZoneInfo(page.project.zone)).strftime("%Y-%m-%d %H:%M")
    run = plain(origin.job) if origin.job else "a run that is not in this database"
    st.markdown(
        f"Student v{version.number} came from **{run}** and snapshot `{version.snapshot_hash[:12]}`"
        f", made {when}."
    )
    for number in origin.students:
        st.caption(f":material/school: A lead chose to learn from student v{number}'s answers too.")
    if version.student in WITHOUT_LABELS:
        st.caption(
            ":material/school: It learned from the series themselves; nobody's labels taught it. "
            "Reviewed windows measured it, and chose how sensitive it is where there were enough."
        )
        return
    if not origin.sources:
        st.caption("Its snapshot's folder is not on this machine, so its labels are not known.")
        return
    by_name = {_name(one): one for one in origin.sources}
    st.markdown(f"It learned {count(origin.n_learned, 'label')}:")
    chosen = st.segmented_control(
        "Whose labels",
        list(by_name),
        format_func=lambda name: f"{plain(name)}: {by_name[name].n:,}",
        default=next(iter(by_name)),
        required=True,
        key=f"lineage_source_{version.id}",
        label_visibility="collapsed",
    )
    source = by_name[chosen or next(iter(by_name))]
    ids = source.item_ids
    place = st.container()
    n_pages = -(-len(ids) // PER_PAGE)
    first = (kept_page(n_pages, "lineage_page") - 1) * PER_PAGE if n_pages > 1 else 0
    with place:
        shown = ids[first : first + PER_PAGE]
        for item_id, where, words in learned_lines(page.store, version, learned, shown):
            link, said = st.columns([1, 3], vertical_alignment="center")
            link.page_link(
                "pages/review.py",
                label=where,
                icon=":material/open_in_new:",
                query_params={"item": item_id},
            )
            said.markdown(f":small[learned as **{plain(words)}**]")


def _name(one: Source) -> str:
    if one.kind in ("person", "unknown"):
        return one.name
    words = AUTHOR_WORDS["rules"] if one.kind == "rules" else one.name
    return f"{words} (version {one.version[:8]})" if one.version else words


def show_learned_by(page: Page, item_id: str) -> None:
    """Say which versions learned from an item; nothing when none did."""
    numbers = learned_by(page.store, page.project.id, item_id, partial(learned_of, page.store))
    if numbers:
        named = ", ".join(f"v{number}" for number in numbers)
        st.caption(f":material/school: Learned by student {named}.")
