"""A folder of files is answered without the app: what is found, said twice, and resumed."""

# pyright: basic
# (pyarrow ships no types, so strict mode would only count its unknowns)

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from pyarrow import csv
from pyarrow import parquet as pq

from core.answers import AnswerContent, FoundInterval
from core.errors import ConfigError, JobError
from core.findings import FindingRow
from core.questions.base import Question
from core.questions.defaults import default_anomaly_question, default_pattern_question
from core.series import SeriesData, SeriesInfo, WindowView
from core.students.base import Labelled
from core.students.features import FeatureStudent
from core.students.majority import MajorityStudent
from core.teachers import rules
from training.answer_findings import findings_of
from training.answer_folder import FileLine, answer_folder
from training.files import read_lines

ROOT = Path(__file__).resolve().parents[2]


def write(path: Path, spike: int | None, n: int = 600, seed: int = 0) -> None:
    """Write a file of noise with times, with one spike of 30 standard deviations or none."""
    values = np.random.default_rng(seed).normal(size=n)
    if spike is not None:
        values[spike] += 30
    moments = np.datetime64("2024-03-01T00:00:00") + np.arange(n).astype("timedelta64[m]")
    rows = [f"{moment},{value:.6f}" for moment, value in zip(moments, values, strict=True)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("time,pressure\n" + "\n".join(rows) + "\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "pumps"
    write(home / "calm.csv", None)
    write(home / "north" / "spiky.csv", 300, seed=1)
    (home / "letter.pdf").write_bytes(b"%PDF-1.7 no series")
    (home / "labels.json").write_text(json.dumps({"calm.csv": []}))
    return home


def lines_of(out: Path) -> list[FileLine]:
    return [FileLine.model_validate_json(one) for one in read_lines(out / "answered.jsonl")[0]]


def test_the_rules_find_the_spike_with_its_time_and_both_tables_say_so(folder: Path) -> None:
    closing = answer_folder("rules", folder)
    out = folder.with_name("pumps-findings")
    (found,) = pq.read_table(out / "findings.parquet").to_pylist()
    assert found["series"] == "north/spiky.csv"
    assert (found["type"], found["said_by"]) == ("spike", ["built-in rules"])
    assert found["start"] <= 300 < found["stop"]
    assert found["channels"] == ["pressure"]
    assert (
        found["first_time"].isoformat()
        == f"2024-03-01T{found['start'] // 60:02d}:{found['start'] % 60:02d}:00+00:00"
    )
    assert found["confirmed"] == 1
    assert csv.read_csv(out / "findings.csv").num_rows == 1
    assert "1 finding in 2 series of 2 files" in closing
    assert "1 file left out" in closing


def test_a_file_that_cannot_be_read_says_why_and_the_rest_goes_on(folder: Path) -> None:
    answer_folder("rules", folder)
    why = {line.file: line.why_not for line in lines_of(folder.with_name("pumps-findings"))}
    assert why["letter.pdf"]
    assert not why["calm.csv"] and not why["north/spiky.csv"] and not why["labels.json"]


def test_only_new_and_changed_files_are_asked_again_and_gone_ones_leave_the_table(
    folder: Path,
) -> None:
    out = folder.with_name("pumps-findings")
    answer_folder("rules", folder)
    before = len(lines_of(out))
    answer_folder("rules", folder)
    assert len(lines_of(out)) == before
    write(folder / "calm.csv", 100, n=700)
    write(folder / "late.csv", 50, seed=3)
    (folder / "north" / "spiky.csv").unlink()
    answer_folder("rules", folder)
    assert [line.file for line in lines_of(out)[before:]] == ["calm.csv", "late.csv"]
    names = pq.read_table(out / "findings.parquet").column("series").to_pylist()
    assert names == ["calm.csv", "late.csv"]


def test_what_two_authors_find_is_not_mixed(folder: Path, tmp_path: Path) -> None:
    answer_folder("rules", folder)
    question = default_anomaly_question()
    student(tmp_path / "model", question)
    with pytest.raises(JobError, match="would be mixed"):
        answer_folder(str(tmp_path / "model"), folder)


def student(model: Path, question: Question) -> None:
    rng = np.random.default_rng(0)
    learned: list[Labelled] = []
    for place in range(12):
        values = rng.normal(size=(512, 1))
        values[100 + place : 160 + place] += 12
        event = FoundInterval(
            number=1, start=100 + place, stop=160 + place, type_id=question.types[1].id
        )
        content = AnswerContent(kind="anomaly", intervals=(event,))
        learned.append(Labelled(question.id, WindowView(values), content))
    FeatureStudent.fit(learned, [question]).save(model)


def test_a_saved_student_looks_through_a_folder(tmp_path: Path) -> None:
    question = default_anomaly_question()
    student(tmp_path / "model", question)
    values = np.random.default_rng(9).normal(size=512)
    values[200:260] += 12
    home = tmp_path / "pumps"
    home.mkdir()
    (home / "a.csv").write_text("pressure\n" + "\n".join(f"{v:.5f}" for v in values) + "\n")
    answer_folder(str(tmp_path / "model"), home, tmp_path / "found")
    rows = pq.read_table(tmp_path / "found" / "findings.parquet").to_pylist()
    assert rows and all(row["said_by"] == ["student"] for row in rows)
    assert any(row["start"] < 260 and row["stop"] > 200 for row in rows)
    assert all(row["first_time"] is None for row in rows)


def test_a_student_without_an_anomaly_question_is_refused(tmp_path: Path, folder: Path) -> None:
    MajorityStudent.fit([], [default_pattern_question()]).save(tmp_path / "model")
    with pytest.raises(ConfigError, match="not trained on an anomaly question"):
        answer_folder(str(tmp_path / "model"), folder)
    with pytest.raises(ConfigError, match="neither 'rules' nor the folder of a trained student"):
        answer_folder(str(tmp_path / "nothing"), folder)
    with pytest.raises(ConfigError, match="is not there"):
        answer_folder("rules", tmp_path / "nowhere")


def test_an_event_over_two_windows_is_one_finding_with_the_surest_words() -> None:
    question = default_anomaly_question()
    kind = question.types[0].id

    def ask(view: WindowView) -> AnswerContent:
        start, stop = max(3_500, view.start), min(4_200, view.stop)
        if start >= stop:
            return AnswerContent(kind="anomaly")
        found = FoundInterval(
            number=1, start=start, stop=stop, type_id=kind, confidence=stop / 5_000
        )
        return AnswerContent(kind="anomaly", intervals=(found,))

    data = SeriesData(np.zeros((6_000, 1)))
    (row,) = findings_of("a", data, SeriesInfo("a", ("x",)), [(question, ask)], "rules")
    assert isinstance(row, FindingRow)
    assert (row.start, row.stop, row.type) == (3_500, 4_200, question.types[0].name)
    assert row.score is not None and 0.99 < row.score <= 1


def test_a_killed_command_goes_on_where_it_was(tmp_path: Path) -> None:
    home = tmp_path / "pumps"
    for place in range(40):
        write(home / f"{place:02d}.csv", 300, n=4_000, seed=place)
    out = tmp_path / "pumps-findings"
    command = [sys.executable, "-m", "training.answer", "--by", "rules", str(home)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    first = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while time.monotonic() < until and first.poll() is None:
        if (out / "answered.jsonl").exists() and len(lines_of(out)) >= 3:
            break
        time.sleep(0.01)
    first.send_signal(signal.SIGKILL)
    first.wait()
    kept = (out / "answered.jsonl").read_bytes()
    done = kept.count(b"\n")
    assert 3 <= done < 40
    subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
    after = (out / "answered.jsonl").read_bytes()
    whole = kept[: kept.rfind(b"\n") + 1]
    assert after.startswith(whole)
    assert after.count(b"\n") == 40
    assert set(pq.read_table(out / "findings.parquet").column("series").to_pylist()) >= {
        f"{place:02d}.csv" for place in range(40)
    }


def test_ctrl_c_writes_both_tables_of_what_was_found(tmp_path: Path) -> None:
    home = tmp_path / "pumps"
    n_files = 150  # more than it can look at before the signal comes, also on a busy machine
    for place in range(n_files):
        write(home / f"{place:03d}.csv", 300, n=4_000, seed=place)
    out = tmp_path / "pumps-findings"
    command = [sys.executable, "-m", "training.answer", "--by", "rules", str(home)]
    for number in (signal.SIGINT, signal.SIGTERM):
        before = len(lines_of(out))
        running = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # a run in the background ignores Ctrl-C, and so would what it starts
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        until = time.monotonic() + 60
        while time.monotonic() < until and len(lines_of(out)) < before + 3:
            time.sleep(0.01)
        running.send_signal(number)
        said, trace = running.communicate(timeout=60)
        assert running.returncode == 130, said
        assert b"start it again to go on" in said and not trace
        done = {line.file for line in lines_of(out)}
        assert before < len(done) < n_files
        assert {*pq.read_table(out / "findings.parquet").column("series").to_pylist()} <= done
        assert csv.read_csv(out / "findings.csv").num_rows > 0


def test_an_out_folder_that_cannot_be_written_is_said_in_words(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "a file").write_text("in the way")
    with pytest.raises(JobError, match=r"cannot be written .* --out"):
        answer_folder("rules", folder, tmp_path / "a file")
    with pytest.raises(JobError, match=r"cannot be written .* --out"):
        answer_folder("rules", folder, tmp_path / "a file" / "below")


def test_the_folder_one_stands_in_has_its_findings_beside_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    answer_folder("rules", Path())
    assert (folder.parent / "pumps-findings" / "findings.csv").exists()


def test_links_that_lead_nowhere_or_in_circles_are_no_files(folder: Path) -> None:
    (folder / "gone.csv").symlink_to(folder / "nothing.csv")
    (folder / "circle").symlink_to(folder)
    (folder / "again.csv").symlink_to(folder / "north" / "spiky.csv")
    answer_folder("rules", folder)
    files = [line.file for line in lines_of(folder.with_name("pumps-findings"))]
    assert files == ["again.csv", "calm.csv", "labels.json", "letter.pdf", "north/spiky.csv"]


def test_what_breaks_is_tried_again_and_breaking_on_everything_is_an_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = folder.with_name("pumps-findings")

    def breaking(_: Question) -> object:
        def ask(view: WindowView) -> AnswerContent:
            raise ZeroDivisionError(f"{len(view.values)} samples")

        return ask

    (folder / "letter.pdf").unlink()
    (folder / "labels.json").unlink()
    with monkeypatch.context() as patched:
        patched.setattr(rules, "rules_on", breaking)
        with pytest.raises(JobError, match=r"broke on each of 2 files.*600 samples"):
            answer_folder("rules", folder)
    assert all(line.broke for line in lines_of(out))
    assert "1 finding in 2 series of 2 files" in answer_folder("rules", folder)


def test_a_student_that_cannot_be_loaded_is_said_in_words(tmp_path: Path, folder: Path) -> None:
    student(tmp_path / "model", default_anomaly_question())
    for path in (tmp_path / "model").iterdir():
        if path.name != "config.json":
            path.write_bytes(b"torn")
    with pytest.raises(JobError, match="cannot be loaded"):
        answer_folder(str(tmp_path / "model"), folder)
