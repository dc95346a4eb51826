"""Which universe is meant: what chooses one, as a value."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class UniverseRef:
    """A reference to a universe. Immutable by convention, compared by value.

    `repositories` are names under the release, or lines as in `/etc/apk/repositories`; `extra` are those that `-X`
    names. `mirror` is as it is shown, without credentials; `distro` is a profile's name and `title` its title.
    """

    __slots__ = ("arch", "distro", "extra", "mirror", "release", "repositories", "sample", "title")

    def __init__(
        self,
        release: str,
        arch: str,
        repositories: tuple[str, ...] = (),
        extra: tuple[str, ...] = (),
        *,
        mirror: str = "",
        sample: bool = False,
        distro: str = "alpine",
        title: str = "Alpine",
    ) -> None:
        self.release = release
        self.arch = arch
        self.repositories = repositories
        self.extra = extra
        self.mirror = mirror
        self.sample = sample
        self.distro = distro
        self.title = title

    def with_repositories(self, repositories: tuple[str, ...], extra: tuple[str, ...]) -> UniverseRef:
        """The same with other repositories."""
        return UniverseRef(
            self.release,
            self.arch,
            repositories,
            extra,
            mirror=self.mirror,
            sample=self.sample,
            distro=self.distro,
            title=self.title,
        )

    def with_extra(self, lines: Sequence[str]) -> UniverseRef:
        """The same with more repositories in front, as `-X` puts them."""
        return self.with_repositories(self.repositories, (*lines, *self.extra))

    def _key(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UniverseRef) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __str__(self) -> str:
        return f"{self.release} {self.arch}" + (" sample" if self.sample else "")

    def __repr__(self) -> str:
        return f"UniverseRef({self})"
