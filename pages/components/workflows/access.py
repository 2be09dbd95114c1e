"""How the app can be reached: what it is bound to, and what that means. No Streamlit."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Binding:
    """Where the server listens.

    Attributes:
        address: as set; empty listens everywhere.
        hosts: names it answers to; empty is any.
        encrypted: whether it speaks https itself.
    """

    address: str
    port: int
    hosts: tuple[str, ...] = ()
    encrypted: bool = False

    @property
    def local(self) -> bool:
        """Whether only this machine reaches it."""
        return is_loopback(self.address)

    @property
    def shown(self) -> str:
        """Address and port, as in an address bar."""
        return f"{self.address or '0.0.0.0'}:{self.port}"


def binding_of(address: str | None, port: int, hosts: Sequence[str], cert: str | None) -> Binding:
    """Return the binding that the server's options describe."""
    return Binding(str(address or ""), port, tuple(hosts), bool(cert))


def is_loopback(address: str) -> bool:
    """Tell whether an address is one that only this machine reaches."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def binding_words(now: Binding) -> str:
    """Say in a sentence who can reach the app."""
    if now.local:
        return f"The app is bound to {now.shown}: only browsers on this machine reach it."
    names = f"under the names {', '.join(now.hosts)}" if now.hosts else "under any name"
    return f"The app is bound to {now.shown}: other machines reach it, {names}."
