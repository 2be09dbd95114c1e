"""Why an item is on the desk, in words: in short and at length. No Streamlit."""

from core.answers import Answer
from core.differences import difference_words
from core.questions.base import Question
from core.queue_order import Order, value_words
from core.review import Item
from pages.components.workflows.queue_memo import QueueMemo, SaidOfItem
from pages.components.workflows.queue_now import QueueNow

ORDER_NAMES: dict[Order, str] = {
    "value": "Least sure student",
    "random": "Random",
    "disagreement": "Teacher and student differ",
    "contradicted": "Claims contradicted",
    "unsure": "Lowest confidence",
}
ORDER_HELP: dict[Order, str] = {
    "value": "First come the items on which the student is least sure; a retrain orders them anew.",
    "random": "Items come in random order. With a student: where it is least sure.",
    "disagreement": "First come the items on which teacher and student differ most. Of patterns a "
    "student learns less from them than from those it is unsure of.",
    "contradicted": "First come the items whose rationales the data contradict.",
    "unsure": "First come the items whose answer gives the lowest confidence.",
}
RANDOM_HELP = (
    "Whatever the order is, some items come at random, so that what is reviewed holds a random "
    "sample to estimate from. The label policy sets the share."
)
MOST_WORDS = 90


def reason_words(now: QueueNow, memo: QueueMemo, item: Item, question: Question) -> tuple[str, str]:
    """Say why an item of the queue comes when it does: in short, and how the order works."""
    queue = now.queue
    if item.id in now.first:
        return now.first[item.id], "It comes before the rest of your queue."
    if item.id in queue.drawn:
        return (
            f"first {len(queue.drawn)} at random",
            f"The first {len(queue.drawn)} items are drawn at random. Half of them become gold: "
            "what you say there measures teacher and students, and none of them learns from it.",
        )
    if item.id in queue.random:
        return "random, for the estimate", RANDOM_HELP
    said = memo.known(item.id)
    words = (
        "" if said is None or queue.by == "random" else _of_order(queue.by, memo, said, question)
    )
    return words or "random order", ORDER_HELP[queue.by]


def _of_order(by: Order, memo: QueueMemo, said: SaidOfItem, question: Question) -> str:
    student, teacher = said.student, said.teacher
    if by == "value" and student is not None:
        return value_words(question, student.content)
    if by == "disagreement" and student is not None and teacher is not None:
        return _apart(teacher, student, question)
    if by == "contradicted":
        return _contradicted(memo, said)
    if by == "unsure" and said.facts.confidence is not None:
        return f"lowest confidence {said.facts.confidence:.2f}"
    return ""


def _apart(teacher: Answer, student: Answer, question: Question) -> str:
    told = "rules" if teacher.author.kind == "rules" else "teacher"
    words = difference_words(teacher.content, student.content, (told, "student"), question)
    return f"{told} and student differ: {_cut(', '.join(words))}"


def _contradicted(memo: QueueMemo, said: SaidOfItem) -> str:
    told = [phrase for one in said.answers for phrase in memo.claims.get(one.id, ())]
    if not told:
        return ""
    more = f" and {len(told) - 1} more" if len(told) > 1 else ""
    return f"claim contradicted by the data: “{_cut(told[0])}”{more}"


def _cut(text: str) -> str:
    return text if len(text) <= MOST_WORDS else f"{text[: MOST_WORDS - 1].rstrip()}…"
