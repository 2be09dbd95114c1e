"""Alarms of a training by reward: exactly from when on each is given, and what it says."""

import pytest

from core.errors import ConfigError
from training.alarms import AlarmLimits, RewardLog, alarms_of, kl_limit, reward_log

LIMITS = AlarmLimits(window=2)


def logs(**columns: list[float]) -> list[RewardLog]:
    """Return one log per place of the columns, at steps 1, 2, ..."""
    n_logs = len(next(iter(columns.values())))
    return [
        RewardLog(step=k + 1, **{name: values[k] for name, values in columns.items()})
        for k in range(n_logs)
    ]


def kinds(limits: AlarmLimits = LIMITS, **columns: list[float]) -> list[str]:
    return [alarm.kind for alarm in alarms_of(logs(**columns), limits)]


def test_a_divergence_above_its_limit_pauses_and_says_what_to_do() -> None:
    (alarm,) = alarms_of(logs(kl=[0.0, 0.1, 0.31]), LIMITS)
    assert (alarm.kind, alarm.step, alarm.pauses) == ("kl", 3, True)
    assert "a divergence (KL) of 0.205 per token, above the limit of 0.2" in alarm.message
    assert "the next pause comes at 0.4" in alarm.message


def test_a_divergence_at_its_limit_is_borne() -> None:
    assert kinds(kl=[0.25, 0.25, 0.15]) == []


def test_one_log_alone_says_nothing() -> None:
    assert kinds(kl=[9.0]) == []


def test_whoever_lets_a_run_go_on_hears_of_it_again_at_twice_the_divergence() -> None:
    high = logs(kl=[0.39, 0.41])
    assert [one.kind for one in alarms_of(high, LIMITS, pauses_before=0)] == ["kl"]
    assert alarms_of(high, LIMITS, pauses_before=1) == ()
    assert kl_limit(LIMITS, 2) == pytest.approx(0.8)


def test_a_limit_of_nothing_never_pauses() -> None:
    assert kinds(AlarmLimits(kl=0, window=2), kl=[9.0, 9.0]) == []


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ([100, 100, 150, 150], []),  # half as long again is the limit itself
        ([100, 100, 151, 151], ["length"]),
        ([100, 100, 50, 50], []),
        ([100, 100, 49, 49], ["length"]),
        ([100, 100, 400], []),  # the first and the last logs would overlap
    ],
)
def test_answers_that_grow_or_shrink_are_told(lengths: list[float], expected: list[str]) -> None:
    assert kinds(length=lengths) == expected


def test_the_words_for_length_say_which_way() -> None:
    (alarm,) = alarms_of(logs(length=[100.0, 100, 20, 20]), LIMITS)
    assert "become shorter: 20 tokens on average, against 100" in alarm.message
    assert not alarm.pauses


@pytest.mark.parametrize(
    ("form", "right", "expected"),
    [
        ([0.5, 0.5, 0.9, 0.9], [0.4, 0.4, 0.4, 0.4], ["format"]),
        ([0.5, 0.5, 0.9, 0.9], [0.4, 0.4, 0.5, 0.5], []),  # it learns the answer as well
        ([0.9, 0.9, 0.95, 0.95], [0.4, 0.4, 0.3, 0.3], []),  # the form was there before
    ],
)
def test_form_without_answers_is_told(
    form: list[float], right: list[float], expected: list[str]
) -> None:
    assert kinds(format=form, accuracy=right) == expected


def test_groups_without_a_difference_are_told_with_their_share() -> None:
    (alarm,) = alarms_of(logs(same_reward=[0.5, 0.7]), LIMITS)
    assert alarm.kind == "variance"
    assert alarm.message.startswith("in 60% of the groups all answers earn the same")
    assert kinds(same_reward=[0.5, 0.69]) == []


def test_a_log_is_read_by_its_names_and_what_was_not_logged_is_left_open() -> None:
    logged = {
        "kl": 0.01,
        "completions/mean_length": 40,
        "rewards/accuracy/mean": 0.5,
        "rewards/format/mean": None,  # a term that no item had
        "frac_reward_zero_std": 0.25,
        "loss": 1.0,
    }
    assert reward_log(7, logged) == RewardLog(
        step=7, kl=0.01, length=40, accuracy=0.5, same_reward=0.25
    )


@pytest.mark.parametrize("wrong", [{"kl": -1}, {"window": 0}, {"longer": 0.9}, {"shorter": 1.2}])
def test_limits_that_cannot_be_meant_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="cannot be meant"):
        AlarmLimits(**wrong)  # type: ignore[arg-type]  # window is a whole number in each row
