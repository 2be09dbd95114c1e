"""What a teacher is shown, what it gives back, and what one file per teacher has to provide."""

from dataclasses import dataclass
from typing import Protocol

from core.answers import AnswerContent, Author
from core.questions.base import Question
from core.series import WindowView


@dataclass(frozen=True, eq=False)
class Ask:
    """One question on one window, as a teacher gets it.

    Attributes:
        prompt: the text of the question kind's `prompt`.
        option_order: option keys in the order shown (pattern); empty otherwise.
        picture: PNG of the window, empty for a teacher that needs none.
    """

    question: Question
    view: WindowView
    prompt: str
    option_order: tuple[str, ...] = ()
    picture: bytes = b""


@dataclass(frozen=True)
class Reply:
    """A teacher's answer with what it literally said."""

    content: AnswerContent
    raw_text: str
    cost_usd: float | None = None


class Teacher(Protocol):
    """Gives pseudo-labels. `needs_picture` False: it reads the numbers and gets no PNG."""

    author: Author
    needs_picture: bool

    def answer(self, ask: Ask) -> Reply:
        """Answer one question; raises TeacherError or AnswerError."""
        ...
