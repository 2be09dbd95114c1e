"""NumPy arrays are columns; which axis is time is told, objects are never loaded."""

import io

import numpy as np
import pytest
from ingest_helpers import only, read

from core.errors import DataError
from core.ingest import build, expand, propose


def npy(array: object) -> bytes:
    """Return an array as the bytes of a .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(array), allow_pickle=True)
    return buffer.getvalue()


def npz(**arrays: object) -> bytes:
    """Return arrays as the bytes of a packed .npz file."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **{key: np.asarray(array) for key, array in arrays.items()})
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["<f8", ">f8", "<f4", "f2", "i1", ">i4", "u2", "?"])
def test_one_axis_is_one_channel_in_any_number_type(kind: str) -> None:
    data, info = only(npy(np.array([0, 1, 1, 0], dtype=kind)))
    assert data.values[:, 0].tolist() == [0, 1, 1, 0]
    assert info.channel_names == ("value",)


def test_the_longer_axis_is_the_samples_and_turning_is_said() -> None:
    upright, _ = only(npy(np.arange(60).reshape(30, 2)))
    flat, info = only(npy(np.arange(60).reshape(30, 2).T))
    assert upright.values.tolist() == flat.values.tolist()
    assert info.treatments[0] == (
        "'value' has 2 rows of 30: its rows were read as channels, its columns as samples."
    )


def test_axes_of_length_one_do_not_count() -> None:
    assert only(npy(np.arange(10.0).reshape(1, 10, 1)))[0].values.shape == (10, 1)


def test_arrays_of_one_length_are_columns_beside_a_matrix_with_named_channels() -> None:
    raw = npz(
        time=np.datetime64("2024-01-01", "m") + np.arange(4),
        data=np.arange(8.0).reshape(2, 4),
        channels=np.array(["flow", "heat"]),
        rate=np.float64(50),
        label=np.array([0, 0, 1, 0]),
    )
    proposal = propose("pump.npz", raw)
    assert proposal.settings.answer_columns == ("label",)
    data, info = only(raw)
    assert info.channel_names == ("flow", "heat")
    assert data.values.tolist() == [[0, 4], [1, 5], [2, 6], [3, 7]]
    assert data.time is not None
    assert data.time.view("datetime64[ns]")[1] == np.datetime64("2024-01-01T00:01")
    assert "Single values in the file were left out: rate." in info.treatments


def test_structured_arrays_are_columns_by_their_fields() -> None:
    kind = [("time", "M8[s]"), ("v", [("x", ">f4"), ("y", "i2")]), ("w", "f8", (2,))]
    array = np.zeros(3, dtype=kind)
    array["time"] = np.datetime64("2024-01-01") + np.arange(3)
    array["v"]["y"] = [1, 2, 3]
    data, info = only(npy(array))
    assert info.channel_names == ("v.x", "v.y", "w.1", "w.2")
    assert data.values[:, 1].tolist() == [1, 2, 3]


@pytest.mark.parametrize("unit", ["Y", "M", "D", "h", "m", "s", "ms", "us", "ns"])
def test_times_of_every_unit_are_times(unit: str) -> None:
    times = np.array(["2024", "2025", "NaT"], "M8[Y]").astype(f"M8[{unit}]")
    raw = npz(time=times[:2], v=[1.0, 2.0])
    data, _ = only(raw)
    assert data.time is not None
    assert data.time.view("datetime64[ns]")[1] == np.datetime64("2025-01-01")
    with pytest.raises(DataError, match="line 3, column 'time' holds no time"):
        only(npz(time=times, v=[1.0, 2.0, 3.0]))


def test_durations_are_seconds() -> None:
    data, info = only(npz(v=np.array([0, 1500], "m8[ms]"), w=[1, 2]))
    assert data.values[:, 0].tolist() == [0, 1.5]
    assert "'v' holds durations; they are read as seconds." in info.treatments


def test_arrays_of_different_lengths_are_files_of_their_own() -> None:
    raw = npz(train=np.zeros(5), test=np.ones(3), test_label=[0, 1, 0])
    members = expand("pump.npz", raw)
    assert [m.name for m in members] == [
        "pump.npz/pump · train.npz",
        "pump.npz/pump · 3 samples.npz",
    ]
    built = build(members[1].raw, propose(members[1].name, members[1].raw).settings)
    assert built.series[0][1].channel_names == ("test",)
    with pytest.raises(DataError, match=r"different lengths \(train: 5, test: 3, test_label: 3"):
        read(raw)


def test_arrays_that_fit_together_stay_one_file() -> None:
    raw = npz(a=np.zeros(5), b=np.zeros(5))
    assert [(m.name, m.raw) for m in expand("pump.npz", raw)] == [("pump.npz", raw)]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (npy(np.zeros((4, 5, 6))), r"'pump\.csv' has 3 axes \(4 x 5 x 6\).*cannot be told"),
        (npy(np.zeros(3, complex)), "'pump.csv' holds complex numbers"),
        (npy(np.array([1, "a", None], object)), "holds Python objects, which are not loaded"),
        (npz(a=[1, 2], b=np.array([{}, {}])), "array 'b' of 'pump.csv' holds Python objects"),
        (npy(np.float64(3)), r"holds single values only \(value\)"),
        (npy(np.zeros((0, 3))), r"is empty \(shape 0 x 3\)"),
        (npy(np.zeros(100))[:-9], "cannot be read as a NumPy array .* may be cut off"),
        (npy(np.zeros(3, [("a", "f8"), ("b", "c16")])), "column 'b' .* complex numbers"),
    ],
)
def test_what_is_no_series_is_refused_with_its_place(raw: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(raw)
