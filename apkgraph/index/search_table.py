"""The table that searches read: names, origins, provides and descriptions, built when a universe is compiled.

It is one text of lines, in which bytes are looked for: a line for each package, in load order. Its fields are

    number, whether it is the newest of its name, origin, name, the same in lower case with the description, provides …

A line break or separator within a field is read as a space. All lines are looked through: unlike an index of trigrams,
that finds words of one or two letters, too.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from apkgraph.model.package import Details, Package

_FIELD, _LINE = "\x1f", "\n"
_PLAIN = str.maketrans(_FIELD + _LINE, "  ")
_NUMBER, _NEWEST, _ORIGIN, _NAME, _TEXT, _PROVIDES = range(6)


class Line:
    """What the table says of one package; `text` (its name and description) and `provides` in lower case."""

    __slots__ = ("is_newest", "name", "number", "origin", "provides", "text")

    def __init__(self, fields: Sequence[str]) -> None:
        self.number = int(fields[_NUMBER])
        self.is_newest = fields[_NEWEST] == "1"
        self.origin = fields[_ORIGIN]
        self.name = fields[_NAME]
        self.text = fields[_TEXT]
        self.provides = fields[_PROVIDES:]


class SearchTable:
    """The lines of a universe's packages."""

    __slots__ = ("_packages", "_text")

    def __init__(self, text: bytes, packages: Callable[[int], Package]) -> None:
        self._text = text
        self._packages = packages

    def package(self, line: Line) -> Package:
        """The package of a line."""
        return self._packages(line.number)

    def lines(self) -> Iterator[Line]:
        """All of them."""
        for line in self._text.split(_LINE.encode())[:-1]:
            yield _line(line)

    def containing(self, word: str) -> Iterator[Line]:
        """The lines that hold a word, which is in lower case and has no spaces."""
        return self._holding(_bytes(word))

    def of_origin(self, origin: str) -> Iterator[Line]:
        """The lines of the packages that are built from one source package."""
        origin = origin.translate(_PLAIN)
        return (line for line in self._holding(_bytes(_FIELD + origin + _FIELD)) if line.origin == origin)

    def _holding(self, wanted: bytes) -> Iterator[Line]:
        text, end = self._text, _LINE.encode()
        place = text.find(wanted)
        while place >= 0:
            start, stop = text.rfind(end, 0, place) + 1, text.index(end, place)
            yield _line(text[start:stop])
            place = text.find(wanted, stop)


def _line(line: bytes) -> Line:
    return Line(line.decode("utf-8", "surrogatepass").split(_FIELD))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def search_text(
    packages: Sequence[Package], newest: Callable[[str], Package | None], details: Callable[[Package], Details]
) -> bytes:
    """The lines of all packages of a universe; `newest` of a name, `details` of a package."""
    newest_of = {name: newest(name) for name in dict.fromkeys(package.name for package in packages)}
    lines = []
    for number, package in enumerate(packages):
        text = f"{package.name.casefold()} {details(package).description.casefold()}"
        fields = (
            str(number),
            "1" if newest_of[package.name] is package else "",
            package.origin or package.name,
            package.name,
            text,
            *[provided.name.casefold() for provided in package.provides],
        )
        line = _FIELD.join(fields)
        if line.count(_FIELD) >= len(fields) or _LINE in line:
            line = _FIELD.join([field.translate(_PLAIN) for field in fields])
        lines.append(line + _LINE)
    return _bytes("".join(lines))
