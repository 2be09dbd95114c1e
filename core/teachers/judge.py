"""A model as a judge of explanations: what it is asked, and how its scores are read.

As in the VisAnomBench paper a second, large model scores three things from the picture and the text
alone: visual grounding, axis awareness and clarity. It explains itself first, because a score that
follows its reasons is steadier than one that reasons are found for. It never sees a label, trusted
or reviewed: it must not reward an explanation for its answer. Whoever calls sends the request.
"""

import re
from functools import cache
from pathlib import Path
from string import Template

from pydantic import Field, ValidationError

from core.errors import AnswerError
from core.model import Frozen
from core.questions.base import Question
from core.questions.schema import Schema, strict_object
from core.questions.wire import decode_json, looks_like_json, shortened
from core.questions.words import paragraphs
from core.teachers.exchange import ModelRequest

JUDGE_VERSION = "judge.v1"
LOWEST, HIGHEST = 1, 5
ASPECTS = ("visual_grounding", "axis_awareness", "clarity")
_TAGS = "Answer with these tags and nothing else: <explanation>..</explanation>" + "".join(
    f"<{name}>{LOWEST} to {HIGHEST}</{name}>" for name in ASPECTS
)


class Judgement(Frozen):
    """What a judge said of one explanation; the scores are whole numbers from 1 to 5."""

    explanation: str = Field(min_length=1)
    visual_grounding: int = Field(ge=LOWEST, le=HIGHEST)
    axis_awareness: int = Field(ge=LOWEST, le=HIGHEST)
    clarity: int = Field(ge=LOWEST, le=HIGHEST)

    @property
    def score(self) -> float:
        """The mean of the three as a share: (score - 1) / 4, in [0, 1]."""
        given = (self.visual_grounding, self.axis_awareness, self.clarity)
        return sum(one - LOWEST for one in given) / (len(given) * (HIGHEST - LOWEST))


def judge_request(
    question: Question, written: str, pictures: tuple[bytes, ...], sample: int = 0
) -> ModelRequest:
    """Build the request that asks for a judgement.

    Args:
        question: what the model was asked; only its domain sentence and text are told.
        written: what the model literally wrote, with positions as on the pictures' axes.
        pictures: the PNGs that the model was shown.
        sample: which of several judgements this is to be.

    Raises:
        AnswerError: if the model wrote nothing.
    """
    if not written.strip():
        raise AnswerError(
            "the answer is empty, so there is no explanation to judge; judge one with a text"
        )
    # Substituted in one pass: a `$` in what the model wrote stays a `$`.
    text = _prompt().substitute(
        question=paragraphs(question.domain, question.text), written=written.strip()
    )
    return ModelRequest(
        text=text, pictures=pictures, schema=judge_schema(), tags=_TAGS, sample=sample
    )


def judge_schema() -> Schema:
    """Return the JSON schema of a judgement, the explanation first."""
    score = {"type": "integer", "enum": list(range(LOWEST, HIGHEST + 1))}
    return strict_object({"explanation": {"type": "string"}, **dict.fromkeys(ASPECTS, score)})


def read_judgement(text: str) -> Judgement:
    """Read a judge's reply, JSON or tags; raises AnswerError for anything else."""
    fields = decode_json(text) if looks_like_json(text) else _tagged(text)
    try:
        return Judgement.model_validate(fields, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise AnswerError(
            f"the judgement {shortened(text)} does not fit at {place} ({first['msg']}); give an "
            f"explanation and whole numbers from {LOWEST} to {HIGHEST} for {', '.join(ASPECTS)}"
        ) from error


def _tagged(text: str) -> dict[str, str | int]:
    found: dict[str, str | int] = {}
    for name in ("explanation", *ASPECTS):
        inside = re.findall(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
        if len(inside) != 1:
            raise AnswerError(
                f"the judgement {shortened(text)} has {len(inside)} <{name}> tags; give each of "
                f"<explanation>, {', '.join(f'<{aspect}>' for aspect in ASPECTS)} once"
            )
        word = inside[0].strip()
        found[name] = int(word) if name in ASPECTS and re.fullmatch(r"[0-9]", word) else word
    return found


@cache
def _prompt() -> Template:
    path = Path(__file__).parent / "prompts" / f"{JUDGE_VERSION}.txt"
    return Template(path.read_text(encoding="utf-8"))
