"""Signing in with OpenID Connect, where `.streamlit/secrets.toml` has an `[auth]` section.

Nothing of Streamlit's sign-in is touched where it is not set up.
"""

import importlib.util
from collections.abc import Mapping
from typing import Any

import streamlit as st


def is_set_up() -> bool:
    """Tell whether people can sign in here."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


def claims() -> Mapping[str, Any] | None:
    """Return what the provider says of whoever is signed in; None when nobody is."""
    if not is_set_up() or not st.user.is_logged_in:
        return None
    return st.user.to_dict()


def shown_name(found: Mapping[str, Any]) -> str:
    """Say who is signed in, as the provider names them."""
    parts = [str(found[key]) for key in ("name", "email") if found.get(key)]
    return ", ".join(parts) or str(found.get("sub", "somebody"))


def sign_in_buttons() -> None:
    """One button per provider; says what is missing when signing in cannot work."""
    if importlib.util.find_spec("authlib") is None:
        st.warning(
            "Signing in is set up, but the package Authlib is missing, so it cannot work; install "
            "it with `.venv/bin/pip install Authlib` and start the app again.",
            icon=":material/extension_off:",
        )
        return
    section: Mapping[str, Any] = st.secrets["auth"]
    named = [name for name, value in section.items() if isinstance(value, Mapping)]
    for name in named or [None]:
        label = f"Sign in with {name}" if name else "Sign in"
        if st.button(label, icon=":material/login:", key=f"who_sign_in_{name}", type="primary"):
            st.login(name)


def sign_out_button() -> None:
    """End the sign-in, also at the next visit."""
    if st.button("Sign out", icon=":material/logout:", key="who_sign_out"):
        st.logout()
