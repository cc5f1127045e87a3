"""Settings every test shares."""

from hypothesis import HealthCheck, settings

#: The fixture `browser`.
pytest_plugins = ["tests.browser"]

# The same examples on every machine and every run, and no verdict that depends on how busy it is.
settings.register_profile(
    "deterministic",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("deterministic")
