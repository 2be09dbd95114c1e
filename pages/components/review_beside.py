"""What stands beside the item on the desk: zone, log, marks of Explore, keys, what is told."""

from core.series import display_zone
from pages.components import session
from pages.components.chart.data import Binding, Told
from pages.components.explore_plot import log_marks
from pages.components.page import Page
from pages.components.review_looked_at import looked_at_strips
from pages.components.review_phrases import phrases_now
from pages.components.review_view import Beside
from pages.components.workflows.comparing_answers import difference_line
from pages.components.workflows.context import log_of
from pages.components.workflows.keymap import ACTIONS, Keymap, load_keymap
from pages.components.workflows.reviewing import Desk
from pages.components.workflows.scoring import Proposal
from pages.components.workflows.telling import history_rows, saved_words


def beside_of(page: Page, desk: Desk, proposal: Proposal | None = None) -> Beside:
    """Gather it; on gold and blind only one's own marks: nobody leans on somebody else's there."""
    alone = bool(desk.gold) or desk.blind
    keymap = load_keymap(page.store, page.project.id, page.person)
    drawn = page.store.annotations.current(page.project.id, desk.series.id)
    return Beside(
        zone=display_zone(page.project.zone, desk.series.info)[0],
        log=tuple(log_marks(desk.series, log_of(page.store, desk.series))),
        drawn=tuple(one for one in drawn if not alone or one.person == page.person),
        proposal=proposal,
        keymap=keymap,
        told=_told(page, desk, keymap),
        phrases=phrases_now(page, desk),
        strips=looked_at_strips(desk),
    )


def _told(page: Page, desk: Desk, keymap: Keymap) -> Told:
    """Say what is stored, what just happened, how the answers differ, and which keys there are."""
    failed = str(session.get(session.REVIEW_MESSAGE, ""))
    return Told(
        saved=f"not saved: {failed}" if failed else saved_words(page.store, desk, page.person),
        note=str(session.get(session.REVIEW_NOTE, "")),
        line=difference_line(desk),
        history=history_rows(desk),
        bindings=tuple(
            Binding(action, ACTIONS[action].words, key)
            for action, key in keymap.keys().items()
            if not (desk.blind and ACTIONS[action].answered)
        ),
        refused=str(session.get(session.REVIEW_REFUSED, "")),
    )
