"""The errors that apkgraph raises, as one tree; each knows the exit status that it ends a command with.

    ApkgraphError
    ├── UsageError            2   an unknown option, or an invalid value or word
    │   └── DependencyError       a malformed dependency
    ├── NotFoundError         3   an unknown name, or a target that is not in the set
    ├── MirrorError           4   the network or the mirror failed, and nothing usable is cached
    ├── TrustError            5   an index that cannot be trusted or is incomplete
    │   ├── SignatureError        unsigned, signed by an unknown key, or wrongly signed
    │   ├── ArchiveError          truncated, corrupted, too large, or not an index archive
    │   └── IndexFormatError      trusted, but apk would not read it
    └── InputError            6   a file that the user named is malformed or missing

An unsatisfiable world is a value with its reasons, not an error.
"""

from __future__ import annotations


class ApkgraphError(Exception):
    """The root of the tree. `str(error)` is one line: what, where, and what to do."""

    exit_status = 1


class UsageError(ApkgraphError):
    """An invalid option, value or word."""

    exit_status = 2


class DependencyError(UsageError):
    """A token that apk would not read as a dependency."""

    def __init__(self, token: str, message: str) -> None:
        super().__init__(message)
        self.token = token


class NotFoundError(ApkgraphError):
    """A name in no index, or a target that is not in the set.

    `suggestions` holds the nearest names, best first.
    """

    exit_status = 3

    def __init__(self, message: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.suggestions = suggestions


class MirrorError(ApkgraphError):
    """The network or the mirror failed, and nothing usable is cached."""

    exit_status = 4


class TrustError(ApkgraphError):
    """An index that cannot be trusted or is incomplete."""

    exit_status = 5


class SignatureError(TrustError):
    """Unsigned, signed by a key that is not trusted, or a signature that does not match."""


class ArchiveError(TrustError):
    """An archive that is truncated, corrupted, too large or of another kind."""


class IndexFormatError(TrustError):
    """An index that apk would give up (`line` of its text counts from 1; 0 where there are no lines)."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


class InputError(ApkgraphError):
    """A file that the user named is malformed or missing."""

    exit_status = 6
