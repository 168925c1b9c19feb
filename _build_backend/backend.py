"""PEP 517 backend: makes sure the web page is built, then lets scikit-build-core do the rest.

A wheel or sdist without the page would install and serve nothing, so the page is built here,
before scikit-build-core collects files. Unchanged sources (by hash) are not built again, and an
sdist, which carries the built page, needs no Node.
"""

from __future__ import annotations

from typing import Any

from scikit_build_core import build as _build

import page

prepare_metadata_for_build_wheel = _build.prepare_metadata_for_build_wheel
prepare_metadata_for_build_editable = _build.prepare_metadata_for_build_editable

_Settings = dict[str, Any] | None


def get_requires_for_build_wheel(config_settings: _Settings = None) -> list[str]:
    """What a wheel build needs, Node included where the page must be built and none is here."""
    return [*_build.get_requires_for_build_wheel(config_settings), *page.requirements()]


def get_requires_for_build_editable(config_settings: _Settings = None) -> list[str]:
    """As for a wheel."""
    return [*_build.get_requires_for_build_editable(config_settings), *page.requirements()]


def get_requires_for_build_sdist(config_settings: _Settings = None) -> list[str]:
    """As for a wheel."""
    return [*_build.get_requires_for_build_sdist(config_settings), *page.requirements()]


def build_wheel(
    wheel_directory: str,
    config_settings: _Settings = None,
    metadata_directory: str | None = None,
) -> str:
    """Build the page where its sources changed, then the wheel."""
    page.build()
    return _build.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_editable(
    wheel_directory: str,
    config_settings: _Settings = None,
    metadata_directory: str | None = None,
) -> str:
    """Build the page where its sources changed, then the editable wheel."""
    page.build()
    return _build.build_editable(wheel_directory, config_settings, metadata_directory)


def build_sdist(sdist_directory: str, config_settings: _Settings = None) -> str:
    """Build the page where its sources changed, then the sdist that carries it."""
    page.build()
    return _build.build_sdist(sdist_directory, config_settings)
