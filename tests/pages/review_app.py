"""Review in a test: opened in a browser session of its own, its actions pressed."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from pages.components import session
from pages.components.services import Services
from pages.components.workflows.whoami import Known
from storage import Store

APP = str(Path(__file__).resolve().parents[2] / "app.py")


def opened(
    store: Store,
    item_id: str | None = None,
    *,
    person: str = "",
    plain: bool = True,
    page: str = "review",
) -> AppTest:
    """Open an item, or the queue.

    Args:
        person: whose browser it is; the one that the app remembers when empty.
        plain: the browser could not load the chart: its actions are buttons then.
    """
    at = AppTest.from_file(APP, default_timeout=60)
    at.session_state[session.SERVICES] = Services(store=store, worker=False)
    if person:
        at.session_state[session.WHO] = Known(person)
    if plain:
        at.session_state[f"{session.REVIEW_CHART}_failed"] = "no static files"
    if item_id is not None:
        at.query_params["item"] = item_id
    at.run()
    at.switch_page(f"pages/{page}.py").run()
    assert not at.exception
    return at


def press(at: AppTest, action: str) -> None:
    """Press an action of the chart."""
    at.button(key=f"{session.REVIEW_CHART}_{action}").click().run()
    assert not at.exception


def shown(at: AppTest) -> str:
    """Return the item named in the address: a text, or a list of one after a reload."""
    named = at.query_params["item"]
    return named if isinstance(named, str) else named[0]
