"""Where an endpoint's key comes from: the environment, else a secrets file. It is never stored.

A key is looked up by name when it is needed and handed on; no error, log line or exchange names it.
The files are Streamlit's own (`secrets.toml` in the project's `.streamlit` folder, then in the home
folder), read here as TOML because `core` knows no Streamlit.
"""

import os
import tomllib
from pathlib import Path

from core.errors import ConfigError

_FILE = Path(".streamlit") / "secrets.toml"


def key_of(name: str) -> str:
    """Return the key that the variable or secret `name` holds.

    Raises:
        ConfigError: if it is nowhere, no text, or holds characters that no header can carry.
    """
    found = _look_up(name)
    if not found:
        raise ConfigError(
            f"the key {name!r} is needed and is neither an environment variable nor in "
            f"{' or '.join(str(path) for path in _files())}; set it with `export {name}=...` "
            f'before the start, or write `{name} = "..."` into one of these files'
        )
    if not found.isascii() or not found.isprintable() or " " in found:
        raise ConfigError(
            f"the key {name!r} holds blanks or characters other than plain ones, which no request "
            "can carry; copy it again from where it was issued"
        )
    return found


def key_is_there(name: str) -> bool:
    """Say whether the variable or secret `name` holds anything."""
    return bool(_look_up(name))


def _look_up(name: str) -> str:
    if from_environment := os.environ.get(name, "").strip():
        return from_environment
    for path in _files():
        if (value := _secrets(path).get(name)) is None:
            continue
        if not isinstance(value, str):
            raise ConfigError(
                f"{name!r} in {path} is of type {type(value).__name__}, but a key is text; "
                f'write it in quotes: {name} = "..."'
            )
        return value.strip()
    return ""


def _files() -> tuple[Path, Path]:
    return Path.cwd() / _FILE, Path.home() / _FILE


def _secrets(path: Path) -> dict[str, object]:
    """Return the top level of a secrets file, nothing when there is none."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        # The parser's message may quote the line, and with it the key: only its kind is named.
        raise ConfigError(
            f"the secrets file {path} cannot be read ({type(error).__name__}); "
            'write one line per key: NAME = "..."'
        ) from None
