"""Have the rules or a student look through a folder of files, without the app and its database.

    python -m training.answer --by rules ~/exports
    python -m training.answer --by ~/.understudy/runs/<job id>/model ~/exports --out ~/found

Every file below the folder is read as Upload would propose it, answer columns never as channels.
Each series is shown window by window (`core.whole_series`), and what is found is written as
findings.parquet and findings.csv, the table of the Findings page. The out folder (the given one's
name with "-findings", beside it) also holds

    answered.jsonl   one line per file: what was found in it, or why it could not be read

which is flushed after every file: started again, files that have not changed are not asked again.
Another author, or the same student trained anew, needs an out folder of its own.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pydantic import Field

from core.answers import AnswerContent, FoundInterval
from core.errors import AppError, ConfigError, JobError
from core.findings import FindingRow, findings_table, write_findings
from core.model import Frozen
from core.questions.base import Question
from core.series import TICKS_PER_SECOND, SeriesData, SeriesInfo, WindowView
from training import files
from training.eta import Clock
from training.locks import FileLock

log = logging.getLogger("training.answer")

ANSWERED = "answered.jsonl"
RULES = "rules"

Ask = Callable[[WindowView], AnswerContent]


class FileLine(Frozen):
    """What came out of one file. It is asked again when size, change time or author differ."""

    file: str
    size: int
    changed_ns: int
    by: str
    n_series: int = 0
    findings: tuple[FindingRow, ...] = ()
    why_not: str = ""
    seconds: float = 0.0


class By(Frozen):
    """Who looks: `version` tells apart what two states of it say."""

    name: str
    version: str
    questions: tuple[Question, ...] = Field(min_length=1)


def answer_folder(by: str, folder: Path, out: Path | None = None) -> str:
    """Answer all files below `folder`; returns the closing sentence.

    Args:
        by: "rules", or the folder of a trained student.
        folder: the files; a single file is fine too.
        out: where the findings go; beside the folder when None.

    Raises:
        ConfigError: when `by` or `folder` is not there, or the student answers no anomaly question.
        JobError: when the out folder holds what another author said, or is in use.
    """
    folder = folder.expanduser()
    if not folder.exists():
        raise ConfigError(
            f"'{folder}' is not there, so nothing can be read; give a folder of files, or one file"
        )
    out = folder.with_name(f"{folder.resolve().name}-findings") if out is None else out.expanduser()
    who, load = _author(by)
    with FileLock(out / "answer.lock"):
        known = _known(out, who)
        there = _files(folder, out)
        todo = [path for path in there if not _done(path, folder, known)]
        log.info("%s of %s files to look at, by the %s", len(todo), len(there), _key(who))
        asks = load() if todo else []
        clock = Clock()
        for place, path in enumerate(todo, start=1):
            line = _look(path, folder, who, asks)
            files.append_lines(out / ANSWERED, [line.model_dump_json()])
            left = clock.eta_s(place, len(todo))
            log.info(
                "%s/%s %s: %s%s",
                place,
                len(todo),
                line.file,
                line.why_not or f"{len(line.findings)} findings in {line.n_series} series",
                "" if left is None else f" (about {left:,.0f} s left)",
            )
        return _write(out, folder, _known(out, who))


def _author(by: str) -> tuple[By, Callable[[], list[tuple[Question, Ask]]]]:
    """Return who looks, and what loads it."""
    if by == RULES:
        from core.questions.defaults import default_anomaly_question
        from core.teachers import TEACHERS

        author = TEACHERS[RULES]().author
        who = By(name=RULES, version=author.version, questions=(default_anomaly_question(),))
        return who, lambda: [(question, _rules(question)) for question in who.questions]
    model = Path(by).expanduser()
    if not (model / "config.json").is_file():
        raise ConfigError(
            f"'{by}' is neither 'rules' nor the folder of a trained student (it holds no "
            "config.json); give the folder `model` of a training run"
        )
    read = files.read_json(model / "config.json").get("questions", [])
    asked = [one for one in map(Question.model_validate, read) if one.kind == "anomaly"]
    if not asked:
        raise ConfigError(
            f"the student in '{by}' was not trained on an anomaly question, so it finds no events; "
            "train one on anomalies, or let the rules look"
        )
    who = By(name="student", version=_digest(model), questions=tuple(asked))
    return who, lambda: _student(model, asked)


def _rules(question: Question) -> Ask:
    from core.questions import kind_of
    from core.teachers import TEACHERS
    from core.teachers.base import Ask as Shown

    teacher, kind = TEACHERS[RULES](), kind_of(question)
    return lambda view: (
        teacher.answer(Shown(question, view, kind.prompt(question, view, ()))).content
    )


def _student(model: Path, asked: Sequence[Question]) -> list[tuple[Question, Ask]]:
    from core.students import load_student

    student = load_student(model)

    def of(question: Question) -> Ask:
        return lambda view: student.answer(question, [view])[0]

    return [(question, of(question)) for question in asked]


def _digest(model: Path) -> str:
    """Return a hash of the model's files: the same student under another path is the same."""
    digest = hashlib.sha256()
    for path in sorted(one for one in model.rglob("*") if one.is_file()):
        digest.update(path.relative_to(model).as_posix().encode() + b"\0")
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _files(folder: Path, out: Path) -> list[Path]:
    """Return the files in order; hidden ones and the out folder are none of them."""
    if folder.is_file():
        return [folder]
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and out.resolve() not in path.resolve().parents
    ]


def _named(path: Path, folder: Path) -> str:
    return path.name if path == folder else path.relative_to(folder).as_posix()


def _known(out: Path, who: By) -> dict[str, FileLine]:
    """Return the newest line of each file; raises JobError when another author wrote them."""
    lines = [FileLine.model_validate_json(one) for one in files.read_lines(out / ANSWERED)[0]]
    others = {line.by for line in lines} - {_key(who)}
    if others:
        raise JobError(
            f"'{out}' holds what {' and '.join(sorted(others))} found; the findings of "
            f"{_key(who)} would be mixed with them. Give another folder with --out, or remove it"
        )
    return {line.file: line for line in lines}


def _key(who: By) -> str:
    return f"{who.name} {who.version[:12]}".strip()


def _done(path: Path, folder: Path, known: dict[str, FileLine]) -> bool:
    line, state = known.get(_named(path, folder)), path.stat()
    return line is not None and (line.size, line.changed_ns) == (state.st_size, state.st_mtime_ns)


def _look(path: Path, folder: Path, who: By, asks: Sequence[tuple[Question, Ask]]) -> FileLine:
    state, began = path.stat(), time.monotonic()
    line = FileLine(
        file=_named(path, folder),
        size=state.st_size,
        changed_ns=state.st_mtime_ns,
        by=_key(who),
    )
    found: list[FindingRow] = []
    n_series = 0
    try:
        for name, data, info in _series(path, line.file):
            n_series += 1
            for question, ask in asks:
                found += findings_of(name, data, info, question, ask, who.name)
    except AppError as error:
        return line.model_copy(update={"why_not": str(error)})
    except Exception as error:
        # one odd file must not end a night's work; the log keeps the whole trace
        log.exception("%s", line.file)
        return line.model_copy(update={"why_not": f"{type(error).__name__}: {error}"})
    seconds = round(time.monotonic() - began, 3)
    return line.model_copy(
        update={"n_series": n_series, "findings": tuple(found), "seconds": seconds}
    )


def _series(path: Path, name: str) -> Iterator[tuple[str, SeriesData, SeriesInfo]]:
    from core.ingest import build, expand, propose
    from core.labels import is_label_file

    for member in expand(path.name, path):
        if is_label_file(member.name, member.raw):
            continue
        built = build(member.raw, propose(member.name, member.raw).settings)
        for data, info in built.series:
            alone = len(built.series) == 1 and member.name == path.name
            yield name if alone else f"{name} · {info.name}", data, info


def findings_of(
    name: str, data: SeriesData, info: SeriesInfo, question: Question, ask: Ask, by: str
) -> list[FindingRow]:
    """Return what `ask` finds in a series, window by window, an event of two windows once."""
    from core.sensitivity import event_quantiles
    from core.whole_series import joined, windows_of

    types = {one.id: one.name for one in question.types}
    views = windows_of(data.values, data.seconds())
    contents = [ask(view) for view in views]
    events = joined([content.intervals for content in contents])
    quantiles = event_quantiles(
        [event.confidence for event in events],
        [event.stop - event.start for event in events],
        data.n_samples,
    )
    told = [
        (one, said, counts)
        for view, content in zip(views, contents, strict=True)
        for one, said, counts in _told(view, content)
    ]
    rows: list[FindingRow] = []
    for event, quantile in zip(events, quantiles, strict=True):
        parts = [part for part in told if _part_of(part[0], event)]
        _, said, counts = max(parts, key=lambda part: part[0].confidence or 0.0)
        channels = event.channels or range(data.n_channels)
        rows.append(
            FindingRow(
                series=name,
                start=event.start,
                stop=event.stop,
                said_by=(by,),
                first_us=_microseconds(data, event.start),
                last_us=_microseconds(data, event.stop - 1),
                channels=tuple(info.channel_names[channel] for channel in channels),
                type=types.get(event.type_id or "", ""),
                score=quantile,
                confirmed=counts["confirmed"],
                contradicted=counts["contradicted"],
                not_checkable=counts["not_checkable"],
                said=said,
            )
        )
    return rows


def _told(
    view: WindowView, content: AnswerContent
) -> Iterator[tuple[FoundInterval, str, dict[str, int]]]:
    """Yield each interval of an answer with its words and how its claims fared."""
    from core.rationale import check_answer, phrases

    checks = check_answer(content, view)
    said = phrases(content)
    for one in content.intervals:
        counts = {"confirmed": 0, "contradicted": 0, "not_checkable": 0}
        for span, check in zip(content.rationale, checks, strict=True):
            if span.interval == one.number and check is not None:
                counts[check.status] += 1
        yield one, said.get(one.number, ""), counts


def _part_of(one: FoundInterval, event: FoundInterval) -> bool:
    on = not event.channels or set(one.channels) <= set(event.channels)
    same = one.type_id == event.type_id and on
    return same and event.start <= one.start and one.stop <= event.stop


def _microseconds(data: SeriesData, sample: int) -> int | None:
    if data.time is None:
        return None
    return int(data.time[sample]) * 1_000_000 // TICKS_PER_SECOND[data.unit]


def _write(out: Path, folder: Path, known: dict[str, FileLine]) -> str:
    """Write the findings of the files that are there now; returns the closing sentence."""
    there = {_named(path, folder) for path in _files(folder, out)}
    lines = [known[name] for name in sorted(there & known.keys())]
    rows = [row for line in lines for row in line.findings]
    parquet, _ = write_findings(out, findings_table(rows))
    failed = [line for line in lines if line.why_not]
    without = f"; {len(failed)} files could not be read, {ANSWERED} says why" if failed else ""
    n_series = sum(line.n_series for line in lines)
    n_files = sum(line.n_series > 0 for line in lines)
    return (
        f"{len(rows):,} findings in {n_series:,} series of {n_files:,} files: "
        f"{parquet} and findings.csv beside it{without}"
    )
