"""One part of People as an app of its own, opened by a person of a given role."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.ids import utc_now
from core.people import Person, Role
from pages.components import session
from pages.components.services import Services
from storage import Store

ROOT = Path(__file__).resolve().parents[2]

_SCRIPT = """
import streamlit as st

from pages.components.navigation import PAGES_DIR
from pages.components.page import Page
from pages.components.services import services
from pages.components.{module} import {function}


def part():
    store = services().store
    {function}(
        Page(
            store=store,
            project=store.projects.default(),
            person="{person}",
            role="{role}",
            identity="passphrase",
        )
    )


st.navigation([st.Page(part, default=True), st.Page(PAGES_DIR / "review.py")]).run()
"""


def opened(
    store: Store, module: str, function: str, person: str = "lea", role: Role = "lead"
) -> AppTest:
    """Run a component's function, with buttons in the place of the charts.

    Beside the person there is a lead, so that not everybody may do everything.
    """
    project_id = store.projects.default().id
    for name, is_role in {"lea": "lead", person: role}.items():
        one = Person.model_validate({"name": name, "role": is_role, "created_at": utc_now()})
        store.people.save(project_id, one, by="lea")
    folder = store.home / "app"
    folder.mkdir(exist_ok=True)
    if not (folder / "pages").exists():  # links to other pages are looked for beside the script
        (folder / "pages").symlink_to(ROOT / "pages")
    script = folder / "part.py"
    script.write_text(_SCRIPT.format(module=module, function=function, person=person, role=role))
    at = AppTest.from_file(str(script), default_timeout=60)
    at.session_state[session.SERVICES] = Services(store=store, worker=False)
    for chart in (session.SETTLE_CHART, session.APPROVE_CHART):
        at.session_state[f"{chart}_failed"] = "no static files"
    at.run()
    assert not at.exception
    return at


def press(at: AppTest, key: str) -> None:
    """Press a button and let the part run again."""
    at.button(key=key).click().run()
    assert not at.exception


def texts(at: AppTest) -> str:
    """Return everything that is written, as one text."""
    said = [*at.markdown, *at.caption, *at.text, *at.info, *at.success, *at.warning, *at.error]
    return " ".join(str(one.value) for one in said)
