"""A link to a view: written into the address and read back."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.components.workflows.linking import ViewLink, inside, read_link


def test_a_view_goes_into_the_address_and_comes_back() -> None:
    view = ViewLink("s1", (120, 980), "m7")
    assert view.params() == {"series": "s1", "range": "120-980", "mark": "m7"}
    assert read_link(view.params()) == view


def test_empty_parts_are_not_written() -> None:
    assert ViewLink("s1").params() == {"series": "s1"}


@pytest.mark.parametrize("written", ["", "5", "9-3", "4-4", "-3-5", "a-b", "1-2-3"])
def test_a_range_that_is_none_is_left_out(written: str) -> None:
    assert read_link({"series": "s1", "range": written}) == ViewLink("s1")


@pytest.mark.parametrize(
    ("visible", "kept"), [((2, 8), (2, 8)), ((2, 80), (2, 10)), ((10, 20), None), (None, None)]
)
def test_a_linked_range_is_cut_to_the_samples_there_are(
    visible: tuple[int, int] | None, kept: tuple[int, int] | None
) -> None:
    assert inside(visible, 10) == kept


def test_only_the_last_addresses_are_remembered() -> None:
    def page() -> None:
        import streamlit as st

        from pages.components.explore_state import LINKS_KEPT, looking, note_link
        from pages.components.workflows.linking import ViewLink

        for stop in (*range(1, 400), 398):
            note_link(ViewLink("s", (0, stop)))
        seen = looking().seen
        st.text(f"{len(seen) - LINKS_KEPT} {seen[-1].visible} {seen[-2].visible}")

    assert AppTest.from_function(page).run().text[0].value == "1 (0, 398) (0, 399)"
