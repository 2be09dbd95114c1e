"""Texts judged from inside a training, by a real server on this machine."""

from pathlib import Path

import pytest

from core.errors import ConfigError
from core.questions.defaults import default_pattern_question
from core.teachers.exchange import AskFailed
from tests.openai_server import OpenAiServer
from training.text_judging import text_judge

QUESTION = default_pattern_question()
CAPTION = "the line falls steeply"


def test_texts_are_scored_beside_a_description_and_asked_for_once(tmp_path: Path) -> None:
    texts = ["the line falls steeply", "the line rises", "nothing here"]
    with OpenAiServer() as server:
        judge = text_judge(server.url, "reader", "", tmp_path)
        # 4, 2 and 0 of the description's four words
        assert judge.caption_scores(QUESTION, CAPTION, texts) == [5, 3, 1]
        assert judge.caption_scores(QUESTION, CAPTION, texts) == [5, 3, 1]
        assert len(server.received) == 3
        assert all(not one.pictures for one in server.received)


def test_a_reply_that_is_no_judgement_leaves_its_text_without_a_score(tmp_path: Path) -> None:
    with OpenAiServer(faults=["rubbish"]) as server:
        judge = text_judge(server.url, "reader", "", tmp_path)
        assert judge.caption_scores(QUESTION, CAPTION, ["the line"]) == [None]


def test_an_endpoint_that_knows_no_such_model_ends_the_training_with_its_reason(
    tmp_path: Path,
) -> None:
    with OpenAiServer(faults=["404"]) as server:
        judge = text_judge(server.url, "reader", "", tmp_path)
        with pytest.raises(AskFailed, match="reader"):
            judge.caption_scores(QUESTION, CAPTION, ["the line"])


def test_an_extension_gets_a_share_and_nothing_where_nobody_could_say(tmp_path: Path) -> None:
    text = "<class>convex</class><extension>{}</extension>"
    with OpenAiServer(faults=["", "rubbish"]) as server:
        judge = text_judge(server.url, "reader", "", tmp_path)
        # scores of 5, 1, 1 and 1
        assert judge(QUESTION, text.format("Look.")) == 4 / 16
        assert judge(QUESTION, text.format("Wait.")) == 0.0


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://api.example.com/v1", "is not on this machine"),
        ("localhost:11434", "cannot be asked"),
    ],
)
def test_a_training_asks_nobody_elsewhere(tmp_path: Path, url: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        text_judge(url, "reader", "", tmp_path)
