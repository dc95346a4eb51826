"""Phrases and first lines that the text reports share: what it is about, on what, from which indexes, and why."""

from __future__ import annotations

from time import gmtime, strftime

from apkgraph.distro.profile import release_number
from apkgraph.report.blocks import Lines, Span
from apkgraph.report.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from apkgraph.impact.analysis import Analysis
    from apkgraph.impact.install_reason import InstallReason
    from apkgraph.index.universe import Universe

SAMPLE_NOTE = "from the small sample that ships with apkgraph, not from a mirror"
ACTION_SIGNS = {"install": "+", "remove": "-", "upgrade": "↑", "downgrade": "↓", "replace": "~", "reinstall": "="}


def set_text(analysis: Analysis) -> str:
    """`git curl on docker`, or the base alone."""
    base = "nothing" if analysis.base.name == "none" else analysis.base.name
    request = " ".join(str(token) for token in analysis.request)
    return f"{request} on {base}" if request else f"the base {base}"


def head(text: str, universe: Universe, *, notes: Iterable[str] = (), resolved: bool = True) -> Lines:
    """A headline with its universe, and the warnings that belong before the figures."""
    notes = (SAMPLE_NOTE, *notes) if universe.ref.sample else notes
    headline = Span(f"{text}, {universe_text(universe, resolved=resolved)}", "bold")
    return Lines([(headline,), *((Span(note, "yellow"),) for note in notes)])


def _release(universe: Universe) -> str:
    """The release, and which one `latest-stable` is, by what its index says of itself."""
    release = universe.ref.release
    if release != "latest-stable":
        return release
    numbers = [release_number(repository.description) for repository in universe.repositories]
    number = next((number for number in numbers if number is not None), None)
    return release if number is None else f"{release} (v{number[0]}.{number[1]})"


def universe_text(universe: Universe, *, resolved: bool = True) -> str:
    """`Alpine v3.18 x86_64 of 2023-12-01, apk 2.14`, with warnings about the index.

    The day is that on which the newest package was built, so how old the index is; apk is left out if nothing is
    resolved.
    """
    repositories = universe.repositories
    stale = [repository.name for repository in repositories if repository.stale]
    unsigned = [repository.name for repository in repositories if repository.sha256 and not repository.signed_by]
    text = f"{universe.ref.title} {_release(universe)} {universe.ref.arch}"
    built_at = max((repository.built_at for repository in repositories), default=0)
    if built_at and not universe.ref.sample:
        text += f" of {strftime('%Y-%m-%d', gmtime(built_at))}"
    if unsigned:
        text += f" (untrusted: {', '.join(unsigned)})"
    if stale:
        text += f" (stale: {', '.join(stale)})"
    if resolved:
        text += f", apk {universe.apk}"
    return clean(text)


def because_text(because: InstallReason) -> str:
    """`libcurl → so:libssl.so.3`: who asks for it, through which token."""
    name = because.of.name if because.of is not None else because.token
    match because.kind:
        case "requested":
            text = "requested"
        case "dependency":
            text = f"{name} → {because.token}"
        case "install_if":
            text = "install_if " + " ".join(because.triggers)
        case "world":
            text = f"the base's world: {because.token}"
        case "conflict":
            text = f"conflicts with {name}"
        case "provider":
            text = f"{name} provides {because.token} instead"
        case "unneeded":
            text = "no longer needed"
        case _:
            text = because.kind
    return clean(text)
