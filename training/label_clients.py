"""The clients of a batch: one per endpoint, behind the folder of what was said before."""

from collections.abc import Callable, Iterable

from core.answers import Problem
from core.errors import JobError
from core.teachers import MODELS
from core.teachers.endpoint import Endpoint
from core.teachers.exchange import (
    AskFailed,
    ClientSetup,
    Exchange,
    Form,
    ModelClient,
    ModelRequest,
)
from core.teachers.exchanges import CachedClient, Exchanges
from training.label_folder import LabelFolder
from training.label_records import ModelBatch, Spent, learned
from training.label_status import Tally


class Halting(Exception):
    """The batch is to come to rest: nothing more is sent, what was to be asked stays open."""


class Clients:
    """Makes the clients of a batch when it begins, so that a missing key is told at once.

    Args:
        halting: whether the batch is to come to rest; asked before anything is sent, so that no
            repair, second look or retry leaves after the word to pause.

    Attributes:
        gone: endpoints that can answer nothing any more, by id, with the reason.
    """

    def __init__(
        self,
        folder: LabelFolder,
        batch: ModelBatch,
        tally: Tally,
        halting: Callable[[], bool] = lambda: False,
    ) -> None:
        self._folder, self._tally, self._halting = folder, tally, halting
        self._exchanges = Exchanges(folder.exchanges)
        self._endpoints = {one.endpoint.id: one.endpoint for one in batch.teachers}
        forms: dict[str, Form | None] = {one.endpoint.id: one.form for one in batch.teachers}
        if batch.judge is not None:
            self._endpoints.setdefault(batch.judge.id, batch.judge)
        self._clients = {
            one: CachedClient(
                _Paid(
                    MODELS[batch.client](
                        endpoint,
                        ClientSetup(
                            exchanges=folder.exchanges,
                            local_only=batch.local_only,
                            form=forms.get(one),
                            on_retry=self._retried,
                        ),
                    ),
                    endpoint,
                    tally,
                    self._check_halting,
                ),
                self._exchanges,
                endpoint.signature,
            )
            for one, endpoint in self._endpoints.items()
        }
        self.gone: dict[str, str] = {}

    def _check_halting(self) -> None:
        if self._halting():
            raise Halting

    def _retried(self, problem: Problem) -> None:
        self._tally.retried(problem)
        self._check_halting()

    def of(self, endpoint: Endpoint) -> ModelClient:
        """Return the client of an endpoint of the batch."""
        if endpoint.id not in self._clients:
            raise JobError(
                f"{endpoint.name} is no teacher of this batch, so it cannot be asked in it; "
                "start a batch with it"
            )
        return self._clients[endpoint.id]

    def forget(self, endpoint: Endpoint, digests: Iterable[str]) -> None:
        """Drop exchanges that were no answer, so that a later try really asks again."""
        for digest in digests:
            self._exchanges.forget(endpoint.signature, digest)

    async def close(self) -> None:
        """Write what was learned of the endpoints, and let go of connections."""
        spent = self._folder.spent()
        self._folder.write_learned(
            learned(endpoint, spent) for endpoint in self._endpoints.values()
        )
        for client in self._clients.values():
            await client.close()


class _Paid:
    """Notes what each exchange cost before it is handed on."""

    def __init__(
        self,
        client: ModelClient,
        endpoint: Endpoint,
        tally: Tally,
        check_halting: Callable[[], None],
    ) -> None:
        self._client, self._endpoint, self._tally = client, endpoint, tally
        self._check_halting = check_halting

    async def ask(self, request: ModelRequest) -> Exchange:
        """Ask, and note the cost; what is of no use (refused, cut off) is paid for as well.

        Raises:
            Halting: when the batch is to come to rest; nothing was sent.
        """
        self._check_halting()
        try:
            exchange = await self._client.ask(request)
        except AskFailed as failed:
            if failed.exchange is not None:
                self._note(failed.exchange)
            raise
        self._note(exchange)
        return exchange

    def _note(self, exchange: Exchange) -> None:
        self._tally.paid(
            Spent(
                endpoint_id=self._endpoint.id,
                form=exchange.form,
                cost_usd=exchange.cost_usd,
                tokens_in=exchange.tokens_in,
                tokens_out=exchange.tokens_out,
                seconds=exchange.seconds,
            )
        )

    async def close(self) -> None:
        """Close what carries the requests."""
        await self._client.close()
