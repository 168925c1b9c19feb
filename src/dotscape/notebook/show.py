"""`show`: log vectors and give the address of their picture."""

from __future__ import annotations

import atexit
import builtins
import os
import re
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from dotscape.errors import StoreError
from dotscape.store.root import default_root

PROJECT = "notebook"
_START_SECONDS = 30
_servers: dict[Path, subprocess.Popen[str]] = {}


@dataclass(frozen=True, slots=True)
class View:
    """Where vectors can be looked at.

    ``url`` opens the page, token included: it is a secret of this machine's server. ``run`` is the
    id of the run they were logged as.
    """

    url: str
    run: str

    def open(self) -> None:
        """Open the page in a browser on this machine."""
        import webbrowser

        threading.Thread(target=webbrowser.open, args=(self.url,), daemon=True).start()

    def _repr_html_(self) -> str:
        """A link. Not a frame: the server lets no other page frame it."""
        # An address of our own, but markup all the same.
        address = escape(self.url, quote=True)
        words = "Open the embedding projector"
        return f'<a href="{address}" target="_blank" rel="noreferrer noopener">{words}</a>'

    def __repr__(self) -> str:
        return f"dotscape: {self.url}"


def show(
    data: Any,
    columns: Any = None,
    *,
    ids: Any = None,
    projection: Mapping[str, Any] | str | None = None,
    name: str | None = None,
    key: str = "embeddings",
    dir: str | os.PathLike[str] | None = None,
    browser: bool | None = None,
) -> View:
    """Log vectors as a run of the project ``notebook`` and give the address of their picture.

    Parameters
    ----------
    data
        (n, d) array or tensor, a data frame with a column of vectors, or any value that `log` takes
        (`Embeddings`, `Table`, `Object3D`).
    columns
        Mapping of names to n values, or a data frame: what the rows are.
    ids
        What tells the rows apart: n values, or the name of a column.
    projection
        What to show first, e.g. ``dict(method="tsne", perplexity=50)``.
    name
        What the run is called.
    key
        What it is logged under.
    dir
        The folder of all runs; by default ``DOTSCAPE_DIR``, else the user's data folder.
    browser
        Open a browser; by default only outside notebooks, where this machine has a screen.

    Returns
    -------
    View
        In a notebook it shows as a link. Its server runs until this process ends, unless one runs
        on the folder already.

    Raises
    ------
    StoreError
        If the folder can't be written to or no server can be started.

    Examples
    --------
    >>> import dotscape
    >>> dotscape.show(vectors, {"text": texts})  # doctest: +SKIP
    """
    root = Path(dir).expanduser().absolute() if dir is not None else default_root()
    run = _log(root, _value(data, columns, ids, projection), key=key, name=name)
    base, token = _server(root)
    view = View(f"{base}/runs/{run}/media?token={token}", run)
    in_notebook = bool(getattr(builtins, "__IPYTHON__", False))
    if browser if browser is not None else not in_notebook and _has_screen():
        view.open()
    return view


def _value(data: Any, columns: Any, ids: Any, projection: Any) -> Any:
    """What is logged for `data`."""
    from dotscape.sdk.data.embeddings import Embeddings
    from dotscape.sdk.data.table import Table
    from dotscape.sdk.data.value import Value
    from dotscape.sdk.frames import frame_columns

    if isinstance(data, Value):
        return data
    if columns is None and frame_columns(data) is not None:
        return Table(dataframe=data)
    return Embeddings(data, columns=columns, ids=ids, projection=projection)


def _log(root: Path, value: Any, *, key: str, name: str | None) -> str:
    import dotscape

    run = dotscape.init(
        project=PROJECT,
        name=name,
        dir=root,
        reinit="create_new",  # a training run of the same process goes on
        strict=True,
        settings=SimpleNamespace(silent=True),
    )
    with run:
        run.log({key: value})
    return run.id


def _server(root: Path) -> tuple[str, str]:
    """Address and token of the server that runs on a folder; started where none does."""
    from dotscape.server.listen import running

    state = running(root)
    url = cast("str", state["url"]) if state else _start(root)
    base, _, token = url.partition("/?token=")
    return base, token


def _start(root: Path) -> str:
    """Start a server that ends with this process; its address."""
    command = [sys.executable, "-m", "dotscape.cli", "serve", "--dir", str(root), "--no-browser"]
    # Another program may have the usual port: a free one does as well.
    process = subprocess.Popen(  # noqa: S603 - our own command line
        [*command, "--port", "0"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl+C in a notebook interrupts a cell, not the server
    )
    assert process.stdout is not None
    patience = threading.Timer(_START_SECONDS, process.kill)
    patience.start()
    line = process.stdout.readline()
    patience.cancel()
    found = re.search(r"http://\S+", line)
    if found is None:
        process.kill()
        rest = process.stdout.read()
        process.stdout.close()
        process.wait()
        raise StoreError(f"No server could be started on {root}: {(line + rest).strip()}")
    _servers[root] = process
    return found.group()


@atexit.register
def _stop() -> None:
    """End the servers that this process started."""
    for process in _servers.values():
        process.terminate()
        if process.stdout is not None:
            process.stdout.close()
    for process in _servers.values():
        process.wait(5)
    _servers.clear()


def _has_screen() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
