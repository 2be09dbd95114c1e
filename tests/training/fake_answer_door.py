"""The answering door with a teacher that is quick and foreseeable: tests of the worker use it.

It says "no anomaly" on every window, breaks on a window that starts with 666, and waits
FAKE_TEACHER_S seconds over each.
"""

import os
import sys
import time

import core.teachers
from core.answers import AnswerContent, Author
from core.errors import TeacherError
from core.teachers.base import Ask, Reply
from training import answer, door


class FakeTeacher:
    """Sees nothing unusual in anything."""

    author = Author(kind="rules", name="fake", version="1")
    needs_picture = False

    def answer(self, ask: Ask) -> Reply:
        """Answer after a while."""
        time.sleep(float(os.environ.get("FAKE_TEACHER_S", "0")))
        if ask.view.values[0, 0] == 666.0:
            raise TeacherError("the window starts with 666; give another")
        return Reply(AnswerContent(kind="anomaly"), raw_text="nothing here")


if __name__ == "__main__":
    core.teachers.TEACHERS = {"fake": FakeTeacher}
    sys.exit(door.run(None, __doc__ or "", answer.work))
