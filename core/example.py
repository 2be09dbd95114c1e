"""The example project's series: 900 generated ones with known truth, and four real ones.

What carries which question (`Generated.asked`):
    450 generated trend series      `pattern`
    450 generated event series      `anomaly`, some of them `pattern` too (see `core/generate.py`)
    co2, sunspots, nile, elnino     `anomaly`; real, with real dates, and no known truth

400 of the generated series are gold by construction: their truth comes from the generator, not
from a person. They are spread evenly over trends, fluctuations and kinds of events, and they are as
many as it takes to tell whether a student is some points better than its teacher. The real series
are read from the files that the statsmodels package ships, so no network is needed.
"""

import csv
from dataclasses import replace
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.generate import Generated, generate
from core.series import SeriesData, SeriesInfo

N_GENERATED = 900
N_GOLD = 400


def example_series(seed: int = 7) -> list[Generated]:
    """Return the example: the generated series, some of them gold, then the four real ones."""
    return [*generated_with_gold(N_GENERATED, N_GOLD, seed), *real_series()]


def generated_with_gold(n: int, n_gold: int, seed: int) -> list[Generated]:
    """Return `n` generated series, `n_gold` of them gold, spread evenly over all kinds."""
    made = generate(n, seed)
    gold = _spread(made, n_gold, seed)
    return [replace(one, gold=place in gold) for place, one in enumerate(made)]


def real_series() -> list[Generated]:
    """Return the real series: co2 (weekly, 1958), sunspots (yearly, 1700), nile (1871), elnino."""
    return [reader() for reader in (_co2, _sunspots, _nile, _elnino)]


def _spread(made: list[Generated], count: int, seed: int) -> set[int]:
    """Choose `count` places evenly over the strata: sort by stratum, take every n-th."""
    shuffled = [int(place) for place in np.random.default_rng([seed, 5]).permutation(len(made))]
    by_stratum = sorted(shuffled, key=lambda place: _stratum(made[place]))
    steps = np.linspace(0, len(made), count, endpoint=False).astype(int).tolist()
    return {by_stratum[step] for step in steps}


def _stratum(made: Generated) -> tuple[str, ...]:
    events = ",".join(sorted(event.key for event in made.events))
    return (
        made.asked[0],
        f"{len(made.events) > 0} {made.data.n_channels}" if "anomaly" in made.asked else "",
        events,
        made.pattern or "",
        made.texture,
    )


def _co2() -> Generated:
    rows = _rows("co2")
    dates = [f"{day[:4]}-{day[4:6]}-{day[6:]}" for day, _ in rows]
    values = [float(value) if value else np.nan for _, value in rows]
    return _real("CO2 at Mauna Loa, weekly", "CO2", "ppm", dates, values)


def _sunspots() -> Generated:
    rows = _rows("sunspots")
    dates = [f"{year}-01-01" for year, _ in rows]
    return _real("sunspots, yearly", "sunspots", "", dates, [float(value) for _, value in rows])


def _nile() -> Generated:
    rows = _rows("nile")
    dates = [f"{year}-01-01" for year, _ in rows]
    values = [float(value) for _, value in rows]
    return _real("Nile at Aswan, yearly", "volume", "10⁸ m³", dates, values)


def _elnino() -> Generated:
    rows = _rows("elnino")
    dates = [f"{row[0]}-{month:02d}-01" for row in rows for month in range(1, 13)]
    values = [float(value) for row in rows for value in row[1:]]
    return _real("El Niño sea surface temperature, monthly", "temperature", "°C", dates, values)


def _rows(name: str) -> list[list[str]]:
    """Read a data file of statsmodels without importing it: that alone takes a second."""
    path = files("statsmodels") / "datasets" / name / f"{name}.csv"
    if not path.is_file():
        raise DataError(
            f"the example needs {name}.csv of the installed statsmodels package, which has no such "
            "file; install the version that requirements.txt names"
        )
    lines = path.read_text(encoding="utf-8").splitlines()
    return [row for row in csv.reader(lines) if row][1:]


def _real(name: str, channel: str, unit: str, dates: list[str], values: list[float]) -> Generated:
    time: NDArray[np.int64] = np.array(dates, dtype="datetime64[us]").astype(np.int64)
    info = SeriesInfo(name, (channel,), (unit,), zone="UTC", zone_known=False)
    data = SeriesData(np.array(values, np.float64)[:, None], time, "us")
    return Generated(data, info, None, (), ("anomaly",), texture="real")
