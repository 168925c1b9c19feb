"""dotscape: a local-first embedding projector.

    import dotscape

    dotscape.init(project="words")
    dotscape.log({"embeddings": dotscape.Object3D(vectors), "texts": texts})
    dotscape.finish()

Then ``dotscape serve`` shows the vectors in the browser. Everything is loaded when it is first
asked for, so that importing the package costs next to nothing.
"""

from __future__ import annotations

# As type checkers know it; importing `typing` alone would cost more than all else here.
TYPE_CHECKING = False

__version__ = "0.1.0"

if TYPE_CHECKING:
    from typing import Any

    from dotscape import errors as errors
    from dotscape.core.analysis.quality import quality as quality
    from dotscape.core.neighbors import neighbors as neighbors
    from dotscape.core.projection import Projection as Projection
    from dotscape.core.projection import project as project
    from dotscape.notebook.show import show as show
    from dotscape.sdk.compat import login as login
    from dotscape.sdk.current import define_metric as define_metric
    from dotscape.sdk.current import finish as finish
    from dotscape.sdk.current import log as log
    from dotscape.sdk.current import save as save
    from dotscape.sdk.data.audio import Audio as Audio
    from dotscape.sdk.data.embeddings import Embeddings as Embeddings
    from dotscape.sdk.data.histogram import Histogram as Histogram
    from dotscape.sdk.data.html import Html as Html
    from dotscape.sdk.data.image import Image as Image
    from dotscape.sdk.data.object3d import Object3D as Object3D
    from dotscape.sdk.data.table import Table as Table
    from dotscape.sdk.init import init as init
    from dotscape.sdk.mappings import Config as _Config
    from dotscape.sdk.mappings import SummaryView as _SummaryView
    from dotscape.sdk.opened import open_run as open_run
    from dotscape.sdk.run import Run as Run

    config: _Config
    summary: _SummaryView
    run: Run | None

__all__ = [
    "Audio",
    "Embeddings",
    "Histogram",
    "Html",
    "Image",
    "Object3D",
    "Table",
    "config",
    "define_metric",
    "finish",
    "init",
    "log",
    "neighbors",
    "open_run",
    "project",
    "quality",
    "run",
    "save",
    "show",
    "summary",
]

# Where each name lies. Those that aren't in __all__ are there so that scripts written for W&B's
# client run, and for type annotations.
_PLACES = {
    **dict.fromkeys(["define_metric", "finish", "log", "save"], "sdk.current"),
    **dict.fromkeys(
        ["alert", "log_artifact", "log_code", "login", "unwatch", "watch"], "sdk.compat"
    ),
    "Audio": "sdk.data.audio",
    "Embeddings": "sdk.data.embeddings",
    "Histogram": "sdk.data.histogram",
    "Html": "sdk.data.html",
    "Image": "sdk.data.image",
    "Object3D": "sdk.data.object3d",
    "Projection": "core.projection",
    "Run": "sdk.run",
    "Settings": "sdk.settings",
    "Table": "sdk.data.table",
    "init": "sdk.init",
    "neighbors": "core.neighbors",
    "open_run": "sdk.opened",
    "project": "core.projection",
    "quality": "core.analysis.quality",
    "show": "notebook.show",
}
_OF_THE_RUN = ("config", "run", "summary")


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _OF_THE_RUN:
        # Not kept: they follow the current run.
        current = import_module("dotscape.sdk.current")
        return current.of_the_run(name)
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(f"dotscape has no '{name}'. It has: {', '.join(__all__)}")
    value = getattr(import_module(f"dotscape.{place}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
