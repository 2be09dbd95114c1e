"""What a reasoning student learns: examples as prompts and targets, with and without reasons.

Plain values, no torch: a page shows them before a training starts, and a training is given the
same ones. An answer is learned

* where a person decided on it: with the person's words, or with the teacher's where both agree;
* where nobody did: always, never, or only when the data contradict nothing that it says.

Pictures are drawn of the window's numbers, prompts come from the question's kind: no file name, no
title and no channel's name is in either.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.answers import AnswerContent, Span
from core.axis import Axis, axis_of
from core.errors import AnswerError
from core.grounding import ground, seen_on
from core.questions import kind_of
from core.questions.base import Question
from core.questions.pattern import option_order
from core.questions.prompts import form_of
from core.questions.tag_form import render_tags
from core.render_settings import STANDARD, RenderSettings
from core.series import WindowView
from core.shown import Form
from core.students.vlm_asking import Asked, ask
from training.examples import Source, Split, TrainingExample
from training.phrases import StoredPhrase

Unreviewed = Literal["grounded", "all", "none"]
"""Which answers that nobody reviewed are learned: those whose reasons stand the data, all, none."""
AGREES = 0.9
"""Score against a person's answer from which a teacher's reasons are reasons for that one too."""


@dataclass(frozen=True)
class Wanted:
    """How examples become prompts and targets.

    Attributes:
        rationale_share: share of the targets that give reasons, among examples that have some.
        unreviewed: which answers that nobody reviewed are learned.
        drop_contradicted: what the data contradict is left out of reasons.
        extension: a pattern's reasons end in what it may mean, where an answer says that.
        reasons: the form of targets with reasons.
        render: how windows are drawn.
        seed: of the order of options, and of which examples have a form of their own.
    """

    rationale_share: float = 0.5
    unreviewed: Unreviewed = "grounded"
    drop_contradicted: bool = True
    extension: bool = False
    reasons: Form = "reasons"
    render: RenderSettings = STANDARD
    seed: int = 1


@dataclass(frozen=True, eq=False)
class Row:
    """One prompt with the target that is learned after it.

    Attributes:
        example: where it comes from.
        form: how the answer is asked for.
        order: the keys of a pattern's options as they are listed.
        axis: what positions in the target mean.
    """

    question: Question
    example: TrainingExample
    form: Form
    target: str
    order: tuple[str, ...]
    render: RenderSettings

    @property
    def view(self) -> WindowView:
        """The window."""
        return self.example.view

    @property
    def source(self) -> Source:
        """Whether a person decided on it."""
        return self.example.source

    @property
    def asked(self) -> Asked:
        """What the student is shown; the picture is drawn anew each time."""
        return ask(self.question, self.view, self.form, self.render, self.order)


@dataclass(frozen=True)
class Rows:
    """All that is learned of one split, and what is not, by the reason why."""

    rows: tuple[Row, ...]
    left_out: Mapping[str, int]

    def counts(self) -> dict[str, int]:
        """Return how many rows there are by kind, form and source, for people."""
        found = Counter(f"{one.question.kind}, {one.form}, {one.source}" for one in self.rows)
        return dict(sorted(found.items()))


@dataclass(frozen=True)
class ExampleShown:
    """One row as a page shows it: what is masked is read, what is learned is written.

    Attributes:
        masked: the prompt; the picture before it is masked too.
        learned: the target; the loss counts it and the end of the answer alone.
    """

    picture: bytes
    masked: str
    learned: str
    form: Form
    source: Source
    item_id: str


def examples_shown(
    examples: Sequence[TrainingExample],
    questions: Sequence[Question],
    wanted: Wanted,
    n: int = 3,
    phrases: Sequence[StoredPhrase] = (),
) -> list[ExampleShown]:
    """Return the first rows that would be learned, of as many kinds and forms as there are."""
    rows = rows_of(examples, questions, wanted, phrases=phrases).rows
    seen: Counter[tuple[str, Form]] = Counter()
    ranked: list[tuple[int, int, Row]] = []
    for place, row in enumerate(rows):
        ranked.append((seen[row.question.kind, row.form], place, row))
        seen[row.question.kind, row.form] += 1
    chosen = [row for _, _, row in sorted(ranked, key=lambda one: one[:2])[:n]]
    return [
        ExampleShown(
            picture=row.asked.picture,
            masked=row.asked.prompt,
            learned=row.target,
            form=row.form,
            source=row.source,
            item_id=row.example.item_id,
        )
        for row in chosen
    ]


def rows_of(
    examples: Sequence[TrainingExample],
    questions: Sequence[Question],
    wanted: Wanted,
    split: Split = "train",
    phrases: Sequence[StoredPhrase] = (),
) -> Rows:
    """Return what is learned of the examples of a split, in an order that depends on the seed."""
    asked = {question.id: question for question in questions}
    said = _by_item(one for one in phrases if one.split == split)
    left_out: Counter[str] = Counter()
    bare: list[Row] = []
    reasoned: list[Row] = []
    for example in examples:
        if example.split != split or example.question_id not in asked or example.weight == 0:
            continue
        question = asked[example.question_id]
        content, why_not = _learned(question, example, wanted, said.get(example.item_id, ()))
        if content is None:
            left_out[why_not] += 1
            continue
        with_reasons = _row(question, example, content, wanted.reasons, wanted)
        alone = _row(question, example, content, "direct", wanted)
        if question.kind == "open" or with_reasons is None:
            bare += [alone] if alone is not None else []
            left_out["no words to learn"] += alone is None
            continue
        assert alone is not None  # what can be said with reasons can be said without
        bare.append(alone)
        reasoned.append(with_reasons)
    chosen = _mixed(bare, reasoned, wanted)
    random.Random(f"{wanted.seed} rows").shuffle(chosen)
    return Rows(tuple(chosen), {why: n for why, n in left_out.items() if n})


def _mixed(bare: Sequence[Row], reasoned: Sequence[Row], wanted: Wanted) -> list[Row]:
    """Choose so many rows of both forms that the wished share of them gives reasons.

    Examples without reasons are learned alone whatever the share is. Of the others, at a half each
    is learned in both forms; towards either end, fewer and fewer in the other form.
    """
    with_both = {id(row.example) for row in reasoned}
    lone = [row for row in bare if id(row.example) not in with_both]
    double = [row for row in bare if id(row.example) in with_both]
    share = wanted.rationale_share
    n_reasons = len(reasoned) * min(1.0, share / (1 - share) if share < 1 else 1.0)
    n_alone = len(double) * min(1.0, (1 - share) / share if share > 0 else 1.0)
    rng = random.Random(f"{wanted.seed} forms")
    return [
        *lone,
        *rng.sample(double, round(n_alone)),
        *rng.sample(list(reasoned), round(n_reasons)),
    ]


def _row(
    question: Question,
    example: TrainingExample,
    content: AnswerContent,
    form: Form,
    wanted: Wanted,
) -> Row | None:
    """Return the row of an example in one form; None when it has no reasons to give in it."""
    axis = axis_of(wanted.render, example.view)
    meaning = ""
    if wanted.extension and form == wanted.reasons and question.kind == "pattern":
        content, meaning = _meaning_apart(content, example.view, wanted.render)
        form = "extended" if meaning else form
    used = form_of(question.kind, form)
    try:
        target = render_tags(question, example.view, content, used, axis, meaning)
        # what cannot be read again would teach answers that nobody can read
        kind_of(question).parse(question, example.view, target, axis)
    except AnswerError:
        return None
    order = option_order(question, f"{wanted.seed} {example.item_id}") if question.options else ()
    return Row(question, example, used, target, order, wanted.render)


def _learned(
    question: Question,
    example: TrainingExample,
    wanted: Wanted,
    phrases: Sequence[StoredPhrase],
) -> tuple[AnswerContent | None, str]:
    """Return the answer to learn with its reasons, or why there is none."""
    content = example.content
    if example.source == "pseudo":
        if wanted.unreviewed == "none":
            return None, "nobody reviewed it"
        if wanted.unreviewed == "grounded" and _contradicted(content, example.view, wanted.render):
            return None, "nobody reviewed it, and the data contradict its reasons"
    elif not content.rationale and example.pseudo is not None:
        content = _with_reasons_of(question, content, example.pseudo)
    axis = axis_of(wanted.render, example.view)
    content = _as_people_left_it(content, phrases, axis)
    if wanted.drop_contradicted:
        content = _without_contradicted(content, example.view, wanted.render)
    return content, ""


def _with_reasons_of(
    question: Question, trusted: AnswerContent, pseudo: AnswerContent
) -> AnswerContent:
    """Return a person's answer with a teacher's reasons, where the teacher says the same.

    An event's reasons name its ends, so the events must be the same in number and nearly in place.
    """
    same_number = len(trusted.intervals) == len(pseudo.intervals)
    if not same_number or kind_of(question).score(pseudo, trusted) < AGREES:
        return trusted
    return trusted.model_copy(update={"rationale": pseudo.rationale})


def _contradicted(content: AnswerContent, view: WindowView, render: RenderSettings) -> bool:
    found = ground(content, view, **seen_on(render, view))
    return any(one.status == "contradicted" for one in found)


def _without_contradicted(
    content: AnswerContent, view: WindowView, render: RenderSettings
) -> AnswerContent:
    """Leave out the phrases that the data contradict, read on the axis that the student sees."""
    found = ground(content, view, **seen_on(render, view))
    kept = [
        span
        for span, one in zip(content.rationale, found, strict=True)
        if one.status != "contradicted"
    ]
    return content.model_copy(update={"rationale": tuple(kept)})


def _as_people_left_it(
    content: AnswerContent, phrases: Sequence[StoredPhrase], axis: Axis
) -> AnswerContent:
    """Return an answer with the phrases that people hold right in place of those held wrong.

    Words that people judged come first, in their order; an interval is named by its ends.
    """
    if not phrases:
        return content
    wrong = {one.text for one in phrases if one.verdict == "wrong"}
    right = [one for one in phrases if one.verdict == "right"]
    said = {one.text for one in right}
    kept = [span for span in content.rationale if span.text.strip() not in wrong | said]
    own = [Span(text=_with_place(one, axis) + " ") for one in right]
    return content.model_copy(update={"rationale": (*own, *kept)})


def _with_place(phrase: StoredPhrase, axis: Axis) -> str:
    """Return a phrase with the ends of its interval behind it, where it does not name them."""
    interval = phrase.interval
    if interval is None or not axis.start <= interval.start < interval.stop <= axis.stop:
        return phrase.text
    first, last = axis.to_wire(interval.start), axis.to_wire(interval.stop - 1)
    if str(first) in phrase.text and str(last) in phrase.text:
        return phrase.text
    return f"{phrase.text.rstrip('.;, ')} ({first} to {last})."


def _meaning_apart(
    content: AnswerContent, view: WindowView, render: RenderSettings
) -> tuple[AnswerContent, str]:
    """Cut the end of the reasons off that says nothing the data could confirm: what it may mean."""
    found = ground(content, view, **seen_on(render, view))
    cut = len(found)
    while cut > 1 and found[cut - 1].status is None:
        cut -= 1
    meaning = "".join(span.text for span in content.rationale[cut:]).strip()
    return content.model_copy(update={"rationale": content.rationale[:cut]}), meaning


def _by_item(phrases: Iterable[StoredPhrase]) -> dict[str, list[StoredPhrase]]:
    found: dict[str, list[StoredPhrase]] = {}
    for one in phrases:
        found.setdefault(one.item_id, []).append(one)
    return found
