"""A dependency: parsed once, matched often.

    token = ["!"] name ["@" tag] [operator version]

The name ends at the first of `< > = ~`; the operator is the longest run of those characters and means the union of
its signs: `<` less, `>` greater, `=` equal, `~` equal to a prefix. So `>=`, `=>`, `~=`, `<~` are all legal.

- Less and greater together (`><`) compare a checksum: the version's text is an identity such as `Q1…`.
- Less, greater and equal together, and no operator at all, take any version.

Only the other operators ask for a valid version.

Source: `apk-world(5)`, and apk 3.0.6 as observed.
"""

from __future__ import annotations

from binascii import Error, a2b_base64, unhexlify

from apkgraph.errors import DependencyError
from apkgraph.model.version import ANY, EQUAL, FUZZY, GREATER, LESS, compare_tokens, is_valid, matches, tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol

    from apkgraph.model.version import Token

    class Identified(Protocol):
        """What a checksum dependency is compared with, as `model.package.Package` is."""

        @property
        def identity(self) -> bytes:
            """The first 20 bytes of its checksum."""

    class Provider(Protocol):
        """A package under a name, as `index.universe.Provider` is."""

        @property
        def package(self) -> Identified:
            """The package."""

        @property
        def tokens(self) -> list[Token]:
            """Its version under the name, read."""


IDENTITY_LENGTH = 20  # bytes
_BASE64_DIGITS = {"1": 28, "2": 44}  # SHA-1, SHA-256
_HEX_DIGITS = {"1": 40, "2": 64}
CONFLICT = 16
CHECKSUM = LESS | GREATER

_SIGNS = {"<": LESS, ">": GREATER, "=": EQUAL, "~": FUZZY | EQUAL}
_SPELLINGS = {
    EQUAL: "=",
    LESS: "<",
    LESS | EQUAL: "<=",
    GREATER: ">",
    GREATER | EQUAL: ">=",
    FUZZY | EQUAL: "~",
    LESS | FUZZY | EQUAL: "<~",
    GREATER | FUZZY | EQUAL: ">~",
    CHECKSUM: "><",
}


class Dependency:
    """A constraint on a name. Immutable by convention, compared by value.

    `operator` holds the bits EQUAL, LESS, GREATER, FUZZY of model.version; `broken` says that the version's text is
    invalid, so that apk keeps the dependency but never takes it as satisfiable.
    """

    __slots__ = ("_tokens", "broken", "conflict", "name", "operator", "tag", "version")

    def __init__(
        self,
        name: str,
        operator: int = ANY,
        version: str = "",
        *,
        conflict: bool = False,
        tag: str = "",
        broken: bool = False,
    ) -> None:
        self.name = name
        self.operator = operator
        self.version = version
        self.conflict = conflict
        self.tag = tag
        self.broken = broken
        self._tokens: list[Token] | None = None

    def __str__(self) -> str:
        sign = "!" if self.conflict else ""
        tag = f"@{self.tag}" if self.tag else ""
        if self.operator == ANY:
            return f"{sign}{self.name}{tag}"
        return f"{sign}{self.name}{tag}{_SPELLINGS.get(self.operator, '?')}{self.version}"

    def __repr__(self) -> str:
        return f"Dependency({str(self)!r})"

    @property
    def token(self) -> str:
        """Text that reads back as this dependency, whatever its operator (apk's own way of writing it is `str`)."""
        sign = "!" if self.conflict else ""
        tag = f"@{self.tag}" if self.tag else ""
        if self.operator == ANY and not self.version:
            return f"{sign}{self.name}{tag}"
        signs = (("<", LESS), (">", GREATER), ("~", FUZZY), ("=", 0 if self.operator & FUZZY else EQUAL))
        operator = "".join(text for text, bit in signs if self.operator & bit)
        return f"{sign}{self.name}{tag}{operator}{self.version}"

    def _key(self) -> tuple[str, int, str, bool, str]:
        return self.name, self.operator, self.version, self.conflict, self.tag

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dependency) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    @property
    def sort_bits(self) -> int:
        """Where apk's reports list it among other dependencies of one package."""
        return self.operator | (CONFLICT if self.conflict else 0)

    def satisfied_by(self, package: Identified | None, version: str | None, by: object = None) -> bool:
        """Whether a provider entry satisfies it; `package` None means that nothing is chosen.

        `version` is what the package has under this name (None: it provides the name without a version); `by` is
        the package that depends, which never conflicts with itself.
        """
        if package is None:
            return self.conflict
        if self.conflict and package is by:
            return True
        if self.operator & ANY == ANY:
            return not self.conflict
        if self.operator == CHECKSUM and not self.conflict:
            return parse_identity(self.version) == package.identity
        return matches(version or "", self.operator, self.version) is not self.conflict

    def accepts(self, provider: Provider, by: object = None) -> bool:
        """The same of a provider entry, whose version need not be read again."""
        package = provider.package
        if self.conflict and package is by:
            return True
        if self.operator & ANY == ANY:
            return not self.conflict
        if self.operator == CHECKSUM and not self.conflict:
            return parse_identity(self.version) == package.identity
        if self._tokens is None:
            self._tokens = tokens(self.version)
        order = compare_tokens(provider.tokens, self._tokens, prefix=self.operator & FUZZY != 0)
        return (self.operator & (LESS, EQUAL, GREATER)[order + 1] != 0) is not self.conflict


def display_order(name: str) -> tuple[str, str]:
    """The order in which apk shows names: ASCII letters without their case, ties by bytes."""
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in name), name


def parse_dependency(token: str, *, allow_tag: bool = False) -> Dependency:
    """Read one token; a version that is invalid makes the dependency `broken`.

    Raises DependencyError where an operator has no version, or a tag stands where none may (`allow_tag`: only in a
    world and in a request).
    """
    named, operator, version = _split_operator(token)
    conflict = named.startswith("!")
    name, at, tag = (named[1:] if conflict else named).partition("@")
    if at and not allow_tag:
        raise DependencyError(token, f"'{token}' is not a valid dependency: a tag is for the world only")
    if not operator:
        return Dependency(name, conflict=conflict, tag=tag)
    if not version:
        raise DependencyError(token, f"'{token}' is not a valid dependency: its operator has no version")
    broken = operator & CHECKSUM != CHECKSUM and not is_valid(version)
    return Dependency(name, operator, version, conflict=conflict, tag=tag, broken=broken)


def _split_operator(token: str) -> tuple[str, int, str]:
    """What stands before the operator, its bits (0 where there is none), what stands behind it."""
    named, sign, version = token.partition("=")
    if not (version[:1] == "=" or "<" in token or ">" in token or "~" in token):
        return named, EQUAL if sign else 0, version  # as nearly all are
    end = next(place for place, character in enumerate(token) if character in _SIGNS)
    operator, start = 0, end
    while token[start : start + 1] in _SIGNS:
        operator |= _SIGNS[token[start]]
        start += 1
    return token[:end], operator, token[start:]


def split_tokens(text: str) -> list[str]:
    """Tokens are set apart by runs of spaces and newlines; one in front makes an empty token (a tab is ordinary)."""
    words = text.replace("\n", " ").split(" ")
    return words[:1] + [word for word in words[1:] if word] if text else []


def parse_world(text: str) -> tuple[Dependency, ...]:
    """Read `/etc/apk/world`. Raises DependencyError for the first token that apk would refuse."""
    return tuple(parse_request(split_tokens(text.strip(" \n\r\t"))))


def parse_request(arguments: list[str] | tuple[str, ...]) -> Iterator[Dependency]:
    """Parse a request, one dependency per argument. Raises DependencyError in apk's own words."""
    for argument in arguments:
        try:
            dependency = parse_dependency(argument.rstrip(" "), allow_tag=True)
        except DependencyError:
            dependency = None
        if dependency is None or dependency.broken or not dependency.name or " " in dependency.name:
            raise DependencyError(
                argument,
                f"'{argument}' is not a valid world dependency, format is name(@tag)([<>~=]version)",
            )
        yield dependency


def parse_identity(text: str) -> bytes | None:
    """A package's identity that `text` spells: the first twenty bytes of the checksum in field `C`; else None.

    Spare bits of the base64 are ignored, and so is all that follows the digest. Source: apk's `C:` field as observed
    of 3.0.6: `Q1`/`Q2` and base64, or `X1`/`X2` and hexadecimal digits.
    """
    encoding, kind, digits = text[:1], text[1:2], text[2:]
    counts = _BASE64_DIGITS if encoding == "Q" else _HEX_DIGITS
    count = counts.get(kind, 0)
    if encoding not in ("Q", "X") or not 0 < count <= len(digits):
        return None
    try:
        digest = (a2b_base64 if encoding == "Q" else unhexlify)(digits[:count])
    except (Error, ValueError):
        return None
    return digest[:IDENTITY_LENGTH] if len(digest) >= IDENTITY_LENGTH else None
