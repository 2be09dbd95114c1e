"""What each role may do, and what has to be shown for it. One table, one rule; no store, no page.

Whoever works alone may do everything. As soon as a second person exists, what a lead does needs a
lead who is known by a passphrase or a sign-in: a name alone can be typed by anybody.
"""

from typing import Literal, get_args

from core.people import Identity, Role

Act = Literal[
    "decide",
    "upload",
    "ask",
    "export",
    "train",
    "promote",
    "roll_back",
    "retire",
    "serve",
    "audit",
    "gold",
    "adjudicate",
    "policy",
    "people",
    "endpoints",
    "purge",
    "restore",
]
"""Everything that a role decides about."""

ACTS: tuple[Act, ...] = get_args(Act)
RANK: dict[Role, int] = {"annotator": 0, "analyst": 1, "lead": 2}

NEEDED: dict[Act, Role] = {
    "decide": "annotator",
    "upload": "analyst",
    "ask": "analyst",
    "export": "analyst",
    "train": "lead",
    "promote": "lead",
    "roll_back": "lead",
    "retire": "lead",
    "serve": "lead",
    "audit": "lead",
    "gold": "lead",
    "adjudicate": "lead",
    "policy": "lead",
    "people": "lead",
    "endpoints": "lead",
    "purge": "lead",
    "restore": "lead",
}

WORDS: dict[Act, str] = {
    "decide": "decide on items",
    "upload": "upload data",
    "ask": "ask teachers and students",
    "export": "export labels",
    "train": "start, stop or resume a training",
    "promote": "promote a student",
    "roll_back": "roll a student back",
    "retire": "retire a student",
    "serve": "change how students are promoted and serve",
    "audit": "draw an audit",
    "gold": "change gold",
    "adjudicate": "settle a disagreement",
    "policy": "change the label policy",
    "people": "change the people",
    "endpoints": "change where teachers are asked",
    "purge": "remove data for good",
    "restore": "bring back what was removed",
}
"""Each act as the end of "may not ..."."""


def allowed(role: Role, identity: Identity, act: Act, n_people: int) -> bool:
    """Tell whether somebody may do it.

    Args:
        n_people: of the project; whoever comes from another desk makes it at least two.
    """
    if n_people <= 1:
        return True
    if RANK[role] < RANK[NEEDED[act]]:
        return False
    return NEEDED[act] != "lead" or identity != "typed"


def refusal(name: str, role: Role, act: Act) -> str:
    """Say why somebody may not do it, and what to do."""
    needed = NEEDED[act]
    if RANK[role] < RANK[needed]:
        return (
            f"{name} works here as {_a(role)} and may not {WORDS[act]}: that takes {_a(needed)}; "
            "ask one, or say at the left who you are"
        )
    return (
        f"{name} was typed, not shown to be {name}, and may not {WORDS[act]} so, because others "
        "work here too; give a lead's passphrase, or sign in"
    )


def _a(role: Role) -> str:
    return f"a {role}" if role == "lead" else f"an {role}"
