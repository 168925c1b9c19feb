"""A method without iterations, as an optimiser of one step."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from dotscape.core.matrix import Floats
from dotscape.core.projection.method import Result
from dotscape.errors import DotscapeError, ParameterError


class AtOnce:
    """The `Optimiser` of a method that is done when it has run once."""

    iterations = 1
    loss = math.nan

    def __init__(self, fit: Callable[[], Result], title: str) -> None:
        """``fit`` computes the layout; nothing happens before the first step."""
        self._fit = fit
        self._title = title
        self._result: Result | None = None

    @property
    def iteration(self) -> int:
        """1 once it has run."""
        return int(self.finished)

    @property
    def finished(self) -> bool:
        """Whether it has run."""
        return self._result is not None

    def step(self, *, with_loss: bool = False) -> None:
        """Run it."""
        del with_loss
        self._result = self._fit()

    def layout(self) -> Floats:
        """A copy of the layout."""
        return self.result().layout.copy()

    def change(self, name: str, value: Any) -> None:
        """Nothing can be changed on a way of one step."""
        raise ParameterError(
            name,
            self._title,
            allowed="left as it is: this method has no iterations",
            got=repr(value)[:60],
            hint="Project again with the other value.",
        )

    def result(self) -> Result:
        """The result; raises `DotscapeError` before the first step."""
        if self._result is None:
            raise DotscapeError(f"There is no layout by {self._title} yet. Call step() first.")
        return self._result
