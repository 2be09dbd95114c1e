"""A preference-trained version beside the one before: credit of tokens, and ranked samples."""

import numpy as np
import pytest
import torch

from benchmarks.tiny_vlm import write_tiny
from core.errors import AnswerError, ConfigError
from core.questions.base import Question
from core.questions.defaults import default_open_question, default_pattern_question
from core.series import WindowView
from core.students.vlm import VlmConfig, VlmStudent, untrained
from core.students.vlm_base import load, with_adapters
from core.students.vlm_credit import Ranker, n_tokens, ranked_answer

OPEN, SHAPES = default_open_question(), default_pattern_question()
VIEW = WindowView(np.sin(np.arange(300) / 20)[:, None])
TEXT = "It rises, then falls."


@pytest.fixture(scope="module")
def ranker(tmp_path_factory: pytest.TempPathFactory) -> Ranker:
    base = write_tiny(tmp_path_factory.mktemp("base"))
    config = VlmConfig(max_new_tokens=6)
    before = untrained(str(base), [OPEN, SHAPES], config)
    vlm = with_adapters(load(str(base), device="cpu"), rank=2, seed=1)
    with torch.no_grad():  # as if trained: fresh adapters change nothing
        for name, value in vlm.model.named_parameters():
            if "lora_B" in name:
                value.normal_(std=0.2, generator=torch.Generator().manual_seed(len(name)))
    return Ranker(VlmStudent(before.config, vlm), before)


def test_credit_is_the_difference_of_both_versions_token_by_token(ranker: Ranker) -> None:
    found = ranker.credit(OPEN, VIEW, TEXT)
    assert "".join(found.tokens) == TEXT
    after = ranker.tuned.token_log_probabilities(OPEN, VIEW, TEXT).log_probabilities
    first = ranker.before.token_log_probabilities(OPEN, VIEW, TEXT).log_probabilities
    assert found.values == pytest.approx(tuple(after - first))
    assert ranker.score(OPEN, VIEW, TEXT) == pytest.approx(0.1 * (after - first).sum())
    assert max(abs(shade) for shade in found.shades) == 1


def test_a_version_beside_itself_changed_nothing(ranker: Ranker) -> None:
    same = Ranker(ranker.before, ranker.before)
    assert set(same.credit(OPEN, VIEW, TEXT).shades) == {0.0}


def test_the_best_of_n_is_the_sample_with_the_highest_score(ranker: Ranker) -> None:
    chosen, samples = ranked_answer(ranker, OPEN, VIEW, n=4, seed=3)
    assert [one.text for one in samples] == ranker.tuned.sample(OPEN, VIEW, 4, 1.0, seed=3)
    scores = [one.score for one in samples if one.score is not None]
    assert scores == [
        pytest.approx(ranker.score(OPEN, VIEW, one.text)) for one in samples if one.content
    ]
    assert samples[chosen.place].score == max(scores)
    assert (chosen.n, chosen.how) == (4, "best_of_n")
    assert chosen.cost.tokens == n_tokens(ranker.tuned, [one.text for one in samples])
    assert chosen.cost.sampling_s > 0 < chosen.cost.scoring_s


def test_a_majority_costs_no_scores_and_another_version_may_write(ranker: Ranker) -> None:
    chosen, samples = ranked_answer(
        ranker, OPEN, VIEW, n=3, how="majority", seed=3, writer=ranker.before
    )
    assert [one.text for one in samples] == ranker.before.sample(OPEN, VIEW, 3, 1.0, seed=3)
    assert {one.score for one in samples} == {None}
    assert chosen.how == "majority"


def test_no_answer_among_the_samples_is_told(ranker: Ranker) -> None:
    with pytest.raises(AnswerError, match="none of the 2 sampled texts is an answer"):
        ranked_answer(ranker, SHAPES, VIEW, n=2)


class _Reader:
    """A student that cuts texts into letters."""

    def __init__(self, student: VlmStudent) -> None:
        self._student = student

    def token_log_probabilities(self, question: Question, view: WindowView, text: str) -> object:
        scores = self._student.token_log_probabilities(question, view, text)
        return type(scores)(tuple(text), np.zeros(len(text)))


def test_versions_that_read_a_text_differently_cannot_be_compared(ranker: Ranker) -> None:
    letters: VlmStudent = _Reader(ranker.before)  # type: ignore[assignment]  # a stand-in
    with pytest.raises(ConfigError, match="do not read the text alike"):
        Ranker(ranker.tuned, letters).credit(OPEN, VIEW, TEXT)
