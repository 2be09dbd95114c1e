"""Prices by hand: of a call by its tokens, of a batch before it starts."""

import pytest

from core.teachers.cost import (
    SHORTEST_ANSWER,
    MeasuredTokens,
    cost_usd,
    estimate,
    picture_tokens,
    text_tokens,
)
from tests.core.teachers.asking import endpoint

URL = "http://localhost:1/v1"
PRICED = endpoint(URL, max_tokens=1000)
FREE = endpoint(URL, price_in=0, price_out=0)
UNKNOWN = endpoint(URL, price_out=None)


def test_a_call_costs_its_tokens_times_their_prices() -> None:
    assert cost_usd(PRICED, 1_000, 500) == pytest.approx(0.006)  # 1,000 x 2 + 500 x 8 millionths


def test_an_unknown_price_or_count_makes_an_unknown_cost() -> None:
    assert cost_usd(UNKNOWN, 1_000, 500) is None
    assert cost_usd(PRICED, None, 500) is None


def test_a_free_endpoint_costs_nothing_whatever_it_counts() -> None:
    assert cost_usd(FREE, 1_000, 500) == 0.0
    assert cost_usd(FREE, None, None) == 0.0


@pytest.mark.parametrize(
    ("width", "height", "tokens"),
    [
        (800, 400, (425, 435)),  # 2 x 1 tiles; 29 x 15 patches
        (512, 512, (255, 361)),  # 1 tile; 19 x 19
        (2048, 4096, (1105, 10_878)),  # 768 x 1536 in the end: 2 x 3 tiles; 74 x 147 patches
    ],
)
def test_a_picture_counts_between_its_tiles_and_its_patches(
    width: int, height: int, tokens: tuple[int, int]
) -> None:
    assert picture_tokens(width, height) == tokens


def test_four_characters_make_a_token() -> None:
    assert [text_tokens(text) for text in ("", "abcd", "abcde")] == [0, 1, 2]


def test_an_estimate_before_any_call_is_a_range() -> None:
    expected = estimate(500, 4_000, [(800, 400)], PRICED)
    shortest = text_tokens(SHORTEST_ANSWER)
    assert expected.requests == 500
    assert expected.tokens_in == (500 * (1_000 + 425), 500 * (1_000 + 435))
    assert expected.tokens_out == (500 * shortest, 500 * 1_000)
    assert expected.usd == pytest.approx((1.425 + 500 * shortest * 8e-6, 1.435 + 4.0))
    assert expected.sentence == (
        "500 requests to localhost:1: 712,500 to 717,500 tokens in and 7,000 to 500,000 out, "
        "USD 1.48 to 5.43 (estimated before any call)."
    )


def test_earlier_calls_take_the_place_of_the_rules() -> None:
    measured = MeasuredTokens(tokens_in=1_200.0, tokens_out=150.5)
    expected = estimate(2, 4_000, [(800, 400)] * 2, PRICED, measured)
    assert (expected.tokens_in, expected.tokens_out) == ((2_400, 2_400), (301, 301))
    assert expected.sentence == (
        "2 requests to localhost:1: 2,400 tokens in and 301 out, USD 0.01 "
        "(as measured in earlier calls)."
    )


def test_without_a_price_the_sentence_says_how_to_see_one() -> None:
    expected = estimate(1, 40, [], UNKNOWN)
    assert expected.usd is None
    assert "1 request to" in expected.sentence
    assert "the price is unknown: enter the prices of 'test'" in expected.sentence


def test_a_local_endpoint_costs_nothing() -> None:
    assert estimate(10, 40, [], FREE).usd == (0.0, 0.0)
    assert "which costs nothing" in estimate(10, 40, [], FREE).sentence
