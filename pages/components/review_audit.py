"""What the desk shows of an item of an audit: why it is blind, the second look. No Streamlit."""

import textwrap

from core.answers import Answer
from pages.components.chart import Action, Panel, Phrase
from pages.components.marks import NEUTRAL, author_colour, title_of
from pages.components.workflows.blind import agreement_words, audited_of
from pages.components.workflows.keymap import Keymap, shown
from pages.components.workflows.reviewing import Desk

NEXT = "next"
SECOND_NOTE = (
    "Somebody decided this window before you. Neither their label nor any answer is shown."
)
SECOND = (
    "second opinion",
    f"{SECOND_NOTE} How far people agree can be told only where they decide independently.",
)
BLIND_NOTE = "What the teacher said comes after your decision, so that it can be measured by it."
HOW = {
    "anomaly": "Mark events ({edit}) and save them, or say that there is no anomaly ({none}).",
    "change_point": "Mark change points ({edit}) and save them, or say that nothing changes "
    "({none}).",
    "pattern": "Press the number of the pattern that you see.",
    "open": "Say in your own words what you see ({edit}), and save it.",
}
LONGEST_BATCH = 32
LOOKS = {
    "blind": (
        "blind",
        f"{BLIND_NOTE} The windows of an audit are a random sample of its batch, and come first.",
    ),
    "second": (
        "second look",
        "Your decision is stored, and the audit counts it as it is. What you change now, with the "
        "answers in sight, is an ordinary correction.",
    ),
    "seen": (
        "seen before",
        "You know the answers already, so what you decide here is no longer blind and measures no "
        "teacher.",
    ),
}


SHARE = {
    "blind": "The label policy has a share of the queue decided before any answer is shown, so "
    "that teacher and student can be measured by what people see for themselves.",
    "second": "Your decision is stored, and counts as made blind. What you change now, with the "
    "answers in sight, is an ordinary correction.",
    "seen": "",
}


def audit_words(desk: Desk) -> tuple[str, str]:
    """Say which audit an item belongs to and how it is met: in short, and with the reason.

    Both are empty for an item of no audit.
    """
    if desk.audit is None:
        return "", ""
    if desk.audit.second_opinion:
        return SECOND
    short, why = LOOKS[desk.audit.look]
    if not desk.audit.batch:
        return (f"{short}, of the blind share", SHARE[desk.audit.look])
    batch = textwrap.shorten(desk.audit.batch, LONGEST_BATCH, placeholder=" …")
    return f"audit of {batch}, {short}", f"{desk.audit.batch}. {why}"


def blind_panel(desk: Desk, keymap: Keymap) -> Panel:
    """Stand in for the answers until the decision: say why they are hidden, and what to do."""
    keys = {"edit": shown(keymap.key("edit")), "none": shown(keymap.key("no_anomaly"))}
    how = HOW.get(desk.question.kind, "").format(**keys)
    second = desk.audit is not None and desk.audit.second_opinion
    title, note = ("Second opinion", SECOND_NOTE) if second else ("Blind", BLIND_NOTE)
    return Panel(title, NEUTRAL, "", empty=f"{note} {how}")


def failed_panels(desk: Desk) -> list[Panel]:
    """Say which teachers gave no answer to the item, once that may be known."""
    return [
        Panel(
            title=title_of(failed.author),
            colour=author_colour(failed.author),
            headline="no answer",
            note=failed.problem.replace("_", " "),
            phrases=(Phrase(failed.message),),
        )
        for failed in (desk.audit.failed if desk.audit is not None else ())
    ]


def agreement_note(desk: Desk, answer: Answer) -> str:
    """Say on a second look how an answer stands to the blind decision; empty otherwise."""
    decision = desk.audit.decision if desk.audit is not None else None
    if decision is None or decision.content is None:
        return ""
    return agreement_words(audited_of(desk.item, desk.question, answer.content, decision.content))


def next_action(desk: Desk) -> list[Action]:
    """Return the way on from a second look."""
    if not desk.second_look:
        return []
    return [Action(NEXT, "Next", "enter", primary=True, help="Leave your decision as it is")]
