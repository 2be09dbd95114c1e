"""The list of failing places as a file: nothing cut, nothing a spreadsheet would run."""

from core.ingest import Problem, Settings, TimeAxis
from pages.components.workflows.problem_files import failing_rows, problems_csv


def test_every_place_is_a_row_of_the_file() -> None:
    text = problems_csv([Problem(3, "flow", "o,ops", "is no number"), Problem(9, "", "", "short")])
    assert text.decode("utf-8-sig").splitlines() == [
        "line,column,value,reason",
        '3,flow,"o,ops",is no number',
        "9,,,short",
    ]


def test_what_a_spreadsheet_would_run_as_a_formula_stays_text() -> None:
    text = problems_csv([Problem(3, "flow", "=1+1", "is no number")])
    assert text.decode("utf-8-sig").splitlines()[1] == "3,flow,'=1+1,is no number"


def test_rows_are_told_from_cells() -> None:
    settings = Settings(name="pump", time=TimeAxis(columns=("time",)))
    cell = Problem(3, "flow", "x", "is no number")
    assert not failing_rows([cell], settings)
    assert failing_rows([cell, Problem(4, "time", "x", "is no time")], settings)
    assert failing_rows([Problem(4, "", "", "has 2 cells")], settings)
    allowed = settings.model_copy(update={"on_bad_row": "leave_out"})
    assert not failing_rows([Problem(4, "", "", "has 2 cells")], allowed)
