"""Expand shell words: quotes, variables, defaults, removed prefixes; unknown where a value cannot be known.

Source: "Word Expansions", chapter 2.6 of the Shell Command Language (POSIX.1-2024).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from tree_sitter import Node

from apkgraph import limits
from apkgraph.dockerfile.shell.patterns import cut_prefix, cut_suffix, replaced
from apkgraph.dockerfile.shell.syntax import Script
from apkgraph.dockerfile.shell.values import (
    FIELD_END,
    PATCH_OF_RELEASE,
    Field,
    Part,
    Unknown,
    Value,
    Variables,
    is_number,
    joined,
    known,
    split,
)

_ESCAPED = re.compile(r"\\(\n|.)", re.DOTALL)
_ESCAPED_IN_QUOTES = re.compile(r'\\([\n"$`\\])')
_ANSI = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"'}
_LEAVES = frozenset(("word", "number", "extglob_pattern", "regex", "test_operator", "variable_name", "{", "}"))
_DEFAULTS = (":-", "-", ":=", "=", ":+", "+", ":?", "?")
_CUTS = ("#", "##", "%", "%%")
_BRACES = re.compile(r"^([\w.+-]{0,64})\{([\w.,+-]{1,512})\}([\w.+-]{0,64})$")  # bash's `{a,b}`, nothing quoted in it
_COST_OF_A_FIELD = 8  # in characters


class Words:
    """Expands the words of one script by the variables of one shell.

    `has_braces`: `{a,b}` are two words, as in bash. `substitute` gives what `$(…)` prints, with an
    Unknown for what cannot be known; `spend` counts the characters that variables add, and raises, with the line,
    where they are too many.
    """

    def __init__(
        self,
        script: Script,
        variables: Variables,
        substitute: Callable[[Node], Value],
        spend: Callable[[int, int], None],
        *,
        has_braces: bool = False,
    ) -> None:
        self._script = script
        self._variables = variables
        self._substitute = substitute
        self._spend = spend
        self._depth = 0
        self.has_braces = has_braces

    def fields(self, nodes: Iterable[Node]) -> list[Field]:
        """The fields that words become, as a command gets them."""
        return [field for node in nodes for field in self._of_word(node)]

    def _of_word(self, node: Node) -> list[Field]:
        found = _BRACES.match(self._script.text(node)) if self.has_braces else None
        if found is None or "," not in found[2]:
            return split(self.parts(node), self._variables.separators)
        return [f"{found[1]}{piece}{found[3]}" for piece in found[2].split(",") if f"{found[1]}{piece}{found[3]}"]

    def value(self, node: Node) -> Value:
        """What a word becomes where nothing is split: in an assignment, after `case`, in `[[ … ]]`."""
        return joined([Part(" ") if part is FIELD_END else part for part in self.parts(node)])

    def parts(self, node: Node, *, quoted: bool = False) -> list[Part]:
        """The parts that a word is made of."""
        if self._depth >= limits.EXPANSION_NESTING:
            return [Part(self._unknown(node, "it is nested too deeply"), quoted)]
        self._depth += 1
        try:
            return self._parts(node, quoted)
        finally:
            self._depth -= 1

    def _parts(self, node: Node, quoted: bool) -> list[Part]:
        kind = node.type
        if kind in _LEAVES:
            return [Part(self._plain(self._script.text(node), quoted), quoted)]
        if kind == "raw_string":
            return [Part(self._script.text(node)[1:-1], quoted=True)]
        if kind == "ansi_c_string":
            return [Part(_ansi(self._script.text(node)[2:-1]), quoted=True)]
        if kind in ("string", "translated_string"):
            return self._string(node)
        if kind in ("concatenation", "command_name"):
            return self._region(node.start_byte, node.end_byte, node.named_children, quoted)
        return self._expanded(node, quoted)

    def _expanded(self, node: Node, quoted: bool) -> list[Part]:
        if node.type == "simple_expansion":
            return self._variable(self._script.text(node)[1:], node, quoted)
        if node.type == "expansion":
            return self._expansion(node, quoted)
        if node.type == "command_substitution":
            return [Part(piece, quoted, splits=not quoted) for piece in self._substitute(node)]
        return [Part(self._unknown(node, f"`{self._script.text(node)[:40]}` is worked out by the shell"), quoted)]

    def heredoc(self, body: Node) -> Value:
        """The text of a here-document whose end is not quoted."""
        children = [child for child in body.named_children if child.type != "heredoc_content"]
        return joined(self._region(body.start_byte, body.end_byte, children, quoted=True))

    def _string(self, node: Node) -> list[Part]:
        text = self._script.text(node)
        start = node.start_byte + text.index('"') + 1
        children = [child for child in node.named_children if child.type != "string_content"]
        parts = self._region(start, node.end_byte - 1, children, quoted=True)
        if parts or any(sign in text for sign in ("@", "*")):
            return parts
        return [Part("", quoted=True)]  # an empty string is still a field; no arguments (`"$@"`) are none

    def _region(
        self, start: int, end: int, children: Iterable[Node], quoted: bool, *, splits: bool = False
    ) -> list[Part]:
        # White space between two expansions belongs to no node of the tree: take gaps from the source.
        parts: list[Part] = []
        for child in children:
            if child.start_byte < start or child.end_byte > end:
                continue
            parts += self._gap(start, child.start_byte, quoted, splits)
            if splits and child.type in ("word", "number", "concatenation"):
                parts += self._region(child.start_byte, child.end_byte, child.named_children, quoted, splits=True)
            else:
                parts += self.parts(child, quoted=quoted)
            start = child.end_byte
        return parts + self._gap(start, end, quoted, splits)

    def _gap(self, start: int, end: int, quoted: bool, splits: bool) -> list[Part]:
        text = self._plain(self._script.between(start, end), quoted) if start < end else ""
        return [Part(text, quoted, splits)] if text else []

    @staticmethod
    def _plain(text: str, quoted: bool) -> str:
        if "\\" not in text:
            return text
        pattern = _ESCAPED_IN_QUOTES if quoted else _ESCAPED
        return pattern.sub(lambda match: "" if match[1] == "\n" else match[1], text)

    def _unknown(self, node: Node, reason: str) -> Unknown:
        return Unknown(self._script.text(node), reason)

    def _variable(self, name: str, node: Node, quoted: bool) -> list[Part]:
        name = name.strip("{}")
        if name == "@" and self._variables.positional is not None:
            return self._list(self._variables.positional, node, quoted)
        value = self._variables.get(name)
        return self._shown(() if value is None else value, node, quoted)

    def _shown(self, value: Value, node: Node, quoted: bool) -> list[Part]:
        # A unknown tells how it is written here, not how it was written where the variable was set.
        self._spend(sum(len(piece) if isinstance(piece, str) else 1 for piece in value), self._script.line(node))
        # One of several pieces keeps the words of the file: `${VERSION}` in `PACKAGES="nginx=${VERSION}"`.
        alone = len(value) == 1
        pieces = [Unknown(self._script.text(node), p.reason) if alone and isinstance(p, Unknown) else p for p in value]
        return [Part(piece, quoted, splits=not quoted) for piece in pieces]

    def _expansion(self, node: Node, quoted: bool) -> list[Part]:
        tokens = node.children[1:-1]
        if tokens and tokens[0].type == "subscript":
            return self._element(node, tokens, quoted)
        if not tokens or tokens[0].type not in ("variable_name", "special_variable_name"):
            return [Part(self._unknown(node, "only the shell can work it out"), quoted)]
        name = self._script.text(tokens[0])
        if len(tokens) == 1:
            return self._variable(name, node, quoted)
        sign = self._script.text(tokens[1])
        if sign in _DEFAULTS:
            start, end = tokens[1].end_byte, node.end_byte - 1
            word = self._region(start, end, tokens[2:], quoted, splits=not quoted)
            return self._default(name, sign, word, self._variables.get(name), node, quoted=quoted)
        cut = self._cut(name, sign, self._script.between(tokens[1].end_byte, node.end_byte - 1))
        if cut is None:
            return [Part(self._unknown(node, "only the shell can work it out"), quoted)]
        return [Part(cut, quoted, splits=not quoted)]

    def _cut(self, name: str, sign: str, argument: str) -> str | None:
        """`${name#…}`, `${name%…}`, `${name/…/…}`; None where it is not known."""
        value = self._variables.get(name) or ()
        if value[1:] == (PATCH_OF_RELEASE,) and (sign, argument) in (("%", ".*"), ("%", ".[0-9]*")):
            return str(value[0])[:-1]
        text = known(value)
        if text is None or re.search(r"[$`\\]", argument):
            return None
        argument = argument.replace('"', "").replace("'", "")
        if sign in _CUTS:
            cut = cut_prefix if sign[0] == "#" else cut_suffix
            return cut(text, argument, longest=len(sign) == 2)
        if sign in ("/", "//"):
            pattern, _, replacement = argument.partition("/")
            return replaced(text, pattern, replacement, everywhere=sign == "//")
        return None

    def _default(
        self, name: str, sign: str, word: list[Part], value: Value | None, node: Node, *, quoted: bool
    ) -> list[Part]:
        # `${name:-word}` and similar; where the variable is Unknown, either of the two is possible.
        if value and any(isinstance(piece, Unknown) for piece in value):
            return self._shown(value, node, quoted)
        unset = value is None or (sign.startswith(":") and not known(value))
        if sign.endswith("+"):
            return [] if unset else word
        if not unset:
            return self._shown(value or (), node, quoted)
        if sign.endswith("?"):
            return [Part(self._unknown(node, f"{name} is not set, and the shell would stop"), quoted)]
        if sign.endswith("="):
            self._variables.values[name] = joined(word)
        return word

    def _element(self, node: Node, tokens: list[Node], quoted: bool) -> list[Part]:
        name, _, index = self._script.text(tokens[0]).rstrip("]").partition("[")
        array = self._variables.arrays.get(name)
        if array is None or len(tokens) > 1 or not (index in ("@", "*") or is_number(index)):
            return [Part(self._unknown(node, "only the shell can work it out"), quoted)]
        if index in ("@", "*"):
            return self._list(array, node, quoted)
        place = int(index) if len(index) < 6 else len(array)
        return self._shown(array[place] if place < len(array) else (), node, quoted)

    def _list(self, values: tuple[Value, ...], node: Node, quoted: bool) -> list[Part]:
        parts: list[Part] = []
        for value in values:
            parts += self._shown(value or ("",), node, quoted)
            parts.append(FIELD_END)
        self._spend(_COST_OF_A_FIELD * len(values), self._script.line(node))
        return parts


def _ansi(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ANSI.get(match[1], match[0]), text, flags=re.DOTALL)
