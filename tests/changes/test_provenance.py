"""Versions in Dockerfiles: found through variables, quotes, continuations and here-documents, and edited there."""

from __future__ import annotations

import random

import pytest

from apkgraph.changes.pins import loosened, updated
from apkgraph.errors import ApkgraphError
from tests.benchmarks.measure import LONG
from tests.changes.conftest import Read, build_of

HEAD = "FROM alpine:3.18\n"
# Each text, and what of it an update changes; the rest stays.
CASES = {
    "plain": ("RUN apk add git=2.40.0-r0\n", {"2.40.0-r0": "2.40.1-r0"}),
    "crlf": ("RUN apk add \\\r\n  git=2.40.0-r0 \\\r\n  bash\r\n", {"2.40.0-r0": "2.40.1-r0"}),
    "quoted": ("RUN apk add 'git=2.40.0-r0' \"bash~4.0\"\n", {"2.40.0-r0": "2.40.1-r0", "4.0": "5.2"}),
    "comment": ("RUN apk add \\\n# git=2.40.0-r0\n git=2.39.9-r0\n", {"2.39.9-r0": "2.40.1-r0"}),
    "arg": ("ARG V=2.40.0-r0\nRUN apk add git=$V\n", {"2.40.0-r0": "2.40.1-r0"}),
    "default": ("RUN apk add git=${V:-2.40.0-r0}\n", {"2.40.0-r0": "2.40.1-r0"}),
    "env": ('ENV A=b GIT="2.40.0"\nRUN apk add git=${GIT}-r0\n', {"2.40.0": "2.40.1"}),
    "two parts": ("ARG V=5.1.15\nARG R=0\nRUN apk add bash=${V}-r${R}\n", {"5.1.15": "5.2.15", "R=0": "R=5"}),
    "list": ('ENV P="git=2.40.0-r0 bash"\nRUN apk add $P\n', {"2.40.0-r0": "2.40.1-r0"}),
    "loop": ("RUN for p in git=2.40.0-r0 curl; do apk add $p; done\n", {"2.40.0-r0": "2.40.1-r0"}),
    "here-document": ("RUN <<EOF\napk add git=2.40.0-r0\nEOF\n", {"2.40.0-r0": "2.40.1-r0"}),
    "exec form": ('RUN ["apk", "add", "git=2.40.0-r0"]\n', {"2.40.0-r0": "2.40.1-r0"}),
    "nested shell": ("RUN sh -c 'apk add git=2.40.0-r0'\n", {"2.40.0-r0": "2.40.1-r0"}),
    "redirection": ("RUN apk add git=2 >/dev/null 2>&1 && exit 0\n", {"git=2": "git=2.40.1-r0"}),
    "beyond ascii": ("LABEL ä=ö\nRUN apk add git=2.40.0-r0 # é\n", {"2.40.0-r0": "2.40.1-r0"}),
    "one arg, two packages": (
        "ARG V=18.0.0-r0\nRUN apk add nodejs=$V && apk add nodejs=$V\n",
        {"18.0.0-r0": "18.18.2-r0"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_update_changes_the_versions_and_nothing_else(name: str, dockerfile: Read) -> None:
    text, changes = CASES[name]
    expected = text
    for old, new in changes.items():
        expected = expected.replace(old, new) if name != "redirection" else expected.replace(old, new, 1)
    if name == "comment":
        expected = text.replace(" git=2.39.9-r0", " git=2.40.1-r0")
    edited = dockerfile(HEAD + text).edited(updated)
    assert (edited.text, edited.refused) == (HEAD + expected, ())


def test_the_line_is_that_of_the_version(dockerfile: Read) -> None:
    source = dockerfile(f"ARG V=2.40.0-r0\n{HEAD}ARG V\nRUN apk add \\\n  bash~4 \\\n  git=$V\n")
    assert [(pin.line, pin.token) for pin in source.pins] == [(5, "bash~4"), (1, "git=2.40.0-r0")]


def test_loosening_changes_the_operator_where_it_is_written(dockerfile: Read) -> None:
    text = f"{HEAD}ARG V=2.40.0\nRUN apk add git=${{V}}-r0 'bash=5.2.15-r5'\n"
    assert dockerfile(text).edited(loosened).text == f"{HEAD}ARG V=2.40\nRUN apk add git~${{V}} 'bash~5.2'\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ARG V=2.40.0-r0\nRUN apk add git=$V bash=$V\n", "line 2 gives the version of other packages"),
        ("ARG V=2.40.0-r0\nRUN apk add git=$V nodejs-$V\n", "does something else"),
        ("ARG V=2.40.0-r0\nRUN [ $V = 2.40.0-r0 ] && apk add bash; apk add git=$V\n", "cannot be told"),
        ("RUN apk add git=${V%-x}\n", "nothing"),
    ],
)
def test_what_cannot_be_told_is_refused(text: str, reason: str, dockerfile: Read) -> None:
    source = dockerfile(HEAD + text)
    edited = source.edited(updated)
    assert edited.text == source.text
    if reason == "nothing":
        assert not source.pins
        assert source.notes or not edited.refused
    else:
        assert any(reason in why for _, why in edited.refused)


def test_a_call_that_would_not_solve_is_refused_alone(dockerfile: Read) -> None:
    text = f"{HEAD}RUN apk add bash=5.2.15-r0 '!readline'\nRUN apk add git=2.40.0-r0\n"
    edited = dockerfile(text).edited(updated)
    assert edited.text == text.replace("2.40.0", "2.40.1")
    assert [pin.token for pin, _ in edited.refused] == ["bash=5.2.15-r0"]
    assert "readline" in edited.refused[0][1]


def test_a_pin_of_a_foreign_repository_is_not_gone(dockerfile: Read) -> None:
    text = f"{HEAD}RUN echo https://example.com/x >> /etc/apk/repositories && apk add git=1 bash=5.2.15-r5\n"
    assert [pin.state for pin in dockerfile(text).pins] == ["unknown", "current"]


SEED = "".join((HEAD, *(text for text, _ in CASES.values())))
PIECES = (
    "2.40.0-r0",
    "git=",
    "$V",
    "${V}",
    "'",
    '"',
    "\\\n",
    " ",
    "=",
    "~",
    "#",
    "\r",
    "<<EOF",
    "-r0",
    "ARG V=1\n",
    "&&",
)


def mutant(chance: random.Random) -> str:
    """The seed with a few pieces put in, taken out, or swapped."""
    lines = [HEAD, *(text for text, _ in chance.sample(list(CASES.values()), 3))]
    text = "".join(lines)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(HEAD), len(text) + 1)
        end = min(len(text), at + chance.choice((0, 0, 1, 3)))
        text = text[:at] + chance.choice(PIECES) + text[end:]
    return text


def test_mutants_are_changed_in_their_versions_only(dockerfile: Read) -> None:
    """What is left after an edit, its version characters and operators taken out, is what was there before.

    Some hundreds of mutants; APKGRAPH_LONG=1 makes it 5,000.
    """
    chance = random.Random(7)
    versions = str.maketrans("", "", "0123456789.-r_=~<>")
    changed = 0
    for _ in range(5000 if LONG else 150):
        text = mutant(chance)
        try:
            source = dockerfile(text)
        except ApkgraphError:
            continue
        for change in (updated, loosened):
            edited = source.edited(change)
            changed += edited.text != text
            assert edited.text.translate(versions) == text.translate(versions)
            assert len(edited.changed) + len(edited.refused) <= len(source.pins)
            if edited.text != text:
                again = dockerfile(edited.text)
                wanted = {pin: made.token for pin, made in edited.changed}
                expected = [wanted.get(pin, pin.token) for pin in source.pins]
                assert [pin.token for pin in again.pins] == expected
                assert len(build_of(edited.text).stages) == len(build_of(text).stages)
    assert changed > 20
