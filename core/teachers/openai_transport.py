"""One POST to one endpoint: the only place from which a picture leaves this machine.

It goes to the endpoint's own address. Redirects are not followed; a key or header that the SDK
finds in its own environment variables is not sent; no proxy stands before a local endpoint; and
where only local endpoints are allowed, the host's addresses are checked before each request.
"""

import asyncio
import functools
import ssl
from typing import TYPE_CHECKING, Any

from core.teachers.endpoint import Endpoint
from core.teachers.loopback import loopback_address
from core.teachers.openai_reply import Failure, Said, quotable, read_response

if TYPE_CHECKING:
    import httpx2

CONNECT_S = 10.0
"""Seconds after which a connection that does not come about has failed."""
_HEADERS = {
    *("host", "user-agent", "connection", "content-type", "content-length"),
    *("accept", "accept-encoding"),
}


class Transport:
    """Connections to an endpoint, as many as it may serve at a time; no retries, no memory."""

    def __init__(self, endpoint: Endpoint, key: str | None, *, local_only: bool) -> None:
        import httpx2
        import openai

        self._endpoint, self._key, self._local_only = endpoint, key, local_only
        self._client = openai.AsyncOpenAI(
            base_url=endpoint.base_url,
            # Without one the SDK would take OPENAI_API_KEY; `_before_sending` has the last word.
            api_key=key or "none",
            max_retries=0,
            http_client=httpx2.AsyncClient(
                timeout=httpx2.Timeout(endpoint.timeout_s, connect=CONNECT_S),
                limits=httpx2.Limits(
                    max_connections=endpoint.concurrency,
                    max_keepalive_connections=endpoint.concurrency,
                ),
                follow_redirects=False,
                trust_env=not (local_only or endpoint.is_local),
                verify=_certificates(),
                event_hooks={"request": [self._before_sending]},
            ),
        )

    async def send(self, body: dict[str, Any]) -> Said | Failure:
        """Send one request and return what came of it.

        Raises:
            AskFailed: where only local endpoints are allowed and this one is not; nothing is sent.
        """
        import httpx2
        import openai

        # The SDK's errors hold the request with its key and pictures: none is handed on.
        try:
            # The transport's own timeout starts again with each byte; this one does not.
            async with asyncio.timeout(self._endpoint.timeout_s):
                response = await self._client.post(
                    "/chat/completions", cast_to=httpx2.Response, body=body
                )
        except openai.APIStatusError as error:
            response = error.response
        except (TimeoutError, openai.APITimeoutError) as error:
            if isinstance(error.__cause__, httpx2.ConnectTimeout):
                return self._lost(f"none within {CONNECT_S:g} s", reached=False)
            return self._late()
        except openai.APIConnectionError as error:
            cause = error.__cause__
            why = f"{type(cause).__name__} {quotable(str(cause), self._key)}"
            return self._lost(why, reached=not isinstance(cause, httpx2.ConnectError))
        return read_response(
            self._endpoint, response.status_code, response.headers, response.text, self._key
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _before_sending(self, request: "httpx2.Request") -> None:
        """Leave only the headers that a request needs, with our key or none; check the host."""
        for name in set(request.headers) - _HEADERS:
            del request.headers[name]
        if self._key is not None:
            request.headers["authorization"] = f"Bearer {self._key}"
        if self._local_only:
            name = request.url.host
            request.url = request.url.copy_with(host=await loopback_address(name))
            request.extensions["sni_hostname"] = name

    def _late(self) -> Failure:
        return Failure(
            "timeout",
            f"{self._endpoint.host} gave no answer within {self._endpoint.timeout_s:g} s; raise "
            "the endpoint's timeout, or lower its concurrency",
            again=True,
        )

    def _lost(self, why: str, *, reached: bool) -> Failure:
        return Failure(
            "connection",
            f"the connection to {self._endpoint.host} failed ({why}); check the address, and that "
            "the endpoint runs there",
            again=True,
            reached=reached,
        )


@functools.cache
def _certificates() -> ssl.SSLContext:
    """Return the trusted certificates, those named in the environment too: a tenth of a second."""
    import httpx2

    return httpx2.create_ssl_context()
