"""How long each command takes on an index of one shape as it doubles, in million additions: a line a command.

The last column is the exponent of its growth: 1 for what grows as its input, in bytes, does, 2 for its square. `rank`
is left out, as it asks for every name of the universe; `tests/benchmarks/test_rank.py` has it.
"""

from __future__ import annotations

import os
from base64 import b64encode
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from io import StringIO
from math import log
from typing import TYPE_CHECKING

import pytest

from apkgraph.cli.main import main
from tests.benchmarks.measure import LONG, loop, once, processor, tell
from tests.image import images
from tests.mirror.archives import Key, index_part, make_key, signed
from tests.solve.shapes import SHAPES

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_benchmark.fixture import BenchmarkFixture

    from apkgraph.model.package import Package
    from tests.solve.shapes import Shape

SIZES = tuple(map(int, os.environ.get("APKGRAPH_SIZES", "1000,2000,4000,8000,16000").split(","))) if LONG else (20,)
BASE = ("alpine-baselayout", "alpine-keys", "apk-tools", "busybox", "libc-utils")
ON_THE_BASE = ("dockerfile", "pins", "upgrade")


def stanza(package: Package) -> str:
    fields = (("D", package.depends), ("i", package.install_if))
    lists = "".join(f"{field}:{' '.join(map(str, tokens))}\n" for field, tokens in fields if tokens)
    identity = b64encode(package.identity).decode()
    return f"C:Q1{identity}\nP:{package.name}\nV:1\nA:x86_64\nS:1\nI:1024\nL:MIT\n{lists}\n"


def place(key: Key, directory: Path, shape: Shape, size: int) -> dict[str, tuple[str, ...]]:
    """The files of one shape and size, and each command on them."""
    packages, asked = shape(size)
    world = tuple(asked)
    text = "".join(map(stanza, packages)).encode()
    base = "".join(f"C:Q1{b64encode(name.ljust(20)[:20].encode()).decode()}\nP:{name}\nV:1\n\n" for name in BASE)
    for each in ("v3.18", "v3.19"):
        lies = directory / "mirror" / each / "main/x86_64"
        lies.mkdir(parents=True)
        description = f"{each}.0".encode()
        (lies / "APKINDEX.tar.gz").write_bytes(signed(key, index_part(base.encode() + text, description)))
    (directory / "world").write_text("\n".join(world))
    (directory / "Dockerfile").write_text(f"FROM alpine:3.18\nRUN apk add --no-cache {' '.join(world)}\n")
    files = {**images.system("a"), "lib/apk/db/installed": text, "etc/apk/world": "\n".join(world).encode() + b"\n"}
    (directory / "image").write_bytes(images.tar(files))
    first, last = world[0], f"p{size - 1}"
    commands: dict[str, tuple[str, ...]] = {
        "cost": world, "why": (last, *world), "why-not": world, "tree": world, "rdeps": (last, "--recursive"),
        "show": (first,), "search": ("p1",), "drop": world, "check": (*world, "--max-packages", "1"), "export": world,
        "lock": world, "compare": (",".join(world), "--releases", "v3.18,v3.19"), "pins": (f"{directory}/world",),
        "upgrade": (f"{directory}/world", "--from", "v3.18", "--to", "v3.19"), "image": (f"{directory}/image",),
        "dockerfile": (f"{directory}/Dockerfile",), "simulate": ("--", "add", *world),
    }  # fmt: skip
    common = ["--mirror", f"{directory}/mirror", "--arch", "x86_64", "--repositories", "main"]
    common += ["--keys-dir", str(key.trust_in(directory / "keys")), "--cache-dir", f"{directory}/cache"]
    for name, words in commands.items():
        release = [] if name in ("compare", "upgrade") else ["--release", "v3.18"]
        empty = [] if name in ON_THE_BASE else ["--base", "none"]
        commands[name] = (name, *common, *release, *empty, *words)
    return commands


def run(words: tuple[str, ...]) -> None:
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()) as complaints:
        assert main(words) in (0, 1, 3) or words[0] == "simulate", complaints.getvalue()  # which counts errors


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_commands_on_one_shape(benchmark: BenchmarkFixture, shape: Shape, tmp_path: Path) -> None:
    rows = once(benchmark, measured, shape, tmp_path)
    for name, taken in rows.items():
        exponent = log(taken[-1] / taken[0]) / log(SIZES[-1] / SIZES[0]) if len(SIZES) > 1 else 0
        tell(f"| {shape.__name__} | {name} | {' | '.join(f'{each:.1f}' for each in taken)} | {exponent:.2f} |")
    assert all(len(taken) == len(SIZES) for taken in rows.values())


def measured(shape: Shape, directory: Path) -> dict[str, list[float]]:
    """Per command and size, the million additions that it takes as long as, once the index is compiled."""
    key = make_key("shapes.rsa.pub")
    rows: dict[str, list[float]] = {}
    for size in SIZES:
        commands = place(key, directory / str(size), shape, size)
        for name, words in commands.items():
            if size == SIZES[0] or name in ("cost", *ON_THE_BASE, "compare"):
                run(words)  # what is imported and compiled by then is not measured
            rows.setdefault(name, []).append(processor(partial(run, words)) / processor(loop))
    return rows


def test_the_stanzas_are_read() -> None:
    packages, _ = SHAPES[0](3)
    assert "\nP:p0\n" in stanza(packages[0])
    assert "\nD:p1\n" in stanza(packages[0])
