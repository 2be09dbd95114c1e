"""Settings of all tests: generated examples may take their time, browser tests are spread out."""

from itertools import groupby

import pytest
from hypothesis import HealthCheck, settings

# A deadline measures the machine's load, not the code.
settings.register_profile("any-load", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-load")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the files of browser tests evenly over the others, slow ones first; files stay whole.

    They take longest. Several browsers and servers at once wait for each other until their patience
    ends, and as the last files of a run slow ones would keep the other processes idle.
    """
    files = [list(same) for _, same in groupby(items, key=lambda item: item.path)]
    slow = [file for file in files if file[0].get_closest_marker("browser")]
    quick = [file for file in files if not file[0].get_closest_marker("browser")]
    quick.sort(key=lambda file: not any(item.get_closest_marker("slow") for item in file))
    apart = len(quick) // (len(slow) + 1)
    spread: list[list[pytest.Item]] = []
    for place, file in enumerate(reversed(slow)):  # the walk through the whole app takes longest
        spread += [file, *quick[place * apart : (place + 1) * apart]]
    spread += quick[len(slow) * apart :]
    items[:] = [item for file in spread for item in file]
