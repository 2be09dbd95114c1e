"""The simulated audits behind the coverage figure: batches are as they are described."""

import numpy as np
import pytest

from benchmarks.audit import ERRORS, audited_once, batch_of


@pytest.mark.parametrize("kind", ERRORS)
def test_a_batch_is_as_right_as_it_should_be(kind: str) -> None:
    batch = batch_of(kind, 500, 0.7, np.random.default_rng(0))
    assert batch.share == 0.7
    assert set(batch.given.tolist()) == set(range(9))


def test_the_stated_interval_covers_in_simulated_audits() -> None:
    covered = 0
    for number in range(60):
        batch, found = audited_once(ERRORS[number % 3], np.random.default_rng([1, number]))
        assert found.right.low is not None and found.right.high is not None
        covered += found.right.low <= batch.share <= found.right.high
    # 95 % of 60 are 57; fewer than 52 has a chance below 1 in 200.
    assert covered >= 52
