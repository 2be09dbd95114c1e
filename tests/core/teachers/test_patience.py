"""How long a client waits, and what its workers know together."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from core.teachers.patience import Gate, Patience, asked_wait_s


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),  # the finer one counts
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),  # past: no pause
    ],
)
def test_the_pause_that_an_endpoint_asks_for(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert asked_wait_s(headers) == seconds


def test_a_date_is_read_as_the_time_until_then() -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    asked = asked_wait_s({"retry-after": format_datetime(later, usegmt=True)})
    assert asked == pytest.approx(3600, abs=60)


@pytest.mark.parametrize(("failures", "longest"), [(1, 1), (2, 2), (3, 4), (5, 16), (9, 30)])
def test_waits_double_up_to_a_limit_and_vary_by_half(failures: int, longest: float) -> None:
    waits = [Patience().wait_s(failures, None) for _ in range(200)]
    assert longest / 2 <= min(waits) < max(waits) <= longest


def test_an_endpoint_that_asks_for_more_is_obeyed() -> None:
    assert Patience().wait_s(1, 40.0) == 40.0


def test_a_gate_knows_since_when_nobody_heard_the_endpoint() -> None:
    gate, before = Gate(), time.monotonic()
    assert gate.silent_since(before)
    gate.heard()
    assert not gate.silent_since(before)
