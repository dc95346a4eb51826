"""Conditions of a shell script that can be decided without running it: `[ "$X" = y ]`, `[[ … ]]`, `case` patterns.

Source: `test`, and "Case Conditional Construct", of the Shell Command Language (POSIX.1-2024).
"""

from __future__ import annotations

from enum import Enum

from tree_sitter import Node

from apkgraph import limits
from apkgraph.dockerfile.shell.patterns import matches
from apkgraph.dockerfile.shell.values import Field, Unknown, as_field
from apkgraph.dockerfile.shell.words import Words


class Status(Enum):
    """How a command ends."""

    SUCCEEDS = "succeeds"
    FAILS = "fails"
    LIKELY = "succeeds, or the build ends there"
    UNKNOWN = "unknown"


class Stop(Exception):  # noqa: N818  # not an error: these words end the script or loop around them
    """`exit`, `return`, `break` or `continue`: the shell goes no further there; `fails`: and the build ends."""

    def __init__(self, word: str, *, fails: bool = False) -> None:
        super().__init__(word)
        self.word = word
        self.fails = fails


SUCCEEDS, FAILS, LIKELY, UNKNOWN = Status.SUCCEEDS, Status.FAILS, Status.LIKELY, Status.UNKNOWN


def decided(answer: bool | None) -> Status:
    """The status of a test whose answer is known, or is not."""
    return UNKNOWN if answer is None else SUCCEEDS if answer else FAILS


def negated(status: Status) -> Status:
    """The status of `! command`."""
    return {SUCCEEDS: FAILS, FAILS: SUCCEEDS}.get(status, UNKNOWN)


def test_status(words: Words, node: Node) -> Status:
    """The status of `[ … ]` or `[[ … ]]`."""
    inner = [child for child in node.named_children if child.type != "comment"]
    return decided(_answer(words, inner[0], 0, patterns=node.children[0].type == "[[")) if len(inner) == 1 else UNKNOWN


def _answer(words: Words, node: Node, depth: int, *, patterns: bool) -> bool | None:
    if depth > limits.EXPANSION_NESTING:
        return None
    depth += 1
    if node.type == "parenthesized_expression" and node.named_child_count == 1:
        return _answer(words, node.named_children[0], depth, patterns=patterns)
    if node.type == "unary_expression":
        return _unary(words, node, depth, patterns)
    if node.type != "binary_expression":
        return _of_text(_field(words, node), "-n")

    def comparison(parts: list[Node]) -> bool | None:
        if len(parts) == 1:
            return _answer(words, parts[0], depth, patterns=patterns)
        if len(parts) != 3:
            return None
        left, sign, right = parts
        turned = left.type == "unary_expression" and left.children[0].type == "!"  # `! $A = x`
        sides = _field(words, left.children[-1] if turned else left), _field(words, right)
        answer = compared(sides[0], _sign(sign), sides[1], pattern=patterns and _bare(right))
        return None if answer is None else answer != turned

    alternatives = _divided(_flat(node), ("||", "-o"))
    return _either([_both([comparison(part) for part in _divided(one, ("&&", "-a"))]) for one in alternatives])


def _flat(node: Node) -> list[Node]:
    """Operands with the operators between them: `=` binds as strongly as `==`, which the grammar does not know."""
    found: list[Node] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.type == "binary_expression" and len(one.children) == 3:
            waiting += reversed(one.children)
        else:
            found.append(one)
    return found


def _divided(parts: list[Node], signs: tuple[str, ...]) -> list[list[Node]]:
    pieces: list[list[Node]] = [[]]
    for place, part in enumerate(parts):
        if place % 2 and _sign(part) in signs:
            pieces.append([])
        else:
            pieces[-1].append(part)
    return pieces


def _sign(operator: Node) -> str:
    return (operator.text or b"").decode()


def _unary(words: Words, node: Node, depth: int, patterns: bool) -> bool | None:
    operator, operand = node.children[0].text, node.children[-1]
    if operator == b"!":
        answer = _answer(words, operand, depth, patterns=patterns)
        return None if answer is None else not answer
    return _of_text(_field(words, operand), operator.decode() if operator else "")


def _field(words: Words, node: Node) -> Field:
    return as_field(words.value(node))


def _bare(node: Node) -> bool:
    return node.type in ("extglob_pattern", "regex", "word", "concatenation")


def _of_text(text: Field, sign: str) -> bool | None:
    if isinstance(text, Unknown):
        return None
    return {"-n": text != "", "-z": text == ""}.get(sign)


def _both(sides: list[bool | None]) -> bool | None:
    return False if False in sides else None if None in sides else True


def _either(sides: list[bool | None]) -> bool | None:
    return True if True in sides else None if None in sides else False


def compared(left: Field, sign: str, right: Field, *, pattern: bool = False) -> bool | None:
    """What `left sign right` is, None where it cannot be known."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return None
    if sign in ("=", "==", "!="):
        equal = matches(left, right) if pattern else left == right
        return None if equal is None else equal == (sign != "!=")
    if sign.lstrip("-") in _NUMERIC and _is_number(left) and _is_number(right):
        return _NUMERIC[sign.lstrip("-")](int(left), int(right))
    return None


def _is_number(text: str) -> bool:
    return len(text) < 19 and text.isascii() and text.removeprefix("-").isdigit()


_NUMERIC = {
    "eq": int.__eq__,
    "ne": int.__ne__,
    "lt": int.__lt__,
    "le": int.__le__,
    "gt": int.__gt__,
    "ge": int.__ge__,
}


def test_words(words: list[Field]) -> Status:
    """The status of `test` with these arguments; forms of more than a comparison are not decided."""
    turned = bool(words) and words[0] == "!"
    words = words[1:] if turned else words
    answer: bool | None = None
    if len(words) <= 1:
        answer = _of_text(words[0] if words else "", "-n")
    elif len(words) == 2 and isinstance(words[0], str):
        answer = _of_text(words[1], words[0])
    elif len(words) == 3 and isinstance(words[1], str):
        answer = compared(words[0], words[1], words[2])
    return negated(decided(answer)) if turned else decided(answer)


def pattern_status(subject: str | None, patterns: list[Field]) -> Status:
    """Whether one arm of a `case` is taken."""
    if "*" in patterns:
        return SUCCEEDS
    if subject is None:
        return UNKNOWN
    answers = [None if isinstance(pattern, Unknown) else matches(subject, pattern) for pattern in patterns]
    return decided(_either(answers))
