"""Small universes written by hand or drawn by Hypothesis, and questions about them."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha1
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from apkgraph.impact.analysis import Analysis, Base
from apkgraph.impact.cost import Cost
from apkgraph.index.build import build_universe
from apkgraph.index.parse import parse_index, parse_installed
from apkgraph.index.universe import RepositoryInfo, Universe
from apkgraph.model.dependency import parse_request, parse_world
from apkgraph.model.universe_ref import UniverseRef
from apkgraph.solve.problem import Query
from apkgraph.solve.solver import solve

if TYPE_CHECKING:
    from apkgraph.model.dependency import Dependency
    from apkgraph.solve.solution import Solution


def record(
    name: str,
    size: int = 1,
    depends: str = "",
    *,
    version: str = "1-r0",
    provides: str = "",
    install_if: str = "",
    origin: str = "",
    description: str = "",
    priority: int = 0,
) -> str:
    """One record of an index; `size` is the installed size, the download is half of it."""
    identity = b64encode(sha1(f"{name}-{version}".encode(), usedforsecurity=False).digest()).decode()
    lines = [f"C:Q1{identity}", f"P:{name}", f"V:{version}", f"S:{size // 2}", f"I:{size}", f"T:{description or name}"]
    lines += [f"o:{origin or name}", "L:MIT"]
    lines += [f"{field}:{value}" for field, value in zip("Dpi", (depends, provides, install_if), strict=True) if value]
    if priority:
        lines.append(f"k:{priority}")
    return "\n".join(lines) + "\n\n"


class World:
    """A universe of one repository with a base installed in it."""

    def __init__(self, index: str, base: str = "") -> None:
        self.index = index
        world = parse_world(base)
        before = solve(Query(self._universe("", ()), world))
        assert before.satisfied, before.reasons
        installed = "".join(self._record_of(index, str(package)) for package in before.packages)
        self.universe = self._universe(installed, world)
        self.base = Base("test", world, self.universe.installed)
        self.universe.ref = UniverseRef("v0", "x86_64", mirror="file:///mirror")

    def _universe(self, installed: str, world: tuple[Dependency, ...]) -> Universe:
        parsed = parse_index(self.index.encode(), repositories=1)
        return build_universe(
            [(RepositoryInfo("main", packages=len(parsed.packages)), parsed)],
            installed=parse_installed(installed.encode()) if installed else None,
            world=world,
        )

    @staticmethod
    def _record_of(index: str, package: str) -> str:
        name, version = package.rsplit("-", 2)[0], "-".join(package.rsplit("-", 2)[1:])
        return next(text + "\n\n" for text in index.split("\n\n") if f"\nP:{name}\nV:{version}\n" in text)

    def add(self, request: tuple[Dependency, ...]) -> Solution:
        """What `apk add` would do."""
        entries = {token.name: token for token in (*self.base.world, *request)}
        return solve(Query(self.universe, tuple(entries.values())))

    def ask(self, *request: str) -> Analysis:
        """The set of a request."""
        tokens = tuple(parse_request(request))
        return Analysis(self.universe, self.base, tokens, self.add(tokens))

    def cost(self, *request: str) -> Cost:
        """The cost of a request."""
        return Cost(self.ask(*request), self.add)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[World, tuple[str, ...]]:
    """A random universe with cycles, providers, conflicts and install_if, and a request."""
    names = "abcdefgh"[: draw(st.integers(2, 8))]
    tokens = st.sampled_from([*names, *names, "so:x", "so:y"])
    text = ""
    for name in names:
        text += record(
            name,
            draw(st.integers(0, 1000)),
            " ".join(draw(st.lists(tokens, max_size=3, unique=True))),
            provides=draw(st.sampled_from(["", "", "so:x=1", "so:y=1"])),
            install_if=draw(st.sampled_from(["", "", "", " ".join(draw(st.lists(tokens, min_size=1, max_size=2)))])),
        )
    for conflict in draw(st.lists(st.sampled_from(names), max_size=1)):
        text += record("z", 7, f"!{conflict}")
    base = draw(st.sampled_from(["", names[0]]))
    try:
        world = World(text, base)
    except AssertionError:
        world = World(text)
    request = draw(st.lists(st.sampled_from([*names, *names, "so:x", "z"]), min_size=1, max_size=3, unique=True))
    return world, tuple(request)
