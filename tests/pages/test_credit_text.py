"""The credit of tokens is drawn as grounds behind an answer's own text."""

from core.verifier import Credit
from pages.components.credit_text import credit_html, scale_html


def test_warm_tokens_became_likelier_and_cold_ones_less_likely() -> None:
    html = credit_html(Credit(tokens=("It ", "rises", "."), values=(0.5, -1.0, 0.001)))
    assert '<span title="+0.500" style="background: rgba(191, 87, 0, 0.275)' in html
    assert '<span title="-1.000" style="background: rgba(30, 100, 160, 0.550)' in html
    assert '<span title="+0.001">.</span>' in html


def test_what_a_model_wrote_is_shown_and_never_run() -> None:
    html = credit_html(Credit(tokens=("<class>", '"a"</class><script>'), values=(1.0, 0.0)))
    assert "<script>" not in html
    assert "&lt;class&gt;" in html


def test_an_answer_without_any_difference_has_no_ground() -> None:
    html = credit_html(Credit(tokens=("same", " text"), values=(0.0, 0.0)))
    assert "background" not in html


def test_the_legend_has_both_ends_in_numbers() -> None:
    html = scale_html(0.75)
    assert "-0.75" in html and "+0.75" in html
