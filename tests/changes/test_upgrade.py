"""Moves to another release: what is gone and what replaces it, pins that break, what is different."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from apkgraph.changes.targets import settings_at
from apkgraph.errors import UsageError
from apkgraph.settings import Settings, resolve
from tests.changes.mirrors import BASE, mirror, records_of
from tests.commands import Capture, document, run
from tests.impact.worlds import record

OLD = BASE + "".join(
    (
        record("git", 900, "libcurl", version="2.38-r0", provides="cmd:git=2.38"),
        record("libcurl", 300, version="7-r0", provides="so:curl.4=4"),
        record("php81", 70, version="8.1-r0", provides="php=8.1 cmd:php=8.1"),
        record("nodejs", 500, version="18.1-r0"),
        record("webtool", 40, provides="cmd:web=1"),
        record("oldtool", 40, origin="suite"),
        record("pythn3", 40),
        record("lib12", 40),
    )
)
NEW = BASE + "".join(
    (
        record("git", 950, version="2.47-r0", provides="cmd:git=2.47"),
        record("libcurl", 320, version="8-r0", provides="so:curl.4=4"),
        record("php83", 75, version="8.3-r0", provides="php=8.3 cmd:php=8.3"),
        record("php84", 75, version="8.4-r0", provides="php=8.4 cmd:php=8.4"),
        record("nodejs", 550, version="22.2-r0"),
        record("webtool2", 40, provides="cmd:web=2"),
        record("suite-tool", 40, origin="suite"),
        record("suite-tool-doc", 40, origin="suite"),
        record("python3", 40),
        record("lib13", 40),
    )
)


@pytest.fixture
def place(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words that ask a mirror with v3.17 and v3.21."""
    monkeypatch.delenv("APKGRAPH_SAMPLE")
    return mirror(workplace / "mirror", {"v3.17": OLD, "v3.21": NEW})


def world(capsys: Capture, place: list[str], *tokens: str, status: int) -> dict[str, Any]:
    Path("world").write_text("\n".join(tokens))
    return document(capsys, "upgrade", "world", "--from", "v3.17", "--to", "v3.21", *place, status=status)


@pytest.mark.parametrize(
    ("name", "by", "replacement"),
    [
        ("php81", "provides", "php84"),
        ("webtool", "provides", "webtool2"),
        ("lib12", "numbers", "lib13"),
        ("oldtool", "origin", "suite-tool"),
        ("pythn3", "near", "python3"),
    ],
)
def test_a_name_that_is_gone_has_a_replacement(
    name: str, by: str, replacement: str, place: list[str], capsys: Capture
) -> None:
    (gone,) = world(capsys, place, "git", name, status=1)["gone"]
    assert (gone["line"], gone["token"]) == (2, name)
    assert gone["replacements"][0] == {"by": by, "name": replacement}
    assert "suite-tool-doc" not in [one["name"] for one in gone["replacements"]]


def test_a_name_that_is_provided_is_not_gone(place: list[str], capsys: Capture) -> None:
    assert world(capsys, place, "php", "cmd:web", status=0)["gone"] == []


def test_a_pin_that_breaks(place: list[str], capsys: Capture) -> None:
    found = world(capsys, place, "git~2", "nodejs=18.1-r0", "libcurl<8", status=1)
    assert [(pin["line"], pin["token"], pin["suggestions"]) for pin in found["pins"]] == [
        (2, "nodejs=18.1-r0", ["nodejs=22.2-r0", "nodejs~22.2"]),
        (3, "libcurl<8", ["libcurl"]),
    ]
    after = {one["name"]: one["after"] for one in found["difference"]["packages"]}
    assert after == {"git": "2.47-r0", "nodejs": "22.2-r0", "libcurl": "8-r0"}  # taken without the pins


def test_the_lost_curl(place: list[str], capsys: Capture) -> None:
    """The newer git does not bring libcurl: what used it finds it no more."""
    found = world(capsys, place, "git", status=0)
    assert found["lines"] == [{"line": 1, "text": "git", "before": 1200, "after": 950}]
    packages = {one["name"]: one for one in found["difference"]["packages"]}
    assert packages["libcurl"]["because"] == {"kind": "dropped", "name": "git", "token": "libcurl"}
    (lost,) = found["difference"]["lost"]
    assert (lost["token"], lost["package"], lost["available"]) == ("so:curl.4", "libcurl", ["libcurl"])


def test_ends_of_life(place: list[str], capsys: Capture) -> None:
    found = world(capsys, place, "git", status=0)
    assert found["from"] == {"release": "v3.17", "arch": "x86_64", "end_of_life": "2024-11-22"}
    assert found["to"]["release"] == "v3.21"
    _, out, _ = run(capsys, "upgrade", "world", "--from", "v3.17", "--to", "v3.21", *place)
    assert "v3.17 came to its end of life on 2024-11-22" in out


DOCKERFILE = """\
ARG TAG=3.17
FROM alpine:3.17 AS unused
RUN apk add oldtool
FROM alpine:$TAG AS build
RUN echo https://dl-cdn.alpinelinux.org/alpine/v3.17/main > /etc/apk/repositories && apk add git nodejs~18
FROM build
RUN apk add php81 && apk add webtool libcurl
"""


def test_a_dockerfile(place: list[str], capsys: Capture) -> None:
    Path("Dockerfile").write_text(DOCKERFILE)
    found = document(capsys, "upgrade", "--to", "v3.21", *place, status=1)
    assert (found["from"]["release"], found["to"]["release"], found["problems"]) == ("v3.17", "v3.21", [])
    assert [(one["line"], one["token"]) for one in found["gone"]] == [(7, "php81"), (7, "webtool")]
    assert [(pin["line"], pin["token"]) for pin in found["pins"]] == [(5, "nodejs~18")]
    assert [(one["line"], one["before"], one["after"]) for one in found["lines"]] == [
        (5, 1700, 1500),
        (7, 70, 0),
        (7, 40, 320),
    ]
    assert found["difference"]["before"]["packages"] == 10
    assert {one["token"] for one in found["difference"]["lost"]} == {"cmd:php", "cmd:web", "php"}


def test_a_release_that_is_not_there_is_an_error(place: list[str], capsys: Capture) -> None:
    Path("Dockerfile").write_text(DOCKERFILE)
    status, out, err = run(capsys, "upgrade", "--to", "v3.99", *place)
    assert (status, out) == (2, "")
    assert "v3.99" in err


def test_what_a_foreign_repository_may_have_is_not_gone(place: list[str], capsys: Capture) -> None:
    Path("Dockerfile").write_text(
        "FROM alpine:3.17\nRUN echo https://example.com/r >> /etc/apk/repositories\n"
        "RUN apk add git their-tool nodejs~18\n"
    )
    found = document(capsys, "upgrade", "--to", "v3.21", *place, status=0)
    assert (found["gone"], found["pins"]) == ([], [])
    assert found["notes"]


@pytest.mark.parametrize("target", ["mirror/v3.21", "mirror/v3.21/main", "mirror/v3.21/main/x86_64/APKINDEX.tar.gz"])
def test_targets_are_places_too(target: str, place: list[str], capsys: Capture) -> None:
    Path("Dockerfile").write_text(DOCKERFILE)
    by_name = document(capsys, "upgrade", "--to", "v3.21", *place, status=1)
    assert document(capsys, "upgrade", "--to", target, *place, status=1) == by_name
    Path("world").write_text("git")
    assert document(capsys, "upgrade", "world", "--from", "mirror/v3.17", "--to", target, *place, status=0)[
        "difference"
    ]["lost"]


def test_two_snapshots_of_one_release(place: list[str], workplace: Path, capsys: Capture) -> None:
    mirror(workplace / "later", {"v3.17": OLD.replace("V:2.38-r0", "V:2.39-r0")})
    found = document(
        capsys,
        "upgrade",
        "--base",
        "pkg:git",
        "--from",
        "v3.17",
        "--to",
        "later",
        "--release",
        "v3.17",
        *place,
        status=0,
    )
    assert [(one["name"], one["change"]) for one in found["difference"]["packages"]] == [("git", "upgraded")]


def test_the_text_and_markdown(place: list[str], capsys: Capture) -> None:
    Path("Dockerfile").write_text(DOCKERFILE)
    status, out, _ = run(capsys, "upgrade", "--to", "v3.21", *place)
    assert status == 1
    assert "\nit would break: 2 names gone, 1 pin broken\n" in out
    assert re.search(r"^ +7 +php81 +php84, php83 \(provides the same\)", out, re.MULTILINE)
    assert re.search(r"^ +5 +nodejs~18 +22.2-r0 +nodejs~22 or nodejs~22.2$", out, re.MULTILINE)
    _, out, _ = run(capsys, "upgrade", "--to", "v3.21", "--format", "markdown", *place)
    assert "| 5 | `nodejs~18` | `nodejs~22` or `nodejs~22.2` |" in out


@pytest.mark.parametrize("words", [("--to", "v3.21", "x", "--base", "pkg:git"), (), ("--to", "a.adb,b")])
def test_what_does_not_go_together(words: tuple[str, ...], place: list[str], capsys: Capture) -> None:
    Path("x").write_text("git")
    assert run(capsys, "upgrade", *words, *place)[0] in (2, 6)
    assert run(capsys, "upgrade", *words, *place)[1] == ""


def settings(**more: object) -> Settings:
    return resolve({"mirror": "https://mirror.example/alpine", "arch": "x86_64", **more}, {"HOME": "/"})


@pytest.mark.parametrize(
    ("target", "mirror_", "release", "repositories"),
    [
        ("v3.22", "https://mirror.example/alpine", "v3.22", ("main", "community")),
        ("edge", "https://mirror.example/alpine", "edge", ("main", "community")),
        ("https://other.example/a/v3.20", "https://other.example/a", "v3.20", ("main", "community")),
        ("https://other.example/a", "https://other.example/a", "latest-stable", ("main", "community")),
        (
            "https://other.example/a/v3.20/main",
            "https://mirror.example/alpine",
            "v3.20",
            ("https://other.example/a/v3.20/main",),
        ),
        ("x.adb,y.tar.gz", "https://mirror.example/alpine", "latest-stable", ("x.adb", "y.tar.gz")),
    ],
)
def test_targets(target: str, mirror_: str, release: str, repositories: tuple[str, ...]) -> None:
    found = settings_at(settings(), target)
    assert (found.mirror, found.release, found.repositories) == (mirror_, release, repositories)


def test_only_the_two_releases_are_asked(place: list[str], capsys: Capture) -> None:
    """The settings' own release, latest-stable, is not on that mirror."""
    words = ("upgrade", "--base", "pkg:git,php81", "--from", "v3.17", "--to", "v3.21")
    found = document(capsys, *words, *place, status=1)
    assert [one["token"] for one in found["gone"]] == ["php81"]


def test_the_sample_has_one_release(sample: Settings) -> None:
    with pytest.raises(UsageError, match=r"the sample has v3\.18 only"):
        settings_at(sample, "v3.19")


@pytest.fixture
def indexes(shared: Path, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The real mirror beside the checkout, asked from a directory of the test's own."""
    monkeypatch.delenv("APKGRAPH_SAMPLE")
    return shared / "indexes/alpine"


MOVES = [("v3.12", "v3.17"), ("v3.17", "v3.19"), ("v3.19", "v3.21")]
IMAGES = ["v3.12-x86_64", "v3.19-x86_64-sandbox", "v3.21-x86_64-php"]


def name_of(token: str) -> str:
    return re.split("[<>=~]", token)[0]


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("move", MOVES)
def test_real_moves_say_what_the_indexes_say(move: tuple[str, str], image: str, indexes: Path, capsys: Capture) -> None:
    """Worlds of real images: what is gone, every version and size, every lost token, against the indexes' own text."""
    before, after = move
    texts = {
        release: [
            one
            for repository in ("main", "community")
            for one in records_of(indexes / f"{release}/{repository}/x86_64/APKINDEX.tar.gz")
        ]
        for release in (before, after)
    }
    path = indexes.parent.parent / f"images/{image}/etc/apk/world"
    words = [str(path), "--from", before, "--to", after, "--mirror", str(indexes)]
    status, out, _ = run(capsys, "upgrade", *words, "--arch", "x86_64", "--json")
    found = json.loads(out)
    names = {one["P"] for one in texts[after]}
    provided = {name_of(token) for one in texts[after] for token in one.get("p", "").split()}
    asked = path.read_text().split()
    assert [one["token"] for one in found["gone"]] == [
        token for token in asked if not token.startswith("!") and name_of(token) not in names | provided
    ]
    assert status == int(found["breaks"])
    if found["difference"] is None:  # the world could not be had on the release before
        assert any(text.startswith("before: ") for text in found["problems"])
        return
    known = {release: {(one["P"], one["V"]): one for one in records} for release, records in texts.items()}
    for one in found["difference"]["packages"]:
        sizes = []
        for release, version in ((before, one["before"]), (after, one["after"])):
            sizes.append(0 if version is None else int(known[release][one["name"], version]["I"]))
        assert one["installed_size"] == sizes[1] - sizes[0]
    for one in found["difference"]["lost"]:
        holders = {known["P"] for known in texts[before] if provides(known, one["token"])}
        assert one["package"] in holders
        assert set(one["available"]) <= {known["P"] for known in texts[after] if provides(known, one["token"])}


def provides(known: dict[str, str], token: str) -> bool:
    return known["P"] == token or token in map(name_of, known.get("p", "").split())
