"""A model that says again what it said before: replay, demonstrations and tests, no network."""

from core.teachers.exchange import AskFailed, Exchange, ModelRequest
from core.teachers.exchanges import Exchanges, as_cached


class RecordedClient:
    """Answers out of a folder of exchanges, and out of nothing else."""

    def __init__(self, exchanges: Exchanges, signature: str) -> None:
        self._exchanges, self._signature = exchanges, signature

    async def ask(self, request: ModelRequest) -> Exchange:
        """Return the recorded exchange; raises AskFailed for a request that was never asked."""
        stored = self._exchanges.get(self._signature, request.digest)
        if stored is None:
            raise AskFailed(
                f"the request {request.digest[:12]} was never put to {self._signature}, and a "
                "recorded teacher says only what it said before; ask the endpoint itself, or ask "
                "the same windows with the same question and picture settings",
                "request",
            )
        return as_cached(stored)

    async def close(self) -> None:
        """Nothing is open."""
