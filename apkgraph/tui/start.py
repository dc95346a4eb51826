"""What the screen starts from: a universe to open, and a set out of words or a file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apkgraph.errors import ApkgraphError, InputError
from apkgraph.model.dependency import parse_request
from apkgraph.model.universe_ref import UniverseRef
from apkgraph.settings import SAMPLE_ARCH, SAMPLE_RELEASE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from apkgraph.tui.backend import Backend
    from apkgraph.tui.state.record import Budget

    Progress = Callable[[str, int, int | None], None]
    Opener = Callable[[UniverseRef, Progress], Backend]

LARGEST = 64 << 20  # bytes
WHAT = "an exported set"
SAMPLE = UniverseRef(SAMPLE_RELEASE, SAMPLE_ARCH, sample=True)


@dataclass(frozen=True, slots=True)
class Start:
    """All that the app is given. `open` runs in a thread of its own and raises ApkgraphError."""

    place: UniverseRef
    open: Opener
    tokens: tuple[str, ...] = ()
    places: Callable[[], Sequence[tuple[UniverseRef, str]]] = tuple
    notices: tuple[str, ...] = ()
    theme: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)  # the Dockerfile's, by token
    budget: Budget | None = None
    view_file: str = ""  # the file that holds how the screen looked last; without it nothing is kept
    read: Callable[[Progress], Start] | None = None  # what is read first, behind the screen: the real start


def normal(token: str) -> str:
    """A token as apk writes it (DependencyError where it is none)."""
    return str(next(parse_request((token,))))


def world_tokens(path: str) -> tuple[str, ...]:
    """The tokens of a world file."""
    from apkgraph.image.files import read_world

    return tuple(str(token) for token in read_world(path))


def read_document(path: str) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """The request of a JSON contract, and the coordinates (release, arch) that it was made at."""
    from apkgraph.image.files import read_file, text_of

    text = text_of(read_file(path, LARGEST, WHAT), path, WHAT)
    try:
        return _read_contract(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ApkgraphError):
        message = f"{path}: not what apkgraph exports as JSON (it has no list of requests)"
        raise InputError(message) from None


def _read_contract(document: Mapping[str, object]) -> tuple[tuple[str, ...], Mapping[str, str]]:
    request, universe = document["request"], document.get("universe")
    if not isinstance(request, list):
        raise TypeError
    written = universe if isinstance(universe, dict) else {}
    coordinates = {key: written[key] for key in ("release", "arch") if isinstance(written.get(key), str)}
    return tuple(normal(token.strip()) for token in request), coordinates
