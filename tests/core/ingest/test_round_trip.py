"""Any frame that is written as text comes back bit for bit."""

import io

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.ingest import build, propose

FINITE = st.floats(allow_infinity=False, allow_nan=True, width=64)
SHAPES = st.tuples(st.integers(2, 40), st.integers(1, 5))
NAMES = ["flow", "head 2", "P-TPT", "Größe", "q(t)"]


def filled(values: np.ndarray) -> bool:
    """Say whether every channel has a value; wholly empty ones are left out by design."""
    return not np.isnan(values).all(axis=0).any()


@settings(max_examples=60, deadline=None)
@given(
    values=SHAPES.flatmap(lambda shape: arrays.arrays(np.float64, shape, elements=FINITE)).filter(
        filled
    ),
    dialect=st.sampled_from([(",", "."), (";", ","), ("\t", "."), ("|", ".")]),
    with_time=st.booleans(),
    start=st.integers(-5_000_000_000, 5_000_000_000),
    step_ms=st.integers(1, 10_000_000),
)
def test_text_comes_back_bit_for_bit(
    values: np.ndarray, dialect: tuple[str, str], with_time: bool, start: int, step_ms: int
) -> None:
    values = np.where(values == 0, 0.0, values)  # -0 and 0 are one number in text
    separator, decimal = dialect
    frame = pd.DataFrame(values, columns=NAMES[: values.shape[1]])
    times = pd.Timestamp(start, unit="s") + pd.to_timedelta(
        np.arange(len(values)) * step_ms, unit="ms"
    )
    if with_time:
        frame.insert(0, "time", times)
    buffer = io.StringIO()
    frame.to_csv(buffer, index=False, sep=separator, decimal=decimal, na_rep="NaN")
    raw = buffer.getvalue().encode()

    ((data, info),) = build(raw, propose("frame.csv", raw).settings).series

    np.testing.assert_array_equal(data.values, values)
    assert list(info.channel_names) == NAMES[: values.shape[1]]
    if with_time:
        assert data.time is not None
        expected = times.to_numpy().astype("datetime64[ns]").view(np.int64)
        np.testing.assert_array_equal(data.time, expected)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_series_or_a_plain_message(raw: bytes) -> None:
    from core.errors import AppError

    try:
        build(raw, propose("noise.csv", raw).settings)
    except AppError as error:
        assert len(str(error)) > 40


TABLE_TEXT = st.text(alphabet='0123456789.,;:-/"\t\n eTZaé+#', max_size=200)


@settings(max_examples=300, deadline=None)
@given(TABLE_TEXT)
def test_any_text_gives_a_series_or_a_plain_message(text: str) -> None:
    from core.errors import AppError

    try:
        built = build(text.encode(), propose("noise.csv", text.encode()).settings)
    except AppError as error:
        assert len(str(error)) > 40
    else:
        assert all(data.n_samples >= 2 for data, _ in built.series)
