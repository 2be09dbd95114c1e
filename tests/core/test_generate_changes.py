"""Generated change points: exact truth, and a change of correlation that no channel shows."""

import numpy as np
import pytest

from core.change_points import find_changes
from core.generate_changes import HAPPENINGS, Happening, change_series, generate_changes
from core.generate_shapes import Array
from core.questions import KINDS
from core.questions.defaults import default_anomaly_question, default_change_point_question
from core.series import WindowView

QUESTION = default_change_point_question()


def correlation(values: Array, pair: tuple[int, int]) -> float:
    return float(np.corrcoef(values[:, pair[0]], values[:, pair[1]])[0, 1])


@pytest.mark.parametrize("happening", HAPPENINGS)
def test_the_same_seed_gives_the_same_series_and_its_truth_is_an_answer(
    happening: Happening,
) -> None:
    one, again = change_series(happening, 3), change_series(happening, 3)
    truth = one.truth(QUESTION)
    assert truth is not None
    assert np.array_equal(one.data.values, again.data.values) and truth == again.truth(QUESTION)
    KINDS["change_point"].render(QUESTION, WindowView(one.data.values), truth)
    assert one.truth(default_anomaly_question()) is None
    assert len(truth.intervals) == (happening != "nothing")


@pytest.mark.parametrize("seed", range(5))
def test_pairs_part_or_join_where_the_truth_says_and_the_others_stay(seed: int) -> None:
    for happening in ("lost", "gained"):
        made = change_series(happening, seed)
        (found,) = made.changes
        values, n = made.data.values, made.data.n_channels
        assert len(found.pairs) == n - 1 and found.cause == "correlation"
        for pair in ((a, b) for a in range(n) for b in range(a + 1, n)):
            before = correlation(values[: found.start], pair)
            after = correlation(values[found.start :], pair)
            if pair not in found.pairs:
                assert min(before, after) > 0.6
            elif happening == "lost":
                assert before > 0.6 and abs(after) < 0.4
            else:
                assert abs(before) < 0.4 and after > 0.6


def test_no_single_channel_shows_a_change_of_correlation() -> None:
    """Means and deviations stay, within chance, and no channel alone has a change to find."""
    ratios, shifts, found = [], [], 0
    for seed in range(20):
        made = change_series("lost", seed)
        (change,) = made.changes
        (channel,) = set.intersection(*map(set, change.pairs)) if len(change.pairs) > 1 else {0}
        column = made.data.values[:, channel]
        before, after = column[: change.start], column[change.start :]
        ratios.append(after.std() / before.std())
        shifts.append((after.mean() - before.mean()) / column.std())
        found += any(abs(at - change.start) <= 20 for at in find_changes("kernel", column[:, None]))
    assert np.mean(ratios) == pytest.approx(1, abs=0.05)
    assert np.mean(shifts) == pytest.approx(0, abs=0.1)
    assert found == 0


def test_an_independent_change_is_one_channels_and_the_others_stay() -> None:
    made = change_series("spread", 4)
    (found,) = made.changes
    (channel,) = found.channels
    values = made.data.values
    spreads = values[found.start :].std(axis=0) / values[: found.start].std(axis=0)
    assert found.cause == "independent" and found.pairs == ()
    assert spreads[channel] > 2
    assert np.delete(spreads, channel) == pytest.approx(1, abs=0.25)


def test_a_set_has_every_happening_equally_often_under_neutral_names() -> None:
    made = generate_changes(10, 1)
    causes = [[one.cause for one in series.changes] for series in made]
    assert sorted(map(str, causes)) == sorted(
        map(str, [["correlation"]] * 4 + [["independent"]] * 4 + [[]] * 2)
    )
    assert [one.info.name for one in made[:2]] == ["machine 001", "machine 002"]
    assert len({one.data.values.tobytes() for one in made}) == 10
