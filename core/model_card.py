"""The card of an exported student: what it is, what it learned, how it fared, how it is loaded.

Pure text from values. No name of a series, a file, a channel or a person is in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.evaluation import QuestionEvaluation
from core.evaluation_words import with_interval

FIGURES = {
    "accuracy": "accuracy",
    "interval_f1": "interval F1",
    "change_f1": "change point F1",
    "event_recall": "event recall",
    "event_precision": "event precision",
}


@dataclass(frozen=True)
class CardFacts:
    """What a card tells.

    Attributes:
        folder: the folder's name, as the card's code loads it.
        learned: counts of labels by whose they were, in words.
        packages: versions by package.
        windows: shortest and longest window it learned from, in samples; None when not known.
        channels: the same of channels.
    """

    number: int
    folder: str
    student: str
    made_on: str
    snapshot: str
    questions: Sequence[tuple[str, str, Sequence[str]]]
    learned: Sequence[tuple[str, int]]
    evaluation: Sequence[QuestionEvaluation]
    packages: Mapping[str, str]
    windows: tuple[int, int] | None = None


def model_card(facts: CardFacts) -> str:
    """Return the card as Markdown; its second code block is the three lines that load it."""
    parts = [
        f"# Student v{facts.number}",
        "A small model that answers fixed questions about windows of time series. It was trained "
        f"in Understudy from a teacher's answers and people's corrections, on {facts.made_on}. "
        f"Kind: `{facts.student}`.",
        "## Load it",
        "With the Understudy project on the path (`PYTHONPATH=/path/to/understudy`), in the folder "
        "that holds this one. What to ask, and about which numbers, (samples, channels) each:",
        _code(_ask(facts.folder)),
        "Then:",
        _code(_load(facts.folder)),
        "## What it answers",
        *(_question(*one) for one in facts.questions),
        "Another question, option or wording than these is refused, not guessed.",
        "## What it learned from",
        _learned(facts),
        "## How it fared on gold",
        "Gold is kept away from all learning. In brackets: 95 %.",
        *(_fared(one) for one in facts.evaluation),
        "## Limits",
        _limits(facts),
        "## Licence",
        "The weights were trained on data of whoever made this file: they decide about its use, "
        "and the licences of that data and of the teacher's answers go with it.",
        "## Made with",
        "\n".join(f"- {name} {version}" for name, version in facts.packages.items()),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _ask(folder: str) -> str:
    return "\n".join(
        [
            "import json, numpy as np",
            "from core.questions.base import Question",
            "from core.series import WindowView",
            f'asked = json.load(open("{folder}/config.json"))["questions"]',
            "question = Question.model_validate(asked[0])",
            "views = [WindowView(values=np.sin(np.arange(256.0))[:, None])]  # your numbers here",
        ]
    )


def _load(folder: str) -> str:
    return "\n".join(
        [
            "from core.students import load_student",
            f'student = load_student("{folder}")',
            "answers = student.answer(question, views)",
        ]
    )


def _code(lines: str) -> str:
    return f"```python\n{lines}\n```"


def _question(name: str, text: str, choices: Sequence[str]) -> str:
    return f"- **{name}**: {text}" + (f" ({', '.join(choices)})" if choices else "")


def _learned(facts: CardFacts) -> str:
    total = sum(n for _, n in facts.learned)
    lines = [f"{total:,} labelled windows, snapshot `{facts.snapshot}`:"]
    lines += [f"- {n:,} by {name}" for name, n in facts.learned]
    return "\n".join(lines)


def _fared(result: QuestionEvaluation) -> str:
    lines = [f"**{result.name}**, n = {result.n_gold:,} gold items. {result.verdict}"]
    for author in result.authors:
        if author.role in ("student", "teacher"):
            said = [
                f"{words} {with_interval(author.figures[key])}"
                for key, words in FIGURES.items()
                if key in author.figures
            ]
            lines.append(f"- {author.role}, n = {author.n:,}: {', '.join(said)}")
    return "\n".join([*lines, *([f"- {result.caution}"] if result.caution else [])])


def _limits(facts: CardFacts) -> str:
    lines = [
        "- It was measured on data like what it learned from; other data may fare differently.",
        "- Its labels are no better than the labels it learned: see the shares above.",
        "- Its confidence is its own word; how often it is right when it says so is measured in "
        "Understudy, on Models.",
    ]
    if facts.windows is not None:
        low, high = facts.windows
        lines.append(f"- It learned from windows of {low:,} to {high:,} samples.")
    return "\n".join(lines)
