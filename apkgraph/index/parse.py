"""Index text, or the text of an installed db, to packages.

A record is lines `X:value`; a line shorter than two bytes ends it. Tolerant exactly where apk is: unknown fields and
broken dependency tokens are noted and the record kept; a line without `:` in the second place, a record without `V`
or without a readable `C` makes apk give the rest of the text up, and `ParsedIndex.error` says where.

Source: `apk-v2-index` and `apk-installed` formats as apk 3.0.6 reads them.
"""

from __future__ import annotations

from apkgraph import limits
from apkgraph.errors import DependencyError, IndexFormatError
from apkgraph.index.universe import Warnings
from apkgraph.model.dependency import parse_dependency, parse_identity, split_tokens
from apkgraph.model.package import Details, Installed, Package

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from apkgraph.model.dependency import Dependency

_NAMING_FIELDS = "PDpi"
_DEPENDING_FIELDS = "Dpi"
_INDEX_FIELDS = frozenset("CPVASITULomtckDpi")
_INSTALLED_FIELDS = frozenset("rqsfgFMRaZ")
EXECUTABLE = ("proc/self", "exe")
_DIGITS = "0123456789"
_REPEATED = frozenset("Dpir")
_PRIORITIES = 65536
# Far beyond what is real (9 KB, 400 dependencies; 200,000 packages have 3 million lines, 1.2 million dependencies),
# and what keeps a text of the largest size within bounds of memory and time.
_SIZES = 2**64


class Limits:
    """How much a text may hold of each; a limit of the module where none is given."""

    __slots__ = ("dependencies", "lines", "packages")

    def __init__(self, packages: int = 0, lines: int = 0, dependencies: int = 0) -> None:
        self.packages = packages or limits.PACKAGES
        self.lines = lines or limits.LINES
        self.dependencies = dependencies or limits.DEPENDENCIES


# What nobody trusted has signed may be made to cost as much as it can. The largest real index has 20,501 packages,
# 318,126 lines, 127,750 dependencies; at these bounds a text takes less than 500 MiB.
UNSIGNED = (limits.UNSIGNED_PACKAGES, limits.UNSIGNED_LINES, limits.UNSIGNED_DEPENDENCIES)
# A desktop's installed db has a line or three for each of a million files.
INSTALLED = (limits.INSTALLED_PACKAGES, limits.INSTALLED_LINES, limits.INSTALLED_DEPENDENCIES)


class ParsedIndex:
    """The packages of one text in order, and what was wrong with it.

    `mentions` holds, for records whose lines stand in an unusual order, every name in the order of its mention
    (by the package's place in `packages`); elsewhere that order is: own name, depends, provides, install_if.
    """

    __slots__ = ("error", "mentions", "packages", "warnings")

    def __init__(
        self,
        packages: tuple[Package, ...],
        warnings: Warnings,
        mentions: dict[int, tuple[str, ...]],
        error: IndexFormatError | None,
    ) -> None:
        self.packages = packages
        self.warnings = warnings
        self.mentions = mentions
        self.error = error


def parse_index(
    text: bytes,
    arches: tuple[str, ...] = (),
    repositories: int = 0,
    parse_token: Callable[[str], Dependency] | None = None,
    bounds: Limits | None = None,
) -> ParsedIndex:
    """Read an index's text.

    `arches` are the architectures that may be installed (empty: any); `repositories` is the bit of the repository
    that the text belongs to; `parse_token` may be a memo of `parse_dependency`, shared between texts.
    """
    return _Reader(arches, repositories, parse_token, bounds or Limits(), installed=False).read(text)


def parse_installed(
    text: bytes, arches: tuple[str, ...] = (), parse_token: Callable[[str], Dependency] | None = None
) -> ParsedIndex:
    """Read `lib/apk/db/installed`; each package's `installed` says what the db adds to its record."""
    return _Reader(arches, 0, parse_token, Limits(*INSTALLED), installed=True).read(text)


class _Record:
    """The lines of one record as they come."""

    __slots__ = (
        "directories",
        "directory",
        "executable",
        "fields",
        "files",
        "is_usual",
        "order",
        "repeated",
        "unknown",
    )

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.repeated: dict[str, list[str]] = {}
        self.order: list[tuple[str, str]] = []
        self.unknown = False
        self.is_usual = False  # its fields stand in the usual order, so `order` is empty
        self.directory = ""
        self.directories: list[str] = []
        self.files = 0
        self.executable = False


class _Reader:
    """Reads one text."""

    def __init__(
        self,
        arches: tuple[str, ...],
        repositories: int,
        parse_token: Callable[[str], Dependency] | None,
        bounds: Limits,
        *,
        installed: bool,
    ) -> None:
        self._arches = arches
        self._repositories = repositories
        self._parse_token = parse_token or parse_dependency
        self._bounds = bounds
        self._installed = installed
        self._packages: list[Package] = []
        self._mentions: dict[int, tuple[str, ...]] = {}
        self._warnings = Warnings()
        self._usual: set[str] = set()  # the fields of usual records, with their colons
        self._found = 0  # dependencies
        self._line = 0  # at which the record ends that is being read

    def read(self, text: bytes) -> ParsedIndex:
        error = None
        try:
            self._read_blocks(_blocks(text, self._bounds.lines))
        except IndexFormatError as caught:
            error = caught
        return ParsedIndex(tuple(self._packages), self._warnings, self._mentions, error)

    def _read_blocks(self, blocks: list[str]) -> None:
        # A final newline leaves an empty last line, which ends the last record; without one that record is lost.
        record = _Record()
        number, last = 1, blocks.pop()
        for block in blocks:
            lines = block.split("\n")
            is_begun = record.fields or record.order or record.unknown
            usual = None if is_begun else self._usual_record(lines)
            if usual is None:
                lines.append("")
                record = self._read_lines(record, lines, number)
                number += len(lines)
            else:
                number += len(lines) + 1
                self._finish(usual, number - 1)
        self._read_lines(record, last.split("\n"), number)

    def _usual_record(self, lines: list[str]) -> _Record | None:
        """The record of these lines, where each field stands there once, and in the usual order."""
        shape = "".join([line[:2] for line in lines])
        if len(shape) != 2 * len(lines):
            return None
        if shape not in self._usual:
            if self._installed or not _is_usual(shape):
                return None
            self._usual.add(shape)
        record = _Record()
        record.fields = dict(zip(shape[::2], [line[2:] for line in lines], strict=True))
        record.repeated = {field: [record.fields[field]] for field in _DEPENDING_FIELDS if field in record.fields}
        record.is_usual = True
        return record

    def _read_lines(self, record: _Record, lines: list[str], first: int) -> _Record:
        """Go on with a record, line by line; the one that has not ended then."""
        for number, line in enumerate(lines, first):
            if len(line) < 2 and (line.isascii() or _is_one_byte(line)):
                if "P" in record.fields:
                    self._finish(record, number)
                    record = _Record()
                continue
            if line[1:2] != ":" or not (line[0].isascii() or _is_one_byte(line[0])):
                raise IndexFormatError(f"line {number}: not a field of the form 'X:value'", number)
            self._take(record, line[0], line[2:])
        return record

    def _take(self, record: _Record, field: str, value: str) -> None:
        if field in _REPEATED and (field != "r" or self._installed):
            record.repeated.setdefault(field, []).append(value)
            record.order.append((field, value))
        elif field in _INDEX_FIELDS:
            record.fields[field] = value
            if field == "P":
                record.order.append((field, value))
        elif field in _INSTALLED_FIELDS:
            if self._installed:
                self._take_installed(record, field, value)
        else:
            needed = not "a" <= field <= "z"
            record.unknown = record.unknown or needed
            self._note(unknown_fields=True, uninstallable=needed)

    def _take_installed(self, record: _Record, field: str, value: str) -> None:
        if field == "F":
            record.directory = value
            record.directories.append(value)
        elif field == "R":
            record.files += 1
            record.executable = record.executable or (record.directory, value) == EXECUTABLE
        else:
            record.fields[field] = value

    def _finish(self, record: _Record, number: int) -> None:
        self._line = number
        fields = record.fields
        identity = parse_identity(fields.get("C", ""))
        if identity is None:
            raise IndexFormatError(f"the record that ends at line {number} has no readable checksum (C)", number)
        if "V" not in fields:
            raise IndexFormatError(f"the record that ends at line {number} has no version (V)", number)
        depends, broken_depends = self._dependencies(record.repeated.get("D"))
        provides, broken_provides = self._dependencies(record.repeated.get("p"))
        install_if, broken_install_if = self._dependencies(record.repeated.get("i"))
        if broken_depends or broken_provides or broken_install_if:
            self._note(broken_dependencies=True, uninstallable=broken_depends)
        naming = [] if record.is_usual else [field for field in _NAMING_FIELDS if self._has(record, field)]
        if [field for field, _ in record.order] != naming:
            self._mentions[len(self._packages)] = self._names_in_order(record)
        self._found += len(depends) + len(provides) + len(install_if)
        if self._found > self._bounds.dependencies:
            message = f"line {number}: more than {self._bounds.dependencies} dependencies so far"
            raise IndexFormatError(message, number)
        if len(self._packages) == self._bounds.packages:
            raise IndexFormatError(f"line {number}: more than {self._bounds.packages} packages", number)
        arch = fields.get("A", "")
        self._packages.append(
            Package(
                fields["P"],
                fields["V"],
                arch=arch,
                identity=identity,
                download_size=number_of(fields.get("S", "")) % _SIZES,
                installed_size=number_of(fields.get("I", "")) % _SIZES,
                origin=fields.get("o", ""),
                license=fields.get("L", ""),
                priority=number_of(fields.get("k", "")) % _PRIORITIES,
                depends=depends,
                provides=provides,
                install_if=() if broken_install_if else install_if,
                repositories=self._repositories,
                uninstallable=record.unknown or broken_depends or not is_arch_allowed(arch, self._arches),
                details=_details(fields),
                installed=self._installed_state(record) if self._installed else None,
            )
        )

    @staticmethod
    def _has(record: _Record, field: str) -> bool:
        return field in record.fields or field in record.repeated

    def _dependencies(self, lines: list[str] | None) -> tuple[tuple[Dependency, ...], bool]:
        """Read the lines of one field; whether any token was broken."""
        if not lines:
            return (), False
        found: list[Dependency] = []
        broken = False
        for line in lines:
            for token in split_tokens(line):
                try:
                    dependency = self._parse_token(token)
                except DependencyError:
                    broken = True
                    break  # apk drops the rest of the line
                broken = broken or dependency.broken
                found.append(dependency)
            if len(found) > limits.FIELD_DEPENDENCIES:
                raise IndexFormatError(
                    f"the record that ends at line {self._line} has more than {limits.FIELD_DEPENDENCIES} dependencies",
                    self._line,
                )
        return tuple(found), broken

    def _names_in_order(self, record: _Record) -> tuple[str, ...]:
        names: list[str] = []
        for field, value in record.order:
            if field == "P":
                names.append(value)
            else:
                names.extend(dependency.name for dependency in self._dependencies([value])[0])
        return tuple(names)

    def _installed_state(self, record: _Record) -> Installed:
        return Installed(
            tag=record.fields.get("s", ""),
            broken=record.fields.get("f", ""),
            directories=tuple(record.directories),
            files=record.files,
            executable=record.executable,
            replaces=self._dependencies(record.repeated.get("r"))[0],
        )

    def _note(
        self, *, unknown_fields: bool = False, broken_dependencies: bool = False, uninstallable: bool = False
    ) -> None:
        self._warnings = self._warnings.merged(
            [
                Warnings(
                    unknown_fields=unknown_fields,
                    broken_dependencies=broken_dependencies,
                    uninstallable=uninstallable,
                )
            ]
        )


def _is_usual(shape: str) -> bool:
    """Whether fields, each with its colon, are an index's, there once, and name what they name in the usual order."""
    fields = shape[::2]
    naming = [field for field in fields if field in _NAMING_FIELDS]
    return (
        set(shape[1::2]) == {":"}
        and len(fields) == len(set(fields))
        and _INDEX_FIELDS.issuperset(fields)
        and "P" in fields
        and naming == [field for field in _NAMING_FIELDS if field in fields]
    )


def _blocks(text: bytes, most: int) -> list[str]:
    """The text between empty lines."""
    if text.count(b"\n") > most:
        raise IndexFormatError(f"more than {most} lines", most)
    whole = text.decode("utf-8", "surrogateescape")
    blocks = whole.split("\n\n")
    if max(map(len, blocks)) > limits.LINE_CHARACTERS:
        for number, line in enumerate(whole.split("\n"), 1):
            if len(line) > limits.LINE_CHARACTERS:
                raise IndexFormatError(f"line {number}: longer than {limits.LINE_CHARACTERS} characters", number)
    return blocks


def _is_one_byte(character: str) -> bool:
    """Whether it encodes a byte that is not valid UTF-8."""
    return "\udc80" <= character <= "\udcff"


def is_arch_allowed(arch: str, arches: tuple[str, ...]) -> bool:
    """Whether a package of this architecture may be installed where `arches` are configured (empty: any)."""
    return not arches or arch in ("", "noarch") or arch in arches


def number_of(text: str) -> int:
    """The decimal digits at the front, as a number; 0 where there are none. At most 20 digits are read."""
    if len(text) <= 20 and text.isascii() and text.isdigit():
        return int(text)
    end = 0
    while end < len(text) and end < 20 and text[end] in _DIGITS:
        end += 1
    return int(text[:end]) if end else 0


def _details(fields: dict[str, str]) -> Details:
    time = fields.get("t", "")
    return Details(
        description=fields.get("T", ""),
        url=fields.get("U", ""),
        maintainer=fields.get("m", ""),
        build_time=number_of(time) if time else None,
        commit=fields.get("c", ""),
    )
