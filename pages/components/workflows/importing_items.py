"""Labels that were exported by item: found on stored series, attached as answers. No Streamlit.

They are answers of the kind `import`: no corrections, no truth by themselves, and no model sees
them. A series is found by the hash of its samples, else by its name, which is said.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from core.answers import GENERATOR, Answer, AnswerContent, Author
from core.errors import AppError, DataError
from core.exports import ExportFile, Label
from core.exports.model import blank_view, with_types
from core.ids import new_id, utc_now
from core.questions import kind_of
from core.questions.base import Question
from core.questions.pattern import option_of_word
from pages.components.words import count
from storage import Store
from storage.rows import StoredSeries

Placed = tuple[Question, Label, AnswerContent]


@dataclass(frozen=True, eq=False)
class FoundItems:
    """What one person of one file says of a stored series, item by item; not attached yet.

    Attributes:
        annotator: the person.
        source: the file.
        items: question, label as the file says it, and the label as it is here.
        problems: labels that have no place, each with its reason, and what else is to be known.
    """

    stored: StoredSeries
    annotator: str
    source: str
    items: tuple[Placed, ...]
    problems: tuple[str, ...] = ()

    @cached_property
    def said(self) -> str:
        """All of it as one text, by which two of them are the same."""
        return "".join(
            f"{question.id} {label.start} {label.stop} {content.model_dump_json()}\n"
            for question, label, content in self.items
        )

    @property
    def words(self) -> str:
        """Say how much it is: `3 reviewed items, 5 events`."""
        n_events = sum(len(content.intervals) for _, _, content in self.items)
        said = count(len(self.items), "reviewed item")
        return f"{said}, {count(n_events, 'event')}" if n_events else said


def items_in_file(
    store: Store, project_id: str, file: ExportFile
) -> tuple[list[FoundItems], list[str]]:
    """Return the labels of an export with their series, and what has no place, in words."""
    finder = _Finder(store, project_id)
    problems = [f"{file.name}: {text}" for text in file.problems]
    found: dict[tuple[str, str], list[Placed]] = {}
    by_name: dict[str, str] = {}
    for label in file.labels:
        try:
            stored, warning = finder.series(label)
            placed = finder.placed(label, stored)
        except AppError as error:
            problems.append(f"{file.name}, {label.where}: {error}")
            continue
        if warning:
            by_name[stored.id] = warning
        found.setdefault((stored.id, label.person), []).append(placed)
    return [
        FoundItems(
            stored=finder.by_id[series_id],
            annotator=person,
            source=file.name,
            items=tuple(items),
            problems=(by_name[series_id],) if series_id in by_name else (),
        )
        for (series_id, person), items in found.items()
    ], problems


def attach_items(store: Store, found: FoundItems) -> int:
    """Store the labels as answers of the kind `import`; return how many items have one.

    What is there already is not stored again.
    """
    project_id = found.stored.project_id
    author = author_of(found.source, found.annotator)
    items = store.items.add_many(
        project_id,
        [(found.stored.id, label.start, label.stop, q.id) for q, label, _ in found.items],
    )
    known = store.answers.for_items(project_id, [item.id for item in items])
    store.answers.add_many(
        project_id,
        [
            Answer(
                id=new_id(),
                item_id=item.id,
                author=author,
                content=content,
                created_at=utc_now(),
                # Who decided what, when and where: as the file says it.
                raw_text=label.model_dump_json(),
            )
            for item, (_, label, content) in zip(items, found.items, strict=True)
            if not _there(known[item.id], author, content)
        ],
    )
    return len({item.id for item in items})


def is_attached(store: Store, found: FoundItems) -> bool:
    """Tell whether all of it is stored already."""
    project_id, author = found.stored.project_id, author_of(found.source, found.annotator)
    items = {
        (item.start, item.stop, item.question_id): item.id
        for item in store.items.list(project_id, series_id=found.stored.id)
    }
    wanted = [
        (items.get((label.start, label.stop, question.id)), content)
        for question, label, content in found.items
    ]
    answers = store.answers.for_items(project_id, [one for one, _ in wanted if one is not None])
    return all(
        item_id is not None and _there(answers[item_id], author, content)
        for item_id, content in wanted
    )


def author_of(source: str, person: str) -> Author:
    """Return who the answers are of: the file, and the person in it."""
    name = ", ".join(part for part in (source, person) if part)
    # A file may be called like the generator, the one import whose word counts as truth.
    return Author(kind="import", name=f"{name} (file)" if name == GENERATOR.name else name)


class _Finder:
    """Finds series and questions of a project, each read once."""

    def __init__(self, store: Store, project_id: str) -> None:
        rows = store.series.list(project_id)
        self.by_id = {row.id: row for row in rows}
        self._by_hash = {row.content_hash: row for row in rows}
        known = store.types.questions(project_id)
        self._questions = list(known.values())
        self._current = [known[one.id] for one in store.questions.current(project_id)]

    def series(self, label: Label) -> tuple[StoredSeries, str]:
        """Return the series of a label, and a sentence where its name alone says that.

        Raises:
            DataError: when no series is meant, or one of several.
        """
        if label.series_hash in self._by_hash:
            return self._by_hash[label.series_hash], ""
        named = [row for row in self.by_id.values() if row.info.name == label.series]
        if len(named) != 1:
            raise DataError(
                f"{len(named):,} series are called '{label.series}' and none has the samples that "
                "were labelled, so the label was not placed; rename all but one"
                if named
                else f"no series is called '{label.series}' or has the samples that were labelled, "
                "so the label waits for it; store the series, then add the file again"
            )
        (row,) = named
        if row.n_channels != label.n_channels or label.stop > row.n_samples:
            raise DataError(
                f"'{label.series}' is not the series it was: the label speaks of "
                f"{count(label.n_channels, 'channel')} up to sample {label.stop:,} and it has "
                f"{row.n_channels:,} and {row.n_samples:,} samples; store the series of the label"
            )
        return row, "the samples differ from those that were labelled: matched by name alone"

    def placed(self, label: Label, stored: StoredSeries) -> Placed:
        """Return the question and the label in its terms.

        Raises:
            DataError: when the project has no such question.
            AnswerError: when the label does not fit it.
        """
        question = self._question(label)
        content = with_types(label.content, question)
        if content.label is not None:
            key = option_of_word(question, content.label).key
            content = content.model_copy(update={"label": key})
        view = blank_view(label.start, label.stop, stored.n_channels)
        kind_of(question).render(question, view, content)  # raises where it is no answer
        return question, label, content

    def _question(self, label: Label) -> Question:
        ref = label.question
        alike = [one for one in self._questions if one.id == ref.id]
        name = ref.name.casefold()
        alike += [q for q in self._current if q.kind == ref.kind and q.name.casefold() == name]
        if not alike:
            raise DataError(
                f"there is no question “{ref.name}” of the kind {ref.kind} here, so the label "
                "answers nothing; add the question, then the file again"
            )
        return alike[0]


def _there(answers: Iterable[Answer], author: Author, content: AnswerContent) -> bool:
    return any(one.author == author and one.content == content for one in answers)
