"""GenCo's balanced selection."""

import numpy as np

from core.noise.balanced import balanced_selection

# Labels 0, 0, 0, 1, 1, 1 with these certainties.
SHARES = np.array([[0.9, 0.1], [0.6, 0.4], [0.8, 0.2], [0.3, 0.7], [0.05, 0.95], [0.4, 0.6]])


def test_the_surest_of_every_label_are_taken_alike() -> None:
    # a third of six, over two labels: one each
    assert np.flatnonzero(balanced_selection(SHARES, 1 / 3)).tolist() == [0, 4]
    assert np.flatnonzero(balanced_selection(SHARES, 2 / 3)).tolist() == [0, 2, 3, 4]


def test_a_rare_label_gives_all_it_has_and_no_other_fills_its_place() -> None:
    shares = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.2, 0.8]])
    assert np.flatnonzero(balanced_selection(shares, 1.0)).tolist() == [0, 1, 3]


def test_reviewed_examples_are_in_whatever_is_believed_of_them() -> None:
    always = np.array([False, True, False, False, False, False])
    assert np.flatnonzero(balanced_selection(SHARES, 1 / 3, always)).tolist() == [0, 1, 4]
