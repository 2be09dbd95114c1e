"""Change-point figures: values recorded from the field's code, slow twins, and hand arithmetic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DataError
from core.metrics.change_points import (
    change_point_auc,
    covering,
    margin_score,
    strongest,
    triangle_utility,
)
from tests.core.metrics.change_point_cases import annotated, scored

# From TCPDBench (alan-turing-institute, analysis/scripts/metrics.py at 1709f40) on the series of
# `annotated`: seed, F1 at margins 0, 5 and 10, covering. Its set order is rising on all of these.
TCPD = [
    (0, 0.292063492, 0.79759519, 0.924731183, 0.77466752),
    (1, 0.479023646, 0.80171184, 0.80171184, 0.810863354),
    (2, 0.340425532, 0.605263158, 0.605263158, 0.714651567),
    (3, 0.642857143, 0.642857143, 0.642857143, 0.910110182),
    (4, 0.324324324, 0.602393617, 0.818897638, 0.747731686),
    (5, 0.317649759, 0.642316115, 0.642316115, 0.644558107),
    (6, 0.357603687, 0.572093023, 0.593258427, 0.52284064),
    (7, 0.486486486, 0.832684825, 0.880597015, 0.808586909),
]
# From CORD_CPD (RifleZhang, utils/cp_function_utils.py at 405110a) on the scores of `scored`, with
# burn-in 25 at both ends: seed, AUC with window 1, mean triangle utility with width 15. Its window
# of 1 gives both neighbours of a change the weight 0: they are ignored.
CORD = [
    (0, 0.626728723, 0.736666667),
    (1, 0.648670213, 0.815),
    (2, 0.518404255, 0.748333333),
]
MIDDLE = (25, 75)

points = st.lists(st.integers(0, 29), max_size=6)
annotations = st.dictionaries(st.sampled_from("abc"), points, min_size=1)


@pytest.mark.parametrize(("seed", "f1_0", "f1_5", "f1_10", "cover"), TCPD)
def test_the_values_are_those_of_tcpdbench(
    seed: int, f1_0: float, f1_5: float, f1_10: float, cover: float
) -> None:
    n, marks, found = annotated(seed)
    scores = [margin_score(found, marks, margin).f1 for margin in (0, 5, 10)]
    assert scores == pytest.approx([f1_0, f1_5, f1_10], abs=1e-6)
    assert covering(found, marks, n) == pytest.approx(cover, abs=1e-6)


@pytest.mark.parametrize(("seed", "auc", "utility"), CORD)
def test_the_values_are_those_of_cord_cpd(seed: int, auc: float, utility: float) -> None:
    scores, changes = scored(seed)
    found = change_point_auc(list(scores), [[change] for change in changes], MIDDLE, neighbours=1)
    assert found == pytest.approx(auc, abs=1e-6)
    utilities = [
        triangle_utility(strongest(row, MIDDLE), change, 15)
        for row, change in zip(scores, changes, strict=True)
    ]
    assert np.mean(utilities) == pytest.approx(utility, abs=1e-6)


def labels(starts: list[int], n: int) -> list[int]:
    """The number of the segment of every sample."""
    marks, number, found = set(starts), 0, list[int]()
    for sample in range(n):
        number += sample in marks
        found.append(number)
    return found


@given(points, annotations)
def test_covering_agrees_with_counting_samples(
    found: list[int], marks: dict[str, list[int]]
) -> None:
    n = 30
    given_labels = labels(found, n)

    def best(samples: set[int]) -> float:
        segments = [
            {s for s in range(n) if given_labels[s] == number} for number in set(given_labels)
        ]
        return max(len(samples & one) / len(samples | one) for one in segments)

    totals: list[float] = []
    for starts in marks.values():
        own = labels(starts, n)
        total = 0.0
        for sample in range(n):
            total += best({s for s in range(n) if own[s] == own[sample]})
        totals.append(total / n)
    assert covering(found, marks, n) == pytest.approx(np.mean(totals))


@given(points, annotations, st.integers(0, 20))
def test_a_wider_margin_never_finds_fewer_changes_of_one_person_alone(
    found: list[int], marks: dict[str, list[int]], margin: int
) -> None:
    # with one mark each there is nothing to take from another mark
    single = {name: starts[:1] for name, starts in marks.items()}
    narrow = margin_score(found[:1], single, margin).recall
    assert margin_score(found[:1], single, 30).recall >= narrow > 0


@given(points)
def test_what_the_only_annotator_marked_is_perfect(marks: list[int]) -> None:
    assert margin_score(marks, {"a": marks}, 0).f1 == 1.0
    assert covering(marks, {"a": marks}, 30) == pytest.approx(1.0)


def test_margin_f1_by_hand() -> None:
    # With 0 added: X = {0, 10, 20}; a = {0, 12, 40}, b = {0, 20}; the union is {0, 12, 20, 40}.
    score = margin_score([10, 20], {"a": [12, 40], "b": [20]}, margin=5)
    assert score.precision == pytest.approx(3 / 3)
    assert score.recall == pytest.approx((2 / 3 + 2 / 2) / 2)
    assert score.f1 == pytest.approx(2 * (5 / 6) / (1 + 5 / 6))


def test_a_given_point_serves_one_mark_only() -> None:
    # {0, 10} is given; of the marks 9 and 11 the first takes 10.
    assert margin_score([10], {"a": [9, 11]}, margin=5).recall == pytest.approx(2 / 3)


def test_the_margin_itself_still_counts_and_one_more_does_not() -> None:
    assert margin_score([25], {"a": [20]}, margin=5).f1 == 1.0
    assert margin_score([26], {"a": [20]}, margin=5).f1 == pytest.approx(0.5)


def test_covering_by_hand() -> None:
    # Marked 0..4 and 5..10, given 0..10: each marked segment shares half of the given one.
    assert covering([], {"a": [5]}, 10) == pytest.approx(0.5)
    # Marked 0..10 as one, given in two halves: the best half covers half.
    assert covering([5], {"a": []}, 10) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("found", "utility"), [(50, 1.0), (53, 0.8), (44, 0.6), (65, 0.0), (90, 0.0)]
)
def test_the_triangle_by_hand(found: int, utility: float) -> None:
    assert triangle_utility(found, 50, 15) == pytest.approx(utility)


def auc_by_pairs(scores: list[float], marked: list[bool]) -> float:
    """The share of pairs of a change and another sample in which the change scores higher."""
    wins = [
        1.0 if high > low else 0.5 if high == low else 0.0
        for high, is_change in zip(scores, marked, strict=True)
        for low, is_other in zip(scores, marked, strict=True)
        if is_change and not is_other
    ]
    return sum(wins) / len(wins)


@given(st.lists(st.integers(0, 4), min_size=12, max_size=12), st.integers(3, 8), st.integers(0, 2))
def test_the_auc_agrees_with_counting_pairs_inside_the_range_without_neighbours(
    raw: list[int], change: int, neighbours: int
) -> None:
    kept = [
        sample for sample in range(2, 10) if sample == change or abs(sample - change) > neighbours
    ]
    expected = auc_by_pairs([float(raw[s]) for s in kept], [s == change for s in kept])
    found = change_point_auc([np.array(raw, np.float64)], [[change]], (2, 10), neighbours)
    assert found == pytest.approx(expected)


def test_two_changes_side_by_side_both_count() -> None:
    scores = np.array([0.0, 0.0, 3.0, 2.0, 0.0, 1.0])
    # sample 1 and 4 are neighbours; 2 and 3 beat 0 and 5
    assert change_point_auc([scores], [[2, 3]], (0, 6), 1) == 1.0


def test_without_a_change_in_the_range_there_is_no_auc() -> None:
    assert change_point_auc([np.arange(9.0)], [[1]], (3, 9)) is None


def test_the_strongest_sample_is_looked_for_inside_the_range_only() -> None:
    assert strongest(np.array([9.0, 0.0, 2.0, 2.0, 1.0, 9.0]), (1, 5)) == 2


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(DataError, match="a margin of -1 samples"):
        margin_score([1], {"a": [1]}, -1)
    with pytest.raises(DataError, match="no annotator"):
        margin_score([1], {})
    with pytest.raises(DataError, match=r"\(a\) at sample 10 cannot be in a series of 10"):
        covering([1], {"a": [10]}, 10)
    with pytest.raises(DataError, match=r"\(given\) at sample -1 cannot be"):
        margin_score([-1], {"a": []})
    with pytest.raises(DataError, match="no width"):
        triangle_utility(1, 1, 0)
    with pytest.raises(DataError, match=r"the range \[5, 5\) is empty"):
        strongest(np.zeros(9), (5, 5))
