"""What a command of apk comes to: the solution, and what apk says around it. Values only."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.model.dependency import Dependency
    from apkgraph.solve.solution import Solution

ERROR, WARNING = "ERROR", "WARNING"
FAILED = 99


class Message:
    """A line that apk says before it solves: kind ERROR (and it stops) or WARNING."""

    __slots__ = ("kind", "text")

    def __init__(self, kind: str, text: str) -> None:
        self.kind = kind
        self.text = text


class Outcome:
    """What a command comes to.

    - `messages`: what apk says first; `solution`: None where an error stopped it, or where nothing was to be done;
    - `world`: the world afterwards;
    - `kept`: names that `del` could not remove, each with the names of the world that keep it;
    - `preupgrade`: only the package manager itself is upgraded (D1.5).
    """

    __slots__ = ("kept", "messages", "preupgrade", "solution", "world")

    def __init__(
        self,
        world: tuple[Dependency, ...],
        solution: Solution | None,
        messages: tuple[Message, ...] = (),
        kept: tuple[tuple[str, tuple[str, ...]], ...] = (),
        *,
        preupgrade: bool = False,
    ) -> None:
        self.world = world
        self.solution = solution
        self.messages = messages
        self.kept = kept
        self.preupgrade = preupgrade

    @property
    def exit_status(self) -> int:
        """The exit status of apk."""
        if any(message.kind == ERROR for message in self.messages):
            return FAILED
        return min(self.solution.errors, FAILED) if self.solution else 0
