"""The decisions possible on a desk, as the chart's buttons with their keys. No Streamlit."""

from pages.components.chart import Action
from pages.components.marks import PEOPLE, RULES, author_colour
from pages.components.review_audit import next_action
from pages.components.workflows.proposing import proposed, shows_proposals
from pages.components.workflows.reviewing import ACCEPT, OPTION, Desk
from pages.components.workflows.scoring import Proposal

UNDO, REDO, EDIT, SAVE, CANCEL = "undo", "redo", "edit", "save", "cancel"
PROPOSE, EXAMINE, GUIDELINE = "propose", "examine", "guideline"


def actions_of(desk: Desk, proposal: Proposal | None = None) -> list[Action]:
    """Return the decisions possible on a desk, with their keys.

    Where no answer is in sight none can be accepted or called wrong.
    """
    has_teacher = any(answer.author.kind == "teacher" for answer in desk.answers)
    keys = {"teacher": "t", "student": "s", "rules": "b" if has_teacher else "t"}
    used: set[str] = set()
    actions = next_action(desk)
    for answer in desk.answers:
        key = keys[answer.author.kind] if keys[answer.author.kind] not in used else ""
        used.add(key)
        actions.append(
            Action(
                f"{ACCEPT}{answer.id}",
                f"Accept {answer.author.kind}",
                key,
                author_colour(answer.author),
                primary=not actions,
            )
        )
    anomaly = desk.question.kind == "anomaly"
    edit = "Mark events" if anomaly and desk.blind else "Edit"
    told = "Change the words" if desk.question.kind == "open" else "Change types, places and words"
    actions.append(Action(EDIT, edit, "e", PEOPLE, help=told))
    if anomaly:
        if not desk.blind and not desk.second_look:
            actions.append(_propose(desk, proposal))
        actions.append(Action("no_anomaly", "No anomaly", "n"))
    if not desk.blind:
        told = "No answer is right, and mine is not known"
        actions.append(Action("reject", "None right", "x", help=told))
    actions.append(Action("not_sure", "Not sure", "q"))
    if not desk.second_look:
        actions.append(Action("skip", "Skip", "k", help="Comes again at the end"))
    actions += [
        Action(UNDO, "Undo", "u", group=1, help="Take back your latest decision"),
        Action(REDO, "Redo", "shift+u", group=1, help="Take back your latest undo"),
    ]
    if not desk.blind:
        told = "Raw answers, prompts, pictures, another rendering, what-ifs"
        actions.append(Action(EXAMINE, "Examine", "i", group=1, help=told))
    if anomaly:
        actions.append(guideline_action("g"))
    for number, option in enumerate(desk.question.options, start=1):
        key = str(number) if number <= 9 else ""
        actions.append(
            Action(f"{OPTION}{option.key}", option.name, key, group=2, help=option.meaning)
        )
    return actions


def _propose(desk: Desk, proposal: Proposal | None) -> Action:
    """Show a detector first, then take what it proposes; on gold not before the decision."""
    words, told, disabled = "Show a detector", "Scores under the plot, without labels", False
    if not shows_proposals(desk):
        told, disabled = "Gold: no detector before your decision", True
    elif proposal is not None:
        n = len(proposed(proposal, desk.item, desk.series.n_channels).intervals)
        words, disabled = f"Edit detector's {n}" if n else "Detector: none here", n == 0
        told = f"Begin an edit with what {proposal.name} finds here"
        told = told if n else f"{proposal.name} finds nothing in this window"
    return Action(PROPOSE, words, "d", RULES, help=told, disabled=disabled)


def edit_actions() -> list[Action]:
    return [
        Action(SAVE, "Save edit", "enter", primary=True),
        Action(CANCEL, "Cancel", "escape", help="Drop the edit"),
        guideline_action(""),  # while edges are moved the key is the plot's
    ]


def guideline_action(key: str) -> Action:
    """Return what opens the guideline of the types."""
    told = "What each type is, with plots that show it"
    return Action(GUIDELINE, "Guideline", key, group=1, help=told)
