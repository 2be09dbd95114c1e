"""What stands on a series apart from the item on the desk: zone, log, marks, phrases."""

from core.series import display_zone
from pages.components.explore_plot import log_marks
from pages.components.page import Page
from pages.components.review_phrases import phrases_now
from pages.components.review_view import Beside
from pages.components.workflows.context import log_of
from pages.components.workflows.reviewing import Desk
from pages.components.workflows.scoring import Proposal


def beside_of(page: Page, desk: Desk, proposal: Proposal | None = None) -> Beside:
    """Gather it; on gold and blind only one's own marks: nobody leans on somebody else's there."""
    alone = bool(desk.gold) or desk.blind
    drawn = page.store.annotations.current(page.project.id, desk.series.id)
    return Beside(
        zone=display_zone(page.project.zone, desk.series.info)[0],
        log=tuple(log_marks(desk.series, log_of(page.store, desk.series))),
        drawn=tuple(one for one in drawn if not alone or one.person == page.person),
        proposal=proposal,
        phrases=phrases_now(page, desk),
    )
