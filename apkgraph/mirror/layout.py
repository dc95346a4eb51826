"""Where things lie on a mirror.

MIRROR/RELEASE/REPOSITORY/ARCH/APKINDEX.tar.gz is Alpine's layout; the others are in the profiles of `distro/`.
"""

from __future__ import annotations

import os

from apkgraph import validators
from apkgraph.errors import UsageError
from apkgraph.redaction import is_ambiguous, is_host, shown, single_slash, split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.distro import Distribution

INDEX_FILE = "APKINDEX.tar.gz"
INDEX_FILE_V3 = "Packages.adb"
_INDEX_SUFFIXES = (".tar.gz", ".adb")
SCHEMES = ("http", "https", "file")


class Repository:
    """One repository for one architecture. Equal when index and tags are; `index` may hold credentials: never show it.

    name: `main`, or for a repository that does not lie under the mirror, its URL as it may be shown
    url: of the repository, as it may be shown
    index: of the index itself, as it is asked for: a URL, or an absolute path
    release: the release that it lies under, or "" where it does not lie under the mirror
    tags: as in `@tag URL`; "" is untagged; several where a list names one URL under several tags
    """

    __slots__ = ("arch", "index", "name", "release", "tags", "url")

    def __init__(
        self, name: str, url: str, index: str, arch: str, *, release: str = "", tags: tuple[str, ...] = ("",)
    ) -> None:
        self.name = name
        self.url = url
        self.index = index
        self.arch = arch
        self.release = release
        self.tags = tags

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Repository) and (self.index, self.tags) == (other.index, other.tags)

    def __hash__(self) -> int:
        return hash((self.index, self.tags))

    def __repr__(self) -> str:
        return f"<Repository {self.url} {self.arch}>"

    @property
    def tag(self) -> str:
        """The first tag, "" where there is none."""
        return self.tags[0]

    @property
    def path(self) -> str | None:
        """The file on this machine that the index is, or None where it is on a server."""
        return local_path(self.index)

    def stamp(self) -> str:
        """What changes when a file of this machine does; "" for what is on a server or not there."""
        if self.path is None:
            return ""
        try:
            found = os.stat(self.path)
        except OSError:
            return ""
        return f"{found.st_mtime_ns}-{found.st_size}-{found.st_ino}"

    def tagged(self, tags: tuple[str, ...]) -> Repository:
        """The same repository with other tags."""
        return Repository(self.name, self.url, self.index, self.arch, release=self.release, tags=tags)


def named(mirror: str, layout: str, release: str, name: str, arch: str, *, tag: str = "") -> Repository:
    """The repository of this name under the mirror, where the layout (`{release}/{repository}/{arch}/…`) says."""
    words = "/".join(_name_of_repository(word) for word in name.split("/"))
    parts = layout.split("/")
    own = len(parts) - (2 if parts[-2:-1] == ["{arch}"] else 1)
    for field, word in (("{release}", release), ("{repository}", words), ("{arch}", arch)):
        parts = [part.replace(field, word) for part in parts]
    base = checked(mirror)
    return Repository(name, shown(join(base, *parts[:own])), join(base, *parts), arch, release=release, tags=(tag,))


def located(distro: Distribution, address: str) -> tuple[str, str, str] | None:
    """The mirror, the release and the repository that an address names by the distribution's layout.

    What `named` puts together, taken apart: the address is a repository's or its index's. None where it does not fit.
    """
    import re

    address = address.rstrip("/")
    for prefix, pattern in distro.nested:  # {release}/{repository}/…, the name of several words
        ending = pattern.partition("{repository}")[2]
        before, marker, name = address.removesuffix(ending).partition(f"/{prefix}")
        mirror, _, release = before.rpartition("/")
        if marker and address.endswith(ending):
            return mirror, release, prefix + name
    parts = address.split("/")
    *place, arch, _ = whole = distro.layout.split("/")
    for fields in (whole, place) if arch == "{arch}" else (whole,):
        mirror, pairs = "/".join(parts[: -len(fields)]), list(zip(fields, parts[-len(fields) :], strict=False))
        found = dict(pairs)
        release = found.get("{release}", distro.release)
        fits = all(word and field in (word, "{release}", "{repository}", "{arch}") for field, word in pairs)
        if mirror and fits and re.fullmatch(distro.release_names, release):
            return mirror, release, found.get("{repository}", distro.repositories[0])
    return None


def placed(url: str, arch: str, tag: str = "", *, v3: bool = False) -> Repository:
    """The repository at this URL or path; one that ends in .tar.gz or .adb is the index itself (spec A10)."""
    url = checked(url)
    index = url if is_index_file(url) else join(url, arch, INDEX_FILE_V3 if v3 else INDEX_FILE)
    return Repository(shown(url), shown(url), index, arch, tags=(tag,))


def is_index_file(address: str) -> bool:
    """Whether the address is an index's own, not a repository's."""
    return address.partition("?")[0].endswith(_INDEX_SUFFIXES)


def join(base: str, *parts: str) -> str:
    """The address that lies under another one; a query stays at the end."""
    path, mark, query = base.partition("?") if "://" in base else (base, "", "")
    return "/".join((path.rstrip("/"), *parts)) + mark + query


def local_path(address: str) -> str | None:
    """The path that a plain path or a file:// URL means, None for any other URL."""
    scheme, separator, rest = address.partition("://")
    if not separator:
        return address
    if scheme.lower() != "file":
        return None
    path = rest[len("localhost") :] if rest.startswith("localhost/") else rest
    if "%" in path:
        from urllib.parse import unquote

        return unquote(path)
    return path


def checked(address: str) -> str:
    """The address, plain paths made absolute; UsageError where it is of no kind that apkgraph reads."""
    scheme, separator, rest = address.partition("://")
    if not separator:
        if single_slash(address) is not None:
            message = f"{shown(address)}: a URL begins with {single_slash(address)}:// and a host"
            raise UsageError(message)
        return os.path.abspath(os.path.expanduser(address))
    if scheme.lower() not in SCHEMES:
        message = f"{scheme}:// is not read: a mirror or repository is an http://, https:// or file:// URL, or a path"
        raise UsageError(message)
    if scheme.lower() == "file":
        path = local_path(address) or ""
        if not path.startswith("/") or not path.isprintable():
            message = f"{shown(address)}: a file:// URL needs an absolute path without control characters"
            raise UsageError(message)
    elif not rest or not is_host(split(address)[1]) or is_ambiguous(address):
        message = f"{scheme}://***: no host in this URL, or an @ behind it (write /, ? and @ as %2F, %3F and %40)"
        raise UsageError(message)
    return address


def _name_of_repository(name: str) -> str:
    try:
        return validators.name(name)
    except ValueError:
        message = f"{name!r} is not a repository: name one of the release's (main), or give a URL or a path"
        raise UsageError(message) from None
