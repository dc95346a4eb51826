"""Dockerfiles of one idiom each, and in the manner of well-known images: what each stage asks of apk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from apkgraph.dockerfile.build import read_build
from apkgraph.dockerfile.events import ApkCall, RepositoriesWritten, Unresolved
from apkgraph.dockerfile.parse import read_dockerfile
from apkgraph.dockerfile.shell.values import known
from apkgraph.dockerfile.stages import Build, Stage
from apkgraph.model.dependency import parse_dependency

HERE = Path(__file__).parent / "dockerfiles"
NAMES = sorted(path.name.removesuffix(".Dockerfile") for path in HERE.glob("*.Dockerfile"))


def expected(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text())
    return document


def build_of(name: str) -> Build:
    told = expected(name)
    return read_build(
        read_dockerfile(str(HERE / f"{name}.Dockerfile")),
        arch=told.get("arch", "x86_64"),
        build_arch="x86_64",
        build_args=told.get("build_args"),
        target=told.get("target"),
    )


@dataclass
class Wishes:
    """A world by its words alone, as the calls of apk leave it: no index is asked."""

    world: dict[str, str]
    conditional: list[str]
    unresolved: list[int]

    def follow(self, call: ApkCall) -> None:
        virtual = call.value("virtual")
        names = [virtual] if isinstance(virtual, str) else list(call.packages)
        if call.unresolved or any(name.endswith(".apk") for name in names):
            self.unresolved.append(call.line)
        for token in names:
            name = token if virtual or call.applet != "add" else parse_dependency(token, allow_tag=True).name
            if call.applet == "add" and not name.endswith(".apk"):
                text = token if virtual else str(parse_dependency(token, allow_tag=True))
                self.world[name] = text
                self.conditional += [text] if call.conditional else []
            elif call.applet == "del":
                self.world.pop(name, None)


def wishes(build: Build, stage: Stage, root: str = "") -> Wishes:
    start = wishes(build, build.stages[stage.parent], root) if stage.parent is not None else Wishes({}, [], [])
    found = Wishes(start.world, start.conditional, [])
    for step in stage.steps:
        for source, destination in step.copies:
            if step.source is not None and destination == "/" and not root:
                found.world.update(wishes(build, build.stages[step.source], source.rstrip("/")).world)
        for event in step.events:
            if isinstance(event, ApkCall) and event.root == root:
                found.follow(event)
            elif isinstance(event, Unresolved) or (
                isinstance(event, RepositoriesWritten) and known(event.value) is None
            ):
                found.unresolved.append(event.line)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_each_stage_asks_for_what_stands_beside_it(name: str) -> None:
    build = build_of(name)
    told = expected(name)["stages"]
    assert len(build.stages) == len(told)
    for stage, want in zip(build.stages, told, strict=True):
        found = wishes(build, stage)
        assert list(found.world.values()) == want["world"], stage.title
        assert stage.name == want.get("name")
        for root, world in want.get("roots", {}).items():
            assert list(wishes(build, stage, root).world.values()) == world
        if stage.parent is None:
            assert [token for token in dict.fromkeys(found.conditional) if token in want["world"]] == want.get(
                "conditional", []
            )
        assert sorted(set(found.unresolved)) == want.get("unresolved", [])


@pytest.mark.parametrize("name", NAMES)
def test_each_stage_starts_where_it_is_said_to(name: str) -> None:
    build = build_of(name)
    for stage, want in zip(build.stages, expected(name)["stages"], strict=True):
        assert stage.arch == want.get("arch", "x86_64")
        assert want.get("release", stage.image.release) == stage.image.release
        assert want.get("kind", stage.kind.value) == stage.kind.value
        assert want.get("build_only", stage.index not in build.in_final_image) == (
            stage.index not in build.in_final_image
        )
        assert want.get("built", stage.index in build.needed) == (stage.index in build.needed)
