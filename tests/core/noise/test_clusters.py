"""Systematic errors: the corrections that agree on one, and the open examples beside them."""

import numpy as np

from core.noise.clusters import error_clusters

# One dimension: around 0 the teacher is right to say 0, around 10 it says 0 where 1 is true.
PLACE = np.array([0.0, 0.1, 0.2, 0.3, 10.0, 10.1, 10.2, 10.3, 10.4, 10.9])[:, None]
SAID = np.zeros(10, np.int64)
TRUE = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
REVIEWED = np.array([True, True, True, False, True, True, True, False, False, False])


def test_open_examples_beside_contradicting_corrections_are_suspected_the_nearest_first() -> None:
    (cluster,) = error_clusters(PLACE, SAID, TRUE, REVIEWED)
    assert (cluster.said, cluster.true) == (0, 1)
    assert cluster.corrected == (4, 5, 6)
    assert cluster.confirmed == 3
    assert cluster.suspected == (7, 8, 9)


def test_what_people_would_say_of_open_examples_is_not_read() -> None:
    unknown = np.where(REVIEWED, TRUE, 0)
    assert error_clusters(PLACE, SAID, unknown, REVIEWED) == error_clusters(
        PLACE, SAID, TRUE, REVIEWED
    )


def test_one_contradiction_is_no_system() -> None:
    once = REVIEWED & ~np.isin(np.arange(10), [5, 6])
    assert error_clusters(PLACE, SAID, TRUE, once) == []


def test_an_example_with_another_teachers_label_is_not_drawn_in() -> None:
    said = SAID.copy()
    said[9] = 1
    (cluster,) = error_clusters(PLACE, said, TRUE, REVIEWED)
    assert cluster.suspected == (7, 8)
