"""Passphrases: hashed with scrypt and a salt, compared in constant time, slowed when wrong."""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from core.errors import ConfigError

SHORTEST = 8
LONGEST = 200
"""Characters."""

# About 0.1 s and 32 MB a try. They are stored with each hash, so that they can grow.
_N, _R, _P = 2**15, 8, 1
_SALT_BYTES, _HASH_BYTES = 16, 32

FREE_TRIES = 3
LONGEST_WAIT_S = 60.0


def check_passphrase(passphrase: str) -> None:
    """Refuse a passphrase that would not hold.

    Raises:
        ConfigError: when it is too short or too long.
    """
    n = len(_normalised(passphrase))
    if n < SHORTEST:
        raise ConfigError(
            f"the passphrase has {n} characters; fewer than {SHORTEST} can be tried out by "
            "anybody who reaches the app: take three or four words"
        )
    if n > LONGEST:
        raise ConfigError(
            f"the passphrase has {n} characters, and at most {LONGEST} are taken; shorten it"
        )


def hash_passphrase(passphrase: str) -> str:
    """Return `scrypt$n$r$p$salt$hash`; raises ConfigError as `check_passphrase` does."""
    check_passphrase(passphrase)
    salt = secrets.token_bytes(_SALT_BYTES)
    found = _scrypt(passphrase, salt, _N, _R, _P)
    return "$".join(["scrypt", str(_N), str(_R), str(_P), _text(salt), _text(found)])


def is_passphrase(passphrase: str, secret: str) -> bool:
    """Tell whether a passphrase is the one that was hashed; False when none was set."""
    if not secret or len(passphrase) > LONGEST:
        return False
    _, n, r, p, salt, kept = secret.split("$")
    found = _scrypt(passphrase, base64.b64decode(salt), int(n), int(r), int(p))
    return hmac.compare_digest(found, base64.b64decode(kept))


def wait_s(wrong: Sequence[datetime], now: datetime) -> float:
    """Return how many seconds a further try has to wait; 0 when it need not.

    Args:
        wrong: times of the tries that failed since the last that did not, in order.
    """
    if len(wrong) < FREE_TRIES:
        return 0.0
    # The exponent is bounded too: two to the power of a thousand is no float.
    pause = min(2.0 ** min(len(wrong) - FREE_TRIES + 1, 10), LONGEST_WAIT_S)
    return max(0.0, pause - (now - wrong[-1]).total_seconds())


def _scrypt(passphrase: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(
        _normalised(passphrase).encode(),
        salt=salt,
        n=n,
        r=r,
        p=p,
        maxmem=256 * n * r,
        dklen=_HASH_BYTES,
    )


def _normalised(passphrase: str) -> str:
    # Keyboards differ in how they write one and the same accent.
    return unicodedata.normalize("NFKC", passphrase)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
