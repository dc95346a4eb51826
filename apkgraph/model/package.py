"""A package: one entry of an index or of an installed db, as values."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from apkgraph.model.dependency import Dependency

Key = tuple[str, str, bytes]
AUTO, APK_3, APK_2 = "auto", "3", "2.14"  # which apk resolves, as validators.APK_FLAVOURS has them


class Details:
    """What a person reads about a package and the solver does not (`build_time`: seconds since 1970, or None)."""

    __slots__ = ("build_time", "commit", "description", "maintainer", "url")

    def __init__(
        self,
        description: str = "",
        url: str = "",
        maintainer: str = "",
        build_time: int | None = None,
        commit: str = "",
    ) -> None:
        self.description = description
        self.url = url
        self.maintainer = maintainer
        self.build_time = build_time
        self.commit = commit


class Installed:
    """What an installed db says of a package beyond its record.

    `tag` is the repository tag that it was installed from; `directories`: their paths; `files`: how many; `broken`
    holds the letters of field `f` (`f` files, `s` script, `x` extended attributes); `executable` says that it owns the
    running apk (`/proc/self/exe`).
    """

    __slots__ = ("broken", "directories", "executable", "files", "replaces", "tag")

    def __init__(
        self,
        *,
        tag: str = "",
        broken: str = "",
        directories: tuple[str, ...] = (),
        files: int = 0,
        executable: bool = False,
        replaces: tuple[Dependency, ...] = (),
    ) -> None:
        self.tag = tag
        self.broken = broken
        self.directories = directories
        self.files = files
        self.executable = executable
        self.replaces = replaces


class Package:
    """One package at one version. Immutable by convention; each stands for itself, so compared by identity.

    - `identity`: the first 20 bytes of its checksum;
    - `download_size`: bytes over the wire; `installed_size`: bytes on disk;
    - `repositories`: a bit for each repository of the universe that holds it (bit n: repository n);
    - `priority`: apk's provider priority, 0 to 65535;
    - `uninstallable`: apk never selects it (wrong arch, a broken dependency, a field it does not know);
    - `installed`: set where it comes from an installed db (a base's packages, too);
    - `virtual`: made by `add -t`.
    """

    __slots__ = (
        "arch",
        "depends",
        "details",
        "download_size",
        "identity",
        "install_if",
        "installed",
        "installed_size",
        "license",
        "name",
        "number",
        "origin",
        "priority",
        "provides",
        "repositories",
        "uninstallable",
        "version",
        "virtual",
    )

    def __init__(
        self,
        name: str,
        version: str,
        *,
        arch: str = "",
        identity: bytes = b"",
        download_size: int = 0,
        installed_size: int = 0,
        origin: str = "",
        license: str = "",  # noqa: A002  # the field's own name
        priority: int = 0,
        depends: tuple[Dependency, ...] = (),
        provides: tuple[Dependency, ...] = (),
        install_if: tuple[Dependency, ...] = (),
        repositories: int = 0,
        uninstallable: bool = False,
        details: Details | None = None,
        installed: Installed | None = None,
        virtual: bool = False,
        number: int = -1,
    ) -> None:
        self.name = name
        self.version = version
        self.arch = arch
        self.identity = identity
        self.download_size = download_size
        self.installed_size = installed_size
        self.origin = origin
        self.license = license
        self.priority = priority
        self.depends = depends
        self.provides = provides
        self.install_if = install_if
        self.repositories = repositories
        self.uninstallable = uninstallable
        self.details = details
        self.installed = installed
        self.virtual = virtual
        self.number = number

    def __str__(self) -> str:
        return f"{self.name}-{self.version}"

    def __repr__(self) -> str:
        return f"Package({str(self)!r})"

    @property
    def key(self) -> Key:
        """What makes it the same package in two universes, or in two layers."""
        return self.name, self.version, self.identity

    def replaced(self, **fields: object) -> Package:
        """The same package with some fields changed."""
        kept: dict[str, object] = {slot: getattr(self, slot) for slot in self.__slots__}
        kept.update(fields)
        return Package(kept.pop("name"), kept.pop("version"), **kept)  # type: ignore[arg-type]  # slots are fields


def flavour_of(setting: str, packages: Iterable[Package]) -> str:
    """Which apk resolves by a setting: for `auto`, the apk-tools among these packages, 3 where there is none.

    docs/solver.md, "Flavours", says how they differ.
    """
    if setting != AUTO:
        return setting
    version = next((package.version for package in packages if package.name == "apk-tools"), "")
    major = version.partition(".")[0]
    return APK_2 if major.isdecimal() and int(major) < 3 else APK_3
