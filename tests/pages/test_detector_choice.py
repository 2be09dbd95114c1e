"""Detectors on pages: scores worked out once, chosen in Explore, taken over as marks."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from test_explore import open_explore

from core.chooser import Choice, Known
from core.detectors import DETECTORS
from core.errors import DataError
from core.intervals import Interval
from core.series import SeriesData, SeriesInfo
from pages.components import session
from pages.components.detector_choice import proposal_words, score_desk
from pages.components.explore_marks import OWN, scene_of
from pages.components.workflows import scoring
from pages.components.workflows.linking import ViewLink
from pages.components.workflows.score_desk import ScoreDesk
from pages.components.workflows.scoring import (
    BEST,
    Proposal,
    propose,
    slow_words,
    stretch_marks,
    strongest,
)
from storage import Store
from tests.pages.small_project import SmallProject, empty_project


def bumpy(n: int = 600) -> SeriesData:
    """Two channels of bounded noise; the second one is far off in [100, 110) and [400, 403)."""
    values = np.random.default_rng(0).normal(size=(n, 2)).clip(-1.5, 1.5)
    values[100:110, 1] += 40.0
    values[400:403, 1] -= 90.0
    return SeriesData(values=values)


def bumpy_project(home: Path) -> SmallProject:
    small = empty_project(home)
    names = SeriesInfo("bumpy", ("calm", "off"))
    small.store.series.add(small.project_id, bumpy(), names)
    return small


def refs(app: AppTest) -> list[str]:
    """Return whose marks the tab below the plot lists."""
    return list(app.dataframe[-1].value["Whose"])


def own_marks(store: Store, project_id: str) -> list[tuple[int, int, tuple[int, ...]]]:
    (row,) = store.series.list(project_id)
    found = store.annotations.current(project_id, row.id)
    return [(mark.start, mark.stop, mark.channels) for mark in found]


def test_a_proposal_is_the_stretches_above_the_strips_own_threshold() -> None:
    found = propose("robust_z", bumpy())
    assert [(one.start, one.stop, one.channels) for one in found.stretches] == [
        (100, 110, (1,)),
        (400, 403, (1,)),
    ]
    above = found.strip.scores > (found.strip.threshold or np.inf)
    assert np.flatnonzero(above).tolist() == [*range(100, 110), *range(400, 403)]
    assert found.strip.quantiles[100:110].min() > 0.97
    assert "2 stretches above its threshold" in proposal_words(found)


def test_scores_of_one_content_are_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        scoring, "propose", lambda key, data, known: asked.append(key) or propose(key, data)
    )
    desk, data = ScoreDesk(), bumpy()
    first = desk.ask(data, "hash", "robust_z").wait(30)
    assert desk.ask(data, "hash", "robust_z").wait(30) is first
    assert desk.ask(data, "other", "robust_z").wait(30) is not first
    assert asked == ["robust_z", "robust_z"]


def test_a_page_is_not_held_up_by_scores_that_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    monkeypatch.setattr(
        scoring, "propose", lambda key, data, known: go.wait(30) and propose(key, data)
    )
    desk = ScoreDesk()
    working = desk.ask(bumpy(), "hash", "robust_z")
    assert working.wait(0.01) is None
    go.set()
    assert working.wait(30) is not None


def test_what_is_looked_at_comes_before_what_was_asked_ahead_or_earlier(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go, done = threading.Event(), list[int]()

    def slow(key: str, data: SeriesData, _known: Known | None) -> Proposal:
        go.wait(30)
        done.append(data.n_samples)
        return propose(key, data)

    monkeypatch.setattr(scoring, "propose", slow)
    desk = ScoreDesk()
    asked = [desk.ask(bumpy(500), "500", "robust_z")]
    while asked[0].began is None:
        time.sleep(0.01)
    asked += [desk.ask(bumpy(n), f"{n}", "robust_z", ahead=True) for n in (510, 520)]
    asked.append(desk.ask(bumpy(530), "530", "robust_z"))
    assert (asked[3].began, asked[3].seconds) == (None, 0.0)
    desk.ask(bumpy(520), "520", "robust_z")
    go.set()
    for one in asked:
        one.wait(30)
    assert done == [500, 520, 530, 510]


def test_the_suggestion_is_made_anew_when_twice_as_many_events_are_marked() -> None:
    desk, data = ScoreDesk(), bumpy()

    def marked(n: int) -> Known:
        events = tuple(Interval(start=100 + 10 * k, stop=102 + 10 * k) for k in range(n))
        return Known(reviewed=((0, len(data.values)),), events=events)

    asked = {n: desk.ask(data, "hash", BEST, marked=marked(n)) for n in (1, 2, 3, 4)}
    asked[0] = desk.ask(data, "hash", BEST)
    assert asked[2] is asked[3]
    assert len({id(one) for one in asked.values()}) == 4
    one_mark = asked[1].wait(120)
    assert one_mark is not None
    assert "on the 1 event marked here" in one_mark.because
    assert desk.ask(data, "hash", "knn", marked=marked(1)) is desk.ask(data, "hash", "knn")


def test_a_detector_chosen_by_hand_does_not_wait_for_the_choice_of_the_best(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go = threading.Event()
    monkeypatch.setattr(
        scoring,
        "propose",
        lambda key, data, known: propose("robust_z", data) if key != BEST or go.wait(30) else None,
    )
    desk = ScoreDesk()
    best = desk.ask(bumpy(), "hash", BEST)
    assert desk.ask(bumpy(), "hash", "robust_z").wait(30) is not None
    assert not best.future.done()
    go.set()
    assert best.wait(30) is not None


def test_what_failed_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_key: str, _data: SeriesData, _known: Known | None) -> None:
        raise DataError("the series has no samples left")

    desk = ScoreDesk()
    monkeypatch.setattr(scoring, "propose", refused)
    with pytest.raises(DataError, match="no samples left"):
        desk.ask(bumpy(), "hash", "robust_z").wait(30)
    monkeypatch.setattr(scoring, "propose", propose)
    assert desk.ask(bumpy(), "hash", "robust_z").wait(30) is not None


def test_the_desk_lets_go_of_the_oldest_scores_when_there_are_too_many() -> None:
    desk = ScoreDesk(kept=1_500)
    for name in ("a", "b", "c"):
        desk.ask(bumpy(), name, "robust_z").wait(30)
    assert [desk.knows(name, "robust_z") for name in ("a", "b", "c")] == [False, True, True]


def test_the_best_one_is_the_choosers_first_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def ranked(
        _values: np.ndarray, _seconds: np.ndarray | None, _known: Known | None
    ) -> list[Choice]:
        return [Choice("spectral_residual", 0.6, "0.60 on trials"), Choice("robust_z", 0.2, "")]

    monkeypatch.setattr("core.chooser.rank", ranked)
    found = propose(BEST, bumpy())
    assert (found.key, found.strip.label) == ("spectral_residual", "Spectral residual")
    words = proposal_words(found)
    assert "above its threshold. Expected to suit it best\\: VUS-PR 0.60 on trials." in words
    assert "minutes" in slow_words(None, 2_000_000, 1)
    assert slow_words(None, 60_000, 2) == ""


def test_what_takes_long_is_said_before_it_starts() -> None:
    by_key = {key: make() for key, make in DETECTORS.items()}
    assert slow_words(by_key["robust_z"], 100_000, 3) == ""
    said = slow_words(by_key["robust_z"], 10_000_000, 1)
    assert said == "10,000,000 samples take up to 3 minutes; the page can be used meanwhile"
    limited = [one for one in by_key.values() if one.limit is not None]
    for one in limited:
        assert one.limit is not None
        assert one.beyond.rstrip(".") in slow_words(one, one.limit + 1, 1)
        assert one.beyond not in slow_words(one, 1_000, 1)


def test_stretches_are_read_only_marks_with_the_channels_that_stand_out() -> None:
    found = propose("robust_z", bumpy())
    marks = stretch_marks(found, 2)
    assert [(m.number, m.start, m.stop, m.channels, m.movable) for m in marks] == [
        (1, 100, 110, (1,), False),
        (2, 400, 403, (1,), False),
    ]
    (highest,) = strongest(found.stretches, 1)
    assert highest.start == 400
    scene = scene_of("me", (), (), (), None).beside(marks)
    assert scene.lanes == (OWN, "Robust z-score")
    assert scene.other_mark(marks[0].ref) == marks[0]


def test_a_stretch_of_a_chosen_detector_is_taken_over_as_an_own_mark(tmp_path: Path) -> None:
    small = bumpy_project(tmp_path)
    (row,) = small.store.series.list(small.project_id)
    app = open_explore(small, link=ViewLink(row.id))
    app.radio(key=session.DETECTOR).set_value("robust_z").run()
    assert any("2 stretches above its threshold" in one.value for one in app.caption)
    assert refs(app) == ["Robust z-score"] * 2
    app = open_explore(small, link=ViewLink(row.id, None, "detector:robust_z:400"))
    app.radio(key=session.DETECTOR).set_value("robust_z").run()
    app.button(key="explore_take_detector:robust_z:400").click().run()
    assert own_marks(small.store, small.project_id) == [(400, 403, (1,))]


def test_a_long_series_is_scored_only_when_somebody_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "LONG", 1_000)
    small = bumpy_project(tmp_path)
    (row,) = small.store.series.list(small.project_id)
    score_desk.clear()  # what another test worked out of the same content
    app = open_explore(small, link=ViewLink(row.id))
    app.radio(key=session.DETECTOR).set_value("robust_z").run()
    assert any("600 samples of 2 channels take up to" in one.value for one in app.caption)
    assert not app.dataframe
    app.button(key=f"detector_start_robust_z_{row.id}").click().run()
    assert refs(app) == ["Robust z-score"] * 2
