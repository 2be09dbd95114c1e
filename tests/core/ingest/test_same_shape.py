"""Files of one shape share a key, and settings chosen for one fit the next."""

import pytest

from core.ingest import Proposal, adapt, propose, shape_key

HEAD = "time;a;b\n"


def monday(text: str, name: str = "mon.csv") -> Proposal:
    """Return the proposal of a text."""
    return propose(name, text.encode())


def test_the_next_export_of_a_system_has_the_same_key() -> None:
    first = monday(HEAD + "2024-01-01;1,5;2\n2024-01-02;1,6;3\n")
    longer = monday("made by x\n" + HEAD + "".join(f"2024-02-{d:02d};7,5;1\n" for d in range(1, 9)))
    assert shape_key(first) == shape_key(longer)


@pytest.mark.parametrize(
    "text",
    [
        "time;b;a\n2024-01-01;1,5;2\n2024-01-02;1,6;3\n",  # another order
        "time,a,b\n2024-01-01,1.5,2\n2024-01-02,1.6,3\n",  # another separator
        "time;a;c\n2024-01-01;1,5;2\n2024-01-02;1,6;3\n",  # another name
    ],
)
def test_other_columns_or_another_reading_have_another_key(text: str) -> None:
    first = monday(HEAD + "2024-01-01;1,5;2\n2024-01-02;1,6;3\n")
    assert shape_key(first) != shape_key(monday(text))


def test_remembered_choices_are_kept_and_the_place_of_the_table_is_the_new_files() -> None:
    first = monday(HEAD + "2024-01-01;1,5;2\n2024-01-02;1,6;3\n").settings
    chosen = first.model_copy(update={"value_columns": ("b",), "on_bad_cell": "missing"})
    next_one = monday("made by x\n\n" + HEAD + "2024-02-01;1,5;2\n2024-02-02;1,6;3\n", "tue.csv")
    adapted = adapt(chosen, next_one)
    assert adapted is not None
    assert (adapted.name, adapted.value_columns, adapted.on_bad_cell) == ("tue", ("b",), "missing")
    assert adapted.reading.skip_lines == 2


def test_settings_that_name_a_column_which_is_gone_do_not_fit() -> None:
    first = monday(HEAD + "2024-01-01;1,5;2\n2024-01-02;1,6;3\n").settings
    other = monday("time;a\n2024-01-01;1,5\n2024-01-02;1,6\n")
    assert adapt(first, other) is None
