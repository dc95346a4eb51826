"""Redact credentials: addresses and texts as they may be printed, logged and stored.

Everything that leaves the program and may hold an address, or the value of a build argument, passes through here.
"""

from __future__ import annotations

from apkgraph.errors import ApkgraphError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

HIDDEN = "***"
_SCHEMES = ("http", "https", "file")
_SHORTEST_PART = 12  # characters; a shorter value is only replaced where it is a word by itself
_FACTS = frozenset(
    ("changes", "packages", "removes", "universe", "drop", "by_install_if")
)  # what an index or an installed db says
_SECRET_WORDS = ("token", "password", "passwd", "passphrase", "secret", "credential", "apikey")


def shown(address: str) -> str:
    """The address without its user, password, query and fragment."""
    scheme, separator, rest = address.partition("://")
    if not separator:
        return address if single_slash(address) is None else f"{single_slash(address)}:{HIDDEN}"
    if scheme.lower() == "file":
        return address if rest.startswith(("/", "localhost/", "%2F", "%2f")) else f"{scheme}://{HIDDEN}"
    user, host, path, query = split(address)
    if not is_host(host) or is_ambiguous(address):
        return f"{scheme}://{HIDDEN}"
    return f"{scheme}://{f'{HIDDEN}@' if user else ''}{host}{path}{f'?{HIDDEN}' if query else ''}"


def split(url: str) -> tuple[str, str, str, str]:
    """User and password, host and port, path, query: by hand, for urllib.parse is not cheap to import."""
    rest = url.partition("://")[2].partition("#")[0]
    rest, _, query = rest.partition("?")
    authority, slash, path = rest.partition("/")
    user, _, host = authority.rpartition("@")
    return user, host, slash + path, query


def single_slash(address: str) -> str | None:
    """The scheme of what was meant as a URL: a slash is missing, and behind it may be a password."""
    scheme, colon, _ = address.partition(":")
    return scheme if colon and scheme.lower() in _SCHEMES else None


def is_ambiguous(url: str) -> bool:
    """Whether what looks like a path may be the end of a password that holds a / or a ?."""
    rest = url.partition("://")[2]
    authority = min((rest.partition(mark)[0] for mark in "/?#"), key=len)
    return "@" in rest[len(authority) :]


def is_host(text: str) -> bool:
    """Whether the text is a host, perhaps with a port."""
    host, _, port = text.partition("]:" if text.startswith("[") else ":")
    plain = host.strip("[]").replace(":", "").replace(".", "").replace("-", "").replace("_", "")
    return plain.isalnum() and (not port or port.isdigit())


class Redactor:
    """Redacts texts, given the values of build arguments by their names: `${NAME}` takes the place of a value.

    Version numbers stay, as they are not credentials. So do a call's texts that hold none of it.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        pairs = ((" ".join(value.split()), name) for name, value in (values or {}).items())
        self._values = sorted(((value, name) for value, name in pairs if not _is_public(value)), key=_longest_first)

    def __call__(self, text: str) -> str:
        """The text as it may leave the program."""
        return redact(self._without_values(text))

    def document(self, document: Mapping[str, object]) -> dict[str, object]:
        """A JSON document of which each text is redacted; names that come from an index stay."""
        return {name: self._value(value, name) for name, value in document.items()}

    def errors(self) -> _RedactedErrors:
        """Redact the errors that are raised inside."""
        return _RedactedErrors(self)

    def _value(self, value: object, key: str) -> object:
        if isinstance(value, str):
            return redact(self._without_values(value, facts=key in _FACTS))
        if isinstance(value, dict):
            return {name: self._value(one, key if key in _FACTS else name) for name, one in value.items()}
        if isinstance(value, list):
            return [self._value(one, key) for one in value]
        return value

    def _without_values(self, text: str, *, facts: bool = False) -> str:
        for value, name in self._values:
            if value in text and not (facts and _may_be_fact(value, name)):
                text = _replaced(text, value, f"${{{name}}}")
        return text


def redact(text: str) -> str:
    """The text without credentials: of a word that holds an address all before its last @, its query and fragment;
    what stands behind a name such as TOKEN= or --password; an Authorization header.

    Who knows that a text is an address uses `shown`.
    """
    if ":/" in text:
        text = "".join(_words(text))
    lower = text.lower()
    if any(word in lower for word in (*_SECRET_WORDS, "key", "auth")):
        text = _without_named(text)
    return text


def is_secret_name(name: str) -> bool:
    """Whether a variable's or option's name suggests a credential."""
    plain = name.lower().replace("_", "").replace("-", "")
    return plain.endswith(("key", "auth")) or any(word in plain for word in _SECRET_WORDS)


def history_arguments(command: str) -> dict[str, str]:
    """The build arguments in an image's history for one instruction: `RUN |1 TOKEN=… /bin/sh -c …`."""
    import re

    found = re.search(r"(?:^|\s)\|(\d{1,3}) ", command)
    if found is None:
        return {}
    end = re.search(r" /\S+ -\w*c ", command[found.end() :])
    text = command[found.end() :][: end.start()] if end else command[found.end() :]
    pieces = re.split(r"(?:^| )([A-Za-z_]\w{0,63})=", text)
    pairs = list(zip(pieces[1::2], pieces[2::2], strict=True))[: int(found[1])]
    if end is None and pairs:  # no shell: where the last value ends is not known
        pairs[-1] = (pairs[-1][0], pairs[-1][1].partition(" ")[0])
    return dict(pairs)


def _words(text: str) -> Iterator[str]:
    import re

    for word in re.split(r"(\s+)", text):
        found = re.search(r"[A-Za-z][A-Za-z0-9+.-]{0,20}:/{1,2}", word) if ":/" in word else None
        if found is None:
            yield word
            continue
        user, at, rest = word[found.end() :].rpartition("@")
        rest = f"{HIDDEN}@{rest}" if at and user else rest
        for mark in "?#":
            before, separator, after = rest.partition(mark)
            rest = f"{before}{mark}{HIDDEN}" if separator and after else rest
        yield word[: found.end()] + rest


def _without_named(text: str) -> str:
    import re

    def hidden(found: re.Match[str]) -> str:
        return found[1] + found[2] + HIDDEN if is_secret_name(found[1]) else found[0]

    value = r"(?!\$|\*\*\*)(?:\"[^\"]*\"?|'[^']*'?|[^\s\"']+)"
    text = re.sub(r"(?<![\w-])(-{0,2}[A-Za-z_][\w-]{0,63})(=)" + value, hidden, text)
    text = re.sub(r"(?<![\w-])(--[A-Za-z_][\w-]{0,63})( )(?!-)" + value, hidden, text)
    return re.sub(r"(?i)\b(authorization:\s*(?:basic|bearer|token)?\s*)[^\s\"']+", rf"\1{HIDDEN}", text)


def _replaced(text: str, value: str, by: str) -> str:
    if len(value) >= _SHORTEST_PART:
        return text.replace(value, by)
    import re

    return re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", lambda _: by, text)


def _is_public(value: str) -> bool:
    """Whether a value is nothing to hide: empty, a version number, a word such as `true`."""
    import re

    public = r"|true|false|yes|no|edge|latest-stable|v?\d{1,4}(?:\.\d{1,5}){0,4}(?:-r\d{1,4})?"
    return re.fullmatch(public, value) is not None


def _may_be_fact(value: str, name: str) -> bool:
    """Whether an index may hold the value too: the name of a package, given by an argument without a credential."""
    return not is_secret_name(name) and value == value.lower()


def _longest_first(pair: tuple[str, str]) -> tuple[int, str]:
    return -len(pair[0]), pair[1]


class _RedactedErrors:
    """A context manager by hand: contextlib costs too much on the path of a warm query."""

    __slots__ = ("_redact",)

    def __init__(self, redact: Callable[[str], str]) -> None:
        self._redact = redact

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, ApkgraphError):
            error.args = (self._redact(str(error)),)
