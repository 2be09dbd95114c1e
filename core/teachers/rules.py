"""The built-in rules: curve fits answer `pattern`, finders answer `anomaly` and `open`,
searches for changes answer `change_point`.

No language model: an open answer is what was measured, in sentences of fixed forms. Reads numbers,
needs no picture, no key and no network, and says the same of the same numbers. What it states in a
rationale it measured, with the same measurements that claims are checked with.
"""

from collections.abc import Callable

from core.answers import AnswerContent, Author
from core.questions import kind_of
from core.questions.base import Question
from core.series import WindowView
from core.teachers.base import Ask, Reply
from core.teachers.rules_anomaly import find_events
from core.teachers.rules_change_point import find_change_points
from core.teachers.rules_member import MEMBER, with_member
from core.teachers.rules_open import describe
from core.teachers.rules_pattern import name_pattern

RULES_AUTHOR = Author(kind="rules", name="built-in rules", version="1")


class RulesTeacher:
    """Answers every question kind; deterministic."""

    author: Author = RULES_AUTHOR
    needs_picture: bool = False

    def __init__(self, member: str = MEMBER) -> None:
        """Let a detector speak beside the finders: its key, empty for none."""
        self._member = member

    def answer(self, ask: Ask) -> Reply:
        """Answer from the window's numbers.

        Raises:
            TeacherError: if a `pattern` question has an option that no curve is known for.
        """
        content = self._content(ask)
        return Reply(content, kind_of(ask.question).render(ask.question, ask.view, content))

    def _content(self, ask: Ask) -> AnswerContent:
        if ask.question.kind == "pattern":
            return name_pattern(ask.question, ask.view)
        if ask.question.kind == "open":
            return describe(ask.question, ask.view)
        if ask.question.kind == "change_point":
            return find_change_points(ask.question, ask.view)
        found = find_events(ask.question, ask.view)
        return with_member(ask.question, ask.view, found, self._member)


def rules_on(question: Question) -> Callable[[WindowView], AnswerContent]:
    """Return what the rules answer to a question on any window: they read no prompt."""
    teacher = RulesTeacher()
    return lambda view: teacher.answer(Ask(question, view, prompt="")).content
