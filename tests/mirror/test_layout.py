"""Where things lie on a mirror; what of an address may be shown; lines as in /etc/apk/repositories."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apkgraph import limits
from apkgraph.distro import find_distribution
from apkgraph.errors import InputError, UsageError
from apkgraph.mirror import layout
from apkgraph.mirror.layout import Repository
from apkgraph.mirror.repositories import repositories
from apkgraph.redaction import shown
from apkgraph.settings import resolve


def of(*lines: str, **flags: object) -> tuple[Repository, ...]:
    given = {"mirror": "http://host/alpine", "release": "v3.18", "arch": "x86_64", "repositories": ("main",), **flags}
    return repositories(resolve({**given, "extra_repositories": lines}, {"HOME": "/"}))


def test_the_release_s_repositories() -> None:
    main, community = of(repositories="main,community")
    assert main.index == "http://host/alpine/v3.18/main/x86_64/APKINDEX.tar.gz"
    assert (main.name, main.url, main.release, main.tags) == ("main", "http://host/alpine/v3.18/main", "v3.18", ("",))
    assert community.name == "community"


def test_those_of_the_command_line_come_first() -> None:
    assert [each.name for each in of("http://a/b", "@edge testing")] == ["http://a/b", "testing", "main"]


@pytest.mark.parametrize(
    ("line", "index", "tag"),
    [
        ("http://a/edge/main", "http://a/edge/main/x86_64/APKINDEX.tar.gz", ""),
        ("v2 @edge http://a/edge/main", "http://a/edge/main/x86_64/APKINDEX.tar.gz", "edge"),
        ("@t file:///srv/repo/", "file:///srv/repo/x86_64/APKINDEX.tar.gz", "t"),
        ("/srv/repo", "/srv/repo/x86_64/APKINDEX.tar.gz", ""),
        ("ndx http://a/b/APKINDEX.tar.gz", "http://a/b/APKINDEX.tar.gz", ""),
        ("/srv/one.tar.gz", "/srv/one.tar.gz", ""),
        ("http://a/${APK_ARCH}", "http://a/x86_64/x86_64/APKINDEX.tar.gz", ""),
        ("v3 http://a/b", "http://a/b/x86_64/Packages.adb", ""),
        ("v3 @t http://a/x.adb", "http://a/x.adb", "t"),
        ("http://a/Packages.adb?token=1", "http://a/Packages.adb?token=1", ""),
        ("@edge testing", "http://host/alpine/v3.18/testing/x86_64/APKINDEX.tar.gz", "edge"),
        ("http://a/b?token=1", "http://a/b/x86_64/APKINDEX.tar.gz?token=1", ""),
    ],
)
def test_a_line(line: str, index: str, tag: str) -> None:
    repository = of(line)[0]
    assert (repository.index, repository.tag) == (index, tag)


def test_relative_paths_are_made_absolute() -> None:
    assert of("./repo")[0].index == str(Path.cwd() / "repo/x86_64/APKINDEX.tar.gz")


def test_components_are_repositories_of_their_own() -> None:
    assert [each.url for each in of("http://a/edge main testing")][:2] == [
        "http://a/edge/main",
        "http://a/edge/testing",
    ]


def test_one_url_under_several_tags_is_one_repository() -> None:
    found = of("@a http://a/b", "http://a/b", "@c http://a/b", "@a http://a/b")
    assert [each.tags for each in found] == [("a", "", "c"), ("",)]


def test_a_file_stands_in_place_of_the_release_s(tmp_path: Path) -> None:
    path = tmp_path / "repositories"
    path.write_text(
        "# a comment\n\nset base=http://a\nset -default base=http://b\nset -default more=${base}/x\n"
        "${base}/main\n@edge\t${more}/main\n"
    )
    found = of("http://extra/main", repositories_file=path)
    assert [(each.url, each.tag) for each in found] == [
        ("http://extra/main", ""),
        ("http://a/main", ""),
        ("http://a/x/main", "edge"),
    ]


MEANINGLESS = [
    "@edge",
    "@",
    "ndx http://a/x.tar.gz main",
    "ftp://a/b",
    "http://",
    "http:///path",
    "http://a b:c@d",
    "http://host:port/alpine",
    "file://relative/path",
    "file:///a%00b",
    "file:///a%1bb",
    "http:/me:secret@host/alpine",
    "https:me@host/alpine",
    "${unset}/main",
    "${open",
    "set APK_ARCH=x",
    "set nothing",
    "set 9=x",
    "..",
    "main;rm",
]


@pytest.mark.parametrize("line", MEANINGLESS)
def test_a_line_that_means_nothing_is_an_error(line: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        of(line)
    assert "secret" not in str(caught.value)
    path = tmp_path / "list"
    path.write_text(f"# list\n{line}\n")
    with pytest.raises(InputError, match="line 2: "):
        of(repositories_file=path)


def test_a_file_that_is_no_list_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        of(repositories_file=tmp_path / "absent")
    with pytest.raises(InputError, match="larger than"):
        of(repositories_file="/dev/zero")
    for content in (b"\xff\xfe", b"http://a/\x1b[31m\n"):
        (tmp_path / "list").write_bytes(content)
        with pytest.raises(InputError):
            of(repositories_file=tmp_path / "list")


def test_variables_that_double_each_other_are_given_up(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("set a=0123456789\n" + "set a=${a}${a}\n" * 16 + "http://${a}\n")
    with pytest.raises(InputError, match="grows beyond"):
        of(repositories_file=path)


def test_apk_s_own_bounds_hold() -> None:
    with pytest.raises(UsageError, match="33 repositories"):
        of(*(f"http://a/{number}" for number in range(limits.REPOSITORIES)))
    with pytest.raises(UsageError, match="17 tags"):
        of(*(f"@t{number} http://a/{number}" for number in range(17)))


def test_an_empty_list_is_no_repository(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("# nothing\n")
    assert list(of(repositories_file=tmp_path / "list")) == []


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://host/alpine", "https://host/alpine"),
        ("https://user:secret@host:8080/alpine", "https://***@host:8080/alpine"),
        ("https://secret@host/alpine/%40edge", "https://***@host/alpine/%40edge"),
        ("https://user:se@cr/et@host/alpine", "https://***"),
        ("https://user:1/et@host/alpine", "https://***"),
        ("https://user:1?et@host/alpine", "https://***"),
        ("https://user:sec@ret@host/alpine", "https://***@host/alpine"),
        ("https://host/alpine?token=secret", "https://host/alpine?***"),
        ("https://host/alpine#secret", "https://host/alpine"),
        ("http://user:sec/ret@host/alpine", "http://***"),
        ("http://user:secret/alpine", "http://***"),
        ("http://", "http://***"),
        ("http://[::1]:80/alpine", "http://[::1]:80/alpine"),
        ("file:///srv/alpine", "file:///srv/alpine"),
        ("file://me:secret@host/alpine", "file://***"),
        ("http:/me:secret@host/alpine", "http:***"),
        ("HTTPS:secret@host", "HTTPS:***"),
        ("/srv/http:/alpine", "/srv/http:/alpine"),
        ("/srv/alpine", "/srv/alpine"),
    ],
)
def test_what_may_be_shown(address: str, expected: str) -> None:
    assert shown(address) == expected


@example("me\x1f", "a password", "http")
@given(st.text(min_size=8), st.text(min_size=8), st.sampled_from(["http", "https", "HTTP"]))
def test_no_password_is_ever_shown(user: str, password: str, scheme: str) -> None:
    address = f"{scheme}://{user}:{password}@host/alpine"
    assert password not in shown(address).removeprefix(f"{scheme}://")
    try:
        found = of(mirror=address)[0]
    except UsageError as error:
        assert password not in str(error)  # noqa: PT017  # an address that means nothing may raise
    else:
        assert password not in repr(found) + found.url + found.name


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/srv/alpine", "/srv/alpine"),
        ("file:///srv/al%20pine", "/srv/al pine"),
        ("file://localhost/srv", "/srv"),
        ("FILE:///srv", "/srv"),
        ("http://host/srv", None),
    ],
)
def test_local_paths(address: str, path: str | None) -> None:
    assert layout.local_path(address) == path


def test_a_stamp_changes_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x86_64" / "APKINDEX.tar.gz"
    path.parent.mkdir()
    repository = of(str(tmp_path))[0]
    assert repository.stamp() == ""
    path.write_bytes(b"one")
    os.utime(path, (1, 1))
    first = repository.stamp()
    os.utime(path, (2, 2))
    assert first != repository.stamp()
    assert of("http://a/b")[0].stamp() == ""


@pytest.mark.parametrize(
    ("distro", "address", "place"),
    [
        ("alpine", "https://host/a/v3.20/main", ("https://host/a", "v3.20", "main")),
        ("alpine", "https://host/a/edge/testing/", ("https://host/a", "edge", "testing")),
        ("alpine", "http://h/v3.20/main/x86_64/APKINDEX.tar.gz", ("http://h", "v3.20", "main")),
        ("alpine", "https://host/packages/main", None),
        ("alpine", "main", None),
        ("wolfi", "https://packages.wolfi.dev/os", ("https://packages.wolfi.dev", "current", "os")),
        ("chimera", "https://c/current/user", ("https://c", "current", "user")),
        ("postmarketos", "http://p/postmarketos/v25.06", ("http://p/postmarketos", "v25.06", "postmarketos")),
        ("openwrt", "https://o/25.12.1/packages/x86_64/luci/packages.adb", ("https://o", "25.12.1", "luci")),
        (
            "openwrt",
            "https://o/25.12.1/targets/x86/64/packages/packages.adb",
            ("https://o", "25.12.1", "targets/x86/64"),
        ),
        ("openwrt", "https://o/25.12.1/targets/x86/64/kmods/6.1/packages.adb", None),
    ],
)
def test_what_an_address_names(distro: str, address: str, place: tuple[str, str, str] | None) -> None:
    profile = find_distribution(distro)
    assert layout.located(profile, address) == place
    if place is not None:
        mirror, release, name = place
        again = layout.named(mirror, profile.layout_of(name) or "", release, name, "x86_64")
        assert again.index.startswith(address.rstrip("/"))
