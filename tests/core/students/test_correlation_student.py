"""The correlation student's promises: what it reads, what it says, and that it survives a save."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from core.errors import AnswerError
from core.grounding import ground
from core.questions import kind_of
from core.questions.base import Question
from core.series import WindowView
from core.students import load_student
from core.students.base import Student
from core.students.correlation import CorrelationConfig, CorrelationStudent
from core.students.correlation_answer import answer_of, cause_at, turned
from core.students.correlation_net import CorrelationNet, NetConfig, pair_indices
from core.students.correlation_read import Scale, piece_weight, pieces, read_window
from core.students.correlation_scores import Norms, Strips, crossings

CHANGES = Question(id="c", family_id="c", kind="change_point", name="Changes", text="?")


def student(n_features: int = 1, lags: int = 2, **more: object) -> CorrelationStudent:
    torch.manual_seed(1)
    net = NetConfig(n_features=n_features, hidden=4, lags=lags, differences=True)
    weights = tuple((1.0,) * len(crossings(3)) for _ in range(n_features))
    config = CorrelationConfig(
        net=net,
        questions=(CHANGES,),
        unit=(0.1,) * n_features,
        scale=Scale(mean=(0.0,) * 4, spread=(1.0,) * 4) if n_features > 1 else Scale(),
        length=40,
        horizon=3,
        norms=Norms(weights=weights, usual=(1.0,) * n_features, threshold=2.0),
    )
    return CorrelationStudent(config.model_copy(update=more), CorrelationNet(net))


def window(n: int = 60, channels: int = 4, seed: int = 1, start: int = 0) -> WindowView:
    values = np.random.default_rng(seed).normal(size=(n, channels)).cumsum(axis=0)
    return WindowView(values, start=start)


def strips_of(graph: np.ndarray, peak: tuple[int, float, float]) -> Strips:
    """Return strips with one peak: its sample, correlation and independent score."""
    at, correlation, independent = peak
    n, n_variables = graph.shape[:2]
    scores = np.zeros((2, n))
    scores[:, at] = correlation, independent
    own = np.zeros((n, n_variables))
    own[at, 1] = 4.0
    own[at, 2] = 1.0
    return Strips(graph.astype(np.float32), scores[0], scores[1], scores.max(axis=0), own)


def turning_graph(n: int = 60, at: int = 30) -> np.ndarray:
    graph = np.zeros((n, 4, 4))
    graph[:at, 0, 1] = graph[:at, 1, 0] = 0.9
    graph[at:, 0, 2] = graph[at:, 2, 0] = 0.8
    graph[:, 1, 3] = graph[:, 3, 1] = 0.7
    return graph


def test_it_is_a_student() -> None:
    one: Student = student()
    assert one.name == "correlation"


def test_a_saved_student_gives_the_same_answers(tmp_path: Path) -> None:
    one = student()
    one.save(tmp_path / "model")
    again = load_student(tmp_path / "model")
    views = [window(seed=seed) for seed in range(3)]
    assert again.answer(CHANGES, views) == one.answer(CHANGES, views)
    assert isinstance(again, CorrelationStudent)
    assert np.array_equal(again.graph(views[0]), one.graph(views[0]))


def test_answers_fit_the_question_and_its_wire_form() -> None:
    view = window(n=80, start=100)
    one = student()
    (content,) = one.answer(CHANGES, [view])
    kind = kind_of(CHANGES)
    assert kind.parse(CHANGES, view, kind.render(CHANGES, view, content)).intervals == (
        content.intervals
    )


@pytest.mark.parametrize("n", [12, 39, 40, 41, 100, 333])
@pytest.mark.parametrize("channels", [2, 4, 7])
def test_windows_of_any_length_and_number_of_channels_are_read(n: int, channels: int) -> None:
    strips = student().strips([window(n, channels)])[0]
    assert strips.graph.shape == (n, channels, channels)
    assert strips.own.shape == (n, channels)
    for score in (strips.correlation, strips.independent, strips.ensemble):
        assert score.shape == (n,)
        assert np.isfinite(score).all()


def test_windows_together_are_answered_as_each_alone() -> None:
    one = student()
    views = [window(60, 4, 1), window(50, 3, 2), window(60, 4, 3)]
    alone = [one.answer(CHANGES, [view])[0] for view in views]
    assert one.answer(CHANGES, views) == alone


def test_variables_of_several_channels_are_read_as_one() -> None:
    strips = student(n_features=4, lags=0).strips([window(60, 20)])[0]
    assert strips.graph.shape == (60, 5, 5)


def test_a_graph_is_symmetric_without_a_diagonal_and_holds_probabilities() -> None:
    graph = student().graph(window())
    assert np.array_equal(graph, graph.transpose(0, 2, 1))
    assert not graph[:, range(4), range(4)].any()
    assert graph.min() >= 0
    assert graph.max() <= 1


def test_the_order_of_channels_does_not_matter() -> None:
    one, view = student(), window()
    order = [2, 0, 3, 1]
    turned_view = replace(view, values=view.values[:, order])
    expected = one.graph(view)[:, order][:, :, order]
    assert one.graph(turned_view) == pytest.approx(expected, abs=1e-6)


def test_gaps_constant_and_empty_channels_are_read_as_nothing_to_say() -> None:
    values = np.array(window().values)
    values[20:30, 0] = np.nan
    values[:, 1] = 5.0
    values[:, 2] = np.nan
    strips = student().strips([WindowView(values)])[0]
    assert np.isfinite(strips.ensemble).all()
    assert not strips.own[:, 2].any()
    assert not strips.own[22:30, 0].any()


@pytest.mark.parametrize(
    ("n", "channels", "n_features", "said"),
    [
        (60, 1, 1, "two variables or more"),
        (60, 4, 4, "two variables or more"),  # one ball
        (60, 9, 4, "no channel left over"),
        (11, 4, 1, "give a longer window"),
    ],
)
def test_what_cannot_be_read_is_refused(n: int, channels: int, n_features: int, said: str) -> None:
    one = student(n_features=n_features, lags=0)
    with pytest.raises(AnswerError, match=said):
        one.answer(CHANGES, [window(n, channels)])


def test_a_question_of_another_family_is_refused() -> None:
    other = CHANGES.model_copy(update={"family_id": "d", "name": "Other"})
    with pytest.raises(AnswerError, match="'Other' was not among those"):
        student().answer(other, [window()])


def test_a_change_of_correlation_names_pairs_lost_and_gained_that_can_be_checked() -> None:
    view = window(start=1000)
    strips = strips_of(turning_graph(), (30, 5.0, 1.0))
    content = answer_of(strips, view, threshold=3.0, apart=10, n_features=1)
    (one,) = content.intervals
    assert (one.start, one.stop, one.cause, one.pairs) == (
        1030,
        1031,
        "correlation",
        ((0, 1), (0, 2)),
    )
    assert one.confidence == pytest.approx(5 / 8, abs=1e-4)
    assert content.rationale_text == (
        "Correlation change at sample 1,030: ch1–ch2 lost; ch1–ch3 gained. "
    )
    claims = [span.claim for span in content.rationale if span.claim]
    assert [(c.kind, c.channel, c.other, c.direction) for c in claims] == [
        ("correlation", 0, 1, "down"),
        ("correlation", 0, 2, "up"),
    ]
    assert {(c.start, c.stop) for c in claims} == {(1030, 1060)}
    assert {span.interval for span in content.rationale if span.claim} == {1}


def test_more_than_four_pairs_are_counted_and_not_named() -> None:
    graph = np.zeros((60, 4, 4))
    graph[:30] = 0.9 * (1 - np.eye(4))
    content = answer_of(strips_of(graph, (30, 5.0, 1.0)), window(), 3.0, 10, 1)
    assert len(content.intervals[0].pairs) == 6
    assert content.rationale_text.rstrip().endswith("ch2–ch3 lost; 2 more pairs changed too.")


def test_an_independent_change_names_the_variables_that_left_their_course() -> None:
    view = window()
    strips = strips_of(turning_graph(), (30, 1.0, 5.0))
    content = answer_of(strips, view, threshold=3.0, apart=10, n_features=1)
    (one,) = content.intervals
    assert (one.cause, one.channels, one.pairs) == ("independent", (1,), ())
    assert content.rationale_text == "At sample 30 ch2 leaves the course that it was on. "


def test_an_independent_change_is_settled_where_its_channel_changes() -> None:
    values = np.random.default_rng(4).normal(size=(60, 4))
    values[24:, 1] *= 6
    values[40:44, 1] = np.nan
    strips = strips_of(turning_graph(), (30, 1.0, 5.0))
    (left,) = answer_of(strips, WindowView(values, start=100), 3.0, 10, 1).intervals
    (found,) = answer_of(strips, WindowView(values, start=100), 3.0, 10, 1, settle=60).intervals
    assert left.start == 130
    assert found.start == pytest.approx(124, abs=2) and found.channels == (1,)


def test_channels_of_which_nothing_can_be_measured_share_a_sentence() -> None:
    strips = strips_of(turning_graph(), (30, 1.0, 5.0))
    strips.own[30, 3] = 4.0
    content = answer_of(strips, WindowView(np.zeros((60, 4))), 3.0, 10, 1)
    assert content.rationale_text == "At sample 30 ch2 and ch4 leave the course they were on. "


def test_a_step_that_the_data_confirm_is_claimed() -> None:
    values = np.array(window(channels=3).values) * 0.01
    values[30:, 1] += 3.0
    view = WindowView(values)
    strips = strips_of(np.zeros((60, 3, 3)), (30, 0.0, 5.0))
    content = answer_of(strips, view, threshold=3.0, apart=10, n_features=1)
    assert content.rationale_text.startswith("At sample 30 on ch2 the level changes by +3")
    checks = [one.check for one in ground(content, view)]
    assert [one.status for one in checks if one is not None] == ["confirmed"]


def test_a_spread_that_the_data_confirm_is_claimed_in_the_words_of_the_rules() -> None:
    values = np.random.default_rng(4).normal(size=(200, 3))
    values[100:, 1] *= 4.0
    view = WindowView(values)
    strips = strips_of(np.zeros((200, 3, 3)), (100, 0.0, 5.0))
    content = answer_of(strips, view, threshold=3.0, apart=10, n_features=1)
    assert content.rationale_text.startswith("From sample 100 on ch2 the values spread ")
    assert [one.status for one in ground(content, view)] == ["confirmed"]


def test_variables_of_several_channels_are_named_by_all_of_them() -> None:
    view = window(60, 16)
    strips = strips_of(turning_graph(), (30, 5.0, 1.0))
    content = answer_of(strips, view, threshold=3.0, apart=10, n_features=4)
    (one,) = content.intervals
    assert one.pairs == ((0, 4), (0, 8))  # the first channel stands for its variable
    assert "ch1 to ch4 and ch5 to ch8 lost" in content.rationale_text
    assert all(span.claim is None for span in content.rationale)


def test_no_peak_is_an_answer_and_surer_the_lower_the_highest_score() -> None:
    low = answer_of(strips_of(turning_graph(), (30, 0.6, 0.1)), window(), 3.0, 10, 1)
    high = answer_of(strips_of(turning_graph(), (30, 2.9, 0.9)), window(), 3.0, 10, 1)
    assert low.intervals == ()
    assert low.rationale_text == "Nothing in how the channels move, alone or together, changes."
    assert (low.confidence, high.confidence) == (0.9, pytest.approx(0.5167, abs=1e-4))


def test_where_no_pair_turns_over_the_one_that_moved_most_is_named() -> None:
    graph = turning_graph() * 0.3
    lost, gained = turned(strips_of(graph, (30, 5.0, 0.0)), 0, 30, 60)
    assert (lost, gained) == ([(0, 1)], [])


def test_the_cause_is_correlation_when_it_outweighs_three_quarters_of_the_other() -> None:
    graph = turning_graph()
    assert cause_at(strips_of(graph, (30, 3.0, 4.0)), 30) == "correlation"
    assert cause_at(strips_of(graph, (30, 2.9, 4.0)), 30) == "independent"


def test_pieces_cover_a_long_window_with_their_middles() -> None:
    assert pieces(40, 40) == [(0, 40)]
    assert pieces(41, 40) == [(0, 40), (1, 41)]
    cut = pieces(333, 40)
    assert cut[0] == (0, 40)
    assert cut[-1] == (293, 333)
    assert max(b[0] - a[0] for a, b in pairwise(cut)) <= 20
    assert piece_weight(5).tolist() == [1, 2, 3, 2, 1]


def test_channels_scale_themselves_and_features_as_in_training() -> None:
    values = np.array([[1.0, 100.0], [3.0, 300.0]]).repeat(10, axis=0)
    x = read_window(WindowView(values), 1, Scale()).x
    assert x[[0, -1], :, 0].tolist() == [[-1, -1], [1, 1]]
    scale = Scale(mean=(1.0, 100.0), spread=(2.0, 50.0))
    pairs = np.concatenate([values, values], axis=1)
    x = read_window(WindowView(pairs), 2, scale).x
    assert x[-1].tolist() == [[1.0, 4.0], [1.0, 4.0]]


def test_together_neighbours_alone_hear_what_a_channel_does_now() -> None:
    torch.manual_seed(2)
    decoder = CorrelationNet(NetConfig(hidden=4, together=True)).decoder
    state, graph, still = torch.randn(3, 1), torch.zeros(3, 3), torch.zeros(3, 1)
    graph[0, 1] = graph[1, 0] = 1.0
    moved = still.clone()
    moved[0] = 5.0
    told = (decoder(state, graph, moved) - decoder(state, graph, still)).abs().flatten()
    assert told[0] == 0  # what is to be predicted
    assert told[1] > 0.01
    assert told[2] == 0  # not connected


def test_pairs_come_in_the_order_of_the_upper_triangle() -> None:
    i, j = pair_indices(4)
    assert list(zip(i.tolist(), j.tolist(), strict=True)) == [
        (0, 1),
        (0, 2),
        (0, 3),
        (1, 2),
        (1, 3),
        (2, 3),
    ]
