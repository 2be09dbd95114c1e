"""noise.json of a run: of every labelled window, and of none of gold."""

from pathlib import Path

import numpy as np
import pytest

from core.answers import AnswerContent
from core.errors import DataError
from core.noise.report import ErrorCluster, ExampleNoise, NoiseReport, QuestionNoise, read_report
from core.questions.defaults import default_pattern_question
from core.review import Item
from core.series import SeriesData
from training import snapshot
from training.__main__ import work
from training.door import StopFlag
from training.material import GoldBook, LabelledItem
from training.run_folder import RunFolder

PATTERN = default_pattern_question()
N_LEARN, N_GOLD = 60, 8


class Gold:
    def __init__(self, series_id: str) -> None:
        self.series_id, self.start, self.stop, self.reason = series_id, 0, 64, "construction"


def item(place: int) -> Item:
    return Item(
        id=f"item {place:03d}",
        project_id="p",
        series_id=f"s{place:03d}",
        start=0,
        stop=64,
        question_id=PATTERN.id,
    )


def labelled(place: int) -> LabelledItem:
    """Every fourth window was corrected from convex to concave."""
    said = AnswerContent(kind="pattern", label=("concave", "convex")[place % 2])
    if place % 4 != 1:
        return LabelledItem(item(place), said, "pseudo", said)
    return LabelledItem(
        item(place), AnswerContent(kind="pattern", label="concave"), "correction", said
    )


@pytest.mark.slow
def test_a_run_tells_of_every_labelled_window_and_of_none_of_gold(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    series = {f"s{i:03d}": SeriesData(rng.normal(size=(64, 1))) for i in range(N_LEARN + N_GOLD)}
    gold = [item(place) for place in range(N_LEARN, N_LEARN + N_GOLD)]
    taken = snapshot.write(
        tmp_path / "snapshots",
        [PATTERN],
        [labelled(place) for place in range(N_LEARN)],
        gold,
        GoldBook([Gold(one.series_id) for one in gold]),
        series.__getitem__,
    )
    settings = {"study": True, "steps": 2, "study_steps": 2, "batch_size": 4, "text_batch_size": 0}
    folder = RunFolder.create(
        tmp_path / "run",
        {"recipe": "pseudo_label", "settings": settings, "snapshot": str(taken.folder)},
    )
    work(folder, StopFlag(folder))

    report = read_report(folder.path)
    assert report is not None
    (found,) = report.questions
    assert sorted(one.item_id for one in found.examples) == [item(i).id for i in range(N_LEARN)]
    assert found.n_corrections == N_LEARN // 4
    corrected = [one for one in found.examples if one.correction is not None]
    assert {(one.said, one.label, one.learned) for one in corrected} == {
        ("convex", "concave", "concave")
    }
    text = (folder.path / "noise.json").read_text()
    assert [one.id for one in gold if one.id in text] == []


def report_of(*examples: ExampleNoise, clusters: tuple[ErrorCluster, ...] = ()) -> NoiseReport:
    return NoiseReport(
        questions=(
            QuestionNoise(
                question_id="q",
                options=("a", "b"),
                n_corrections=0,
                n_suspected=1,
                n_relabelled=0,
                wrong_share=0.5,
                confusion=None,
                reviews_random=None,
                stopped_by="nothing",
                clusters=clusters,
                examples=examples,
            ),
        )
    )


def example(item_id: str, suspected: bool, given: float) -> ExampleNoise:
    return ExampleNoise(
        item_id=item_id,
        split="train",
        said="a",
        label="a",
        learned="a",
        thinks="b",
        confidence=0.9,
        given_probability=given,
        suspected=suspected,
    )


def test_suspects_are_doubted_as_much_as_nets_do_and_those_beside_corrections_wholly() -> None:
    beside = ErrorCluster(
        said="a", true="b", corrected=("x", "y"), confirmed=1, suspected=("2",), inherited=1
    )
    report = report_of(
        example("1", True, 0.25), example("2", True, 0.5), example("3", False, 0.1),
        clusters=(beside,),
    )  # fmt: skip
    assert report.suspects() == {"1": 0.75, "2": 1.0}


def test_a_run_without_the_file_has_no_report_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    assert read_report(tmp_path) is None
    (tmp_path / "noise.json").write_text('{"schema_version": 2}')
    with pytest.raises(DataError, match=r"noise\.json of the run .* cannot be read"):
        read_report(tmp_path)
