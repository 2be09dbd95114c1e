"""The `pattern` question: which one of the options does the window show."""

import random
from typing import Any

from core.answers import AnswerContent, QuestionKind
from core.axis import Axis
from core.errors import AnswerError
from core.questions.base import Option, Question
from core.questions.prompts import asked
from core.questions.reading import json_fields, with_think_opened
from core.questions.schema import (
    NUMBER_OR_NULL,
    SHARE_OR_NULL,
    choice,
    intervals_schema,
    rationale_schema,
    strict_object,
)
from core.questions.tags import read_class_tags
from core.questions.tidying import folded, tidied
from core.questions.wire import (
    check_content,
    read_wire,
    shortened,
    wire_text,
    write_wire,
)
from core.series import WindowView
from core.shown import SHOWN, Shown


class PatternKind:
    """Multiple choice; the label on the wire and inside is the option's key."""

    kind: QuestionKind = "pattern"

    def prompt(
        self, question: Question, view: WindowView, order: tuple[str, ...], shown: Shown = SHOWN
    ) -> str:
        """Return the text asked; raises AnswerError unless `order` holds every option once."""
        keys = [option.key for option in question.options]
        if sorted(order) != sorted(keys):
            raise AnswerError(
                f"the order {list(order)} does not hold each option once; the options are {keys}"
            )
        listed = [_listed(number, question.option(key)) for number, key in enumerate(order, 1)]
        return asked("pattern", question, view, shown, options="\n".join(listed))

    def schema(self, question: Question, axis: Axis | None = None) -> dict[str, Any]:
        """Return the JSON schema of the wire format."""
        keys = tuple(option.key for option in question.options)
        return strict_object(
            {
                "rationale": rationale_schema(axis),
                "label": choice(keys),
                "scores": strict_object(dict.fromkeys(keys, NUMBER_OR_NULL), nullable=True),
                "intervals": intervals_schema(question, axis),
                "confidence": SHARE_OR_NULL,
            }
        )

    def render(
        self,
        question: Question,
        view: WindowView,
        content: AnswerContent,
        axis: Axis | None = None,
    ) -> str:
        """Return the canonical wire text; raises AnswerError when the answer does not fit."""
        self._check(question, view, content)
        wire = write_wire(question, view, content, axis)
        if wire.scores is not None:
            everything = {option.key: wire.scores.get(option.key) for option in question.options}
            wire = wire.model_copy(update={"scores": everything})
        fields = ("rationale", "label", "scores", "intervals", "confidence")
        return wire_text(wire, fields)

    def parse(
        self, question: Question, view: WindowView, text: str, axis: Axis | None = None
    ) -> AnswerContent:
        """Read JSON (`core.questions.reading`), or the tag form with `<class>` (`tags`).

        The label may be a key or any registered wording, in any case. A number is refused: the
        shown order belongs to the ask, not to the answer.
        """
        found = json_fields(text, "label")
        fields = tidied(question, _fields_of_tags(text) if found is None else found)
        label = fields.get("label")
        if not isinstance(label, str):
            raise AnswerError("the answer has no `label`; give the key of one option")
        fields["label"] = option_of_word(question, label).key
        content = read_wire(question, view, fields, axis)
        self._check(question, view, content)
        return content

    def score(self, given: AnswerContent, truth: AnswerContent) -> float:
        """Return 1 when the labels agree, else 0."""
        return float(given.label == truth.label)

    def _check(self, question: Question, view: WindowView, content: AnswerContent) -> None:
        check_content(question, view, content)
        question.option(content.label or "")
        for key, value in content.scores.items():
            question.option(key)
            if not abs(value) < float("inf"):
                raise AnswerError(f"the score of {key!r} is {value}; give a finite number or null")


def option_order(question: Question, ask_id: str) -> tuple[str, ...]:
    """Return the option keys in the shuffled order of one ask; the same id gives the same order."""
    keys = [option.key for option in question.options]
    # Seeded by text, `Random` hashes it with SHA-512: the order is the same on every machine.
    return tuple(random.Random(ask_id).sample(keys, len(keys)))


def option_of_word(question: Question, word: str) -> Option:
    """Return the option with this key or registered wording; raises AnswerError otherwise."""
    asked = folded(word)
    for option in question.options:
        if asked == folded(option.key):
            return option
    named = [o for o in question.options if asked in {folded(w) for w in o.wordings}]
    if len(named) == 1:
        return named[0]
    if named:
        keys = ", ".join(option.key for option in named)
        raise AnswerError(f"{shortened(word)} is a wording of several options; use one of {keys}")
    return question.option(word)  # raises, naming the options there are


def _fields_of_tags(text: str) -> dict[str, Any]:
    tags = read_class_tags(with_think_opened(text))
    return {"label": tags.label, "rationale": [{"text": part} for part in tags.texts]}


def _listed(number: int, option: Option) -> str:
    meaning = f": {option.meaning}" if option.meaning else ""
    name = "" if folded(option.name) == folded(option.key) else f" ({option.name})"
    return f"{number}. `{option.key}`{name}{meaning}"
