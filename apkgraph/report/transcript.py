"""What apk itself would print for a command, to the letter (spec D9.7, E8, E9)."""

from __future__ import annotations

from dataclasses import dataclass
from struct import pack, unpack
from typing import TYPE_CHECKING

from apkgraph.model.dependency import display_order
from apkgraph.solve.solution import DOWNGRADE, INSTALL, KEEP, REINSTALL, REMOVE, REPLACE, RETAG, UPGRADE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from apkgraph.solve.solution import Change, Outcome, Reason, Solution

WIDTH = 50  # apk's own where it does not write to a terminal
_VERBS = {
    INSTALL: "Installing",
    REMOVE: "Purging",
    REINSTALL: "Reinstalling",
    RETAG: "Updating pinning",
    DOWNGRADE: "Downgrading",
    REPLACE: "Replacing",
    UPGRADE: "Upgrading",
}
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `to_stderr` says where apk would write it."""

    text: str
    to_stderr: bool = False


def transcript(outcome: Outcome, warnings: Iterable[str] = (), *, verbosity: int = 1, width: int = WIDTH) -> list[Line]:
    """The lines in apk's order; `warnings` are those of the indexes, `verbosity` 0 for -q, 2 for -v, 3 for -vv."""
    lines = [Line(f"WARNING: {text}", to_stderr=True) for text in warnings]
    lines += [Line(text) for text in _kept(outcome, width)] if verbosity else []
    lines += [Line(f"{message.kind}: {message.text}", to_stderr=True) for message in outcome.messages]
    solution = outcome.solution
    if solution is None:
        return lines
    if not solution.satisfied:
        return lines + [Line(text, to_stderr=True) for text in failure(solution.reasons, width)]
    if outcome.preupgrade:
        lines.append(Line("Preupgrading:"))
    if verbosity > 1:
        lines += [Line(text) for text in _overview(solution, verbosity, width)]
    if verbosity:
        lines += [Line(text) for text in _changes(solution.changes)]
        lines.append(Line(_summary(solution, verbosity)))
    return lines


def failure(reasons: Sequence[Reason], width: int = WIDTH) -> list[str]:
    """The report of why no packages could be selected."""
    lines = ["ERROR: unable to select packages:"]
    for reason in reasons:
        lines.append(f"  {reason.title}")
        for label in reason.labels:
            lines += wrapped(f"    {label.word}:", label.items, width)
    if not reasons:
        lines.append("Huh? Error reporter did not find the broken constraints.")
    return lines


def wrapped(head: str, items: Iterable[str], width: int) -> list[str]:
    """Items after a head; they go on under the first one where a line would be full."""
    indent = " " * len(head)
    lines = [head]
    for item in items:
        if len(lines[-1]) > len(indent) and len(lines[-1]) + len(item) + 1 >= width:
            lines.append(indent)
        lines[-1] += f" {item}"
    return lines


def _kept(outcome: Outcome, width: int) -> Iterator[str]:
    if not outcome.kept:
        return
    yield "World updated, but the following packages are not removed due to:"
    for name, keepers in outcome.kept:
        yield from wrapped(f"  {name}:", keepers, width)
    yield ""


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    digits = len(str(len(changes)))
    for place, change in enumerate(changes, 1):
        yield f"({place:{digits}}/{len(changes)}) {_change(change)}"


def _change(change: Change) -> str:
    package, old = change.package, change.old_package
    tag = f"@{change.tag}" if change.tag else ""
    skipped = "" if change.is_available or change.action != REINSTALL else "[APK unavailable, skipped] "
    versions = package.version
    if old is not None and change.action in (UPGRADE, DOWNGRADE, REPLACE):
        versions = f"{old.version} -> {package.version}"
    return f"{skipped}{_VERBS[change.action]} {package.name}{tag} ({versions})"


def _summary(solution: Solution, verbosity: int) -> str:
    """The last line. Directories and files are those that are there already: a simulation touches none."""
    size = human_size(solution.installed_size)
    count = len(solution.packages)
    if verbosity < 2:
        return f"OK: {size} in {count} packages"
    before = [change.old_package.installed for change in solution.all_changes if change.old_package]
    states = [state for state in before if state]
    directories = len({path for state in states for place in state.directories for path in _with_parents(place)})
    return f"OK: {count} packages, {directories} dirs, {sum(state.files for state in states)} files, {size}"


def _with_parents(path: str) -> Iterator[str]:
    """A directory, those that it lies in, and the root."""
    yield path
    while path:
        path = path.rpartition("/")[0]
        yield path


def human_size(size: int) -> str:
    """A size as apk words it: whole bytes and KiB, larger units with one decimal (E9)."""
    value: float = unpack("<f", pack("<f", size))[0]
    unit = 0
    while value >= 10_000 and unit < len(_UNITS) - 1:
        value /= 1024
        unit += 1
    if unit < 2:
        return f"{size // 1024**unit} {_UNITS[unit]}"
    return f"{value:.1f} {_UNITS[unit]}"


def _overview(solution: Solution, verbosity: int, width: int) -> Iterator[str]:
    """What -v says before the changes."""
    lost = sorted(
        (package.name for package in solution.packages if not (package.repositories or package.virtual)),
        key=display_order,
    )
    if lost:
        yield "NOTE: Consider running apk upgrade with --prune and/or --available."
        yield from _listing("The following packages are no longer available from a repository:", lost, width)
    removed = _names(solution, REMOVE)
    downgraded = _names(solution, DOWNGRADE)
    if removed:
        yield from _listing("The following packages will be REMOVED:", removed, width)
    if downgraded:
        yield from _listing("The following packages will be DOWNGRADED:", downgraded, width)
    if not (removed or downgraded or verbosity > 2):
        return
    for head, action in (
        ("The following NEW packages will be installed:", INSTALL),
        ("The following packages will be upgraded:", UPGRADE),
        ("The following packages will be reinstalled:", REINSTALL),
    ):
        names = _names(solution, action)
        if names:
            yield from _listing(head, names, width)
    yield from _sizes(solution)


def _sizes(solution: Solution) -> Iterator[str]:
    download = sum(change.download_size for change in solution.changes if change.is_available)
    more = sum(change.installed_size for change in solution.changes)
    if download:
        yield f"Need to download {human_size(download)} of packages."
    if more >= 0:
        yield f"After this operation, {human_size(more)} of additional disk space will be used."
    else:
        yield f"After this operation, {human_size(-more)} of disk space will be freed."


def _names(solution: Solution, action: str) -> list[str]:
    return [change.package.name for change in solution.all_changes if change.action == action != KEEP]


def _listing(head: str, names: Sequence[str], width: int) -> Iterator[str]:
    yield head
    yield from wrapped(" ", names, width)
