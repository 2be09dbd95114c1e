"""Files of a run after a crash: half a last line is left out, and cut off before going on."""

import time
from pathlib import Path

import pytest

from core.answers import Answer, AnswerContent, Author
from core.errors import JobError
from core.ids import new_id, utc_now
from training import files
from training.eta import Clock
from training.locks import FileLock
from training.run_folder import RunError, RunFolder, RunStatus, open_run


def an_answer(item_id: str = "i1", text: str = "") -> Answer:
    return Answer(
        id=new_id(),
        item_id=item_id,
        author=Author(kind="rules", name="fake"),
        content=AnswerContent(kind="anomaly"),
        created_at=utc_now(),
        raw_text=text,
    )


def test_a_torn_last_line_is_not_read_and_the_next_answer_replaces_it(tmp_path: Path):
    folder = RunFolder.create(tmp_path / "run", {"kind": "label"})
    first, second = an_answer(), an_answer()
    folder.append_answers([first])
    with (tmp_path / "run" / "answers.jsonl").open("a") as file:
        file.write('{"id": "half a li')

    assert folder.answers()[0] == [first]
    folder.append_answers([second])
    assert folder.answers()[0] == [first, second]


def test_a_file_that_is_one_torn_line_becomes_empty_when_going_on(tmp_path: Path):
    path = tmp_path / "x.jsonl"
    path.write_text("x" * 10_000)

    files.append_lines(path, ["{}"])

    assert path.read_text() == "{}\n"


def test_reading_from_an_offset_gives_what_came_since(tmp_path: Path):
    folder = RunFolder.create(tmp_path / "run", {})
    answers = [an_answer(f"i{n}") for n in range(3)]
    folder.append_answers(answers[:2])
    read, offset = folder.answers()
    assert read == answers[:2]
    assert folder.answers(offset) == ([], offset)

    folder.append_answers(answers[2:])
    assert folder.answers(offset)[0] == answers[2:]


def test_a_text_with_an_odd_line_separator_stays_one_line(tmp_path: Path):
    folder = RunFolder.create(tmp_path / "run", {})
    folder.append_answers([answer := an_answer(text="one\u2028two\x85three\nfour")])

    assert folder.answers()[0] == [answer]


def test_nothing_was_said_before_the_start(tmp_path: Path):
    folder = RunFolder.create(tmp_path / "run", {"kind": "train"})

    assert folder.status() is None
    assert folder.process() is None
    assert folder.metrics() == []
    assert folder.errors() == []
    assert folder.log_tail() == ""
    assert folder.answers() == ([], 0)


def test_a_status_is_replaced_whole_and_leaves_no_part_behind(tmp_path: Path):
    folder = RunFolder.create(tmp_path / "run", {})
    for step in range(5):
        folder.write_status(RunStatus(state="running", step=step, total=5))

    status = folder.status()
    assert status is not None
    assert (status.step, status.total) == (4, 5)
    assert sorted(path.name for path in folder.path.iterdir()) == ["config.json", "status.json"]


def test_starting_again_forgets_the_stop_and_keeps_the_checkpoint(tmp_path: Path):
    folder = RunFolder.create(tmp_path / "run", {})
    folder.write_status(RunStatus(state="stopped", stage="one", step=7, checkpoint=5))
    folder.ask_to_stop()

    folder.begin()

    status = folder.status()
    assert status is not None
    assert (status.state, status.stage, status.checkpoint) == ("starting", "one", 5)
    assert not folder.stop_asked


def test_errors_and_the_end_of_the_log_come_back(tmp_path: Path):
    folder = RunFolder.create(tmp_path / "run", {})
    error = RunError(ask_id="a", item_id="i", message="no")
    folder.append_error(error)
    folder.log_path.write_text("".join(f"line {n}\n" for n in range(100)))

    assert folder.errors() == [error]
    assert folder.log_tail(2) == "line 98\nline 99"


def test_a_folder_without_config_is_no_run(tmp_path: Path):
    with pytest.raises(JobError, match="so it is no run folder"):
        open_run(tmp_path)


def test_a_damaged_config_is_named(tmp_path: Path):
    (tmp_path / "config.json").write_text("{")

    with pytest.raises(JobError, match=r"config\.json of the run folder"):
        open_run(tmp_path).config()


def test_a_lock_has_one_holder_and_is_free_after_it(tmp_path: Path):
    first, second = FileLock(tmp_path / "l"), FileLock(tmp_path / "l")

    assert not second.held_by_anyone()
    assert first.acquire()
    assert second.held_by_anyone()
    assert not second.acquire()
    first.release()
    assert second.acquire(wait_s=1)
    second.release()


def test_the_time_left_follows_the_pace_since_the_first_report():
    clock, now = Clock(), time.monotonic()

    assert clock.eta_s(40, 100, now) is None  # a resumed run starts counting at 40
    assert clock.eta_s(42, 100, now + 1) is None  # two steps make no pace
    assert clock.eta_s(50, 100, now + 5) == 25.0
    assert clock.eta_s(100, 100, now + 30) == 0.0
    assert clock.eta_s(0, 10, now + 31) is None  # a new stage
