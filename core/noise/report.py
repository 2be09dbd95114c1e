"""noise.json of a training run: what its labels said, what the student thinks, what is suspected.

Only labelled windows outside gold are in it, by item id; places and names of series are not.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from core.errors import DataError
from core.model import Frozen

FILE = "noise.json"

Outcome = Literal["learned", "forgotten", "not learned"]
"""Of a correction: the student says the same; it did during training; it never did."""


class ExampleNoise(Frozen):
    """One labelled window of a pattern question.

    Attributes:
        item_id: its item.
        split: whether it was trained on, or chose when to stop.
        said: the teacher's label; None where it said nothing.
        label: the label given: a person's, else the teacher's.
        learned: the label learned from; differs from `label` where it was relabelled.
        thinks: the trained student's label, by its class head.
        confidence: the student's probability of that label, in [0, 1].
        given_probability: the probability of `said` by a net that has not learned this window;
            None without a study, or where the teacher said nothing.
        margin: that net's lead of its likeliest option over the second; None without a study.
        suspected: confident learning takes the teacher's label to be wrong; never of a correction.
        correction: what became of a person's correction; None for a pseudo-label.
    """

    item_id: str
    split: Literal["train", "validation"]
    said: str | None
    label: str
    learned: str
    thinks: str
    confidence: float
    given_probability: float | None = None
    margin: float | None = None
    suspected: bool = False
    correction: Outcome | None = None


class ErrorCluster(Frozen):
    """One way in which the teacher is wrong again and again; see core/noise/clusters.py.

    Attributes:
        said: what the teacher says.
        true: what people say instead.
        corrected: item ids of the reviews that say so.
        confirmed: number of reviews that confirmed the teacher's label.
        suspected: item ids of unreviewed windows beside them, the nearest first.
        inherited: number of those where the student still says what the teacher said.
    """

    said: str
    true: str
    corrected: tuple[str, ...]
    confirmed: int
    suspected: tuple[str, ...]
    inherited: int


class QuestionNoise(Frozen):
    """All of one pattern question.

    Attributes:
        options: its option keys; rows and columns of `confusion`.
        n_corrections: windows that a person decided.
        n_suspected: pseudo-labels that are suspected.
        wrong_share: of the teacher's labels, by confident learning; None without a study.
        confusion: P(said | true), rows true; None without a study.
        reviews_random: the reviews look like a random draw; None without reviews or study.
        n_relabelled: pseudo-labels of training windows that were learned as another label.
        stopped_by: which validation windows chose when to stop.
    """

    question_id: str
    options: tuple[str, ...]
    n_corrections: int
    n_suspected: int
    n_relabelled: int
    wrong_share: float | None
    confusion: tuple[tuple[float, ...], ...] | None
    reviews_random: bool | None
    stopped_by: Literal["trusted labels", "held-out labels", "nothing"]
    clusters: tuple[ErrorCluster, ...]
    examples: tuple[ExampleNoise, ...]


class NoiseReport(Frozen):
    """What noise.json holds: one entry per pattern question that the student learned."""

    schema_version: Literal[1] = 1
    questions: tuple[QuestionNoise, ...] = Field(default=())

    def suspects(self) -> dict[str, float]:
        """Return how doubtful the label of each doubted item is, in [0, 1]; for a queue.

        Suspected by confident learning: 1 - the probability of what was said. Beside corrections
        that contradict the teacher: 1, the contradiction is a person's.
        """
        doubt: dict[str, float] = {}
        for question in self.questions:
            for one in question.examples:
                if one.suspected:
                    doubt[one.item_id] = 1 - (one.given_probability or 0.0)
            for cluster in question.clusters:
                doubt.update(dict.fromkeys(cluster.suspected, 1.0))
        return doubt


def read_report(folder: Path) -> NoiseReport | None:
    """Read noise.json of a run folder; None where the run has none.

    Raises:
        DataError: if the file is damaged or of another version.
    """
    path = folder / FILE
    if not path.exists():
        return None
    try:
        return NoiseReport.model_validate_json(path.read_text())
    except (ValidationError, ValueError) as error:
        raise DataError(
            f"{FILE} of the run {folder.name} cannot be read ({error}); it is damaged or of "
            "another version: train again to have one"
        ) from error
