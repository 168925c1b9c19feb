"""Handwritten digits, and a small network while it learns to read them."""

from __future__ import annotations

import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

EPOCHS = 30
HIDDEN = 32


def log(root: Path, config: dict[str, Any]) -> str:
    """Log the run and return its id.

    Everything is real: scikit-learn's 1,797 scans, and a network trained on the first half of them.
    """
    import numpy as np
    from sklearn.datasets import load_digits
    from sklearn.neural_network import MLPClassifier

    import dotscape

    digits: Any = load_digits()
    images, labels = digits.images, digits.target
    vectors = (images.reshape(len(images), -1) / 16).astype(np.float32)
    run = dotscape.init(
        project="demo",
        name="digits",
        dir=root,
        config={**config, "hidden": HIDDEN, "epochs": EPOCHS, "learning_rate": 0.02},
        notes="1,797 scans of handwritten digits (UCI, from scikit-learn), and a network of one "
        "hidden layer that learns to read them.",
        tags=["images"],
        reinit="create_new",
        settings=SimpleNamespace(silent=True),
    )
    with run:
        thumbnails = [dotscape.Image(_thumbnail(image)) for image in images]
        columns = {
            "label": [str(label) for label in labels],
            "ink": images.sum(axis=(1, 2)),
            "set": ["train" if i % 2 == 0 else "test" for i in range(len(images))],
            "thumbnail": thumbnails,
        }
        run.log(
            {
                "digits": dotscape.Embeddings(vectors, columns=columns),
                "average digits": [
                    dotscape.Image(_thumbnail(images[labels == d].mean(axis=0), 12), caption=str(d))
                    for d in range(10)
                ],
                "ink": dotscape.Histogram(images.sum(axis=(1, 2))),
                "first components": dotscape.Object3D(_cloud(vectors, labels)),
            }
        )
        settings: Any = {"learning_rate_init": 0.02, "batch_size": 64, "random_state": 0}
        network = MLPClassifier((HIDDEN,), **settings)
        _train(run, network, vectors, labels)
        run.log({"mistakes": _mistakes(dotscape, network, vectors, labels, thumbnails)})
        return run.id


def _train(run: Any, network: Any, vectors: Any, labels: Any) -> None:
    """Thirty epochs; the hidden layer is logged before, during and after."""
    import numpy as np
    from sklearn.metrics import log_loss

    train, test = slice(0, None, 2), slice(1, None, 2)
    for epoch in range(1, EPOCHS + 1):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it hasn't converged yet is the point
            network.partial_fit(vectors[train], labels[train], classes=np.arange(10))
        if epoch in (1, 5, EPOCHS):
            hidden = np.maximum(vectors @ network.coefs_[0] + network.intercepts_[0], 0)
            run.log({"hidden layer": hidden.astype(np.float32)}, commit=False)
        reached = network.score(vectors[test], labels[test])
        run.log(
            {
                "train/loss": log_loss(labels[train], network.predict_proba(vectors[train])),
                "train/accuracy": network.score(vectors[train], labels[train]),
                "test/loss": log_loss(labels[test], network.predict_proba(vectors[test])),
                "test/accuracy": reached,
            }
        )
        if epoch % 5 == 0 or epoch == 1:
            print(f"epoch {epoch:2}: {reached:.1%} of the test set read correctly")


def _mistakes(dotscape: Any, network: Any, vectors: Any, labels: Any, pictures: list[Any]) -> Any:
    """The digits that the network reads wrongly, the surest first."""
    sure = network.predict_proba(vectors)
    read = sure.argmax(axis=1)
    wrong = [i for i in sure.max(axis=1).argsort()[::-1] if read[i] != labels[i]]
    rows = [
        [pictures[i], str(labels[i]), str(read[i]), float(sure[i].max()), int(i)] for i in wrong
    ]
    return dotscape.Table(columns=["picture", "is", "read as", "sureness", "row"], data=rows)


def _cloud(vectors: Any, labels: Any) -> Any:
    """The first three principal components and the digit, (n, 4)."""
    import numpy as np
    from sklearn.decomposition import PCA

    return np.column_stack([PCA(3, random_state=0).fit_transform(vectors), labels])


def _thumbnail(image: Any, scale: int = 4) -> Any:
    """Dark ink on white paper, `scale` times as large, (8 scale, 8 scale) bytes."""
    import numpy as np

    paper = (255 - image * 255 / 16).astype(np.uint8)
    return np.kron(paper, np.ones((scale, scale), np.uint8))
