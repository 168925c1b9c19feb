"""The projection methods there are."""

from __future__ import annotations

import numbers
from collections.abc import Mapping, Sequence
from typing import Any

from dotscape.core.projection.axes import Axes
from dotscape.core.projection.method import Linear, Method, check_rows
from dotscape.core.projection.parameters import validate as validate_parameters
from dotscape.core.projection.pca import PCA
from dotscape.core.projection.tsne import TSNE
from dotscape.core.projection.umap import UMAP
from dotscape.errors import ParameterError

_ALL = (PCA(), TSNE(), UMAP(), Axes())
METHODS: dict[str, Method] = {method.name: method for method in _ALL}


def get(name: str) -> Method:
    """The method of that name; raises `ParameterError` naming those there are."""
    method = METHODS.get(name) if isinstance(name, str) else None  # pyright: ignore[reportUnnecessaryIsInstance]
    if method is None:
        allowed = " or ".join(f"'{known}'" for known in METHODS)
        raise ParameterError(
            "method", "project", allowed=allowed, got=repr(name)[:60], hint="Choose one of these."
        )
    return method


def validate(
    method: Method, given: Mapping[str, Any], n_components: int, n: int, d: int
) -> dict[str, Any]:
    """The complete parameters of a method for n rows of d numbers.

    Raises
    ------
    ParameterError
        For an unknown parameter, a value out of its limits, or a number of components that the
        method can't make.
    """
    possible = components(method, d)
    if isinstance(n_components, bool) or n_components not in possible:
        low, high = possible[0], possible[-1]
        allowed = f"{low} or {high}" if high == low + 1 else f"a whole number from {low} to {high}"
        raise ParameterError(
            "n_components",
            method.title,
            allowed=allowed,
            got=repr(n_components)[:60],
            hint="2 makes a flat picture, 3 one that can be turned.",
        )
    check_rows(method, n)
    return validate_parameters(method.parameters, given, method.title, n, d)


def components(method: Method, d: int) -> Sequence[int]:
    """The numbers of components a method makes of vectors of d numbers."""
    most = method.components[-1]
    return range(2, max(most, d) + 1) if isinstance(method, Linear) else method.components


def checked_seed(seed: Any) -> int:
    """The seed as a Python int; raises `ParameterError`."""
    if (
        isinstance(seed, bool)
        or not isinstance(seed, numbers.Integral)
        or not 0 <= int(seed) < 2**63
    ):
        raise ParameterError(
            "random_state",
            "project",
            allowed="a whole number from 0 to 2**63 - 1",
            got=repr(seed)[:60],
            hint="42 is the default; the same number gives the same layout.",
        )
    return int(seed)
