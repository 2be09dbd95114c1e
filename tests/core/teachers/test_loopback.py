"""What counts as this machine where only local endpoints are allowed."""

import asyncio

import pytest

from core.teachers.exchange import AskFailed
from core.teachers.loopback import loopback_address

NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "model.test": ["127.0.1.1"],
    "both.test": ["127.0.0.1", "192.168.1.20"],
    "lan.test": ["10.0.0.5"],
    "nothing.test": [],
    "::1": ["::1"],
}


async def resolver(host: str) -> list[str]:
    if host not in NAMES:
        raise OSError(f"no such host: {host}")
    return NAMES[host]


def address(host: str) -> str:
    return asyncio.run(loopback_address(host, resolver))


def test_a_name_is_pinned_to_the_address_that_was_looked_at() -> None:
    assert address("model.test") == "127.0.1.1"


def test_localhost_stays_a_name_as_a_server_may_listen_on_either_address() -> None:
    assert address("localhost") == "localhost"


def test_a_loopback_address_stays_as_it_is() -> None:
    assert address("[::1]") == "[::1]"


@pytest.mark.parametrize(
    ("host", "named"),
    [
        ("lan.test", "10.0.0.5"),  # the local network is not this machine
        ("both.test", "192.168.1.20"),  # one address of two lies elsewhere
        ("nothing.test", "no address"),
    ],
)
def test_a_host_elsewhere_is_refused_with_its_address(host: str, named: str) -> None:
    with pytest.raises(AskFailed, match=f"{host}.*at {named}, not on this machine") as caught:
        address(host)
    assert (caught.value.problem, caught.value.ends_batch) == ("request", True)


def test_a_host_without_an_address_cannot_be_shown_to_be_local() -> None:
    with pytest.raises(AskFailed, match=r"'unknown\.test' has no address here"):
        address("unknown.test")
