"""Which questions no recipe trains on."""

import pytest

from core.errors import ConfigError
from core.questions.defaults import default_open_question, default_pattern_question
from training.recipes.pseudo_label_tasks import student_config


def test_a_question_of_free_text_is_refused_before_anything_is_trained() -> None:
    questions = [default_pattern_question(), default_open_question()]
    with pytest.raises(ConfigError, match="'Description' is a question of kind 'open'"):
        student_config([], questions, with_texts=True)
