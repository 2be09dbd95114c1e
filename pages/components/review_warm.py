"""Gets ready what the next items of the queue need, while the person looks at this one."""

from collections.abc import Sequence

from pages.components import session
from pages.components.cached import answer_checks, series_data
from pages.components.page import Page

MOST_KNOWN = 500


def warm(page: Page, item_ids: Sequence[str]) -> None:
    """Read the samples of items and check what was said of them, once in a session."""
    known: dict[str, None] = session.get(session.REVIEW_WARM, {})
    for item_id in item_ids:
        if item_id not in known:
            _warm(page, item_id)
    kept = [one for one in known if one not in item_ids][-MOST_KNOWN:]
    session.put(session.REVIEW_WARM, dict.fromkeys([*kept, *item_ids]))


def _warm(page: Page, item_id: str) -> None:
    project_id = page.project.id
    item = page.store.items.get(project_id, item_id)
    stored = page.store.series.get(project_id, item.series_id)
    series = series_data(page.store, stored)
    for answer in page.store.answers.for_item(project_id, item_id):
        if answer.content.rationale:
            answer_checks(answer, stored, series, item)
