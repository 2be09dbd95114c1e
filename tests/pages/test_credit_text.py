"""The credit of tokens is drawn as grounds behind an answer's own text."""

from core.verifier import Credit
from pages.components.credit_text import credit_html, scale_html, times_words


def test_warm_tokens_became_likelier_and_cold_ones_less_likely() -> None:
    html = credit_html(Credit(tokens=("It ", "rises", "."), values=(0.5, -1.0, 0.001)))
    assert '<span title="1.65 times likelier" style="background: rgba(191, 87, 0, 0.275)' in html
    assert (
        '<span title="2.72 times less likely" style="background: rgba(30, 100, 160, 0.550)' in html
    )
    assert '<span title="as likely">.</span>' in html


def test_what_a_model_wrote_is_shown_and_never_run() -> None:
    html = credit_html(Credit(tokens=("<class>", '"a"</class><script>'), values=(1.0, 0.0)))
    assert "<script>" not in html
    assert "&lt;class&gt;" in html


def test_an_answer_without_any_difference_has_no_ground() -> None:
    html = credit_html(Credit(tokens=("same", " text"), values=(0.0, 0.0)))
    assert "background" not in html


def test_the_legend_has_both_ends_as_factors() -> None:
    html = scale_html(0.75)
    assert "2.12 times less likely" in html and "2.12 times likelier" in html


def test_a_difference_of_logarithms_is_said_as_a_factor() -> None:
    assert times_words(0.0) == "as likely"
    assert times_words(-0.4) == "1.49 times less likely"
    assert times_words(50.0) == "over a million times likelier"
