"""A language model as a judge of texts, without pictures: what it is asked, and how it is read.

caption    One score from 1 to 5 for an answer, measured against a detailed description of the plot
           instead of the plot (LLaVA-Hound): cheaper than a judge that sees, and it cannot reward
           what it believes to see itself. Answers with 3 or more are good.
extension  Four scores from 1 to 5 for the recommendation after a class (TimeMaster); their mean as
           a share.

Both explain themselves first. Whoever calls sends the request.
"""

import re
from functools import cache
from pathlib import Path
from string import Template

from pydantic import Field, ValidationError

from core.errors import AnswerError
from core.model import Frozen
from core.questions.base import Question
from core.questions.reading import json_fields
from core.questions.schema import Schema, strict_object
from core.questions.wire import shortened
from core.questions.words import paragraphs
from core.teachers.exchange import ModelRequest
from core.teachers.judge import HIGHEST, LOWEST

GOOD_FROM = 3
"""The lowest score of an answer that counts as good."""
CAPTION, EXTENSION = "caption_judge.v1", "extension_judge.v1"
_ASPECTS = {
    CAPTION: ("score",),
    EXTENSION: ("specificity", "appropriateness", "relevance", "depth"),
}


class CaptionJudgement(Frozen):
    """What a judge said of one answer beside a description; a whole number from 1 to 5."""

    explanation: str = Field(min_length=1)
    score: int = Field(ge=LOWEST, le=HIGHEST)

    @property
    def good(self) -> bool:
        """Whether the answer counts as a good one."""
        return self.score >= GOOD_FROM


class ExtensionJudgement(Frozen):
    """What a judge said of one recommendation; whole numbers from 1 to 5."""

    explanation: str = Field(min_length=1)
    specificity: int = Field(ge=LOWEST, le=HIGHEST)
    appropriateness: int = Field(ge=LOWEST, le=HIGHEST)
    relevance: int = Field(ge=LOWEST, le=HIGHEST)
    depth: int = Field(ge=LOWEST, le=HIGHEST)

    @property
    def share(self) -> float:
        """The mean of the four as a share: (score - 1) / 4, in [0, 1]."""
        given = (self.specificity, self.appropriateness, self.relevance, self.depth)
        return sum(one - LOWEST for one in given) / (len(given) * (HIGHEST - LOWEST))


def caption_request(question: Question, caption: str, written: str) -> ModelRequest:
    """Build the request that has an answer scored against a description of its plot.

    Raises:
        AnswerError: if there is no answer, or no description to measure it by.
    """
    if not caption.strip():
        raise AnswerError(
            "there is no description of the plot, so an answer has nothing to be measured by; "
            "give items that have one, or make the pairs in another way"
        )
    return _request(CAPTION, question, written, caption=caption.strip())


def extension_request(question: Question, written: str) -> ModelRequest:
    """Build the request that has a recommendation scored; raises AnswerError without a text."""
    return _request(EXTENSION, question, written)


def read_caption_judgement(text: str) -> CaptionJudgement:
    """Read a reply, JSON or tags; raises AnswerError for anything else."""
    return CaptionJudgement.model_validate(_read(CAPTION, text))


def read_extension_judgement(text: str) -> ExtensionJudgement:
    """Read a reply, JSON or tags; raises AnswerError for anything else."""
    return ExtensionJudgement.model_validate(_read(EXTENSION, text))


def judgement_schema(prompt: str) -> Schema:
    """Return the JSON schema of a judgement, the explanation first."""
    score = {"type": "integer", "enum": list(range(LOWEST, HIGHEST + 1))}
    return strict_object(
        {"explanation": {"type": "string"}, **dict.fromkeys(_ASPECTS[prompt], score)}
    )


def _request(prompt: str, question: Question, written: str, **more: str) -> ModelRequest:
    if not written.strip():
        raise AnswerError(
            "the answer is empty, so there is nothing to judge; judge one with a text"
        )
    tags = "".join(f"<{name}>{LOWEST} to {HIGHEST}</{name}>" for name in _ASPECTS[prompt])
    # Substituted in one pass: a `$` in what the model wrote stays a `$`.
    text = _template(prompt).substitute(
        question=paragraphs(question.domain, question.text), written=written.strip(), **more
    )
    return ModelRequest(
        text=text,
        schema=judgement_schema(prompt),
        tags=f"Answer with these tags and nothing else: <explanation>..</explanation>{tags}",
    )


def _read(prompt: str, text: str) -> dict[str, str | int]:
    fields = json_fields(text, "explanation") or _tagged(prompt, text)
    shape = CaptionJudgement if prompt == CAPTION else ExtensionJudgement
    try:
        return shape.model_validate(fields, strict=True).model_dump()
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise AnswerError(
            f"the judgement {shortened(text)} does not fit at {place} ({first['msg']}); give an "
            f"explanation and whole numbers from {LOWEST} to {HIGHEST} for "
            f"{', '.join(_ASPECTS[prompt])}"
        ) from error


def _tagged(prompt: str, text: str) -> dict[str, str | int]:
    found: dict[str, str | int] = {}
    for name in ("explanation", *_ASPECTS[prompt]):
        inside: list[str] = re.findall(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
        if len(inside) != 1:
            wanted = ", ".join(f"<{aspect}>" for aspect in ("explanation", *_ASPECTS[prompt]))
            raise AnswerError(
                f"the judgement {shortened(text)} has {len(inside)} <{name}> tags; give each of "
                f"{wanted} once"
            )
        word = inside[0].strip()
        scored = name != "explanation" and re.fullmatch(r"[0-9]", word) is not None
        found[name] = int(word) if scored else word
    return found


@cache
def _template(prompt: str) -> Template:
    path = Path(__file__).parent / "prompts" / f"{prompt}.txt"
    return Template(path.read_text(encoding="utf-8"))
