"""What a page asks of the worker: the parameters of a job, checked when made and when read.

A page enqueues them as plain JSON; the worker writes the run folder from them and the store:

    store.jobs.enqueue(project_id, "label", title, LabelRequest(...).params())
"""

from typing import Any, Literal, Self

from pydantic import Field, ValidationError

from core.errors import JobError
from core.model import Frozen
from training.label_records import ModelBatch


class Request(Frozen):
    """Base of the requests: to and from the parameters of a job."""

    def params(self) -> dict[str, Any]:
        """Return the request as a job keeps it."""
        return self.model_dump(mode="json")

    @classmethod
    def read(cls, params: object) -> Self:
        """Read the parameters of a job; raises JobError that names what is wrong."""
        try:
            return cls.model_validate(params)
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise JobError(
                f"the job's parameters are no {cls.__name__} ({wrong}); start it again from its "
                "page, with this version of the program"
            ) from error


class LabelRequest(Request):
    """Have a teacher answer items, in the given order.

    An item that the same version of the teacher has answered is not asked again.
    """

    teacher: str = ""
    """Key in `core.teachers.TEACHERS`; empty when models are asked."""
    item_ids: tuple[str, ...]
    models: ModelBatch | None = None
    """The models to ask, and how."""


class AnswerRequest(Request):
    """Have a trained student answer items, in the given order."""

    version_id: str
    """The model version."""
    item_ids: tuple[str, ...]


class TrainRequest(Request):
    """Train a student on pseudo-labels and corrections, and compare it on gold."""

    recipe: str = "pseudo_label"
    """Key in `training.recipes.RECIPES`."""
    question_ids: tuple[str, ...] = ()
    """The questions to learn; all current ones when empty."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """Fields of the recipe's config that differ from its defaults."""
    after: tuple[str, ...] = ()
    """Jobs that must end first (the batch whose answers are to be learned from)."""
    only_undisputed: bool = True
    """Leave out the windows on which people disagree, until somebody settles them."""
    also_from: tuple[str, ...] = ()
    """Versions of the student whose answers are learned too where no teacher answered."""
    preset: str = ""
    """Key in `training.presets.PRESETS` of the chain that it is a stage of; empty for none."""
    may_fetch: bool = False
    """The model to begin with may be fetched from the Hugging Face hub: somebody agreed to that."""


class BenchRequest(Request):
    """Measure methods on series whose events are known.

    `truth` says by whom: the labels of a folder, imported labels that a person declares to be true
    for this bench alone, windows that people decided on, or the generator of generated series.
    """

    truth: Literal["folder", "imported", "reviewed", "generated"]
    folder: str = ""
    """Absolute path of the folder, for its labels."""
    inside: str = ""
    """The folder that it lies in and that no link may lead out of; "" for `folder` itself."""
    annotator: str = ""
    """Whose imported labels are true, for these."""
    declared_by: str = ""
    """Who declared them to be; without a name imported labels are no truth."""
    methods: tuple[str, ...] = Field(min_length=1)
    """Keys as in `training.bench_records.BenchMethod`."""
    window: int = Field(default=4096, ge=1)
    overlap: int = Field(default=512, ge=0)
    """Samples of a window, and those shared with the next one, for methods that see windows."""


CHOSEN_DETECTOR = "chosen"
"""In a detector's place: on each series the one that `core.chooser` ranks first there."""


class ScreenRequest(Request):
    """Run a detector over whole series, in the given order."""

    method: str
    """Key in `core.detectors.DETECTORS`, or `CHOSEN_DETECTOR`."""
    series_ids: tuple[str, ...] = Field(min_length=1)
