"""Settings of property tests: machines differ in speed, so no example has a deadline."""

from hypothesis import settings

settings.register_profile("numerics", deadline=None, max_examples=50)
settings.load_profile("numerics")
