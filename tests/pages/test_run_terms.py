"""The numbers that a reasoning run logs beside its loss: only what is there is drawn."""

from pages.components.figure_terms import alt_of, small_multiples
from pages.components.workflows.run_terms import terms_of

GRPO = [
    {
        "step": step,
        "loss": 0.0,
        "validation": None,
        "numbers": {
            "reward": 0.1 * step,
            "rewards/format/mean": 0.2 * step,
            "rewards/accuracy/mean": 0.1,
            "rewards/accuracy/std": 0.3,
            "kl": 0.01 * step,
            "completions/mean_length": 40.0,
            "num_tokens": 1000.0,
        },
    }
    for step in (1, 2, 3)
]


def test_the_reward_comes_first_with_its_terms_then_the_loss_then_the_rest() -> None:
    terms = terms_of(GRPO)
    assert [term.title for term in terms] == [
        "Reward",
        "Accuracy",
        "Format",
        "Loss",
        "KL",
        "Tokens",
    ]
    assert terms[2].points == ((1.0, 0.2), (2.0, 0.4), (3.0, 0.6000000000000001))
    assert [term.title for term in terms if term.share] == ["Accuracy", "Format"]


def test_a_run_that_logs_its_loss_alone_has_no_terms() -> None:
    assert terms_of([{"step": 1, "loss": 0.5, "validation": 0.4, "rss_mb": 600.0}]) == []


def test_a_term_that_nobody_knows_is_drawn_under_its_own_name() -> None:
    (term,) = terms_of([{"step": 4, "numbers": {"rewards/wit_and_grace/mean": 0.5}}])
    assert (term.title, term.note) == ("Wit and grace", "A term of the reward.")


def test_each_term_has_a_panel_that_says_its_latest_value() -> None:
    terms = terms_of(GRPO)
    figure = small_multiples(terms)
    assert len(figure.data) == 6
    said = [one.text for one in figure.layout.annotations]
    assert said[0] == "Reward  <b>0.3</b>"
    assert said[2] == "Format  <b>0.60</b>"
    assert alt_of(terms).startswith("Reward 0.3; Accuracy 0.10; Format 0.60")
    rows = {round(figure.layout[f"yaxis{n or ''}"].domain[1], 3) for n in (0, 5, 6)}
    assert len(rows) == 2  # four panels to a row
