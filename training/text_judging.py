"""Has texts judged from inside a training: the endpoint, and what was said before.

Only an endpoint on this machine is asked: what a run may send elsewhere is decided on the pages
that people give their consent on, and a training asks nobody. Every reply is kept in a folder of
the run, so that one that goes on asks nothing twice and learns the same.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from core.errors import AnswerError, ConfigError
from core.questions.base import Question
from core.teachers import MODELS
from core.teachers.endpoint import Endpoint
from core.teachers.exchange import AskFailed, ClientSetup, ModelRequest
from core.teachers.exchanges import CachedClient, Exchanges
from core.teachers.text_judge import (
    caption_request,
    extension_request,
    read_caption_judgement,
    read_extension_judgement,
)

log = logging.getLogger("training")

Said = TypeVar("Said")
CONCURRENCY = 8
MAX_TOKENS = 512


@dataclass(frozen=True)
class TextJudge:
    """A language model behind an endpoint on this machine, asked to score texts.

    Attributes:
        endpoint: who judges.
        exchanges: the folder of what it said.
    """

    endpoint: Endpoint
    exchanges: Path

    def caption_scores(
        self, question: Question, caption: str, texts: Sequence[str]
    ) -> list[int | None]:
        """Return a score from 1 to 5 for each text, None for one that could not be judged.

        Raises:
            AskFailed: if the endpoint can answer nothing at all.
        """
        requests = [caption_request(question, caption, text) for text in texts]
        said = asyncio.run(self._ask(requests, read_caption_judgement))
        return [None if one is None else one.score for one in said]

    def __call__(self, question: Question, text: str) -> float:
        """Return how good the extension of an answer is, in [0, 1]; 0 where nobody could say."""
        request = extension_request(question, text)
        (said,) = asyncio.run(self._ask([request], read_extension_judgement))
        return 0.0 if said is None else said.share

    async def _ask(
        self, requests: Sequence[ModelRequest], read: Callable[[str], Said]
    ) -> list[Said | None]:
        setup = ClientSetup(exchanges=self.exchanges, local_only=True)
        client = CachedClient(
            MODELS["openai_vlm"](self.endpoint, setup),
            Exchanges(self.exchanges),
            self.endpoint.signature,
        )

        async def one(request: ModelRequest) -> Said | None:
            try:
                return read((await client.ask(request)).text)
            except AskFailed as failed:
                if failed.ends_batch:
                    raise
                log.warning("the judge did not score a text: %s", failed)
            except AnswerError as error:
                log.warning("a judgement could not be read: %s", error)
            return None

        try:
            return list(await asyncio.gather(*map(one, requests)))
        finally:
            await client.close()


def text_judge(url: str, model: str, key_name: str, exchanges: Path) -> TextJudge:
    """Return the judge of a run's settings.

    Raises:
        ConfigError: if the address or the name of the key is none, or the address is not local.
    """
    try:
        endpoint = Endpoint(
            id="judge",
            name="judge",
            base_url=url,
            model=model,
            key_name=key_name,
            max_tokens=MAX_TOKENS,
            concurrency=CONCURRENCY,
        )
    except ValidationError as error:
        raise ConfigError(
            f"the judge {model!r} at {url!r} cannot be asked ({error.errors()[0]['msg']}); give an "
            "address up to and with /v1 and the name of a model"
        ) from error
    if not endpoint.is_local:
        raise ConfigError(
            f"the judge at {endpoint.host} is not on this machine, and a training sends nothing "
            "elsewhere; name an endpoint like http://localhost:11434/v1, or leave the judge out"
        )
    return TextJudge(endpoint, exchanges)
