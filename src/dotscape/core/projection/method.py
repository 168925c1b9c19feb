"""What a projection method is, and what it returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

from dotscape.core.matrix import Floats, Matrix
from dotscape.core.progress import Progress
from dotscape.core.projection.parameters import Parameter
from dotscape.errors import ParameterError


@dataclass(frozen=True, slots=True)
class Result:
    """What a method made of the vectors.

    ``layout`` (n, n_components) float32 in row order; rows left out are NaN. ``axes`` says in words
    what each axis means, where it means something. ``approximations`` says in words what isn't
    exact. ``measures`` holds what was measured, JSON-compatible.
    """

    layout: Floats
    rows_left_out: int = 0
    axes: tuple[str, ...] | None = None
    measures: dict[str, Any] = field(default_factory=dict[str, Any])
    approximations: tuple[str, ...] = ()


def check_rows(method: Method, n: int) -> None:
    """Raise `ParameterError` where n rows are too few for a method."""
    if n < method.fewest_rows:
        raise ParameterError(
            "X",
            method.title,
            allowed=f"at least {method.fewest_rows} rows with finite values",
            got=f"{n} {'row' if n == 1 else 'rows'}",
            hint="PCA takes any number of rows; or log more of them.",
        )


class Method(Protocol):
    """One way of projecting vectors; an entry of the registry."""

    @property
    def name(self) -> str:
        """As it is asked for: "tsne"."""
        ...

    @property
    def title(self) -> str:
        """As it is shown: "t-SNE"."""
        ...

    @property
    def help(self) -> str:
        """One sentence on what it is good for."""
        ...

    @property
    def components(self) -> tuple[int, ...]:
        """The numbers of dimensions it can make."""
        ...

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters with their limits."""
        ...

    @property
    def version(self) -> int:
        """Raised when its results change: older cached layouts are then made anew."""
        ...

    @property
    def fewest_rows(self) -> int:
        """How many rows with finite values it needs."""
        ...

    @property
    def quick(self) -> bool:
        """Whether it takes seconds at most, so that it may run beside a long job."""
        ...

    def fit(
        self,
        X: Matrix,
        *,
        n_components: int,
        parameters: Mapping[str, Any],
        seed: int,
        progress: Progress,
        threads: int | None = None,
    ) -> Result:
        """Project X (n, d) from `as_matrix`; ``parameters`` complete, from the registry."""
        ...


@runtime_checkable
class Linear(Protocol):
    """A method that makes as many components as the vectors have numbers, where a script asks."""

    up_to_d: Literal[True]
