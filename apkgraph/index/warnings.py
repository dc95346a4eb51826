"""What apk warns of once all indexes are read."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Warnings:
    """What apk warns of once all indexes are read: fields it does not know, dependencies it cannot read."""

    __slots__ = ("broken_dependencies", "uninstallable", "unknown_fields")

    def __init__(
        self, *, unknown_fields: bool = False, broken_dependencies: bool = False, uninstallable: bool = False
    ) -> None:
        self.unknown_fields = unknown_fields
        self.broken_dependencies = broken_dependencies
        self.uninstallable = uninstallable

    def texts(self) -> tuple[str, ...]:
        """Apk's words, without the `WARNING: ` in front."""
        found = []
        if self.unknown_fields:
            state = "are not installable" if self.uninstallable else "might not function properly"
            found.append(f"This apk-tools is OLD! Some packages {state}.")
        if self.broken_dependencies:
            state = "are not installable" if self.uninstallable else "might not function properly"
            found.append(f"The indexes contain broken packages which {state}.")
        return tuple(found)

    def merged(self, others: Iterable[Warnings]) -> Warnings:
        """These warnings and those of other texts, as one."""
        everything = [self, *others]
        return Warnings(
            unknown_fields=any(one.unknown_fields for one in everything),
            broken_dependencies=any(one.broken_dependencies for one in everything),
            uninstallable=any(one.uninstallable for one in everything),
        )
