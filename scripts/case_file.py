"""Make docs/case.html, the example of a case file, from generated data.

.venv/bin/python scripts/case_file.py

The series is generated and the built-in rules answer it as they always do; the teacher's answer and
the decisions are written here, so that one phrase is wrong and one event is corrected.
"""

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core.answers import Answer, AnswerContent, Author, Claim, FoundInterval, Span  # noqa: E402
from core.generate import Generated, generate  # noqa: E402  (needs the path above)
from core.ids import new_id, utc_now  # noqa: E402
from core.questions.base import Question  # noqa: E402
from core.questions.prompts import prompt_version  # noqa: E402
from core.render import render_png, render_record  # noqa: E402
from core.render_settings import STANDARD  # noqa: E402
from core.review import Item  # noqa: E402
from core.series import view_window  # noqa: E402
from core.teachers.rules import rules_on  # noqa: E402
from pages.components.workflows.case_files import case_file  # noqa: E402
from pages.components.workflows.reviewing import load_desk  # noqa: E402
from storage import Store, open_store  # noqa: E402

SEED = 3
TEACHER = Author(kind="teacher", name="example")
RULES = Author(kind="rules", name="rules")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/case.html")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder))
        made = chosen()
        item = fill(store, made)
        desk = load_desk(store, item.project_id, "ann", item.id)
        rows = tuple(range(made.data.n_channels))
        given.out.write_text(case_file(store, desk, made.data, rows), encoding="utf-8")
        store.close()
    print(f"{given.out}: {given.out.stat().st_size:,} bytes")


def chosen() -> Generated:
    """Return the first generated series of three channels with a level shift and another event."""
    for made in generate(200, SEED):
        kinds = {event.key for event in made.events}
        if made.data.n_channels == 3 and len(kinds) > 1 and "level_shift" in kinds:
            return made
    raise SystemExit("no generated series fits; choose another seed")


def fill(store: Store, made: Generated) -> Item:
    """Store the series with two answers and the decisions of two people."""
    project_id = store.projects.default().id
    question = next(q for q in store.questions.current(project_id) if q.kind == "anomaly")
    stored, _ = store.series.add(project_id, made.data, made.info)
    n = made.data.n_samples
    (item,) = store.items.add_many(project_id, [(stored.id, 0, n, question.id)])
    view = view_window(made.data, 0, n)
    picture = store.renders.put(render_png(view))
    answers = [
        Answer(
            id=new_id(),
            item_id=item.id,
            author=RULES,
            content=rules_on(question)(view),
            created_at=utc_now(),
        ),
        Answer(
            id=new_id(),
            item_id=item.id,
            author=TEACHER,
            content=said(question, made),
            created_at=utc_now(),
            prompt_version=prompt_version("anomaly"),
            render_hash=picture,
            render=render_record(STANDARD),
        ),
    ]
    store.answers.add_many(project_id, answers)
    decide(store, item, "ann", answers, answers[0].content)
    store.corrections.undo(project_id, "ann")
    decide(store, item, "ann", answers, truth(question, made))
    return item


def decide(
    store: Store, item: Item, person: str, answers: list[Answer], content: AnswerContent
) -> None:
    store.corrections.record(
        item.project_id,
        item.id,
        person,
        "accept" if content == answers[0].content else "fix",
        expected_sequence=store.corrections.sequences(item.project_id).get(item.id, 0),
        answer_ids=[answer.id for answer in answers],
        content=content,
        seconds=12.0,
    )


def said(question: Question, made: Generated) -> AnswerContent:
    """Return a teacher's answer: the first event a little wide, and one claim that is wrong."""
    first = made.events[0]
    channel = first.channels[0] if first.channels else 0
    found = FoundInterval(
        number=1,
        start=max(0, first.start - 12),
        stop=min(made.data.n_samples, first.stop + 9),
        channels=(channel,),
        type_id=question.type_named(first.key).id,
        confidence=0.8,
    )
    wrong = Claim(
        kind="trend", start=0, stop=made.data.n_samples, channel=channel, direction="down"
    )
    return AnswerContent(
        kind="anomaly",
        intervals=(found,),
        confidence=0.8,
        rationale=(
            Span(
                text=f"Something happens on ch{channel + 1} around sample {first.start}", interval=1
            ),
            Span(text=". "),
            Span(text=f"Over the whole window ch{channel + 1} goes down", claim=wrong),
            Span(text="."),
        ),
    )


def truth(question: Question, made: Generated) -> AnswerContent:
    """Return what was put into the series, as a person would mark it."""
    content = made.truth(question)
    assert content is not None  # `chosen` took a series whose truth is known
    span = Span(text="All of them are plain to see; the edges are mine.")
    return content.model_copy(update={"confidence": None, "rationale": (span,)})


if __name__ == "__main__":
    main()
