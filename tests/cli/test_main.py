"""The frame of the command line: which command, which options, which exit status."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from apkgraph import __version__, errors
from apkgraph.cli import context
from apkgraph.cli.commands import COMMANDS
from apkgraph.cli.main import main, split_command

if TYPE_CHECKING:
    from apkgraph.cli.context import Context
    from tests.cli.conftest import Probe


def _seen(probe: Probe) -> Context:
    assert probe.seen is not None
    return probe.seen


@pytest.mark.parametrize(
    "words",
    [
        "probe --release v3.16 --json a b",
        "--release v3.16 --json probe a b",
        "--release=v3.16 probe a --json b",
        "--json probe a b --release=v3.16",
        "--release v3.16 probe --json -- a b",
    ],
)
def test_common_options_before_and_after_the_command_are_alike(probe: Probe, words: str) -> None:
    assert main(words.split()) == 0
    context = _seen(probe)
    assert (context.settings.release, context.json, context.arguments.words) == ("v3.16", True, ["a", "b"])


def test_repeated_repositories_are_all_kept_from_both_sides(probe: Probe) -> None:
    assert main(["-X", "http://one/x", "probe", "-Xhttp://two/x", "--repository", "@tag http://three/x"]) == 0
    assert _seen(probe).settings.extra_repositories == ("http://one/x", "http://two/x", "@tag http://three/x")


def test_all_common_options_reach_the_settings(probe: Probe) -> None:
    words = [
        *("--mirror", "http://mirror.test/alpine", "--arch", "aarch64", "--repositories", "main,testing"),
        *("--repositories-file", "/srv/r", "--max-age", "5m", "--offline", "--allow-untrusted"),
        *("--keys-dir", "/srv/k", "--cache-dir", "/srv/c", "--base", "installed:/srv/i", "--world", "/srv/w"),
        *("-q", "--color", "never", "--no-progress"),
    ]
    assert main([*words, "probe"]) == 0
    settings = _seen(probe).settings
    assert settings.mirror == "http://mirror.test/alpine"
    assert settings.arch == "aarch64"
    assert settings.repositories == ("main", "testing")
    assert settings.repositories_file == "/srv/r"
    assert settings.max_age == 300
    assert (settings.offline, settings.allow_untrusted, settings.quiet) == (True, True, True)
    assert (settings.keys_dir, settings.cache_dir) == ("/srv/k", "/srv/c")
    assert (settings.base, settings.base_world) == ("installed:/srv/i", "/srv/w")
    assert (settings.color, settings.progress) == ("never", False)


def test_own_options_of_a_command_follow_its_name(probe: Probe, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", "a", "--depth", "3", "b"]) == 0
    assert (_seen(probe).arguments.depth, _seen(probe).arguments.words) == (3, ["a", "b"])
    assert main(["--depth", "3", "probe"]) == 2
    assert "unknown option --depth before a command" in capsys.readouterr().err


def test_alone_it_is_the_tui() -> None:
    assert split_command(["--release", "edge"]) == (None, ["--release", "edge"])
    assert "tui" in COMMANDS


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("cots git", "unknown command 'cots': did you mean cost?"),
        ("xyzzy", "unknown command 'xyzzy' (see apkgraph --help)"),
        ("--jsno cost git", "unknown option --jsno before a command: did you mean --json?"),
        ("probe --jsno", "unknown option --jsno: did you mean --json?"),
        ("probe --depht 3", "unknown option --depht: did you mean --depth?"),
        ("probe -Z", "unknown option -Z"),
        ("probe --depth x", "argument --depth: invalid int value: 'x'"),
        ("probe --depth", "argument --depth: expected one argument"),
        ("probe --color pink", "argument --color: invalid choice: 'pink'"),
        ("probe --json=yes", "argument --json: ignored explicit argument 'yes'"),
        ("probe --max-age soon", "soon"),
        ("probe --refresh --offline", "exclude each other"),
        ("probe --release", "argument --release: expected one argument"),
        ("cost", "the following arguments are required: PACKAGE"),
    ],
)
def test_usage_errors_are_one_line_and_status_2(
    probe: Probe, capsys: pytest.CaptureFixture[str], words: str, message: str
) -> None:
    assert main(words.split()) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("apkgraph: error: ")
    assert message in captured.err
    assert captured.err.count("\n") == 1
    assert probe.seen is None


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.UsageError("u"), 2),
        (errors.DependencyError("t", "d"), 2),
        (errors.NotFoundError("n"), 3),
        (errors.MirrorError("m"), 4),
        (errors.SignatureError("s"), 5),
        (errors.ArchiveError("a"), 5),
        (errors.IndexFormatError("i", line=3), 5),
        (errors.InputError("i"), 6),
    ],
)
def test_each_error_has_its_status_and_its_line(
    probe: Probe, capsys: pytest.CaptureFixture[str], error: errors.ApkgraphError, status: int
) -> None:
    def act(_: Context) -> int:
        raise error

    probe.act = act
    assert main(["probe"]) == status
    assert capsys.readouterr().err == f"apkgraph: error: {error}\n"


def test_near_names_stand_in_the_line(probe: Probe, capsys: pytest.CaptureFixture[str]) -> None:
    def act(_: Context) -> int:
        raise errors.NotFoundError("gti: no such package", ("git", "gtk"))

    probe.act = act
    assert main(["probe"]) == 3
    assert capsys.readouterr().err == "apkgraph: error: gti: no such package (did you mean git, gtk?)\n"


def test_an_error_cannot_speak_to_the_terminal(probe: Probe, capsys: pytest.CaptureFixture[str]) -> None:
    def act(_: Context) -> int:
        raise errors.MirrorError("http://x/\x1b]0;owned\x07\nsecond line")

    probe.act = act
    assert main(["probe"]) == 4
    assert capsys.readouterr().err == "apkgraph: error: http://x/\ufffd]0;owned\ufffd second line\n"


def test_what_is_no_error_of_ours_is_not_hidden(probe: Probe) -> None:
    def act(_: Context) -> int:
        raise ZeroDivisionError

    probe.act = act
    with pytest.raises(ZeroDivisionError):
        main(["probe"])


def test_a_missing_import_inside_a_command_is_not_hidden(probe: Probe) -> None:
    def act(_: Context) -> int:
        raise ModuleNotFoundError(name="elsewhere")

    probe.act = act
    with pytest.raises(ModuleNotFoundError):
        main(["probe"])


def test_an_interrupt_is_quiet_and_130(probe: Probe, capsys: pytest.CaptureFixture[str]) -> None:
    def act(_: Context) -> int:
        raise KeyboardInterrupt

    probe.act = act
    assert main(["probe"]) == 130
    assert capsys.readouterr() == ("", "")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"apkgraph {__version__}\n"


def test_help_of_all_and_of_one(probe: Probe, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(f"  {name} " in text for name in COMMANDS if name != "probe")
    for words in (["probe", "--help"], ["-h", "probe"], ["--json", "probe", "a", "-h", "--bad"]):
        assert main(words) == 0
        text = capsys.readouterr().out
        assert text.startswith("usage: apkgraph probe [OPTIONS] [WORD…]\n")
        assert "Shows what it was given." in text
        assert "Example:\n  apkgraph probe one two\n" in text
        assert "\x1b" not in text
    assert probe.seen is None


def test_brackets_in_a_help_text_are_no_markup(probe: Probe, capsys: pytest.CaptureFixture[str]) -> None:
    probe.COMMANDS["probe"].help = "Reads [check] from a file."
    probe.COMMANDS["probe"].example = "apkgraph probe [a]"
    assert main(["probe", "--help"]) == 0
    text = capsys.readouterr().out
    assert "Reads [check] from a file." in text
    assert "apkgraph probe [a]" in text


def test_help_shows_colours_where_asked(probe: Probe, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", "--help", "--color=always"]) == 0
    assert "\x1b[" in capsys.readouterr().out


def test_warnings_go_to_stderr_and_can_be_silenced(probe: Probe, capsys: pytest.CaptureFixture[str]) -> None:
    def act(context: Context) -> int:
        context.warn("stale\x07")
        context.progress("fetching", 1, 2)
        context.write("answer")
        return 0

    probe.act = act
    assert main(["probe"]) == 0
    assert capsys.readouterr() == ("answer\n", "apkgraph: warning: stale\ufffd\n")
    assert main(["probe", "-q"]) == 0
    assert capsys.readouterr() == ("answer\n", "")


def test_a_stdout_that_cannot_say_it_gets_what_it_can(probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))

    def act(context: Context) -> int:
        context.write("git → curl")
        return 0

    probe.act = act
    assert main(["probe"]) == 0
    assert raw.getvalue() == b"git ? curl\n"


def test_width_is_columns_then_80(probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["probe"]) == 0
    assert _seen(probe).width is None  # a pipe takes lines as they are
    assert main(["probe", "--color", "always"]) == 0
    assert _seen(probe).width == 80
    for given, width in (("123", 123), ("0", 80), ("x", 80)):
        monkeypatch.setenv("COLUMNS", given)
        assert _seen(probe).width == width


@pytest.mark.parametrize(
    "words",
    [
        ["http://me:secret@host/alpine"],
        ["--mirror", "file://me:secret@host/alpine", "cost", "git"],
        ["cost", "git", "--release", "http://me:secret@host/alpine"],
        ["cost", "git", "--color", "http://me:secret@host/alpine"],
        ["cost", "--sample", "http://me:secret@host/alpine"],
        ["cost", "--sample", "http:/me:secret@host"],
        ["cost", "git", "--max-age", "https://host/?token=secret"],
    ],
)
def test_an_address_in_the_wrong_place_shows_no_password(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) != 0
    out, err = capsys.readouterr()
    assert "***" in out + err
    assert "secret" not in out + err


@pytest.mark.parametrize(
    ("asked", "columns"), [("9" * 5000, 1000), ("2000", 1000), ("90", 90), ("0", 80), ("0" * 9 + "1", 80)]
)
def test_a_terminal_is_as_wide_as_makes_sense(asked: str, columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", asked)
    assert context.columns(io.StringIO()) == columns
