"""The worker's part of a bench: what the store knows, written into the run's folder.

With `worker.py` the composition root of the worker process: these two files know the store.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import core
from core.answers import GENERATOR, Author
from core.errors import JobError
from core.questions.base import Question
from storage import Store
from storage.gold_labels import counted_labels
from storage.rows import Job, author_key
from training import files
from training.bench_known import (
    Known,
    Place,
    known_from_imports,
    known_from_windows,
    method_keys,
    project_series,
    said_of_windows,
)
from training.bench_listing import with_cautions
from training.bench_records import BenchConfig, BenchFolder, BenchMethod, BenchSeries, Said
from training.requests import BenchRequest

DECISIVE = ("numpy", "scipy", "scikit-learn", "statsmodels", "torch")
"""Libraries whose version may change a figure."""


def prepare_bench(store: Store, job: Job) -> dict[str, Any]:
    """Write what a bench needs beside its config, which is returned."""
    request, project_id = BenchRequest.read(job.params), job.project_id
    there = bench_methods(store, project_id, job.folder)
    unknown = [key for key in request.methods if key not in there]
    if unknown:
        raise JobError(
            f"{', '.join(unknown)} cannot be measured any more (retired, or taken out of this "
            "version); start the bench again without them"
        )
    methods = [there[key] for key in dict.fromkeys(request.methods)]
    bench = BenchFolder(job.folder)
    asked = {method.question_id for method in methods if method.question_id}
    dumped = [store.questions.get(one).model_dump(mode="json") for one in sorted(asked)]
    files.write_json(job.folder / "questions.json", dumped)
    if request.truth != "folder":
        series = bench_series(store, project_id, request, job.folder)
        if not series:
            raise JobError(
                "nothing of this project is known to be true in the chosen way, so nothing can be "
                "measured on it; review some windows, or choose another truth"
            )
        names = {one.series_id: one.key for one in series}
        bench.write_said(_said(store, project_id, methods, names))
        bench.write_series(with_cautions(job.folder, methods, series))
    config = BenchConfig(
        truth=request.truth,
        dataset=job.title,
        folder=request.folder,
        inside=request.inside,
        declared_by=request.declared_by,
        methods=tuple(methods),
        window=request.window,
        overlap=request.overlap,
        versions={"code": code_hash(), **{name: metadata.version(name) for name in DECISIVE}},
    )
    return config.model_dump(mode="json", exclude={"kind", "job_id"})


def code_hash() -> str:
    """Return a short hash of the programs that decide over a figure: two equal ones agree."""
    digest = hashlib.sha256()
    for path in sorted(Path(core.__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def bench_methods(store: Store, project_id: str, path: Path) -> dict[str, BenchMethod]:
    """Return by key everything that can be measured; `path` is the run folder."""
    from core.detectors import DETECTORS

    found = [
        BenchMethod(key=f"detector:{key}", kind="detector", name=make().name)
        for key, make in DETECTORS.items()
    ]
    found.append(BenchMethod(key="chooser", kind="chooser", name="Suggested detector"))
    questions = _anomaly_questions(store, project_id)
    for question in questions[:1]:
        rules = BenchMethod(
            key="rules", kind="rules", name="Built-in rules", question_id=question.id
        )
        found.append(rules)
    for version in store.versions.list(project_id):
        snapshot = store.snapshots.get(project_id, version.snapshot_hash)
        learned = [
            question
            for question_id in snapshot.summary["questions"]
            if question_id not in snapshot.summary.get("left_out", {})
            for question in [store.questions.get(question_id)]
            if question.kind == "anomaly"
        ]
        if version.state != "retired" and learned:
            found.append(
                BenchMethod(
                    key=f"student:{version.id}",
                    kind="student",
                    name=f"Student v{version.number}",
                    version=version.author_version,
                    folder=os.path.relpath(version.folder, path),
                    snapshot=os.path.relpath(snapshot.folder, path),
                    question_id=learned[0].id,
                )
            )
    for author in _answering(store, project_id, questions):
        name = "built-in rules" if author.kind == "rules" else f"{author.kind} {author.name}"
        found.append(
            BenchMethod(
                key=f"answers:{author_key(author)}",
                kind="answers",
                name=f"Stored answers of {name}",
                version=author.version,
            )
        )
    return {method.key: method for method in found}


def bench_series(
    store: Store, project_id: str, request: BenchRequest, path: Path
) -> list[BenchSeries]:
    """Return the project's series of which something is true in the way that was asked for."""
    rows = store.series.list(project_id)
    if request.truth == "imported":
        longer = store.series.lengths(project_id)
        lengths = {
            (row.id, number): n
            for row in rows
            for number, n in enumerate(longer.get(row.id, (row.n_samples,)), start=1)
        }
        known = known_from_imports(store.imports.list(project_id), request.annotator, lengths)
    else:
        known = _known_of_items(store, project_id, generated=request.truth == "generated")
    gold = {reserved.series_id for reserved in store.gold.ranges(project_id)}
    places = [
        Place(
            series_id=row.id,
            name=row.info.name,
            content_hash=row.content_hash,
            n_samples=row.n_samples,
            blob=store.series.blob_path(row.content_hash),
            channels=row.info.channel_names,
            units=row.info.channel_units,
            zone=row.info.zone,
            zone_known=row.info.zone_known,
            gold=row.id in gold,
        )
        for row in rows
    ]
    return project_series(path, places, known)


def _known_of_items(store: Store, project_id: str, *, generated: bool) -> dict[str, Known]:
    questions = _anomaly_questions(store, project_id)
    items = [item for one in questions for item in store.items.list(project_id, one.id)]
    if generated:
        made = store.answers.latest(project_id, None, GENERATOR)
        return known_from_windows(items, {key: answer.content for key, answer in made.items()})
    labels = counted_labels(store, project_id)
    decided = {item_id: one for item_id, one in labels.items() if one.content is not None}
    versions = {one.author_version: one.id for one in store.versions.list(project_id)}
    shown: dict[str, list[str]] = {}
    for item_id, answers in store.answers.for_items(project_id, list(decided)).items():
        seen = set(decided[item_id].event.answer_ids)
        shown[item_id] = [
            key for one in answers if one.id in seen for key in method_keys(one.author, versions)
        ]
    contents = {item_id: one.content for item_id, one in decided.items() if one.content}
    return known_from_windows(items, contents, shown)


def _said(
    store: Store, project_id: str, methods: Sequence[BenchMethod], names: Mapping[str, str]
) -> list[Said]:
    wanted = {method.key for method in methods if method.kind == "answers"}
    found: list[Said] = []
    questions = _anomaly_questions(store, project_id) if wanted else []
    items = [item for one in questions for item in store.items.list(project_id, one.id)]
    for author in _answering(store, project_id, questions):
        if (key := f"answers:{author_key(author)}") in wanted:
            latest = store.answers.latest(project_id, None, author)
            contents = {k: (one.content, one.seconds or 0.0) for k, one in latest.items()}
            found += said_of_windows(key, items, contents, names)
    return found


def _answering(store: Store, project_id: str, questions: Sequence[Question]) -> list[Author]:
    """Return the teachers whose answers to these questions are stored."""
    found: dict[str, Author] = {}
    for question in questions:
        for kind in ("teacher", "rules"):
            for answer in store.answers.latest(project_id, question.id, kind).values():
                found.setdefault(author_key(answer.author), answer.author)
    return list(found.values())


def _anomaly_questions(store: Store, project_id: str) -> list[Question]:
    return [one for one in store.questions.current(project_id) if one.kind == "anomaly"]
