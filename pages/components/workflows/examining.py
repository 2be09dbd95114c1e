"""Everything behind the answers of an item: all of them, failed tries, scores. No Streamlit.

Imported labels and the truth of gold never come through here, and nothing does on a blind look.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.answers import Answer, FailedAnswer
from core.selection_records import Selection
from pages.components.workflows.reviewing import Desk
from pages.components.workflows.shown import SHOWN_AUTHORS
from storage import Store


@dataclass(frozen=True)
class Evidence:
    """What there is to look at.

    Attributes:
        answers: all that models said, those on the desk first, extra samples too.
        failed: tries that gave no answer.
        scores: one row per candidate where one of several was chosen, and `why` that one.
        numbers: of student versions that are here, by the version of their author.
    """

    answers: tuple[Answer, ...] = ()
    failed: tuple[FailedAnswer, ...] = ()
    scores: tuple[dict[str, Any], ...] = ()
    why: str = ""
    numbers: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def several(self) -> bool:
        """Whether somebody answered more than once."""
        return any(answer.sample for answer in self.answers)


def evidence_of(store: Store, desk: Desk) -> Evidence:
    """Gather it; nothing on a blind look."""
    if desk.blind:
        return Evidence()
    project_id, item_id = desk.item.project_id, desk.item.id
    on_desk = [answer.id for answer in desk.answers]
    there = [
        answer
        for answer in store.answers.for_item(project_id, item_id)
        if answer.author.kind in SHOWN_AUTHORS and answer.id not in on_desk
    ]
    selection = None
    if desk.selection is not None:
        selection = Selection.model_validate(desk.selection.body)
    return Evidence(
        answers=(*desk.answers, *there),
        failed=tuple(store.failures.for_items(project_id, [item_id])[item_id]),
        scores=() if selection is None else tuple(_scores(selection)),
        why="" if selection is None else selection.sentence,
        numbers={one.author_version: one.number for one in store.versions.list(project_id)},
    )


def _scores(selection: Selection) -> list[dict[str, Any]]:
    return [
        {
            "Answer": f"{one.author}, {one.sample + 1}",
            "Chosen": one.answer_id == selection.chosen,
            "Total": one.total,
            **{name.capitalize(): value for name, value in one.terms.model_dump().items()},
        }
        for one in selection.scored
    ]
