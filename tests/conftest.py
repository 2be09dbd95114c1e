"""Settings of all tests: generated examples may take their time on a busy machine."""

from hypothesis import HealthCheck, settings

# A deadline measures the machine's load, not the code.
settings.register_profile("any-load", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-load")
