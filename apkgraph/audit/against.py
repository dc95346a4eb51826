"""What a change of a Dockerfile does: two audits compared, line by line and in total.

Both sides are read from their JSON documents, so a saved audit and a new one are treated the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from apkgraph import limits
from apkgraph.audit.claim import Certainty, Claim, Doubt, Sizes
from apkgraph.errors import InputError
from apkgraph.image.files import read_file, text_of

SCHEMA = "apkgraph.dockerfile/"
_WHAT = "a Dockerfile or its saved audit"


class CallLine(NamedTuple):
    """One call of apk in a stage, and what it installs on balance. Sizes are bytes."""

    stage: str
    line: int
    text: str
    packages: int
    installed: int
    download: int

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Packages, bytes on disk and bytes to fetch."""
        return self.packages, self.installed, self.download

    @property
    def words(self) -> frozenset[str]:
        """What it asks for, without the command and its options."""
        return frozenset(word for word in self.text.split()[2:] if not word.startswith("-"))


class Problem(NamedTuple):
    """A finding, without its line: it is the same one on any line."""

    rule: str
    severity: str
    message: str
    fix: str


class Summary(NamedTuple):
    """The parts of an audit that are compared."""

    path: str
    claim: Claim
    calls: tuple[CallLine, ...]
    problems: tuple[Problem, ...]


class LineChange(NamedTuple):
    """A call on either side; None where there is none.

    Calls of one stage with equal text are a pair, and of those that differ the ones that name the same package.
    """

    before: CallLine | None
    after: CallLine | None

    @property
    def installed(self) -> int:
        """Bytes on disk that it adds to or takes from the change."""
        return (self.after.installed if self.after else 0) - (self.before.installed if self.before else 0)


class DockerfileChange(NamedTuple):
    """Two audits, and what differs. `is_exact`: both totals are exact, so their difference is."""

    before: Summary
    after: Summary
    lines: tuple[LineChange, ...]
    new_problems: tuple[Problem, ...]
    solved_problems: tuple[Problem, ...]

    @property
    def is_exact(self) -> bool:
        """Whether the difference of the totals is exact."""
        return self.before.claim.certainty is self.after.claim.certainty is Certainty.EXACT


def saved_audit(path: str) -> Mapping[str, Any] | None:
    """The saved document at `path`, None where it is no JSON object: a Dockerfile, then.

    Raises InputError where the file cannot be read, or is a JSON document of something else.
    """
    text = text_of(read_file(path, limits.SAVED_JSON_BYTES, _WHAT), path, _WHAT)
    if not text.lstrip().startswith("{"):
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or not str(document.get("schema")).startswith(SCHEMA):
        message = f"{path}: not a saved audit of a Dockerfile; save one with apkgraph dockerfile --json > {path}"
        raise InputError(message)
    return document


def summary(document: Mapping[str, Any], path: str) -> Summary:
    """What a document says; InputError where it is not whole."""
    try:
        calls = tuple(_calls(document))
        found = Summary(_text(document["path"]), _claim(document), calls, tuple(_problems(document)))
    except (KeyError, TypeError, ValueError, AttributeError):
        message = f"{path}: not a complete audit of a Dockerfile; save one with apkgraph dockerfile --json > {path}"
        raise InputError(message) from None
    if max(len(found.calls), len(found.problems)) > limits.APK_CALLS:
        message = f"{path}: more than {limits.APK_CALLS} calls of apk or findings are not compared"
        raise InputError(message)
    return found


def _claim(document: Mapping[str, Any]) -> Claim:
    doubts = tuple(Doubt(_number(each["line"]), _text(each["reason"])) for each in document["doubts"])
    most = document["at_most"]
    least = _sizes(document["total"])
    return Claim(Certainty(document["certainty"]), least, None if most is None else _sizes(most), doubts)


def _sizes(total: Mapping[str, Any]) -> Sizes:
    names = ("packages", "installed_size", "download_size", "image_size")
    return Sizes(*(_number(total[name]) for name in names))


def _calls(document: Mapping[str, Any]) -> Iterator[CallLine]:
    for stage in document["stages"]:
        if not stage["built"]:
            continue
        title = _text(stage["name"] or str(_number(stage["index"])))
        for step in stage["steps"]:
            for call in step["calls"]:
                cost = call["cost"]
                sizes = (_number(cost[name]) for name in ("packages", "installed_size", "download_size"))
                yield CallLine(title, _number(call["line"]), _text(call["text"]), *sizes)


def _problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    for each in document["findings"]:
        yield Problem(*(_text(each[name]) for name in ("rule", "severity", "message", "fix")))


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def change(before: Summary, after: Summary) -> DockerfileChange:
    """What differs from one audit to the other. Lines that are the same, and weigh the same, are left out."""
    old, new = before.problems, after.problems
    return DockerfileChange(
        before,
        after,
        tuple(_changed_lines(before.calls, after.calls)),
        tuple(dict.fromkeys(each for each in new if each not in old)),
        tuple(dict.fromkeys(each for each in old if each not in new)),
    )


def _changed_lines(before: Sequence[CallLine], after: Sequence[CallLine]) -> Iterator[LineChange]:
    old, new = ([(call.stage, call.text) for call in calls] for calls in (before, after))
    for kind, start, end, other_start, other_end in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        left, right = before[start:end], after[other_start:other_end]
        if kind == "equal":
            pairs = zip(left, right, strict=True)
            yield from (LineChange(*pair) for pair in pairs if pair[0].sizes != pair[1].sizes)
        else:
            yield from _replaced(left, right)


def _replaced(before: Sequence[CallLine], after: Sequence[CallLine]) -> Iterator[LineChange]:
    left = list(before)
    for call in after:
        match = next((one for one in left if one.stage == call.stage and one.words & call.words), None)
        if match is not None:
            left.remove(match)
        yield LineChange(match, call)
    yield from (LineChange(call, None) for call in left)
