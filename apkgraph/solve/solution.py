"""What the solver and apk's commands answer: changes in apk's order, or the reasons why there are none. Values only."""

from __future__ import annotations

from apkgraph.model.size import Amount, Size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from apkgraph.index.universe import Provider
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package

INSTALL, REMOVE, UPGRADE, DOWNGRADE, REPLACE, REINSTALL, RETAG, KEEP = (
    "install",
    "remove",
    "upgrade",
    "downgrade",
    "replace",
    "reinstall",
    "retag",
    "keep",
)


class Change:
    """One change. `package` is the new one (for a removal the old one), `old_package` what was there before.

    `tag` is the repository tag that it comes from; `is_available` is false where a reinstallation must be skipped.
    """

    __slots__ = ("action", "is_available", "old_package", "old_tag", "package", "tag")

    def __init__(
        self,
        action: str,
        package: Package,
        old_package: Package | None = None,
        *,
        tag: str = "",
        old_tag: str = "",
        is_available: bool = True,
    ) -> None:
        self.action = action
        self.package = package
        self.old_package = old_package
        self.tag = tag
        self.old_tag = old_tag
        self.is_available = is_available

    @property
    def installed_size(self) -> int:
        """Bytes on disk that the change brings (negative: frees)."""
        new = 0 if self.action == REMOVE else self.package.installed_size
        return new - (self.old_package.installed_size if self.old_package else 0)

    @property
    def download_size(self) -> int:
        """Bytes over the wire that the change fetches."""
        return 0 if self.action in (REMOVE, RETAG, KEEP) else self.package.download_size

    def __repr__(self) -> str:
        return f"Change({self.action} {self.package})"


class Label:
    """One line of a reason: its word (`required by`, `breaks`, …) and its items as apk words them."""

    __slots__ = ("items", "word")

    def __init__(self, word: str, items: tuple[str, ...]) -> None:
        self.word = word
        self.items = items


class Reason:
    """Why a world cannot be satisfied: one block of apk's report.

    `kind` is `missing` or `virtual` for a name, and for a package the first of `uninstallable`, `masked`,
    `conflicts`, `breaks` that applies (else `satisfies`); `labels` holds all that apk says.
    """

    __slots__ = ("kind", "labels", "name", "package")

    def __init__(self, kind: str, name: str, package: Package | None, labels: tuple[Label, ...]) -> None:
        self.kind = kind
        self.name = name
        self.package = package
        self.labels = labels

    @property
    def title(self) -> str:
        """The block's head, as apk words it."""
        if self.package is not None:
            return f"{self.package}:"
        return f"{self.name} (no such package):" if self.kind == "missing" else f"{self.name} (virtual):"

    @property
    def by(self) -> tuple[str, ...]:
        """Who asks for it, or what it fails: the items of the label that gave the kind."""
        wanted = {"missing": "required by", "virtual": "required by", "masked": "masked in"}.get(self.kind, self.kind)
        return next((label.items for label in self.labels if label.word == wanted), ())

    @property
    def text(self) -> str:
        """The whole block in one line."""
        return " ".join([self.title, "; ".join(f"{label.word}: {' '.join(label.items)}" for label in self.labels)])


class Solution:
    """What apk would do for a world.

    - `changes`: what changes, in apk's order; empty where the world cannot be satisfied;
    - `packages`: what is installed afterwards: what stays, in the installed db's order, then what is new;
    - `all_changes`: with the entries that stay as they are, as apk's report needs them;
    - `errors`: apk's count of errors; `reasons`: why, where there are any;
    - `broken`: the world's entries that were given up (`--force-broken-world`).
    """

    __slots__ = (
        "_chosen",
        "all_changes",
        "broken",
        "changes",
        "errors",
        "packages",
        "reasons",
        "reconsiderations",
        "world",
    )

    def __init__(
        self,
        *,
        world: tuple[Dependency, ...],
        all_changes: tuple[Change, ...],
        packages: tuple[Package, ...],
        chosen: Mapping[str, Provider],
        errors: int = 0,
        reasons: tuple[Reason, ...] = (),
        broken: tuple[Dependency, ...] = (),
        reconsiderations: int = 0,
    ) -> None:
        self.world = world
        self.all_changes = all_changes
        self.changes = () if errors else tuple(change for change in all_changes if change.action != KEEP)
        self.packages = packages
        self._chosen = chosen
        self.errors = errors
        self.reasons = reasons
        self.broken = broken
        self.reconsiderations = reconsiderations

    @property
    def satisfied(self) -> bool:
        """Whether apk would do it."""
        return not self.errors

    @property
    def amount(self) -> Amount:
        """The sum of the changes."""
        return amount_of_changes(self.changes)

    def settled(self) -> Solution:
        """The same where all of it is installed, so that nothing changes any more; in the order of the db, by name."""
        packages = tuple(sorted(self.packages, key=lambda package: package.name))
        return Solution(world=self.world, all_changes=(), packages=packages, chosen=self._chosen)

    def chosen(self, name: str) -> Provider | None:
        """Who serves a name in this solution."""
        return self._chosen.get(name)

    @property
    def installed_size(self) -> int:
        """Bytes on disk of all that is installed afterwards."""
        return sum(package.installed_size for package in self.packages)

    @property
    def download_size(self) -> int:
        """Bytes over the wire of all packages that are installed afterwards."""
        return sum(package.download_size for package in self.packages)


def amount_of_changes(changes: Iterable[Change]) -> Amount:
    """The sum of changes: net packages, net bytes on disk, bytes fetched."""
    packages = installed_size = download_size = 0
    for change in changes:
        packages += -1 if change.action == REMOVE else change.old_package is None
        installed_size += change.installed_size
        download_size += change.download_size
    return Amount(packages, Size(installed_size, download_size))


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
