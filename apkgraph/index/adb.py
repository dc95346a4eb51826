"""A v3 index, the values of an ADB, to the same packages that a v2 text becomes.

The numbers of the fields are apk's (`apk-v3`(5), and apk 3.0.6 as observed). A field that the writer could not write is
an error value (a version that is none, a list with such a token): as a broken token in v2, it makes a package
uninstallable where it stands for its dependencies, and is read as nothing elsewhere.
"""

from __future__ import annotations

from apkgraph import limits
from apkgraph.errors import IndexFormatError
from apkgraph.index.parse import Limits, ParsedIndex, is_arch_allowed
from apkgraph.index.universe import Warnings
from apkgraph.mirror.adb import Values, is_error
from apkgraph.model.dependency import IDENTITY_LENGTH, Dependency
from apkgraph.model.package import Details, Package
from apkgraph.model.version import ANY, EQUAL, FUZZY

_PRIORITIES = 65536
_CONFLICT = 16
_PACKAGES = 2  # the field of an index
_FIELDS = 21  # of a package that are known
_NONE: tuple[Dependency, ...] = ()


def parse_adb(
    values: bytes, arches: tuple[str, ...] = (), repositories: int = 0, bounds: Limits | None = None
) -> ParsedIndex:
    """Read the values of an index; the arguments are those of `parse_index`."""
    reader = _Reader(arches, repositories, bounds or Limits(limits.ADB_PACKAGES))
    error = None
    try:
        reader.read(Values(values))
    except IndexFormatError as caught:
        error = caught
    return ParsedIndex(tuple(reader.packages), reader.warnings(), reader.mentions, error)


class _Reader:
    """Reads one index."""

    def __init__(self, arches: tuple[str, ...], repositories: int, bounds: Limits) -> None:
        self.packages: list[Package] = []
        self.mentions: dict[int, tuple[str, ...]] = {}
        self._bounds = bounds
        self._arches = arches
        self._repositories = repositories
        self._dependencies: dict[int, Dependency] = {}
        self._lists: dict[int, tuple[Dependency, ...]] = {0: _NONE}
        self._found = 0  # dependencies of all packages
        self._broken = self._uninstallable = False

    def warnings(self) -> Warnings:
        """What apk would warn of."""
        return Warnings(broken_dependencies=self._broken, uninstallable=self._uninstallable)

    def read(self, values: Values) -> None:
        root = values.slots(values.root)
        found = values.slots(root[_PACKAGES - 1]) if len(root) >= _PACKAGES else ()
        places = dict.fromkeys(found)  # a package that is listed twice is the same
        if len(places) > self._bounds.packages:
            _refuse(f"more than {self._bounds.packages} packages")
        for place in places:
            slots = values.slots(place).tolist()
            self._take(values, slots + [0] * (_FIELDS - len(slots)))

    def _take(self, values: Values, slots: list[int]) -> None:
        (
            name, version, hashes, description, arch, license_, origin, maintainer, url, commit, build_time,
            installed_size, size, priority, depends, provides, _replaces, install_if, recommends, layer, _tags,
        ) = slots[:_FIELDS]  # fmt: skip
        text, integer = values.text, values.integer
        identity = values.blob(hashes, limits.DIGEST_BYTES)[:IDENTITY_LENGTH]
        if not name or is_error(name) or len(identity) < IDENTITY_LENGTH:
            _refuse(f"package {len(self.packages) + 1} has no name or no checksum")
        broken = is_error(depends)
        if broken or is_error(provides) or is_error(install_if):
            self._broken = True
        self._uninstallable = self._uninstallable or broken
        lists = [self._list(values, each) for each in (depends, provides, install_if)]
        self._found += sum(map(len, lists))
        if self._found > self._bounds.dependencies:
            _refuse(f"more than {self._bounds.dependencies} dependencies")
        recommended = self._list(values, recommends)
        if recommended:  # they are names, but nothing else
            named = (dependency.name for each in (*lists, recommended) for dependency in each)
            self.mentions[len(self.packages)] = (text(name), *named)
        self.packages.append(
            Package(
                text(name),
                text(version),
                arch=text(arch),
                identity=identity,
                download_size=integer(size),
                installed_size=integer(installed_size),
                origin=text(origin),
                license=text(license_),
                priority=integer(priority) % _PRIORITIES,
                depends=lists[0],
                provides=lists[1],
                install_if=lists[2],
                repositories=self._repositories,
                # What belongs into another layer than the root is selected only where that layer is in use.
                uninstallable=broken or integer(layer) != 0 or not is_arch_allowed(text(arch), self._arches),
                details=Details(
                    text(description),
                    text(url),
                    text(maintainer),
                    integer(build_time) or None,
                    values.blob(commit, limits.DIGEST_BYTES).hex(),
                ),
            )
        )

    def _list(self, values: Values, place: int) -> tuple[Dependency, ...]:
        found = self._lists.get(place)
        if found is None:
            slots = values.slots(place)
            if len(slots) > limits.FIELD_DEPENDENCIES:
                _refuse(f"a package has more than {limits.FIELD_DEPENDENCIES} dependencies")
            found = self._lists[place] = tuple([self._dependency(values, slot) for slot in slots])
        return found

    def _dependency(self, values: Values, place: int) -> Dependency:
        found = self._dependencies.get(place)
        if found is None:
            name, version, match = (*values.slots(place)[:3], 0, 0, 0)[:3]
            bits = values.integer(match)
            operator = bits & (ANY | FUZZY)
            if not version:
                operator = ANY
            elif not operator:
                operator = EQUAL
            found = self._dependencies[place] = Dependency(
                values.text(name), operator, values.text(version), conflict=bool(bits & _CONFLICT)
            )
        return found


def _refuse(reason: str) -> None:
    raise IndexFormatError(reason)
