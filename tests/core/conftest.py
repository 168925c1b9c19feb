"""Settings of the numerical tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings
from threadpoolctl import threadpool_limits

# Machines differ in speed: no example has a deadline.
settings.register_profile("numerics", deadline=None, max_examples=50)
settings.load_profile("numerics")


@pytest.fixture(scope="session", autouse=True)
def _one_blas_thread() -> Iterator[None]:
    """Tests run side by side; threads of BLAS that wait for each other would take minutes."""
    with threadpool_limits(1, user_api="blas"):
        yield
