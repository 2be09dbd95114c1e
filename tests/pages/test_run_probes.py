"""What a run writes on its fixed items, then and now."""

from pages.components.train_probes import marked_html
from pages.components.workflows.run_probes import Piece, Watched, pieces
from training.probes import Probe


def test_words_that_only_one_text_has_are_told_apart() -> None:
    before, now = pieces("it rises to the end", "it falls slowly to the end")
    assert before == [Piece("it", True), Piece("rises", False), Piece("to the end", True)]
    assert now == [Piece("it", True), Piece("falls slowly", False), Piece("to the end", True)]
    assert pieces("", "new")[0] == []


def test_a_step_between_two_shows_the_one_before() -> None:
    texts = tuple(Probe(step=n, item_id="a", text=f"{n}", score=0.0) for n in (0, 10, 20))
    watched = Watched("a", "somewhere", texts)
    assert watched.steps == [0, 10, 20]
    assert [watched.at(n).text for n in (0, 9, 10, 25)] == ["0", "0", "10", "20"]


def test_what_a_model_wrote_is_shown_and_never_run() -> None:
    html = marked_html([Piece("<script>x</script>", False), Piece("<think>", True)])
    assert "<script>" not in html
    assert "&lt;think&gt;" in html
