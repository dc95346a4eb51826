"""What is known of one distribution: a frozen record of facts, without any I/O."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LAYOUT_FIELDS = ("release", "repository", "arch")


class Distribution:
    """The facts about one distribution. Two are equal when their facts are."""

    name: str  # as --distro takes it
    title: str  # as it is shown
    mirror: str  # the default mirror, a URL
    layout: str  # where an index lies under the mirror: {release}, {repository} and {arch} are put in
    nested: tuple[tuple[str, str], ...]  # layouts of repositories whose names begin so: `targets/x86/64`
    release: str  # the default release
    repositories: tuple[str, ...]  # the default repositories: names, or URLs of other distributions' ones
    keys: str  # the folder of data/keys trusted for this mirror, "" where no key is known
    foreign_keys: str  # the folder trusted for repositories that do not lie under the mirror
    bases: tuple[tuple[tuple[int, int], str], ...]  # worlds of the official base image, from which release on
    releases_url: str  # where releases and their ends of life are listed, "" where nowhere
    ends_of_life: tuple[tuple[str, str], ...]  # releases and days (YYYY-MM-DD)
    landmarks: tuple[tuple[str, str], ...]  # packages by which a repository is known: repository, package
    release_names: str  # a regular expression of the names of releases, by which listings are read
    base_images: tuple[str, ...]  # container images that hold the base world and nothing else, as fnmatch patterns
    images: tuple[str, ...]  # other container images of this distribution, as fnmatch patterns
    numbered: bool  # whether an index's description begins with its release's number (`v3.18.5-143-g…`)

    __slots__ = (
        "base_images", "bases", "ends_of_life", "foreign_keys", "images", "keys", "landmarks", "layout", "mirror",
        "name", "nested", "numbered", "release", "release_names", "releases_url", "repositories", "title",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        *,
        title: str = "",
        mirror: str,
        layout: str,
        release: str = "current",
        repositories: tuple[str, ...],
        bases: tuple[tuple[tuple[int, int], str], ...] = (((0, 0), ""),),
        nested: tuple[tuple[str, str], ...] = (),
        keys: str = "",
        foreign_keys: str | None = None,
        releases_url: str = "",
        ends_of_life: tuple[tuple[str, str], ...] = (),
        landmarks: tuple[tuple[str, str], ...] = (),
        release_names: str = r"[A-Za-z0-9][A-Za-z0-9._-]*",
        base_images: tuple[str, ...] = (),
        images: tuple[str, ...] = (),
        numbered: bool = False,
    ) -> None:
        facts: Mapping[str, object] = {
            "name": name,
            "title": title or name,
            "mirror": mirror,
            "layout": layout,
            "release": release,
            "repositories": repositories,
            "bases": bases,
            "nested": nested,
            "keys": keys,
            "foreign_keys": keys if foreign_keys is None else foreign_keys,
            "releases_url": releases_url,
            "ends_of_life": ends_of_life,
            "landmarks": landmarks,
            "release_names": release_names,
            "base_images": base_images,
            "images": images,
            "numbered": numbered,
        }
        for fact, value in facts.items():
            object.__setattr__(self, fact, value)

    def __setattr__(self, name: str, value: object) -> None:
        message = f"a Distribution does not change ({name})"
        raise AttributeError(message)

    def __reduce__(self) -> tuple[object, ...]:
        facts = {name: getattr(self, name) for name in self.__slots__ if name != "name"}
        return _restore, (self.name, facts)

    def facts(self) -> tuple[object, ...]:
        """Return all facts, in one order."""
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Distribution) and self.facts() == other.facts()

    def __hash__(self) -> int:
        return hash(self.facts())

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<Distribution {self.name}>"

    def layout_of(self, repository: str) -> str | None:
        """Return the layout of a repository's index; None for a name with a slash that is none of this mirror's."""
        for prefix, layout in self.nested:
            if repository.startswith(prefix):
                return layout
        return None if "/" in repository else self.layout

    def base_world(self, names: Iterable[str]) -> str:
        """Return the base's world for the first of these names that names a release, the newest where none does.

        A name is an index's description (`v3.18.5-143-g…`) or a release as the user wrote it.
        """
        number = next(filter(None, map(release_number, names)), None) if self.numbered else None
        return [world for since, world in self.bases if number is None or since <= number][-1]


def _restore(name: str, facts: dict[str, object]) -> Distribution:
    return Distribution(name, **facts)  # type: ignore[arg-type]  # the facts of a Distribution


def release_number(name: str) -> tuple[int, int] | None:
    """Return `(3, 18)` for `v3.18`, `3.18.5` and `v3.18.5-143-g…`; None for `edge` and whatever is not a release."""
    major, _, rest = name.removeprefix("v").partition(".")
    minor = rest.partition(".")[0].partition("-")[0].partition("_")[0]
    if major.isascii() and major.isdigit() and minor.isascii() and minor.isdigit():
        return int(major), int(minor)
    return None
