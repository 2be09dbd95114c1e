"""What asking costs: what a call cost by its tokens, and what a batch will cost before it starts.

Before the first call nobody can say how a model counts a picture, so an estimate is a range; after
some calls their means take its place.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.model import Frozen
from core.teachers.endpoint import Endpoint

CHARS_PER_TOKEN = 4
"""English prose and JSON, about."""
SHORTEST_ANSWER = '{"intervals": [], "confidence": null, "rationale": []}'


@dataclass(frozen=True)
class MeasuredTokens:
    """Mean tokens of a request in earlier calls of the same kind to the same model."""

    tokens_in: float
    tokens_out: float


class CostEstimate(Frozen):
    """What a number of requests will take, as ranges (low, high); `usd` is None without prices."""

    requests: int
    tokens_in: tuple[int, int]
    tokens_out: tuple[int, int]
    usd: tuple[float, float] | None
    sentence: str


def cost_usd(endpoint: Endpoint, tokens_in: int | None, tokens_out: int | None) -> float | None:
    """Return the price of a call: tokens times USD per million; None when a factor is unknown.

    A free endpoint costs 0 whatever it counts.
    """
    if endpoint.price_in == endpoint.price_out == 0:
        return 0.0
    if endpoint.price_in is None or endpoint.price_out is None:
        return None
    if tokens_in is None or tokens_out is None:
        return None
    return (tokens_in * endpoint.price_in + tokens_out * endpoint.price_out) / 1e6


def picture_tokens(width: int, height: int) -> tuple[int, int]:
    """Return the tokens of a picture of so many pixels, as (low, high) of the two usual rules.

    Tiles (GPT-4o): scaled down to fit 2,048 x 2,048, then to a shorter side of at most 768; 85 and
    170 per tile of 512 x 512. Patches (Qwen2.5-VL): one per 28 x 28 pixels. Some models count
    otherwise, small ones many times more (GPT-4o mini: 2,833 and 5,667 per tile).
    """
    counts = (_tile_tokens(width, height), math.ceil(width / 28) * math.ceil(height / 28))
    return min(counts), max(counts)


def text_tokens(text: str) -> int:
    """Return about how many tokens a text makes."""
    return _tokens_of(len(text))


def estimate(
    n_requests: int,
    prompt_chars: int,
    pictures: Sequence[tuple[int, int]],
    endpoint: Endpoint,
    measured: MeasuredTokens | None = None,
) -> CostEstimate:
    """Estimate a batch.

    Without a measurement a request takes its text and pictures in, and gives between the shortest
    answer and the endpoint's limit of tokens out.

    Args:
        n_requests: how many requests will be sent.
        prompt_chars: characters of one request's text, its schema included.
        pictures: (width, height) in pixels of each picture in one request.
        measured: means of earlier calls.
    """
    if measured is not None:
        each_in = (measured.tokens_in, measured.tokens_in)
        each_out = (measured.tokens_out, measured.tokens_out)
    else:
        counts = [picture_tokens(width, height) for width, height in pictures]
        text = _tokens_of(prompt_chars)
        each_in = (text + sum(low for low, _ in counts), text + sum(high for _, high in counts))
        each_out = (text_tokens(SHORTEST_ANSWER), endpoint.max_tokens)
    tokens_in = (round(n_requests * each_in[0]), round(n_requests * each_in[1]))
    tokens_out = (round(n_requests * each_out[0]), round(n_requests * each_out[1]))
    low, high = (cost_usd(endpoint, tokens_in[end], tokens_out[end]) for end in (0, 1))
    usd = None if low is None or high is None else (low, high)
    return CostEstimate(
        requests=n_requests,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        usd=usd,
        sentence=_sentence(n_requests, tokens_in, tokens_out, usd, endpoint, measured is not None),
    )


def _tokens_of(chars: int) -> int:
    return math.ceil(chars / CHARS_PER_TOKEN)


def _tile_tokens(width: int, height: int) -> int:
    scale = min(1.0, 2048 / max(width, height))
    scale *= min(1.0, 768 / (scale * min(width, height)))
    tiles = math.ceil(width * scale / 512) * math.ceil(height * scale / 512)
    return 85 + 170 * tiles


def _sentence(
    requests: int,
    tokens_in: tuple[int, int],
    tokens_out: tuple[int, int],
    usd: tuple[float, float] | None,
    endpoint: Endpoint,
    is_measured: bool,
) -> str:
    if usd is None:
        price = f"the price is unknown: enter the prices of {endpoint.name!r} to see it"
    elif usd[1] == 0:
        price = "which costs nothing"
    else:
        price = f"USD {_span(f'{usd[0]:,.2f}', f'{usd[1]:,.2f}')}"
    return (
        f"{requests:,} {'request' if requests == 1 else 'requests'} to {endpoint.host}: "
        f"{_span(f'{tokens_in[0]:,}', f'{tokens_in[1]:,}')} tokens in and "
        f"{_span(f'{tokens_out[0]:,}', f'{tokens_out[1]:,}')} out, {price} "
        f"({'as measured in earlier calls' if is_measured else 'estimated before any call'})."
    )


def _span(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"
