"""In which form a training by reward or preference has reasons given: as the version was taught."""

from pathlib import Path

import pytest

from core.shown import Form
from core.students import CONFIG_FILE
from core.students.vlm import VlmConfig
from training.recipes.vlm_policy import form_of


@pytest.mark.parametrize(
    ("taught", "asked"),
    [
        ("reasons", "reasons"),
        ("steps", "steps"),
        ("direct", "reasons"),  # it gave none so far, and a reward is about reasons
    ],
)
def test_a_version_goes_on_in_the_form_that_it_was_taught(
    tmp_path: Path, taught: Form, asked: Form
) -> None:
    (tmp_path / CONFIG_FILE).write_text(VlmConfig(form=taught).model_dump_json())
    assert form_of(str(tmp_path)) == asked


def test_a_model_that_is_no_version_gives_reasons_before_its_answer(tmp_path: Path) -> None:
    assert form_of(str(tmp_path)) == "reasons"
