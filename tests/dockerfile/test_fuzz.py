"""Whatever a Dockerfile or a script holds: an answer, or an error of ours in one line, and all of it within bounds."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Language, Parser, Tree

from apkgraph import limits
from apkgraph.dockerfile.build import read_build
from apkgraph.dockerfile.events import ApkCall, Event, RepositoriesWritten
from apkgraph.dockerfile.limits import WorkLimits
from apkgraph.dockerfile.parse import parse_dockerfile, read_dockerfile
from apkgraph.dockerfile.shell import syntax
from apkgraph.dockerfile.shell.shell import ScriptPlatform
from apkgraph.dockerfile.shell.statements import read_shell
from apkgraph.dockerfile.shell.syntax import lines_of
from apkgraph.dockerfile.shell.values import Unknown, Variables
from apkgraph.errors import ApkgraphError, InputError


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
        events = read_shell(
            text, lines_of(text, 1), Variables(), machine=ScriptPlatform("x86_64"), work_limits=WorkLimits()
        )
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


BAD_FILES = {
    "binary": (b"\x7fELF\x00\x01\x02FROM", "binary"),
    "not UTF-8": (b"FROM alpine\nRUN \xff\xfe\n", "line 2"),
    "not a Dockerfile": (b"hello, world\n", "line 1"),
    "empty": (b"", "no FROM"),
    "only comments": (b"# nothing\n", "no FROM"),
    "a command before FROM": (b"RUN apk add bash\n", "before the first FROM"),
    "a line of 50 MB": (b"FROM alpine\nRUN " + b"a" * 50_000_000, "larger"),
    "a long line": (b"FROM alpine\nRUN " + b"a" * (limits.DOCKERFILE_LINE_BYTES + 1), "line 2"),
    "many lines": (b"FROM alpine\n" + b"RUN true\n" * (limits.DOCKERFILE_BYTES // 9), "larger"),
    "an open here-document": (b"FROM alpine\nRUN <<EOF\napk add bash\n", "heredoc"),
    "a wrong directive": (b"# escape=x\nFROM alpine\n", "escape"),
    "circular stages": (b"FROM b AS a\nFROM a AS b\n", "cycle: a"),
    "stages that copy from each other": (
        b"FROM alpine AS a\nCOPY --from=b /x /x\nFROM alpine AS b\nCOPY --from=a /x /x\n",
        "cycle",
    ),
    "a stage that copies from itself": (b"FROM alpine AS a\nCOPY --from=a /x /x\n", "cycle"),
    "a stage by a number that is none": (b"FROM alpine\nCOPY --from=7 /x /x\n", "no stage 7"),
    "a stage by thousands of digits": (b"FROM alpine\nCOPY --from=" + b"9" * 5000 + b" /x /x\n", "no stage 9"),
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
    "more stages than anybody writes": (b"FROM alpine\n" * (limits.STAGES + 1), f"line {limits.STAGES + 1}: more than"),
    "JSON in JSON": (b"FROM alpine\nRUN " + b"[" * 30_000 + b"\n", "nested too deeply"),
    "large variables": (b"FROM alpine\nENV A=" + b"a" * 60_000 + b"\n" + b"ENV B=$A\n" * 20, "line 11: .*too long"),
    "large arguments": (b"ARG A=" + b"a" * 60_000 + b"\n" + b"ARG B=$A\n" * 20 + b"FROM alpine\n", "line 10: .*long"),
    "many variables": (b"FROM alpine\n" + b"".join(b"ENV A%d=a\n" % n for n in range(2000)), "line 102.: .*too long"),
    "many arguments": (b"".join(b"ARG A%d=a\n" % n for n in range(2000)) + b"FROM alpine\n", "line 10..: .*too long"),
    "many variables and many scripts": (
        b"FROM alpine\nENV " + b" ".join(b"A%d=a" % n for n in range(1000)) + b"\n" + b"RUN true\n" * 1000, "too long"
    ),
    "many variables and many branches": (
        b"FROM alpine\nRUN " + b"".join(b"A%d=a; " % n for n in range(1000)) + b"if a; then b; fi; " * 700, "too long"
    ),
    "many variables and many subshells": (
        b"FROM alpine\nRUN " + b"".join(b"A%d=a; " % n for n in range(1000)) + b"(a); " * 700, "too long"
    ),
    "many arguments of scripts": (
        b"FROM alpine\nRUN set -- " + b"a " * 20_000 + b"; " + b"true $@; " * 60, "too long"
    ),
    "many elements": (b"FROM alpine\nRUN A=(" + b"a " * 20_000 + b"); " + b"true ${A[@]}; " * 60, "too long"),
    "many words": (b"FROM alpine\nENV A=" + b"a\\ " * 15_000 + b"a\n" + b"RUN apk add $A\n" * 40, "too long"),
    "scripts that grow": (b"FROM alpine\nRUN A='eval \"$A$A\"'; eval \"$A\"", "too long"),
    "a script of quotes": (
        b'FROM alpine\nRUN ["apk", "' + b"'" * 60_000 + (b"\\\n" + b"'" * 60_000) * 4 + b'"]', "larger"
    ),
    "a long script again and again": (
        b"FROM alpine\nRUN for i in " + b"x " * 20 + b"; do eval 'true " + b"a" * 50_000 + b"'; done", "too long"
    ),
    "braces in braces in a substitution": (
        b"FROM alpine\nRUN X=$(" + b"{ " * 5000 + b"echo a" + b"; }" * 5000 + b"); apk add x", "deeply"
    ),
    "variables in variables": (b"FROM alpine\nENV X=" + b"${A:-$B" * 5000 + b"}" * 5000, "line 2: .*depth"),
    "a mark of an Unknown": ("FROM alpine\nENV X=\ue0000\ue001\n".encode(), "private-use"),
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


def events_of(text: str) -> list[Event]:
    found = read_build(parse_dockerfile(text), arch="x86_64", build_arch="x86_64")
    return [event for step in found.stages[0].steps for event in step.events]


@pytest.mark.parametrize("size", [100, 30_000])
@pytest.mark.parametrize(
    "definition",
    [
        "ENV X=${V##*a*a*a*b}",
        "ENV X=${V//a?*?*?*b/c}",
        "ENV P=*a*a*a*b\nENV X=${V##$P}",
        "ENV X=${V%%*b}",
    ],
)
def test_patterns_that_take_for_ever_are_not_tried(definition: str, size: int) -> None:
    (call,) = events_of(f"FROM alpine\nENV V={'a' * size}\n{definition}\nRUN apk add $X\n")
    assert isinstance(call, ApkCall)
    few = size == 100 and "%%*b" in definition
    assert [unknown.source for unknown in call.unresolved] == ([] if few else ["$X"])


@pytest.mark.parametrize("cut", ["${V%$Y}", "${V#$Y}", "${V/$Y/b}", "${Y%.*}", "a${V%.*}$Y"])
def test_what_is_cut_by_a_hole_is_a_unknown(cut: str) -> None:
    text = f"FROM python:alpine\nENV V=1.2\nENV X={cut}\nRUN apk add a~$X\n"
    (call,) = events_of(text)
    assert isinstance(call, ApkCall)
    assert call.unresolved


@pytest.mark.parametrize(("version", "stem"), [("3.2.1", "3.2"), ("1" * 128 + ".1", "1" * 128)])
def test_patterns_of_versions_are_tried(version: str, stem: str) -> None:
    (call,) = events_of(f"FROM alpine\nENV V={version}\nENV X=${{V%.*}}\nRUN apk add a~$X\n")
    known = len(version) <= 128
    assert isinstance(call, ApkCall)
    assert call.packages == ((f"a~{stem}",) if known else ())


def test_a_pattern_as_long_as_a_file_is_not_tried() -> None:
    pattern = ("a" * 60_000 + "\n") * 15
    (written,) = events_of(f"FROM alpine\nENV V=b\nCOPY <<E /etc/apk/repositories\n${{V%{pattern}}}\nE\n")
    assert isinstance(written, RepositoriesWritten)
    assert [type(piece) for piece in written.value] == [Unknown]


def test_a_here_document_that_is_too_long_to_expand_is_not_expanded() -> None:
    text = "https://dl-cdn.alpinelinux.org/alpine/edge/main\n" * 2000
    (written,) = events_of(f"FROM alpine\nCOPY <<E /etc/apk/repositories\n$X{text}E\n")
    assert isinstance(written, RepositoriesWritten)
    assert [type(piece) for piece in written.value] == [Unknown]


@pytest.mark.parametrize("cut", ["${A#a}", "${A##*a}", "${A%a}", "${A%%a*}", "${A#" + "a" * 300 + "}"])
def test_what_is_too_long_to_be_cut_is_not_cut(cut: str) -> None:
    size = 100 if len(cut) > 100 else 60_000
    tracemalloc.start()
    (call,) = events_of(f"FROM alpine\nRUN A={'a' * size}; \\\n apk add {cut}\n")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(call, ApkCall)
    assert (call.packages, len(call.unresolved)) == ((), 1)
    assert peak < 16 << 20


def test_numbers_of_thousands_of_digits_are_no_numbers() -> None:
    long = "9" * 5000
    for script in (f"[ {long} -eq 1 ] && apk add $X", f"apk add ${{{long}}}", f"A=(a); apk add ${{A[{long}]}}$X"):
        (call,) = events_of(f"FROM alpine\nRUN set -- x; shift {long}; {script}\n")
        assert isinstance(call, ApkCall)
        assert call.packages == ()


DEEP = {
    "tests in parentheses": "[[ " + "( " * 5000 + "a" + " )" * 5000 + " ]] && apk add x",
    "a chain of tests": "[[ " + "a && " * 9000 + "a ]] && apk add x",
    "tests turned round": "[[ " + "! " * 9000 + "a ]] && apk add x",
    "braces in a substitution": "X=$(" + "{ " * 30 + "echo a" + "; }" * 30 + "); apk add x",
    "defaults in defaults": "apk add " + "${A:-" * 5000 + "x" + "}" * 5000,
}


def test_marks_of_holes_in_build_arguments_are_no_holes() -> None:
    for number in ("0", "7", "9" * 5000):
        file = parse_dockerfile("FROM python:alpine\nARG V\nRUN true\nENV X=$Y$V\nRUN apk add $X\n")
        found = read_build(file, arch="x86_64", build_arch="x86_64", build_args={"V": f"\ue000{number}\ue001"})
        (call,) = found.stages[0].steps[0].events
        assert isinstance(call, ApkCall)
        assert call.unresolved


@pytest.mark.parametrize("target", ["1", "0000001", "000000", "9" * 5000, "\u0661", ""])
def test_a_target_by_a_number_that_is_none(target: str) -> None:
    with pytest.raises(InputError, match="no stage is called"):
        read_build(parse_dockerfile("FROM alpine\n"), arch="x86_64", build_arch="x86_64", target=target)


@pytest.mark.parametrize("case", DEEP)
def test_what_is_nested_too_deeply_is_not_decided(case: str) -> None:
    (call,) = events_of(f"FROM alpine\nRUN {DEEP[case]}\n")
    assert isinstance(call, ApkCall)
    decided = ("a chain of tests", "braces in a substitution")  # the first has no depth: it is read as a list
    assert bool(call.conditional or call.unresolved) == (case not in decided)


def test_commands_that_run_commands_that_run_commands() -> None:
    for word in ("xargs", "sudo", "env A=1", "$X"):
        (call,) = events_of(f"FROM python:alpine\nRUN {f'{word} ' * 5000} apk add x\n")
        assert isinstance(call, ApkCall)
        assert call.packages == ("x",)


def test_the_shell_s_grammar_is_given_ascii_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its scanner asks C about characters that C does not define."""
    parsed: list[bytes] = []

    class Recorder:
        def __init__(self, language: Language) -> None:
            self._parser = Parser(language)

        def parse(self, source: bytes) -> Tree:
            parsed.append(source)
            return self._parser.parse(source)

    monkeypatch.setattr(syntax, "Parser", Recorder)
    text = "echo $ä \ud800\0 naïve 日本 | grep ü\n"
    script = syntax.parse(text, syntax.lines_of(text, 1))
    assert all(source.isascii() and b"\0" not in source for source in parsed)
    assert len(parsed[0]) == len(script.source) > len(text)
    assert "naïve 日本" in script.text(script.root)
