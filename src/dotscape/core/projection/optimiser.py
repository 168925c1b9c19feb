"""What an iterative method makes of vectors: a layout that is moved step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from dotscape.core.matrix import Floats, Matrix
from dotscape.core.progress import Progress
from dotscape.core.projection.method import Method, Result


class Optimiser(Protocol):
    """A layout on its way. Used by one thread at a time."""

    @property
    def iteration(self) -> int:
        """Steps done."""
        ...

    @property
    def iterations(self) -> int:
        """Steps planned; changes with the parameters."""
        ...

    @property
    def loss(self) -> float:
        """The loss when it was last computed, NaN before."""
        ...

    @property
    def finished(self) -> bool:
        """Whether all planned steps are done, or more would change nothing that can be seen."""
        ...

    def step(self, *, with_loss: bool = False) -> None:
        """One iteration. ``with_loss``: compute the loss too, which costs a little."""
        ...

    def layout(self) -> Floats:
        """A copy of the layout, (n, n_components) in row order; rows left out are NaN."""
        ...

    def change(self, name: str, value: Any) -> None:
        """Change a parameter from the next step on.

        Raises
        ------
        ParameterError
            For one that can't be changed on the way, and for a value out of its limits.
        """
        ...

    def result(self) -> Result:
        """The layout as it is now, with what was measured and what isn't exact."""
        ...


class IterativeMethod(Method, Protocol):
    """A method whose layout can be watched, stopped, changed and continued."""

    def start(
        self,
        X: Matrix,
        *,
        n_components: int,
        parameters: Mapping[str, Any],
        seed: int,
        progress: Progress,
        threads: int | None = None,
        initial: Floats | None = None,
        pinned: npt.NDArray[np.bool_] | None = None,
    ) -> Optimiser:
        """Do all that comes before the first iteration.

        Parameters
        ----------
        initial
            (n, n_components) in row order: a layout to go on from. Rows of NaN are new and start
            among their neighbours. None for the method's own beginning.
        pinned
            bool (n,): rows that stay where ``initial`` has them; they act on the others.
        """
        ...


def optimise(optimiser: Optimiser, progress: Progress, *, loss_every: int = 50) -> Result:
    """Step until it is finished; reports each step, with a live layout now and then."""
    progress.phase("Optimising", optimiser.iterations)
    while not optimiser.finished:
        wanted = progress.wants_layout
        with_loss = wanted or optimiser.iteration % loss_every == 0
        optimiser.step(with_loss=with_loss)
        loss = optimiser.loss if with_loss else None
        progress.report(optimiser.iteration, loss, optimiser.layout() if wanted else None)
    return optimiser.result()
