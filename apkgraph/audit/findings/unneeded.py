"""What a finished image holds but does not need: build dependencies, extras, what is there anyway.

Each group is taken away from what the ones before it left, so that no byte is counted twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from apkgraph.audit.findings.finding import Finding, Rule, Severity
from apkgraph.audit.findings.requests import pinned_names
from apkgraph.audit.stage_replay import StageReplay
from apkgraph.audit.system_state import SystemState, settled, without
from apkgraph.audit.universes import Universes
from apkgraph.dockerfile.events import ApkCall
from apkgraph.impact.analysis import Analysis, Base
from apkgraph.model.dependency import Dependency
from apkgraph.model.package import Key, Package
from apkgraph.model.size import count
from apkgraph.model.version import ANY

BUILD_DEPENDENCIES_LEFT = Rule(
    "build-dependencies-left",
    Severity.WARNING,
    "Build dependencies are left in the final image",
    """
Compilers, headers (`-dev`), static libraries and the tools around them are in the image's world when it is done, or a
virtual package such as `.build-deps` was never deleted. Stages that the image does not take are not looked at.

```dockerfile
RUN apk add --no-cache gcc musl-dev && make install
```

**What it costs.** The installed bytes that removing them would free, found by solving again without them.

**What to do.** Build in a stage of its own and `COPY --from` what came out, or `apk add --virtual .build-deps …` and
`apk del .build-deps` in the same `RUN`.

**Beside hadolint.** No rule of hadolint looks at what is left. DL3059 (several `RUN` in a row) counts instructions,
not bytes.
""",
)

ONLY_FOR_GLIBC = Rule(
    "only-for-glibc",
    Severity.NOTE,
    "Packages are there only to run programs that are built for glibc",
    """
`gcompat` and `libc6-compat` stand in for glibc. What they bring is needed for no package of Alpine's.

```dockerfile
RUN apk add --no-cache gcompat
```

**What it costs.** The installed bytes that removing it would free.

**What to do.** Take programs that are built for musl, or from Alpine's own packages.

**Beside hadolint.** No rule of hadolint looks at it.
""",
)

INSTALL_IF_EXTRAS = Rule(
    "install-if-extras",
    Severity.NOTE,
    "Documentation or other subpackages came by their install_if",
    """
A package with an `install_if` comes by itself once all of its triggers are there: `git-doc` once `git` and `docs`
are. The finding is grouped by what brings it besides the package that it is a part of. Parts that come with their
package alone are no extras: `agetty` with `util-linux`.

```dockerfile
RUN apk add --no-cache git docs
```

**What it costs.** The installed bytes that banning them would free, found by solving again.

**What to do.** Leave the trigger out, or ban the package: `apk add '!git-doc'`. One ban suffices where all of them
hang on one name: `'!pyc'` keeps compiled Python out.

**Beside hadolint.** No rule of hadolint reads an index.
""",
)

NEEDLESS_REQUEST = Rule(
    "needless-request",
    Severity.NOTE,
    "A package is asked for that is there anyway",
    """
Another package that the Dockerfile asks for brings it, and the world without it keeps it. The request hides that
reason: once the other one goes, this one stays. Requests with a version or a tag are left alone: they say more than
the name.

```dockerfile
RUN apk add --no-cache curl ca-certificates
```

**What it costs.** Nothing.

**What to do.** Leave it out; or leave it in, where the program that you install yourself needs it: then it is a fact
worth keeping, and the comment below says so. Not every request of a very large image is tried; its stage then says so.

**Beside hadolint.** No rule of hadolint looks at what a package brings.
""",
)
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
_MOST_BANS = 3  # that are named
_GLIBC = ("gcompat", "libc6-compat")


@dataclass(slots=True)
class _Image:
    """The image that the checks look at; `hold` is asked for the same system more than once."""

    universes: Universes
    walk: StageReplay
    base: frozenset[Key]
    pinned: frozenset[str]  # names that are asked for at a version
    _held: tuple[SystemState, Analysis] | None = None

    def hold(self, system: SystemState) -> Analysis:
        """How the packages of a system hang together."""
        if self._held is None or self._held[0] is not system:
            solution = settled(self.universes, system)
            universe = self.universes.universe(system.coordinates)
            self._held = system, Analysis(universe, Base("", (), ()), (), solution)
        return self._held[1]

    def finding(self, rule: Rule, line: int, message: str, fix: str, gone: Sequence[Package]) -> Finding:
        size = sum(package.installed_size for package in gone)
        names = tuple(package.name for package in gone if not package.virtual)
        return rule.finding(line, self.walk.title, message, fix, size=size, packages=names)


def find_unneeded(walk: StageReplay, base: SystemState, calls: Iterable[ApkCall]) -> list[Finding]:
    """What could go from the image that a walk ends with, and was not there in its base; `calls` made the image."""
    image = _Image(walk.universes, walk, frozenset(package.key for package in base.packages), pinned_names(calls))
    readable, _ = walk.universes.readable(walk.system.coordinates)  # no call may have read what is written since
    system = replace(walk.system, coordinates=readable)
    findings: list[Finding] = []
    checks: tuple[Callable[[_Image, SystemState, list[Finding]], SystemState], ...]
    checks = (_build_dependencies, _for_glibc, _extras, _needless)
    for check in checks:
        system = check(image, system, findings)
    return findings


def _build_dependencies(image: _Image, system: SystemState, findings: list[Finding]) -> SystemState:
    members = {package.name: package.depends for package in system.packages if package.virtual}
    by_line: dict[int, list[str]] = {}
    for name, line in system.asked:
        if _is_for_building(name, members.get(name)):
            by_line.setdefault(line, []).append(name)
    for line, names in by_line.items():
        left, gone = without(image.universes, system, names)
        if sum(package.installed_size for package in gone):
            message = f"{_listed(names)} {'is' if len(names) == 1 else 'are'} as a rule only needed to build"
            fix = "build in a stage of its own, or apk del them in the same RUN (--virtual .build-deps)"
            findings.append(image.finding(BUILD_DEPENDENCIES_LEFT, line, message, fix, gone))
            system = left
    return system


def _is_for_building(name: str, members: Sequence[Dependency] | None) -> bool:
    if members is not None:
        tools = [member for member in members if _is_for_building(member.name, None)]
        return bool(_BUILD_GROUP.search(name)) or 2 * len(tools) > len(members)
    return name in _BUILD_TOOLS or name.endswith(_BUILD_ENDINGS)


def _for_glibc(image: _Image, system: SystemState, findings: list[Finding]) -> SystemState:
    for name in _GLIBC:
        line = system.line_of(name)
        if line is None:
            continue
        left, gone = without(image.universes, system, [name])
        if gone:
            message = f"{name} is there only to run programs that are built for glibc"
            fix = "take programs that are built for musl"
            findings.append(image.finding(ONLY_FOR_GLIBC, line, message, fix, gone))
            system = left
    return system


def _extras(image: _Image, system: SystemState, findings: list[Finding]) -> SystemState:
    groups: dict[tuple[int, str], list[Package]] = {}
    for package, trigger in _brought_by_install_if(image, system):
        origin = image.walk.origins.get(package.key)
        if origin is not None:
            groups.setdefault((origin.line, trigger), []).append(package)
    for (line, trigger), packages in groups.items():
        names = [package.name for package in packages]
        banned = tuple(Dependency(name, conflict=True) for name in names)
        left, gone = without(image.universes, replace(system, world=(*system.world, *banned)), [])
        if gone:
            asked = system.line_of(trigger) is not None
            message = f"{_listed(names)} came by install_if, because of {trigger}"
            bans = [] if asked and len(packages) > _MOST_BANS else _bans(image, system, packages, gone)
            fixes = [f"leave {trigger} out"] if asked else []
            fixes += [f"add {_listed_bans(bans)}"] if bans else []
            findings.append(image.finding(INSTALL_IF_EXTRAS, line, message, ", or ".join(fixes), gone))
            system = left
    return system


def _listed_bans(names: Sequence[str]) -> str:
    shown = " ".join(f"'!{name}'" for name in names[:_MOST_BANS])
    return shown if len(names) <= _MOST_BANS else f"{shown} and {count(len(names) - _MOST_BANS, 'other ban')}"


def _bans(image: _Image, system: SystemState, packages: Sequence[Package], gone: Sequence[Package]) -> list[str]:
    """The names to ban: one that all of them hang on, such as `pyc`, or else each of them."""
    if len(packages) > 1:
        hang_on = [dict.fromkeys(t.name for t in (*package.install_if, *package.depends)) for package in packages]
        for name in hang_on[0]:
            if all(name in names for names in hang_on) and system.line_of(name) is None:
                banned = replace(system, world=(*system.world, Dependency(name, conflict=True)))
                if {package.key for package in gone} <= {
                    package.key for package in without(image.universes, banned, [])[1]
                }:
                    return [name]
    return [package.name for package in packages]


def _brought_by_install_if(image: _Image, system: SystemState) -> Iterator[tuple[Package, str]]:
    """What no dependency brings, each with the name that brings it besides the package that it is a part of.

    A part whose triggers are all of its own origin comes with the package itself, as agetty does with util-linux. It
    is an extra only where it brings a name along that nothing else needs: python3-pyc brings pyc.
    """
    hold = image.hold(system)
    positions = {package: position for position, package in enumerate(hold.packages)}
    extras = set(hold.auto_installed)
    for position in sorted(extras, key=lambda position: hold.packages[position].name):
        package = hold.packages[position]
        if package.key in image.base:
            continue
        triggers = [token.name for token in package.install_if if not _is_own(hold, package, token)]
        for token in package.depends:
            server = hold.solution.chosen(token.name)
            if server is None or ":" in token.name or "/" in token.name or _is_own(hold, package, token):
                continue
            needers = {needer for _, needer in hold.needed_by[positions[server.package]]}
            if needers <= extras and system.line_of(token.name) is None:
                triggers.append(token.name)
        if triggers:
            yield package, triggers[0]


def _is_own(hold: Analysis, package: Package, token: Dependency) -> bool:
    """Whether a token is served by a part of the same origin."""
    server = hold.solution.chosen(token.name)
    return server is not None and _origin(server.package) == _origin(package)


def _origin(package: Package) -> str:
    return package.origin or package.name


def _needless(image: _Image, system: SystemState, findings: list[Finding]) -> SystemState:
    hold = image.hold(system)
    lines = dict(system.asked)
    for token, position in hold.rooted:
        package = hold.packages[position]
        if token.name not in lines or token.operator != ANY or token.tag or package.virtual:
            continue
        if token.name in image.pinned or package.key in image.base:
            continue  # it says more than the name; or it costs nothing, and hides no reason
        needers = sorted(dict.fromkeys(hold.packages[needer].name for _, needer in hold.needed_by[position]))
        if not needers:
            continue
        left, gone = without(image.universes, system, [token.name])
        if left is not system and not gone:
            by = f"{_listed(needers)} {'brings' if len(needers) == 1 else 'bring'} it"
            message = f"{token.name} is asked for, though {by}"
            fix = f"leave {token.name} out, unless it is used by itself"
            findings.append(image.finding(NEEDLESS_REQUEST, lines[token.name], message, fix, ()))
            system = left
    return system


def _listed(names: Sequence[str]) -> str:
    names = list(dict.fromkeys(names))
    return ", ".join(names) if len(names) <= 4 else f"{', '.join(names[:3])} and {count(len(names) - 3, 'other')}"
