"""A lock read back from its file, every field checked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import NoReturn, TypeVar

from apkgraph import limits
from apkgraph.changes.lock import Lock, LockedArch, LockedPackage, LockedRepository
from apkgraph.errors import InputError
from apkgraph.image.files import read_file, text_of
from apkgraph.validators import architecture, name
from apkgraph.validators import release as read_release

SCHEMA = "apkgraph.lock/1"
WHAT = "a lock"
T = TypeVar("T")


def read_lock(path: str) -> Lock:
    """The lock in the file at `path` (`-`: standard input); InputError where it is none."""
    text = text_of(read_file(path, limits.LOCK_BYTES, WHAT), path, WHAT)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        message = f"{path}: not JSON, so it is not a lock"
        raise InputError(message) from None
    try:
        return _lock(_Fields(document, "the lock"))
    except (TypeError, ValueError) as error:
        message = f"{path}: {error}"
        raise InputError(message) from None


def _lock(fields: _Fields) -> Lock:
    schema = fields.text("schema")
    if schema != SCHEMA:
        message = f"its schema is {schema[:40]!r}, not {SCHEMA}"
        raise ValueError(message)
    base = fields.object("base")
    lock = Lock(
        distro=name(fields.text("distro")),
        release=read_release(fields.text("release")),
        base=base.text("name"),
        base_world=base.texts("world"),
        request=fields.texts("request"),
        architectures=fields.objects("architectures", _arch),
    )
    if not lock.architectures:
        message = "it has no architecture"
        raise ValueError(message)
    return lock


def _arch(fields: _Fields) -> LockedArch:
    return LockedArch(
        architecture(fields.text("arch")),
        fields.text("apk"),
        fields.objects("repositories", _repository),
        fields.objects("packages", _package),
    )


def _repository(fields: _Fields) -> LockedRepository:
    tags = fields.texts("tags")
    texts = (fields.text(key) for key in ("description", "sha256", "signed_by"))
    return LockedRepository(fields.text("name"), fields.text("url"), tags, *texts)


def _package(fields: _Fields) -> LockedPackage:
    return LockedPackage(
        name=fields.text("name"),
        version=fields.text("version"),
        arch=fields.text("arch"),
        checksum=fields.text("checksum"),
        repository=fields.text("repository"),
        url=fields.text("url"),
        download_size=fields.number("download_size"),
        installed_size=fields.number("installed_size"),
        origin=fields.text("origin"),
        license=fields.text("license"),
        in_base=fields.switch("in_base"),
        requested=fields.switch("requested"),
    )


class _Fields:
    """The members of a JSON object, by their types. Raises ValueError that names the member."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, Mapping):
            message = f"{where} is not an object"
            raise ValueError(message)  # noqa: TRY004  # of the file's content
        self._value = value
        self._where = where

    def text(self, key: str) -> str:
        return self._typed(key, str)

    def number(self, key: str) -> int:
        found = self._typed(key, int)
        if isinstance(found, bool) or not 0 <= found < 1 << 63:
            self._refuse(key)
        return found

    def switch(self, key: str) -> bool:
        return self._typed(key, bool)

    def texts(self, key: str) -> tuple[str, ...]:
        found = self._typed(key, list)
        if not all(isinstance(one, str) for one in found):
            self._refuse(key)
        return tuple(found)

    def object(self, key: str) -> _Fields:
        return _Fields(self._value.get(key), key)

    def objects(self, key: str, read: Callable[[_Fields], T]) -> tuple[T, ...]:
        return tuple(read(_Fields(one, f"{key}[{place}]")) for place, one in enumerate(self._typed(key, list)))

    def _typed(self, key: str, kind: type[T]) -> T:
        found = self._value.get(key)
        if not isinstance(found, kind):
            self._refuse(key)
        return found

    def _refuse(self, key: str) -> NoReturn:
        message = f"{self._where}: {key} is missing or not what it should be"
        raise ValueError(message)
