"""The comparison of a student with its teacher and the baselines on gold: plain values, as JSON.

`core.evaluate` computes these; pages and the worker read them. Shares are 0 to 1, intervals hold
95 %. Whether two authors differ is only ever said from the paired difference over the items both
answered:

better, worse   the interval of the difference lies on one side of 0, on at least `MIN_GOLD` items,
                at least `MIN_DIFFERING` of which the two do not answer alike (below that even a
                clean sweep has a chance above 5 % by a sign test)
cannot tell     anything else
"""

from datetime import datetime
from typing import Literal, Self

from pydantic import ValidationError

from core.answers import QuestionKind
from core.errors import StoreError
from core.evaluation_parts import GoldCalibration, Inherited, Slice
from core.evaluation_parts import Role as Role
from core.metrics import Confusion, Difference, Estimate
from core.metrics.luck import Luck
from core.model import Frozen

MIN_GOLD = 10
MIN_DIFFERING = 6

Verdict = Literal["better", "worse", "cannot tell"]
EVALUATION_VERSION = 5
HEADLINES: dict[QuestionKind, str] = {
    "pattern": "accuracy",
    "anomaly": "interval_f1",
    "change_point": "change_f1",
}
"""The figure that a verdict is about, by the kinds that gold measures."""


class ClassRow(Frozen):
    """How often one true class was got right: an option (pattern) or a type of event (anomaly).

    Attributes:
        share: `right / total` with its 95 % interval; empty in comparisons of older versions.
        luck: the share a random answer would get right; None in comparisons of older versions.
    """

    key: str
    right: int
    total: int
    share: Estimate = Estimate()
    luck: float | None = None


class AuthorResult(Frozen):
    """How one author did on gold.

    Attributes:
        n: gold items it answered; all figures are over these.
        missing: gold items it did not answer.
        figures: `accuracy` (pattern), or `interval_f1`, `event_recall`, `event_precision`,
            `false_alarms` (per 1,000 samples), `mean_overlap`, `item_score` (anomaly), or
            `change_f1`, `change_recall`, `change_precision` (within the margin of
            `core.metrics.change_points`), `cause_accuracy` (of matched points whose truth has a
            cause), `false_alarms`, `item_score` (change point).
        luck: what a random and a majority answer would get on the same items, by figure (see
            `core.metrics.luck`); empty in comparisons of older versions.
        confusion: over options, or over whole windows: "anomaly" and "no anomaly", "change" and
            "no change".
    """

    role: Role
    label: str
    n: int
    missing: int
    figures: dict[str, Estimate]
    luck: dict[str, Luck] = {}
    by_class: tuple[ClassRow, ...]
    confusion: Confusion


class Comparison(Frozen):
    """The student against one other author.

    Attributes:
        against: the other author's role, `label` what people call it.
        figure: the figure the verdict is about: one of `HEADLINES`.
        difference: student minus the other; None when too few items were answered by both.
        differences: the same for every figure.
        fixed: ids of items on which the student's item score is higher by at least 0.1, the
            largest gain first. The item score of a pattern is right or wrong.
        broken: the same where it is lower.
    """

    against: Role
    label: str
    figure: str
    verdict: Verdict
    sentence: str
    difference: Difference | None
    differences: dict[str, Difference]
    fixed: tuple[str, ...]
    broken: tuple[str, ...]


class ClaimCounts(Frozen):
    """How the claims of rationales fared against the data."""

    confirmed: int = 0
    contradicted: int = 0
    not_checkable: int = 0

    @property
    def total(self) -> int:
        """Number of claims."""
        return self.confirmed + self.contradicted + self.not_checkable

    @property
    def share(self) -> float | None:
        """Confirmed among the checkable ones; None when nothing could be checked."""
        checkable = self.confirmed + self.contradicted
        return self.confirmed / checkable if checkable else None


class RationaleResult(Frozen):
    """Claims of an author's rationales on gold, beside the same claims on another item's data.

    `difference` is that of `ClaimCounts.share`; None when one of the two has nothing checkable.
    `no_better` is True unless the difference is clearly above 0.
    """

    role: Role
    label: str
    own: ClaimCounts
    other: ClaimCounts
    difference: Difference | None
    no_better: bool
    sentence: str


class QuestionEvaluation(Frozen):
    """The comparison on one question.

    Attributes:
        n_gold: gold items with a truth.
        n_series: series that these come from; 0 in comparisons of older versions.
        n_missing: how many more are needed before anything is ranked; 0 when there are enough.
        caution: why the test is weaker than it looks, empty when it is not.
        verdict: one sentence: against the teacher, or what is missing.
        outcome: the verdict in a word, None when nothing is ranked.
        slices: the same by class, source, noise and window length; empty in older comparisons.
        calibrations: of student and teacher, as far as they give confidences; the same.
        inherited: errors that the student shares with the teacher; None without any, or in older
            comparisons.
    """

    question_id: str
    kind: QuestionKind
    name: str
    n_gold: int
    n_missing: int
    n_series: int = 0
    caution: str
    verdict: str
    outcome: Verdict | None
    authors: tuple[AuthorResult, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    rationales: tuple[RationaleResult, ...] = ()
    slices: tuple[Slice, ...] = ()
    calibrations: tuple[GoldCalibration, ...] = ()
    inherited: Inherited | None = None

    def author(self, role: Role) -> AuthorResult | None:
        """Return the first author of a role, None when there is none."""
        return next((author for author in self.authors if author.role == role), None)

    def against(self, role: Role) -> Comparison | None:
        """Return the student's comparison with the first author of a role."""
        return next((one for one in self.comparisons if one.against == role), None)


class Measured(Frozen):
    """What the same version was found to be, on gold some of which says something else by now.

    `gold_changed` counts its gold items whose label was another one when it was measured again.
    """

    at: datetime | None
    verdict: str
    gold_changed: int


class Evaluation(Frozen):
    """Everything a version's comparison says, one part per question.

    Attributes:
        measured_at: when; None in comparisons of older versions.
        gold: digests of the truths it was measured on, by item id (`core.lineage.digests`); None
            in comparisons of older versions.
        before: the comparison that this one replaced because gold labels had changed; None when
            none did.
    """

    version: int = EVALUATION_VERSION
    questions: tuple[QuestionEvaluation, ...]
    measured_at: datetime | None = None
    gold: dict[str, str] | None = None
    before: Measured | None = None

    @property
    def verdict(self) -> str:
        """The verdicts of all questions, each after its question's name if there are several."""
        if len(self.questions) == 1:
            return self.questions[0].verdict
        return " ".join(f"{one.name}: {one.verdict}" for one in self.questions)

    def to_json(self) -> str:
        """Return the canonical JSON text."""
        return self.model_dump_json()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote; raises StoreError."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise StoreError(
                "the stored evaluation cannot be read by this version of the app "
                f"({error.error_count()} fields do not fit); evaluate the model version again"
            ) from error
