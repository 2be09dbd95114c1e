"""What goes wrong while a model learns from a reward, seen in the numbers of its log. Pure.

kl        The model has moved away from the one it began as by more than a limit, per token: it may
          write what no reader would call an explanation. This alone makes a run pause; each time
          somebody lets it go on, the limit for the next pause is twice as high.
length    Answers have become much longer or much shorter than at the beginning.
format    The structure pays and being right does not: format rises, accuracy stands still.
variance  In most groups all answers earn the same, so nothing can be learned from them.

Each is judged over the mean of the last `window` logs, beside the first ones where a change is
meant; before there are that many nothing is said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.errors import ConfigError
from core.model import Frozen

AlarmKind = Literal["kl", "length", "format", "variance"]


@dataclass(frozen=True)
class AlarmLimits:
    """From which numbers on an alarm is given.

    Attributes:
        kl: mean divergence per token, in nats; 0 never pauses.
        longer, shorter: how many times as long, or what share as long, answers may become.
        format_gain: by how much the share of well formed answers must rise ...
        accuracy_gain: ... while accuracy rises by no more than this.
        same_reward: share of groups without a difference.
        window: logs that are averaged.
    """

    kl: float = 0.2
    longer: float = 1.5
    shorter: float = 0.5
    format_gain: float = 0.15
    accuracy_gain: float = 0.02
    same_reward: float = 0.6
    window: int = 3

    def __post_init__(self) -> None:
        """Refuse limits that could not be meant."""
        if self.kl < 0 or self.window < 1 or not 0 < self.shorter < 1 < self.longer:
            raise ConfigError(
                f"{self} cannot be meant: give a KL of 0 or more, a window of at least 1, and "
                "lengths with shorter below 1 and longer above it"
            )


class Alarm(Frozen):
    """One alarm: what was seen, in numbers, and what to do about it, in words for people."""

    kind: AlarmKind
    step: int
    message: str
    pauses: bool = False


class RewardLog(Frozen):
    """The numbers of one log of a training by reward; None where one was not logged.

    Attributes:
        kl: mean divergence per token from the model at the beginning.
        length: mean tokens of an answer.
        same_reward: share of groups in which all answers earned the same.
    """

    step: int
    kl: float | None = None
    length: float | None = None
    accuracy: float | None = None
    format: float | None = None
    same_reward: float | None = None


_KEYS = {
    "kl": "kl",
    "length": "completions/mean_length",
    "accuracy": "rewards/accuracy/mean",
    "format": "rewards/format/mean",
    "same_reward": "frac_reward_zero_std",
}


def reward_log(step: int, logged: Mapping[str, object]) -> RewardLog:
    """Read the numbers that matter here out of a log of TRL's GRPO trainer."""
    read = {name: logged.get(key) for name, key in _KEYS.items()}
    found = {name: float(one) for name, one in read.items() if isinstance(one, int | float)}
    return RewardLog(step=step, **found)


def alarms_of(
    logs: Sequence[RewardLog], limits: AlarmLimits, pauses_before: int = 0
) -> tuple[Alarm, ...]:
    """Return the alarms that hold after the last of the logs, the one that pauses first.

    Args:
        logs: all of the run so far, the oldest first.
        limits: from when on to say something.
        pauses_before: how often the run has paused for its divergence and was let go on.
    """
    if len(logs) < limits.window:
        return ()
    found = (
        _diverged(logs, limits, pauses_before),
        _drifted(logs, limits),
        _formal(logs, limits),
        _all_alike(logs, limits),
    )
    return tuple(alarm for alarm in found if alarm is not None)


def kl_limit(limits: AlarmLimits, pauses_before: int) -> float:
    """Return the divergence at which a run pauses next: twice as much after every pause."""
    return limits.kl * 2**pauses_before


def _diverged(logs: Sequence[RewardLog], limits: AlarmLimits, pauses_before: int) -> Alarm | None:
    now, most = _mean("kl", logs[-limits.window :]), kl_limit(limits, pauses_before)
    if now is None or not most or now <= most:
        return None
    return Alarm(
        kind="kl",
        step=logs[-1].step,
        pauses=True,
        message=(
            f"the model has moved away from the one it began as: a divergence (KL) of {now:.3g} "
            f"per token, above the limit of {most:.3g}. Read the probes: if the reasoning is still "
            f"sound, resume, and the next pause comes at {2 * most:.3g}; if not, stop, and start "
            "again with a larger KL weight or a smaller learning rate"
        ),
    )


def _drifted(logs: Sequence[RewardLog], limits: AlarmLimits) -> Alarm | None:
    before, now = _first_and_last("length", logs, limits.window)
    if not before or now is None or limits.shorter <= now / before <= limits.longer:
        return None
    way = "longer" if now > before else "shorter"
    return Alarm(
        kind="length",
        step=logs[-1].step,
        message=(
            f"answers have become {way}: {now:.0f} tokens on average, against {before:.0f} at the "
            "beginning. Read the probes: where the reward does not ask for it, the model has found "
            "that length itself pays; give the length term a weight, or stop"
        ),
    )


def _formal(logs: Sequence[RewardLog], limits: AlarmLimits) -> Alarm | None:
    form, form_now = _first_and_last("format", logs, limits.window)
    right, right_now = _first_and_last("accuracy", logs, limits.window)
    if form is None or form_now is None or right is None or right_now is None:
        return None
    if form_now - form < limits.format_gain or right_now - right > limits.accuracy_gain:
        return None
    return Alarm(
        kind="format",
        step=logs[-1].step,
        message=(
            f"the model learns the form and not the answer: {form_now:.0%} of the answers are well "
            f"formed, against {form:.0%} at the beginning, and accuracy went from {right:.1%} to "
            f"{right_now:.1%}. Train by examples first, or give the format less weight"
        ),
    )


def _all_alike(logs: Sequence[RewardLog], limits: AlarmLimits) -> Alarm | None:
    now = _mean("same_reward", logs[-limits.window :])
    if now is None or now < limits.same_reward:
        return None
    return Alarm(
        kind="variance",
        step=logs[-1].step,
        message=(
            f"in {now:.0%} of the groups all answers earn the same, so nothing is learned from "
            "them: the questions are too easy or too hard for this model. Choose items that it "
            "gets right now and then, raise the temperature, or sample more answers per item"
        ),
    )


def _first_and_last(
    name: str, logs: Sequence[RewardLog], window: int
) -> tuple[float | None, float | None]:
    """Return the means of the first and the last logs; None twice while the two would overlap."""
    if len(logs) < 2 * window:
        return None, None
    return _mean(name, logs[:window]), _mean(name, logs[-window:])


def _mean(name: str, logs: Sequence[RewardLog]) -> float | None:
    values = [value for log in logs if (value := getattr(log, name)) is not None]
    return sum(values) / len(values) if values else None
