"""Which parameters an endpoint takes, and the body of a request in its dialect.

Endpoints call themselves compatible and refuse different parts: newer OpenAI models take
`max_completion_tokens` and no temperature, small servers know no JSON schema. What a refusal names
is left out; what it does not name is found by leaving out one thing after the other.
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from core.teachers.endpoint import Endpoint
from core.teachers.exchange import Form, ModelRequest
from core.teachers.openai_reply import Failure

FORMS: tuple[Form, ...] = ("schema", "json", "tags")
Limit = Literal["max_tokens", "max_completion_tokens", "none"]

# The first is the older name: servers that know only that one ignore the newer without a word.
_LIMITS: tuple[Limit, ...] = ("max_tokens", "max_completion_tokens", "none")
_FORM_WORDS = re.compile(r"response_format|json_schema|json_object|schema|structured|grammar")
# Too high a limit is the user's to lower: an endpoint that complains of it does know the parameter.
_UNKNOWN_WORDS = re.compile(
    r"n[o']t (support|permitted|allowed)|unsupported|unrecog|unknown|unexpected|deprecated|extra"
)


@dataclass(frozen=True)
class Dialect:
    """How an endpoint is spoken to.

    Attributes:
        form: how an answer with a schema is asked for.
        limit: the parameter that limits the answer's tokens.
        temperature: whether the endpoint's temperature is sent.
        forms: the forms that may be tried, strongest first.
    """

    form: Form
    limit: Limit = "max_tokens"
    temperature: bool = True
    forms: tuple[Form, ...] = FORMS

    def without(self, said: str) -> "Dialect | None":
        """Return the dialect without what a refusal names; None when it names nothing of ours."""
        words = said.lower()
        if re.search("max_(completion_)?tokens", words) and _UNKNOWN_WORDS.search(words):
            limit = self._next_limit()
            return None if limit is None else replace(self, limit=limit)
        if "temperature" in words and self.temperature:
            return replace(self, temperature=False)
        if _FORM_WORDS.search(words):
            form = next(iter(self._weaker_forms()), None)
            return None if form is None else replace(self, form=form)
        return None

    def doubts(self) -> Iterator["Dialect"]:
        """Yield what to try after a refusal without a reason: one thing changed, then all."""
        forms, limit = self._weaker_forms(), self._next_limit() or self.limit
        for form in forms:
            yield replace(self, form=form)
        if self.temperature:
            yield replace(self, temperature=False)
        if limit != self.limit:
            yield replace(self, limit=limit)
        yield replace(self, form=[self.form, *forms][-1], temperature=False, limit=limit)

    def _weaker_forms(self) -> tuple[Form, ...]:
        if self.form not in self.forms:
            return ()
        return self.forms[self.forms.index(self.form) + 1 :]

    def _next_limit(self) -> Limit | None:
        following = _LIMITS[_LIMITS.index(self.limit) + 1 :]
        return following[0] if following else None


def first_dialect(endpoint: Endpoint, known: Form | None) -> Dialect:
    """Return the dialect to begin with; `known` is a form that this endpoint took before."""
    temperature = endpoint.temperature is not None
    if endpoint.structured == "auto":
        return Dialect(form=known or FORMS[0], temperature=temperature)
    return Dialect(form=endpoint.structured, temperature=temperature, forms=())


class Negotiation:
    """The search of one request for a dialect that its endpoint takes."""

    def __init__(self, dialect: Dialect, *, proven: bool) -> None:
        self.dialect = dialect
        self._proven = proven
        self._doubts: Iterator[Dialect] | None = None
        self._doubted: Failure | None = None

    def refused(self, failure: Failure) -> Failure | None:
        """Change the dialect after a refusal; return what has failed when nothing is left to try.

        A dialect that was proven is doubted only where the refusal names a part of it, and so is
        one whose endpoint failed by itself: else the request is what the endpoint refuses.
        """
        if not failure.refused:
            return failure
        if (named := self.dialect.without(failure.refused)) is not None:
            self.dialect, self._doubts = named, None
            return None
        if self._proven or failure.again:
            return failure
        if self._doubts is None:
            self._doubts, self._doubted = self.dialect.doubts(), failure
        following = next(self._doubts, None)
        if following is None:
            return self._doubted
        self.dialect = following
        return None


def body_of(request: ModelRequest, endpoint: Endpoint, dialect: Dialect) -> dict[str, Any]:
    """Return the JSON body of a chat-completions request."""
    body: dict[str, Any] = {"model": endpoint.model, "messages": _messages(request, dialect.form)}
    if dialect.limit != "none":
        body[dialect.limit] = endpoint.max_tokens
    if dialect.temperature:
        body["temperature"] = endpoint.temperature
    if request.schema is not None and dialect.form == "schema":
        wanted = {"name": "answer", "strict": True, "schema": request.schema}
        body["response_format"] = {"type": "json_schema", "json_schema": wanted}
    if request.schema is not None and dialect.form == "json":
        body["response_format"] = {"type": "json_object"}
    return body


def _messages(request: ModelRequest, form: Form) -> list[dict[str, Any]]:
    text = request.text
    if request.schema is not None and form == "tags" and request.tags:
        text = f"{text}\n\n{request.tags}"
    # A list of parts only where there are pictures: models without eyes take plain text alone.
    content: str | list[dict[str, Any]] = text
    if request.pictures:
        content = [{"type": "text", "text": text}, *map(_picture, request.pictures)]
    messages: list[dict[str, Any]] = [{"role": "user", "content": content}]
    for said, asked in request.earlier:
        messages.append({"role": "assistant", "content": said})
        messages.append({"role": "user", "content": asked})
    return messages


def _picture(png: bytes) -> dict[str, Any]:
    url = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    return {"type": "image_url", "image_url": {"url": url}}
