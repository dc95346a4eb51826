"""What the mirror's tests share: keys, settings that touch nothing of the machine's, a clock that tests move."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from apkgraph.mirror import trust
from apkgraph.mirror.fetch import Clock
from apkgraph.settings import Settings, resolve
from tests.mirror.archives import Key, make_key

SettingsFor = Callable[..., Settings]


@pytest.fixture(scope="session")
def key() -> Key:
    return make_key("tester@example.org-11111111.rsa.pub")


@pytest.fixture(scope="session")
def stranger() -> Key:
    return make_key("stranger@example.org-22222222.rsa.pub")


@pytest.fixture
def settings_for(tmp_path: Path, key: Key, monkeypatch: pytest.MonkeyPatch) -> SettingsFor:
    """Settings with the test's key trusted and a cache of the test's own."""
    monkeypatch.setattr(trust, "SYSTEM_KEYS", str(tmp_path / "no-system-keys"))
    keys = key.trust_in(tmp_path / "keys")

    def build(**flags: object) -> Settings:
        given = {"release": "v3.18", "arch": "x86_64", "repositories": ("main",)}
        own = {"keys_dir": keys, "cache_dir": tmp_path / "cache"}
        return resolve({**given, **own, **flags}, os.environ)

    return build


class Time:
    """A clock that stands still until a test moves it; sleeping moves it, and takes no time."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0
        self.slept: list[float] = []

    def move(self, seconds: float) -> None:
        self.time += seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.time, monotonic=lambda: self.time, sleep=self.sleep)


@pytest.fixture
def time() -> Time:
    return Time()
