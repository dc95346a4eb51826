"""What the cache keeps of one file, beside its bytes: where it came from, when, and how to tell whether it changed."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass

from apkgraph.mirror.fetch import Validators

_LARGEST = 1 << 40  # of a size in bytes, or of a time in seconds


@dataclass(frozen=True, slots=True)
class About:
    """`url` as it may be shown; times in seconds since 1970; `signed_by` "" where nobody trusted has signed."""

    url: str
    sha256: str
    size: int
    fetched_at: int
    checked_at: int
    etag: str = ""
    last_modified: str = ""
    repository: str = ""
    release: str = ""
    arch: str = ""
    signed_by: str = ""
    description: str = ""

    @property
    def validators(self) -> Validators:
        """What to ask the mirror with."""
        return Validators(self.etag, self.last_modified)

    def age(self, now: float) -> float:
        """Seconds since it was last known to be the mirror's newest; negative where the clock went back."""
        return now - self.checked_at

    def checked(self, now: float, validators: Validators) -> About:
        """The same, after the mirror said that nothing has changed."""
        return dataclasses.replace(
            self,
            checked_at=int(now),
            etag=validators.etag or self.etag,
            last_modified=validators.last_modified or self.last_modified,
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """A file and what is known about it."""

    about: About
    data: bytes


def key_of(address: str) -> str:
    """The cache's key for an address: a digest, for an address may hold a password."""
    return hashlib.sha256(address.encode()).hexdigest()


def digest(data: bytes) -> str:
    """The SHA-256 by which a file is known again, in hex."""
    return hashlib.sha256(data).hexdigest()


def to_text(about: About) -> str:
    """`about` as the cache keeps it."""
    return json.dumps(dataclasses.asdict(about))


def from_text(text: object) -> About:
    """`about` from what the cache kept; ValueError where that is not what `to_text` wrote."""
    if not isinstance(text, str):
        message = "no text"
        raise ValueError(message)  # noqa: TRY004  # one kind of error for whatever a damaged cache holds
    try:
        about = About(**json.loads(text))
    except (TypeError, RecursionError) as error:
        raise ValueError(str(error)) from None
    for field in dataclasses.fields(about):
        value = getattr(about, field.name)
        good = type(value) is int and 0 <= value < _LARGEST if field.type == "int" else type(value) is str
        if not good:
            message = f"{field.name} is of another kind, or beyond all bounds"
            raise ValueError(message)
    return about
