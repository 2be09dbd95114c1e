"""The kills of the review benchmark: what is planned, and a short run with all three kinds."""

import random
from collections import Counter

import pytest

from benchmarks.review_kills import TARGETS, kills, plan


def test_each_target_and_each_third_inside_a_write_comes_as_often() -> None:
    planned = plan(500, 60, random.Random(1))

    assert len(planned) == 60
    assert Counter(kill.target for kill in planned.values()) == dict.fromkeys(TARGETS, 20)
    assert sum(kill.inside for kill in planned.values()) == 21
    assert plan(500, 60, random.Random(1)) == planned != plan(500, 60, random.Random(2))


@pytest.mark.browser
@pytest.mark.slow
def test_browser_app_and_worker_are_killed_in_a_write_and_nothing_is_lost() -> None:
    found = kills(corrections=6, n_kills=3, undos=2, seed=1)

    assert found["inside"] == dict.fromkeys(TARGETS, 1)
    assert {key: found[key] for key in ("stored", "lost", "twice", "uncommitted")} == {
        "stored": 6,
        "lost": 0,
        "twice": 0,
        "uncommitted": 0,
    }
    assert (found["answers_twice"], found["answered"]) == (0, found["asked"])
    assert (found["integrity"], found["undone_exactly"]) == ("ok", True)
