"""Which question is trained or asked: exact look-up, refusing what is not trained. No torch."""

from collections.abc import Sequence

from core.errors import AnswerError, ConfigError
from core.questions.base import LABEL_LEARNED, Question


def trained_question(question: Question, trained: Sequence[Question]) -> Question:
    """Return the trained version of a question; AnswerError for anything that was not trained."""
    for known in trained:
        if question.kind == known.kind and question.family_id == known.family_id:
            refuse_untrained(question, known)
            return known
    names = ", ".join(repr(known.name) for known in trained)
    raise AnswerError(
        f"the question {question.name!r} was not among those this student was trained on "
        f"({names}); train a student with it first"
    )


def refuse_unlearned(questions: Sequence[Question]) -> None:
    """Raise ConfigError for a question of a kind that no student learns."""
    for question in questions:
        if not question.learned:
            raise ConfigError(
                f"{question.name!r} is a question of kind {question.kind!r}, whose answers are "
                "free text, and no student learns to write those; train without it"
            )
        if question.kind not in LABEL_LEARNED:
            raise ConfigError(
                f"{question.name!r} is a question of kind {question.kind!r}, which is learned from "
                "series and not from labels; train the student `correlation` for it"
            )


def refuse_untrained(question: Question, known: Question) -> None:
    """Raise AnswerError for an option, wording or event type that `known` does not have."""
    wordings = {option.key: set(option.wordings) for option in known.options}
    for option in question.options:
        if option.key not in wordings:
            raise AnswerError(
                f"the option {option.key!r} was not among those this student was trained on "
                f"({', '.join(wordings)}); train a student with it first"
            )
        unknown = [w for w in option.wordings if w not in wordings[option.key]]
        if unknown:
            raise AnswerError(
                f"the wording {unknown[0]!r} of the option {option.key!r} was not registered when "
                "this student was trained; use a registered wording, or train again"
            )
    types = {event_type.key for event_type in known.types}
    for event_type in question.types:
        if event_type.key not in types:
            raise AnswerError(
                f"the event type {event_type.key!r} was not among those this student was trained "
                f"on ({', '.join(sorted(types))}); train a student with it first"
            )
