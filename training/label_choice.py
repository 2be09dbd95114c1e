"""Choose one of the several answers that an item got, by the composite reward.

Candidates are what the teachers of the batch said here and before. A label that people gave outside
gold counts as the truth; without one the candidates are measured by their agreement. A judge, when
the batch has one, is asked about each rationale first; what it cannot score is left out.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from core.answers import Answer, Author
from core.errors import AnswerError
from core.grounding import UNKNOWN, grounding_share, seen_on
from core.questions.base import Question
from core.render_settings import STANDARD, RenderSettings
from core.selection import select
from core.selection_records import Selection
from core.selection_terms import axes_of
from core.series import WindowView
from core.teachers.exchange import AskFailed, ModelClient
from core.teachers.judge import judge_request, read_judgement
from training.door import StopFlag, Stopped
from training.label_folder import LabelFolder
from training.label_records import ModelBatch
from training.run_folder import RunAsk

log = logging.getLogger("training.labelling")


@dataclass(frozen=True)
class Candidates:
    """An item with the answers to choose from."""

    ask: RunAsk
    question: Question
    answers: tuple[Answer, ...]


def candidates(
    folder: LabelFolder, asks: Sequence[RunAsk], question: Callable[[RunAsk], Question]
) -> list[Candidates]:
    """Return the items with more than one answer, in the order of the asks."""
    by_item: defaultdict[str, list[Answer]] = defaultdict(list)
    for answer in [*folder.earlier(), *folder.run.answers()[0]]:
        by_item[answer.item_id].append(answer)
    return [
        Candidates(ask, question(ask), tuple(by_item[ask.item_id]))
        for ask in asks
        if len(by_item[ask.item_id]) > 1
    ]


async def choose(
    folder: LabelFolder,
    batch: ModelBatch,
    found: Sequence[Candidates],
    view: Callable[[RunAsk], WindowView],
    judge: ModelClient | None,
    stop: StopFlag,
) -> None:
    """Choose for each item and write all selections at once; a judge's answers are kept before.

    Raises:
        Stopped: when someone asked for it; the choice is made when the run goes on.
    """
    renders = {
        batch.author(one, item.question): one.render for item in found for one in batch.teachers
    }
    chosen: list[Selection] = []
    for item in found:
        if stop():
            raise Stopped("stopped while answers were chosen; what was answered is kept")
        seen = view(item.ask)
        judged = {} if judge is None else await _judged(item, folder, judge)
        render = _common(renders, item.answers)
        axis = UNKNOWN if render is None else seen_on(render, seen)
        chosen.append(
            select(
                item.question,
                seen,
                item.answers,
                truth=item.ask.trusted,
                weights=batch.weights,
                axes=axes_of(seen, render or STANDARD, item.ask.units),
                judged=judged,
                grounding=partial(grounding_share, **axis),
            )
        )
    folder.write_selections(chosen)


def _common(
    renders: Mapping[Author, RenderSettings], answers: Sequence[Answer]
) -> RenderSettings | None:
    """Return the settings of the pictures that all candidates were made from, if they agree."""
    found = {renders[one.author].digest: renders[one.author] for one in answers}
    return next(iter(found.values())) if len(found) == 1 else None


async def _judged(item: Candidates, folder: LabelFolder, judge: ModelClient) -> dict[str, float]:
    """Return the judge's score of each candidate that it could score."""
    scores = await asyncio.gather(
        *(_score(item.question, one, folder, judge) for one in item.answers)
    )
    return {
        answer.id: score
        for answer, score in zip(item.answers, scores, strict=True)
        if score is not None
    }


async def _score(
    question: Question, answer: Answer, folder: LabelFolder, judge: ModelClient
) -> float | None:
    pictures = tuple(folder.pictures.read(one) for one in answer.calls[0].render_hashes)
    try:
        said = await judge.ask(judge_request(question, answer.raw_text, pictures))
        return read_judgement(said.text).score
    except (AskFailed, AnswerError) as error:
        log.warning("the judge did not score the answer %s: %s", answer.id, error)
        return None
