"""What more corrections would bring, per question: measured in slices, kept by what it is made of.

No Streamlit. Gold never comes near: what is learned and what is held back are people's decisions on
windows outside gold, without those made in bulk.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from threading import RLock

from core.advisor.forecast import Curve, Gain, forecast, round_more, too_few, untold
from core.advisor.measuring import Measuring, Reviewed
from core.lineage import digest
from core.model import Frozen
from core.questions.base import Question
from core.series import SeriesData, WindowView, view_window
from pages.components.workflows.learning import LearningState, QuestionMaterial
from pages.components.workflows.running import Run, read_run, runs, settings_of
from storage import Store
from storage.rows import StoredSeries
from training.pace import Cost, PastRun, expected_cost

ADVISOR_VERSION = 1
"""Part of what a stored forecast is made of: another way of measuring makes it anew."""
SETTING = "advisor:"
PAST_RUNS = 3
STUDY_NETS = 2
"""Nets that a study trains, each on half of the windows."""
DataOf = Callable[[StoredSeries], SeriesData]


class Point(Frozen):
    """A measured point of the curve: the mean score after so many corrections."""

    n: float
    score: float


class Forecast(Frozen):
    """What was found for one question; `stamp` says of which corrections."""

    stamp: str
    n: int
    points: tuple[Point, ...]
    overall: Gain
    types: dict[str, Gain]


class AdvisorMemo:
    """Measurements at work, by question; sessions may share one: it guards itself."""

    def __init__(self) -> None:
        self.lock = RLock()
        self._at_work: dict[str, tuple[str, Measuring]] = {}

    def measuring(self, question_id: str, stamp: str, make: Callable[[], Measuring]) -> Measuring:
        """Return the measurement of a question at work, begun anew when its stamp differs."""
        before = self._at_work.get(question_id)
        if before is None or before[0] != stamp:
            before = (stamp, make())
            self._at_work[question_id] = before
        return before[1]

    def forget(self, question_id: str) -> None:
        """Let go of a measurement that is done: its windows take memory."""
        self._at_work.pop(question_id, None)


class Advice(Frozen):
    """One question's forecast, or how much of it is measured."""

    name: str
    forecast: Forecast | None
    fraction: float = 1.0


def advise(
    store: Store,
    project_id: str,
    state: LearningState,
    memo: AdvisorMemo,
    data_of: DataOf,
    within_s: float,
) -> list[Advice]:
    """Return what is known per question; what is not is measured for some seconds in all."""
    found: list[Advice] = []
    with memo.lock:
        for material in state.questions:
            reviewed = trusted(store, project_id, material, data_of)
            if not reviewed:
                continue
            question, stamp = material.question, stamp_of(material.question, reviewed)
            n = len(reviewed)
            if why := too_few(n, n, len({one.group for one in reviewed})):
                nothing = untold(round_more(n), n, why)
                found.append(
                    Advice(
                        name=question.name,
                        forecast=Forecast(stamp=stamp, n=n, points=(), overall=nothing, types={}),
                    )
                )
                continue
            kept = stored(store, project_id, question.id, stamp)
            if kept is not None:
                found.append(Advice(name=question.name, forecast=kept))
                continue
            measuring = memo.measuring(question.id, stamp, partial(Measuring, question, reviewed))
            if not measuring.advance(within_s):
                found.append(Advice(name=question.name, forecast=None, fraction=measuring.fraction))
                within_s = 0.0  # one question after the other: the page waits no longer for two
                continue
            kept = forecast_of(measuring, stamp)
            store.settings.set(project_id, f"{SETTING}{question.id}", kept.model_dump(mode="json"))
            memo.forget(question.id)
            found.append(Advice(name=question.name, forecast=kept))
    return found


def trusted(
    store: Store, project_id: str, material: QuestionMaterial, data_of: DataOf
) -> list[Reviewed]:
    """Return people's own decisions among what can be learned: outside gold, and none in bulk."""
    labels = store.corrections.current(project_id)
    rows = {row.id: row for row in store.series.list(project_id)}
    return [
        Reviewed(
            item_id=one.item.id,
            group=one.item.series_id,
            content=one.content,
            read=partial(_view, rows[one.item.series_id], one.item.start, one.item.stop, data_of),
        )
        for one in material.learnable
        if one.source == "correction"
        and labels[one.item.id].event.how != "bulk"
        and one.item.series_id in rows
    ]


def _view(row: StoredSeries, start: int, stop: int, data_of: DataOf) -> WindowView:
    return view_window(data_of(row), start, stop)


def stamp_of(question: Question, reviewed: Sequence[Reviewed]) -> str:
    """Hash all that a forecast is made of: which windows, and what people say of them."""
    made = hashlib.sha256(f"{ADVISOR_VERSION}:{question.id}".encode())
    for one in sorted(reviewed, key=lambda one: one.item_id):
        made.update(f"{one.item_id}:{digest(one.content)}".encode())
    return made.hexdigest()[:24]


def stored(store: Store, project_id: str, question_id: str, stamp: str) -> Forecast | None:
    """Return the forecast that was kept, when it is of the same corrections; else None."""
    body = store.settings.get(project_id, f"{SETTING}{question_id}", {})
    # the stamp before the rest: another version may have kept other fields
    return Forecast.model_validate(body) if body.get("stamp") == stamp else None


def forecast_of(measuring: Measuring, stamp: str) -> Forecast:
    """Carry a finished measurement on, overall and by type."""
    curve: Curve = measuring.curve
    more = round_more(curve.n)
    return Forecast(
        stamp=stamp,
        n=curve.n,
        points=tuple(
            Point(n=float(n), score=float(score))
            for n, score in zip(curve.sizes, curve.means, strict=True)
        ),
        overall=forecast(curve, more),
        types={
            name: forecast(curve.of(members), more, of_type=True)
            for name, members in measuring.types().items()
        },
    )


def training_cost(
    store: Store, project_id: str, steps: int, recipe: str = "pseudo_label", base: str = ""
) -> Cost | None:
    """Return what a training of so many steps takes here, from the latest that came to their end.

    Only those of the same recipe count that began with the same model. None without one; a damaged
    folder tells nothing.
    """
    done = [
        run
        for run in runs(store, project_id, whole=False)
        if run.state == "done" and _alike(run, recipe, base)
    ]
    past = [_past(read_run(run.job)) for run in done[:PAST_RUNS] if not run.damaged]
    return expected_cost([one for one in past if one is not None], steps)


def _alike(run: Run, recipe: str, base: str) -> bool:
    params = run.job.params
    began = settings_of(run).get("base", "")
    return params.get("recipe", "pseudo_label") == recipe and str(began) == base


def planned_steps(values: Mapping[str, object]) -> int:
    """Return the steps of a training with these settings, those of a study before it included."""
    steps, study_steps = values.get("steps"), values.get("study_steps")
    found = steps if isinstance(steps, int) else 0
    if values.get("study") and isinstance(study_steps, int):
        found += STUDY_NETS * study_steps
    return found


def _past(run: Run) -> PastRun | None:
    began, ended, metrics = run.job.started_at, run.job.ended_at, run.student_metrics
    if began is None or ended is None or not metrics:
        return None
    return PastRun((ended - began).total_seconds(), int(metrics[-1]["step"]), run.pace)
