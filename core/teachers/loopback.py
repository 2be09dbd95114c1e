"""Whether a host is this machine: what "local endpoints only" demands before a byte is sent."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

from core.teachers.endpoint import is_loopback
from core.teachers.exchange import AskFailed

Resolve = Callable[[str], Awaitable[list[str]]]


async def resolve(host: str) -> list[str]:
    """Return the addresses of a host as the machine's resolver gives them; raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


async def loopback_address(host: str, resolver: Resolve = resolve) -> str:
    """Return the address at which a host is this machine.

    A name counts only when all of its addresses are loopback ones. The caller connects to what is
    returned, so that a second look-up cannot lead elsewhere; `localhost` stays a name, as a server
    may listen on either of its addresses.

    Raises:
        AskFailed: for any other host, also one in the local network; it ends a batch.
    """
    try:
        addresses = await resolver(host.strip("[]"))
    except OSError:
        raise AskFailed(
            f"the host {host!r} has no address here, so it cannot be shown to be this machine, and "
            "the project allows local endpoints only; check the endpoint's address",
            "request",
            ends_batch=True,
        ) from None
    elsewhere = [address for address in addresses if not is_loopback(address)]
    if elsewhere or not addresses:
        raise AskFailed(
            f"the host {host!r} is at {', '.join(elsewhere) or 'no address'}, not on this machine, "
            "and the project allows local endpoints only (a machine in the local network is not "
            "local); nothing was sent: use an endpoint on localhost, or lift the project's rule",
            "request",
            ends_batch=True,
        )
    return host if is_loopback(host) else addresses[0]
