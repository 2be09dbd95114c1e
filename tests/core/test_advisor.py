"""The retrain advisor: measured without a leak, carried on with doubt, said in a sentence."""

import numpy as np
import pytest

from core.advisor.discriminant import Discriminant, Sums
from core.advisor.forecast import Curve, Gain, forecast, round_more
from core.advisor.measuring import Measuring, Reviewed, names_of, sizes_of
from core.advisor.words import forecast_words
from core.answers import AnswerContent, FoundInterval
from core.questions.defaults import default_anomaly_question, default_pattern_question
from core.series import WindowView

PATTERN, ANOMALY = default_pattern_question(), default_anomaly_question()
RISE, FALL = "linear_increase", "linear_decrease"


def line(rises: bool, seed: int, n: int = 64) -> WindowView:
    rng = np.random.default_rng(seed)
    slope = 1.0 if rises else -1.0
    values = slope * np.linspace(0, 3, n) + rng.normal(0, 0.3, n)
    return WindowView(values=values[:, None], start=0, seconds=None)


def lines(n: int, per_series: int = 1) -> list[Reviewed]:
    """Rising and falling lines in turn, some windows per series."""
    return [
        Reviewed(
            f"{i}",
            f"s{i // per_series}",
            AnswerContent(kind="pattern", label=RISE if i % 2 else FALL),
            lambda i=i: line(bool(i % 2), i),  # type: ignore[misc] # bound now, on purpose
        )
        for i in range(n)
    ]


def measured(reviewed: list[Reviewed], seed: int = 1) -> Measuring:
    found = Measuring(PATTERN, reviewed, seed)
    assert found.advance(60.0)
    return found


# -- the model


def test_a_fit_on_sums_of_parts_is_the_fit_on_all_rows() -> None:
    rng = np.random.default_rng(3)
    rows, classes = rng.normal(size=(40, 3)), rng.integers(0, 3, 40)
    whole = Discriminant.fit([Sums.of(rows, classes, 3)])
    parts = Discriminant.fit(
        Sums.of(rows[i : i + 8], classes[i : i + 8], 3) for i in range(0, 40, 8)
    )
    assert np.allclose(whole.probabilities(rows), parts.probabilities(rows), atol=1e-12)
    assert np.allclose(whole.probabilities(rows).sum(axis=1), 1.0)


def test_a_class_without_an_example_is_never_answered() -> None:
    rows = np.array([[0.0], [0.1], [5.0], [5.1]])
    model = Discriminant.fit([Sums.of(rows, np.array([0, 0, 2, 2]), 3)])
    assert model.probabilities(rows).argmax(axis=1).tolist() == [0, 0, 2, 2]
    assert model.probabilities(np.array([[2.5]]))[0, 1] == 0.0


# -- measuring


def test_sizes_grow_and_the_largest_is_what_four_of_five_folds_hold() -> None:
    assert sizes_of(100).tolist() == [16, 28, 48, 80]
    assert sizes_of(10).tolist() == [6, 8]


def test_a_curve_measured_in_slices_is_the_one_measured_at_once() -> None:
    reviewed = lines(30)
    at_once, in_slices = measured(reviewed), Measuring(PATTERN, reviewed)
    assert in_slices.fraction == 0.0
    turns = 0
    while not in_slices.advance(1e-9):
        turns += 1
        assert 0 < in_slices.fraction <= 1
    assert turns > 30  # a slice is never longer than one step
    assert np.array_equal(at_once.curve.scores, in_slices.curve.scores)
    assert at_once.curve.means[-1] > 0.95


def test_windows_of_one_series_are_never_learned_from_and_tested_on() -> None:
    # Each series is one window many times over, with a label of its own by chance: whoever has
    # seen the series knows the label, and nobody else can.
    rng = np.random.default_rng(5)
    labels = [RISE if one else FALL for one in rng.integers(0, 2, 20)]
    twins = [
        Reviewed(
            f"{s}-{i}",
            f"s{s}",
            AnswerContent(kind="pattern", label=labels[s]),
            lambda s=s: line(True, 1000 + s),  # type: ignore[misc] # bound now, on purpose
        )
        for s in range(20)
        for i in range(4)
    ]
    assert measured(twins).curve.means[-1] < 0.75


def test_events_are_scored_as_their_kind_scores_them() -> None:
    spike = ANOMALY.type_named("spike")

    def window(i: int) -> WindowView:
        values = np.random.default_rng(i).normal(0, 1, 128)
        if i % 2:
            values[64:66] += 30
        return WindowView(values=values[:, None], start=1000, seconds=None)

    def said(i: int) -> AnswerContent:
        found = FoundInterval(number=1, start=1064, stop=1066, type_id=spike.id)
        return AnswerContent(kind="anomaly", intervals=(found,) if i % 2 else ())

    reviewed = [
        Reviewed(str(i), str(i), said(i), lambda i=i: window(i))  # type: ignore[misc] # bound now
        for i in range(24)
    ]
    found = Measuring(ANOMALY, reviewed)
    assert found.advance(60.0)
    calm = found.curve.of(found.types()["no anomaly"])
    assert calm.means[-1] > 0.9
    held = found.curve.of(found.types()[spike.name]).means[-1]
    assert 0.0 < held < 0.5  # patches of 16 samples find a spike of 2, and overlap it little
    assert names_of(ANOMALY, said(1)) == {spike.name}


# -- carrying on


def curve_of(
    score: "np.ufunc | object", n: int = 100, windows: int = 400, noise: float = 0.0
) -> Curve:
    sizes = sizes_of(n)
    rng = np.random.default_rng(7)
    means = np.array([score(size) for size in sizes])  # type: ignore[operator] # a function
    scores = means[:, None, None] + noise * rng.normal(size=(len(sizes), 6, windows))
    return Curve(sizes, scores, np.arange(windows), n)


def test_a_curve_without_noise_is_carried_on_to_the_true_gain() -> None:
    found = forecast(curve_of(lambda n: 0.9 - 4 / n), more=100)
    true = 4 / 100 - 4 / 200
    assert found.tells
    assert found.low < true < found.high
    assert found.high - found.low < 0.05


def test_a_flat_curve_may_be_nothing() -> None:
    found = forecast(curve_of(lambda n: 0.8, noise=0.3), more=100)
    assert found.why == "may be nothing"
    assert found.low < 0 < found.high


def test_the_same_curve_gives_the_same_interval_every_time() -> None:
    curve = curve_of(lambda n: 0.9 - 2 / n, noise=0.2)
    assert forecast(curve, 50) == forecast(curve, 50)


@pytest.mark.parametrize(
    ("n", "windows", "of_type", "why"),
    [
        (49, 49, False, "few corrections"),
        (60, 11, True, "few of them"),
        (60, 7, False, "few series"),
    ],
)
def test_too_little_gives_no_interval_and_says_why(
    n: int, windows: int, of_type: bool, why: str
) -> None:
    found = forecast(curve_of(lambda n: 0.9 - 1 / n, n, windows), 20, of_type=of_type)
    assert (found.why, found.low, found.high) == (why, 0.0, 0.0)


def test_no_more_corrections_are_spoken_of_than_there_are() -> None:
    assert [round_more(n) for n in (5, 30, 99, 100, 450)] == [20, 20, 50, 100, 200]


# -- words


def gain(low: float, high: float, why: str = "") -> Gain:
    return Gain(more=100, low=low, high=high, n_windows=40, why=why)  # type: ignore[arg-type]


def test_the_sentence_tells_what_is_known_and_what_is_not() -> None:
    said = forecast_words(
        "Anomalies",
        120,
        gain(0.012, 0.04),
        {"level shift": gain(0.02, 0.06), "spike": gain(-0.01, 0.03, "may be nothing")},
    )
    assert said == (
        "Anomalies: 100 more corrections would bring +1.2 to +4.0 points, +2.0 to +6.0 points on "
        "level shift; cannot tell for spike."
    )


def test_an_interval_that_includes_nothing_is_not_sold_as_a_gain() -> None:
    said = forecast_words("Pattern", 60, gain(-0.011, 0.03, "may be nothing"), {})
    assert said == (
        "Pattern: cannot tell whether 100 more corrections would bring anything "
        "(−1.1 to +3.0 points)."
    )


def test_too_few_corrections_are_said_to_be_too_few() -> None:
    said = forecast_words("Pattern", 12, gain(0, 0, "few corrections"), {})
    assert said == (
        "Pattern: cannot tell yet what more corrections would bring; 12 of 50 are there."
    )
