"""Edits of a text: applied, shown, and written whole or not at all."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from apkgraph.changes.edits import ConflictingEditsError, Edit, apply, diff, write
from apkgraph.errors import InputError
from apkgraph.redaction import Redactor
from tests.benchmarks.measure import LONG


def test_edits_are_made_from_their_places() -> None:
    assert apply("abcdef", [Edit(4, 5, "X"), Edit(1, 2, "YY"), Edit(1, 2, "YY")]) == "aYYcdXf"


def test_two_wishes_for_one_place_conflict() -> None:
    with pytest.raises(ConflictingEditsError, match="same place"):
        apply("abc", [Edit(0, 2, "x"), Edit(1, 3, "y")])


def test_a_diff_can_be_applied(tmp_path: Path) -> None:
    before, after = "a\r\nb\r\nno newline 1", "a\r\nb\r\nno newline 2"
    (tmp_path / "file").write_bytes(before.encode())
    patch = diff("file", before, after)
    subprocess.run(["patch", "--binary", "-p1"], input=patch.encode(), cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "file").read_bytes() == after.encode()
    assert diff("file", before, before) == ""


def test_a_diff_shows_no_secret() -> None:
    before = "ARG TOKEN=hunter2hunter2\nRUN apk add git=1\n"
    text = diff("Dockerfile", before, before.replace("git=1", "git=2"), Redactor({"TOKEN": "hunter2hunter2"}))
    assert "hunter2" not in text
    assert "+RUN apk add git=2" in text


def test_writing_keeps_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o640)
    write(str(path), "old", "new")
    assert (path.read_text(), path.stat().st_mode & 0o7777, os.listdir(tmp_path)) == ("new", 0o640, ["file"])


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("link", "symbolic link to"),
        ("read-only", "read-only"),
        ("directory", "not a regular file"),
        ("changed", "has changed since it was read"),
        ("absent", "No such file"),
    ],
)
def test_what_is_not_written_says_why(kind: str, reason: str, tmp_path: Path) -> None:
    path, target = tmp_path / "file", tmp_path / "target"
    target.write_text("old")
    if kind == "link":
        path.symlink_to(target)
    elif kind == "directory":
        path.mkdir()
    elif kind != "absent":
        path.write_text("old!" if kind == "changed" else "old")
    if kind == "read-only":
        path.chmod(0o444)
    with pytest.raises(InputError, match=reason):
        write(str(path), "old", "new")
    assert target.read_text() == "old"
    assert {entry.name for entry in tmp_path.iterdir()} <= {"file", "target"}


WRITER = """
import sys
from apkgraph.changes.edits import write
path, size = sys.argv[1], int(sys.argv[2])
texts = ["a" * size, "b" * size]
print("ready", flush=True)
while True:
    write(path, *texts)
    texts.reverse()
"""


def test_a_killed_writer_leaves_one_text_or_the_other(tmp_path: Path) -> None:
    """Killed at any moment, the file holds the old text or the new one, whole; at most one new file is left beside it.

    APKGRAPH_LONG=1 makes it 200 kills.
    """
    size, chance = 1 << 20, random.Random(3)
    path = tmp_path / "file"
    for _ in range(200 if LONG else 5):
        path.write_text("a" * size)
        with subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(size)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(chance.random() / 20)
            process.send_signal(signal.SIGKILL)
        assert path.read_text() in ("a" * size, "b" * size)
        assert len(os.listdir(tmp_path)) <= 2
    write(str(path), path.read_text(), "new")
    assert os.listdir(tmp_path) == ["file"]


def test_what_another_writer_is_writing_stays(tmp_path: Path) -> None:
    path, others = tmp_path / "file", tmp_path / f".file.{os.getppid()}.0123abcd.part"
    path.write_text("old")
    others.write_text("half")
    write(str(path), "old", "new")
    assert (path.read_text(), others.read_text()) == ("new", "half")
