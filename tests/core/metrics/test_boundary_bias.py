"""Edges between people: hand arithmetic, the sign, types, and what has no edge to compare."""

import numpy as np
import pytest

from core.answers import AnswerContent, FoundInterval
from core.metrics.agreement import Answered
from core.metrics.boundary_bias import edge_bias, pairwise_bias, sure

Event = tuple[int, int] | tuple[int, int, str]


def marked(*events: Event, group: str = "s") -> Answered:
    found = (
        FoundInterval(number=k, start=one[0], stop=one[1], type_id=one[2] if len(one) > 2 else None)
        for k, one in enumerate(events, start=1)
    )
    return Answered(group, AnswerContent(kind="anomaly", intervals=tuple(found)))


def test_the_mean_is_the_second_persons_edge_minus_the_firsts() -> None:
    ana = [marked((10, 30), (50, 70)), marked((100, 140))]
    ben = [marked((12, 30), (54, 67)), marked((103, 139))]

    found = edge_bias(("ana", "ben"), ana, ben)

    assert (found.n, found.start.value, found.stop.value) == (3, (2 + 4 + 3) / 3, (0 - 3 - 1) / 3)
    # three pairs are too few for an interval, and for being sure
    assert (found.start.low, found.start.high) == (None, None)
    assert not sure(found.start)


def test_what_only_one_of_them_marked_is_left_out() -> None:
    ana = [marked((10, 30), (200, 220)), marked()]
    ben = [marked((11, 30)), marked((5, 9))]

    found = edge_bias(("ana", "ben"), ana, ben)

    assert (found.n, found.start.value, found.stop.value) == (1, 1.0, 0.0)
    assert edge_bias(("ana", "ben"), [], []).n == 0


def test_a_bias_is_found_where_it_is_and_not_where_it_is_not() -> None:
    random = np.random.default_rng(3)
    ana, ben = [], []
    for k in range(40):  # each its own series; ben starts 4 later, and stops where ana does
        at, jitter = 50 + k, random.integers(-2, 3, 2)
        ana.append(marked((at, at + 60), group=f"s{k}"))
        shifted = (at + 4 + int(jitter[0]), at + 60 + int(jitter[1]))
        ben.append(marked(shifted, group=f"s{k}"))

    found = edge_bias(("ana", "ben"), ana, ben)
    mirrored = edge_bias(("ben", "ana"), ben, ana)

    assert found.n == 40
    assert sure(found.start) and not sure(found.stop)
    assert found.start.low is not None and found.start.high is not None
    assert found.start.low < 4 < found.start.high
    assert mirrored.start.value == pytest.approx(-(found.start.value or 0))
    assert (mirrored.start.low, mirrored.start.high) == (
        pytest.approx(-found.start.high),
        pytest.approx(-found.start.low),
    )


def test_types_are_told_apart_where_there_are_enough_of_each() -> None:
    def person(shift: int) -> dict[str, Answered]:
        spikes = {f"a{k}": marked((20 + shift, 40, "spike"), group=f"s{k}") for k in range(12)}
        steps = {f"b{k}": marked((20, 40 + shift, "step"), group=f"t{k}") for k in range(9)}
        return {**spikes, **steps}

    overall, spike = pairwise_bias({"ana": person(0), "ben": person(3)})

    assert (overall.people, overall.n, overall.type_id) == (("ana", "ben"), 21, None)
    assert overall.start.value == pytest.approx(36 / 21)
    assert (spike.type_id, spike.n, spike.start.value, spike.stop.value) == ("spike", 12, 3.0, 0.0)


def test_people_with_nothing_in_common_are_not_compared() -> None:
    assert pairwise_bias({"ana": {"i": marked((1, 9))}, "ben": {"j": marked((1, 9))}}) == []
    assert pairwise_bias({"ana": {"i": marked((1, 9))}, "ben": {"i": marked()}}) == []
