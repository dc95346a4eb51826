"""What a finished image holds without need: build dependencies, extras, what is there anyway.

Each group is taken away from what the ones before it left, so that no byte is counted twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from apkgraph.audit.machine import Machine, settled, without
from apkgraph.audit.rules import RULES
from apkgraph.audit.universes import Universes
from apkgraph.audit.values import Finding
from apkgraph.audit.walk import Walk, key_of
from apkgraph.impact.analysis import Analysis, Base
from apkgraph.model.dependency import Dependency
from apkgraph.model.package import Package
from apkgraph.model.size import count
from apkgraph.model.version import ANY

_BUILD_GROUP = re.compile(
    r"(?:build|compile|make|fetch|dev)[-_.]?(?:deps?|dependencies|tools|pkgs?|packages)|deps[-_.]build"
)
_BUILD_ENDINGS = ("-dev", "-static", "-dbg", "-headers")
_BUILD_TOOLS = frozenset(
    (
        "abuild", "alpine-sdk", "autoconf", "automake", "binutils", "bison", "build-base", "cargo", "ccache", "clang",
        "cmake", "fakeroot", "flex", "fortify-headers", "g++", "gcc", "gfortran", "gnat", "go", "gperf", "help2man",
        "libtool", "m4", "make", "meson", "mold", "nasm", "ninja", "ninja-build", "patchelf", "pkgconf", "pkgconfig",
        "re2c", "rust", "samurai", "scons", "swig", "texinfo", "yasm",
    )
)  # fmt: skip
_MOST_TRIED = 100  # requests of one image that are left out to see what goes; each is one more solving
_GLIBC = ("gcompat", "libc6-compat")


@dataclass(slots=True)
class _Hunt:
    """What every search needs; `hold` is asked for the same machine more than once."""

    universes: Universes
    walk: Walk
    base: frozenset[tuple[str, str, bytes]]
    _held: tuple[Machine, Analysis] | None = None

    def hold(self, machine: Machine) -> Analysis:
        """How the packages of a machine hang together."""
        if self._held is None or self._held[0] is not machine:
            solution = settled(self.universes, machine)
            universe = self.universes.universe(machine.coordinates)
            self._held = machine, Analysis(universe, Base("", (), ()), (), solution)
        return self._held[1]

    def finding(self, rule: str, line: int, message: str, mend: str, gone: Sequence[Package]) -> Finding:
        size = sum(package.installed_size for package in gone)
        names = tuple(package.name for package in gone if not package.virtual)
        return Finding(rule, RULES[rule].severity, line, self.walk.title, message, mend, size=size, packages=names)


def find_waste(walk: Walk, base: Machine) -> list[Finding]:
    """What could go from the image that a walk ends with, and was not there in its base."""
    hunt = _Hunt(walk.universes, walk, frozenset(key_of(package) for package in base.packages))
    machine = walk.machine
    findings: list[Finding] = []
    searches: tuple[Callable[[_Hunt, Machine, list[Finding]], Machine], ...]
    searches = (_build_dependencies, _for_glibc, _extras, _needless)
    for search in searches:
        machine = search(hunt, machine, findings)
    return findings


def _build_dependencies(hunt: _Hunt, machine: Machine, findings: list[Finding]) -> Machine:
    members = {package.name: package.depends for package in machine.packages if package.virtual}
    by_line: dict[int, list[str]] = {}
    for name, line in machine.asked:
        if _is_for_building(name, members.get(name)):
            by_line.setdefault(line, []).append(name)
    for line, names in by_line.items():
        left, gone = without(hunt.universes, machine, names)
        if sum(package.installed_size for package in gone):
            message = f"{_listed(names)} {'is' if len(names) == 1 else 'are'} as a rule only needed to build"
            mend = "build in a stage of its own, or apk del them in the same RUN (--virtual .build-deps)"
            findings.append(hunt.finding("build-dependencies-left", line, message, mend, gone))
            machine = left
    return machine


def _is_for_building(name: str, members: Sequence[Dependency] | None) -> bool:
    if members is not None:
        tools = [member for member in members if _is_for_building(member.name, None)]
        return bool(_BUILD_GROUP.search(name)) or 2 * len(tools) > len(members)
    return name in _BUILD_TOOLS or name.endswith(_BUILD_ENDINGS)


def _for_glibc(hunt: _Hunt, machine: Machine, findings: list[Finding]) -> Machine:
    for name in _GLIBC:
        line = machine.line_of(name)
        if line is None:
            continue
        left, gone = without(hunt.universes, machine, [name])
        if gone:
            message = f"{name} is there only to run programs that are built for glibc"
            mend = "take programs that are built for musl"
            findings.append(hunt.finding("only-for-glibc", line, message, mend, gone))
            machine = left
    return machine


def _extras(hunt: _Hunt, machine: Machine, findings: list[Finding]) -> Machine:
    by_line: dict[int, list[Package]] = {}
    for package in _brought_by_install_if(hunt, machine):
        origin = hunt.walk.origins.get(key_of(package))
        if origin is not None:
            by_line.setdefault(origin.line, []).append(package)
    for line, packages in by_line.items():
        names = [package.name for package in packages]
        banned = tuple(Dependency(name, conflict=True) for name in names)
        left, gone = without(hunt.universes, replace(machine, world=(*machine.world, *banned)), [])
        if gone:
            triggers = dict.fromkeys(token.name for package in packages for token in package.install_if)
            asked = [name for name in triggers if machine.line_of(name) is not None]
            message = f"{_listed(names)} came by install_if, because of {_listed(asked or list(triggers))}"
            bans = " ".join(f"'!{name}'" for name in _bans(hunt, machine, packages, gone))
            mend = f"leave out what triggers them, or add {bans}"
            findings.append(hunt.finding("install-if-extras", line, message, mend, gone))
            machine = left
    return machine


def _bans(hunt: _Hunt, machine: Machine, packages: Sequence[Package], gone: Sequence[Package]) -> list[str]:
    """The names to ban: one that all of them hang on, such as `pyc`, or else each of them."""
    if len(packages) > 1:
        hang_on = [dict.fromkeys(t.name for t in (*package.install_if, *package.depends)) for package in packages]
        for name in hang_on[0]:
            if all(name in names for names in hang_on) and machine.line_of(name) is None:
                banned = replace(machine, world=(*machine.world, Dependency(name, conflict=True)))
                if set(map(key_of, gone)) <= set(map(key_of, without(hunt.universes, banned, [])[1])):
                    return [name]
    return [package.name for package in packages]


def _brought_by_install_if(hunt: _Hunt, machine: Machine) -> Iterator[Package]:
    hold = hunt.hold(machine)
    brought = (hold.packages[position] for position in hold.auto_installed)
    for package in sorted(brought, key=lambda package: package.name):
        if key_of(package) not in hunt.base:
            yield package


def _needless(hunt: _Hunt, machine: Machine, findings: list[Finding]) -> Machine:
    hold = hunt.hold(machine)
    lines = dict(machine.asked)
    tried = 0
    for token, position in hold.rooted:
        package = hold.packages[position]
        if token.name not in lines or token.operator != ANY or token.tag or package.virtual:
            continue
        needers = sorted(dict.fromkeys(hold.packages[needer].name for _, needer in hold.needed_by[position]))
        if not needers or tried == _MOST_TRIED:
            continue
        tried += 1
        left, gone = without(hunt.universes, machine, [token.name])
        if left is not machine and not gone:
            there = key_of(package) in hunt.base
            by = (
                "the image that this one starts from holds it"
                if there
                else f"{_listed(needers)} {'brings' if len(needers) == 1 else 'bring'} it"
            )
            message = f"{token.name} is asked for, though {by}"
            findings.append(
                hunt.finding(
                    "needless-request",
                    lines[token.name],
                    message,
                    f"leave {token.name} out, unless it is used by itself",
                    (),
                )
            )
            machine = left
    return machine


def _listed(names: Sequence[str]) -> str:
    names = list(dict.fromkeys(names))
    return ", ".join(names) if len(names) <= 4 else f"{', '.join(names[:3])} and {count(len(names) - 3, 'other')}"
