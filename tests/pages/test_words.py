"""Counts and names for people: plural, and Markdown that shows a name as it stands."""

from streamlit.testing.v1 import AppTest

from pages.components.words import (
    LONGEST_NAME,
    byte_size,
    count,
    plain,
    shorten,
    with_unit,
    without_unit,
)


def test_one_thing_has_no_s() -> None:
    assert [count(n, "review") for n in (0, 1, 2000)] == ["0 reviews", "1 review", "2,000 reviews"]


def test_what_markdown_acts_on_is_escaped_and_the_rest_stays() -> None:
    assert plain("ambient temperature") == "ambient temperature"
    assert plain("a_b *c* $d$") == r"a\_b \*c\* \$d\$"
    assert plain("[x](http://y) :red[z] <b>") == (r"\[x\](http\://y) \:red\[z\] \<b\>")


def test_a_name_over_several_lines_becomes_one() -> None:
    assert plain("first\n# second") == r"first \# second"


def test_a_name_in_an_error_fetches_no_picture_and_is_no_link() -> None:
    def page() -> None:
        from core.errors import DataError
        from pages.components.messages import errors_shown

        with errors_shown():
            raise DataError("'![x](http://elsewhere/x.png)' cannot be read")

    (error,) = AppTest.from_function(page).run().error
    assert error.value == r"'!\[x\](http\://elsewhere/x.png)' cannot be read"


def test_streamlit_takes_escaped_names() -> None:
    app = AppTest.from_string(
        "import streamlit as st\n"
        "from pages.components.words import plain\n"
        "st.subheader(plain('price $ and cost $'))"
    ).run()
    assert app.subheader[0].value == r"price \$ and cost \$"


def test_a_long_name_keeps_both_ends() -> None:
    assert shorten("pump.csv") == "pump.csv"
    short = shorten("plant_" * 40 + "2024.csv")
    assert short.startswith("plant_") and short.endswith("2024.csv") and len(short) <= LONGEST_NAME


def test_bytes_are_said_in_the_largest_unit_that_leaves_one() -> None:
    assert [byte_size(n) for n in (1, 999, 1_000, 2_140_000_000)] == [
        "1 byte", "999 bytes", "1 kB", "2.14 GB",
    ]  # fmt: skip


def test_a_unit_in_the_name_is_said_once() -> None:
    assert with_unit("flow", "l/s") == "flow (l/s)"
    assert with_unit("flow", "") == "flow"
    assert with_unit("Druck [bar]", "bar") == "Druck [bar]"
    assert with_unit("flow ( m3 / h )", "m3 / h") == "flow ( m3 / h )"
    assert with_unit("flow (old)", "l/s") == "flow (old) (l/s)"
    assert without_unit("Druck [bar]", "bar") == "Druck"
    assert without_unit("flow (old)", "l/s") == "flow (old)"
    assert without_unit("[bar]", "bar") == "[bar]"
