"""The composition root of the app: one store and one worker per data folder."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from pages.components import session
from pages.components.collecting import set_aside
from pages.components.workflows.uploading import EXPORTS, INCOMING, clear_left
from storage import Store, open_store
from training.launcher import ensure_worker, renew_worker

HOME_VARIABLE = "UNDERSTUDY_HOME"


@dataclass(frozen=True)
class Services:
    """What pages work with. Tests put their own into the session; `worker` False starts none."""

    store: Store
    worker: bool = True


def data_home() -> Path:
    """Return the data folder: `UNDERSTUDY_HOME`, or `~/.understudy`."""
    return Path(os.environ.get(HOME_VARIABLE, "~/.understudy")).expanduser()


@st.cache_resource(show_spinner="Opening your data folder ...")
def _real_services(home: Path) -> Services:
    set_aside()
    for left in (INCOMING, EXPORTS):
        clear_left(home / left)
    return Services(store=open_store(home))


def services() -> Services:
    """Return the session's services when a test put some there, else the real ones."""
    own = session.get(session.SERVICES)
    found: Services = own if own is not None else _real_services(data_home())
    if found.worker:
        ensure_worker(found.store.home)
    return found


def hand_keys_on(names: Iterable[str]) -> None:
    """See to it that the worker has the keys of these names as this app has them."""
    found = services()
    if found.worker and renew_worker(found.store.home, [name for name in names if name]):
        ensure_worker(found.store.home)
