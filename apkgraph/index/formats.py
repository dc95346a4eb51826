"""The formats of an index: a trusted index to its packages, whichever of them it has."""

from __future__ import annotations

from apkgraph.index.parse import UNSIGNED, Limits, ParsedIndex, parse_index

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from apkgraph.mirror.trust import TrustedIndex
    from apkgraph.model.dependency import Dependency


def parse(
    index: TrustedIndex,
    arches: tuple[str, ...] = (),
    repositories: int = 0,
    parse_token: Callable[[str], Dependency] | None = None,
) -> ParsedIndex:
    """Read an index, with lower bounds where no trusted key has signed it; the arguments are `parse_index`'s."""
    bounds = None if index.signed_by else Limits(*UNSIGNED)
    if index.is_adb:
        from apkgraph.index.adb import parse_adb

        return parse_adb(index.content, arches, repositories, bounds)
    return parse_index(index.content, arches, repositories, parse_token, bounds)
