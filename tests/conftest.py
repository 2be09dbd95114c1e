"""Settings of all tests: generated examples may take their time, browser tests run one by one."""

import pytest
from hypothesis import HealthCheck, settings

# A deadline measures the machine's load, not the code.
settings.register_profile("any-load", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-load")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a file's tests to one process; all browser tests to one, which begins with them.

    Several browsers and servers at once wait for each other until their patience ends, and as the
    last ones of a run they keep the other processes idle.
    """
    for item in items:
        drives = item.get_closest_marker("browser") is not None
        item.add_marker(pytest.mark.xdist_group("browser" if drives else str(item.path.name)))
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)
