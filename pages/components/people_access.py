"""Access: what the app is bound to, and how other desks are let in."""

import socket

import streamlit as st

from pages.components.page_value import Page
from pages.components.sign_in import is_set_up
from pages.components.words import plain
from pages.components.workflows.access import Binding, binding_of, binding_words

PROXY = """# nginx: https outside, the app inside on this machine alone (plain `make run`)
server {
    listen 443 ssl;
    server_name labels.example.org;
    ssl_certificate     /etc/ssl/labels.pem;
    ssl_certificate_key /etc/ssl/labels.key;
    client_max_body_size 1024m;               # as large as uploads may be
    location / {
        proxy_pass http://127.0.0.1:PORT;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;   # the page's live connection
        proxy_set_header Connection "upgrade";
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;   # tells desks from this machine
        proxy_read_timeout 1d;
    }
}"""
SECRETS = """[auth]
redirect_uri = "https://labels.example.org/oauth2callback"
cookie_secret = "a long random text"
client_id = "..."
client_secret = "..."
server_metadata_url = "https://login.example.org/.well-known/openid-configuration"
"""


def show_access(page: Page) -> None:
    """Show the binding now, the one setting that opens it, and the two safer ways."""
    now = binding_here()
    icon = ":material/lock:" if now.local else ":material/lan:"
    st.info(plain(binding_words(now)), icon=icon)
    if not now.local and not now.encrypted:
        st.warning(
            "It speaks http: whoever can listen on the network reads passphrases and data. In a "
            "network that you do not trust whole, put a reverse proxy with https before it.",
            icon=":material/no_encryption:",
        )
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("##### In a network you trust")
        st.markdown("Stop the app and start it with the address to listen on:")
        name = socket.gethostname()
        st.code(f"make run ADDRESS=0.0.0.0 ALLOWED_HOSTS={name}", language=None)
        st.markdown(
            f"The other desks then open `http://{name}:{now.port}` and say who they are. "
            "`ALLOWED_HOSTS` lists the names and addresses that they type, with commas; any "
            "other is refused. Set your passphrase first: from other desks nobody leads without."
        )
    with right:
        st.markdown("##### In any other network")
        st.markdown("The app stays bound to this machine, and a proxy with https stands before it:")
        with st.expander("nginx, for example"):
            st.code(PROXY.replace("PORT", str(now.port)), language="nginx")
        state = "is set up" if is_set_up() else "is not set up"
        st.markdown(f"Signing in with your organisation's accounts (OpenID Connect) {state}.")
        with st.expander("Sign-in: .streamlit/secrets.toml"):
            st.code(SECRETS, language="toml")
            st.markdown(
                "It needs `.venv/bin/pip install Authlib` and a restart. A lead gives each person "
                "their verified e-mail address; who signs in and is nobody here waits on this "
                "page."
            )


def binding_here() -> Binding:
    """Return what this server is bound to."""
    return binding_of(
        st.get_option("server.address"),
        int(st.get_option("server.port")),
        st.get_option("server.allowedHosts"),
        st.get_option("server.sslCertFile"),
    )
