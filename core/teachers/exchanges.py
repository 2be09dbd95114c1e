"""Exchanges on disk by what was asked, so that nothing is asked, or paid for, twice.

One file per exchange, named by the SHA-256 of the endpoint's signature and the request's digest, in
256 folders. A file is whole and on the disk before `put` returns: an answer is only written after
its exchange, so a program killed at any moment finds every exchange of every answer again.
"""

import asyncio
import hashlib
import logging
import os
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from pydantic import ValidationError

from core.files import sync_folder
from core.model import Frozen
from core.teachers.exchange import Exchange, ModelClient, ModelRequest

log = logging.getLogger("core.teachers")

_PARTS = count()
"""Tells apart what the threads of this process write."""


class _Stored(Frozen):
    """A file's content: the exchange, and what it answers, by which a foreign file is known."""

    signature: str
    digest: str
    exchange: Exchange


class Exchanges:
    """The folder. Several threads and processes may use it at once; the last one to write wins."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: set[Path] = set()

    def get(self, signature: str, digest: str) -> Exchange | None:
        """Return the exchange as it was put, or None; a damaged or foreign file counts as none."""
        path = self._path(signature, digest)
        try:
            stored = _Stored.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError:
            log.warning("the exchange %s is damaged or of another version: asked again", path)
            return None
        if (stored.signature, stored.digest) != (signature, digest):
            log.warning("the exchange %s belongs to another request: asked again", path)
            return None
        return stored.exchange

    def put(self, signature: str, digest: str, exchange: Exchange) -> None:
        """Write an exchange; it survives a power cut once this returns."""
        path = self._path(signature, digest)
        if path.parent not in self._made:
            path.parent.mkdir(parents=True, exist_ok=True)
            sync_folder(self._folder)
            self._made.add(path.parent)
        stored = _Stored(signature=signature, digest=digest, exchange=exchange)
        part = path.with_name(f"{path.name}.{os.getpid()}.{next(_PARTS)}.part")
        try:
            _write_through(part, stored.model_dump_json().encode())
            os.replace(part, path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)

    def forget(self, signature: str, digest: str) -> None:
        """Delete an exchange, so that the request is sent again: its answer was not readable."""
        self._path(signature, digest).unlink(missing_ok=True)

    def _path(self, signature: str, digest: str) -> Path:
        name = hashlib.sha256(f"{signature} {digest}".encode()).hexdigest()
        return self._folder / name[:2] / f"{name}.json"


@dataclass
class _Running:
    """A request on its way: how many callers wait for it, and whether one has had the bill."""

    task: asyncio.Task[Exchange]
    waiting: int = 0
    paid: bool = False


class CachedClient:
    """Answers out of the folder where it can, and stores what else it has to ask for.

    A hit says so (`cached`), costs nothing, took no try and no time, and keeps its tokens. Callers
    of one request that come while it is on its way share it, and only one of them pays. What
    the client behind raises (a refusal, a cut answer) is not stored.

    Args:
        signature: the endpoint's; answers of another model or with other parameters are not mixed.
    """

    def __init__(self, client: ModelClient, exchanges: Exchanges, signature: str) -> None:
        self._client, self._exchanges, self._signature = client, exchanges, signature
        self._running: dict[str, _Running] = {}

    async def ask(self, request: ModelRequest) -> Exchange:
        """Return the stored exchange, or ask; raises AskFailed as the client behind does."""
        running = self._running.get(request.digest)
        if running is None:
            running = _Running(asyncio.create_task(self._fetch(request)))
            self._running[request.digest] = running
        running.waiting += 1
        try:
            exchange = await asyncio.shield(running.task)
        finally:
            running.waiting -= 1
            if running.waiting == 0:
                # Nobody wants it any more: a batch that is stopped leaves no request behind.
                running.task.cancel()
                if self._running.get(request.digest) is running:
                    del self._running[request.digest]
        if running.paid:
            return as_cached(exchange)
        running.paid = True
        return exchange

    async def close(self) -> None:
        """Close the client behind."""
        await self._client.close()

    async def _fetch(self, request: ModelRequest) -> Exchange:
        place = (self._signature, request.digest)
        # Here and now: a look for a file costs less than the way to a thread and back.
        stored = self._exchanges.get(*place)
        if stored is not None:
            return as_cached(stored)
        exchange = await self._client.ask(request)
        await asyncio.to_thread(self._exchanges.put, *place, exchange)
        return exchange


def as_cached(exchange: Exchange) -> Exchange:
    """Return an exchange as the second one to use it sees it."""
    free = {"cached": True, "cost_usd": 0.0, "seconds": 0.0, "tries": 0}
    return exchange.model_copy(update=free)


def _write_through(path: Path, data: bytes) -> None:
    """Write a file to the disk; plain calls, as each gives way to other threads for a moment."""
    descriptor = os.open(
        path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o666
    )
    try:
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
