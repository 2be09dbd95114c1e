"""A detector's stretches as the start of an edit of one item. No Streamlit.

A detector has no labels and names no types: what it proposes is a place, and a person says what it
is. What is taken is stored as an answer first, so that the correction can name it.
"""

from core.answers import Answer, AnswerContent, Author, FoundInterval
from core.ids import new_id, utc_now
from core.review import Item
from pages.components.chart.data import Painted
from pages.components.workflows.drafting import EditDraft, draft_from
from pages.components.workflows.reviewing import Desk, begin_edit
from pages.components.workflows.scoring import Proposal, of_channels, strongest
from storage import Store

MOST = 12
"""Intervals of an edit that begins with a proposal: the strongest ones."""


def shows_proposals(desk: Desk) -> bool:
    """Return whether a detector may be seen on this item: not on gold before its decision.

    Nor on an item that is decided blind; its second look is for what was answered alone.
    """
    if desk.question.kind != "anomaly" or desk.blind or desk.second_look:
        return False
    return not desk.gold or desk.label is not None


def author_of(proposal: Proposal) -> Author:
    """Return who a proposal is by: it measures, it is no teacher."""
    return Author(kind="baseline", name=proposal.name, version=f"detector {proposal.key}")


def proposed(proposal: Proposal, item: Item, n_channels: int) -> AnswerContent:
    """Return the stretches inside the item's window as an answer without types."""
    inside = tuple(s for s in proposal.stretches if s.start < item.stop and s.stop > item.start)
    return AnswerContent(
        kind="anomaly",
        intervals=tuple(
            FoundInterval(
                number=number,
                start=max(one.start, item.start),
                stop=min(one.stop, item.stop),
                channels=of_channels(one, n_channels),
            )
            for number, one in enumerate(strongest(inside, MOST), start=1)
        ),
    )


def start_from_proposal(
    store: Store, desk: Desk, person: str, painted: Painted, proposal: Proposal
) -> EditDraft:
    """Open the editor with what the detector proposes.

    The proposal is stored as an answer of its own, and the correction that the edit becomes names
    it beside the answers on the screen: the only baseline among them is what it started from. An
    edit that was begun elsewhere goes on instead.

    Raises:
        StoreError: when the picture was of another item.
    """

    def draft() -> EditDraft:
        content = proposed(proposal, desk.item, desk.series.n_channels)
        answer_id = _stored(store, desk, author_of(proposal), content)
        seen = tuple(one for one in painted.answer_ids if one != answer_id)
        return draft_from(content, desk.question.kind, (*seen, answer_id), painted.version)

    return begin_edit(store, desk, person, painted, draft)


def _stored(store: Store, desk: Desk, author: Author, content: AnswerContent) -> str:
    """Return the id of this answer, stored unless the same one is there."""
    project_id = desk.item.project_id
    for known in store.answers.for_item(project_id, desk.item.id):
        if known.author == author and known.content == content:
            return known.id
    answer = Answer(
        id=new_id(), item_id=desk.item.id, author=author, content=content, created_at=utc_now()
    )
    store.answers.add_many(project_id, [answer])
    return answer.id
