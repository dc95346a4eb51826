"""What nobody has signed may cost little: each shape that stood for gigabytes ends in an error, within bounds."""

from __future__ import annotations

import subprocess
import sys

import pytest

RECORD = b"C:Q1%027d=\nP:a%d\nV:1\n%s:%s\n\n"
SHAPES = {
    "same-name provides": 'b"".join(RECORD % (n, n, b"p", b"a " * 60_000) for n in range(60))',
    "a million packages": 'b"".join(RECORD % (n, n, b"T", b"") for n in range(1_000_000))',
    "names of their own": 'b"".join(RECORD % (n, n, b"D", names(n)) for n in range(120))',
    "empty directories": 'RECORD % (0, 0, b"T", b"\\n" .join([b"F:"] * 6_000_000).removeprefix(b"F:"))',
}
PROGRAM = """
import resource, sys
from apkgraph.index.build import build_universe
from apkgraph.index.parse import UNSIGNED, Limits, parse_index, parse_installed
from apkgraph.index.universe import RepositoryInfo
RECORD = {record!r}
names = lambda n: b" ".join(b"%d" % m for m in range(n * 5000, n * 5000 + 5000))
text = {shape}
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
parsed = parse_installed(text) if {installed} else parse_index(text, bounds=Limits(*UNSIGNED))
assert parsed.error is not None
build_universe([(RepositoryInfo("main"), parsed)])
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("shape", SHAPES)
def test_a_hostile_text_takes_bounded_memory(shape: str) -> None:
    program = PROGRAM.format(record=RECORD, shape=SHAPES[shape], installed="directories" in shape)
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert int(found.stdout) < 500, found.stdout  # MiB
