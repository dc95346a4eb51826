"""argparse is the naive twin: words that are read without it get what argparse makes of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.cli.commands import COMMANDS, load
from apkgraph.cli.parser import command_parser
from apkgraph.cli.plain_words import read_plain
from apkgraph.errors import UsageError

FLAGS = [
    *("--json", "-q", "--quiet", "--no-progress", "--mirror", "--release", "--arch", "-X", "--repository", "--color"),
    *("--apk", "--sample", "--format", "--all", "--limit", "--depth", "--invert", "--by", "--to", "--from", "--of"),
    *("--max-installed", "--ignore", "--build-arg", "--target", "--stage", "--world", "-o", "--check", "--update"),
]
VALUES = ["git", "", "-", "a b", "-5MiB", "auto", "never", "3", "text", "json", "dot", "total", "list", "bash", "x=y"]
WORDS = st.lists(
    st.sampled_from([*FLAGS, *VALUES, "--", "--color=never", "--mirror=", "--json=1", "-X=a", "-Xa", "--apk=4"])
    | st.tuples(st.sampled_from(FLAGS), st.sampled_from(VALUES)).map("=".join),
    max_size=6,
)


@given(st.sampled_from(sorted(COMMANDS)), WORDS)
def test_plain_words_are_read_as_argparse_reads_them(name: str, words: list[str]) -> None:
    command = load(name)
    plain = read_plain(command, words)
    if plain is not None:
        assert vars(plain) == vars(command_parser(name, command).parse(words))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cost", "git curl --json --release v3.18"),
        ("cost", "git -X one --repository=two --base= -q"),
        ("why", "libcurl git --all"),
        ("simulate", "--base docker -- add -t .x git"),
        ("search", "http server"),
        ("cache", ""),
        ("cache", "clear --no-progress"),
        ("fetch", "--release v3.18 --release v3.19"),
        ("upgrade", "git --to v3.19"),
        ("dockerfile", "--build-arg A=1 --build-arg B=2 --stage build"),
        ("show", "git --format renovate"),
    ],
)
def test_everyday_words_are_plain(name: str, words: str) -> None:
    command = load(name)
    plain = read_plain(command, words.split())
    assert plain is not None
    assert vars(plain) == vars(command_parser(name, command).parse(words.split()))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cost", ""),
        ("cost", "git --jsn"),
        ("cost", "git --release"),
        ("cost", "git --color sometimes"),
        ("cost", "git --json=1"),
        ("show", "git curl"),
        ("show", "git --format toml"),
        ("cache", "burn"),
        ("upgrade", "git"),
        ("search", "http --limit many"),
    ],
)
def test_argparse_says_what_is_wrong(name: str, words: str) -> None:
    command = load(name)
    assert read_plain(command, words.split()) is None
    with pytest.raises(UsageError):
        command_parser(name, command).parse(words.split())
