"""Whose the bytes of an image's files are, held against a model that keeps every path."""

from __future__ import annotations

import tracemalloc
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apkgraph import limits
from apkgraph.audit.contents import ContentsAudit, audit_contents
from apkgraph.image.contents import Contents
from apkgraph.image.image import read_image
from apkgraph.image.tar_stream import Entry
from tests.image.images import DATABASE, WORLD, Files, docker_save, root, tar

Layers = list[list[tuple[str, str, int]]]  # path, kind, size


def record(name: str, version: str, *files: str) -> str:
    listed = "".join(f"F:{PurePosixPath(file).parent}\nR:{PurePosixPath(file).name}\n" for file in files)
    return f"C:Q1{'A' * 27}=\nP:{name}\nV:{version}\nA:x86_64\nS:1\nI:1\n{listed}\n"


def with_db(files: Files, *records: str) -> Files:
    return {**files, DATABASE: "".join(records).encode(), WORLD: b"busybox\n", "etc/alpine-release": b"3.18.5\n"}


BUSYBOX = record("busybox", "1.36-r0", "bin/busybox", "etc/profile")
CURL = record("curl", "8.0-r0", "usr/bin/curl", "usr/lib/libcurl.so.4")
NEWER = record("curl", "8.1-r0", "usr/bin/curl", "usr/lib/libcurl.so.4")


def audited(path: Path) -> ContentsAudit:
    image = read_image(str(path), contents=True)
    assert image.contents is not None
    return audit_contents(image.contents)


def three_layers(tmp_path: Path) -> Path:
    base = with_db({"bin/busybox": b"b" * 500, "etc/profile": b"p" * 10}, BUSYBOX)
    curl = with_db({"usr/bin/curl": b"c" * 300, "usr/lib/libcurl.so.4": b"l" * 700}, BUSYBOX, CURL)
    app: Files = {"app/big.bin": b"x" * 10_000, "app/small.txt": b"y", "etc/profile": b"q" * 20}
    upgrade = with_db(
        {"usr/bin/curl": b"C" * 310, "usr/lib/libcurl.so.4": b"L" * 710, "bin/.wh.busybox": b""}, BUSYBOX, NEWER
    )
    return docker_save(tmp_path / "image.tar", [tar(layer) for layer in (base, curl, app, upgrade)])


def test_what_each_layer_still_weighs(tmp_path: Path) -> None:
    found = audited(three_layers(tmp_path))
    rows = [(row.name, row.version, row.layer, row.by, row.removed, row.size) for row in found.covered]
    assert rows == [("busybox", "1.36-r0", 0, 3, True, 500), ("busybox", "1.36-r0", 0, 2, False, 10)]
    assert [row.names for row in found.covered] == [("bin/busybox",), ("etc/profile",)]
    (gone,) = found.gone
    assert (gone.name, gone.version, gone.layer, gone.by, gone.files, gone.size) == ("curl", "8.0-r0", 1, 3, 2, 1000)
    assert found.owned_size == 20 + 310 + 710
    assert (found.unowned[0].path, found.unowned[0].files) == ("/app", 2)
    assert sum(row.size for row in found.unowned) == found.unowned_size
    assert [row.path for row in found.replaced] == ["/lib/apk/db", "/etc"]
    layers = read_image(str(tmp_path / "image.tar")).layers
    assert found.owned_size + found.unowned_size + found.covered_size == sum(one.unpacked_size for one in layers)


def test_links_that_stand_for_directories(tmp_path: Path) -> None:
    files = with_db({"lib": "usr/lib", "usr/lib/libc.so": b"x" * 9}, record("musl", "1.2-r0", "lib/libc.so"))
    files = {**files, "usr/lib/apk/db/installed": files[DATABASE]}
    del files[DATABASE]
    assert audited(docker_save(tmp_path / "image.tar", [tar(files)])).owned_size == 9


def test_a_layer_that_is_named_twice_is_stored_once(tmp_path: Path) -> None:
    layer = tar(with_db({"bin/busybox": b"b" * 500}, BUSYBOX))
    path = docker_save(tmp_path / "image.tar", [layer])
    once = audited(path)
    image = read_image(str(path), contents=True)
    assert image.contents is not None
    image.contents.stack *= 1000
    assert audit_contents(image.contents) == once


def test_a_root_is_one_layer(tmp_path: Path) -> None:
    files = with_db({"bin/busybox": b"b" * 500, "srv/data": b"d" * 50, "srv/link": "data"}, BUSYBOX)
    found = audited(root(tmp_path / "root", files))
    assert (found.owned_size, found.covered_size) == (500, 0)
    assert found.unowned_size == 50 + len(files[DATABASE] or b"") + len(b"busybox\n") + len(b"3.18.5\n")
    assert audited(docker_export(tmp_path, files)) == found


def docker_export(tmp_path: Path, files: Files) -> Path:
    (tmp_path / "export.tar").write_bytes(tar(files))
    return tmp_path / "export.tar"


def test_past_the_bounds_files_are_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = three_layers(tmp_path)
    monkeypatch.setattr(limits, "CONTENTS_ENTRIES", 5)
    assert read_image(str(path), contents=True).contents is None


def test_memory_grows_by_little_a_file() -> None:
    contents = Contents()
    layer = contents.layer("one")
    tracemalloc.start()
    for number in range(20_000):
        contents.take(layer, Entry(f"usr/share/d{number % 100}/a-rather-long-name-of-a-file-{number}", "file", 1))
    contents.stack.append(("one", b""))
    noted = tracemalloc.get_traced_memory()[0]
    audit_contents(contents)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert noted < 40 * 20_000
    assert most < 300 * 20_000


NAMES = st.sampled_from(["a", "b", "a/x", "a/y", "a/d/z", "b/x", "b/d/z"])
ENTRIES = st.tuples(NAMES, st.sampled_from(["file", "file", "hard link", "whiteout", "opaque"]), st.integers(1, 9))


@settings(deadline=None)
@given(st.lists(st.lists(ENTRIES, max_size=5), min_size=1, max_size=4))
def test_layers_cover_as_the_specification_says(layers: Layers) -> None:
    contents = Contents()
    database = "".join(record(f"p{n}", "1-r0", name) for n, name in enumerate(["a/x", "b", "a/d/z"])).encode()
    for number, entries in enumerate(layers):
        layer = contents.layer(str(number))
        for path, kind, size in entries:
            contents.take(layer, entry_of(path, kind, size))
        contents.stack.append((str(number), database))
    found = audit_contents(contents)
    live, covered = model(layers)
    assert found.owned_size + found.unowned_size == sum(live.values())
    assert found.covered_size == sum(covered.values())
    rows: dict[tuple[str, int, int], int] = {}
    owned = {"a/x": "p0", "b": "p1", "a/d/z": "p2"}
    for (path, layer_number, by), size in covered.items():
        if path in owned:
            key = owned[path], layer_number, by
            rows[key] = rows.get(key, 0) + size
    told: dict[tuple[str, int, int], int] = {}
    for row in found.covered:
        told[row.name, row.layer, row.by] = told.get((row.name, row.layer, row.by), 0) + row.size
    assert told == rows


def entry_of(path: str, kind: str, size: int) -> Entry:
    directory, _, name = path.rpartition("/")
    if kind == "whiteout":
        return Entry(f"{directory}/.wh.{name}".lstrip("/"), "file", 0)
    if kind == "opaque":
        return Entry(f"{path}/.wh..wh..opq", "file", 0)
    return Entry(path, kind, size if kind == "file" else 0)


def model(layers: Layers) -> tuple[dict[tuple[str, int], int], dict[tuple[str, int, int], int]]:
    """The files that are left, and those that are covered with the layer that did it, by looking at every pair."""
    live: dict[tuple[str, int], int] = {}
    covered: dict[tuple[str, int, int], int] = {}
    for number, entries in enumerate(layers):
        kept = [(path, kind, size) for path, kind, size in entries if kind in ("file", "hard link")]
        for place, (path, kind, size) in enumerate(kept):
            size = size if kind == "file" else 0
            if any(other == path for other, _, _ in kept[place + 1 :]):
                key = path, number, number
                covered[key] = covered.get(key, 0) + size
                continue
            by = next((above for above in range(number + 1, len(layers)) if hides(layers[above], path)), None)
            if by is None:
                live[path, number] = size
            else:
                covered[path, number, by] = covered.get((path, number, by), 0) + size
    return live, covered


def hides(layer: list[tuple[str, str, int]], path: str) -> bool:
    return any(path.startswith(f"{other}/") or (path == other and kind != "opaque") for other, kind, _ in layer)
