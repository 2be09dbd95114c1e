"""The benchmark of classes: files of labelled series, figures by hand, a tiny run to the end."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.reasoner_stages import StageTexts, Task, TestItem
from benchmarks.timerbed import PAPER, beside, figures, main, mean_of, share, table
from benchmarks.timerbed_data import data_sets, read_classes, read_rows, read_task
from core.answers import AnswerContent
from core.errors import DataError
from core.questions.base import Option, Question
from core.render_settings import STANDARD
from core.series import WindowView
from core.students.vlm_asking import ask
from tests.openai_server import OpenAiServer
from training.examples import TrainingExample

CLASSES = {"classes": {"1": {"name": "desktop", "meaning": "draws more"}, "2": {"name": "laptop"}}}


def data_set(
    folder: Path,
    train: str = "1\t0\t1\t2\n2\t5\t4\t3\n1\t0\t2\t4\n2\t9\t4\t1\n",
    test: str = "2\t7\t6\t5\n",
    classes: Any = CLASSES,
    reasons: str = "",
) -> Path:
    folder.mkdir(parents=True)
    (folder / "CTU_TRAIN.tsv").write_text(train)
    (folder / "CTU_TEST.tsv").write_text(test)
    (folder / "classes.json").write_text(json.dumps(classes))
    if reasons:
        (folder / "reasons.jsonl").write_text(reasons)
    return folder


def read(folder: Path, **more: Any) -> Task:
    return read_task(folder, **{"seed": 1, "validation_share": 0.25, **more})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tsv", "1\t0.5\t-1\n2\t3\tNaN\n"),  # as UCR is given now: shorter series end in NaN
        ("a.txt", "  1.0000000e+00   5.0e-01  -1.0\n  2.0000000e+00   3.0   NaN\n"),  # and before
        ("a.csv", "1,0.5,-1\n2,3,\n"),
        ("a.ts", "# 6 @data\n@classLabel true t r u e\n@data\n0.5,-1:1\n3,?:2\n"),  # as TimerBed
    ],
)
def test_every_format_gives_the_same_series(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    first, second = read_rows(tmp_path / name)
    assert (first.label, first.values.tolist()) == ("1", [[0.5], [-1.0]])
    assert (second.label, second.values.tolist()) == ("2", [[3.0]])


def test_channels_stand_between_colons_and_gaps_inside_stay(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text("@data\n1,?,3:4,5,6:walking\n")
    (row,) = read_rows(tmp_path / "a.ts")
    assert row.label == "walking"
    np.testing.assert_array_equal(row.values, [[1, 4], [np.nan, 5], [3, 6]])


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.tsv", "", "holds no series"),
        ("a.tsv", "1\t2\tx\n", "line 1 of .* holds what is no number"),
        ("a.tsv", "1\tNaN\n", "has no value or no label"),
        ("a.ts", "1,2:3\n", "has no line @data"),
        ("a.ts", "@data\n1,2,3\n", "no series with its label behind a colon"),
        ("a.ts", "@data\n(0,1),(1,2):up\n", "series with times of their own are not read"),
        ("a.ts", "@data\n1,2:1,2,3:up\n", r"line 2 of .* has channels of \[2, 3\] values"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match=said):
        read_rows(tmp_path / name)


def test_labels_get_their_names_and_nothing_else_is_told(tmp_path: Path) -> None:
    classes = {"domain": "Power drawn by a computer.", **CLASSES}
    task = read(data_set(tmp_path / "Computers", classes=classes))
    assert task.name == "Computers"
    assert [one.content.label for one in task.learn] == ["desktop", "laptop", "desktop", "laptop"]
    assert [one.split for one in task.learn].count("validation") == 1
    assert [one.truth.label for one in task.test] == ["laptop"]
    prompt = ask(task.question, task.test[0].view).prompt
    assert prompt.startswith("Power drawn by a computer.")
    assert "1. `desktop`: draws more\n2. `laptop`" in prompt
    assert "CTU" not in prompt and "Computers" not in prompt


def test_reasons_are_examples_and_those_for_another_class_are_not_learned(tmp_path: Path) -> None:
    said = [
        {"row": 0, "think": "It rises.", "class": "Desktop", "extension": "Ask the owner."},
        {"row": 0, "think": "It goes up. Slowly."},
        {"row": 1, "think": "It rises.", "class": "desktop"},
    ]
    lines = "\n".join(map(json.dumps, said)) + "\n\n"
    folder = data_set(tmp_path / "a", reasons=lines)

    def learned(extension: bool) -> list[tuple[str, str]]:
        task = read(folder, extension=extension)
        return [(one.group, one.content.rationale_text) for one in task.learn]

    rest = [("row 0", "It goes up. Slowly. "), ("row 1", ""), ("row 2", ""), ("row 3", "")]
    assert learned(False) == [("row 0", "It rises. "), *rest]
    assert learned(True) == [("row 0", "It rises. Ask the owner. "), *rest]


def test_a_series_that_is_tested_is_not_learned(tmp_path: Path) -> None:
    task = read(data_set(tmp_path / "a", test="2\t5\t4\t3\n"))
    assert (len(task.learn), task.left_out) == (3, 1)
    limited = read(data_set(tmp_path / "b"), limit=2)
    assert (len(limited.learn), len(limited.test)) == (2, 1)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"train": "3\t1\t2\n"}, "has the label '3', which classes.json does not name"),
        ({"classes": {"classes": {"1": {"name": "a"}}}}, "names no two classes"),
        (
            {"classes": {"classes": {"1": {"name": "a"}, "2": {"name": "A"}}}},
            "two classes one",
        ),
        (
            {"classes": {"classes": {"1": {"name": "<a>"}, "2": {"name": "b"}}}},
            "without <, >",
        ),
        ({"reasons": '{"row": 4, "think": "Look."}'}, "line 1 of .* from 0 to 3, and `think`"),
        ({"reasons": '{"row": 0}'}, "says nothing of a row"),
        ({"reasons": "Look."}, "is no JSON"),
    ],
)
def test_a_broken_data_set_is_refused_with_what_is_wrong(
    tmp_path: Path, more: dict[str, Any], said: str
) -> None:
    folder = data_set(tmp_path / "a", **more)
    with pytest.raises(DataError, match=said):
        read(folder)


def test_a_folder_names_its_data_sets_and_each_has_one_file_a_side(tmp_path: Path) -> None:
    folder = data_set(tmp_path / "CTU")
    assert data_sets(tmp_path) == data_sets(tmp_path, ["CTU"]) == [folder]
    with pytest.raises(DataError, match="holds the data sets CTU, and not EMG"):
        data_sets(tmp_path, ["EMG"])
    (folder / "old_train.csv").write_text("1,2\n")
    with pytest.raises(DataError, match="has 2 files of its train part"):
        read(folder)


def asked(*truth: str) -> Task:
    options = tuple(Option(key=one, wordings=(one,)) for one in ("desktop", "laptop"))
    question = Question(
        id="q", family_id="q", kind="pattern", name="classes", text="Which?", options=options
    )
    view = WindowView(np.zeros((4, 1)))
    answers = [AnswerContent(kind="pattern", label=one) for one in truth]
    test = [TestItem(f"{k}", view, one, f"{k}") for k, one in enumerate(answers)]
    learn = [TrainingExample("q", view, answers[0])]
    return Task("CTU", question, tuple(learn), tuple(test))


def test_figures_are_as_by_hand() -> None:
    task = asked("laptop", "laptop", "desktop", "laptop")
    texts = (
        "<think>Low.</think><class>laptop</class><extension>Ask.</extension>",
        "It is <class>Laptop</class>.",  # read as published, and not whole
        "<think>Low.</think><class>laptop</class>",  # wrong
        "<class>tablet</class>",
    )
    told = figures(task, StageTexts("reasons", STANDARD, texts))
    assert (told["right"], told["n"]) == (2, 4)
    assert told["accuracy"] == share(2, 4) == [0.5, 0.15, 0.85]  # Wilson's, 2 of 4
    assert told["unread"][0] == told["with_extension"][0] == 0.25
    assert told["formed"][0] == 0.5
    assert told["confusion"]["labels"] == ("desktop", "laptop", "(unread)")
    assert told["confusion"]["true_by_given"][:2] == ((0, 1, 0), (0, 2, 1))
    others = beside(task)
    assert others["luck"] == 0.5
    assert others["usual_class"][0] == 0.75
    assert others["paper"]["TimeMaster 3B (sft, grpo)"] == share(0.843 * 4, 4)


def test_the_mean_has_the_interval_that_follows_from_the_data_sets_own() -> None:
    one, other = {"accuracy": [0.5, 0.3, 0.7]}, {"accuracy": [0.9, 0.8, 1.0]}
    assert mean_of([one, other]) == [0.7, 0.5882, 0.8118]  # sqrt(0.2^2 + 0.1^2) / 2 to each side
    assert mean_of([one]) == [0.5, 0.3, 0.7]


def test_the_published_accuracies_have_the_published_means() -> None:
    means = [sum(one.values()) / len(one) for one in PAPER.values()]
    assert means == [pytest.approx(75.2, abs=0.05), pytest.approx(31.4, abs=0.05)]


def test_a_table_shows_ours_beside_the_published_accuracy_of_the_same_set() -> None:
    found = {"accuracy": share(2, 4)}
    sets = {"CTU": {**beside(asked(*["laptop"] * 4)), "stages": {"sft": found}}}
    lines = table(sets, {"sft": mean_of([found])}).splitlines()
    assert lines[1].split() == ["sft", "50.0", "[15,", "85]", "50.0", "[15,", "85]"]
    assert "84.3" in next(line for line in lines if line.startswith("paper: TimeMaster"))


@pytest.mark.slow
def test_a_tiny_run_goes_to_the_end_and_is_not_done_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work = tmp_path / "work"
    small = ["--tiny", "--work", str(work), "--sets", "PAIRS", "--max-new-tokens", "8"]
    small += ["--set", "sft.steps=3", "grpo.steps=1"]
    first = main([*small, "--stages", "base", "sft"])
    answers = {path: path.read_text() for path in (work / "PAIRS").rglob("answers.jsonl")}
    assert len(answers) == 2 and all(len(one.splitlines()) == 5 for one in answers.values())
    result = main(small)  # a stage more, and what was done is not done again
    said = capsys.readouterr().out
    assert json.loads(said.splitlines()[-1]) == json.loads((work / "result.json").read_text())
    assert {path: path.read_text() for path in answers} == answers
    assert "PAIRS sft: trained already" in said
    stages = result["sets"]["PAIRS"]["stages"]
    assert list(stages) == ["base", "sft", "grpo"]
    assert stages["sft"] == first["sets"]["PAIRS"]["stages"]["sft"]
    assert result["mean"]["grpo"] == stages["grpo"]["accuracy"]
    forms = [json.loads(path.read_text())["form"] for path in work.rglob("asked.json")]
    assert forms == ["reasons"] * 3
    with pytest.raises(SystemExit, match="says nothing of what a class may mean"):
        main([*small, "--extension"])
    with pytest.raises(SystemExit, match="holds what was made with data"):
        main([*small, "--sets", "LINES"])


@pytest.mark.slow
def test_a_tiny_run_with_extensions_goes_to_the_end_beside_a_judge(tmp_path: Path) -> None:
    with OpenAiServer() as server:
        judge = ["--judge-url", server.url, "--judge-model", "reader"]
        small = ["--tiny", "--work", str(tmp_path), "--sets", "LINES", "--max-new-tokens", "8"]
        small += ["--set", "sft.steps=2", "grpo.steps=1"]
        result = main([*small, "--extension", *judge])
    assert list(result["sets"]["LINES"]["stages"]) == ["base", "sft", "grpo"]
    settings = json.loads((tmp_path / "LINES" / "sft-grpo" / "settings.json").read_text())
    assert settings["extension_weight"] == 0.5
    forms = [json.loads(path.read_text())["form"] for path in tmp_path.rglob("asked.json")]
    assert forms == ["extended"] * 3


def test_classes_are_read_with_their_labels_as_whole_numbers(tmp_path: Path) -> None:
    classes = {"classes": {"1.0": {"name": "desktop"}, "walk": {"name": "walking"}}}
    question, names = read_classes(data_set(tmp_path / "a", classes=classes))
    assert names == {"1": "desktop", "walk": "walking"}
    assert question.text == "Which of the classes does the series belong to?"
