"""The case file of an item on the desk: gathered from the store, handed to `core.case_file`."""

import hashlib
import json
import re

from core.answers import Answer
from core.case_file import Case, Step, Voice, case_html
from core.errors import StoreError
from core.ids import utc_now
from core.questions.base import Question
from core.rationale import check_answer
from core.review import Correction, undone_ids
from core.series import SeriesData, display_zone, view_window
from pages.components.explore_answers import summary
from pages.components.marks import PEOPLE, author_colour, author_words, title_of
from pages.components.words import count
from pages.components.workflows.reviewing import Desk
from storage import Store

_UNSAFE = re.compile(r"[^\w.-]+")


def case_file(
    store: Store, desk: Desk, data: SeriesData, rows: tuple[int, ...], zone: str = "UTC"
) -> str:
    """Return the case file of an item as HTML.

    Args:
        data: the item's series.
        rows: the channels to draw.
        zone: the project's, for series whose own is known.

    Raises:
        StoreError: on a blind look: the file would tell what the person must not know yet.
    """
    if desk.blind:
        raise StoreError(
            "this item is decided blind and its case file tells what others said of it; decide "
            "first, then take the file"
        )
    return case_html(_case(store, desk, data, rows, zone))


def case_name(desk: Desk) -> str:
    """Return a file name for the case file of an item."""
    series = _UNSAFE.sub("-", desk.series.info.name).strip("-.")[:60] or "series"
    return f"case-{series}-{desk.item.start}-{desk.item.stop}.html"


def _case(store: Store, desk: Desk, data: SeriesData, rows: tuple[int, ...], zone: str) -> Case:
    item = desk.item
    events = store.corrections.events(item.project_id, item.id)
    return Case(
        question=desk.question,
        info=desk.series.info,
        data=data,
        start=item.start,
        stop=item.stop,
        shown=desk.shown,
        rows=rows,
        voices=(*(_voice(store, desk, data, one) for one in desk.answers), *_decided(desk)),
        history=_history(events),
        written_at=utc_now(),
        zone=display_zone(zone, desk.series.info)[0],
        gold=desk.gold is not None,
        facts=_facts(desk, store.questions.get(desk.item.question_id)),
    )


def _voice(store: Store, desk: Desk, data: SeriesData, answer: Answer) -> Voice:
    content = answer.content
    view = view_window(data, desk.item.start, desk.item.stop)
    sure = content.confidence
    return Voice(
        title=title_of(answer.author),
        lane=author_words(answer.author),
        colour=author_colour(answer.author),
        headline=_headline(desk, answer),
        content=content,
        note="" if sure is None else f"self-reported confidence {sure:.2f}",
        checks=tuple(check_answer(content, view, answer.render)),
        facts=tuple((name, value) for name, value in _origin(answer) if value),
        texts=tuple((name, said) for name, said in _texts(answer) if said),
        picture=_picture(store, answer),
    )


def _headline(desk: Desk, answer: Answer) -> str:
    if answer.content.kind == "open":
        return f"text, {count(len(answer.content.intervals), 'place')}"
    return summary(desk.question, answer.content)


def _origin(answer: Answer) -> list[tuple[str, str]]:
    author = answer.author
    models = dict.fromkeys(call.model for call in answer.calls if call.model)
    drawn = json.loads(answer.render) if answer.render else {}
    versions = drawn.get("versions", {})
    return [
        ("answer", answer.id),
        ("answer, SHA-256", _digest(answer.model_dump_json())),
        ("author", " ".join(dict.fromkeys((author.kind, author.name)))),
        ("version", author.version),
        ("model", ", ".join(models)),
        ("prompt", answer.prompt_version),
        ("options as shown", ", ".join(answer.option_order)),
        ("picture, SHA-256", answer.render_hash),
        ("picture settings", drawn.get("digest", "")),
        ("drawn by", ", ".join(f"{name} {version}" for name, version in versions.items())),
        ("answered", f"{answer.created_at:%Y-%m-%d %H:%M:%S} UTC"),
        ("batch", answer.job_id),
        ("cost", "" if answer.cost_usd is None else f"{answer.cost_usd:.6f} USD"),
    ]


def _texts(answer: Answer) -> list[tuple[str, str]]:
    return [("What was asked", answer.prompt), ("What was said, as it came", answer.raw_text)]


def _picture(store: Store, answer: Answer) -> bytes:
    """Return the picture that was shown; empty where none was, or it is stored no more."""
    if not answer.render_hash:
        return b""
    try:
        return store.renders.path(answer.render_hash).read_bytes()
    except StoreError:
        return b""


def _decided(desk: Desk) -> tuple[Voice, ...]:
    label = desk.label
    if label is None or label.content is None:
        return ()
    event = label.event
    headline = (
        f"text, {count(len(label.content.intervals), 'place')}"
        if label.content.kind == "open"
        else summary(desk.question, label.content)
    )
    return (
        Voice(
            title=f"Decided by {event.person}",
            lane="people",
            colour=PEOPLE,
            headline=headline,
            content=label.content,
            note=event.decision.replace("_", " "),
            facts=(
                ("decision", event.id),
                ("decision, SHA-256", _digest(event.model_dump_json())),
                ("answers in sight", ", ".join(event.answer_ids) or "none: decided blind"),
            ),
        ),
    )


def _history(events: list[Correction]) -> tuple[Step, ...]:
    undone = undone_ids(events)
    return tuple(
        Step(
            at=event.created_at,
            person=event.person,
            said=event.decision.replace("_", " "),
            undone=event.id in undone,
            decides=event.decision not in ("undo", "skip"),
        )
        for event in events
    )


def _facts(desk: Desk, question: Question) -> tuple[tuple[str, str], ...]:
    item, series = desk.item, desk.series
    return (
        ("series", series.info.name),
        ("series, SHA-256 of times and values", series.content_hash),
        ("file", series.info.source or "unknown"),
        ("item", item.id),
        ("window", f"samples [{item.start}, {item.stop}) of {series.n_samples}"),
        ("question", f"{question.id}, version {question.version}"),
        ("question, SHA-256", _digest(question.model_dump_json())),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
