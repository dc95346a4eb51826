"""What is taken away: each format of a small set."""

from __future__ import annotations

import dataclasses
import json
import resource
import shlex
import shutil
import signal
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from apkgraph.errors import InputError
from apkgraph.report.audit.markdown import code
from apkgraph.report.text import clean
from apkgraph.tui.backend import ExplorerBackend
from apkgraph.tui.screens.export import write_new
from apkgraph.tui.start import read_document
from apkgraph.tui.state import edit_actions, exports, view_actions
from tests.tui.small import HERE, explorer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from apkgraph.tui.state.record import State

DOOR = ExplorerBackend(explorer())


def solved(*names: str) -> State:
    state = edit_actions.begin(HERE, names)
    return edit_actions.answered(state, DOOR.answer(state.wanted))


def test_the_world_and_the_lines_hold_what_is_on() -> None:
    state = edit_actions.switch(solved("git>0", "curl", "odd"), "curl")
    assert exports.to_world(state) == "git>0\nodd\n"
    assert exports.to_apk_add(state) == "apk add 'git>0' odd\n"
    assert exports.to_dockerfile(state) == "RUN apk add --no-cache 'git>0' odd\n"


def test_json_is_the_contract_and_opens_again(tmp_path: Path) -> None:
    state = solved("git", "curl")
    written = DOOR.documents(state.wanted)["json"]
    assert json.loads(written)["schema"] == "apkgraph.cost/1"
    write_new(str(tmp_path / "set.json"), written)
    assert read_document(str(tmp_path / "set.json")) == (("git", "curl"), {"release": "v1", "arch": "x86_64"})


def test_markdown_is_the_table_as_it_is_sorted() -> None:
    state = view_actions.sort_by(solved("git", "curl"), "own")
    lines = exports.to_markdown(state).splitlines()
    assert lines[0].startswith("`apk add git curl` on v1 x86_64: **+7.2 MiB** installed")
    assert lines[4].startswith("| `git` | 1-r0 | 5.9 MiB |")


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not here")
def test_graphviz_reads_the_graph() -> None:
    state = solved("git", "docs", "ping")
    graph = DOOR.documents(state.wanted)["dot"].encode()
    done = subprocess.run(["dot", "-Tplain"], input=graph, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"git-doc" in done.stdout


def test_the_graph_is_the_report_s_and_json_has_no_words_for_what_is_removed_from_the_base() -> None:
    state = edit_actions.remove_from_base(solved("git", "docs"), "busybox")
    texts = DOOR.documents(state.wanted)
    assert set(texts) == {"dot"}
    assert '"git" -> "libcurl" [label="so:libcurl.so.4"' in texts["dot"]


def test_there_is_nothing_to_export_before_the_first_answer() -> None:
    with pytest.raises(InputError, match="nothing to export"):
        exports.to_markdown(edit_actions.begin(HERE))


def test_files_are_never_overwritten_and_faults_are_told(tmp_path: Path) -> None:
    path = tmp_path / "world"
    write_new(str(path), "git\n")
    with pytest.raises(InputError, match="is there already"):
        write_new(str(path), "curl\n")
    assert path.read_text() == "git\n"
    with pytest.raises(InputError, match="cannot be written"):
        write_new(str(tmp_path / "no" / "such" / "directory"), "git\n")
    with pytest.raises(InputError, match="cannot be written"):
        write_new("bad\0name", "git\n")
    with pytest.raises(InputError, match="name a file"):
        write_new("", "git\n")


def test_what_is_half_written_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_new(str(tmp_path / "set"), "\ud800")
    with resource_limit(100), pytest.raises(InputError, match="cannot be written"):
        write_new(str(tmp_path / "set"), "x" * 1000)
    assert list(tmp_path.iterdir()) == []


@contextmanager
def resource_limit(size: int) -> Iterator[None]:
    """No file may grow larger: what a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


NASTY = "a'$(touch x)`touch y`|[l](http://e)<b>\\\"\x1b[31m\u202e"


def nasty() -> State:
    state = solved("git")
    assert state.figures is not None
    rows = tuple(dataclasses.replace(row, name=NASTY) if row.name == "git" else row for row in state.figures.rows)
    figures = dataclasses.replace(state.figures, rows=rows, by_name={})
    return dataclasses.replace(edit_actions.add(state, NASTY), figures=figures)


def test_a_name_is_one_word_to_a_shell(tmp_path: Path) -> None:
    for make in (exports.to_apk_add, exports.to_dockerfile):
        line = make(nasty())
        words = shlex.split(line)
        assert words[-1] == clean(NASTY)
        said = subprocess.run(
            ["sh", "-c", f"printf '%s\\n' {line}"], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert said.stdout.splitlines() == words
    assert list(tmp_path.iterdir()) == []


def test_a_name_is_neither_a_link_nor_a_tag_in_markdown() -> None:
    written = exports.to_markdown(nasty())
    row = next(line for line in written.splitlines() if "touch" in line and line.startswith("|"))
    assert row.startswith(f"| {code(NASTY)} |")
    assert row.replace("\\|", "").count("|") == 8
