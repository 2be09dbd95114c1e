"""The benchmark of interval answers: its folder, its figures by hand, and a tiny run to the end."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.reasoner_stages import StageTexts, Task, TestItem
from benchmarks.visanom import PAPER, main, table
from benchmarks.visanom_data import QUESTION, read_task, write_tiny_folder
from benchmarks.visanom_figures import Read, figures, read_texts, whole
from core.answers import AnswerContent, FoundInterval
from core.errors import DataError
from core.render_presets import PRESETS
from core.series import WindowView
from core.students.vlm_asking import ask

RENDER = PRESETS["visanom"]


def found(*ranges: tuple[int, int]) -> tuple[FoundInterval, ...]:
    return tuple(
        FoundInterval(number=k, start=start, stop=stop) for k, (start, stop) in enumerate(ranges, 1)
    )


def written(folder: Path, labels: dict[str, Any], n: int = 60, first: int = 0) -> Path:
    folder.mkdir(parents=True)
    (folder / "labels.json").write_text(json.dumps(labels))
    for k, name in enumerate(labels):
        rows = [f"{np.sin(row) + first + k:.4f}" for row in range(n)]
        (folder / name).write_text("value\n" + "\n".join(rows) + "\n")
    return folder


def read(folder: Path, **more: Any) -> Task:
    return read_task(folder, **{"longest": 1000, "seed": 1, "validation_share": 0.3, **more})


def test_labels_are_inclusive_rows_and_reasons_are_learned_sentence_by_sentence(
    tmp_path: Path,
) -> None:
    written(tmp_path / "train", {"a.csv": [[10, 19]], "b.csv": [], "c.csv": [[0, 0], [50, 59]]})
    written(tmp_path / "test", {"x.csv": [[5, 9]], "y.csv": []}, first=9)
    said = {"a.csv": "Step 1: A wave. Step 2: A jump."}
    (tmp_path / "train" / "reasons.json").write_text(json.dumps(said))
    task = read(tmp_path)
    a, b, c = task.learn
    assert a.content == AnswerContent(
        kind="anomaly", intervals=found((10, 20)), rationale=a.content.rationale
    )
    assert [one.text for one in a.content.rationale] == ["Step 1: A wave. ", "Step 2: A jump. "]
    assert b.content == AnswerContent(kind="anomaly")
    assert c.content.intervals == found((0, 1), (50, 60))
    assert {one.source for one in task.learn} == {"correction"}  # labels are trusted
    assert sorted(one.split for one in task.learn) == ["train", "train", "validation"]
    assert [one.truth.intervals for one in task.test] == [found((5, 10)), ()]


def test_a_long_series_is_cut_into_parts_that_count_on_and_stay_on_one_side(tmp_path: Path) -> None:
    written(tmp_path / "train", {"a.csv": [[28, 31]], "b.csv": []})
    written(tmp_path / "test", {"x.csv": [[28, 31]]}, first=9)
    said = {"a.csv": ["Step 1: It ends high.", ""]}
    (tmp_path / "train" / "reasons.json").write_text(json.dumps(said))
    task = read(tmp_path, longest=30)
    assert [(one.view.start, one.view.stop) for one in task.test] == [(0, 30), (30, 60)]
    assert [one.truth.intervals for one in task.test] == [found((28, 30)), found((30, 32))]
    sides = {one.group: set[str]() for one in task.learn}
    for one in task.learn:
        sides[one.group].add(one.split)
    assert [len(one) for one in sides.values()] == [1, 1]
    assert task.learn[0].content.rationale_text == "Step 1: It ends high. "


def test_one_folder_is_split_by_file_and_sources_are_told_apart(tmp_path: Path) -> None:
    for source in ("KPI", "UCR"):
        written(tmp_path / source, {f"{k}.csv": [[k, k + 3]] for k in range(12)}, first=len(source))
    task = read(tmp_path, validation_share=0.2)
    n_test = len(task.test)
    assert 0 < n_test < 12 and len(task.learn) + task.left_out == 24 - n_test
    assert {one.part for one in task.test} <= {"KPI", "UCR"}
    assert [one.item_id for one in read(tmp_path).test] == [one.item_id for one in task.test]


def test_nothing_of_a_file_s_name_or_label_reaches_the_prompt(tmp_path: Path) -> None:
    written(tmp_path / "train", {"secret_anomaly.csv": [[10, 19]]})
    written(tmp_path / "test", {"secret_clean.csv": []}, first=9)
    task = read(tmp_path)
    asked = [ask(QUESTION, one.view, "steps", RENDER).prompt for one in (*task.test, *task.learn)]
    assert asked[0] == asked[1]  # as long, and told apart by the picture alone
    assert "secret" not in asked[0] and "csv" not in asked[0]
    assert "secret" not in "".join(one.item_id + one.group for one in (*task.test, *task.learn))


def test_a_series_that_is_tested_is_not_learned_under_another_name(tmp_path: Path) -> None:
    written(tmp_path / "train", {"a.csv": [[10, 19]], "b.csv": []})
    written(tmp_path / "test", {"x.csv": [[10, 19]]})  # the numbers of a.csv
    task = read(tmp_path)
    assert (len(task.learn), task.left_out) == (1, 1)


@pytest.mark.parametrize(
    ("labels", "reasons", "said"),
    [
        ({"a.csv": [[10, 999]]}, None, "1 things in .* cannot be used"),
        ({"a.csv": []}, {"b.csv": "Step 1: Look."}, "'b.csv', of which labels.json does not"),
        ({"a.csv": []}, {"a.csv": 3}, "says 3 of 'a.csv', no text"),
        ({"a.csv": []}, ["Step 1: Look."], "holds no texts by file"),
        (
            {"a.csv": []},
            {"a.csv": ["one", "two"]},
            "gives 2 texts for 'a.csv', which is drawn in 1",
        ),
    ],
)
def test_a_broken_folder_is_refused_with_what_is_wrong(
    tmp_path: Path, labels: dict[str, Any], reasons: Any, said: str
) -> None:
    written(tmp_path / "train", labels)
    written(tmp_path / "test", {"x.csv": []}, first=9)
    if reasons is not None:
        (tmp_path / "train" / "reasons.json").write_text(json.dumps(reasons))
    with pytest.raises(DataError, match=said):
        read(tmp_path)


def test_half_a_split_and_a_file_that_is_not_there_are_refused(tmp_path: Path) -> None:
    written(tmp_path / "train", {"a.csv": []})
    with pytest.raises(DataError, match="has one of the folders train and test without the other"):
        read(tmp_path)
    written(tmp_path / "test", {"x.csv": []}, first=9)
    (tmp_path / "test" / "x.csv").unlink()
    with pytest.raises(DataError, match="no such file lies beside it"):
        read(tmp_path)


def test_figures_are_as_by_hand() -> None:
    window = (1000, 1100)
    told = figures(
        [
            Read(found((1010, 1020)), found((1010, 1020)), window, "a"),  # exact
            Read(found((1055, 1065)), found((1050, 1060)), window, "b"),  # a third of the union
            Read(found((1000, 1010)), (), window, "c"),  # a false alarm on a clean series
            Read((), found((1000, 1010)), window, "d", read=False, formed=False),
            Read((), (), window, "e"),
        ]
    )
    assert (told["series"], told["clean_series"]) == (5, 2)
    assert (told["tp"], told["fp"], told["fn"]) == (2, 1, 1)
    assert told["precision"][0] == told["recall"][0] == told["f1"][0] == 0.6667
    assert told["f1_50"][0] == 0.3333
    assert told["overlap"][0] == 0.4444  # (1 + 1/3 + 0) / 3
    assert told["point_precision"][0] == 0.75  # of the two that gave something
    assert told["point_recall"][0] == told["point_f1"][0] == 0.5
    assert told["detection"] == [0.6, 0.2307, 0.8824]  # Wilson, 3 of 5
    assert told["clean_alarmed"] == [0.5, 0.0945, 0.9055]
    assert told["alarms_per_clean_series"][0] == 0.5
    assert told["unread"][0] == 0.2 and told["formed"][0] == 0.8
    assert 0 < told["f1_by_luck"] < 0.3
    assert 2 / 3 > told["affiliation_f1"][0] > 0.5 > told["affiliation_f1_by_luck"]
    assert told["by_source"] == {}


def test_the_whole_series_marked_wins_by_any_overlap_and_by_nothing_else() -> None:
    truth = AnswerContent(kind="anomaly", intervals=found((10, 15)))
    view = WindowView(np.zeros((100, 1)))
    items = tuple(TestItem(f"{k}", view, truth, f"{k}") for k in range(3))
    told = figures(whole(Task("t", QUESTION, (), items)))
    assert told["f1"][0] == told["precision"][0] == told["recall"][0] == 1.0
    assert told["f1_50"][0] == 0.0 and told["overlap"][0] == 0.05
    assert told["f1_by_luck"] == 1.0
    assert told["f1"][1:] == [0.4385, 1.0]  # three series of three say not much


def test_parts_of_one_series_are_no_independent_evidence() -> None:
    parts = [Read((), (), (k, k + 1), f"{k % 5}") for k in range(20)]
    assert figures(parts)["detection"] == [1.0, 0.5655, 1.0]  # 5 of 5, not 20 of 20


def test_texts_are_read_where_the_axis_counts_and_what_lies_outside_is_no_answer() -> None:
    truth = AnswerContent(kind="anomaly", intervals=found((1010, 1020)))
    item = TestItem("0", WindowView(np.zeros((100, 1)), 1000), truth, "s", "KPI")
    texts = (
        "<anomaly>True</anomaly><index>(1010, 1019)</index> Step 1: A jump.",
        "Yes. <anomaly>True</anomaly> It is <index>(1010, 1019)</index>",
        "<anomaly>False</anomaly> Step 1: Nothing.",
        "<anomaly>True</anomaly><index>(10, 19)</index> Step 1: A jump.",
    )
    task = Task("t", QUESTION, (), (item,) * 4)
    told = read_texts(task, StageTexts("steps", RENDER, texts))
    assert [one.given for one in told[:3]] == [found((1010, 1020)), found((1010, 1020)), ()]
    assert [one.read for one in told] == [True, True, True, False]
    assert [one.formed for one in told] == [True, False, True, False]
    assert told[0].part == "KPI"


def test_the_paper_s_f1_is_that_of_its_precision_and_recall_where_it_is_pooled() -> None:
    pooled = {name: one for name, one in PAPER.items() if not name.startswith("TSB-AD-U")}
    for name, one in pooled.items():
        f1 = 2 * one["precision"] * one["recall"] / (one["precision"] + one["recall"])
        assert f1 == pytest.approx(one["f1"], abs=0.02), name
    one = PAPER["TSB-AD-U, 7B (sft)"]  # a mean over series is not
    assert 2 * one["precision"] * one["recall"] / (one["precision"] + one["recall"]) > 67


@pytest.mark.slow
def test_a_tiny_run_goes_to_the_end_and_is_not_done_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work = tmp_path / "work"
    small = ["--tiny", "--work", str(work), "--set", "sft.steps=3", "grpo.steps=1"]
    result = main(small)
    said = capsys.readouterr().out
    assert json.loads(said.splitlines()[-1]) == json.loads((work / "result.json").read_text())
    assert "paper: VisAnomReasoner 3B (sft)" in said
    assert list(result["stages"]) == ["base", "sft", "grpo"]
    assert {one["series"] for one in result["stages"].values()} == {8}
    assert result["whole_series"]["recall"][0] == 1.0
    for folder in ("base", "sft", "sft-grpo"):
        asked = json.loads((work / "visanom" / folder / "asked.json").read_text())
        assert (asked["form"], asked["render"]["x_axis"]) == ("steps", "sample")
        assert len((work / "visanom" / folder / "answers.jsonl").read_text().splitlines()) == 8
    began = json.loads((work / "visanom" / "sft-grpo" / "settings.json").read_text())["base"]
    assert began == str(work / "visanom" / "sft" / "version")

    stamps = {path: path.stat().st_mtime_ns for path in work.rglob("*.safetensors")}
    again = main(small)
    assert again["stages"] == result["stages"]
    assert {path: path.stat().st_mtime_ns for path in work.rglob("*.safetensors")} == stamps
    with pytest.raises(SystemExit, match=r"made with steps 3 \(now 4\)"):
        main([*small, "--stages", "sft", "--set", "sft.steps=4"])


def test_tiny_data_are_in_the_layout_and_a_table_shows_ours_beside_the_paper_s(
    tmp_path: Path,
) -> None:
    task = read(write_tiny_folder(tmp_path))
    assert (len(task.learn), len(task.test)) == (12, 8)
    assert sum(not one.truth.intervals for one in task.test) == 3
    lines = table({"sft": figures(whole(task))}, figures(whole(task))).splitlines()
    assert lines[0].split()[:6] == ["precision", "recall", "f1", "f1", "by", "luck"]
    assert lines[1].startswith("sft") and "100.0 [57, 100]" in lines[1]
    assert any(line.split()[-1] == "17.9" for line in lines if "VLM4TS" in line)


def test_without_a_folder_it_says_so() -> None:
    with pytest.raises(SystemExit, match="--data names no folder"):
        main([])
