"""The step that joins a file to a stored series that it continues."""

import streamlit as st

from pages.components.words import plain
from pages.components.workflows.browsing import moment
from pages.components.workflows.continuing_upload import Offer
from pages.components.workflows.upload_table import Part
from pages.components.workflows.uploading import Desk

OWN = ""


def show_offers(desk: Desk, part: Part, key: str) -> None:
    """Say which stored series this one continues, and let people join the two or not."""
    if not part.offers:
        return
    sure = any(offer.proposed for offer in part.offers)
    best = part.join or part.offers[0]
    verb = "continues" if sure else "may continue"
    with st.container(border=True):
        st.markdown(
            f":material/conversion_path: This **{verb} {plain(best.stored.info.name)}**: "
            f"{plain(best.words)}."
        )
        if best.found.doubt:
            st.caption(f":material/help: {plain(best.found.doubt)}")
        names = {offer.stored.id: f"Join {plain(offer.stored.info.name)}" for offer in part.offers}
        names[OWN] = "Store on its own"
        now = part.join.stored.id if part.join else OWN
        chosen = st.segmented_control(
            "What becomes of it",
            list(names),
            default=now,
            format_func=lambda one: names[one],
            required=True,
            key=f"{key}_join_{part.data.content_hash[:16]}",
            label_visibility="collapsed",
            help="Joining keeps all labels; only the new samples become new items.",
        )
        if chosen != now:
            desk.joins[part.data.content_hash] = chosen
            st.rerun()
        _show_conflicts(best)


def _show_conflicts(offer: Offer) -> None:
    """List what differs in the overlap; the stored values stay."""
    found = offer.found
    if not found.conflicts:
        return
    names = offer.stored.info.channel_names
    with st.expander(f"{found.n_conflicts:,} values differ; the stored ones are kept"):
        st.dataframe(
            [
                {
                    "Sample": conflict.sample,
                    "Time": _moment(conflict.tick, offer),
                    "Channel": names[conflict.channel],
                    "Stored": conflict.stored,
                    "In the file": conflict.new,
                }
                for conflict in found.conflicts
            ],
            hide_index=True,
            height=min(212, 38 + 35 * len(found.conflicts)),
            alt="Values that differ",
        )
        if found.n_conflicts > len(found.conflicts):
            st.caption(f"The first {len(found.conflicts):,} of {found.n_conflicts:,}.")
        if found.n_between:
            st.caption(
                f"{found.n_between:,} samples of the file lie between stored ones; they would move "
                "labels, so they are left out."
            )


def _moment(tick: int | None, offer: Offer) -> str:
    return "" if tick is None else moment(tick, offer.stored.unit, offer.stored.info.zone)
