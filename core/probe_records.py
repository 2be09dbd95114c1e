"""What a probe leaves behind: what was changed, who was asked again, what they said. Never learned
from, and counted in no figure.
"""

from core.answers import AnswerContent, Author, Call
from core.model import Frozen
from core.probe import Change


class ProbeRecord(Frozen):
    """One probe of an item.

    Attributes:
        answer_id: the stored answer that it is held against; `before` is what that says.
        after: what its author said of the changed window; None when there was no answer.
        message: why there was none.
        prompt, raw_text, calls: as in an answer; of the changed window.
        picture_before, picture_after: SHA-256 of pictures of both windows, drawn as `render` says.
    """

    change: Change
    answer_id: str
    author: Author
    before: AnswerContent
    after: AnswerContent | None = None
    message: str = ""
    prompt: str = ""
    raw_text: str = ""
    calls: tuple[Call, ...] = ()
    render: str = ""
    picture_before: str = ""
    picture_after: str = ""
    cost_usd: float | None = None
    seconds: float = 0.0
