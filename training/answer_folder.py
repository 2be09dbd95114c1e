"""Have the rules or a student look through a folder of files, without the app and its database.

    python -m training.answer --by rules ~/exports
    python -m training.answer --by ~/.understudy/runs/<job id>/model ~/exports --out ~/found

Every file below the folder is read as Upload would propose it, answer columns never as channels.
Each series is shown window by window (`core.whole_series`), and what is found is written as
findings.parquet and findings.csv, the table of the Findings page. The out folder (the given one's
name with "-findings", beside it) also holds

    answered.jsonl   one line per file: what was found in it, or why it could not be read

which is flushed after every file: started again, files that have not changed are not asked again,
but for those on which something broke. Stopped (Ctrl-C, SIGTERM), it writes both tables of what it
has. Links to files are read, links to folders are not followed.
Another author, or the same student trained anew, needs an out folder of its own.
"""

import logging
import os
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.errors import AppError, ConfigError, JobError
from core.findings import FindingRow, findings_table, write_findings
from core.model import Frozen
from core.questions.base import Question
from training import files
from training.answer_author import By, author_of
from training.answer_findings import Ask, findings_of, series_of
from training.eta import Clock
from training.locks import FileLock

log = logging.getLogger("training.answer")

ANSWERED = "answered.jsonl"


class FileLine(Frozen):
    """What came out of one file. It is asked again when size, change time or author differ.

    Attributes:
        why_not: why it could not be read or answered; empty when it was.
        broke: that was no foreseen error, so that the next start tries it again.
    """

    file: str
    size: int
    changed_ns: int
    by: str
    n_series: int = 0
    findings: tuple[FindingRow, ...] = ()
    why_not: str = ""
    broke: bool = False
    seconds: float = 0.0


def answer_folder(by: str, folder: Path, out: Path | None = None) -> str:
    """Answer all files below `folder`; returns the closing sentence.

    Args:
        by: "rules", or the folder of a trained student.
        folder: the files; a single file is fine too.
        out: where the findings go; beside the folder when None.

    Raises:
        ConfigError: when `by` or `folder` is not there, or the student answers no anomaly question.
        JobError: when the out folder holds what another author said, is in use or cannot be
            written, or the student cannot be loaded or breaks on every file.
        Interrupted: after a KeyboardInterrupt, with both tables written.
    """
    folder = Path(os.path.abspath(folder.expanduser()))
    if not folder.exists():
        raise ConfigError(
            f"'{folder}' is not there, so nothing can be read; give a folder of files, or one file"
        )
    out = folder.parent / f"{folder.name}-findings" if out is None else out.expanduser()
    who, load = author_of(by)
    with _writing(out):
        out.mkdir(parents=True, exist_ok=True)
        (out / ANSWERED).open("ab").close()
        lock = FileLock(out / "answer.lock")
    with lock:
        known = _known(out, who)
        todo = [path for path in _files(folder, out) if not _done(path, folder, known)]
        n_there = len(_files(folder, out))
        log.info("%s of %s files to look at, by the %s", len(todo), n_there, _key(who))
        try:
            _look_all(todo, folder, out, who, load)
        except KeyboardInterrupt:
            # what was found is of use before the rest is
            closing = _write(out, folder, _known(out, who))
            raise Interrupted(f"stopped, start it again to go on. So far {closing}") from None
        return _write(out, folder, _known(out, who))


class Interrupted(AppError):
    """Somebody stopped the command; what was found until then is written."""


def _look_all(
    todo: Sequence[Path],
    folder: Path,
    out: Path,
    who: By,
    load: Callable[[], list[tuple[Question, Ask]]],
) -> None:
    asks = _loaded(load, who) if todo else []
    clock = Clock()
    broke: list[FileLine] = []
    for place, path in enumerate(todo, start=1):
        line = _look(path, folder, who, asks)
        with _writing(out):
            files.append_lines(out / ANSWERED, [line.model_dump_json()])
        broke += [line] if line.broke else []
        left = clock.eta_s(place, len(todo))
        log.info(
            "%s/%s %s: %s%s",
            place,
            len(todo),
            line.file,
            line.why_not or f"{_n(len(line.findings), 'finding')} in {line.n_series} series",
            "" if left is None else f" (about {left:,.0f} s left)",
        )
    if broke and len(broke) == len(todo):
        raise JobError(
            f"the {who.name} broke on each of {_n(len(todo), 'file')}, first on "
            f"'{broke[0].file}' ({broke[0].why_not}); started again it tries them again"
        )


def _loaded(load: Callable[[], list[tuple[Question, Ask]]], who: By) -> list[tuple[Question, Ask]]:
    try:
        return load()
    except AppError:
        raise
    except Exception as error:
        raise JobError(
            f"the {who.name} cannot be loaded ({type(error).__name__}: {error}), so nothing was "
            "looked at; train it again, or restore its folder from a backup"
        ) from error


@contextmanager
def _writing(out: Path) -> Generator[None]:
    """Say in words that the out folder cannot be written."""
    try:
        yield
    except OSError as error:
        raise JobError(
            f"'{out}' cannot be written ({error.strerror or error}); make room or give another "
            "folder with --out. What was written before is kept"
        ) from error


def _n(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


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
    line = known.get(_named(path, folder))
    same = line is not None and (line.size, line.changed_ns) == _state(path)
    return same and line is not None and not line.broke


def _state(path: Path) -> tuple[int, int] | None:
    """Return size and change time; None when the file went away meanwhile."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns


def _look(path: Path, folder: Path, who: By, asks: Sequence[tuple[Question, Ask]]) -> FileLine:
    began, (size, changed_ns) = time.monotonic(), _state(path) or (0, 0)
    line = FileLine(file=_named(path, folder), size=size, changed_ns=changed_ns, by=_key(who))
    found: list[FindingRow] = []
    n_series = 0
    try:
        for name, data, info in series_of(path, line.file):
            n_series += 1
            found += findings_of(name, data, info, asks, who.name)
    except AppError as error:
        return line.model_copy(update={"why_not": str(error)})
    except Exception as error:
        # one odd file must not end a night's work; the log keeps the whole trace
        log.exception("%s", line.file)
        why = f"{type(error).__name__}: {error}"
        return line.model_copy(update={"why_not": why, "broke": True})
    seconds = round(time.monotonic() - began, 3)
    return line.model_copy(
        update={"n_series": n_series, "findings": tuple(found), "seconds": seconds}
    )


def _write(out: Path, folder: Path, known: dict[str, FileLine]) -> str:
    """Write the findings of the files that are there now; returns the closing sentence."""
    there = {_named(path, folder) for path in _files(folder, out)}
    lines = [known[name] for name in sorted(there & known.keys())]
    rows = [row for line in lines for row in line.findings]
    with _writing(out):
        parquet, _ = write_findings(out, findings_table(rows))
    failed, again = [line for line in lines if line.why_not], [line for line in lines if line.broke]
    without = f"; {_n(len(failed), 'file')} left out, {ANSWERED} says why" if failed else ""
    without += f" ({len(again):,} are tried again at the next start)" if again else ""
    n_series = sum(line.n_series for line in lines)
    n_files = sum(line.n_series > 0 for line in lines)
    return (
        f"{_n(len(rows), 'finding')} in {n_series:,} series of {_n(n_files, 'file')}: "
        f"{parquet} and findings.csv beside it{without}"
    )
