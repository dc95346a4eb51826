"""Where a path leads once the links in it are followed, as if its root were the root of the system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph import limits
from apkgraph.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable


def follow(name: str, link_of: Callable[[str], str | None], where: str) -> str:
    """The path without links that `name` stands for, both without a first slash.

    `link_of` gives the target of a path that is a link, else None. An absolute target starts at the root again.
    Raises InputError, which begins with `where`, for links that lead out of the root or round in circles.
    """
    waiting = name.split("/")[::-1]
    done: list[str] = []
    links = 0
    while waiting:
        part = waiting.pop()
        if part in ("", "."):
            continue
        if part == "..":
            if not done:
                message = f"{where}: {name}: a link in it leads out of the root"
                raise InputError(message)
            done.pop()
            continue
        target = link_of("/".join([*done, part]))
        if target is None:
            done.append(part)
            continue
        links += 1
        if links > limits.PATH_LINKS:
            message = f"{where}: {name}: a loop of links"
            raise InputError(message)
        if target.startswith("/"):
            done = []
        waiting += target.split("/")[::-1]
    return "/".join(done)
