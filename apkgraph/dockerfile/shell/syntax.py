"""The syntax tree of a piece of shell, by tree-sitter-bash, with the lines of the file that it stands in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

from apkgraph import limits
from apkgraph.errors import InputError
from apkgraph.redaction import redact

# The grammar's scanner asks C's `isalpha` and its like about characters that those are not defined for, and crashes.
# To the shell all of them are letters of a word; offsets stay, and the text of a node is taken from the source.
_ASCII = bytes(number if 0 < number < 128 else ord("_") for number in range(256))


class Lines(NamedTuple):
    """Where the pieces of a text come from: byte offsets, rising, and the line that each begins in."""

    offsets: tuple[int, ...]
    lines: tuple[int, ...]

    def at(self, offset: int) -> int:
        """The line that the byte at `offset` comes from."""
        return self.lines[max(0, bisect_right(self.offsets, offset) - 1)]


class Script(NamedTuple):
    """A parsed piece of shell."""

    source: bytes
    root: Node
    lines: Lines

    def line(self, node: Node) -> int:
        """The line that a node begins in."""
        return self.lines.at(node.start_byte)

    def text(self, node: Node) -> str:
        """A node as it is written."""
        return self.between(node.start_byte, node.end_byte)

    def shown(self, node: Node) -> str:
        """A node in one line, without credentials."""
        return redact(" ".join(self.text(node).replace("\\\n", " ").split()))

    def between(self, start: int, end: int) -> str:
        """The text between two offsets."""
        return self.source[start:end].decode("utf-8", "replace")


def parse(text: str, lines: Lines) -> Script:
    """Parse shell; what is not shell becomes ERROR nodes, and the rest of the tree stands.

    Raises InputError for a script larger than any that people write.
    """
    source = text.encode("utf-8", "replace")
    if len(source) > limits.SCRIPT_BYTES:
        message = f"line {lines.lines[0]}: a shell script of {len(source)} bytes is larger than apkgraph reads"
        raise InputError(message)
    tree = Parser(Language(tree_sitter_bash.language())).parse(source.translate(_ASCII))
    return Script(source, tree.root_node, lines)


def lines_of(text: str, first_line: int) -> Lines:
    """The lines of a text that stands whole in its file, from `first_line` on."""
    offsets = [0]
    for piece in text.encode("utf-8", "replace").split(b"\n"):
        offsets.append(offsets[-1] + len(piece) + 1)
    return Lines(tuple(offsets), tuple(range(first_line, first_line + len(offsets))))


def one_line(line: int) -> Lines:
    """All of a text comes from one line."""
    return Lines((0,), (line,))


def words_of(command: Node) -> list[Node]:
    """The words of a simple command, those between and behind its redirects too, which the grammar puts into these."""
    names = [child for child in command.children if child.type == "command_name"]
    outer, parent = command, command.parent
    while parent is not None and parent.type == "list" and parent.children[-1].id == outer.id:
        outer, parent = parent, parent.parent
    redirects = parent.children_by_field_name("redirect") if parent and parent.type == "redirected_statement" else []
    behind = [word for one in redirects for word in one.children_by_field_name("destination")[1:]]
    return [*names, *command.children_by_field_name("argument"), *behind]


def statements(node: Node) -> Iterator[Node]:
    """A node's named children that are not comments."""
    return (child for child in node.named_children if child.type not in ("comment", "heredoc_body", "heredoc_end"))
