"""Universes of any size in the shape of Alpine v3.18's, the same for the same seed, as the text of an index.

The shape, of 20,069 packages: 45,172 names, 3.7 dependencies and 1.3 provides a package; most dependencies on
libraries, a few of which nearly everybody needs; a third of the packages come by an install_if.
"""

from __future__ import annotations

import base64
import hashlib
from random import Random
from typing import NamedTuple

BASE = ("alpine-baselayout", "alpine-keys", "apk-tools", "busybox", "libc-utils")
WORDS = ("alpha", "bravo", "core", "data", "edge", "font", "graph", "http", "image", "json", "kit", "log", "mail")
LIBC = "so:libc.musl-x86_64.so.1"


class Record(NamedTuple):
    """One package."""

    name: str
    version: str
    origin: str
    depends: list[str]
    provides: list[str]
    install_if: list[str]


class Synthetic:
    """Grows a universe source package by source package; each depends on what came before it, mostly on the oldest."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.records: list[Record] = []
        self._libraries: list[str] = []
        self._tools: list[str] = []

    def grow(self, packages: int) -> None:
        """Up to so many packages."""
        self._add("musl", "1.2.4-r2", "musl", [], [f"{LIBC}=1"])
        for name in (*BASE, "docs", "openrc", "lang", "bash-completion"):
            self._add(name, "3.0-r0", name, [LIBC], ["/bin/sh"] if name == "busybox" else [])
        # By these the base's own discovery comes to nearly everything, as it does in v3.18.
        for part, trigger in (("doc", "docs"), ("openrc", "openrc")):
            self._add(f"busybox-{part}", "3.0-r0", "busybox", [], [], [trigger, "busybox=3.0-r0"])
        number = 0
        while len(self.records) < packages:
            number += 1
            self._source(number)
        del self.records[packages:]

    def _source(self, number: int) -> None:
        random = self._random
        origin = f"{random.choice(WORDS)}-{random.choice(WORDS)}{number}"
        version = f"{random.randint(0, 20)}.{random.randint(0, 30)}.{random.randint(0, 9)}-r{random.randint(0, 9)}"
        depends = self._depends()
        if random.random() < 0.5:
            soname = f"so:lib{origin}.so.{random.randint(0, 9)}"
            self._add(f"{origin}-libs", version, origin, depends, [f"{soname}=1.{number}"])
            self._libraries.append(soname)
            depends = [soname, *depends]
        tools = [f"cmd:{origin}-{tool}={version}" for tool in range(self._few(0.72))]
        self._add(origin, version, origin, depends, tools)
        self._tools.append(origin)
        if random.random() < 0.45:
            self._add(f"{origin}-doc", version, origin, [], [], ["docs", f"{origin}={version}"])
        if random.random() < 0.3:
            self._add(f"{origin}-dev", version, origin, [f"{origin}={version}"], [f"pc:{origin}={version}"])
        for part, trigger in (("openrc", 0.08), ("lang", 0.12), ("bash-completion", 0.08)):
            if random.random() < trigger:
                self._add(f"{origin}-{part}", version, origin, [], [], [part, f"{origin}={version}"])

    def _depends(self) -> list[str]:
        random = self._random
        found = [LIBC] if random.random() < 0.7 else []
        for pool, most in ((self._libraries, 0.8), (self._tools, 0.5)):
            # The oldest are wanted most, as zlib is; the cube makes it as skewed as v3.18 is.
            found += [pool[int(len(pool) * random.random() ** 3)] for _ in range(self._few(most)) if pool]
        return list(dict.fromkeys(found))

    def _few(self, again: float) -> int:
        """0, 1, 2, …, ever less often."""
        count = 0
        while self._random.random() < again and count < 30:
            count += 1
        return count

    def _add(self, name: str, version: str, origin: str, *tokens: list[str]) -> None:
        """With its depends, provides and install_if, as far as there are any."""
        depends, provides, install_if = [*tokens, [], [], []][:3]
        self.records.append(Record(name, version, origin, depends, provides, install_if))

    def text(self) -> bytes:
        """The index."""
        random = self._random
        return "".join(_stanza(record, random) for record in self.records).encode()


def _stanza(record: Record, random: Random) -> str:
    identity = base64.b64encode(hashlib.sha1(record.name.encode()).digest()).decode()  # noqa: S324 # as apk's are
    lines = [
        f"C:Q1{identity}",
        f"P:{record.name}",
        f"V:{record.version}",
        "A:x86_64",
        f"S:{random.randint(1_000, 2_000_000)}",
        f"I:{random.randint(4_096, 9_000_000)}",
        f"T:{record.origin} does what its name says, and a little more",
        f"U:https://example.org/{record.origin}",
        "L:MIT",
        f"o:{record.origin}",
        "m:Somebody <somebody@example.org>",
        f"t:{random.randint(1_600_000_000, 1_700_000_000)}",
        f"c:{random.getrandbits(160):040x}",
    ]
    for field, tokens in (("D", record.depends), ("p", record.provides), ("i", record.install_if)):
        if tokens:
            lines.append(f"{field}:{' '.join(tokens)}")
    return "\n".join(lines) + "\n\n"


def synthetic_index(packages: int, seed: int = 1) -> bytes:
    """The text of an index of so many packages."""
    universe = Synthetic(seed)
    universe.grow(packages)
    return universe.text()
