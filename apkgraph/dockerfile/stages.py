"""A Dockerfile's stages as values: where each starts from, and the steps that do something to packages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from apkgraph.dockerfile.events import Event
from apkgraph.dockerfile.references import Kind, Reference
from apkgraph.dockerfile.run_script import Mount


class Note(NamedTuple):
    """Something that the reader should know of a line; nothing is wrong with it."""

    line: int
    text: str


class Step(NamedTuple):
    """An instruction that does something to packages or their files, or that may."""

    line: int
    end_line: int
    keyword: str
    text: str
    events: tuple[Event, ...]
    mounts: tuple[Mount, ...] = ()
    copies: tuple[tuple[str, str], ...] = ()  # of COPY --from=STAGE: source and destination
    source: int | None = None  # the stage that COPY takes from
    image: Reference | None = None  # the image that COPY takes from
    archives: tuple[str, ...] = ()  # what ADD unpacks, or COPY copies, into the root


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: where it starts from, and its steps. `parent` is the stage that it is built on, if it is one."""

    index: int
    name: str | None
    line: int
    image: Reference
    kind: Kind
    parent: int | None
    arch: str
    steps: tuple[Step, ...]
    sources: tuple[int, ...]  # stages that COPY and mounts take files from
    notes: tuple[Note, ...]

    @property
    def needs(self) -> tuple[int, ...]:
        """The stages that have to be built before it."""
        return self.sources if self.parent is None else (*self.sources, self.parent)

    @property
    def title(self) -> str:
        """Its name, or its number where it has none."""
        return self.name if self.name is not None else str(self.index)


class Build(NamedTuple):
    """All stages in order, the final one, and how each of them serves it."""

    path: str
    stages: tuple[Stage, ...]
    final: int
    ignored: tuple[tuple[int, frozenset[str]], ...]

    def lineage(self, index: int) -> tuple[int, ...]:
        """A stage and those it is built on, the first one first."""
        chain = [index]
        while (parent := self.stages[chain[-1]].parent) is not None:
            chain.append(parent)
        return tuple(reversed(chain))

    @property
    def in_final_image(self) -> frozenset[int]:
        """The stages whose layers the final image holds."""
        return frozenset(self.lineage(self.final))

    @property
    def needed(self) -> frozenset[int]:
        """The stages that are built at all for the final image."""
        found: set[int] = set()
        waiting = [self.final]
        while waiting:
            index = waiting.pop()
            if index not in found:
                found.add(index)
                waiting += self.stages[index].needs
        return frozenset(found)
