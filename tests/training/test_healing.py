"""The written policy: what becomes of a run that broke, for every trouble and every try."""

from typing import Any

import pytest

from core.job_states import Trouble
from training.healing import Policy, Remedy, given_up, halved, remedy, slower
from training.status import RunState, Verdict

SETTINGS: dict[str, Any] = {
    "batch_size": 64,
    "decoder_batch_size": 16,
    "text_batch_size": 0,
    "event_batch_size": 1,
    "learning_rate": 2e-3,
    "seed": 1,
}
POLICY = Policy()


def test_out_of_memory_means_half_the_batch_over_twice_the_passes() -> None:
    found = remedy(Verdict("failed", "no memory", "memory"), SETTINGS, {}, POLICY)

    assert found == Remedy(
        "memory",
        "goes on with half the batch (32, gathered over 2 passes) after it ran out of memory "
        "(1 of 2)",
        {"batch_size": 32, "decoder_batch_size": 8, "event_batch_size": 1, "accumulate": 2},
    )


def test_the_effective_batch_stays_the_same() -> None:
    once = halved(SETTINGS) or {}
    twice = halved({**SETTINGS, **once}) or {}

    assert (twice["batch_size"], twice["accumulate"]) == (16, 4)
    assert halved({"batch_size": 1}) is None
    assert halved({"batch_size": 1, "written_at_once": 1}) is None
    assert halved({"batch_size": 1, "written_at_once": 40}) == {"written_at_once": 20}
    assert halved({}) is None


@pytest.mark.parametrize(
    ("checkpoint", "where"), [(100, "from its last checkpoint"), (None, "with what was finished")]
)
def test_a_crash_goes_on_where_it_was(checkpoint: int | None, where: str) -> None:
    lost = Verdict("lost", "killed", "crash", checkpoint)

    assert remedy(lost, {}, {"crash": 1}, POLICY) == Remedy(
        "crash", f"goes on {where} after a crash (2 of 3)"
    )


@pytest.mark.parametrize(
    ("state", "trouble", "tried"),
    [
        ("lost", "crash", {"crash": 3}),
        ("failed", "memory", {"memory": 2}),
        ("failed", "disk", {}),
        ("failed", "diverged", {}),
        ("failed", "missing", {}),
        ("failed", "", {}),  # an error that says what to do
        ("stopped", "", {}),
        ("paused", "", {}),
        ("done", "", {}),
    ],
)
def test_these_wait_for_a_person(
    state: RunState, trouble: Trouble, tried: dict[Trouble, int]
) -> None:
    assert remedy(Verdict(state, "why", trouble), SETTINGS, tried, POLICY) is None


def test_a_run_without_a_batch_to_halve_is_not_tried_again_for_memory() -> None:
    assert remedy(Verdict("failed", "no memory", "memory"), {}, {}, POLICY) is None


def test_troubles_are_counted_apart() -> None:
    lost = Verdict("lost", "killed", "crash")

    found = remedy(lost, {}, {"memory": 2}, POLICY)

    assert found is not None
    assert found.said.endswith("(1 of 3)")


@pytest.mark.parametrize(
    ("verdict", "tried", "said"),
    [
        (Verdict("lost", "killed", "crash"), {}, "killed"),
        (
            Verdict("lost", "killed", "crash"),
            {"crash": 3},
            "killed; it had gone on by itself 3 times",
        ),
        (
            Verdict("failed", "no memory", "memory"),
            {"memory": 2},
            "no memory, also with half as much at once (twice); close other programs, choose a "
            "smaller batch size, or take fewer windows, and start it again",
        ),
        (Verdict("failed", "the disk is full", "disk"), {"crash": 1}, "the disk is full"),
    ],
)
def test_the_last_sentence_says_what_was_tried(
    verdict: Verdict, tried: dict[Trouble, int], said: str
) -> None:
    assert given_up(verdict, tried) == said


def test_a_training_that_diverged_is_offered_half_the_learning_rate() -> None:
    assert slower(SETTINGS) == {"learning_rate": 1e-3}
