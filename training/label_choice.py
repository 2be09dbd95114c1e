"""Choose one of the several answers that an item got, by the composite reward.

Candidates are what the teachers of the batch said here and before. A label that people gave outside
gold counts as the truth; without one the candidates are measured by their agreement. A judge, when
the batch has one, is asked about each rationale first; what it cannot score is left out.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from core.answers import Answer, Author
from core.errors import AppError
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
from training.label_clients import Halting
from training.label_folder import LabelFolder
from training.label_records import ModelBatch
from training.label_rows import LONGEST_ROW, OF_ENDPOINT
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


class Judging:
    """The explanations of all candidates, to be judged one by one; several may wait at once.

    Attributes:
        scores: of the answers judged so far, by id; one that could not be judged has none.
    """

    def __init__(
        self, folder: LabelFolder, judge: ModelClient, found: Sequence[Candidates]
    ) -> None:
        self._folder, self._judge = folder, judge
        self._open = [(item.question, one) for item in reversed(found) for one in item.answers]
        self._total, self._failed_in_a_row = len(self._open), 0
        self.scores: dict[str, float] = {}

    @property
    def left(self) -> int:
        """How many explanations nobody has been asked about yet."""
        return len(self._open)

    @property
    def so_far(self) -> str:
        """How far it is, in words that follow others."""
        return f", {self._total - self.left:,} of {self._total:,} explanations judged"

    @property
    def counts(self) -> tuple[int, int]:
        """How many explanations got a score, of how many."""
        return len(self.scores), self._total

    async def one_more(self) -> str:
        """Have the next one judged; returns why to ask the judge nothing more, mostly empty."""
        question, answer = self._open.pop()
        try:
            pictures = tuple(map(self._folder.pictures.read, answer.calls[0].render_hashes))
            said = await self._judge.ask(judge_request(question, answer.raw_text, pictures))
            self._failed_in_a_row = 0
            self.scores[answer.id] = read_judgement(said.text).score
        except Halting:
            self._open.append((question, answer))
        except AskFailed as failed:
            self._failed_in_a_row += failed.problem in OF_ENDPOINT
            if failed.ends_batch or self._failed_in_a_row == LONGEST_ROW:
                self._open.append((question, answer))
                return f"the judge gives no scores: {failed}"
            log.warning("the judge did not score the answer %s: %s", answer.id, failed)
        except AppError as error:
            log.warning("the answer %s could not be judged: %s", answer.id, error)
        return ""


def choose(
    folder: LabelFolder,
    batch: ModelBatch,
    found: Sequence[Candidates],
    view: Callable[[RunAsk], WindowView],
    judged: Mapping[str, float],
    stop: StopFlag,
) -> None:
    """Choose for each item and write all selections at once.

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
                judged={one.id: judged[one.id] for one in item.answers if one.id in judged},
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
