"""Mutants of Dockerfiles, images, installed dbs and worlds: an answer, or an error of ours in one line; within bounds.

A few hundred of each; APKGRAPH_LONG=1 makes it 10,000.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from apkgraph.dockerfile.build import read_build
from apkgraph.dockerfile.parse import parse_dockerfile
from apkgraph.errors import InputError
from apkgraph.image.image import read_image
from apkgraph.image.installed import read_installed
from apkgraph.image.world import world_of
from tests.image.images import Pack, config, database, docker_save, gzipped, oci_tar, plain, system, tar, zstandard
from tests.image.mutants import MUTANTS, mutants

DOCKERFILES = Path(__file__).parent.parent / "dockerfile" / "dockerfiles"
MOST_MEMORY = 16 << 20  # bytes that one mutant may take
TOKENS = [
    b"<<EOF\n", b"\nEOF\n", b"<<-'E'\n", b"\nARG X\n", b"\nARG X=${X:-y}\n", b"\nENV A=$A$A\n", b"${x:-y}",
    b"${x:+${y}}", b"${x%.*}", b"${x##*[a}", b"${x/a/b}", b"${", b"}", b"\\", b"\\\n", b"\\ \n", b"'", b'"', b"`",
    b"$(", b")", b"((", b"&&", b"||", b";", b";;", b"| ", b"#", b"\n# comment\n", b"# escape=`\n", b"# syntax=x\n",
    b"\nONBUILD RUN apk add x\n", b"\nONBUILD ", b"\nCOPY --from=0 / /\n", b"\nCOPY --from=build / /\n",
    b"\nCOPY <<E /etc/apk/repositories\nx\nE\n", b"\nFROM alpine AS a\n", b"\nFROM a AS b\n", b"--platform=$X ",
    b"--mount=type=cache,target=/var/cache/apk ", b"if true; then ", b"else ", b"fi; ", b"for i in $X; do ", b"done; ",
    b"case $X in ", b"esac; ", b"while read x; do ", b"f() { ", b"}; ", b"f; ", b"eval ", b"sh -c ", b"apk add ",
    b"apk del ", b"xargs ", b"set -- ", b'"$@"', b"\r\n", b"\xef\xbb\xbf", b"\xc2\x85", b"\xe2\x80\xa8", b"\x0b",
    b"\x0c", b"\x1b[2J", b"\xee\x80\x80", b'["apk","add"]', b"[" * 40, b'\nSHELL ["sh","-c"]\n', b"${!X}", b"${#X}",
    b"$((1+1))", b"<(", b"> /etc/apk/repositories ", b"9" * 30, b"$0", b"{a,b}", b"a" * 3000,
]  # fmt: skip
FIELDS = [
    b"P:", b"V:", b"C:Q1", b"C:", b"D:", b"p:", b"i:", b"I:", b"S:", b"A:noarch\n", b"F:", b"R:", b"Z:", b"M:", b"a:",
    b"r:", b"q:", b"s:", b"f:", b"k:", b"\n", b"\n\n", b"P:a\n\n", b"V:1\n", b"!", b"=", b"~", b"<", b">", b"@", b"so:",
    b"\0", b"\xff", b"\xe2\x80\xae", b"\x1b[2J", b"-1", b"9" * 30, b" ", b"\t", b"a=1 ", b"\r\n", b"a" * 3000,
]  # fmt: skip
PARTS = [
    b"manifest.json", b"index.json", b"../", b"/etc/passwd", b".wh.", b".wh..wh..opq", b"\0" * 512, b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd", b"ustar\0", b'"Layers":[', b"[" * 40, b"{", b"sha256:", b"17 path=../../a\n", b"9" * 30,
]  # fmt: skip


def refused(read: Callable[[bytes], object], tries: Iterable[bytes]) -> int:
    """How many end in an error; it is one of ours, in one line, and none takes much memory."""
    errors = 0
    tracemalloc.start()
    try:
        for data in tries:
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            try:
                read(data)
            except InputError as error:
                errors += 1
                assert "\n" not in str(error)  # noqa: PT017  # both ends are good
                assert len(str(error)) < 1000  # noqa: PT017
            assert tracemalloc.get_traced_memory()[1] - before < MOST_MEMORY
    finally:
        tracemalloc.stop()
    return errors


def test_mutants_of_dockerfiles() -> None:
    corpus = [path.read_bytes() for path in sorted(DOCKERFILES.glob("*.Dockerfile"))]

    def build(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        found = read_build(parse_dockerfile(text), arch="x86_64", build_arch="x86_64", build_args={"X": "a b"})
        last = text.count("\n") + 1
        for stage in found.stages:
            for step in stage.steps:
                assert all(step.line <= event.line <= step.end_line <= last for event in step.events)

    errors = refused(build, mutants(corpus, TOKENS, 1))
    assert MUTANTS // 20 < errors < MUTANTS * 19 // 20


def test_mutants_of_installed_dbs(tmp_path: Path, shared: Path) -> None:
    path, world = tmp_path / "installed", tmp_path / "world"
    world.write_text("a\n")
    real = (shared / "rootfs/v3.18-desktop/lib/apk/db/installed").read_bytes()[:20_000]

    def read(data: bytes) -> None:
        path.write_bytes(data)
        read_installed(str(path), str(world))

    corpus = [database("a", "b", "c"), real]
    errors = refused(read, mutants(corpus, FIELDS, 2))
    assert MUTANTS // 20 < errors < MUTANTS * 19 // 20


def test_mutants_of_worlds() -> None:
    corpus = [b"a\nb=1.0-r0\n!c\nso:libz.so.1\n/bin/sh\nd@edge\ne~1.2\nf>=3\n.build-deps=20240101.000000\n"]
    errors = refused(lambda data: world_of(data, "world"), mutants(corpus, FIELDS, 3))
    assert MUTANTS // 20 < errors < MUTANTS * 19 // 20


FORMS: dict[str, Callable[..., Path]] = {"docker": docker_save, "oci": oci_tar}
PACKS: dict[str, Pack] = {"plain": plain, "gzip": gzipped, "zstd": zstandard}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("pack", PACKS)
def test_mutants_of_images(tmp_path: Path, form: str, pack: str) -> None:
    """The archive is wounded, or the layer in it before it is packed: what checksums hide is reached as well."""
    path = tmp_path / "image"
    write, packed = FORMS[form], PACKS[pack]
    layer = tar({"lib": "usr/lib", **{f"usr/{name}" if name.startswith("lib/") else name: data
                for name, data in system("a", "b").items()}}).rstrip(b"\0")  # fmt: skip
    whole = write(path, [packed(layer + bytes(1024)), packed(tar({"lib/apk/.wh.db": b""}))]).read_bytes().rstrip(b"\0")

    def outside(data: bytes) -> None:
        path.write_bytes(data)
        read_image(str(path))

    def inside(data: bytes) -> None:
        write(path, [packed(data)], ["ADD"])
        read_image(str(path))

    tokens = [*PARTS, *FIELDS, config(["a"])]
    count = MUTANTS // 12  # of each kind, of two places in each of six forms
    assert refused(outside, mutants([whole], tokens, 4, count)) > count // 2
    assert refused(inside, mutants([layer + bytes(1024)], tokens, 5, count)) > count // 4
