"""The actions possible on a desk, as the chart's buttons with the person's keys. No Streamlit."""

from pages.components.chart import Action
from pages.components.chart.data import LINE
from pages.components.marks import PEOPLE, RULES, author_colour
from pages.components.review_audit import next_action
from pages.components.workflows.comparing_answers import names_of, pair_of
from pages.components.workflows.keymap import (
    ACCEPT_RULES,
    ACCEPT_STUDENT,
    ACCEPT_TEACHER,
    DEFAULT_KEYS,
    EXAMINE,
    GUIDELINE,
    HISTORY,
    PREFER_FIRST,
    PREFER_SECOND,
    REDO,
    REPEAT,
    UNDO,
    Keymap,
)
from pages.components.workflows.proposing import proposed, shows_proposals
from pages.components.workflows.reviewing import ACCEPT, OPTION, Desk
from pages.components.workflows.scoring import Proposal

EDIT, SAVE, CANCEL, PROPOSE = "edit", "save", "cancel", "propose"
CAUSE = "cause:"
NONE_WORDS = {"anomaly": "No anomaly", "change_point": "No change"}
MARK_WORDS = {"anomaly": "Mark events", "change_point": "Mark change points"}
"""What the decision that nothing is there is called, and a blind edit, by kind."""
INDEPENDENT = "The selected change point: a channel changes by itself (Alone)"
CORRELATION = "The selected change point: channels part, or begin to move together (Jointly)"
_TOLD = {
    "open": "Change the words",
    "change_point": "Change places, causes, channels and words",
}


def actions_of(
    desk: Desk, proposal: Proposal | None = None, keymap: Keymap = DEFAULT_KEYS
) -> list[Action]:
    """Return what can be done on a desk, with its keys.

    Where no answer is in sight none can be accepted or called wrong.
    """
    actions = next_action(desk)
    actions += _accepts(desk, keymap, primary=not actions)
    anomaly = desk.question.kind == "anomaly"
    kind = desk.question.kind
    edit = MARK_WORDS.get(kind, "Edit") if desk.blind else "Edit"
    told = _TOLD.get(kind, "Change types, places and words")
    actions.append(Action(EDIT, edit, keymap.key(EDIT), PEOPLE, help=told))
    if anomaly and not desk.blind and not desk.second_look:
        actions.append(_propose(desk, proposal, keymap))
    if desk.question.eventful:
        actions.append(Action("no_anomaly", NONE_WORDS[kind], keymap.key("no_anomaly")))
    if not desk.blind:
        told = "No answer is right, and mine is not known"
        actions.append(Action("reject", "None right", keymap.key("reject"), help=told))
    actions.append(Action("not_sure", "Not sure", keymap.key("not_sure")))
    if not desk.second_look:
        told = "Comes again at the end"
        actions.append(Action("skip", "Skip", keymap.key("skip"), help=told))
    actions += [*_prefers(desk, keymap), *_beside(desk, keymap)]
    for number, option in enumerate(desk.question.options, start=1):
        key = str(number) if number <= 9 else ""
        actions.append(
            Action(f"{OPTION}{option.key}", option.name, key, group=2, help=option.meaning)
        )
    return actions


def _accepts(desk: Desk, keymap: Keymap, primary: bool) -> list[Action]:
    has_teacher = any(answer.author.kind == "teacher" for answer in desk.answers)
    bindings = {
        "teacher": ACCEPT_TEACHER,
        "student": ACCEPT_STUDENT,
        "rules": ACCEPT_RULES if has_teacher else ACCEPT_TEACHER,
    }
    actions: list[Action] = []
    for answer in desk.answers:
        kind = answer.author.kind
        binding = bindings.pop(kind, "")  # a second teacher is accepted by its button
        actions.append(
            Action(
                f"{ACCEPT}{answer.id}",
                f"Accept {kind}",
                keymap.key(binding) if binding else "",
                author_colour(answer.author),
                primary=primary and not actions,
            )
        )
    return actions


def _prefers(desk: Desk, keymap: Keymap) -> list[Action]:
    """Offer to say which of the two compared answers is better, beside how they differ."""
    pair = pair_of(desk)
    if pair is None:
        return []
    told = "The better one of the two, whether or not it is right"
    return [
        Action(
            one,
            f"Prefer {name}",
            keymap.key(one),
            author_colour(answer.author),
            help=told,
            group=LINE,
        )
        for one, name, answer in zip(
            (PREFER_FIRST, PREFER_SECOND), names_of(pair), pair, strict=True
        )
    ]


def _beside(desk: Desk, keymap: Keymap) -> list[Action]:
    """Return what stands beside the heading; a text is never the answer to the next question."""
    told = "Take back what you did last, one step at a time"
    again = "Your last label once more"
    repeat = [Action(REPEAT, "Repeat", keymap.key(REPEAT), group=1, help=again)]
    history = [Action(HISTORY, "History", keymap.key(HISTORY), group=1, local=True)]
    told_more = "Raw answers, prompts, pictures, another rendering, what-ifs"
    examine = [Action(EXAMINE, "Examine", keymap.key(EXAMINE), group=1, help=told_more)]
    return [
        *(repeat if desk.question.kind != "open" else []),
        Action(UNDO, "Undo", keymap.key(UNDO), group=1, help=told),
        Action(REDO, "Redo", keymap.key(REDO), group=1, help="Take back your latest undo"),
        *([*history, *examine] if not desk.blind else []),
        *([guideline_action(keymap.key(GUIDELINE))] if desk.question.kind == "anomaly" else []),
    ]


def _propose(desk: Desk, proposal: Proposal | None, keymap: Keymap) -> Action:
    """Show a detector first, then take what it proposes; on gold not before the decision."""
    words, told, disabled = "Show a detector", "Scores under the plot, without labels", False
    if not shows_proposals(desk):
        told, disabled = "Gold: no detector before your decision", True
    elif proposal is not None:
        n = len(proposed(proposal, desk.item, desk.series.n_channels).intervals)
        words, disabled = f"Edit detector's {n}" if n else "Detector: none here", n == 0
        told = f"Begin an edit with what {proposal.name} finds here"
        told = told if n else f"{proposal.name} finds nothing in this window"
    return Action(PROPOSE, words, keymap.key(PROPOSE), RULES, help=told, disabled=disabled)


def edit_actions(
    keymap: Keymap | None = None, typed: bool = True, causes: bool = False
) -> list[Action]:
    """Return what can be done with an open edit.

    Args:
        keymap: with it undo, redo and repeat go through the edit's own steps.
        typed: whether intervals have types, which could be repeated.
        causes: whether they are change points, which have causes instead.
    """
    actions = [
        Action(SAVE, "Save edit", "enter", primary=True),
        Action(CANCEL, "Cancel", "escape", help="Leave the edit"),
    ]
    if causes:
        actions += [
            Action(f"{CAUSE}independent", "Independent", "a", help=INDEPENDENT),
            Action(f"{CAUSE}correlation", "Correlation", "j", help=CORRELATION),
        ]
    if keymap is not None:
        what = "cause" if causes else "type"
        told = f"Give the selected {'change point' if causes else 'interval'} your last {what}"
        again = Action(REPEAT, f"Last {what}", keymap.key(REPEAT), group=1, help=told)
        actions += [
            *([again] if typed else []),
            Action(UNDO, "Undo", keymap.key(UNDO), group=1, help="The last change of this edit"),
            Action(REDO, "Redo", keymap.key(REDO), group=1, help="Your latest undo in this edit"),
        ]
    if causes:
        return actions
    return [*actions, guideline_action("")]  # while edges are moved its key is the plot's


def guideline_action(key: str) -> Action:
    """Return what opens the guideline of the types."""
    told = "What each type is, with plots that show it"
    return Action(GUIDELINE, "Guideline", key, group=1, help=told)
