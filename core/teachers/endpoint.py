"""An endpoint: where a model answers, and with which parameters. It never holds a key."""

import hashlib
import ipaddress
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from core.model import Frozen

Structured = Literal["auto", "schema", "json", "tags"]
"""How an answer is asked for: by JSON schema, as JSON, or in tags; auto tries them in that order
and remembers which one the endpoint takes."""


class Endpoint(Frozen):
    """A teacher behind an OpenAI-compatible chat-completions endpoint.

    Attributes:
        id: stays the same over edits; `version` goes up with each.
        base_url: up to and with `/v1`, as the `openai` client takes it.
        key_name: name of the environment variable or secret that holds the key; empty for none.
        temperature: None leaves it to the endpoint (some models refuse the parameter).
        price_in, price_out: USD per million tokens, None when unknown.
        picture: name of the render settings.
    """

    id: str
    name: str = Field(min_length=1, max_length=80)
    base_url: str
    model: str = Field(min_length=1)
    key_name: str = ""
    temperature: float | None = Field(default=0.0, ge=0, le=2)
    max_tokens: int = Field(default=2048, ge=16)
    timeout_s: float = Field(default=120.0, gt=0)
    concurrency: int = Field(default=8, ge=1, le=256)
    structured: Structured = "auto"
    price_in: float | None = Field(default=None, ge=0)
    price_out: float | None = Field(default=None, ge=0)
    picture: str = "standard"
    version: int = 1

    @field_validator("base_url")
    @classmethod
    def _is_url(cls, url: str) -> str:
        parts = urlsplit(url.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(
                f"{url!r} is no http(s) address; give one like http://localhost:11434/v1"
            )
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError(
                f"the address of {parts.hostname} carries a key, a query or a fragment, which "
                "would be stored with it; name the key's variable in its own field"
            )
        try:
            port = parts.port
        except ValueError:
            port = -1
        if port is not None and port < 1:
            raise ValueError(
                f"{parts.netloc} has a port that is none; give a number from 1 to 65535, as in "
                "http://localhost:11434/v1"
            )
        return url.strip().rstrip("/")

    @field_validator("key_name")
    @classmethod
    def _is_name(cls, name: str) -> str:
        # The text is not quoted: what does not look like a name may be a key.
        if name and not (name.isascii() and name.isidentifier()):
            raise ValueError(
                "it holds more than letters, digits and _, so it names no variable; enter the name "
                "of the variable or secret that holds the key (like OPENAI_API_KEY), never the key"
            )
        return name

    @property
    def host(self) -> str:
        """Who receives the pictures: host and port as in the address."""
        return urlsplit(self.base_url).netloc

    @property
    def is_local(self) -> bool:
        """Whether the address itself says that nothing leaves this machine: a loopback one."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    @property
    def signature(self) -> str:
        """Return what tells answers of this endpoint apart: 12 hex digits of what shapes them."""
        shaping = (self.base_url, self.model, self.temperature, self.max_tokens, self.structured)
        return hashlib.sha256(repr(shaping).encode()).hexdigest()[:12]


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine by its very name: `localhost` or a loopback address."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
