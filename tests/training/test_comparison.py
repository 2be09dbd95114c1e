"""Whom a student is measured against: somebody who answered gold, a model before the rules."""

from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np
import pytest

from core.answers import Answer, AnswerContent, Author, AuthorKind
from core.evaluate import GoldItem
from core.questions.defaults import default_pattern_question
from core.series import WindowView
from training.comparison import compare

PATTERN = default_pattern_question()
SAID = AnswerContent(kind="pattern", label="cubic")
GOLD = [GoldItem(f"g{i}", f"s{i}", WindowView(np.zeros((16, 1))), SAID) for i in range(20)]
RULES, MODEL, OTHER = ("rules", "rules"), ("teacher", "model"), ("teacher", "a model")


@pytest.mark.parametrize(
    ("answered", "against"),
    [
        ({RULES: 20, MODEL: 12}, "model"),
        ({RULES: 20, MODEL: 0}, "rules"),
        ({RULES: 20, MODEL: 9}, "rules"),
        ({MODEL: 20, OTHER: 12}, "model"),
        ({MODEL: 5}, "model"),
    ],
)
def test_the_first_teacher_is_one_that_was_asked_about_gold(
    answered: Mapping[tuple[AuthorKind, str], int], against: str
) -> None:
    by_item: dict[str, dict[str, Answer]] = {}
    for (kind, name), n in answered.items():
        for item_id in [f"g{i}" for i in range(n)] + ["elsewhere"]:
            by_item.setdefault(item_id, {})[name] = Answer(
                id=f"{item_id} {name}",
                item_id=item_id,
                author=Author(kind=kind, name=name),
                content=SAID,
                created_at=datetime(2024, 1, 1, tzinfo=UTC),
            )
    evaluation = compare(PATTERN, GOLD, by_item, "job", label="v1")
    assert f"the teacher ({against})" in evaluation.verdict
