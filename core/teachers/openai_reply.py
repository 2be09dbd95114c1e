"""What an endpoint's response means: something said, or a failure with what to do about it.

Knows statuses, headers and JSON of the chat-completions protocol, and nothing of who carried them.
Texts of failures quote the endpoint, shortened, without keys and pictures.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from core.answers import Problem
from core.questions.wire import shortened
from core.teachers.endpoint import Endpoint
from core.teachers.patience import asked_wait_s

REFUSING = frozenset({400, 422, 500, 501})
"""Statuses under which endpoints refuse a parameter; 500 only where the text names one."""
_QUOTED = 300


@dataclass(frozen=True)
class Said:
    """A completion as it came back; `tokens_in` and `tokens_out` as the endpoint counted them."""

    text: str
    refusal: str
    finish: str
    model: str
    tokens_in: int | None
    tokens_out: int | None


@dataclass(frozen=True)
class Failure:
    """Why a request brought nothing.

    Attributes:
        again: the same request may succeed later.
        wait_s: how long the endpoint asks to wait.
        refused: what an endpoint said that may be refusing a parameter, in full and never shown;
            else empty.
        said: a completion that is no answer (empty), with its tokens.
        reached: whether the endpoint was there at all.
    """

    problem: Problem
    message: str
    again: bool = False
    ends_batch: bool = False
    wait_s: float | None = None
    refused: str = ""
    said: Said | None = None
    reached: bool = True


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Completion(BaseModel):
    choices: list[_Choice]
    model: str | None = None
    usage: _Usage | None = None


def read_response(
    endpoint: Endpoint, status: int, headers: Mapping[str, str], text: str, key: str | None
) -> Said | Failure:
    """Return what a response says; `key` is only taken out of what the endpoint quotes."""
    if 200 <= status < 300:
        return _completion(endpoint, text, key)
    return _failure(endpoint, status, headers, _error_text(text), key)


def quotable(text: str, key: str | None) -> str:
    """Return an endpoint's words for an error text: in one line, no key, no picture, not long."""
    if key:
        # Some endpoints quote a key with its middle starred out: its beginning is enough to know.
        text = re.sub(re.escape(key[:8]) + r"\S*", "[key]", text)
    text = re.sub(r"data:image/[^\s\"']*|[A-Za-z0-9+/=]{120,}", "[data]", text)
    return shortened(" ".join(text.split()), _QUOTED)


def _completion(endpoint: Endpoint, text: str, key: str | None) -> Said | Failure:
    try:
        read = _Completion.model_validate_json(text)
        choice = read.choices[0]
    except (ValidationError, IndexError):
        return Failure(
            "not_json",
            f"{endpoint.host} answered {quotable(text, key)}, which is no chat completion; "
            f"check that {endpoint.base_url} is the address of its API (it often ends in /v1) and "
            "that nothing answers in its place, a sign-in page for example",
            again=True,
        )
    usage = read.usage or _Usage()
    said = Said(
        text=choice.message.content or "",
        refusal=choice.message.refusal or "",
        finish=choice.finish_reason or "",
        model=read.model or "",
        tokens_in=usage.prompt_tokens,
        tokens_out=usage.completion_tokens,
    )
    unexplained = not said.refusal and said.finish not in ("length", "content_filter")
    if unexplained and not said.text.strip():
        return Failure(
            "empty",
            f"{endpoint.model} at {endpoint.host} answered without a word (it ended with "
            f"{said.finish!r}); try again, or check that the model takes pictures",
            again=True,
            said=said,
        )
    return said


def _failure(
    endpoint: Endpoint, status: int, headers: Mapping[str, str], words: str, key: str | None
) -> Failure:
    said = f"HTTP {status}, {quotable(words, key)}"
    if 300 <= status < 400:
        target = quotable(headers.get("location", "nowhere"), key)
        return Failure(
            "request",
            f"{endpoint.host} sends the request on to {target} (HTTP {status}), and pictures go "
            "only to the address that was given; if the new one is right, enter it",
            ends_batch=True,
        )
    if status in (401, 403):
        return Failure("request", _key_text(endpoint, said, key), ends_batch=True)
    if status == 402 or (status == 429 and "insufficient_quota" in words):
        return Failure(
            "rate_limit" if status == 429 else "request",
            f"{endpoint.host} answers for no money ({said}): the account has no credit left; "
            "top it up there, then resume",
            ends_batch=True,
        )
    if status == 404:
        return Failure(
            "request",
            f"{endpoint.host} knows no model {endpoint.model!r} or nothing at {endpoint.base_url} "
            f"({said}); check the model's name and the address, which often ends in /v1",
            ends_batch=True,
        )
    if status == 429:
        return Failure(
            "rate_limit",
            f"{endpoint.host} takes no more requests for now ({said}); lower the endpoint's "
            f"concurrency of {endpoint.concurrency}, or resume later",
            again=True,
            wait_s=asked_wait_s(headers),
        )
    if status == 408:
        return Failure("timeout", f"{endpoint.host} gave up waiting ({said}); resume", again=True)
    if status >= 500:
        return Failure(
            "server",
            f"{endpoint.host} failed ({said}); its own log says more: resume when it is well",
            again=True,
            wait_s=asked_wait_s(headers),
            refused=words if status in REFUSING else "",
        )
    if re.search("content_filter|ResponsibleAIPolicy", words):
        return Failure(
            "refusal",
            f"{endpoint.host} filtered the request ({said}); reword the question's domain sentence",
        )
    return Failure(
        "request",
        f"{endpoint.host} refuses the request ({said}); change what it names in the endpoint's "
        "settings or in the question",
        refused=words if status in REFUSING else "",
    )


def _key_text(endpoint: Endpoint, said: str, key: str | None) -> str:
    if not endpoint.key_name:
        found = "no key was sent, as the endpoint names none"
    elif key is None:
        found = f"no key was sent, as {endpoint.key_name} holds none"
    else:
        found = f"the key in {endpoint.key_name} was sent"
    return (
        f"{endpoint.host} refuses access ({said}); {found}: name the variable or secret that holds "
        "a valid key of this endpoint with a right to this model"
    )


def _error_text(text: str) -> str:
    """Return what an error body says: message, code and parameter when it has them, else itself."""
    try:
        body = json.loads(text)
    except ValueError:
        return text
    error = body.get("error", body) if isinstance(body, dict) else body
    if not isinstance(error, dict) or not isinstance(error.get("message"), str):
        return text
    details = [str(error[name]) for name in ("code", "param") if error.get(name)]
    return error["message"] + (f" ({', '.join(details)})" if details else "")
