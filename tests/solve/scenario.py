"""Scenarios in apk's own form: what they say, and what comes of them here."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from apkgraph.report.transcript import transcript
from apkgraph.settings import resolve
from apkgraph.simulation import Root, simulate

NOW = "20240101.000000"


@dataclass
class Scenario:
    """One file: apk's arguments, the root's files, and what apk prints."""

    path: Path
    arguments: list[str] = field(default_factory=list)
    world: list[str] = field(default_factory=list)
    repositories: list[str] = field(default_factory=list)
    installed: str | None = None
    cache: str | None = None
    apk: str = "auto"
    expected: str = ""

    @classmethod
    def read(cls, path: Path) -> Scenario:
        """Read a scenario; paths in it are relative to its directory."""
        scenario = cls(path)
        head, _, scenario.expected = path.read_text().partition("@EXPECT\n")
        for line in head.splitlines():
            keyword, _, rest = line.partition(" ")
            if keyword == "@ARGS":
                scenario.arguments += shlex.split(rest)
            elif keyword == "@WORLD":
                scenario.world += rest.split()
            elif keyword == "@REPO":
                *tag, name = rest.split()
                scenario.repositories.append(" ".join([*tag, str(path.parent / name)]))
            elif keyword == "@INSTALLED":
                scenario.installed = str(path.parent / rest.strip())
            elif keyword == "@CACHE":
                scenario.cache = str(path.parent / rest.strip())
            elif keyword == "@APK":
                scenario.apk = rest.strip()
            else:
                message = f"{path}: {line!r} is no line of a scenario"
                raise ValueError(message)
        return scenario

    def run(self, directory: Path) -> str:
        """What apkgraph prints, stdout and stderr together; `directory` is for the world."""
        world = directory / "world"
        world.write_text(" ".join(self.world) + "\n")
        flags = {"extra_repositories": tuple(self.repositories), "arch": "x86_64", "allow_untrusted": True}
        flags = {**flags, "apk": self.apk, "repositories_file": os.devnull}
        settings = resolve(flags, {}, str(directory / "no config"))
        root = Root(str(world), self.installed, self.cache)
        simulation = simulate(root, self.arguments, settings, NOW)
        lines = transcript(simulation.outcome, simulation.warnings, verbosity=simulation.verbosity)
        return "".join(f"{line.text}\n" for line in lines)
