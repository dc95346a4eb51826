"""What the error says that a mirror offers, where the mirror lists its directories and where it does not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from apkgraph.distro import ALPINE, Distribution
from apkgraph.errors import ApkgraphError, MirrorError, UsageError
from apkgraph.mirror import concurrency
from apkgraph.mirror.diagnose import offered_releases
from apkgraph.mirror.releases import releases
from apkgraph.mirror.source import obtain
from tests.mirror.archives import Key, signed
from tests.mirror.conftest import SettingsFor
from tests.mirror.faulty import answer, faulty, sends, trickles
from tests.mirror.test_releases import LIST

NGINX = '<html><pre><a href="../">../</a>\n{}</pre></html>'
APACHE = "<!DOCTYPE HTML><table><tr><th><A HREF='?C=N;O=D'>Name</A></th></tr>{}</table>"


def page(form: str, *names: str) -> str:
    return form.format("".join(f'<a href="{name}">{name}</a>\n' for name in names))


def listing(server: HTTPServer, form: str = NGINX) -> None:
    pages = {
        "/alpine/": ("latest-stable/", "v3.18/", "v3.19/", "edge/", "MIRRORS.txt", "last-updated"),
        "/alpine/v3.18/": ("main/", "community/", "releases/", "/outside/", "a%20b/", "..%2f/"),
        "/alpine/v3.18/main/": ("x86_64/", "aarch64/"),
    }
    for path, names in pages.items():
        server.expect_request(path).respond_with_data(page(form, *names), content_type="text/html")


@pytest.fixture(autouse=True)
def _absent_is_404(httpserver: HTTPServer) -> None:
    httpserver.no_handler_status_code = 404


UNKNOWN: list[tuple[dict[str, str], type[ApkgraphError], str]] = [
    ({"release": "v3.17"}, UsageError, "has no release v3.17; it offers edge, latest-stable, v3.18, v3.19"),
    ({"arch": "riscv64"}, UsageError, "has no architecture riscv64 in v3.18 main; it offers aarch64, x86_64"),
    (
        {"repositories": "testing"},
        MirrorError,
        "has no repository testing in v3.18; it offers community, main, releases",
    ),
]


@pytest.mark.parametrize("form", [NGINX, APACHE], ids=["nginx", "apache"])
@pytest.mark.parametrize("unknown", UNKNOWN, ids=lambda unknown: "".join(unknown[0]))
def test_a_mirror_s_listing(
    httpserver: HTTPServer,
    settings_for: SettingsFor,
    form: str,
    unknown: tuple[dict[str, str], type[ApkgraphError], str],
) -> None:
    asked, kind, words = unknown
    listing(httpserver, form)
    mirror = httpserver.url_for("/alpine")
    with pytest.raises(kind) as caught:
        obtain(settings_for(mirror=mirror, **asked))
    assert str(caught.value) == f"{mirror} {words}"


def test_without_a_listing_the_missing_repository_is_named(httpserver: HTTPServer, settings_for: SettingsFor) -> None:
    httpserver.expect_request("/").respond_with_data(status=403)
    with pytest.raises(MirrorError, match=r"no repository main in v3\.18 for x86_64 \(404\)$"):
        obtain(settings_for(mirror=httpserver.url_for("/alpine")))


def test_without_a_listing_the_cache_is_told(httpserver: HTTPServer, settings_for: SettingsFor, key: Key) -> None:
    httpserver.expect_request("/alpine/v3.18/main/x86_64/APKINDEX.tar.gz").respond_with_data(signed(key))
    mirror = httpserver.url_for("/alpine")
    obtain(settings_for(mirror=mirror))
    with pytest.raises(MirrorError, match=r"\(404\); the cache holds v3\.18 for x86_64$"):
        obtain(settings_for(mirror=mirror, release="v9"))


def with_mirror(mirror: str) -> Distribution:
    known = ALPINE
    return Distribution(
        "alpine",
        title=known.title,
        mirror=mirror,
        layout=known.layout,
        release=known.release,
        repositories=known.repositories,
        release_names=known.release_names,
        releases_url=known.releases_url,
    )


def test_alpine_s_own_mirror_is_explained_by_the_list(
    httpserver: HTTPServer, settings_for: SettingsFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = httpserver.url_for("/alpine")
    httpserver.expect_request("/releases.json").respond_with_data(json.dumps(LIST))
    settings = settings_for(distro=with_mirror(mirror), releases_url=httpserver.url_for("/releases.json"))
    for release, arch, words in (
        ("v9", "x86_64", "Alpine has no release v9; it has edge, v3.22"),
        ("v3.22", "s390x", "Alpine has no s390x in v3.22; it has x86_64"),
    ):
        with pytest.raises(UsageError, match=f"^{re.escape(words)}$"):
            obtain(settings.replace(release=release, arch=arch))
    with pytest.raises(MirrorError, match="no repository main in edge"):
        obtain(settings.replace(release="edge"))


def test_alpine_s_own_mirror_without_the_list_is_an_error_like_any_other(
    httpserver: HTTPServer, settings_for: SettingsFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = httpserver.url_for("/alpine")
    with pytest.raises(MirrorError, match=r"no repository main in v3\.18 for x86_64 \(404\)$"):
        obtain(settings_for(distro=with_mirror(mirror), releases_url=httpserver.url_for("/releases.json")))


def test_a_mirror_of_files_that_is_not_there(settings_for: SettingsFor, tmp_path: Path) -> None:
    with pytest.raises(MirrorError, match=r"^--mirror .*absent: no such directory$"):
        obtain(settings_for(mirror=str(tmp_path / "absent")))


def test_a_placed_repository_is_named_by_its_own_address(httpserver: HTTPServer, settings_for: SettingsFor) -> None:
    url = httpserver.url_for("/elsewhere").replace("//", "//me:secret@")
    with pytest.raises(MirrorError, match="there is no repository for x86_64 there") as caught:
        obtain(settings_for(mirror=httpserver.url_for("/alpine"), extra_repositories=[url]))
    assert "secret" not in str(caught.value)
    assert "/elsewhere" in str(caught.value)


def test_names_in_a_listing_are_names(httpserver: HTTPServer, settings_for: SettingsFor) -> None:
    names = [f"r{number}/" for number in range(100)] + ["\x1b[31m/", "%1b%5b31m/", "..%2f..%2fetc/"]
    httpserver.expect_request("/alpine/v3.18/").respond_with_data(page(NGINX, *names), content_type="text/html")
    with pytest.raises(MirrorError, match="and 60 more") as caught:
        obtain(settings_for(mirror=httpserver.url_for("/alpine")))
    assert str(caught.value).isprintable()


def test_a_pointer_that_points_to_itself_is_not_followed(httpserver: HTTPServer, settings_for: SettingsFor) -> None:
    for content in (b"latest-stable", b"../../etc", b"v3.18\n" * 100, b"\xff"):
        httpserver.clear()
        httpserver.no_handler_status_code = 404
        httpserver.expect_request("/alpine/latest-stable").respond_with_data(content)
        with pytest.raises(MirrorError, match="no repository main in latest-stable"):
            obtain(settings_for(mirror=httpserver.url_for("/alpine"), release="latest-stable"))
        indexes = [request.path for request, _ in httpserver.log if request.path.endswith(".tar.gz")]
        assert indexes == ["/alpine/latest-stable/main/x86_64/APKINDEX.tar.gz"]


def test_releases_of_another_distribution_are_offered(tmp_path: Path, settings_for: SettingsFor) -> None:
    for name in ("25.12.0", "24.10.1", "packages-25.12", "faillogs-24.10"):
        (tmp_path / name).mkdir()
    chosen = settings_for(mirror=str(tmp_path), distro="openwrt")
    assert offered_releases(chosen) == ["24.10.1", "25.12.0"]


def test_names_in_a_listing_are_short(httpserver: HTTPServer, settings_for: SettingsFor) -> None:
    """Else a page that never ends a link takes the square of its length, and a number ends in an error of Python's."""
    longest = "v3." + "1" * 97
    names = [f"{longest}/", f"{longest}1/", f"v3.{'1' * 5000}/", "v3.2/"]
    httpserver.expect_request("/alpine/").respond_with_data(page(NGINX, *names), content_type="text/html")
    assert offered_releases(settings_for(mirror=httpserver.url_for("/alpine"))) == ["v3.2", longest]


@pytest.mark.parametrize("more", [0, 1])
def test_a_listing_that_is_too_large_is_none(
    httpserver: HTTPServer, settings_for: SettingsFor, monkeypatch: pytest.MonkeyPatch, more: int
) -> None:
    text = page(NGINX, "v3.2/")
    monkeypatch.setattr("apkgraph.limits.LISTING_BYTES", len(text) - more)
    httpserver.expect_request("/alpine/").respond_with_data(text, content_type="text/html")
    with pytest.raises(MirrorError if more else UsageError, match="no repository main" if more else "offers v3"):
        obtain(settings_for(mirror=httpserver.url_for("/alpine")))


ENDLESS = trickles(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 60_000)  # twenty minutes of a header


def test_a_listing_that_takes_its_time_is_left(settings_for: SettingsFor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concurrency, "_GRACE", 0.1)
    monkeypatch.setattr("apkgraph.limits.LISTING_SECONDS", 0.3)
    absent = sends(answer(b"", status="404 Not there"))
    with faulty(absent, absent, ENDLESS) as server, pytest.raises(MirrorError, match="no repository main"):
        obtain(settings_for(mirror=server.url, timeout=1))
    assert len(server.requests) == 5  # the index, what its release may point to, and three listings


def test_a_list_of_releases_that_takes_its_time_is_left(
    settings_for: SettingsFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concurrency, "_GRACE", 0.1)
    with faulty(ENDLESS) as server, pytest.raises(MirrorError, match="no answer in time"):
        releases(settings_for(releases_url=server.url, timeout=1))
