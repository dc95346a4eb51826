"""Where in a Dockerfile's text the versions of its packages are written.

Variables, quotes, continuations and here-documents lie between a version and `apk add`. Instead of following them
backwards, every piece of the text that could be part of a version is replaced by a mark of digits, and the file is read
once more: the marks that arrive in an argument say which pieces it was made of. A piece counts only where nothing but
texts changes by it; and what is edited is read again, and must come out as exactly what was wanted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from apkgraph.changes.edits import ConflictingEditsError, Edit, apply
from apkgraph.errors import ApkgraphError
from apkgraph.model.dependency import Dependency

_PIECE = re.compile(r"(?<![A-Za-z0-9_])\d[A-Za-z0-9_.~-]*|-r\d+(?![A-Za-z0-9_])")
_REVISION = re.compile(r"-r\d+")
_SIGNS = "<>=~"
_MOST_TRIED = 100  # pieces that are tried one by one; each is one reading of the file


@dataclass(frozen=True, slots=True)
class Call:
    """A call of apk as far as it matters here: its options and its arguments."""

    line: int
    applet: str
    rest: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a Dockerfile does, compared before and after an edit."""

    calls: tuple[Call, ...]
    rest: tuple[str, ...]

    def mapped(self, change: Callable[[str], str]) -> Shape:
        """The same with all texts changed."""
        calls = tuple(
            replace(call, rest=change(call.rest), arguments=tuple(map(change, call.arguments))) for call in self.calls
        )
        return Shape(calls, tuple(map(change, self.rest)))

    def with_arguments(self, wanted: Mapping[Place, str]) -> Shape:
        """The same with some arguments in the place of others."""
        calls = list(self.calls)
        for (number, position), argument in wanted.items():
            arguments = list(calls[number].arguments)
            arguments[position] = argument
            calls[number] = replace(calls[number], arguments=tuple(arguments))
        return Shape(tuple(calls), self.rest)


Place = tuple[int, int]  # the number of a call, and the position of an argument
Read = Callable[[str], Shape]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A pin that is not edited, and why."""

    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    text: str


class Provenance:
    """The pieces of one text that its pins are made of."""

    def __init__(self, text: str, read: Read, pins: Mapping[Place, Dependency], shape: Shape) -> None:
        self._text = text
        self._read = read
        self._pins = pins
        self._shape = shape
        self._pieces = _pieces(text, [pin.version for pin in pins.values()])
        self._prefix = _unused_prefix(text)
        self._mark = re.compile(rf"{self._prefix}(\d{{6}})")
        self._made_of = self._trace()

    def line(self, place: Place) -> int | None:
        """The line in which the version of a pin begins; None where that is not known."""
        numbers = self._numbers(place)
        return self._text.count("\n", 0, self._pieces[numbers[0]].start) + 1 if numbers else None

    def edited(self, wanted: Mapping[Place, Dependency]) -> tuple[str, list[Refusal]]:
        """The text with these pins in the place of those that are there, and those that were refused."""
        edits: dict[Place, list[Edit]] = {}
        refused: list[Refusal] = []
        for place, dependency in wanted.items():
            made = self._edits(place, dependency)
            if isinstance(made, str):
                refused.append(Refusal(place, made))
            else:
                edits[place] = made
        refused += self._shared(edits)
        text = self._verified(edits, wanted)
        if text is None:  # find what does not come out as wanted by itself
            for place in list(edits):
                if self._verified({place: edits[place]}, wanted) is None:
                    del edits[place]
                    refused.append(Refusal(place, "the same text does something else in this file, too"))
            text = self._verified(edits, wanted)
        if text is None:
            refused += [Refusal(place, "edited together, these pins come out otherwise") for place in edits]
            text = self._text
        return text, refused

    def _trace(self) -> dict[Place, str]:
        """The marked form of each pin's argument."""
        numbers = list(range(len(self._pieces)))
        marked = self._marked_shape(numbers)
        if marked is None and len(numbers) <= _MOST_TRIED:
            marked = self._marked_shape([number for number in numbers if self._marked_shape([number]) is not None])
        if marked is None:
            return {}
        return {(number, at): marked.calls[number].arguments[at] for number, at in self._pins}

    def _marked_shape(self, numbers: Iterable[int]) -> Shape | None:
        edits = [
            Edit(self._pieces[number].start, self._pieces[number].end, f"{self._prefix}{number:06d}")
            for number in numbers
        ]
        try:
            marked = self._read(apply(self._text, edits))
        except ApkgraphError:
            return None
        return marked if marked.mapped(self._unmarked) == self._shape else None

    def _unmarked(self, text: str) -> str:
        return self._mark.sub(lambda found: self._pieces[int(found[1])].text, text)

    def _numbers(self, place: Place) -> list[int]:
        return [int(number) for number in self._mark.findall(self._made_of.get(place, ""))]

    def _edits(self, place: Place, wanted: Dependency) -> list[Edit] | str:
        """What has to be edited for one pin, or why it cannot be."""
        old = self._pins[place]
        written = self._made_of.get(place)
        if written is None:
            return "where its version is written cannot be told"
        operator = _operator_of(self._shape.calls[place[0]].arguments[place[1]])
        head, sign, version = written.partition(operator)
        if not self._numbers(place) or not sign or self._mark.search(head):
            return "where its version is written cannot be told"
        texts = self._split(version, wanted.version)
        if texts is None:
            return f"its version is put together from several places, and {wanted.version} does not fit them"
        edits = [
            Edit(self._pieces[number].start, self._pieces[number].end, text)
            for number, text in texts
            if text != self._pieces[number].text
        ]
        if wanted.operator != old.operator:
            start = self._operator_start(head, operator, self._numbers(place)[0])
            if start is None:
                return f"where its operator {operator} is written cannot be told"
            edits.append(Edit(start, start + len(operator), "~" if "~" in str(wanted) else "="))
        return edits

    def _split(self, marked: str, version: str) -> list[tuple[int, str]] | None:
        """Each piece of a marked version with the part of a new one that falls to it; None where it does not fit."""
        parts = self._mark.split(marked)
        numbers = [int(number) for number in parts[1::2]]
        form = re.escape(parts[0])
        for number, literal in zip(numbers, parts[2::2], strict=True):
            is_revision = _REVISION.fullmatch(self._pieces[number].text)
            form += (r"(-r\d+)?" if is_revision else r"([^-].*?)") + re.escape(literal)
        found = re.fullmatch(form, version)
        return None if found is None else list(zip(numbers, (text or "" for text in found.groups()), strict=True))

    def _operator_start(self, head: str, operator: str, first: int) -> int | None:
        before = self._text[: self._pieces[first].start]
        if before.endswith(head + operator):
            return len(before) - len(operator)
        written = re.compile(rf"(?<![A-Za-z0-9_.+-]){re.escape(head + operator)}(?![{_SIGNS}])")
        found = list(written.finditer(self._text))
        return found[0].end() - len(operator) if len(found) == 1 else None

    def _shared(self, edits: dict[Place, list[Edit]]) -> list[Refusal]:
        """Take out the pins that share a piece with another pin that wants something else of it."""
        wants: dict[tuple[int, int], set[str]] = {}
        for place in self._pins:
            changed = {(edit.start, edit.end): edit.text for edit in edits.get(place, ())}
            for number in self._numbers(place):
                piece = self._pieces[number]
                wants.setdefault((piece.start, piece.end), set()).add(changed.get((piece.start, piece.end), piece.text))
        refused = []
        for place, made in list(edits.items()):
            shared = next((edit for edit in made if len(wants.get((edit.start, edit.end), ())) > 1), None)
            if shared is not None:
                line = self._text.count("\n", 0, shared.start) + 1
                del edits[place]
                refused.append(Refusal(place, f"line {line} gives the version of other packages, too"))
        return refused

    def _verified(self, edits: Mapping[Place, Sequence[Edit]], wanted: Mapping[Place, Dependency]) -> str | None:
        """The text with these edits, where it does what it did except for the pins; None where it does not."""
        expected = {place: _argument(self._shape, place, self._pins[place], wanted[place]) for place in edits}
        try:
            text = apply(self._text, [edit for made in edits.values() for edit in made])
            return text if self._read(text) == self._shape.with_arguments(expected) else None
        except (ApkgraphError, ConflictingEditsError):
            return None


def _argument(shape: Shape, place: Place, old: Dependency, new: Dependency) -> str:
    """The argument that a pin becomes: what stands before its operator stays."""
    written = shape.calls[place[0]].arguments[place[1]]
    operator = _operator_of(written)
    head = written.partition(operator)[0]
    sign = operator if old.operator == new.operator else ("~" if "~" in str(new) else "=")
    return f"{head}{sign}{new.version}"


def _operator_of(argument: str) -> str:
    found = re.search(rf"[{_SIGNS}]+", argument)
    return found[0] if found else ""


def _pieces(text: str, versions: Sequence[str]) -> list[_Piece]:
    """What could be a part of one of the versions.

    A number alone (`2>&1`, `exit 0`) is one only where it is the whole version, or follows a sign as a value does.
    """
    joined = "\n".join(dict.fromkeys(versions))
    whole = {*versions, *(_REVISION.sub("", version) for version in versions)}
    found = []
    for match in _PIECE.finditer(text):
        piece = match[0]
        is_value = text[: match.start()].endswith((*_SIGNS, ":-", '="', "='")) or piece.startswith("-r")
        if piece in joined and ("." in piece or piece in whole or is_value):
            found.append(_Piece(match.start(), match.end(), piece))
    return found


def _unused_prefix(text: str) -> str:
    """Digits that the text does not hold anywhere."""
    prefix = 9081
    while str(prefix) in text:
        prefix += 1
    return str(prefix)
