"""Who works in a project, and how sure the app is of it. No passphrase is ever kept as text."""

from datetime import datetime
from typing import Literal

from core.model import Frozen

Role = Literal["annotator", "analyst", "lead"]
"""`annotator` decides on items; `analyst` also uploads, asks and exports; `lead` also trains,
promotes, adjudicates, and sets the policy and the people."""

Identity = Literal["typed", "passphrase", "sign_in"]
"""How a name was given: typed on a machine that is trusted, with a passphrase, or by a sign-in."""


class Person(Frozen):
    """One version of a person of a project; a change of role or passphrase makes the next.

    Attributes:
        secret: salted hash of the passphrase; empty when none is set.
        standing: False once removed; what they decided stays theirs.
    """

    name: str
    role: Role
    created_at: datetime
    secret: str = ""
    standing: bool = True
