"""Whatever a Dockerfile, a script, an image or an installed db holds: an answer, or an error of ours in one line."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.errors import ApkgraphError, InputError
from apkgraph.inputs.build import read_build
from apkgraph.inputs.dockerfile import LARGEST, LONGEST_LINE, parse_dockerfile, read_dockerfile
from apkgraph.inputs.image import read_image
from apkgraph.inputs.installed import read_installed
from apkgraph.inputs.shell import read_shell
from apkgraph.inputs.shell_syntax import lines_of
from apkgraph.inputs.shell_values import Variables
from tests.inputs.images import database, docker_save, gzipped, system, tar

DOCKERFILES = sorted((Path(__file__).parent / "dockerfiles").glob("*.Dockerfile"))


def split(text: str, *more: str) -> list[str]:
    return [*text.split(), *more]


WORDS = split(
    """
    apk add del -t --virtual .deps -X -- -p update bash $X ${X:-a} "$@" ${X%.*} $( ) ` ` ( ) { } ; ;; && || | & ! if
    then elif else fi case in esac for x do done while until f() f return exit 1 break X=1 X=$X$X X+=$X export unset set
    shift eval sh -c xargs [ ] [[ ]] = -n ' " \\ <<EOF EOF <<-E > >> /etc/apk/repositories # * rm /var/cache/apk/* echo
    sed -i s/dl-cdn/x/ $(( )) ${#X} ${!X} (( \ue000 é
    """,
    "\n",
    "\t",
    "\0",
)
INSTRUCTIONS = split(
    """
    FROM RUN ARG ENV COPY SHELL USER ONBUILD AS alpine:3.18 scratch a b --from=a --from=0 --platform=$BUILDPLATFORM
    --mount=type=cache,target=/var/cache/apk X=${X:-1} ${X ${X/a/b} ${X##*} <<EOF EOF ["apk","add"]
    """,
    "\n",
    "\n",
    "\n# escape=`\n",
    "\n# syntax=x\n",
    "\n# apkgraph: ignore=x\n",
)


def script(words: list[str]) -> str:
    return " ".join(words)


def follow(text: str) -> None:
    try:
        events = read_shell(text, lines_of(text, 1), Variables(), arch="x86_64")
    except ApkgraphError as error:
        assert "\n" not in str(error)  # noqa: PT017  # both ends are good
    else:
        assert all(event.line >= 1 for event in events)


def build(text: str) -> None:
    try:
        found = read_build(parse_dockerfile(text), arch="x86_64", build_arch="x86_64", build_args={"X": "a b"})
    except ApkgraphError as error:
        assert "\n" not in str(error)  # noqa: PT017  # both ends are good
        assert error.exit_status == 6  # noqa: PT017
    else:
        assert found.stages


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(script))
def test_shell_of_likely_words(text: str) -> None:
    follow(text)


@given(st.text(max_size=200))
def test_shell_of_anything(text: str) -> None:
    follow(text)


@pytest.mark.parametrize(
    "text", ["$00", "$\u00b2", "$|0", "é\U0001f600=\u2028 apk add \U000e0001", "> /etc/apk/repositories"]
)
def test_shell_that_fuzzing_found(text: str) -> None:
    follow(text)


@given(st.lists(st.sampled_from(INSTRUCTIONS + WORDS), max_size=40).map(script))
def test_dockerfiles_of_likely_words(text: str) -> None:
    build(f"FROM alpine:3.18\n{text}")


@given(st.text(max_size=200))
def test_dockerfiles_of_anything(text: str) -> None:
    build(text)


def mutated(data: bytes, rng: random.Random) -> bytes:
    """One to four wounds: a byte flipped, a piece cut out, doubled, or moved."""
    wounded = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        if not wounded:
            break
        start = rng.randrange(len(wounded))
        end = min(len(wounded), start + rng.randint(1, 60))
        piece = wounded[start:end]
        match rng.randrange(4):
            case 0:
                wounded[start] ^= 1 << rng.randrange(8)
            case 1:
                del wounded[start:end]
            case 2:
                wounded[start:start] = piece
            case _:
                del wounded[start:end]
                place = rng.randrange(len(wounded) + 1)
                wounded[place:place] = piece
    return bytes(wounded)


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.stem)
def test_wounded_dockerfiles(path: Path) -> None:
    rng = random.Random(path.stem)
    for _ in range(12):
        build(mutated(path.read_bytes(), rng).decode("utf-8", "replace"))


@pytest.mark.parametrize("seed", range(40))
def test_wounded_images(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    whole = docker_save(tmp_path / "whole", [gzipped(tar(system("a", "b"))), tar({"lib/apk/.wh.db": b""})]).read_bytes()
    path = tmp_path / "image"
    path.write_bytes(mutated(whole.rstrip(b"\0"), rng))
    with pytest.raises(InputError) as caught:
        read_image(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("seed", range(40))
def test_wounded_installed_dbs(tmp_path: Path, seed: int) -> None:
    path, world = tmp_path / "installed", tmp_path / "world"
    world.write_text("a\n")
    path.write_bytes(mutated(database("a", "b", "c"), random.Random(seed)))
    try:
        found = read_installed(str(path), str(world))
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017  # both ends are good
    else:
        assert len(found.packages) <= 6


BAD_FILES = {
    "binary": (b"\x7fELF\x00\x01\x02FROM", "binary"),
    "not UTF-8": (b"FROM alpine\nRUN \xff\xfe\n", "line 2"),
    "not a Dockerfile": (b"hello, world\n", "line 1"),
    "empty": (b"", "no FROM"),
    "only comments": (b"# nothing\n", "no FROM"),
    "a command before FROM": (b"RUN apk add bash\n", "before the first FROM"),
    "a line of 50 MB": (b"FROM alpine\nRUN " + b"a" * 50_000_000, "larger"),
    "a long line": (b"FROM alpine\nRUN " + b"a" * (LONGEST_LINE + 1), "line 2"),
    "many lines": (b"FROM alpine\n" + b"RUN true\n" * (LARGEST // 9), "larger"),
    "an open here-document": (b"FROM alpine\nRUN <<EOF\napk add bash\n", "heredoc"),
    "a wrong directive": (b"# escape=x\nFROM alpine\n", "escape"),
    "circular stages": (b"FROM b AS a\nFROM a AS b\n", "circle: a"),
    "stages that copy from each other": (
        b"FROM alpine AS a\nCOPY --from=b /x /x\nFROM alpine AS b\nCOPY --from=a /x /x\n",
        "circle",
    ),
    "a stage that copies from itself": (b"FROM alpine AS a\nCOPY --from=a /x /x\n", "circle"),
    "a stage by a number that is none": (b"FROM alpine\nCOPY --from=7 /x /x\n", "no stage 7"),
    "FROM with too many words": (b"FROM alpine 3.18\n", "FROM takes"),
    "a variable that is never closed": (b"FROM alpine\nENV A=${B\n", "line 2"),
    "a variable that must be set": (b"ARG V\nFROM alpine:${V:?which}\n", "which"),
    "no platform": (b"FROM --platform=a/b/c/d alpine\n", "platform"),
    "variables that double": (b"FROM alpine\nENV A=aaaaaaaaaa\n" + b"ENV A=$A$A$A$A\n" * 30 + b"RUN apk add $A", ""),
    "a script that doubles": (b"FROM alpine\nRUN A=aaaaaaaaaa; " + b"A=$A$A$A$A; " * 30 + b"apk add $A$A$A$A", ""),
    "a script that adds itself": (b"FROM alpine\nRUN A=$HOME; " + b"A+=$A$A$A$A; " * 30 + b"apk add $A$A$A$A", ""),
    "loops in loops": (
        b"FROM alpine\nRUN " + b"for i in 1 2 3 4 5 6; do " * 9 + b"apk add x;" + b" done;" * 9,
        "too long",
    ),
    "nesting": (b"FROM alpine\nRUN " + b"( " * 400 + b"apk add x" + b" )" * 400, "deeply"),
    "a function that calls itself": (b"FROM alpine\nRUN f() { f; apk add x; }; f", "deeply|too long"),
    "a script in a script in a script": (b"FROM alpine\nRUN A='eval \"$A\"'; eval \"$A\"", "deeply|too long"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_FILES)
def test_bad_dockerfiles_end_in_one_line(tmp_path: Path, case: str) -> None:
    data, words = BAD_FILES[case]
    path = tmp_path / "Dockerfile"
    path.write_bytes(data)
    if not words:
        found = read_build(read_dockerfile(str(path)), arch="x86_64", build_arch="x86_64")
        assert len(found.stages[0].steps) == 1
        return
    with pytest.raises(InputError, match=words) as caught:
        read_build(read_dockerfile(str(path)), arch="x86_64", build_arch="x86_64")
    assert caught.value.exit_status == 6
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_long_chain_is_no_deep_nesting() -> None:
    text = "FROM alpine\nRUN " + " && ".join(["apk add x"] * 2000)
    found = read_build(parse_dockerfile(text), arch="x86_64", build_arch="x86_64")
    assert len(found.stages[0].steps[0].events) == 2000
