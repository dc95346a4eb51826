"""Short phrases that the text reports share: where, on what, why. All of them are safe for a terminal."""

from __future__ import annotations

from apkgraph.report.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.impact.install_reason import InstallReason
    from apkgraph.index.universe import Universe

SAMPLE_NOTE = "from the small sample that ships with apkgraph, not from a mirror"
ACTION_SIGNS = {"install": "+", "remove": "-", "upgrade": "↑", "downgrade": "↓", "replace": "~", "reinstall": "="}


def universe_text(universe: Universe, *, resolved: bool = True) -> str:
    """`Alpine v3.18 x86_64, apk 2.14`, with what one must know about the index; without apk if nothing is resolved."""
    repositories = universe.repositories
    stale = [repository.name for repository in repositories if repository.stale]
    unsigned = [repository.name for repository in repositories if repository.sha256 and not repository.signed_by]
    text = f"{universe.ref.title} {universe.ref.release} {universe.ref.arch}"
    if unsigned:
        text += f" (untrusted: {', '.join(unsigned)})"
    if stale:
        text += f" (stale: {', '.join(stale)})"
    if resolved:
        text += f", apk {universe.apk}"
    return clean(text)


def because_text(because: InstallReason) -> str:
    """`libcurl → so:libssl.so.3`: who asks for it, through which token."""
    facts = because.to_dict()
    match because.kind:
        case "requested":
            text = "requested"
        case "dependency":
            text = f"{facts['of']} → {facts['token']}"
        case "install_if":
            text = "install_if " + " ".join(because.triggers)
        case "world":
            text = f"the base's world: {facts['token']}"
        case "conflict":
            text = f"conflicts with {facts['with']}"
        case "provider":
            text = f"{facts['by']} provides {facts['token']} instead"
        case "unneeded":
            text = "no longer needed"
        case _:
            text = because.kind
    return clean(text)
