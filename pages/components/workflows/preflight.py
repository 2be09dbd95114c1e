"""Everything that speaks against a training, found before it starts, each with what to do.

No Streamlit.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.answers import QuestionKind
from core.errors import ConfigError
from core.questions.base import LABEL_LEARNED
from pages.components.words import count
from pages.components.workflows import preflight_machine as machine
from pages.components.workflows.learning import LearningState, QuestionMaterial
from pages.components.workflows.preflight_machine import Finding
from storage import Store
from training import devices, snapshot
from training.material import GoldBook
from training.pace import Cost
from training.snapshot import apart_from_gold, damage

FEW_OF_A_CLASS = 5
"""Labelled windows of an option below which a student hardly learns it."""
NAMED = 4
"""So many classes are named; the others are counted."""
SAMPLE_BYTES = 8
CHECKED = (
    "Checked: enough labels of more than one class; no window that touches gold; near-copies of "
    "gold; disk; memory; cards and who holds them; the build of torch; packages; the settings; "
    "earlier snapshots."
)


@dataclass(frozen=True)
class Plan:
    """What is about to be trained, where that is known.

    Attributes:
        stages: the config class of each stage, whose own checks are asked, and what is set.
        cost: what earlier trainings took.
        groups: the near-copies of each series, by id (`training.splits.near_duplicates`).
        learns: kinds of questions whose answers its recipes learn.
    """

    stages: tuple[tuple[type[Any], Mapping[str, Any]], ...] = ()
    cost: Cost | None = None
    groups: Mapping[str, str] | None = None
    learns: frozenset[QuestionKind] = LABEL_LEARNED


NO_PLAN = Plan()


def preflight(
    store: Store, project_id: str, state: LearningState, plan: Plan = NO_PLAN
) -> list[Finding]:
    """Return all problems and remarks at once, the blocking ones first."""
    findings = [
        *_material(state, plan),
        *_left_out(
            snapshot.preflight(
                [one for one in state.left_out if one.kind not in plan.learns], [], plan.learns
            )
        ),
        *_classes(state),
        *_leakage(store, project_id, state, plan),
        *_gold(state),
        *_settings(plan),
        *_machine(store, project_id, state, plan),
        *_snapshots(store, project_id),
        *_queue(store, project_id),
    ]
    return sorted(findings, key=lambda finding: not finding.blocks)


def require(findings: list[Finding]) -> None:
    """Raise ConfigError with all blocking findings; nothing when there is none."""
    blocking = [finding.whole for finding in findings if finding.blocks]
    if blocking:
        raise ConfigError("Training cannot start yet. " + " ".join(blocking))


def _material(state: LearningState, plan: Plan) -> list[Finding]:
    asked = [material for material in state.questions if material.n_items]
    if not any(material.learnable for material in asked):
        return [
            Finding(
                "There is nothing to learn from: no window outside gold has an answer yet. "
                "Ask a teacher, or wait for its answers.",
                blocks=True,
            )
        ]
    labelled = [one for material in asked for one in material.learnable]
    missing = snapshot.preflight([material.question for material in asked], labelled, plan.learns)
    if len(missing) == len(asked):
        return [Finding(f"{_sentence(text)}.", blocks=True) for text in missing.values()]
    return _left_out(missing)


def _left_out(missing: Mapping[str, str]) -> list[Finding]:
    return [Finding(f"Left out of this run: {text}.") for text in missing.values()]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _classes(state: LearningState) -> list[Finding]:
    """Name the options and types of which there are hardly any labels."""
    return [found for material in state.questions for found in _rare(material)]


def _rare(material: QuestionMaterial) -> list[Finding]:
    question = material.question
    if question.kind == "pattern":
        names = {option.key: option.name for option in question.options}
        held = Counter(one.content.label for one in material.learnable)
    else:
        names = {one.id: one.name for one in question.types}
        held = Counter(
            type_id
            for one in material.learnable
            for type_id in {found.type_id for found in one.content.intervals}
        )
    rare = sorted((n, names[key]) for key, n in held.items() if key in names and n < FEW_OF_A_CLASS)
    if not rare:
        return []
    told = ", ".join(f"{name} ({n})" for n, name in rare[:NAMED])
    more = f" and {len(rare) - NAMED} more" if len(rare) > NAMED else ""
    return [
        Finding(
            f"“{question.name}” has hardly any labels of {told}{more}.",
            fix="A student rarely learns those: review or ask about more of them.",
        )
    ]


def _leakage(store: Store, project_id: str, state: LearningState, plan: Plan) -> list[Finding]:
    """Look for windows that touch gold, and for near-copies of gold among the others."""
    gold = GoldBook(store.gold.ranges(project_id))
    labelled = [one for material in state.questions for one in material.learnable]
    touching = [
        one for one in labelled if gold.touches(one.item.series_id, one.item.start, one.item.stop)
    ]
    found: list[Finding] = []
    if touching:
        found.append(
            Finding(
                f"{count(len(touching), 'window')} to learn from share samples with gold, so the "
                "student would be tested on what it has seen.",
                blocks=True,
                fix="Load this page again; if it stays, gold was changed outside the app: restore "
                "a backup.",
            )
        )
    if plan.groups is None or touching:
        return found
    groups = dict(plan.groups)
    items = [item for item in store.items.list(project_id) if gold.reason(item) is not None]
    tested = [item for item in items if item.series_id in groups]
    known = [one for one in labelled if one.item.series_id in groups]
    copies = len(known) - len(apart_from_gold(known, tested, groups, gold))
    if copies:
        found.append(
            Finding(
                f"{count(copies, 'window')} lie in near-copies of gold series and are left out of "
                "learning, so that the test stays fair.",
                fix="Upload other series if too little is left.",
            )
        )
    return found


def _gold(state: LearningState) -> list[Finding]:
    if state.gold_reviews_missing == 0:
        return []
    return [
        Finding(
            "Training works without the missing reviews; nobody can tell then whether the student "
            "is better.",
            fix="Review brings them first.",
        )
    ]


def _settings(plan: Plan) -> list[Finding]:
    """Ask the recipe's config what it says of the values together."""
    found: list[Finding] = []
    for config, values in plan.stages:
        try:
            config(**values)
        except ConfigError as error:
            found.append(Finding(f"{_sentence(str(error))}.", blocks=True))
    return found


def _machine(store: Store, project_id: str, state: LearningState, plan: Plan) -> list[Finding]:
    samples = _sample_bytes(store, project_id, state)
    found = devices.devices()
    cpu = found[0]
    held = [holder.pid for one in found for holder in one.holders]
    return [
        *machine.packages(machine.missing_packages()),
        *machine.disk(machine.free_disk(store.home), samples),
        *machine.memory(cpu.free, cpu.total, samples, plan.cost),
        *machine.cards(
            found,
            machine.torch_version(),
            store.teachers.list(project_id),
            machine.listening_ports(held),
        ),
    ]


def _sample_bytes(store: Store, project_id: str, state: LearningState) -> int:
    """Return the bytes of the samples of all series that a snapshot would hold, with times."""
    used = {one.item.series_id for material in state.questions for one in material.learnable}
    used |= {reserved.series_id for reserved in store.gold.ranges(project_id)}
    return sum(
        row.n_samples * (row.n_channels + row.has_time) * SAMPLE_BYTES
        for row in store.series.list(project_id)
        if row.id in used
    )


def _snapshots(store: Store, project_id: str) -> list[Finding]:
    """Look at the newest snapshot: a run of equal content takes it as it lies there."""
    newest = max(
        store.snapshots.list(project_id), key=lambda one: (one.created_at, one.id), default=None
    )
    if newest is None or not (newest.folder / "manifest.json").exists():
        return []  # nothing is there that a run could take for whole
    problem = damage(newest.folder)
    if not problem:
        return []
    return [
        Finding(
            f"The newest snapshot is damaged ({problem}); a run that learns the same would take "
            "it and fail.",
            blocks=True,
            fix=f"Move its folder {newest.folder} away: it is made anew.",
        )
    ]


def _queue(store: Store, project_id: str) -> list[Finding]:
    live = [job for job in store.jobs.list(project_id) if job.live]
    labels = sum(job.kind == "label" for job in live)
    trains = sum(job.kind == "train" for job in live)
    found: list[Finding] = []
    if labels:
        found.append(
            Finding(
                "Answers are still coming in; a snapshot holds only those that are there.",
                fix="Wait for them, unless a first look is enough.",
            )
        )
    if trains:
        found.append(
            Finding("A training is in the queue already; the new one starts when it has ended.")
        )
    return found
