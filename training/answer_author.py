"""Who looks through a folder: the built-in rules, or a student from its folder."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from core.errors import ConfigError
from core.model import Frozen
from core.questions.base import Question
from training import files
from training.answer_findings import Ask

RULES: Literal["rules"] = "rules"


class By(Frozen):
    """Who looks: `version` tells apart what two states of it say."""

    name: Literal["rules", "student"]
    version: str
    questions: tuple[Question, ...] = Field(min_length=1)


def author_of(by: str) -> tuple[By, Callable[[], list[tuple[Question, Ask]]]]:
    """Return who looks, and what loads it."""
    if by == RULES:
        from core.questions.defaults import default_anomaly_question
        from core.teachers.rules import RULES_AUTHOR, rules_on

        who = By(name=RULES, version=RULES_AUTHOR.version, questions=(default_anomaly_question(),))
        return who, lambda: [(question, rules_on(question)) for question in who.questions]
    model = Path(by).expanduser()
    if not (model / "config.json").is_file():
        raise ConfigError(
            f"'{by}' is neither 'rules' nor the folder of a trained student (it holds no "
            "config.json); give the folder `model` of a training run"
        )
    read = files.read_json(model / "config.json").get("questions", [])
    asked = [one for one in map(Question.model_validate, read) if one.kind == "anomaly"]
    if not asked:
        raise ConfigError(
            f"the student in '{by}' was not trained on an anomaly question, so it finds no events; "
            "train one on anomalies, or let the rules look"
        )
    who = By(name="student", version=_digest(model), questions=tuple(asked))
    return who, lambda: _student(model, asked)


def _student(model: Path, asked: Sequence[Question]) -> list[tuple[Question, Ask]]:
    from core.students import load_student

    student = load_student(model)

    def of(question: Question) -> Ask:
        return lambda view: student.answer(question, [view])[0]

    return [(question, of(question)) for question in asked]


def _digest(model: Path) -> str:
    """Return a hash of the model's files: the same student under another path is the same."""
    digest = hashlib.sha256()
    for path in sorted(one for one in model.rglob("*") if one.is_file()):
        digest.update(path.relative_to(model).as_posix().encode() + b"\0")
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
