"""Channels of other series over the same time: candidates, memory, and what can be drawn."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.series import SeriesData, SeriesInfo, TimeUnit
from pages.components import session
from pages.components.services import Services
from pages.components.workflows.linked_channels import (
    Link,
    candidates,
    change_links,
    linked_to,
    look_up,
    zones_differ,
)
from storage import Store, open_store
from storage.rows import StoredSeries

APP = Path(__file__).parents[2] / "app.py"
SECOND = 1_000_000_000
BASE_S = 1_700_000_000


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path)


def stored(
    store: Store,
    name: str,
    first_s: int = 0,
    n: int = 100,
    step_s: int = 1,
    unit: TimeUnit = "ns",
    channels: tuple[str, ...] = ("value",),
    timed: bool = True,
) -> StoredSeries:
    """Store a series of known times; its values count up from its first second."""
    ticks = (BASE_S + first_s + np.arange(n) * step_s) * (SECOND if unit == "ns" else 10**6)
    values = np.tile(first_s + np.arange(n, dtype=float)[:, None], (1, len(channels)))
    data = SeriesData(values=values, time=ticks if timed else None, unit=unit)
    info = SeriesInfo(name, channels, zone_known=True)
    return store.series.add(store.projects.default().id, data, info)[0]


def test_candidates_are_the_channels_of_other_series_over_the_same_time(store: Store) -> None:
    own = stored(store, "own", n=100)
    stored(store, "before", first_s=-100, n=100)
    stored(store, "after", first_s=100)
    stored(store, "no times", timed=False, n=7)
    touching = stored(store, "touching", first_s=99, n=5)
    slow = stored(store, "slow", n=3, step_s=60, unit="us", channels=("flow", "level"))
    assert [one.link for one in candidates(store, own)] == [
        Link(touching.id, 0),
        Link(slow.id, 0),
        Link(slow.id, 1),
    ]
    assert [one.link for one in candidates(store, own, "LEVEL slow")] == [Link(slow.id, 1)]


def test_a_series_without_times_has_no_candidates(store: Store) -> None:
    own = stored(store, "own", timed=False)
    stored(store, "other")
    assert candidates(store, own) == []


def test_links_are_remembered_and_two_people_do_not_undo_each_other(store: Store) -> None:
    own, one, two = stored(store, "own"), stored(store, "one", 5), stored(store, "two", 6)
    links = [Link(one.id, 0), Link(two.id, 0)]
    change_links(store, own, before=[], after=links[:1])
    change_links(store, own, before=[], after=links[1:])  # another tab that had seen none
    assert linked_to(store, own) == tuple(links)
    change_links(store, own, before=links, after=links[1:])
    assert linked_to(open_store(store.home), own) == (links[1],)
    assert linked_to(store, one) == ()


def test_what_is_archived_or_gone_is_told_and_the_rest_is_drawn(store: Store) -> None:
    own, kept, put_away = stored(store, "own"), stored(store, "kept", 5), stored(store, "old", 6)
    links = [Link(kept.id, 0), Link(put_away.id, 0), Link("nobody", 0), Link(kept.id, 4)]
    store.series.archive(own.project_id, put_away.id)
    found, lost = look_up(store, own, links)
    assert [one.link for one in found] == [links[0]]
    assert [one.why for one in lost] == [
        "old is archived, so it is not drawn here.",
        "A series that was shown here is no longer in this project.",
        "kept has 1 channel, and channel 5 was shown here.",
    ]


def test_an_assumed_zone_beside_a_known_one_is_doubtful() -> None:
    known = SeriesInfo("a", ("v",), zone="UTC", zone_known=True)
    assumed = SeriesInfo("b", ("v",), zone="UTC")
    other = SeriesInfo("c", ("v",), zone="Asia/Tokyo")
    assert zones_differ(known, assumed)
    assert zones_differ(assumed, other)
    assert not zones_differ(assumed, assumed)
    assert not zones_differ(known, known)


def explored(store: Store, row: StoredSeries) -> AppTest:
    """Open a series in Explore, the list of channels to add unfolded."""
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state[session.SERVICES] = Services(store=store, worker=False)
    app.session_state[session.EXPLORE_LINKED] = True
    app.run()
    app.query_params["series"] = row.id
    app.switch_page("pages/explore.py").run()
    assert not app.exception
    return app


def test_a_channel_added_in_explore_is_there_for_everybody_until_it_is_taken_off(
    store: Store,
) -> None:
    own, other = stored(store, "own"), stored(store, "other", 5, channels=("flow", "level"))
    key = f"explore_linked_{own.id}"
    app = explored(store, own)
    app.multiselect(key=key).set_value([Link(other.id, 1)]).run()
    assert linked_to(store, own) == (Link(other.id, 1),)
    again = explored(store, own)
    assert again.multiselect(key=key).value == [Link(other.id, 1)]
    again.multiselect(key=key).set_value([]).run()
    assert not again.exception
    assert linked_to(store, own) == ()


def test_a_linked_series_that_was_archived_is_told_and_can_be_taken_off(store: Store) -> None:
    own, other = stored(store, "own"), stored(store, "other_1", 5)
    change_links(store, own, [], [Link(other.id, 0)])
    store.series.archive(own.project_id, other.id)
    app = explored(store, own)
    assert app.warning[0].value == "other\\_1 is archived, so it is not drawn here."
    app.button(key=f"explore_unlink_{own.id}_{other.id}_0").click().run()
    assert not app.exception
    assert linked_to(store, own) == ()


def test_a_series_whose_samples_cannot_be_read_is_told(store: Store) -> None:
    own, other = stored(store, "own"), stored(store, "other", 5)
    change_links(store, own, [], [Link(other.id, 0)])
    store.series.blob_path(other.content_hash).unlink()
    app = explored(store, own)
    assert app.warning[0].value.startswith("other cannot be read")
