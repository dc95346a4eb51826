"""Names that are nowhere, and the nearest ones that are somewhere."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from apkgraph.errors import NotFoundError

if TYPE_CHECKING:
    from apkgraph.index.universe import Universe

_SUGGESTIONS = 3


def no_such_name(universe: Universe, name: str) -> NotFoundError:
    """The error for a name that no package has or provides."""
    return NotFoundError(f"{name}: no such package in this universe", nearest_names(universe, name))


def nearest_names(universe: Universe, name: str) -> tuple[str, ...]:
    """The names that resemble `name` most, best first: of packages, or of what they provide where it looks so."""
    wants_token = ":" in name or name.startswith("/")
    names = [
        known
        for known in universe.names()
        if (":" in known or known.startswith("/")) is wants_token and universe.providers(known)
    ]
    return tuple(get_close_matches(name, names, n=_SUGGESTIONS, cutoff=0.6))
