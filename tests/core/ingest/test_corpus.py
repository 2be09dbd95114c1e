"""Every broken file of the corpus opens with exactly what it holds, or is refused by its place."""

import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.ingest import build, propose
from tests.core.ingest.corpus.case import Case, judge
from tests.core.ingest.corpus.cases import all_cases
from tests.core.ingest.corpus.good import Good, Style, rows, table, text, write

CASES = all_cases()
LAZY = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def test_the_corpus_is_large_and_the_same_in_every_run() -> None:
    assert len(CASES) >= 200
    assert [case.raw for case in all_cases()] == [case.raw for case in CASES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_broken_file_opens_right_or_is_refused_by_its_place(case: Case) -> None:
    verdict = judge(case)
    assert verdict.what == ("opened" if case.outcome == "recoverable" else "refused"), verdict.why


@LAZY
@given(
    separator=st.sampled_from([";", "\t", "|", "^", "~"]),
    decimal=st.sampled_from([".", ","]),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    form=st.sampled_from(["%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M", "%m/%d/%Y %H:%M", "%Y%m%d%H%M%S"]),
    above=st.sampled_from(["", "Pump 3\n", "# made by x\n", "a: b\nc: d\n\n"]),
    below=st.sampled_from(["", "\n(a note)\n", "# end\n"]),
    n=st.integers(20, 60),
    columns=st.integers(2, 5),
)
def test_any_mixture_of_dresses_gives_the_same_table(
    separator: str, decimal: str, newline: str, form: str, above: str, below: str,
    n: int, columns: int,
) -> None:  # fmt: skip
    good = table(n, columns)
    style = Style(
        separator, decimal, time=lambda t: f"{t:{form}}", newline=newline,
        above=above.replace("\n", newline), below=below.replace("\n", newline),
    )  # fmt: skip
    verdict = judge(Case("mixed", "any", text(good, style).encode(), good=good))
    assert verdict.what == "opened", verdict.why


@LAZY
@given(at=st.integers(0, 2_000), junk=st.binary(min_size=1, max_size=12), cut=st.booleans())
def test_bytes_put_anywhere_never_give_anything_but_a_data_error(
    at: int, junk: bytes, cut: bool
) -> None:
    raw = text(table(), Style(";", ",")).encode()
    at %= len(raw)
    broken = raw[:at] + junk + (b"" if cut else raw[at:])
    try:
        build(broken, propose("export.csv", broken).settings)
    except DataError as error:
        assert len(str(error)) > 40


@LAZY
@given(seed=st.integers(0, 10_000))
def test_cells_spoilt_at_random_are_all_named_and_missing_after_consent(seed: int) -> None:
    good, dice = table(), random.Random(seed)
    cells = rows(good, Style())
    columns = [list(column) for column in good.columns]
    spoilt = sorted(dice.sample(range(good.n), 3))
    for row in spoilt:
        column = dice.randrange(2)
        cells[row + 1][column + 1] = dice.choice(["bad", "1.2.3", "#REF!", "12 V", "inf"])
        columns[column][row] = None
    case = Case(
        "spoilt", str(seed), write(cells, Style()).encode(),
        good=Good(good.times, good.names, tuple(map(tuple, columns))),
        consent="cells", lines=tuple(row + 2 for row in spoilt),
    )  # fmt: skip
    verdict = judge(case)
    assert verdict.what == "opened", verdict.why


@LAZY
@given(raw=st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode()))
def test_anything_at_all_is_read_or_refused_in_words(raw: bytes) -> None:
    try:
        build(raw, propose("any.csv", raw).settings)
    except DataError as error:
        assert json.dumps(str(error))
