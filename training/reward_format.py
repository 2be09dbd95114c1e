"""Does a written answer have the whole structure that was asked for: the `format` term of rewards.

strict     1 when the text is, from its first word to its last, one of
               <think>words</think><class>LABEL</class>            and then, if anything,
                                                                   <extension>words</extension>
               <think>words</think><anomaly>..</anomaly><index>..</index>
               <anomaly>..</anomaly><index>..</index> Step 1: words Step 2: ...
           with a label that is an option, positions inside the window and nothing besides. Thinking
           and steps may both be there, one of them has to be; the steps are numbered from 1.
published  1 when a tag with a valid value stands somewhere: the rule of TimeMaster's published
           code, which looks neither at `<think>` nor at what else was written, although its paper
           asks for the whole structure. For anomalies, which that code does not know, the value is
           True or False.
"""

import re
from typing import Literal, get_args

from core.answers import AnswerContent
from core.axis import Axis, window_axis
from core.errors import AnswerError
from core.questions import kind_of
from core.questions.base import Question
from core.questions.pattern import option_of_word
from core.questions.tags import read_anomaly_tags, read_class_tags
from core.series import WindowView

FormatRule = Literal["strict", "published"]
FORMAT_RULES: tuple[FormatRule, ...] = get_args(FormatRule)

_THINK = re.compile(r"\s*<think>[^<]*\w[^<]*</think>", re.IGNORECASE)
_CLASS = re.compile(r"<class>(.*?)</class>", re.IGNORECASE | re.DOTALL)
_ANOMALY = re.compile(r"<anomaly>\s*(true|false)\s*</anomaly>", re.IGNORECASE)
_INDEX = re.compile(r"<index>[^<]*</index>", re.IGNORECASE)
_EXTENSION = re.compile(r"<extension>(.*?)</extension>", re.IGNORECASE | re.DOTALL)
_BEHIND = re.compile(r"</anomaly>\s*(?:<index>[^<]*</index>[\s,]*)*(.*)", re.I | re.DOTALL)
_STEP = re.compile(r"(?:^|(?<=\s))step\s+(\d{1,2})\s*[:.)]\s*(?=\S)", re.IGNORECASE)


def has_structure(question: Question, view: WindowView, text: str, axis: Axis | None) -> bool:
    """Say whether a text has the whole structure (`strict`); an open answer has none to have."""
    try:
        if question.kind == "pattern":
            option_of_word(question, read_class_tags(text).label)
            extensions: list[str] = _EXTENSION.findall(text)
            return bool(_THINK.match(text)) and all(one.strip() for one in extensions)
        if question.kind == "anomaly":
            read_anomaly_tags(text, times=(axis or window_axis(view)).kind == "time")
            kind_of(question).parse(question, view, text, axis)
            return _reasons_in_order(text)
    except AnswerError:
        return False
    return False


def _reasons_in_order(text: str) -> bool:
    behind = _BEHIND.search(text)
    said = behind[1].strip() if behind else ""
    if not said:
        return bool(_THINK.match(text))
    numbers = [int(found[1]) for found in _STEP.finditer(said)]
    begins = _STEP.match(said) is not None
    return begins and numbers == list(range(1, len(numbers) + 1))


def published_answer(
    question: Question, view: WindowView, text: str, axis: Axis | None
) -> AnswerContent | None:
    """Return what the `published` rule reads in a text: the first valid tag, wherever it stands."""
    if question.kind == "pattern":
        said: list[str] = _CLASS.findall(text)
        for word in said:
            try:
                return AnswerContent(kind="pattern", label=option_of_word(question, word).key)
            except AnswerError:
                continue
        return None
    flag = _ANOMALY.search(text) if question.kind == "anomaly" else None
    if flag is None:
        return None
    try:
        bare = flag[0] + "".join(_INDEX.findall(text))
        return kind_of(question).parse(question, view, bare, axis)
    except AnswerError:
        return None


def has_valid_tag(question: Question, text: str) -> bool:
    """Say whether a text fulfils the `published` rule."""
    if question.kind == "pattern":
        words: list[str] = _CLASS.findall(text)
        return any(_is_option(question, word) for word in words)
    return question.kind == "anomaly" and _ANOMALY.search(text) is not None


def extension_of(text: str) -> str:
    """Return what stands in the extension tag, empty without one."""
    found = _EXTENSION.search(text)
    return found[1].strip() if found else ""


def _is_option(question: Question, word: str) -> bool:
    try:
        option_of_word(question, word)
    except AnswerError:
        return False
    return True
