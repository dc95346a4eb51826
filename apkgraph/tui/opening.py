"""What the screen starts from: a universe to open, and a set out of words or a file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apkgraph.errors import ApkgraphError, InputError
from apkgraph.model.dependency import parse_dependency, parse_world
from apkgraph.tui.state import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from apkgraph.tui.door import Door

    Progress = Callable[[str, int, int | None], None]
    Opener = Callable[[Place, Progress], Door]

LARGEST = 64 << 20


@dataclass(frozen=True, slots=True)
class Start:
    """All that the app is given. `open` runs in a thread of its own and raises ApkgraphError."""

    place: Place
    open: Opener
    tokens: tuple[str, ...] = ()
    places: Callable[[], Sequence[tuple[Place, str]]] = tuple
    notices: tuple[str, ...] = ()
    theme: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)


def normal(token: str) -> str:
    """A token as apk writes it (DependencyError where it is none)."""
    return str(parse_dependency(token, allow_tag=True))


def read_world(path: str) -> tuple[str, ...]:
    """The tokens of a world file."""
    return tuple(str(token) for token in parse_world(_read(path)))


def read_document(path: str) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """The request of a JSON contract, and the coordinates (release, arch) that it was made at."""
    try:
        document = json.loads(_read(path))
        tokens = tuple(normal(token.strip()) for token in list(document["request"]))
        universe = document.get("universe")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ApkgraphError):
        message = f"{path}: not what apkgraph exports as JSON (it has no list of requests)"
        raise InputError(message) from None
    written = universe if isinstance(universe, dict) else {}
    return tokens, {key: str(written[key]) for key in ("release", "arch") if isinstance(written.get(key), str)}


def _read(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read(LARGEST).decode()
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror})"
        raise InputError(message) from None
    except UnicodeDecodeError:
        message = f"{path}: not text"
        raise InputError(message) from None
