"""A signed index of another release, repository or day than the one asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_httpserver import HTTPServer

from apkgraph.errors import MirrorError, TrustError
from apkgraph.mirror.source import TrustedIndex, obtain
from apkgraph.settings import Settings
from tests.mirror.adbs import BUSYBOX, plain, values_of
from tests.mirror.archives import Key, index_part, signature_part
from tests.mirror.conftest import SettingsFor, Time

PATH = "/alpine/v3.18/main/x86_64/APKINDEX.tar.gz"


def index_of(key: Key, package: str = "a", built: int = 1, description: str = "v3.18.5-1-g0") -> bytes:
    text = f"P:x\nV:1\n\nP:{package}\nV:1\nA:x86_64\nS:1\nI:1\nt:{built}\n\n".encode()
    content = index_part(text, description.encode())
    return signature_part([(f".SIGN.RSA.{key.name}", key.sign(content))]) + content


def ask(settings: Settings) -> tuple[TrustedIndex, list[str]]:
    warnings: list[str] = []
    (found,) = obtain(settings, warn=warnings.append)
    return found, warnings


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, ""),
        ({"description": "my own packages"}, ""),
        ({"description": "v3.16.9-1-g0"}, "an index of v3.16 in place of v3.18"),
        ({"package": "firefox"}, "holds firefox, which is in community"),
    ],
)
def test_an_index_of_elsewhere_is_a_warning_and_strictly_an_error(
    httpserver: HTTPServer, settings_for: SettingsFor, key: Key, facts: dict[str, str], words: str
) -> None:
    httpserver.expect_request(PATH).respond_with_data(index_of(key, **facts))  # type: ignore[arg-type]
    settings = settings_for(mirror=httpserver.url_for("/alpine"))
    for _ in range(2):  # from the cache, too
        _, warnings = ask(settings)
        assert len(warnings) == bool(words)
        assert words in "".join(warnings)
    if words:
        with pytest.raises(TrustError, match=words):
            ask(settings.replace(strict=True))
    else:
        ask(settings.replace(strict=True))


def adb_of(_: Key, package: str, built: int) -> bytes:
    return plain(values_of([{**BUSYBOX, "name": package, "build_time": built}, BUSYBOX]))


@pytest.mark.parametrize("made", [index_of, adb_of])
def test_an_older_index_does_not_replace_a_newer_one(
    httpserver: HTTPServer, settings_for: SettingsFor, key: Key, made: Callable[[Key, str, int], bytes]
) -> None:
    settings = settings_for(mirror=httpserver.url_for("/alpine"), allow_untrusted=made is adb_of)
    httpserver.expect_request(PATH).respond_with_data(made(key, "new", 1_700_000_000))
    ask(settings)
    httpserver.clear()
    httpserver.expect_request(PATH).respond_with_data(made(key, "old", 1_600_000_000))
    found, warnings = ask(settings.replace(refresh=True))
    assert b"new" in found.content
    assert found.stale
    older = "an index of 2020-09-13 in place of a newer one of 2023-11-14; --refresh --allow-older"
    assert sum(older in warning for warning in warnings) == 1
    assert b"new" in ask(settings.replace(max_age=0, allow_older=True))[0].content
    found, warnings = ask(settings.replace(refresh=True, allow_older=True))
    assert b"old" in found.content
    assert not any(older in warning for warning in warnings)


def test_what_nobody_signed_keeps_no_older_index_out(
    httpserver: HTTPServer, settings_for: SettingsFor, key: Key, stranger: Key
) -> None:
    settings = settings_for(mirror=httpserver.url_for("/alpine"))
    httpserver.expect_request(PATH).respond_with_data(index_of(stranger, "new", 1_700_000_000))
    ask(settings.replace(allow_untrusted=True))
    httpserver.clear()
    httpserver.expect_request(PATH).respond_with_data(index_of(key, "old", 1_600_000_000))
    found, _ = ask(settings.replace(allow_untrusted=True, refresh=True))
    assert b"old" in found.content


def test_without_a_network_the_error_names_the_ways_on(settings_for: SettingsFor, time: Time) -> None:
    with pytest.raises(MirrorError, match=r"--sample .* --mirror PATH .* proxy"):
        obtain(settings_for(mirror="http://127.0.0.1:1/alpine"), clock=time.clock)
